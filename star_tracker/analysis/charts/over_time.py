"""The chart over time: a panel for each area with the mean change of every quarter, its interval, averages and n.

All panels have one scale, so that they can be compared. Everything is placed in pixels, as the star is.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import groupby

import altair as alt

from star_tracker.analysis.charts import drawing
from star_tracker.analysis.charts.change import CAPTION, INTERVAL, LARGEST_CHANGE
from star_tracker.analysis.charts.drawing import AnyChart, Row
from star_tracker.analysis.charts.figures import Figures
from star_tracker.analysis.charts.marks import say_measures
from star_tracker.analysis.charts.panels import WIDTH, Panels, measure_panels, rule_chart
from star_tracker.domain.figures import write_figure
from star_tracker.domain.quarters import Quarter

LEFT = 46
"""Where the plot of a panel begins, after the words of its rows."""

WIDEST = 60
"""The most room that one quarter has."""

PLOT_TOP, PLOT_HEIGHT = 28, 96
LINE = 15
KEY_DROP = 4
"""How far below the edge the key is, so that its thick line does not make the picture higher."""

MOST_STEPS = 5
"""The scale has a number at each point, or at every second or third if there were more."""

DIGIT = 7
"""The width of a digit of a number below the plot, generously."""

BELOW = "Below: quarter’s first month, averages, pairs (n)"
ROWS = {"mean_start": "Start", "mean_latest": "Latest", "n": "n"}


def over_time_chart(
    quarters: Sequence[Quarter], figures: Sequence[Figures], labels: Mapping[str, str], *, columns: int = 3
) -> AnyChart:
    """The mean change of each area in each quarter, with its 95% interval.

    Args:
        quarters: the quarters, one after the other.
        figures: R5's measures by area for each of them, disclosed or not.
        labels: the areas' names by code, in the order of the panels.
        columns: how many panels are beside each other.

    Raises:
        ValueError: no area has a mean change in any quarter.
    """
    if all(record["mean_change"] is None for found in figures for record in found.values()):
        raise ValueError("a chart over time needs an area with a mean change")
    return _Drawing(quarters, figures, labels, columns).finish()


def measure_over_time(quarters: int, most_pairs: int, areas: int, *, columns: int = 3) -> tuple[int, int]:
    """How wide and how high ``over_time_chart`` is, in pixels.

    Args:
        quarters: how many quarters it has.
        most_pairs: the largest n on it.
        areas: how many areas it has.
        columns: how many panels are beside each other.
    """
    return measure_panels(_panels([""] * areas, columns, is_staggered=_is_crowded(most_pairs, _step(quarters))))


def _step(quarters: int) -> float:
    return min(WIDEST, (WIDTH - LEFT - 4) / quarters)


def _is_crowded(most_pairs: int, step: float) -> bool:
    """Whether the numbers of pairs need two lines, on which they stand by turns."""
    return DIGIT * len(f"{most_pairs:,}") > step


def _panels(areas: Sequence[str], columns: int, *, is_staggered: bool) -> Panels:
    lines = 2 + len(ROWS) + is_staggered
    height = PLOT_TOP + PLOT_HEIGHT + LINE * lines + 26
    return Panels(areas=areas, columns=columns, height=height, top=2 * drawing.KEY_ROW + KEY_DROP + 6)


class _Drawing:
    def __init__(
        self, quarters: Sequence[Quarter], figures: Sequence[Figures], labels: Mapping[str, str], columns: int
    ) -> None:
        self.quarters, self.figures, self.labels = quarters, figures, labels
        self.step = _step(len(quarters))
        most_pairs = max(record["n"] or 0 for found in figures for record in found.values())
        self.is_staggered = _is_crowded(most_pairs, self.step)
        self.panels = _panels(list(labels), columns, is_staggered=self.is_staggered)
        ends = [
            _cut(record[name])
            for found in figures
            for record in found.values()
            for name in ("mean_change", "ci_low", "ci_high")
            if record[name] is not None
        ]
        self.lowest, self.highest = math.floor(min(0, *ends, 0)), math.ceil(max(1, *ends, 1))

    def finish(self) -> AnyChart:
        layers = [*self._key(), *self._grid(), *self._marks(), *self._words()]
        return self.panels.finish(layers)

    def _x(self, area: str, place: int) -> float:
        """The middle of a quarter."""
        return round(self.panels.spot(area)[0] + LEFT + self.step * (place + 0.5), 2)

    def _y(self, area: str, change: float) -> float:
        share = (self.highest - change) / (self.highest - self.lowest)
        return round(self.panels.spot(area)[1] + PLOT_TOP + PLOT_HEIGHT * share, 2)

    def _line(self, area: str, line: float) -> float:
        """The middle of a line below the plot."""
        return self.panels.spot(area)[1] + PLOT_TOP + PLOT_HEIGHT + LINE * (line + 0.8)

    def _key(self) -> list[alt.Chart]:
        y = drawing.KEY_ROW / 2 + KEY_DROP
        bar = rule_chart([{"x": 20, "to": 20, "y": y - 8, "bottom": y + 8}])
        words = [{"x": 34, "y": y, "text": CAPTION}, {"x": 0, "y": y + drawing.KEY_ROW, "text": BELOW}]
        return [
            bar.mark_rule(color=INTERVAL, strokeWidth=8),
            _ticks([{"x": 20, "y": y}]),
            drawing.write(drawing.pixel_chart(words), align="left"),
        ]

    def _grid(self) -> list[alt.Chart]:
        """A line at each point of the scale, a dark one at no change, and their numbers."""
        step = -(-(self.highest - self.lowest) // MOST_STEPS)
        values = [value for value in range(self.lowest, self.highest + 1) if value % step == 0]
        lines: list[Row] = []
        noughts: list[Row] = []
        numbers: list[Row] = []
        for area in self.labels:
            left = self.panels.spot(area)[0] + LEFT
            for value in values:
                y = self._y(area, value)
                line = {"x": left, "to": left + self.step * len(self.quarters), "y": y, "bottom": y}
                (lines if value else noughts).append(line)
                numbers.append({"x": left - 6, "y": y, "text": write_figure(value, 0, signed=True)})
        return [
            rule_chart(lines).mark_rule(color=drawing.GRID, strokeWidth=1),
            rule_chart(noughts).mark_rule(color=drawing.INK, strokeWidth=1),
            drawing.write(drawing.pixel_chart(numbers), align="right", size=drawing.SMALL_TEXT),
        ]

    def _marks(self) -> list[alt.Chart]:
        """The changes with their intervals; a line joins those of quarters one after the other."""
        bars, points, runs = [], [], []
        for area in self.labels:
            changes = [found[area]["mean_change"] for found in self.figures]
            spots = [
                {"x": self._x(area, place), "y": self._y(area, _cut(change))} if change is not None else None
                for place, change in enumerate(changes)
            ]
            for number, (is_gap, run) in enumerate(groupby(spots, lambda spot: spot is None)):
                found = [spot for spot in run if spot]
                if not is_gap:
                    runs += [{**spot, "run": f"{area} {number}", "order": order} for order, spot in enumerate(found)]
            for place, record in enumerate(found[area] for found in self.figures):
                if spot := spots[place]:
                    said = say_measures(record, with_interval=True)
                    points.append({**spot, "says": f"{self.labels[area]}: {self.quarters[place].label}, {said}"})
                if record["ci_low"] is not None and record["ci_high"] is not None:
                    ends = {
                        "y": self._y(area, _cut(record["ci_high"])),
                        "bottom": self._y(area, _cut(record["ci_low"])),
                    }
                    bars.append({"x": self._x(area, place), "to": self._x(area, place), **ends})
        lines = drawing.pixel_chart(runs).mark_line(color=drawing.INK, strokeWidth=1)
        return [
            rule_chart(bars).mark_rule(color=INTERVAL, strokeWidth=8),
            lines.encode(detail="run:N", order="order:Q"),
            _ticks(points),
        ]

    def _words(self) -> list[alt.Chart]:
        """The areas' names, and below each plot the quarters, the averages and the numbers of pairs."""
        names, beside, below = [], [], []
        for area, name in self.labels.items():
            left, top = self.panels.spot(area)
            names.append({"x": left, "y": top + 10, "text": name})
            beside += [
                {"x": left, "y": self._line(area, line), "text": words} for line, words in enumerate(ROWS.values(), 2)
            ]
            for place, quarter in enumerate(self.quarters):
                x, record = self._x(area, place), self.figures[place][area]
                below.append({"x": x, "y": self._line(area, 0), "text": f"{quarter.starts_on:%b}"})
                if self._has_year(place):
                    below.append({"x": x, "y": self._line(area, 1), "text": str(quarter.starts_on.year)})
                for line, measure in enumerate(ROWS, 2):
                    is_n = measure == "n"
                    figure = "" if record[measure] is None else write_figure(record[measure], 0 if is_n else 1)
                    lower = place % 2 if is_n and self.is_staggered else 0
                    below.append({"x": x, "y": self._line(area, line + lower), "text": figure})
        return [
            drawing.write(drawing.pixel_chart(names), align="left", bold=True),
            drawing.write(drawing.pixel_chart(beside), align="left", size=drawing.SMALL_TEXT),
            drawing.write(drawing.pixel_chart(below), align="center", size=drawing.SMALL_TEXT),
        ]

    def _has_year(self, place: int) -> bool:
        """Whether a quarter's year is written: where it changes, and at the first unless it does so right after."""
        years = [quarter.starts_on.year for quarter in self.quarters]
        if place:
            return years[place] != years[place - 1]
        return len(set(years[:2])) == 1


def _ticks(rows: Sequence[Row]) -> alt.Chart:
    """A short line across the interval for each mean: a point would cover the interval of many pairs."""
    ends = [{**row, "x": row["x"] - 7, "to": row["x"] + 7, "y": row["y"], "bottom": row["y"]} for row in rows]
    ticks: alt.Chart = rule_chart(ends).mark_rule(color=drawing.INK, strokeWidth=2)
    return ticks


def _cut(change: float) -> float:
    """A change or an end of its interval, no further out than a change can be."""
    return max(-LARGEST_CHANGE, min(LARGEST_CHANGE, change))
