"""The chart of visits a week: a bar for each quarter, with its number above it and its weeks of support below it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from star_tracker.analysis.charts import drawing
from star_tracker.analysis.charts.drawing import AnyChart, Row
from star_tracker.analysis.charts.marks import say_visits
from star_tracker.analysis.visits_over_time import QuarterVisits
from star_tracker.domain.figures import write_figure

BELOW = "Below: quarter’s first month, weeks of support"
LINE = 16
DIGIT = 7
"""The width of a digit of a number below the bars, generously."""

STEPS = (0.5, 1, 2, 5, 10, 20, 50)
"""The distances between two numbers of the scale, of which the first that needs few enough is taken."""

MOST_STEPS = 4


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """Sizes in pixels; ``widest``: the most room that one quarter has."""

    width: int
    height: int
    widest: int
    margin: int


_WIDE = _Layout(width=590, height=170, widest=90, margin=8)
_NARROW = _Layout(width=344, height=140, widest=60, margin=4)
_LEFT, _TOP = 40, drawing.KEY_ROW + 22


def visits_chart(quarters: Sequence[QuarterVisits], *, narrow: bool = False) -> AnyChart:
    """The visits by family and week of support in each quarter.

    Args:
        quarters: one after the other; one without a week of support has no bar.
        narrow: whether for a phone.

    Raises:
        ValueError: no quarter has a week of support.
    """
    if not any(one.weeks for one in quarters):
        raise ValueError("a chart of visits needs a week of support")
    return _Drawing(quarters, _NARROW if narrow else _WIDE).finish()


class _Drawing:
    def __init__(self, quarters: Sequence[QuarterVisits], layout: _Layout) -> None:
        self.quarters, self.layout = quarters, layout
        self.step = min(layout.widest, (layout.width - _LEFT) / len(quarters))
        self.is_staggered = DIGIT * len(f"{max(one.weeks for one in quarters):,}") > self.step
        most = max(one.per_week or 0 for one in quarters)
        self.apart = next((apart for apart in STEPS if most <= apart * MOST_STEPS), STEPS[-1])
        self.highest = self.apart * max(1, math.ceil(most / self.apart))

    @property
    def height(self) -> int:
        """That of the drawing, without its margin."""
        return _TOP + self.layout.height + (3 + self.is_staggered) * LINE + 12

    @property
    def size(self) -> tuple[int, int]:
        """The width and the height of the picture."""
        return self.layout.width + 2 * self.layout.margin, self.height + 2 * self.layout.margin

    def finish(self) -> AnyChart:
        layers = [*self._grid(), *self._bars(), *self._words()]
        plot = alt.LayerChart(layer=layers, width=self.layout.width, height=self.height)
        return drawing.finish_chart(alt.vconcat(plot, bounds="flush"), margin=self.layout.margin)

    def _x(self, place: int) -> float:
        """The middle of a quarter."""
        return round(_LEFT + self.step * (place + 0.5), 2)

    def _y(self, per_week: float) -> float:
        return round(_TOP + self.layout.height * (1 - per_week / self.highest), 2)

    def _grid(self) -> list[alt.Chart]:
        values = [self.apart * number for number in range(round(self.highest / self.apart) + 1)]
        right = _LEFT + self.step * len(self.quarters)
        lines: list[Row] = [{"x": _LEFT, "to": right, "y": self._y(value)} for value in values]
        decimals = 1 if self.apart < 1 else 0
        numbers = [{"x": _LEFT - 6, "y": self._y(value), "text": write_figure(value, decimals)} for value in values]
        return [
            drawing.pixel_chart(lines).mark_rule(color=drawing.GRID).encode(x2="to"),
            drawing.write(drawing.pixel_chart(numbers), align="right", size=drawing.SMALL_TEXT),
        ]

    def _bars(self) -> list[alt.Chart]:
        """A bar for each quarter with a week of support, and its number above it."""
        known = [(place, one.per_week) for place, one in enumerate(self.quarters) if one.per_week is not None]
        half = self.step * 0.3
        bars: list[Row] = [
            {
                "x": self._x(place) - half,
                "to": self._x(place) + half,
                "y": self._y(per_week),
                "bottom": self._y(0),
                "says": say_visits(self.quarters[place]),
            }
            for place, per_week in known
        ]
        numbers = [
            {"x": self._x(place), "y": self._y(per_week) - 10, "text": write_figure(per_week, 1)}
            for place, per_week in known
        ]
        drawn = drawing.pixel_chart(bars).mark_rect(color=drawing.LATEST.colour)
        return [
            drawn.encode(x2="to", y2="bottom"),
            *drawing.write_over(drawing.pixel_chart(numbers), align="center", size=drawing.SMALL_TEXT),
        ]

    def _words(self) -> list[alt.Chart]:
        """Below each bar its quarter's first month and year, and its weeks, on two lines by turns if they are long."""
        key = [{"x": 0, "y": drawing.KEY_ROW / 2, "text": BELOW}]
        below: list[Row] = []
        for place, one in enumerate(self.quarters):
            lower = place % 2 if self.is_staggered else 0
            texts = {0: f"{one.quarter.starts_on:%b}", 1: str(one.quarter.starts_on.year), 2 + lower: f"{one.weeks:,}"}
            below += [{"x": self._x(place), "y": self._line(line), "text": text} for line, text in texts.items()]
        return [
            drawing.write(drawing.pixel_chart(key), align="left"),
            drawing.write(drawing.pixel_chart(below), align="center", size=drawing.SMALL_TEXT),
        ]

    def _line(self, line: int) -> float:
        """The middle of a line below the bars."""
        return _TOP + self.layout.height + LINE * (line + 0.8)


def measure_visits_chart(quarters: Sequence[QuarterVisits], *, narrow: bool = False) -> tuple[int, int]:
    """How wide and how high ``visits_chart`` is, in pixels."""
    return _Drawing(quarters, _NARROW if narrow else _WIDE).size
