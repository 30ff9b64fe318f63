"""Small multiples: a panel for each area, all alike, in as many columns as there is room for."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from star_tracker.analysis.charts import drawing
from star_tracker.analysis.charts.drawing import AnyChart, Row

WIDTH = 352
"""The width of a panel in pixels: that of a phone's screen."""

GAP = 32
MARGIN = 4


@dataclass(frozen=True, kw_only=True)
class Panels:
    """Where the panels are, in pixels.

    Attributes:
        areas: the areas in the order of their panels, row by row.
        columns: how many panels are beside each other.
        height: of a panel.
        top: where the first row begins, below the key.
    """

    areas: Sequence[str]
    columns: int
    height: float
    top: float

    def spot(self, area: str) -> tuple[float, float]:
        """The left upper corner of an area's panel."""
        row, column = divmod(self.areas.index(area), self.columns)
        return column * (WIDTH + GAP), self.top + row * self.height

    def finish(self, layers: Sequence[alt.Chart]) -> AnyChart:
        """The whole chart."""
        width = self.columns * (WIDTH + GAP) - GAP
        height = self.top + -(-len(self.areas) // self.columns) * self.height
        return drawing.finish_chart(alt.LayerChart(layer=list(layers), width=width, height=height), margin=MARGIN)


def measure_panels(panels: Panels) -> tuple[int, int]:
    """The width and the height of the whole chart with its margin, in pixels."""
    width = panels.columns * (WIDTH + GAP) - GAP
    rows = -(-len(panels.areas) // panels.columns)
    return width + 2 * MARGIN, round(panels.top + rows * panels.height) + 2 * MARGIN


def rule_chart(rows: Sequence[Row]) -> alt.Chart:
    """A chart of straight lines from ``x``, ``y`` to ``to``, ``bottom``; the caller gives them a mark."""
    return drawing.pixel_chart(rows).encode(x2="to", y2="bottom")
