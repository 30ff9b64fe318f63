"""The star charts: ten areas around a centre, clockwise from the top, with a ring for each value of the scale.

Altair has no radar, so the places are worked out here, in pixels. A missing value leaves a gap in the line.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import altair as alt
import pandas as pd

from star_tracker.analysis.charts import drawing
from star_tracker.analysis.charts.drawing import LATEST, START, AnyChart, Look
from star_tracker.analysis.charts.figures import Values, averages, figures_by_area
from star_tracker.domain.scales import AREAS, HIGHEST, LOWEST

WIDTH, HEIGHT = 624, 544
CENTRE_X, CENTRE_Y, RADIUS = WIDTH / 2, 244, 186
LABEL_GAP, LABEL_LINE = 16, 17
KEY_TOP, KEY_LEFT = 492, 150
LABEL_WIDTHS = (24, 20, 14, 14, 20, 24, 20, 14, 14, 20)
"""How many characters a line of each spoke's name may have, clockwise from the top: as far as the edge allows."""

_Align = Literal["center", "left", "right"]


@dataclass(frozen=True, kw_only=True)
class _Series:
    look: Look
    caption: str
    values: Values


def cohort_star_chart(measures: pd.DataFrame, labels: Mapping[str, str]) -> AnyChart:
    """The cohort star: average scaling by area, at the start and at the latest Star.

    Args:
        measures: a frame of ``frames.MEASURES``, disclosed or not.
        labels: the areas' names by code.

    Raises:
        ValueError: no area has an average.
    """
    figures = figures_by_area(measures)
    series = [
        _Series(look=START, caption="Average at the start", values=averages(figures, "mean_start")),
        _Series(look=LATEST, caption="Average at the latest Star", values=averages(figures, "mean_latest")),
    ]
    return _star_chart(series, labels, missing="no figure")


def parent_star_chart(
    start: Values | None,
    latest: Values | None,
    labels: Mapping[str, str],
    *,
    start_caption: str = "Start",
    latest_caption: str = "Latest",
) -> AnyChart:
    """One parent's star: the values of a start Star, of a latest Star, or of both.

    Args:
        start: the start Star's values by area, 1 to 10 or None where not scored; None if there is no such Star.
        latest: the same of the latest Star.
        labels: the areas' names by code.
        start_caption: what the key says of the start Star, such as "Start, 3 May 2018".
        latest_caption: what it says of the latest.

    Raises:
        ValueError: neither Star has a scored area.
    """
    series = [
        _Series(look=look, caption=caption, values=values)
        for look, caption, values in ((START, start_caption, start), (LATEST, latest_caption, latest))
        if values is not None
    ]
    return _star_chart(series, labels, missing="not scored")


def _star_chart(series: Sequence[_Series], labels: Mapping[str, str], *, missing: str) -> AnyChart:
    drawn = {area for one in series for area, value in one.values.items() if value is not None}
    if not drawn:
        raise ValueError("a star chart needs a value in at least one area")
    notes = {area: [] if area in drawn else [f"({missing})"] for area in AREAS}
    layers = [
        *_grid(),
        *(layer for one in series for layer in _line(one)),
        *_ring_numbers(),
        # Squares beneath circles: see ``drawing``.
        *(layer for one in reversed(series) for layer in _points(one)),
        *_area_labels(labels, notes),
        *drawing.key_layers([(one.look, one.caption) for one in series], left=KEY_LEFT, top=KEY_TOP),
    ]
    return drawing.finish_chart(alt.LayerChart(layer=layers, width=WIDTH, height=HEIGHT))


def _place(spoke: float, value: float) -> dict[str, float]:
    """Where a value lies on a spoke, counted clockwise from the top; 0 is the centre, 10 the outer ring."""
    angle = 2 * math.pi * spoke / len(AREAS)
    distance = RADIUS * value / HIGHEST
    # A hundredth of a pixel: the last digits of sines differ between machines and would change the bytes.
    return {
        "x": round(CENTRE_X + distance * math.sin(angle), 2),
        "y": round(CENTRE_Y - distance * math.cos(angle), 2),
    }


