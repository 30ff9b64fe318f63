"""The star charts: ten areas around a centre, clockwise from the top, with a ring for each value of the scale.

Altair has no radar, so the places are worked out here, in pixels. A missing value leaves a gap in the line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import altair as alt
import pandas as pd

from star_tracker.analysis.charts import drawing
from star_tracker.analysis.charts.drawing import LATEST, LATEST_OWN, START, START_OWN, AnyChart, Look
from star_tracker.analysis.charts.figures import OneStar, Values, averages, figures_by_area
from star_tracker.analysis.charts.marks import label_areas
from star_tracker.analysis.star_places import LABEL_LINE, Align, NamedDisc, Place, find_runs
from star_tracker.domain.figures import write_figure
from star_tracker.domain.scales import AREAS, HIGHEST, LOWEST


@dataclass(frozen=True, kw_only=True)
class Layout(NamedDisc):
    """Where the parts of a chart lie, in pixels.

    Attributes:
        margin: the white space around it.
        key_left: where the key begins.
        key_top: the same, downwards; the drawing ends below the key.
        key_across: how far right of each other the parts of the key stand, or 0 if they stand below each other.
    """

    margin: int
    key_left: int
    key_top: int
    key_across: int = 0

    def height(self, key_rows: int) -> int:
        """How high the drawing is with so many rows in its key, without its margin; there is room for two."""
        return self.key_top + drawing.KEY_ROW * (1 if self.key_across else max(2, key_rows))

    def key_layers(self, captions: Sequence[tuple[Look, str]]) -> list[alt.Chart]:
        """The key in words."""
        if not self.key_across:
            return drawing.key_layers(captions, left=self.key_left, top=self.key_top)
        return [
            layer
            for number, caption in enumerate(captions)
            for layer in drawing.key_layers([caption], left=self.key_left + self.key_across * number, top=self.key_top)
        ]

    def spot(self, spoke: float, value: float) -> dict[str, float]:
        """Where a value lies on a spoke, as a row of a chart has it."""
        return _xy(self.place(spoke, value))


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
BESIDE = Layout(
    width=544,
    margin=8,
    centre_y=218,
    radius=168,
    label_gap=14,
    label_widths=(24, 20, 13, 13, 20, 24, 20, 13, 13, 20),
    names_beside=True,
    key_left=20,
    key_top=438,
    key_across=268,
)
"""For a page that shows another chart beside the star: as wide as its place, and no higher than it must be."""

SLIDE = Layout(
    width=484,
    margin=8,
    centre_y=204,
    radius=152,
    label_gap=14,
    label_widths=(24, 20, 12, 12, 20, 24, 20, 12, 12, 20),
    names_beside=True,
    key_left=4,
    key_top=410,
    key_across=238,
)
"""The same for a slide, on which text is larger beside everything else."""

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


@dataclass(frozen=True, kw_only=True)
class Series:
    """Values that a line joins, and how they are drawn and called."""

    look: Look
    caption: str
    values: Values

    @property
    def is_own(self) -> bool:
        """Whether these are a parent's own values, which have no line."""
        return self.look.dash is None


def cohort_star_chart(
    measures: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    narrow: bool = False,
    beside: bool = False,
    layout: Layout | None = None,
) -> AnyChart:
    """The cohort star: average scaling by area, at the start and at the latest Star, which stand at its name too.

    Args:
        measures: a frame of ``frames.MEASURES``, disclosed or not.
        labels: the areas' names by code.
        narrow: whether for a phone.
        beside: whether for a page that shows another chart beside it.
        layout: where its parts are; without one it depends on where the chart is shown.

    Raises:
        ValueError: no area has an average.
    """
    figures = figures_by_area(measures)
    series = [
        Series(look=START, caption="Average at the start", values=averages(figures, "mean_start")),
        Series(look=LATEST, caption="Average at the latest Star", values=averages(figures, "mean_latest")),
    ]
    values = {
        area: f"{write_figure(record['mean_start'])} → {write_figure(record['mean_latest'])}"
        for area, record in figures.items()
        if record["mean_start"] is not None and record["mean_latest"] is not None
    }
    layout = layout or (NARROW if narrow else BESIDE if beside else WIDE)
    says = label_areas(labels, [("", figures)])
    return star_chart(series, labels, missing="no figure", layout=layout, values=values, says=says)


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
    series = [Series(look=look, caption=star.caption, values=star.values) for look, _, star in looks if star]
    series += [
        Series(look=look, caption=star.own_caption, values=star.own) for _, look, star in looks if star and star.own
    ]
    return star_chart(series, labels, missing="not scored", layout=NARROW if narrow else WIDE)


