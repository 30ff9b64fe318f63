"""What the charts with a row for each area share: the rows, their names, and a scale across.

Rows are in the order of the mean change and placed in pixels, so that a name of any number of lines stands level
with its marks; only the scales across are Vega's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from star_tracker.analysis.charts import drawing
from star_tracker.analysis.charts.drawing import AnyChart, Row
from star_tracker.analysis.charts.figures import Figures, order_by_change

WIDTH, LABEL_SPACE, GAP = 704, 196, 24
LABEL_WIDTH, LABEL_LINE, LEAST_HEIGHT = 26, 16, 40
NO_FIGURE = "no figure"


class AreaRows:
    """Which area stands where, from top to bottom: every one of them, drawn or not."""

    def __init__(self, figures: Figures, labels: Mapping[str, str]) -> None:
        self._order = order_by_change(figures)
        self._captions = {
            area: [
                *drawing.wrap_label(labels[area], LABEL_WIDTH),
                "n not shown" if figures[area]["n"] is None else f"n = {figures[area]['n']:,}",
            ]
            for area in self._order
        }
        most_lines = max(len(lines) for lines in self._captions.values())
        self._height = max(LEAST_HEIGHT, LABEL_LINE * most_lines + 8)

    def y(self, area: str) -> float:
        """The middle of the area's row."""
        return self._height * (self._order.index(area) + 0.5)

    def panel(self, width: float, layers: Sequence[alt.Chart]) -> alt.LayerChart:
        """A panel as high as all the rows."""
        return alt.LayerChart(layer=list(layers), width=width, height=self._height * len(self._order))

    def finish(self, key: Sequence[alt.Chart], key_height: float, *panels: alt.LayerChart) -> AnyChart:
        """The whole chart: the key above, the areas' names at the left, then the panels."""
        names = [
            {
                "x": LABEL_SPACE,
                "y": self.y(area) - LABEL_LINE * (len(lines) - 1) / 2,
                "text": "\n".join(lines),
            }
            for area, lines in self._captions.items()
        ]
        label_panel = self.panel(
            LABEL_SPACE,
            [drawing.write(drawing.pixel_chart(names), align="right", line_height=LABEL_LINE)],
        )
        key_panel = alt.LayerChart(layer=list(key), width=WIDTH, height=key_height)
        # "flush" goes by the panels' own sizes: marks that lap over an edge would push panels out of line.
        body = alt.hconcat(label_panel, *panels, spacing=GAP, bounds="flush")
        return drawing.finish_chart(alt.vconcat(key_panel, body, spacing=8, bounds="flush"))


class Across:
    """A scale from left to right and its axis, for all layers of a panel: one without it would take it from all."""

    def __init__(self, lowest: float, highest: float, title: str | list[str], **axis: Any) -> None:
        self._scale = alt.Scale(domain=[lowest, highest], nice=False, zero=False)
        self._axis = alt.Axis(
            title=title,
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
    """A chart whose rows carry their own ``y`` in pixels; none may lack a value that it shows."""
    return alt.Chart(alt.InlineData(values=[dict(row) for row in rows])).encode(y=alt.Y("y:Q", scale=None, axis=None))
