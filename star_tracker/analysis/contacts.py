"""How often families are seen: their weeks of support, and the visits in each."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

WEEK = timedelta(days=7)


class Support(NamedTuple):
    """An intervention's days; ``closed_on`` is None if it is open."""

    intervention: int
    started_on: date
    closed_on: date | None


class Visit(NamedTuple):
    """A contact; ``seen`` is False for an attempt at one."""

    intervention: int
    contacted_on: date
    seen: bool


class FamilyWeek(NamedTuple):
    """Seven days of an intervention, by their last, and how many visits there were in them."""

    intervention: int
    ends_on: date
    visits: int


def list_family_weeks(supports: Sequence[Support], visits: Sequence[Visit], as_at: date) -> list[FamilyWeek]:
    """The whole weeks of support of each family by a day, counted from the intervention's first day.

    They begin with the week in which the first contact of all was recorded: before that the service recorded none. A
    week that the closing or ``as_at`` cuts short is left out, with its visits; an attempt is no visit.

    Returns:
        The weeks in order, intervention by intervention; none if there is no contact.

    Started on Monday 1 April, seen on 2 and 3 April and not met on the 9th: by 14 April two weeks, with 2 and 0 visits.

    >>> first, as_at = date(2019, 4, 1), date(2019, 4, 14)
    >>> visits = [Visit(1, date(2019, 4, 2), True), Visit(1, date(2019, 4, 3), True), Visit(1, date(2019, 4, 9), False)]
    >>> [week.visits for week in list_family_weeks([Support(1, first, None)], visits, as_at)]
    [2, 0]
    """
    known = [visit for visit in visits if visit.contacted_on <= as_at]
    if not known:
        return []
    since = min(visit.contacted_on for visit in known)
    started = {support.intervention: support.started_on for support in supports}
    counted = Counter(
        (visit.intervention, (visit.contacted_on - started[visit.intervention]) // WEEK)
        for visit in known
        if visit.seen and visit.intervention in started
    )
    weeks = []
    for intervention, started_on, closed_on in supports:
        last = as_at if closed_on is None else min(closed_on, as_at)
        first_week = max(0, (since - started_on) // WEEK)
        for week in range(first_week, (last - started_on + timedelta(days=1)) // WEEK):
            ends_on = started_on + WEEK * (week + 1) - timedelta(days=1)
            weeks.append(FamilyWeek(intervention, ends_on, counted[intervention, week]))
    return weeks


def visits_per_week(weeks: Sequence[FamilyWeek]) -> float | None:
    """Visits per family and week; None without a week.

    >>> visits_per_week([FamilyWeek(1, date(2019, 4, 7), 2), FamilyWeek(1, date(2019, 4, 14), 1)])
    1.5
    """
    return sum(week.visits for week in weeks) / len(weeks) if weeks else None