def measure_parent_star(start: OneStar | None, latest: OneStar | None, *, narrow: bool = False) -> tuple[int, int]:
    """How wide and how high ``parent_star_chart`` is, in pixels: its key has a row for each Star and its own values."""
    layout = NARROW if narrow else WIDE
    rows = sum(1 + bool(star.own) for star in (start, latest) if star)
    return layout.width + 2 * layout.margin, layout.height(rows) + 2 * layout.margin


def star_chart(
    series: Sequence[Series],
    labels: Mapping[str, str],
    *,
    missing: str,
    layout: Layout,
    values: Mapping[str, str] = MappingProxyType({}),
    says: Mapping[str, str] = MappingProxyType({}),
) -> AnyChart:
    """A star with these series; ``values`` are written below the areas' names, and ``says`` is said of their points."""
    drawn = {area for one in series for area, value in one.values.items() if value is not None}
    if not drawn:
        raise ValueError("a star chart needs a value in at least one area")
    notes = {area: values.get(area, "") if area in drawn else f"({missing})" for area in AREAS}
    captions = [(one.look, one.caption) for one in series]
    layers = [
        *_grid(layout),
        *(layer for one in series if not one.is_own for layer in _line(one, layout)),
        *_ring_numbers(layout),
        # Squares beneath circles, and both beneath the parent's own diamonds: see ``drawing``.
        *(
            layer
            for one in sorted(reversed(series), key=lambda one: one.is_own)
            for layer in _points(one, layout, says)
        ),
        *_area_labels(labels, notes, values, layout),
        *layout.key_layers(captions),
    ]
    chart = alt.LayerChart(layer=layers, width=layout.width, height=layout.height(len(series)))
    return drawing.finish_chart(chart, margin=layout.margin)


def _xy(place: Place) -> dict[str, float]:
    return {"x": place[0], "y": place[1]}


def _grid(layout: Layout) -> list[alt.Chart]:
    """A ring for each value and a spoke for each area."""
    values, spokes = range(LOWEST, HIGHEST + 1), range(len(AREAS))
    rings = [
        {"ring": value, "order": order, **layout.spot(spoke, value)}
        for value in values
        for order, spoke in enumerate((*spokes, 0))
    ]
    rays = [{"ray": spoke, **layout.spot(spoke, value)} for spoke in spokes for value in (0, HIGHEST)]
    return [
        drawing.pixel_chart(rings)
        .mark_line(color=drawing.GRID, strokeWidth=1)
        .encode(detail="ring:N", order="order:Q"),
        drawing.pixel_chart(rays).mark_line(color=drawing.GRID, strokeWidth=1).encode(detail="ray:N"),
    ]


def _ring_numbers(layout: Layout) -> list[alt.Chart]:
    """The rings' numbers."""
    rows = [{"text": str(value), **_xy(layout.ring_number(value))} for value in range(LOWEST, HIGHEST + 1)]
    return drawing.write_over(drawing.pixel_chart(rows), align="center", size=drawing.SMALL_TEXT)


def _line(series: Series, layout: Layout) -> list[alt.Chart]:
    rows = [
        {"run": number, "order": order, **layout.spot(spoke, value)}
        for number, run in enumerate(find_runs([series.values.get(area) for area in AREAS]))
        if len(run) > 1
        for order, (spoke, value) in enumerate(run)
    ]
    if not rows:
        return []
    return [drawing.series_line(drawing.pixel_chart(rows), series.look).encode(detail="run:N", order="order:Q")]


def _points(series: Series, layout: Layout, says: Mapping[str, str]) -> list[alt.Chart]:
    rows: list[drawing.Row] = [
        {**layout.spot(spoke, value), **({"says": says[area]} if area in says else {})}
        for spoke, area in enumerate(AREAS)
        if (value := series.values.get(area)) is not None
    ]
    return [drawing.series_points(drawing.pixel_chart(rows), series.look)] if rows else []


def _area_labels(
    labels: Mapping[str, str], notes: Mapping[str, str], values: Mapping[str, str], layout: Layout
) -> list[alt.Chart]:
    """The names around the star, and below a name what is noted of the area; values in bold."""
    rows: dict[tuple[Align, bool], list[drawing.Row]] = {}
    for area, name in zip(AREAS, layout.place_names(labels, notes), strict=True):
        first = round(name.top + LABEL_LINE / 2, 2)
        lines = name.label if area in values else name.lines
        rows.setdefault((name.align, False), []).append({"x": name.x, "y": first, "text": "\n".join(lines)})
        if area in values:
            place = {"x": name.x, "y": round(first + LABEL_LINE * len(name.label), 2)}
            rows.setdefault((name.align, True), []).append({**place, "text": "\n".join(name.note)})
    # How a text is aligned and how heavy it is belong to the mark, so each is a layer.
    return [
        drawing.write(drawing.pixel_chart(mine), align=align, line_height=LABEL_LINE, bold=bold)
        for (align, bold), mine in rows.items()
    ]
