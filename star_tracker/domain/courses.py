"""How an intervention ends: what stands in the way of closing it well, and for how long it can be opened again."""

from collections.abc import Collection
from enum import StrEnum

from star_tracker.domain.scales import Kind

DAYS_TO_REOPEN = 28
"""A closed intervention may be opened again up to this many days after it closed."""


class AtClosure(StrEnum):
    """How a parent's closure Star stands when their intervention is about to close."""

    DONE = "done"
    MISSING = "missing"
    NO_START = "no_start"


def find_at_closure(kinds: Collection[str]) -> AtClosure:
    """How one parent's closure Star stands: it is due of whoever has a start Star (R7).

    Args:
        kinds: those of the counted Stars of the parent's intervention (R1).

    >>> find_at_closure(["start", "interim"]).value, find_at_closure(["interim"]).value
    ('missing', 'no_start')
    """
    if Kind.CLOSURE in kinds:
        return AtClosure.DONE
    return AtClosure.MISSING if Kind.START in kinds else AtClosure.NO_START
