"""Two cohorts side by side, and all pods in one table, from R5's measures.

Where neither cohort is a comparison group (R14) no difference is worked out: pods and practitioners work with families
who start apart, and a difference between them says nothing of the work.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from star_tracker.analysis.cohorts import Cohort
from star_tracker.analysis.disclosure import LEAST_PAIRS, Profile, drawable_frame
from star_tracker.analysis.frames import CHANGES
from star_tracker.analysis.measures import CONFIDENCE, Tally, measures_frame, measures_records
from star_tracker.analysis.summaries import CohortSummary, summarise_cohort
from star_tracker.domain.scales import AREAS


class Sums(NamedTuple):
    """How many values there are, their sum, and the sum of their squares."""

    n: int
    total: int
    squares: int

    @property
    def mean(self) -> float:
        """Their mean; there is at least one."""
        return self.total / self.n

    @property
    def variance_of_mean(self) -> float:
        """The sample variance (n−1) divided by n; there are at least two."""
        return (self.n * self.squares - self.total**2) / (self.n**2 * (self.n - 1))


class Difference(NamedTuple):
    """The first mean minus the second, with its 95% confidence interval and p value (Welch's t-test)."""

    mean: float
    ci_low: float
    ci_high: float
    p: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.ci_low > 0 or self.ci_high < 0


@dataclass(frozen=True, kw_only=True)
class SideBySide:
    """Two cohorts.

    Attributes:
        first, second: their figures.
        starts: by area, how much higher the first begins, where both have enough pairs.
        changes: by area, how much larger the first's mean change is; empty unless one is a comparison group.
    """

    first: CohortSummary
    second: CohortSummary
    starts: Mapping[str, Difference]
    changes: Mapping[str, Difference]

    @property
    def starts_apart(self) -> list[str]:
        """The areas in which they begin clearly apart, widest first."""
        apart = [area for area, found in self.starts.items() if found.is_clear]
        return sorted(apart, key=lambda area: -abs(self.starts[area].mean))


def compare_cohorts(first: Cohort, second: Cohort, *, is_comparison: bool) -> SideBySide:
    """Two cohorts, with what each area's means differ by; ``is_comparison``: whether one is a comparison group."""
    starts, changes = {}, {}
    for area in AREAS:
        tallies = [_tally(cohort.changes, area) for cohort in (first, second)]
        if min(tally.total() for tally in tallies) < LEAST_PAIRS:
            continue
        if found := compare_means(*(_gather(tally, lambda start, _latest: start) for tally in tallies)):
            starts[area] = found
        if is_comparison and (found := compare_means(*(_gather(tally, lambda a, b: b - a) for tally in tallies))):
            changes[area] = found
    return SideBySide(first=summarise_cohort(first), second=summarise_cohort(second), starts=starts, changes=changes)


def compare_means(first: Counter[int], second: Counter[int]) -> Difference | None:
    """How much larger the first's mean is, by Welch's t-test; None if all values of both are one number each.

    Args:
        first: how often each value occurs, of two at least.
        second: the same.

    >>> found = compare_means(Counter([3, 4, 5, 6]), Counter([1, 2, 3, 4]))
    >>> found.mean, round(found.ci_low, 2), round(found.ci_high, 2), round(found.p, 3)
    (2.0, -0.23, 4.23, 0.071)
    """
    return compare_sums(_sum_up(first), _sum_up(second))


def compare_sums(first: Sums, second: Sums) -> Difference | None:
    """The same from the sums of two samples, of two values or more each."""
    from scipy.special import stdtr, stdtrit  # noqa: PLC0415 - takes 0.1 s to load, as in measures

    errors = [(sums.variance_of_mean, sums.n - 1) for sums in (first, second)]
    error = sum(part for part, _ in errors)
    if not error:
        return None
    freedom = error**2 / sum(part**2 / n for part, n in errors)
    mean, deviation = first.mean - second.mean, math.sqrt(error)
    half_width = float(stdtrit(freedom, (1 + CONFIDENCE) / 2)) * deviation
    p = 2 * float(stdtr(freedom, -abs(mean) / deviation))
    return Difference(mean, mean - half_width, mean + half_width, p)


def _sum_up(values: Counter[int]) -> Sums:
    total = sum(value * times for value, times in values.items())
    return Sums(values.total(), total, sum(value * value * times for value, times in values.items()))


def _tally(changes: pd.DataFrame, area: str) -> Tally:
    """How many pairs of an area have each (start, latest)."""
    tally = Tally()
    for one, start, latest, n in changes.itertuples(index=False, name=None):
        if one == area:
            tally[int(start), int(latest)] += int(n)
    return tally


def _gather(tally: Tally, value_of: Callable[[int, int], int]) -> Counter[int]:
    """How often each value occurs that is worked out from a pair's start and latest."""
    values = Counter[int]()
    for (start, latest), n in tally.items():
        values[value_of(start, latest)] += n
    return values


def list_pods_by_area(changes_by_pod: pd.DataFrame) -> dict[str, dict[str, dict[str, Any]]]:
    """R5's measures of each area in each pod, as pages show them (R9): by pod in the order of names, then by area.

    Args:
        changes_by_pod: a frame of ``frames.CHANGES_BY_POD``.
    """
    found = {}
    for pod, changes in changes_by_pod.groupby("pod", sort=True):
        measures = measures_frame(changes[list(CHANGES)].reset_index(drop=True))
        shown = measures_records(drawable_frame(measures, Profile.RESTRICTED))
        found[str(pod)] = {area["area"]: area for area in shown}
    return found
