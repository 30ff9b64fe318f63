"""The chart of closing: shares by weeks since the start, as steps, with how many are still open below the axis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import altair as alt

from star_tracker.analysis.charts import drawing
from star_tracker.analysis.charts.beside import shorten_name
from star_tracker.analysis.charts.drawing import AnyChart, Look, Row
from star_tracker.analysis.charts.marks import say_of_each, say_step
from star_tracker.analysis.charts.rows import Across, row_chart
from star_tracker.analysis.closing import WEEK, Curve, Step, choose_weeks
from star_tracker.domain.figures import write_count, write_figure

FIRST = Look(colour="#1d70b8", shape="circle", fill="#1d70b8", size=70)
SECOND = Look(colour="#6b3410", dash=(8, 4), shape="diamond", fill=drawing.PAPER, size=120)
OTHERWISE = Look(colour=drawing.QUIET, dash=(2, 3), shape="square", fill=drawing.PAPER, size=90)
"""Closed for another reason, which only the chart of a single cohort has."""

SHARES = (0, 0.25, 0.5, 0.75, 1)
TABLE_TOP = 52
"""From the bottom of the curves to the first line below the axis and its title, in pixels."""


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """Sizes in pixels; ``most_weeks``: how many weeks the axis may name besides 0."""

    width: int
    height: int
    left: int
    margin: int
    most_weeks: int


_WIDE = _Layout(width=590, height=300, left=60, margin=8, most_weeks=10)
_NARROW = _Layout(width=284, height=240, left=54, margin=4, most_weeks=5)


def closing_chart(curves: Sequence[Curve], *, narrow: bool = False) -> AnyChart:
    """The share closed successfully by weeks since the start, of two cohorts; of one, also that closed otherwise.

    Args:
        curves: one cohort or two, each with steps.
        narrow: whether for a phone.
    """
    layout = _NARROW if narrow else _WIDE
    last = max(1, *(curve.steps[-1].days / WEEK for curve in curves))
    weeks = choose_weeks(max(curve.last_week for curve in curves), most=layout.most_weeks)
    across = Across(0, last, "Weeks since the start", {week: str(week) for week in weeks}, grid=False, labelFlush=False)
    drawn = [
        (look, shorten_name(curve.name), [(step.days / WEEK, step.successfully) for step in curve.steps])
        for look, curve in zip((FIRST, SECOND), curves, strict=False)
    ]
    if len(curves) == 1:
        otherwise = [(step.days / WEEK, step.otherwise) for step in curves[0].steps]
        drawn = [(FIRST, "Closed successfully", drawn[0][2]), (OTHERWISE, "Closed for another reason", otherwise)]
    says = {week: _say(week, curves) for week in weeks[1:]}
    layers = [*_grid_layers(layout, across, last)]
    for look, _caption, points in drawn:
        layers += _curve_layers(look, points, says, layout, across)
    layers += _at_risk_layers(curves, weeks, layout, across)
    key = drawing.key_layers([(look, caption) for look, caption, _points in drawn], left=0, top=0)
    key_panel = alt.LayerChart(layer=key, width=layout.width, height=drawing.KEY_ROW * len(drawn))
    # What is left of the curves has a panel of its own, so that a caption around the chart begins where the key does.
    nothing = drawing.pixel_chart([]).mark_point()
    beside = alt.LayerChart(layer=[nothing], width=layout.left, height=layout.height)
    plot = alt.LayerChart(layer=layers, width=layout.width, height=layout.height)
    body = alt.hconcat(beside, plot, spacing=0, bounds="flush")
    return drawing.finish_chart(alt.vconcat(key_panel, body, spacing=14, bounds="flush"), margin=layout.margin)


def _grid_layers(layout: _Layout, across: Across, last: float) -> list[alt.Chart]:
    """A line for each share that is named, and its name at the left."""
    rows = [
        {"y": layout.height * (1 - share), "from": 0, "to": last, "text": f"{write_figure(100 * share, 0)}%"}
        for share in SHARES
    ]
    lines = row_chart(rows).mark_rule(color=drawing.GRID).encode(x=across.x("from"), x2="to")
    names = drawing.write(row_chart(rows).encode(x=across.x("from")), align="right", size=drawing.SMALL_TEXT, dx=-8)
    return [lines, names]


def _curve_layers(
    look: Look, points: Sequence[tuple[float, float]], says: Mapping[int, str], layout: _Layout, across: Across
) -> list[alt.Chart]:
    """The steps, and a mark at each week of which something is said, by which the curves differ without colour."""
    rows = [{"week": week, "y": layout.height * (1 - share)} for week, share in points]
    marked: list[Row] = [
        {"week": week, "y": [row["y"] for row in rows if row["week"] <= week][-1], "says": words}
        for week, words in says.items()
        if week <= rows[-1]["week"]
    ]
    line = drawing.series_line(row_chart(rows).encode(x=across.x("week")), look, is_stepped=True)
    return [line, drawing.series_points(row_chart(marked).encode(x=across.x("week")), look)]


def _say(week: int, curves: Sequence[Curve]) -> str:
    """What is said at a week, of each curve that goes so far."""
    said = [(shorten_name(curve.name), say_step(step)) for curve in curves if (step := curve.after(week))]
    return say_of_each(f"After {write_count(week, 'week')}", said)


def _at_risk_layers(curves: Sequence[Curve], weeks: Sequence[int], layout: _Layout, across: Across) -> list[alt.Chart]:
    """Below the axis, how many interventions of each cohort are open and known of at each week that is named."""
    top = layout.height + TABLE_TOP
    heading = [{"week": 0, "y": top, "text": "Still open and known of"}]
    layers = [drawing.write(row_chart(heading).encode(x=across.x("week")), align="left", size=drawing.SMALL_TEXT)]
    for number, (look, curve) in enumerate(zip((FIRST, SECOND), curves, strict=False), start=1):
        y = top + 18 * number
        rows = [{"week": week, "y": y, "text": f"{_count_open(curve.steps, week):,}"} for week in weeks]
        mark = drawing.series_points(row_chart(rows[:1]).encode(x=across.x("week")), look)
        mark.mark.xOffset = -layout.left / 2
        layers += [
            drawing.write(row_chart(rows).encode(x=across.x("week")), align="center", size=drawing.SMALL_TEXT),
            *([mark] if len(curves) > 1 else []),
        ]
    return layers


def _count_open(steps: Sequence[Step], week: int) -> int:
    return next((step.at_risk for step in steps if step.days >= week * WEEK), 0)
