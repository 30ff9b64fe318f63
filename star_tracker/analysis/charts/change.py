"""The change chart: the mean change of each area with its interval, and as a number."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import altair as alt
import pandas as pd

from star_tracker.analysis.charts import drawing
from star_tracker.analysis.charts.drawing import AnyChart, Row
from star_tracker.analysis.charts.figures import figures_by_area, why_blank
from star_tracker.analysis.charts.marks import label_areas
from star_tracker.analysis.charts.rows import LABEL_LINE, NARROW, WIDE, Across, AreaRows, Layout, row_chart
from star_tracker.analysis.labels import wrap_label
from star_tracker.domain.figures import write_figure
from star_tracker.domain.scales import HIGHEST, LOWEST

CAPTION = "Mean change, with its 95% interval"
INTERVAL = "#7b868c"
LARGEST_CHANGE = HIGHEST - LOWEST
LEAST_STEP = 19
"""The pixels that one point on the axis of changes needs to have its number."""

LETTER = 7
"""The width of a letter of the axis's title in pixels, generously."""

_WIDE = replace(WIDE, width=640, left=196, gap=16)
_NARROW = replace(NARROW, gap=10)
SLIDE = replace(_WIDE, width=570, left=192, gap=12, row=36, above=2)
"""For a slide, on which text is larger beside everything else."""


def change_chart(
    measures: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    narrow: bool = False,
    by_change: bool = True,
    layout: Layout | None = None,
) -> AnyChart:
    """The mean change from the start to the latest Star in each area, with its 95% interval.

    Args:
        measures: a frame of ``frames.MEASURES``, disclosed or not.
        labels: the areas' names by code.
        narrow: whether for a phone.
        by_change: whether the rows are in the order of the mean change, or in the Star's.
        layout: where its parts are; without one it depends on ``narrow``.

    Raises:
        ValueError: no area has a mean change.
    """
    figures = figures_by_area(measures)
    changed = {area: record for area, record in figures.items() if record["mean_change"] is not None}
    if not changed:
        raise ValueError("a change chart needs an area with a mean change")
    layout = layout or (_NARROW if narrow else _WIDE)
    rows = AreaRows(figures, labels, layout, by_change=by_change)
    says = label_areas(labels, [("", figures)], with_interval=True)
    changes = [
        {"y": rows.y(area), "says": says[area], "change": record["mean_change"], **interval_of(record)}
        for area, record in sorted(changed.items(), key=lambda item: rows.y(item[0]))
    ]
    blank = [
        {"y": rows.y(area), "says": says[area], "text": why_blank(record)}
        for area, record in figures.items()
        if area not in changed
    ]
    # Beside its mark a number and its interval stand below each other, or on a phone on one line.
    beside = (38.0, 0.0) if narrow else (0.0, LABEL_LINE / 2)
    numbers_space = 126 if narrow else 108
    space = layout.width - layout.left - layout.right - layout.gap - numbers_space
    return rows.finish(
        _key_layers(layout),
        drawing.KEY_ROW,
        rows.panel(space, _changes_layers(changes, blank, space)),
        rows.panel(numbers_space, _numbers_layers(rows, changed, *beside)),
    )


def _changes_layers(changes: Sequence[Row], blank: Sequence[Row], width: float) -> list[alt.Chart]:
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
        wrap_label("Points on the scale of 1 to 10", round(width / LETTER)),
        {value: write_figure(value, 0, signed=True) for value in range(lowest, highest + 1) if value % step == 0},
    )
    words = row_chart([{**row, "at": lowest} for row in blank])
    nought = alt.Chart(alt.InlineData(values=[{"at": 0}]))
    return [
        nought.mark_rule(color=drawing.INK, strokeWidth=1).encode(x=across.x("at")),
        row_chart(intervals).mark_rule(color=INTERVAL, strokeWidth=8).encode(x=across.x("low"), x2="high"),
        row_chart(changes)
        .mark_tick(orient="vertical", size=20, thickness=2, color=drawing.INK, opacity=1)
        .encode(x=across.x("change")),
        *drawing.write_over(words.encode(x=across.x("at")), align="left", dx=8),
    ]


def _numbers_layers(
    rows: AreaRows, changed: Mapping[str, Mapping[str, Any]], across: float, half_line: float
) -> list[alt.Chart]:
    """The changes as numbers, and the ends of their intervals so far to the right and below."""
    bold, small = [], []
    for area, record in changed.items():
        number = write_figure(record["mean_change"], 1, signed=True)
        bold.append({"x": 0, "y": rows.y(area) - half_line, "text": number})
        if record["ci_low"] is not None and record["ci_high"] is not None:
            low, high = (write_figure(record[end], 1, signed=True) for end in ("ci_low", "ci_high"))
            small.append({"x": across, "y": rows.y(area) + half_line, "text": f"{low} to {high}"})
    return [
        drawing.write(drawing.pixel_chart(bold), align="left", bold=True),
        drawing.write(drawing.pixel_chart(small), align="left", colour=drawing.QUIET),
    ]


def _key_layers(layout: Layout) -> list[alt.Chart]:
    """One mark with its interval, and what they are."""
    y, left = drawing.KEY_ROW / 2, layout.left
    bar = drawing.pixel_chart([{"x": left, "to": left + 40, "y": y - 4, "bottom": y + 4}])
    mean = drawing.pixel_chart([{"x": left + 20, "y": y - 10, "bottom": y + 10}])
    return [
        bar.mark_rect(color=INTERVAL, opacity=1).encode(x2="to", y2="bottom"),
        mean.mark_rule(color=drawing.INK, strokeWidth=2).encode(y2="bottom"),
        drawing.write(drawing.pixel_chart([{"x": left + 50, "y": y, "text": CAPTION}]), align="left"),
    ]


def interval_of(record: Mapping[str, Any]) -> dict[str, float]:
    """The ends of the interval, if it is defined, no further out than a change can be.

    The interval of six pairs, the fewest that may be drawn, can be 20 points long, which would flatten all other rows.
    """
    if record["ci_low"] is None or record["ci_high"] is None:
        return {}
    return {"low": max(record["ci_low"], -LARGEST_CHANGE), "high": min(record["ci_high"], LARGEST_CHANGE)}
