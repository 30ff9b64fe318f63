"""The outcomes chart: what share of the pairs improved, were maintained and declined in each area.

Told apart without colour too: the three always stand in the same order, which the key names, with a dark line
between them and their numbers on them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from star_tracker.analysis.charts import drawing
from star_tracker.analysis.charts.drawing import AnyChart, Row
from star_tracker.analysis.charts.figures import OUTCOMES, figures_by_area, outcomes_of
from star_tracker.analysis.charts.rows import GAP, LABEL_SPACE, NO_FIGURE, Across, AreaRows, row_chart

BARS_SPACE, BAR = 300, 24
DIGIT = 9
"""The width that a digit needs, in pixels, with a little to spare."""


@dataclass(frozen=True)
class _Fill:
    colour: str
    text: str
    caption: str
    key_left: float


FILLS = {
    "improved": _Fill("#4c2c92", drawing.PAPER, "Improved (left)", 0),
    "maintained": _Fill("#dee0e2", drawing.INK, "Maintained (middle)", 140),
    "declined": _Fill("#f47738", drawing.INK, "Declined (right)", 312),
}


def outcomes_chart(measures: pd.DataFrame, labels: Mapping[str, str]) -> AnyChart:
    """Of the pairs in each area, the share that improved, were maintained and declined, with their numbers.

    A number too wide for its part of the bar is written in words after the bar.

    Args:
        measures: a frame of ``frames.MEASURES``, disclosed or not.
        labels: the areas' names by code.

    Raises:
        ValueError: no area has all three numbers.
    """
    figures = figures_by_area(measures)
    rows = AreaRows(figures, labels)
    parts: list[Row] = []
    notes: list[Row] = []
    for area, record in figures.items():
        counts = outcomes_of(record)
        if counts is None:
            notes.append({"y": rows.y(area), "at": 0, "text": NO_FIGURE})
            continue
        bar = _bar(counts, rows.y(area))
        parts += bar
        narrow = ", ".join(f"{part['text']} {part['outcome']}" for part in bar if not part["fits"])
        if narrow:
            notes.append({"y": rows.y(area), "at": 1, "text": narrow})
    if not parts:
        raise ValueError("an outcomes chart needs an area with the numbers improved, maintained and declined")
    return rows.finish(_key_layers(), drawing.KEY_ROW, rows.panel(BARS_SPACE, _bars_layers(parts, notes)))


def _bar(counts: Mapping[str, int], y: float) -> list[dict[str, Any]]:
    """The parts of one bar that are not empty, left to right, as shares of its length."""
    total, before, parts = sum(counts.values()), 0, []
    for outcome, count in counts.items():
        if count:
            parts.append(
                {
                    "y": y,
                    "outcome": outcome,
                    "from": before / total,
                    "middle": (before + count / 2) / total,
                    "to": (before + count) / total,
                    "text": f"{count:,}",
                    "fits": BARS_SPACE * count / total >= DIGIT * len(f"{count:,}") + 4,
                }
            )
        before += count
    return parts


def _bars_layers(parts: Sequence[Row], notes: Sequence[Row]) -> list[alt.Chart]:
    across = Across(0, 1, "Share of pairs", format=".0%", values=[0, 0.25, 0.5, 0.75, 1])
    layers: list[alt.Chart] = []
    for outcome, fill in FILLS.items():
        mine = [part for part in parts if part["outcome"] == outcome]
        fitting = [part for part in mine if part["fits"]]
        layers += [
            row_chart(mine)
            .mark_bar(orient="horizontal", height=BAR, color=fill.colour, stroke=drawing.INK, strokeWidth=1)
            .encode(x=across.x("from"), x2="to"),
            drawing.write(row_chart(fitting).encode(x=across.x("middle")), align="center", colour=fill.text),
        ]
    return [*layers, drawing.write(row_chart(notes).encode(x=across.x("at")), align="left", dx=8)]


def _key_layers() -> list[alt.Chart]:
    layers: list[alt.Chart] = []
    for outcome in OUTCOMES:
        fill = FILLS[outcome]
        left, y = LABEL_SPACE + GAP + fill.key_left, drawing.KEY_ROW / 2
        layers += [
            drawing.pixel_chart([{"x": left + 7, "y": y}]).mark_point(
                shape="square", size=200, fill=fill.colour, stroke=drawing.INK, strokeWidth=1, opacity=1
            ),
            drawing.write(drawing.pixel_chart([{"x": left + 20, "y": y, "text": fill.caption}]), align="left"),
        ]
    return layers