def _grid() -> list[alt.Chart]:
    """A ring for each value and a spoke for each area."""
    values, spokes = range(LOWEST, HIGHEST + 1), range(len(AREAS))
    rings = [
        {"ring": value, "order": order, **_place(spoke, value)}
        for value in values
        for order, spoke in enumerate((*spokes, 0))
    ]
    rays = [{"ray": spoke, **_place(spoke, value)} for spoke in spokes for value in (0, HIGHEST)]
    return [
        drawing.pixel_chart(rings)
        .mark_line(color=drawing.GRID, strokeWidth=1)
        .encode(detail="ring:N", order="order:Q"),
        drawing.pixel_chart(rays).mark_line(color=drawing.GRID, strokeWidth=1).encode(detail="ray:N"),
    ]


def _ring_numbers() -> list[alt.Chart]:
    """The rings' numbers, halfway between the last spoke and the first, where no point lies."""
    inset = math.cos(math.pi / len(AREAS))
    rows = [{"text": str(value), **_place(-0.5, value * inset)} for value in range(LOWEST, HIGHEST + 1)]
    chart = drawing.pixel_chart(rows)
    halo = chart.mark_text(
        baseline="middle", fontSize=drawing.SMALL_TEXT, stroke=drawing.PAPER, strokeWidth=4, strokeJoin="round"
    )
    return [
        halo.encode(text="text:N"),
        drawing.write(chart, align="center", colour=drawing.INK, size=drawing.SMALL_TEXT),
    ]


def _line(series: _Series) -> list[alt.Chart]:
    rows = [
        {"run": number, "order": order, **_place(spoke, value)}
        for number, run in enumerate(_runs([series.values.get(area) for area in AREAS]))
        if len(run) > 1
        for order, (spoke, value) in enumerate(run)
    ]
    if not rows:
        return []
    return [drawing.series_line(drawing.pixel_chart(rows), series.look).encode(detail="run:N", order="order:Q")]


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """The stretches of line around the star: (spoke, value), broken where a value is missing.

    With no value missing there is one, which returns to where it began.

    >>> _runs([5, 6, None, 4, None, 7])
    [[(3, 4)], [(5, 7), (0, 5), (1, 6)]]
    >>> _runs([5, 6, 7])
    [[(0, 5), (1, 6), (2, 7), (0, 5)]]
    """
    spokes = len(values)
    after_gap = next((spoke + 1 for spoke, value in enumerate(values) if value is None), 0)
    runs: list[list[tuple[int, float]]] = [[]]
    for step in range(after_gap, after_gap + spokes):
        value = values[step % spokes]
        if value is None:
            runs.append([])
        else:
            runs[-1].append((step % spokes, value))
    if len(runs) == 1:
        runs[0].append(runs[0][0])
    return [run for run in runs if run]


def _points(series: _Series) -> list[alt.Chart]:
    rows = [_place(spoke, value) for spoke, area in enumerate(AREAS) if (value := series.values.get(area)) is not None]
    return [drawing.series_points(drawing.pixel_chart(rows), series.look)] if rows else []


def _area_labels(labels: Mapping[str, str], notes: Mapping[str, list[str]]) -> list[alt.Chart]:
    """The names around the star, each turned away from it, and below a name what is noted of the area."""
    reach = HIGHEST * (1 + LABEL_GAP / RADIUS)
    rows: dict[_Align, list[drawing.Row]] = {"center": [], "left": [], "right": []}
    for spoke, area in enumerate(AREAS):
        lines = drawing.wrap_label(labels[area], LABEL_WIDTHS[spoke]) + notes[area]
        place = _place(spoke, reach)
        # All lines lie above the top spoke's end, all below the bottom one's, and in proportion between.
        above = (1 + math.cos(2 * math.pi * spoke / len(AREAS))) / 2
        first = place["y"] - LABEL_LINE * len(lines) * above + LABEL_LINE / 2
        align: _Align = "center" if place["x"] == CENTRE_X else "left" if place["x"] > CENTRE_X else "right"
        rows[align].append({"x": place["x"], "y": round(first, 2), "text": "\n".join(lines)})
    # How a text is aligned belongs to the mark, so each alignment is a layer.
    return [
        drawing.write(drawing.pixel_chart(mine), align=align, line_height=LABEL_LINE) for align, mine in rows.items()
    ]
