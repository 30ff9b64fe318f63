"""The outcomes chart: the shares of the pairs that improved, were maintained and declined in each area.

They differ without colour too: they are always in the same order, which the key names, with a dark line between them
and their numbers on them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from star_tracker.analysis.charts import drawing
from star_tracker.analysis.charts.drawing import AnyChart, Row
from star_tracker.analysis.charts.figures import OUTCOMES, figures_by_area, outcomes_of, why_blank
from star_tracker.analysis.charts.marks import say_outcomes
from star_tracker.analysis.charts.rows import NARROW, WIDE, Across, AreaRows, Layout, row_chart
from star_tracker.domain.figures import write_figure

BAR = 24
DIGIT = 9
"""The width that a digit needs in pixels, generously."""


@dataclass(frozen=True)
class _Fill:
    colour: str
    text: str
    caption: str


FILLS = {
    "improved": _Fill("#4c2c92", drawing.PAPER, "Improved (left)"),
    "maintained": _Fill("#dee0e2", drawing.INK, "Maintained (middle)"),
    "declined": _Fill("#f47738", drawing.INK, "Declined (right)"),
}


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """Where the parts are.

    Attributes:
        rows: the layout of the rows.
        bars: the length of the bars, in pixels.
        notes_line: how much higher rows with numbers in words below the bars are; 0 if the words are after the bars.
        key: where each part of the key is: pixels from the left, and rows down.
    """

    rows: Layout
    bars: int
    notes_line: int
    key: tuple[tuple[int, int], ...]


_WIDE = _Layout(rows=WIDE, bars=300, notes_line=0, key=((0, 0), (140, 0), (312, 0)))
_NARROW = _Layout(
    rows=NARROW, bars=NARROW.width - NARROW.left - NARROW.right, notes_line=18, key=((0, 0), (0, 1), (0, 2))
)


def outcomes_chart(
    measures: pd.DataFrame, labels: Mapping[str, str], *, narrow: bool = False, by_change: bool = True
) -> AnyChart:
    """The shares of the pairs in each area that improved, were maintained and declined, with their numbers.

    A number too wide for its part of the bar is written in words after the bar, or below it on a phone.

    Args:
        measures: a frame of ``frames.MEASURES``, disclosed or not.
        labels: the areas' names by code.
        narrow: whether for a phone.
        by_change: whether the rows are in the order of the mean change, or in the Star's.

    Raises:
        ValueError: no area has all three numbers.
    """
    figures = figures_by_area(measures)
    layout = _NARROW if narrow else _WIDE
    counted = {area: counts for area, record in figures.items() if (counts := outcomes_of(record))}
    bars = {area: _bar(counts, layout.bars) for area, counts in counted.items()}
    if not bars:
        raise ValueError("an outcomes chart needs an area with the numbers improved, maintained and declined")
    in_words = {
        area: ", ".join(f"{part['text']} {part['outcome']}" for part in bar if not part["fits"])
        for area, bar in bars.items()
        if not all(part["fits"] for part in bar)
    }
    below = layout.notes_line
    rows = AreaRows(figures, labels, layout.rows, dict.fromkeys(in_words, below), by_change=by_change)
    parts = [
        {"y": rows.y(area), "says": say_outcomes(labels[area], counted[area]), **part}
        for area, bar in sorted(bars.items(), key=lambda item: rows.y(item[0]))
        for part in bar
    ]
    without = [{"y": rows.y(area), "at": 0, "text": why_blank(figures[area])} for area in figures if area not in bars]
    drop = (BAR + below) / 2 if below else 0
    notes = [{"y": rows.y(area) + drop, "at": 1, "text": words} for area, words in in_words.items()]
    quarters = (0, 0.25, 0.5, 0.75, 1)
    across = Across(0, 1, "Share of pairs", {share: f"{write_figure(100 * share, 0)}%" for share in quarters})
    layers = [
        *_parts_layers(parts, across),
        *drawing.write_over(row_chart(without).encode(x=across.x("at")), align="left", dx=8),
        *drawing.write_over(
            row_chart(notes).encode(x=across.x("at")), align="right" if below else "left", dx=0 if below else 8
        ),
    ]
    key_height = drawing.KEY_ROW * (1 + layout.key[-1][1])
    return rows.finish(_key_layers(layout), key_height, rows.panel(layout.bars, layers))


def _bar(counts: Mapping[str, int], width: float) -> list[dict[str, Any]]:
    """The parts of one bar that are not empty, left to right, as shares of its length of ``width`` pixels."""
    total, before, parts = sum(counts.values()), 0, []
    for outcome, count in counts.items():
        if count:
            parts.append(
                {
                    "outcome": outcome,
                    "from": before / total,
                    "middle": (before + count / 2) / total,
                    "to": (before + count) / total,
                    "text": f"{count:,}",
                    "fits": width * count / total >= DIGIT * len(f"{count:,}") + 4,
                }
            )
        before += count
    return parts


def _parts_layers(parts: Sequence[Row], across: Across) -> list[alt.Chart]:
    """The parts of all bars, with their numbers where there is room."""
    layers: list[alt.Chart] = []
    for outcome, fill in FILLS.items():
        alike = [part for part in parts if part["outcome"] == outcome]
        fitting = [part for part in alike if part["fits"]]
        layers += [
            row_chart(alike)
            .mark_bar(orient="horizontal", height=BAR, color=fill.colour, stroke=drawing.INK, strokeWidth=1)
            .encode(x=across.x("from"), x2="to"),
            drawing.write(row_chart(fitting).encode(x=across.x("middle")), align="center", colour=fill.text),
        ]
    return layers


def _key_layers(layout: _Layout) -> list[alt.Chart]:
    layers: list[alt.Chart] = []
    for outcome, (across, row) in zip(OUTCOMES, layout.key, strict=True):
        fill = FILLS[outcome]
        left, y = layout.rows.left + across, drawing.KEY_ROW * (row + 0.5)
        layers += [
            drawing.pixel_chart([{"x": left + 7, "y": y}]).mark_point(
                shape="square", size=200, fill=fill.colour, stroke=drawing.INK, strokeWidth=1, opacity=1
            ),
            drawing.write(drawing.pixel_chart([{"x": left + 20, "y": y, "text": fill.caption}]), align="left"),
        ]
    return layers
