"""The change chart: from start to latest in each area, and the mean change with its interval."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from star_tracker.analysis.charts import drawing
from star_tracker.analysis.charts.drawing import LATEST, START, AnyChart, Row
from star_tracker.analysis.charts.figures import NO_FIGURE, TOO_FEW, figures_by_area, is_small
from star_tracker.analysis.charts.rows import NARROW, WIDE, Across, AreaRows, row_chart
from star_tracker.analysis.labels import wrap_label
from star_tracker.domain.figures import write_figure
from star_tracker.domain.scales import HIGHEST, LOWEST

AVERAGES_SHARE = 5 / 9
"""The averages' share of the panels' width."""

INTERVAL = "#7b868c"
LARGEST_CHANGE = HIGHEST - LOWEST
LEAST_STEP = 19
"""The pixels that one point on the axis of changes needs to have its number."""

LETTER = 7
"""The width of a letter of the axes' titles in pixels, generously."""


def change_chart(measures: pd.DataFrame, labels: Mapping[str, str], *, narrow: bool = False) -> AnyChart:
    """The averages at the start and at the latest Star, and the mean change with its 95% interval.

    Args:
        measures: a frame of ``frames.MEASURES``, disclosed or not.
        labels: the areas' names by code.
        narrow: whether for a phone.

    Raises:
        ValueError: no area has a mean change.
    """
    figures = figures_by_area(measures)
    layout = NARROW if narrow else WIDE
    rows = AreaRows(figures, labels, layout)
    averages, without, changes, small = [], [], [], []
    for area, record in figures.items():
        if record["mean_start"] is not None and record["mean_latest"] is not None:
            averages.append({"y": rows.y(area), "start": record["mean_start"], "latest": record["mean_latest"]})
        else:
            without.append({"y": rows.y(area), "at": LOWEST, "text": NO_FIGURE})
        if is_small(record):
            small.append({"y": rows.y(area), "text": TOO_FEW})
        if record["mean_change"] is not None:
            changes.append({"y": rows.y(area), "change": record["mean_change"], **_interval(record)})
    if not changes:
        raise ValueError("a change chart needs an area with a mean change")
    captions = [(START, "Average at the start"), (LATEST, "Average at the latest Star")]
    averages_space, changes_space = layout.panel_widths(AVERAGES_SHARE)
    return rows.finish(
        drawing.key_layers(captions, left=layout.left, top=0),
        drawing.KEY_ROW * len(captions),
        rows.panel(averages_space, _averages_layers(averages, without)),
        rows.panel(changes_space, _changes_layers(changes, small, changes_space)),
    )


def _averages_layers(averages: Sequence[Row], without: Sequence[Row]) -> list[alt.Chart]:
    """The two averages of each area with a line between them."""
    scale: dict[float, str] = {value: str(value) for value in range(LOWEST, HIGHEST + 1)}
    across = Across(LOWEST, HIGHEST, "Average scaling, 1 to 10", scale, labelFlush=False)
    chart = row_chart(averages)
    return [
        chart.mark_rule(color=drawing.QUIET, strokeWidth=2).encode(x=across.x("start"), x2="latest"),
        # Squares below circles: see ``drawing``.
        drawing.series_points(chart.encode(x=across.x("latest")), LATEST),
        drawing.series_points(chart.encode(x=across.x("start")), START),
        *drawing.write_over(row_chart(without).encode(x=across.x("at")), align="left", dx=8),
    ]


def _changes_layers(changes: Sequence[Row], small: Sequence[Row], width: float) -> list[alt.Chart]:
    """The mean change of each area, its interval, and a line at no change.

    The mean is a thin upright line over a thick interval, which with many pairs is only some pixels long.
    """
    intervals = [row for row in changes if "low" in row]
    ends = [row["change"] for row in changes] + [row[end] for row in intervals for end in ("low", "high")]
    lowest, highest = math.floor(min(-1, *ends, 0)), math.ceil(max(1, *ends, 0))
    step = 1 if width >= LEAST_STEP * (highest - lowest) else 3
    across = Across(
        lowest,
        highest,
        wrap_label("Mean change, with its 95% confidence interval", round(width / LETTER)),
        {value: write_figure(value, 0, signed=True) for value in range(lowest, highest + 1) if value % step == 0},
    )
    blank = row_chart([{**row, "at": lowest} for row in small])
    nought = alt.Chart(alt.InlineData(values=[{"at": 0}]))
    return [
        nought.mark_rule(color=drawing.INK, strokeWidth=1).encode(x=across.x("at")),
        row_chart(intervals).mark_rule(color=INTERVAL, strokeWidth=8).encode(x=across.x("low"), x2="high"),
        row_chart(changes)
        .mark_tick(orient="vertical", size=20, thickness=2, color=drawing.INK, opacity=1)
        .encode(x=across.x("change")),
        *drawing.write_over(blank.encode(x=across.x("at")), align="left", dx=8),
    ]


def _interval(record: Mapping[str, Any]) -> dict[str, float]:
    """The ends of the interval, if it is defined, no further out than a change can be.

    The interval of six pairs, the fewest that may be drawn, can be 20 points long, which would flatten all other rows.
    """
    if record["ci_low"] is None or record["ci_high"] is None:
        return {}
    return {"low": max(record["ci_low"], -LARGEST_CHANGE), "high": min(record["ci_high"], LARGEST_CHANGE)}
