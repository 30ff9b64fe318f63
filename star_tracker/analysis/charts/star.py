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
from star_tracker.analysis.charts.drawing import LATEST, LATEST_OWN, START, START_OWN, AnyChart, Look
from star_tracker.analysis.charts.figures import OneStar, Values, averages, figures_by_area
from star_tracker.domain.scales import AREAS, HIGHEST, LOWEST

LABEL_LINE, BETWEEN_LABELS = 17, 6

_Align = Literal["center", "left", "right"]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where the parts of a star lie, in pixels.

    Attributes:
        width: of the drawing, without its margin.
        margin: the white space around it.
        centre_y: how far down the centre is; across, it is in the middle.
        radius: of the outer ring.
        label_gap: between the end of a spoke and its name.
        label_widths: how many characters a line of each spoke's name may have, clockwise from the top: as far as the
            edge allows.
        names_beside: whether the names at the sides stand beside the ends of their spokes, or above and below them,
            out to the edge, where there is no room beside.
        key_left: where the key begins.
        key_top: the same, downwards; the drawing ends below the key.
    """

    width: int
    margin: int
    centre_y: int
    radius: int
    label_gap: int
    label_widths: tuple[int, ...]
    names_beside: bool
    key_left: int
    key_top: int

    def height(self, key_rows: int) -> int:
        """How high the drawing is with so many rows in its key, without its margin; there is room for two."""
        return self.key_top + drawing.KEY_ROW * max(2, key_rows)

    @property
    def centre_x(self) -> float:
        """How far across the centre is."""
        return self.width / 2

    def place(self, spoke: float, value: float) -> dict[str, float]:
        """Where a value lies on a spoke, counted clockwise from the top; 0 is the centre, 10 the outer ring."""
        return self._at(spoke, self.radius * value / HIGHEST)

    def label_place(self, spoke: int) -> tuple[dict[str, float], _Align, float]:
        """Where a spoke's name stands, how it is aligned, and which share of its lines lies above that place."""
        upwards = math.cos(_angle(spoke))
        place = self._at(spoke, self.radius + self.label_gap)
        if place["x"] == self.centre_x:
            return place, "center", (1 + upwards) / 2
        right = place["x"] > self.centre_x
        if self.names_beside:
            # All lines lie above the top spoke's end, all below the bottom one's, and in proportion between.
            return place, "left" if right else "right", (1 + upwards) / 2
        above = float(upwards > 0)
        y = self.place(spoke, HIGHEST)["y"] + self.label_gap * (1 - 2 * above)
        if abs(upwards) < SIDEWAYS:
            return {"x": self.width if right else 0, "y": y}, "right" if right else "left", above
        inwards = self.label_gap if right else -self.label_gap
        return {"x": self.place(spoke, HIGHEST)["x"] - inwards, "y": y}, "left" if right else "right", above

    def _at(self, spoke: float, distance: float) -> dict[str, float]:
        # A hundredth of a pixel: the last digits of sines differ between machines and would change the bytes.
        return {
            "x": round(self.centre_x + distance * math.sin(_angle(spoke)), 2),
            "y": round(self.centre_y - distance * math.cos(_angle(spoke)), 2),
        }


WIDE = Layout(
    width=624,
    margin=8,
    centre_y=244,
    radius=186,
    label_gap=16,
    label_widths=(24, 20, 14, 14, 20, 24, 20, 14, 14, 20),
    names_beside=True,
    key_left=150,
    key_top=496,
)
NARROW = Layout(
    width=352,
    margin=4,
    centre_y=183,
    radius=133,
    label_gap=12,
    label_widths=(16, 16, 9, 9, 16, 16, 16, 9, 9, 16),
    names_beside=False,
    key_left=40,
    key_top=384,
)
SIDEWAYS = 0.5
"""Spokes whose cosine is below this end at the sides."""

NEIGHBOURS = {1: 2, 4: 3, 6: 7, 9: 8}
"""The name of which spoke at the side another's must keep clear of, on its way up or down."""


@dataclass(frozen=True, kw_only=True)
class _Series:
    look: Look
    caption: str
    values: Values

    @property
    def is_own(self) -> bool:
        """Whether these are a parent's own values, which have no line."""
        return self.look.dash is None


def cohort_star_chart(measures: pd.DataFrame, labels: Mapping[str, str], *, narrow: bool = False) -> AnyChart:
    """The cohort star: average scaling by area, at the start and at the latest Star.

    Args:
        measures: a frame of ``frames.MEASURES``, disclosed or not.
        labels: the areas' names by code.
        narrow: whether for a phone.

    Raises:
        ValueError: no area has an average.
    """
    figures = figures_by_area(measures)
    series = [
        _Series(look=START, caption="Average at the start", values=averages(figures, "mean_start")),
        _Series(look=LATEST, caption="Average at the latest Star", values=averages(figures, "mean_latest")),
    ]
    return _star_chart(series, labels, missing="no figure", layout=NARROW if narrow else WIDE)


