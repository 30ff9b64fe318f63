"""The pictures of two cohorts side by side, each drawn once for the data that it shows."""

from collections.abc import Mapping
from functools import lru_cache

from star_tracker.analysis import charts
from star_tracker.analysis.frames import MEASURES, build_frame
from star_tracker.analysis.pictures import Caption, Rows, describe_svg, render, rows_of, write_caption
from star_tracker.analysis.side_by_side import SideBySide
from star_tracker.domain.days import long_date
from star_tracker.domain.figures import write_count
from star_tracker.domain.scales import Labelled


class TwoCohortsChart(Labelled):
    """The charts of two cohorts, with their titles."""

    STAR = "star", "Two cohorts in one star"
    CHANGE = "change", "Change by area, side by side"


def list_charts(both: SideBySide) -> list[TwoCohortsChart]:
    """Those that have something to draw; the chart of change needs an area with enough pairs in either cohort."""
    if not (both.first.has_figures or both.second.has_figures):
        return []
    has_change = any(area["mean_change"] is not None for one in (both.first, both.second) for area in one.shown)
    return list(TwoCohortsChart) if has_change else [TwoCohortsChart.STAR]


def caption_two_cohorts(
    chart: TwoCohortsChart, both: SideBySide, names: tuple[str, str], *, service_name: str, is_comparison: bool
) -> Caption:
    """The caption of a picture; ``names`` say who is in the two cohorts."""
    told = [
        f"{name}: as at {long_date(one.selected_by.as_at)}, n = {write_count(one.pairs, 'pair')} of Stars."
        for name, one in zip(names, (both.first, both.second), strict=True)
    ]
    return write_caption(chart.label, *told, service_name=service_name, is_comparison=is_comparison)


def get_two_cohorts_picture(
    chart: TwoCohortsChart,
    both: SideBySide,
    names: tuple[str, str],
    labels: Mapping[str, str],
    form: str,
    *,
    caption: Caption,
    narrow: bool = False,
    is_framed: bool = False,
) -> bytes:
    """A chart as ``svg`` or ``png``; the other arguments are those of ``pictures.get_cohort_picture``.

    Raises:
        ValueError: there is nothing to draw.
    """
    rows = rows_of(both.first), rows_of(both.second)
    drawn = _draw(chart, rows, names, tuple(labels.items()), form, narrow, caption if is_framed else None)
    return describe_svg(drawn, caption) if form == "svg" else drawn


def describe_two_cohorts(chart: TwoCohortsChart, both: SideBySide, names: tuple[str, str]) -> str:
    """The picture's alternative text.

    Raises:
        ValueError: there is nothing to draw.
    """
    first, second = (build_frame(MEASURES, rows_of(one)) for one in (both.first, both.second))
    describe = charts.describe_two_stars if chart is TwoCohortsChart.STAR else charts.describe_two_changes
    return describe(first, second, names)


@lru_cache(maxsize=64)
def _draw(
    chart: TwoCohortsChart,
    rows: tuple[Rows, Rows],
    names: tuple[str, str],
    labels: tuple[tuple[str, str], ...],
    form: str,
    narrow: bool,
    frame: Caption | None,
) -> bytes:
    first, second = (build_frame(MEASURES, one) for one in rows)
    draw = charts.two_cohorts_star_chart if chart is TwoCohortsChart.STAR else charts.two_changes_chart
    return render(draw(first, second, names, dict(labels), narrow=narrow), form, frame)
