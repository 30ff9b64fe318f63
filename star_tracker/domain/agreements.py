"""What may be agreed with a parent after a Star: up to three areas, each with what, by whom and by when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from star_tracker.domain.checked import checked_text
from star_tracker.domain.errors import DomainError
from star_tracker.domain.periods import long_date
from star_tracker.domain.scales import AREAS, Outcome

MOST = 3
"""Of how many areas a parent and a worker agree what to do, at most."""

LONGEST_ACTION = 500
LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """One priority area as somebody typed it; ``area`` is "" where none was chosen, ``by_when`` may be open."""

    area: str = ""
    action: str = ""
    by_whom: str = ""
    by_when: date | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed or chosen."""
        return not (self.area or self.action.strip() or self.by_whom.strip() or self.by_when)

    def tidied(self) -> "Agreement":
        r"""With its texts in one line each, as they are kept and printed.

        >>> Agreement(area="family_routine", action=" Bed at 8,\nlights out ").tidied().action
        'Bed at 8, lights out'
        """
        return replace(self, action=" ".join(self.action.split()), by_whom=" ".join(self.by_whom.split()))


@dataclass(frozen=True, kw_only=True)
class OutcomeSaid:
    """What somebody says came of an earlier agreement, and what their page said of it when it was made.

    Attributes:
        outcome: what they chose.
        was: what had been said before; None if nothing had.
        about: which words stood there, as a fingerprint.
    """

    outcome: Outcome
    was: Outcome | None = None
    about: str

    @property
    def is_new(self) -> bool:
        """Whether they chose it, rather than leave what stood there."""
        return self.outcome != self.was


def list_faults(agreements: Sequence[Agreement], *, completed_on: date) -> list[DomainError]:
    """Everything that must change before these may be kept; blank ones are none.

    Args:
        agreements: as on the form, so that a place may be blank.
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
    if sum(not agreed.is_blank for agreed in agreements) > MOST:
        faults.append(DomainError("", f"Choose up to {MOST} areas"))
    return faults


def _list_text_faults(field: str, text: str, longest: int) -> list[DomainError]:
    try:
        checked_text(field, text, longest, do="Write")
    except DomainError as fault:
        return [fault]
    return []
