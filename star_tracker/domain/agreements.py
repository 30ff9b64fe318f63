"""What may be agreed with a parent after a Star: up to three areas, each with what, by whom and by when."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from star_tracker.domain.checked import checked_text
from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError
from star_tracker.domain.scales import AREAS, Outcome

MOST_AREAS = 3
"""The most areas in which a parent and a worker agree what to do."""

LONGEST_ACTION = 500
LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """One priority area as it was typed; ``area`` is "" if none was chosen, ``by_when`` is None if no date was set."""

    area: str = ""
    action: str = ""
    by_whom: str = ""
    by_when: date | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed or chosen."""
        return not (self.area or self.action.strip() or self.by_whom.strip() or self.by_when)

    def tidied(self) -> "Agreement":
        r"""With each text on one line, as it is stored and printed.

        >>> Agreement(area="family_routine", action=" Bed at 8,\nlights out ").tidied().action
        'Bed at 8, lights out'
        """
        return replace(self, action=" ".join(self.action.split()), by_whom=" ".join(self.by_whom.split()))


@dataclass(frozen=True, kw_only=True)
class ReportedOutcome:
    """What somebody reports came of an earlier agreement, and what their page showed when they did.

    Attributes:
        outcome: what they chose.
        was: the outcome that the page showed; None if it showed none.
        about: the fingerprint of the agreement that the page showed.
    """

    outcome: Outcome
    was: Outcome | None = None
    about: str

    @property
    def is_new(self) -> bool:
        """Whether they changed what the page showed."""
        return self.outcome != self.was


@dataclass(frozen=True, kw_only=True)
class EarlierAgreement:
    """The current state of an agreement from an earlier Star.

    Attributes:
        agreement: what was agreed.
        outcome: what came of it; None if that is not recorded.
        later_star_on: the day of the later Star with which the outcome was recorded; None if it was this one.
    """

    agreement: Agreement
    outcome: Outcome | None = None
    later_star_on: date | None = None


def fingerprint_agreed(agreements: Iterable[Agreement]) -> str:
    """A hash of what is agreed; a form carries it, so that nobody overwrites what they have not seen."""
    values = sorted([agreed.area, agreed.action, agreed.by_whom, str(agreed.by_when)] for agreed in agreements)
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


def find_clash(said: ReportedOutcome, earlier: EarlierAgreement | None) -> str:
    """Why an outcome cannot be stored, in a sentence that shows both sides; "" if it can.

    Args:
        said: what was reported. It cannot clash if it is not new, or is already stored.
        earlier: the agreement; None if it no longer belongs to an earlier Star of this parent.

    >>> routine = EarlierAgreement(agreement=Agreement(area="family_routine", action="Bed at 8"))
    >>> find_clash(ReportedOutcome(outcome=Outcome.DONE, about=fingerprint_agreed([routine.agreement])), routine)
    ''
    >>> find_clash(ReportedOutcome(outcome=Outcome.DONE, about="other words"), routine).partition(".")[0]
    'Somebody else changed what was agreed here while you were writing'
    """
    if not said.is_new:
        return ""
    chosen = f"“{said.outcome.label}”"
    if earlier is None:
        return (
            f"You chose {chosen} of something that is not to be looked at with this Star any more: "
            "somebody else changed or withdrew it meanwhile. Read what is left, then save again"
        )
    if earlier.outcome is not None and earlier.later_star_on is not None:
        return (
            f"Somebody else chose “{earlier.outcome.label}” with the Star of {long_date(earlier.later_star_on)} "
            f"meanwhile. You chose {chosen}: if that is right, change it there. Save again what else you wrote here"
        )
    if earlier.outcome is not None and earlier.outcome not in (said.outcome, said.was):
        return (
            f"Somebody else chose “{earlier.outcome.label}” while you were writing, and you chose {chosen}. "
            "Nothing was saved: choose what is right, then save again"
        )
    if earlier.outcome is None and fingerprint_agreed([earlier.agreement]) != said.about:
        return (
            f"Somebody else changed what was agreed here while you were writing. You chose {chosen}. "
            "Nothing was saved: read it again, choose what is right, then save again"
        )
    return ""


def list_faults(agreements: Sequence[Agreement], *, completed_on: date) -> list[DomainError]:
    """Everything that must change before these may be stored; blank ones are passed over.

    Args:
        agreements: as on the form.
        completed_on: the day of the Star that they belong to.

    Returns:
        An error for each fault, on ``area_``, ``action_``, ``by_whom_`` or ``by_when_`` and the place, from 1.

    >>> fault, = list_faults([Agreement(area="family_routine")], completed_on=date(2019, 4, 5))
    >>> fault.field, fault.message
    ('action_1', 'Write what was agreed')
    """
    faults: list[DomainError] = []
    chosen: set[str] = set()
    for place, agreed in enumerate(agreements, start=1):
        if agreed.is_blank:
            continue
        agreed = agreed.tidied()
        if agreed.area not in AREAS:
            faults.append(DomainError(f"area_{place}", "Choose the area that this is about"))
        elif agreed.area in chosen:
            faults.append(DomainError(f"area_{place}", "This area is there already: choose another one"))
        chosen.add(agreed.area)
        if not agreed.action:
            faults.append(DomainError(f"action_{place}", "Write what was agreed"))
        faults += _list_text_faults(f"action_{place}", agreed.action, LONGEST_ACTION)
        faults += _list_text_faults(f"by_whom_{place}", agreed.by_whom, LONGEST_NAME)
        if agreed.by_when and agreed.by_when < completed_on:
            words = f"The date must be {long_date(completed_on)}, the day of this Star, or after"
            faults.append(DomainError(f"by_when_{place}", words))
    if sum(not agreed.is_blank for agreed in agreements) > MOST_AREAS:
        faults.append(DomainError("", f"Choose up to {MOST_AREAS} areas"))
    return faults


def _list_text_faults(field: str, text: str, longest: int) -> list[DomainError]:
    try:
        checked_text(field, text, longest, do="Write")
    except DomainError as fault:
        return [fault]
    return []
