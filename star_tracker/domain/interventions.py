"""How an intervention begins and ends: what it may begin with, what stands in the way of closing it well, and for how
long it can be opened again.
"""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from star_tracker.domain.errors import DomainError
from star_tracker.domain.periods import long_date
from star_tracker.domain.scales import MOST_CHILDREN, Kind

DAYS_TO_REOPEN = 28
"""A closed intervention may be opened again up to this many days after it closed."""


def is_open_at(closed_on: date | None, as_at: date) -> bool:
    """Whether an intervention is open as at a day: it is closed from ``closed_on`` itself (R3).

    >>> is_open_at(date(2019, 4, 5), date(2019, 4, 4)), is_open_at(date(2019, 4, 5), date(2019, 4, 5))
    (True, False)
    """
    return closed_on is None or closed_on > as_at


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


def check_beginning(*, referred_on: date, started_on: date, children: int | None, today: date) -> None:
    """Refuse what no intervention may begin with, whether it is new or put right.

    Args:
        referred_on: the day of the referral.
        started_on: its first day.
        children: how many the family has, 0 to 20; None if that is not known.
        today: no date may be after it.

    Raises:
        DomainError: on the argument that must change.
    """
    check_not_future("started_on", started_on, today)
    if referred_on > started_on:
        raise DomainError("referred_on", "The referral must be on or before the day the intervention started")
    if children is not None and not 0 <= children <= MOST_CHILDREN:
        raise DomainError("children", f"The number of children must be from 0 to {MOST_CHILDREN}")


def check_not_future(field: str, day: date, today: date) -> None:
    """Refuse a day that has not come.

    Raises:
        DomainError: on this field.
    """
    if day > today:
        raise DomainError(field, f"The date must be today, {long_date(today)}, or before")
