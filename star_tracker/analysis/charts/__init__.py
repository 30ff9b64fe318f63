"""Pictures of a cohort and of one parent's Stars, drawn by Altair, and their alternative texts.

``figures`` reads the measures and ``drawing`` holds what all charts share (colours, marks, the key, rendering to SVG
and PNG). ``star`` draws the two star charts; ``change`` and ``outcomes`` draw the charts with a row for each area, with
``rows`` in common; ``beside`` sets two cohorts beside each other, ``closing`` draws how soon they closed, ``visits``
how often families were seen; ``over_time`` and ``stages`` draw a panel for each area, placed by ``panels``; ``slide``
lays out two charts for a slide. ``words`` writes the alternative texts, and ``marks`` the labels of single
marks.

A chart takes measures, disclosed or not, and the areas' labels from ``scales.get_edition(...).areas``. It leaves a gap
where a figure is missing, and raises ValueError if there is nothing to draw. ``narrow`` makes it 360 pixels wide, for a
phone: the same content in the same text sizes, placed by another ``Layout``.

Altair takes 0.3 s to load, and a server's first page has no picture. So the modules that draw are imported when one of
their functions is first asked for, as an attribute of this package. The first picture of a process takes about 0.5 s
more. Never render before a fork: the children hang.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from star_tracker.analysis.charts.figures import OneStar
from star_tracker.analysis.charts.words import (
    describe_change,
    describe_closing,
    describe_cohort_star,
    describe_outcomes,
    describe_over_time,
    describe_parent_star,
    describe_stages,
    describe_two_changes,
    describe_two_stars,
    describe_visits,
)

if TYPE_CHECKING:
    from star_tracker.analysis.charts.beside import two_changes_chart, two_cohorts_star_chart
    from star_tracker.analysis.charts.change import change_chart
    from star_tracker.analysis.charts.closing import closing_chart
    from star_tracker.analysis.charts.drawing import (
        FONT,
        AnyChart,
        convert_to_png,
        frame_chart,
        measure_svg,
        render_png,
        render_svg,
    )
    from star_tracker.analysis.charts.outcomes import outcomes_chart
    from star_tracker.analysis.charts.over_time import measure_over_time, over_time_chart
    from star_tracker.analysis.charts.slide import slide_charts
    from star_tracker.analysis.charts.stages import measure_stages, stages_chart
    from star_tracker.analysis.charts.star import cohort_star_chart, measure_parent_star, parent_star_chart
    from star_tracker.analysis.charts.visits import measure_visits_chart, visits_chart

_DRAWING = {
    "two_changes_chart": "beside",
    "two_cohorts_star_chart": "beside",
    "change_chart": "change",
    "closing_chart": "closing",
    "AnyChart": "drawing",
    "FONT": "drawing",
    "convert_to_png": "drawing",
    "measure_svg": "drawing",
    "slide_charts": "slide",
    "frame_chart": "drawing",
    "render_png": "drawing",
    "render_svg": "drawing",
    "outcomes_chart": "outcomes",
    "measure_over_time": "over_time",
    "over_time_chart": "over_time",
    "measure_stages": "stages",
    "stages_chart": "stages",
    "cohort_star_chart": "star",
    "measure_parent_star": "star",
    "parent_star_chart": "star",
    "measure_visits_chart": "visits",
    "visits_chart": "visits",
}
"""The module of each name that Altair is needed for."""

__all__ = [
    "FONT",
    "AnyChart",
    "OneStar",
    "change_chart",
    "closing_chart",
    "cohort_star_chart",
    "convert_to_png",
    "describe_change",
    "describe_closing",
    "describe_cohort_star",
    "describe_outcomes",
    "describe_over_time",
    "describe_parent_star",
    "describe_stages",
    "describe_two_changes",
    "describe_two_stars",
    "describe_visits",
    "frame_chart",
    "measure_over_time",
    "measure_parent_star",
    "measure_stages",
    "measure_svg",
    "measure_visits_chart",
    "outcomes_chart",
    "over_time_chart",
    "parent_star_chart",
    "render_png",
    "render_svg",
    "slide_charts",
    "stages_chart",
    "two_changes_chart",
    "two_cohorts_star_chart",
    "visits_chart",
]


def __getattr__(name: str) -> Any:
    """Import the module that draws this.

    Raises:
        AttributeError: none does.
    """
    if name not in _DRAWING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_DRAWING[name]}"), name)
