"""A cohort's figures, for a page, a file and the command line."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from star_tracker.analysis.cohorts import Cohort, CohortFilter
from star_tracker.analysis.disclosure import LEAST_PAIRS, Profile, drawable_frame
from star_tracker.analysis.measures import measures_frame, measures_records, stages_frame
from star_tracker.domain.days import long_date
from star_tracker.domain.figures import write_count
from star_tracker.domain.scales import Exclusion, Labelled


class CohortChart(Labelled):
    """The charts of a cohort, with their titles."""

    STAR = "star", "Cohort star"
    CHANGE = "change", "Change by area"
    OUTCOMES = "outcomes", "Improved, maintained, declined"


@dataclass(frozen=True, kw_only=True)
class CohortSummary:
    """A cohort's figures.

    Attributes:
        selected_by: the filter.
        pairs: how many pairs there are.
        excluded: how many (parent, intervention)s have no pair, for every reason of R3.
        areas: R5's measures of each area (``frames.MEASURES``) as plain Python, None where undefined.
        shown: the same as pages and charts show them: only n and the two means of an area with few pairs (R9).
        stages: how many pairs moved from each stage to each stage: keys area, from, to, n.
    """

    selected_by: CohortFilter
    pairs: int
    excluded: Mapping[Exclusion, int]
    areas: list[dict[str, Any]] = field(repr=False)
    shown: list[dict[str, Any]] = field(repr=False)
    stages: list[dict[str, Any]] = field(repr=False)

    @property
    def has_figures(self) -> bool:
        """Whether any area has a pair to draw."""
        return any(area["n"] for area in self.areas)

    @property
    def in_numbers(self) -> str:
        """The day and the number of pairs, as every picture and file says them; there must be figures.

        >>> from star_tracker.analysis.frames import CHANGES, build_frame
        >>> from datetime import date
        >>> changes = build_frame(CHANGES, [("family_routine", 2, 9, 3), ("physical_health", 4, 3, 10)])
        >>> chosen = CohortFilter(as_at=date(2019, 4, 10))
        >>> summarise_cohort(Cohort(selected_by=chosen, pairs=12, excluded={}, changes=changes)).in_numbers
        'As at 10 April 2019. n = 12 pairs of Stars; 3 to 10 in each area.'
        """
        numbers = [area["n"] for area in self.shown if area["n"]]
        fewest, most = (f"{n:,}" for n in (min(numbers), max(numbers)))
        each = f"{fewest} in each area" if fewest == most else f"{fewest} to {most} in each area"
        return f"As at {long_date(self.selected_by.as_at)}. n = {write_count(self.pairs, 'pair')} of Stars; {each}."

    @property
    def charts(self) -> list[CohortChart]:
        """The charts that have something to draw; the charts of change need an area with enough pairs."""
        if not self.has_figures:
            return []
        has_change = any(area["mean_change"] is not None for area in self.shown)
        return list(CohortChart) if has_change else [CohortChart.STAR]

    @property
    def listed(self) -> list[dict[str, Any]]:
        """The areas of ``shown`` in the Star's order, those with few pairs last."""
        return order_areas(self.shown, by_change=False)

    @property
    def by_change(self) -> list[dict[str, Any]]:
        """The same, by mean change, largest first, as charts with a row for each area order them."""
        return order_areas(self.shown, by_change=True)


def order_areas(shown: Sequence[dict[str, Any]], *, by_change: bool) -> list[dict[str, Any]]:
    """R5's measures of each area, by mean change, largest first, or in the Star's order; those with few pairs last.

    Args:
        shown: the measures as pages show them (R9), in the Star's order.
        by_change: whether by change.
    """
    if by_change:
        return sorted(
            shown, key=lambda area: -math.inf if area["mean_change"] is None else area["mean_change"], reverse=True
        )
    return sorted(shown, key=lambda area: area["n"] < LEAST_PAIRS)


def summarise_cohort(cohort: Cohort) -> CohortSummary:
    """The figures of a cohort (R5)."""
    measures = measures_frame(cohort.changes)
    moves = stages_frame(cohort.changes).rename(columns={"from_stage": "from", "to_stage": "to", "pairs": "n"})
    return CohortSummary(
        selected_by=cohort.selected_by,
        pairs=cohort.pairs,
        excluded=cohort.excluded,
        areas=measures_records(measures),
        shown=measures_records(drawable_frame(measures, Profile.RESTRICTED)),
        stages=measures_records(moves),
    )
