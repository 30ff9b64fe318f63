"""How soon interventions close, and how: the course of a cohort's, or of two cohorts' for comparison.

One intervention counts once, however many parents take part. Open ones are followed to the cohort's day and no further
(censored); an intervention that ended for another reason can no longer close successfully (a competing risk). So the
share closed successfully by a day is the Aalen-Johansen estimate, which needs nothing to be assumed of those endings.
"""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.analysis.disclosure import LEAST_PAIRS
from star_tracker.analysis.key_figures import Share
from star_tracker.analysis.measures import CONFIDENCE
from star_tracker.domain.scales import ClosureReason

LEAST_INTERVENTIONS = LEAST_PAIRS
"""Of fewer interventions there are only counts: no curve, no percentage and no comparison (R9)."""

WEEK = 7
"""The days of a week."""

_NEARLY_HALF = 0.5 - 1e-9
"""Half, less what sums of floats may lose."""

_TICKS = (1, 2, 4, 8, 13, 26, 52, 104, 260, 520)
"""How many weeks may lie between two weeks that a table or an axis names."""


class Ending(NamedTuple):
    """How an intervention ended so many days after its start; the reason is None of one that is open at the last."""

    days: int
    reason: str | None


class Step(NamedTuple):
    """The estimate from one day on.

    Attributes:
        days: days since the start.
        at_risk: interventions that were open until this day and are known of on it.
        successfully: the share closed successfully by the end of this day, 0 to 1.
        otherwise: the share closed for another reason by then; the rest is open.
    """

    days: int
    at_risk: int
    successfully: float
    otherwise: float

    @property
    def still_open(self) -> float:
        """The share that is open at the end of this day."""
        return max(0.0, 1 - self.successfully - self.otherwise)


@dataclass(frozen=True, kw_only=True)
class Closing:
    """How a cohort's interventions closed.

    Attributes:
        selected_by: the filter, which asks nothing of Stars.
        endings: how often each ending occurs.
        steps: the estimate by day, the first on the day of the start; empty where there are too few interventions.
    """

    selected_by: CohortFilter
    endings: Counter[Ending] = field(repr=False)
    steps: tuple[Step, ...] = field(repr=False)

    @property
    def interventions(self) -> int:
        """How many there are, open and closed."""
        return self.endings.total()

    @property
    def by_reason(self) -> Mapping[ClosureReason, int]:
        """How many closed for each reason."""
        return {
            reason: sum(n for ending, n in self.endings.items() if ending.reason == reason) for reason in ClosureReason
        }

    @property
    def open(self) -> int:
        """How many are open as at the cohort's day."""
        return sum(n for ending, n in self.endings.items() if ending.reason is None)

    @property
    def successfully(self) -> Share:
        """Those that closed successfully, of all: the open ones and those that ended otherwise too."""
        return Share(self.by_reason[ClosureReason.COMPLETED], self.interventions)

    @property
    def weeks_to_half(self) -> int | None:
        """Within how many weeks half had closed successfully, a begun week included; None if that was not reached."""
        return next(
            (max(1, math.ceil(step.days / WEEK)) for step in self.steps if step.successfully >= _NEARLY_HALF), None
        )


@dataclass(frozen=True, kw_only=True)
class Curve:
    """What a chart draws of one cohort, a key of the cache.

    Attributes:
        name: what the cohort is called.
        steps: the estimate by day, as ``Closing`` has it, not empty.
    """

    name: str
    steps: tuple[Step, ...]

    @property
    def last_week(self) -> int:
        """The last whole week that it covers."""
        return self.steps[-1].days // WEEK

    def after(self, weeks: int) -> Step | None:
        """The estimate so many weeks after the start; None once no intervention is known of."""
        days = weeks * WEEK
        if days > self.steps[-1].days:
            return None
        last = _step_of(self.steps, days)
        followed = self.steps[bisect_left(self.steps, days, key=lambda step: step.days)]
        return last._replace(days=days, at_risk=followed.at_risk)


def work_out_closing(selected_by: CohortFilter, endings: Counter[Ending]) -> Closing:
    """How the interventions closed that ended so."""
    steps = trace_closing(endings) if endings.total() >= LEAST_INTERVENTIONS else ()
    return Closing(selected_by=selected_by, endings=endings, steps=steps)


