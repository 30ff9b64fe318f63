"""A cohort over time: its pairs by the quarter of their latest Star, or of the intervention's start (R8).

A parent counts once in an intervention, in one quarter. A quarter without a pair between two that have some is there,
with nothing in it: a gap, not a nought.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from star_tracker.analysis.cohorts import CohortFilter, count_changes
from star_tracker.analysis.disclosure import show_area
from star_tracker.analysis.measures import measure_areas
from star_tracker.analysis.summaries import order_areas
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.scales import Exclusion, Labelled

MOST_QUARTERS = 12
"""Of more, the last so many are shown."""


class Basis(Labelled):
    """The day that says to which quarter a pair belongs."""

    LATEST = "latest", "Latest Star"
    START = "start", "Start of the intervention"


@dataclass(frozen=True, kw_only=True)
class PairsByDay:
    """A cohort's pairs by their days.

    Attributes:
        selected_by: the filter.
        basis: which day of a pair it is.
        days: for each day, how many pairs there are, and their values (``domain.standings``) in one text.
        excluded: how many (parent, intervention)s have no pair, for every reason of R3.
    """

    selected_by: CohortFilter
    basis: Basis
    days: Mapping[date, tuple[int, str]]
    excluded: Mapping[Exclusion, int]


@dataclass(frozen=True)
class QuarterFigures:
    """The pairs of one quarter.

    Attributes:
        quarter: the quarter.
        pairs: how many there are.
        areas: R5's measures of each area (``frames.MEASURES``) as plain Python, None where undefined.
        shown: the same as pages and charts show them (R9).
    """

    quarter: Quarter
    pairs: int
    areas: list[dict[str, Any]] = field(repr=False)
    shown: list[dict[str, Any]] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class CohortOverTime:
    """A cohort's figures by quarter.

    Attributes:
        selected_by: the filter.
        basis: the day that says to which quarter a pair belongs.
        pairs: how many pairs the cohort has, those of earlier quarters included.
        earlier: how many pairs are of quarters before the first one shown.
        quarters: at most ``MOST_QUARTERS``, one after the other, the last one with a pair.
        whole: R5's measures of all these quarters together, by area, as pages show them (R9).
        excluded: how many (parent, intervention)s have no pair, for every reason of R3.
    """

    selected_by: CohortFilter
    basis: Basis
    pairs: int
    earlier: int
    quarters: Sequence[QuarterFigures]
    whole: list[dict[str, Any]] = field(repr=False)
    excluded: Mapping[Exclusion, int]

    @property
    def has_figures(self) -> bool:
        """Whether any area of a quarter has a pair."""
        return any(area["n"] for one in self.quarters for area in one.shown)

    @property
    def has_change(self) -> bool:
        """Whether any area of a quarter has pairs enough to show a change."""
        return any(area["mean_change"] is not None for one in self.quarters for area in one.shown)

    def list_areas(self, *, by_change: bool) -> list[str]:
        """The areas by their mean change in all quarters together, largest first, or in the Star's order.

        Those with few pairs are last in both.
        """
        return [area["area"] for area in order_areas(self.whole, by_change=by_change)]

    @property
    def unfinished(self) -> Quarter | None:
        """The last quarter, if the figures' day is before its end."""
        last = self.quarters[-1].quarter if self.quarters else None
        return last if last and self.selected_by.as_at < last.ends_on else None


def follow_cohort(found: PairsByDay, first_month: int) -> CohortOverTime:
    """The figures of each quarter.

    Args:
        found: the cohort's pairs.
        first_month: the number of the month in which the contract's year begins (R8).

    >>> day = lambda month, latest: (date(2018, month, 9), (1, f"4{latest}" + "00" * 9))
    >>> found = PairsByDay(
    ...     selected_by=CohortFilter(as_at=date(2019, 4, 10)),
    ...     basis=Basis.LATEST,
    ...     days=dict([day(4, 6), day(5, 9), day(11, 5)]),
    ...     excluded={},
    ... )
    >>> for one in follow_cohort(found, 4).quarters:
    ...     print(one.quarter.label, one.pairs, one.areas[0]["mean_change"])
    April to June 2018 2 3.5
    July to September 2018 0 None
    October to December 2018 1 1.0
    """
    numbers: dict[Quarter, int] = defaultdict(int)
    values: dict[Quarter, list[str]] = defaultdict(list)
    for day, (pairs, pair_values) in found.days.items():
        quarter = Quarter.containing(day, first_month)
        numbers[quarter] += pairs
        values[quarter].append(pair_values)
    quarters = list_quarters(numbers, most=MOST_QUARTERS)
    total = sum(numbers.values())
    shown = "".join(text for quarter in quarters for text in values[quarter])
    return CohortOverTime(
        selected_by=found.selected_by,
        basis=found.basis,
        pairs=total,
        earlier=total - sum(numbers.get(quarter, 0) for quarter in quarters),
        quarters=[
            QuarterFigures(quarter, numbers.get(quarter, 0), *_measure("".join(values[quarter])))
            for quarter in quarters
        ],
        whole=_measure(shown)[1],
        excluded=found.excluded,
    )


def list_quarters(found: Collection[Quarter], *, most: int) -> list[Quarter]:
    """The quarters from the first found to the last, oldest first; of more than ``most`` the last ones."""
    if not found:
        return []
    first = min(quarter.starts_on for quarter in found)
    quarters = [max(found, key=lambda quarter: quarter.starts_on)]
    while quarters[0].starts_on > first and len(quarters) < most:
        quarters.insert(0, quarters[0].previous())
    return quarters


def _measure(pair_values: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """R5's measures of these pairs by area, all of them and those that pages show."""
    areas = measure_areas(count_changes(pair_values))
    return areas, [show_area(area) for area in areas]
