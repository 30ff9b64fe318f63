"""What a restricted return's row-level file may hold, as the agreement with the councils allows it."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from star_tracker.domain.scales import Labelled

_LETTERS = "bcdfghjkmnpqrstvwxyz"
"""Of a pseudonym: without vowels it spells nothing, and without digits no spreadsheet takes it for a number."""

_LENGTH = 16


class RowLevel(Labelled):
    """Whether there is such a file, and by what its rows can be told."""

    NONE = "none", "None is made"
    PSEUDONYMS = "pseudonyms", "One row for each pair, with a pseudonym"
    REFERENCES = "references", "The same, with the council’s own reference: the agreement must allow it"


@dataclass(frozen=True, kw_only=True)
class PairRow:
    """One pair.

    Attributes:
        parent: the parent's pseudonym for this council.
        number: which of the parent's pairs it is, from 1 in the order of their interventions.
        council_ref: the council's reference of the family; "" if there is none, or it may not be given.
        pod: the intervention's pod.
        closure_reason: how it ended; "" if it is open.
        months: whole months between the two Stars.
        readings: for each area in order its start and its latest reading, None where it is not scored.
    """

    parent: str
    number: int
    council_ref: str
    pod: str
    closure_reason: str
    months: int
    readings: Sequence[tuple[int | None, int | None]]


@dataclass(frozen=True)
class PairRows:
    """The rows of the file, and how many pairs are not among them because their families are restricted."""

    rows: Sequence[PairRow]
    left_out: int
    has_references: bool


def make_pseudonym(choose: Callable[[str], str] = secrets.choice) -> str:
    """A new random pseudonym, of 69 bits: it follows from nothing, and tells nothing.

    Args:
        choose: what picks a letter; only the demonstration's, which are the same each time, are picked otherwise.
    """
    return "".join(choose(_LETTERS) for _ in range(_LENGTH))