def trace_closing(endings: Counter[Ending]) -> tuple[Step, ...]:
    """The shares closed by each day on which an intervention closed or was last known of (Aalen-Johansen).

    Of four, one closed successfully on day 10 (1/4) and one otherwise on day 20. One was open at day 30, so it says
    nothing of later days; the last closed successfully on day 40, as all do that are known of then: the half that was
    still open.

    >>> ended = [(10, "completed"), (20, "moved_away"), (30, None), (40, "completed")]
    >>> [tuple(step) for step in trace_closing(Counter(Ending(*each) for each in ended))]
    [(0, 4, 0.0, 0.0), (10, 4, 0.25, 0.0), (20, 3, 0.25, 0.25), (30, 2, 0.25, 0.25), (40, 1, 0.75, 0.25)]
    """
    at_risk, still_open, successfully, otherwise = endings.total(), 1.0, 0.0, 0.0
    steps = [Step(0, at_risk, 0.0, 0.0)]
    in_order = sorted(endings.items(), key=lambda item: item[0].days)
    for days, of_day in groupby(in_order, key=lambda item: item[0].days):
        ended = [(ending.reason, n) for ending, n in of_day]
        well = sum(n for reason, n in ended if reason == ClosureReason.COMPLETED)
        closed = sum(n for reason, n in ended if reason is not None)
        successfully += still_open * well / at_risk
        otherwise += still_open * (closed - well) / at_risk
        still_open *= 1 - closed / at_risk
        step = Step(days, at_risk, successfully, otherwise)
        steps[-1:] = [step] if days == 0 else [steps[-1], step]
        at_risk -= sum(n for _reason, n in ended)
    return tuple(steps)


def choose_weeks(last: int, *, most: int) -> list[int]:
    """The weeks that a table or an axis names: 0, and at most so many more in even steps, none after the last.

    >>> choose_weeks(60, most=8), choose_weeks(60, most=5), choose_weeks(3, most=8)
    ([0, 8, 16, 24, 32, 40, 48, 56], [0, 13, 26, 39, 52], [0, 1, 2, 3])
    """
    step = next((tick for tick in _TICKS if last // tick <= most), max(_TICKS[-1], -(-last // most)))
    return list(range(0, last + 1, step))


class ShareDifference(NamedTuple):
    """The first share less the second, 0 to 1, with its 95% confidence interval and p value."""

    share: float
    ci_low: float
    ci_high: float
    p: float


class ClosingDifference(NamedTuple):
    """What two cohorts differ by, where one is a comparison group (R14).

    Attributes:
        successfully: in the share closed successfully of all.
        soonness_p: the p value of the log-rank test of how soon they closed successfully; None where nothing tells.
        is_crossed: whether half of one had closed sooner, and a larger share of the other in the end. The log-rank test
            asks whether one is ahead throughout, and misses that.
    """

    successfully: ShareDifference
    soonness_p: float | None
    is_crossed: bool


def compare_closing(first: Closing, second: Closing) -> ClosingDifference | None:
    """What two cohorts differ by; None if either has too few interventions."""
    if not (first.steps and second.steps):
        return None
    last = min(first.steps[-1].days, second.steps[-1].days)
    ahead = _step_of(first.steps, last).successfully - _step_of(second.steps, last).successfully
    later = (first.weeks_to_half or math.inf) - (second.weeks_to_half or math.inf)
    return ClosingDifference(
        compare_shares(first.successfully, second.successfully),
        compare_soonness(first.endings, second.endings),
        is_crossed=ahead * later > 0,
    )


def _step_of(steps: Sequence[Step], days: int) -> Step:
    """The estimate on a day."""
    return steps[bisect_right(steps, days, key=lambda step: step.days) - 1]


def compare_shares(first: Share, second: Share) -> ShareDifference:
    """The difference of two shares: Newcombe's hybrid score interval, from Wilson's of each share; Fisher's exact test.

    Fisher's test is exact at any size and gives the same p value everywhere. It is cautious: with few families it finds
    a difference less easily than Barnard's.

    >>> found = compare_shares(Share(61, 88), Share(27, 44))
    >>> [round(value, 3) for value in found]
    [0.08, -0.085, 0.25, 0.434]
    """
    from scipy.stats import binomtest, fisher_exact  # noqa: PLC0415 - takes a second to load

    (p_1, low_1, high_1), (p_2, low_2, high_2) = (
        (share.part / share.whole, *binomtest(*share).proportion_ci(CONFIDENCE, "wilson")) for share in (first, second)
    )
    difference = p_1 - p_2
    test = fisher_exact(np.array([[share.part, share.whole - share.part] for share in (first, second)]))
    return ShareDifference(
        difference,
        difference - math.hypot(p_1 - low_1, high_2 - p_2),
        difference + math.hypot(high_1 - p_1, p_2 - low_2),
        float(test.pvalue),
    )


def compare_soonness(first: Counter[Ending], second: Counter[Ending]) -> float | None:
    """The p value of the log-rank test of closing successfully, to which another ending counts as not known of later.

    None if no intervention closed successfully while both cohorts had one that was open.
    """
    from scipy.stats import CensoredData, logrank  # noqa: PLC0415 - as above

    both: list[Any] = []
    for endings in (first, second):
        days: dict[bool, list[int]] = {True: [], False: []}
        for ending, n in endings.items():
            days[ending.reason == ClosureReason.COMPLETED] += [ending.days] * n
        both.append(CensoredData(uncensored=days[True], right=days[False]))
    with np.errstate(divide="ignore", invalid="ignore"):
        p = float(logrank(*both).pvalue)
    return None if math.isnan(p) else p
