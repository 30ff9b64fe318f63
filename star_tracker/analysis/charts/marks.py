"""The words of a mark, which an SVG has as the mark's label: its figures for a screen reader, or for a script.

A row with ``says`` gives its mark these words (``drawing.data_chart``). They begin with what they are of (an area, a
quarter, a number of weeks) and a colon. A figure that the chart may not show is missing here too (R9).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from star_tracker.analysis.charts.figures import OUTCOMES, why_blank
from star_tracker.analysis.closing import Step
from star_tracker.analysis.visits_over_time import QuarterVisits
from star_tracker.domain.figures import write_count, write_figure


def say_measures(record: Mapping[str, Any], *, with_interval: bool = False) -> str:
    """An area's averages, its mean change and its number of pairs, as far as they may be shown.

    >>> area = {"mean_start": 3.6, "mean_latest": 5.45, "mean_change": 1.85, "ci_low": 1.6, "ci_high": 2.1, "n": 452}
    >>> say_measures(area)
    '3.6 at the start, 5.5 latest, change +1.9, 452 pairs'
    >>> say_measures(area, with_interval=True)
    '3.6 at the start, 5.5 latest, change +1.9 (95% interval +1.6 to +2.1), 452 pairs'
    >>> say_measures({**area, "mean_change": None, "ci_low": None, "ci_high": None, "n": 9})
    '3.6 at the start, 5.5 latest, 9 pairs'
    """
    start, latest = (write_figure(record[name]) for name in ("mean_start", "mean_latest"))
    change, low, high = (write_figure(record[name], signed=True) for name in ("mean_change", "ci_low", "ci_high"))
    interval = f" (95% interval {low} to {high})" if with_interval and low and high else ""
    parts = [
        f"{start} at the start" if start else "",
        f"{latest} latest" if latest else "",
        f"change {change}{interval}" if change else "",
        "" if record["n"] is None else write_count(record["n"], "pair"),
    ]
    return ", ".join(filter(None, parts)) or why_blank(record)


def say_of_each(what: str, said: Sequence[tuple[str, str]]) -> str:
    """What is said of one cohort, or by their names of two.

    >>> say_of_each("Family routine", [("Crewe", "9 pairs"), ("Demoville", "no figure")])
    'Family routine: Crewe, 9 pairs; Demoville, no figure'
    """
    return f"{what}: {'; '.join(f'{name}, {words}' for name, words in said) if len(said) > 1 else said[0][1]}"


def say_outcomes(label: str, counts: Mapping[str, int]) -> str:
    """How many pairs of an area improved, were maintained and declined.

    >>> say_outcomes("Family routine", {"improved": 1200, "maintained": 0, "declined": 3})
    'Family routine: 1,200 improved, 0 maintained, 3 declined, of 1,203 pairs'
    """
    parts = ", ".join(f"{counts[outcome]:,} {outcome}" for outcome in OUTCOMES)
    return f"{label}: {parts}, of {write_count(sum(counts.values()), 'pair')}"


def say_move(label: str, pairs: int, of: int, before: str, after: str) -> str:
    """How many of an area's pairs went from one stage to another, or stayed in one.

    >>> say_move("Family routine", 12, 1452, "Stuck", "Trying")
    'Family routine: 12 of 1,452 pairs went from Stuck to Trying'
    >>> say_move("Family routine", 1, 12, "Trying", "Trying")
    'Family routine: 1 of 12 pairs stayed in Trying'
    """
    moved = f"stayed in {before}" if before == after else f"went from {before} to {after}"
    return f"{label}: {pairs:,} of {write_count(of, 'pair')} {moved}"


def say_step(step: Step) -> str:
    """How many interventions had closed by a week, and how many were then open and known of.

    >>> say_step(Step(days=182, at_risk=120, successfully=0.345, otherwise=0.1))
    '35% closed successfully, 10% closed for another reason, 120 open and known of'
    """
    shares = (write_figure(100 * share, 0) for share in (step.successfully, step.otherwise))
    return "{}% closed successfully, {}% closed for another reason, ".format(*shares) + (
        f"{step.at_risk:,} open and known of"
    )


def say_visits(one: QuarterVisits) -> str:
    """The visits by family and week of support in a quarter that has a week of support."""
    visits = f"{write_figure(one.per_week)} visits by family and week of support"
    return f"{one.quarter.label}: {visits}, {write_count(one.weeks, 'week')} of support"


def label_areas(
    labels: Mapping[str, str], cohorts: Iterable[tuple[str, Mapping[str, Mapping[str, Any]]]], **options: bool
) -> dict[str, str]:
    """What is said of each area.

    Args:
        labels: the areas' names by code.
        cohorts: the name of each cohort, which is not said of a single one, and its figures by area.
        options: those of ``say_measures``.
    """
    each = list(cohorts)
    return {
        area: say_of_each(label, [(name, say_measures(figures[area], **options)) for name, figures in each])
        for area, label in labels.items()
    }
