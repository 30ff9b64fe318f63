"""How an intervention begins and ends: which dates are possible, what is missing at closure, and when it can reopen."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from star_tracker.domain.checked import until_today
from star_tracker.domain.days import add_months, long_date
from star_tracker.domain.errors import DomainError
from star_tracker.domain.scales import MOST_CHILDREN, Kind

DAYS_TO_REOPEN = 28
"""A closed intervention may be opened again up to this many days after it closed."""

ENGAGED_AFTER = timedelta(days=28)
"""An intervention is asked about engagement once it has lasted so long."""

RE_REFERRAL_MONTHS = 12
"""A referral at most so many calendar months after the family's previous one is a re-referral (R10)."""


def find_re_referrals(referrals: Iterable[tuple[int, date, date, int]]) -> set[int]:
    """The interventions whose referral is a re-referral (R10).

    The previous referral is that of another intervention of the same family, in any pod, referred earlier (on the same
    day: started earlier).

    Args:
        referrals: the ids of the family, the days of the referral and of the start, and the intervention's id; every
            referral of these families from ``RE_REFERRAL_MONTHS`` before the first that matters.

    10 January 2018 to 10 January 2019 is within 12 months; 11 January 2019 is not.

    >>> first, again = date(2018, 1, 10), date(2019, 1, 10)
    >>> find_re_referrals([(1, first, first, 11), (1, again, again, 12), (2, again, again, 13)])
    {12}
    >>> find_re_referrals([(1, first, first, 11), (1, date(2019, 1, 11), again, 12)])
    set()
    """
    found, previous = set(), dict[int, date]()
    for family, referred_on, _started_on, intervention in sorted(referrals):
        if family in previous and referred_on <= add_months(previous[family], RE_REFERRAL_MONTHS):
            found.add(intervention)
        previous[family] = referred_on
    return found


def is_open_at(closed_on: date | None, as_at: date) -> bool:
    """Whether an intervention is open as at a day: it is closed from ``closed_on`` itself (R3).

    >>> is_open_at(date(2019, 4, 5), date(2019, 4, 4)), is_open_at(date(2019, 4, 5), date(2019, 4, 5))
    (True, False)
    """
    return closed_on is None or closed_on > as_at


class AtClosure(StrEnum):
    """Whether a parent has a closure Star when their intervention is about to close."""

    DONE = "done"
    MISSING = "missing"
    NO_START = "no_start"


def find_at_closure(kinds: Collection[str]) -> AtClosure:
    """Whether one parent has a closure Star: it is due if they have a start Star (R7).

    Args:
        kinds: those of the counted Stars of the parent's intervention (R1).

    >>> find_at_closure(["start", "interim"]).value, find_at_closure(["interim"]).value
    ('missing', 'no_start')
    """
    if Kind.CLOSURE in kinds:
        return AtClosure.DONE
    return AtClosure.MISSING if Kind.START in kinds else AtClosure.NO_START


@dataclass(frozen=True)
class DateFault:
    """A date of an intervention that is not possible.

    Attributes:
        field: which date: ``referred_on``, ``started_on`` or ``closed_on``.
        allowed: what it may be, worded for a Star file's list of faults.
        message: what it must be, worded for a form.
    """

    field: str
    allowed: str
    message: str


def list_date_faults(
    *, started_on: date, today: date, referred_on: date | None = None, closed_on: date | None = None
) -> list[DateFault]:
    """Which dates break ``referred_on`` ≤ ``started_on`` ≤ ``closed_on`` ≤ today; a date that is None is passed over.

    >>> day = date(2019, 4, 5)
    >>> for fault in list_date_faults(started_on=day, closed_on=date(2019, 4, 4), today=day):
    ...     print(fault.field, "|", fault.allowed)
    closed_on | 5 April 2019 or after, because the intervention started on that day
    """
    faults = []
    start, because = long_date(started_on), "because the intervention started on that day"
    if started_on > today:
        faults.append(DateFault("started_on", until_today(today), f"The date must be {until_today(today)}"))
    if referred_on and referred_on > started_on:
        message = "The referral must be on or before the day the intervention started"
        faults.append(DateFault("referred_on", f"{start} or before, {because}", message))
    if closed_on and closed_on < started_on:
        message = f"The date must be {start}, when the intervention started, or after"
        faults.append(DateFault("closed_on", f"{start} or after, {because}", message))
    elif closed_on and closed_on > today:
        faults.append(DateFault("closed_on", until_today(today), f"The date must be {until_today(today)}"))
    return faults


def check_dates(
    *, started_on: date, today: date, referred_on: date | None = None, closed_on: date | None = None
) -> None:
    """Refuse impossible dates (``list_date_faults``).

    Raises:
        DomainError: on the first date that must change.
    """
    for fault in list_date_faults(started_on=started_on, today=today, referred_on=referred_on, closed_on=closed_on):
        raise DomainError(fault.field, fault.message)


def check_beginning(*, referred_on: date, started_on: date, children: int | None, today: date) -> None:
    """Refuse an intervention that cannot begin like this, whether it is new or corrected.

    Args:
        referred_on: the day of the referral.
        started_on: its first day.
        children: how many the family has, 0 to 20; None if not known.
        today: no date may be after it.

    Raises:
        DomainError: on the argument that must change.
    """
    check_dates(referred_on=referred_on, started_on=started_on, today=today)
    if children is not None and not 0 <= children <= MOST_CHILDREN:
        raise DomainError("children", f"The number of children must be from 0 to {MOST_CHILDREN}")
