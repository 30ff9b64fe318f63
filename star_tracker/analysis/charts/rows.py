"""What the charts with a row for each area share: the rows, their names, and a scale across.

Rows are in the order of the mean change or of the Star, and placed in pixels, so that a name of any number of lines is
level with its marks; only the scales across are Vega's.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import altair as alt

from star_tracker.analysis.charts import drawing
from star_tracker.analysis.charts.drawing import AnyChart, Row
from star_tracker.analysis.charts.figures import Figures, order_areas
from star_tracker.analysis.labels import wrap_label

LABEL_LINE = 16


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where the parts of a chart with rows are, in pixels.

    Attributes:
        width: that of the drawing, without its margin.
        margin: the white space around it.
        left: where the first panel begins.
        right: the free space at the right of the last panel.
        gap: the space between two panels.
        label_width: how many characters a line of an area's name may have.
        names_beside: whether an area's name and number are at the left of its marks, or on a line above them.
        row: the least height of a row; a name of several lines beside the marks may make all rows higher.
        above: the free space above and below a name beside the marks.
    """

    width: int
    margin: int
    left: int
    right: int
    gap: int
    label_width: int
    names_beside: bool
    row: int
    above: int = 4


WIDE = Layout(width=704, margin=8, left=220, right=10, gap=24, label_width=26, names_beside=True, row=40)
NARROW = Layout(width=352, margin=4, left=8, right=12, gap=26, label_width=44, names_beside=False, row=48)


class AreaRows:
    """The place of every area, drawn or not, from top to bottom.

    Args:
        figures: the measures by area.
        labels: the areas' names by code.
        layout: where the parts are.
        below: how much higher the row of an area with words below its marks is, by area.
        by_change: whether the rows are in the order of the mean change, or in the Star's.
        numbers: by area, what is said of its number; without any, its n.
    """

    def __init__(
        self,
        figures: Figures,
        labels: Mapping[str, str],
        layout: Layout,
        below: Mapping[str, float] | None = None,
        *,
        by_change: bool = True,
        numbers: Mapping[str, str] | None = None,
    ) -> None:
        self.layout = layout
        self._names: dict[str, list[str]] = {}
        self._numbers: dict[str, str] = {}
        for area in order_areas(figures, by_change=by_change):
            n = figures[area]["n"]
            self._names[area] = wrap_label(labels[area], layout.label_width)
            self._numbers[area] = (numbers or {}).get(area) or ("n not shown" if n is None else f"n = {n:,}")
        most_lines = max(len(lines) for lines in self._names.values())
        if layout.names_beside:
            height = max(layout.row, LABEL_LINE * (most_lines + 1) + 2 * layout.above)
            self._middle = height / 2
        else:
            height = layout.row + LABEL_LINE * (most_lines - 1)
            self._middle = height - 16
        heights = [height + (below or {}).get(area, 0) for area in self._names]
        self._tops = dict(zip(self._names, accumulate(heights, initial=0), strict=False))
        self._height = sum(heights)

    def y(self, area: str) -> float:
        """The middle of the area's marks."""
        return self._tops[area] + self._middle

    def panel(self, width: float, layers: Sequence[alt.Chart] = ()) -> alt.LayerChart:
        """A panel as high as all the rows."""
        nothing = drawing.pixel_chart([]).mark_point()
        return alt.LayerChart(layer=list(layers) or [nothing], width=width, height=self._height)

    def finish(self, key: Sequence[alt.Chart], key_height: float, *panels: alt.LayerChart) -> AnyChart:
        """The whole chart: the key above, then the panels with the areas' names beside them or on them."""
        layout = self.layout
        key_panel = alt.LayerChart(layer=list(key), width=layout.width, height=key_height)
        between = self.panel(layout.gap)
        drawn = [part for panel in panels for part in (panel, between)][:-1]
        # Names above the marks come last, so that they cover the panels' lines.
        parts = (
            [self._names_beside(), *drawn]
            if layout.names_beside
            else [self.panel(layout.left), *drawn, self._names_above()]
        )
        # "flush" uses the panels' own sizes: marks that overlap an edge would push panels out of line.
        body = alt.hconcat(*parts, spacing=0, bounds="flush")
        return drawing.finish_chart(alt.vconcat(key_panel, body, spacing=8, bounds="flush"), margin=layout.margin)

    def _names_beside(self) -> alt.LayerChart:
        """The areas' names with their numbers, level with their marks."""
        names = []
        for area, name in self._names.items():
            lines = [*name, self._numbers[area]]
            y = self.y(area) - LABEL_LINE * (len(lines) - 1) / 2
            names.append({"x": self.layout.left - self.layout.gap, "y": y, "text": "\n".join(lines)})
        chart = drawing.write(drawing.pixel_chart(names), align="right", line_height=LABEL_LINE)
        return self.panel(self.layout.left, [chart])

    def _names_above(self) -> alt.LayerChart:
        """Each area's name at the left and its number at the right, above its marks, over the panels' own lines.

        The panel is the free space at the right; its content begins far to the left of it.
        """
        right = self.layout.right
        left = right - self.layout.width
        strips, names, numbers = [], [], []
        for area, name in self._names.items():
            top = self._tops[area]
            strips.append(
                {"x": left, "to": right, "y": top, "line": top + 1, "bottom": top + LABEL_LINE * len(name) + 4}
            )
            names.append({"x": left, "y": top + 2 + LABEL_LINE / 2, "text": "\n".join(name)})
            numbers.append({"x": right, "y": top + 2 + LABEL_LINE / 2, "text": self._numbers[area]})
        strip = drawing.pixel_chart(strips).mark_rect(color=drawing.PAPER, opacity=1)
        # A rectangle too: the ends of a stroke would make the picture wider.
        separator = drawing.pixel_chart(strips[1:]).mark_rect(color=drawing.GRID, opacity=1)
        return self.panel(
            right,
            [
                strip.encode(x2="to", y2="bottom"),
                separator.encode(x2="to", y2="line"),
                drawing.write(drawing.pixel_chart(names), align="left", line_height=LABEL_LINE),
                drawing.write(drawing.pixel_chart(numbers), align="right"),
            ],
        )


class Across:
    """A scale from left to right and its axis; every layer of a panel needs it, or it has no effect on any.

    Args:
        lowest, highest: the ends of the scale.
        title: one line or several.
        numbers: the texts at the values that have one; none are in Vega's own format (R9).
        axis: more settings of the axis.
    """

    def __init__(
        self, lowest: float, highest: float, title: str | list[str], numbers: Mapping[float, str], **axis: Any
    ) -> None:
        self._scale = alt.Scale(domain=[lowest, highest], nice=False, zero=False)
        self._axis = alt.Axis(
            title=title,
            values=list(numbers),
            labelExpr=f"{json.dumps(dict(numbers))}[datum.value]",
            titleFontSize=drawing.TEXT_SIZE,
            titleFontWeight="normal",
            titleColor=drawing.INK,
            labelFontSize=drawing.SMALL_TEXT,
            labelColor=drawing.INK,
            gridColor=drawing.GRID,
            domainColor=drawing.QUIET,
            tickColor=drawing.QUIET,
            **axis,
        )

    def x(self, field: str) -> alt.X:
        """The field on this scale."""
        return alt.X(f"{field}:Q", scale=self._scale, axis=self._axis)


def row_chart(rows: Sequence[Row]) -> alt.Chart:
    """A chart whose rows have their own ``y`` in pixels, and every value that it shows."""
    return drawing.data_chart(rows).encode(y=alt.Y("y:Q", scale=None, axis=None))
