"""Visits a week by quarter: each week of support belongs to the quarter of its last day (R8)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from star_tracker.analysis.contacts import FamilyWeek, visits_per_week
from star_tracker.analysis.over_time import list_quarters
from star_tracker.domain.quarters import Quarter

MOST_QUARTERS = 8
"""Of more, the last so many are shown: two years."""


@dataclass(frozen=True)
class QuarterVisits:
    """The weeks of support that end in a quarter, and the visits in them; ``per_week`` is None without a week."""

    quarter: Quarter
    weeks: int
    visits: int
    per_week: float | None


def count_quarters(weeks: Sequence[FamilyWeek], first_month: int) -> tuple[QuarterVisits, ...]:
    """Visits a week in each quarter from the first with a week of support to the last, oldest first.

    Args:
        weeks: the weeks of all families.
        first_month: the number of the month in which the contract's year begins (R8).

    Two families in the week that ends on 31 March, one of them in the next:

    >>> from datetime import date
    >>> march, april = date(2019, 3, 31), date(2019, 4, 7)
    >>> for one in count_quarters([FamilyWeek(1, march, 2), FamilyWeek(2, march, 1), FamilyWeek(1, april, 0)], 4):
    ...     print(one.quarter, one.weeks, one.visits, one.per_week)
    2018-19-Q4 2 3 1.5
    2019-20-Q1 1 0 0.0
    """
    by_quarter: defaultdict[Quarter, list[FamilyWeek]] = defaultdict(list)
    for week in weeks:
        by_quarter[Quarter.containing(week.ends_on, first_month)].append(week)
    return tuple(
        QuarterVisits(one, len(some), sum(week.visits for week in some), visits_per_week(some))
        for one in list_quarters(by_quarter, most=MOST_QUARTERS)
        for some in [by_quarter.get(one, [])]
    )