def parent_star_chart(
    start: OneStar | None, latest: OneStar | None, labels: Mapping[str, str], *, narrow: bool = False
) -> AnyChart:
    """One parent's star: the values of a start Star, of a latest Star, or of both, and the parent's own beside them.

    Args:
        start: the start Star; None if there is no such Star.
        latest: the latest Star, likewise.
        labels: the areas' names by code.
        narrow: whether for a phone.

    Raises:
        ValueError: neither Star has a scored area.
    """
    looks = ((START, START_OWN, start), (LATEST, LATEST_OWN, latest))
    series = [_Series(look=look, caption=star.caption, values=star.values) for look, _, star in looks if star]
    series += [
        _Series(look=look, caption=star.own_caption, values=star.own) for _, look, star in looks if star and star.own
    ]
    return _star_chart(series, labels, missing="not scored", layout=NARROW if narrow else WIDE)


def measure_parent_star(start: OneStar | None, latest: OneStar | None, *, narrow: bool = False) -> tuple[int, int]:
    """How wide and how high ``parent_star_chart`` is, in pixels: its key has a row for each Star and its own values."""
    layout = NARROW if narrow else WIDE
    rows = sum(1 + bool(star.own) for star in (start, latest) if star)
    return layout.width + 2 * layout.margin, layout.height(rows) + 2 * layout.margin


def _star_chart(series: Sequence[_Series], labels: Mapping[str, str], *, missing: str, layout: Layout) -> AnyChart:
    drawn = {area for one in series for area, value in one.values.items() if value is not None}
    if not drawn:
        raise ValueError("a star chart needs a value in at least one area")
    notes = {area: "" if area in drawn else f"({missing})" for area in AREAS}
    captions = [(one.look, one.caption) for one in series]
    layers = [
        *_grid(layout),
        *(layer for one in series if not one.is_own for layer in _line(one, layout)),
        *_ring_numbers(layout),
        # Squares beneath circles, and both beneath the parent's own diamonds: see ``drawing``.
        *(layer for one in sorted(reversed(series), key=lambda one: one.is_own) for layer in _points(one, layout)),
        *_area_labels(labels, notes, layout),
        *drawing.key_layers(captions, left=layout.key_left, top=layout.key_top),
    ]
    chart = alt.LayerChart(layer=layers, width=layout.width, height=layout.height(len(series)))
    return drawing.finish_chart(chart, margin=layout.margin)


def _angle(spoke: float) -> float:
    return 2 * math.pi * spoke / len(AREAS)


def _grid(layout: Layout) -> list[alt.Chart]:
    """A ring for each value and a spoke for each area."""
    values, spokes = range(LOWEST, HIGHEST + 1), range(len(AREAS))
    rings = [
        {"ring": value, "order": order, **layout.place(spoke, value)}
        for value in values
        for order, spoke in enumerate((*spokes, 0))
    ]
    rays = [{"ray": spoke, **layout.place(spoke, value)} for spoke in spokes for value in (0, HIGHEST)]
    return [
        drawing.pixel_chart(rings)
        .mark_line(color=drawing.GRID, strokeWidth=1)
        .encode(detail="ring:N", order="order:Q"),
        drawing.pixel_chart(rays).mark_line(color=drawing.GRID, strokeWidth=1).encode(detail="ray:N"),
    ]


def _ring_numbers(layout: Layout) -> list[alt.Chart]:
    """The rings' numbers, halfway between the last spoke and the first, where no point lies."""
    inset = math.cos(math.pi / len(AREAS))
    rows = [{"text": str(value), **layout.place(-0.5, value * inset)} for value in range(LOWEST, HIGHEST + 1)]
    return drawing.write_over(drawing.pixel_chart(rows), align="center", size=drawing.SMALL_TEXT)


def _line(series: _Series, layout: Layout) -> list[alt.Chart]:
    rows = [
        {"run": number, "order": order, **layout.place(spoke, value)}
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


def _points(series: _Series, layout: Layout) -> list[alt.Chart]:
    values = [series.values.get(area) for area in AREAS]
    rows = [layout.place(spoke, value) for spoke, value in enumerate(values) if value is not None]
    return [drawing.series_points(drawing.pixel_chart(rows), series.look)] if rows else []


def _area_labels(labels: Mapping[str, str], notes: Mapping[str, str], layout: Layout) -> list[alt.Chart]:
    """The names around the star, each turned away from it, and below a name what is noted of the area."""
    rows: dict[_Align, list[drawing.Row]] = {"center": [], "left": [], "right": []}
    reached: dict[int, tuple[float, float]] = {}
    # Those at the sides first, so that the others can keep clear of them.
    for spoke in sorted(range(len(AREAS)), key=NEIGHBOURS.__contains__):
        width, area = layout.label_widths[spoke], AREAS[spoke]
        lines = drawing.wrap_label(labels[area], width) + drawing.wrap_label(notes[area], width)
        place, align, above = layout.label_place(spoke)
        height = LABEL_LINE * len(lines)
        top = place["y"] - height * above
        if spoke in NEIGHBOURS:
            its_top, its_bottom = reached[NEIGHBOURS[spoke]]
            upper = place["y"] < layout.centre_y
            top = min(top, its_top - BETWEEN_LABELS - height) if upper else max(top, its_bottom + BETWEEN_LABELS)
        reached[spoke] = (top, top + height)
        rows[align].append({"x": place["x"], "y": round(top + LABEL_LINE / 2, 2), "text": "\n".join(lines)})
    # How a text is aligned belongs to the mark, so each alignment is a layer.
    return [
        drawing.write(drawing.pixel_chart(mine), align=align, line_height=LABEL_LINE) for align, mine in rows.items()
    ]
