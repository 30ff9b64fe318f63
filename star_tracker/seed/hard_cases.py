"""Which families of the demonstration show which special case, by number, so that people and tests can find one.

These families have Stars at regular intervals (``stars.even_star_days``), and are open or closed by their number alone:
the lower the number, the earlier the start. So they show their case whatever the anchor.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from star_tracker.domain.days import add_months
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.scales import ClosureReason, Kind

StarDays = tuple[tuple[Kind, date], ...]
"""Kind and date of each Star of one parent's intervention."""


class HardCase(StrEnum):
    """What is special about a family."""

    NO_START_STAR = "no_start_star"
    ALL_BY_PARENT = "all_by_parent"
    LATEST_BY_PARENT = "latest_by_parent"
    STARTED_BY_PARENT = "started_by_parent"
    PARENT_WITHOUT_STAR = "parent_without_star"
    RETROSPECTIVE = "retrospective"
    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"
    NO_CHILDREN = "no_children"
    SMALL_POD = "small_pod"
    CAME_BACK = "came_back"
    STARS_ON_QUARTER_DAYS = "stars_on_quarter_days"
    CLOSED_ON_FIRST_DAY = "closed_on_first_day"
    CLOSED_ON_LAST_DAY = "closed_on_last_day"


@dataclass(frozen=True)
class ReReferral:
    """A family's second intervention, after the first was completed.

    Attributes:
        after_days: from the first referral to the second; R10 counts it up to 12 months.
        ended: why the second intervention closed; None if it is open.
        more_children: how many more children (or fewer, if negative) there were the second time.
        other_pod: whether another pod took on the family.
    """

    after_days: int
    ended: ClosureReason | None
    more_children: int = 0
    other_pod: bool = False


RE_REFERRALS: Mapping[int, ReReferral] = {
    21: ReReferral(300, ClosureReason.COMPLETED, more_children=-1),
    58: ReReferral(340, ClosureReason.DISENGAGED, other_pod=True),
    97: ReReferral(320, ClosureReason.COMPLETED),
    225: ReReferral(320, None, more_children=1),
    240: ReReferral(330, None),
    15: ReReferral(500, ClosureReason.COMPLETED, more_children=-1),
    33: ReReferral(560, ClosureReason.MOVED_AWAY, more_children=1, other_pod=True),
    88: ReReferral(700, None),
}
"""Families with two interventions. Only if the second did not end as ``completed`` may it have more children: ``plan``
distributes the children of completed interventions by the first."""

CASES: Mapping[HardCase, tuple[int, ...]] = {
    HardCase.NO_START_STAR: (44, 120, 260, 365),
    HardCase.ALL_BY_PARENT: (75, 190, 340),
    HardCase.LATEST_BY_PARENT: (60, 205, 330),
    HardCase.STARTED_BY_PARENT: (48, 230, 366),
    HardCase.PARENT_WITHOUT_STAR: (52, 140, 310, 407),
    HardCase.RETROSPECTIVE: (5, 9, 30, 150),
    HardCase.WITHDRAWN: (80, 170, 320),
    HardCase.CORRECTED: (65, 210, 335),
    HardCase.NO_CHILDREN: (375, 390, 412),
    HardCase.SMALL_POD: (345, 352, 363, 371, 384, 397),
    HardCase.CAME_BACK: tuple(sorted(RE_REFERRALS)),
    HardCase.STARS_ON_QUARTER_DAYS: (355, 360),
    HardCase.CLOSED_ON_FIRST_DAY: (290, 295),
    HardCase.CLOSED_ON_LAST_DAY: (300, 305),
}

CASE_OF: Mapping[int, HardCase] = {number: case for case, numbers in CASES.items() for number in numbers}

COMPLETED_FOR_CERTAIN = (
    *RE_REFERRALS,
    *CASES[HardCase.CLOSED_ON_FIRST_DAY],
    *CASES[HardCase.CLOSED_ON_LAST_DAY],
)
"""Families whose (first) intervention must end as ``completed``."""


def family_ref(number: int) -> str:
    """The reference of the family with this number, from 1.

    >>> family_ref(7)
    'DEMO-007'
    """
    return f"DEMO-{number:03}"


def list_refs(case: HardCase) -> list[str]:
    """The references of the families that show this case."""
    return [family_ref(number) for number in CASES[case]]


@dataclass(frozen=True)
class QuarterDates:
    """The dates of a family whose case is about the first or last day of a quarter."""

    started_on: date
    closed_on: date | None
    star_days: StarDays


def quarter_dates(case: HardCase, anchor: date) -> QuarterDates | None:
    """The dates of such a family in the last full quarter before the anchor; None for other cases.

    Quarters are those of the financial year: the demonstration is made once, and its settings may change.

    >>> dates = quarter_dates(HardCase.STARS_ON_QUARTER_DAYS, date(2019, 4, 10))
    >>> [day.isoformat() for _, day in dates.star_days]
    ['2019-01-01', '2019-03-31']
    """
    quarter = Quarter.containing(anchor).previous()
    first, last = quarter.starts_on, quarter.ends_on
    if case is HardCase.STARS_ON_QUARTER_DAYS:
        return QuarterDates(first - timedelta(days=21), None, ((Kind.START, first), (Kind.INTERIM, last)))
    if case not in (HardCase.CLOSED_ON_FIRST_DAY, HardCase.CLOSED_ON_LAST_DAY):
        return None
    closed_on = first if case is HardCase.CLOSED_ON_FIRST_DAY else last
    start = add_months(closed_on, -5)
    return QuarterDates(
        start - timedelta(days=14),
        closed_on,
        ((Kind.START, start), (Kind.INTERIM, add_months(start, 3)), (Kind.CLOSURE, closed_on)),
    )
