"""What two cohorts' closing differs by, in sentences, where one of them is a comparison group (R14)."""

from collections.abc import Sequence

from star_tracker.analysis.closing import Closing, ClosingDifference
from star_tracker.domain.figures import write_count, write_figure

CLEAR = 0.05
"""Below this p value a difference is said to arise seldom by chance alone."""


def write_difference(difference: ClosingDifference, names: Sequence[str]) -> str:
    """How much larger the first's share closed successfully is, with interval and p value.

    >>> from star_tracker.analysis.closing import ShareDifference
    >>> found = ClosingDifference(ShareDifference(0.08, -0.085, 0.25, 0.434), None, False)
    >>> print(write_difference(found, ("Every pod", "Elsewhere")))
    Every pod less Elsewhere: +8 percentage points, 95% interval −9 to +25 (Fisher’s exact test: p = 0.434). Chance \
alone often makes a difference as large.
    """
    share = difference.successfully
    points, low, high = (write_figure(100 * value, 0, signed=True) for value in share[:3])
    unit = "percentage point" if points[1:] == "1" else "percentage points"
    return (
        f"{names[0]} less {names[1]}: {points} {unit}, 95% interval {low} to {high} "
        f"(Fisher’s exact test: {_write_p(share.p)}). {_judge(share.p)}"
    )


def write_soonness(difference: ClosingDifference, closings: Sequence[Closing], names: Sequence[str]) -> str:
    """By when half of each had closed successfully, which was sooner, and the log-rank test's p value if any.

    Where the curves cross it says that the test says little then.
    """
    first, second = (closing.weeks_to_half for closing in closings)
    told = [
        f"{name} " + (f"within {write_count(weeks, 'week')}" if weeks else "not reached")
        for name, weeks in zip(names, (first, second), strict=True)
    ]
    if first and second and first != second:
        told[second < first] += f", {write_count(abs(first - second), 'week')} sooner"
    halves, p = f"{'; '.join(told)}.", difference.soonness_p
    if p is None:
        return halves
    crossed = "The curves cross, so this test, which asks whether one is ahead throughout, says little."
    return f"{halves} Log-rank test over all weeks: {_write_p(p)}. {crossed if difference.is_crossed else _judge(p)}"


def _write_p(p: float) -> str:
    return "p below 0.001" if p < 0.001 else f"p = {write_figure(p, 3)}"


def _judge(p: float) -> str:
    return f"Chance alone {'seldom' if p < CLEAR else 'often'} makes a difference as large."
