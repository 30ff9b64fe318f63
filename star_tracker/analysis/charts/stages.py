"""The chart of stages: for each area a square of five by five, from the stage at the start to that at the latest Star.

Numbers are written on every cell, and shades are light, so that they are read in grey and in print too. The diagonal,
on which nobody changed their stage, has a dark frame.
"""

from collections.abc import Mapping, Sequence

import altair as alt

from star_tracker.analysis.charts import drawing
from star_tracker.analysis.charts.drawing import AnyChart, Row
from star_tracker.analysis.charts.figures import TOO_FEW
from star_tracker.analysis.charts.marks import say_move
from star_tracker.analysis.charts.panels import WIDTH, Panels, measure_panels
from star_tracker.analysis.stages import AreaStages
from star_tracker.domain.figures import write_count
from star_tracker.domain.scales import STAGES, stage_span

SHADES = ("#ffffff", "#e4eef7", "#c5dbee", "#a3c6e4", "#7fb0d9")
"""From no pair to the most; black on the darkest has 9:1."""

LEFT, TOP = 148, 46
CELL = ((WIDTH - LEFT - 2) / len(STAGES), 24)
KEY = ("Rows: stage at the start. Columns: latest Star.", "Framed: the same stage. To the right of it: up.")


def stages_chart(
    stages: Sequence[AreaStages], labels: Mapping[str, str], stage_names: Mapping[str, str], *, columns: int = 3
) -> AnyChart:
    """How many pairs went from each stage to each, in each area.

    Args:
        stages: the areas' pairs, in the order of the panels.
        labels: the areas' names by code.
        stage_names: the stages' names by code.
        columns: how many panels are beside each other.

    Raises:
        ValueError: no area has pairs enough.
    """
    if not any(one.is_shown for one in stages):
        raise ValueError("a chart of stages needs an area with pairs enough")
    panels = _panels([one.area for one in stages], columns)
    shown = [one for one in stages if one.is_shown]
    cells = _cells(shown, panels, labels, stage_names)
    return panels.finish([*_key(), *cells, *_words(stages, panels, labels, stage_names)])


def measure_stages(areas: int, *, columns: int = 3) -> tuple[int, int]:
    """How wide and how high ``stages_chart`` is with so many areas, in pixels."""
    return measure_panels(_panels([""] * areas, columns))


def _panels(areas: Sequence[str], columns: int) -> Panels:
    height = TOP + CELL[1] * len(STAGES) + 50
    return Panels(areas=areas, columns=columns, height=height, top=len(KEY) * drawing.KEY_ROW + 8)


def _key() -> list[alt.Chart]:
    rows = [{"x": 0, "y": drawing.KEY_ROW * (line + 0.5), "text": words} for line, words in enumerate(KEY)]
    return [drawing.write(drawing.pixel_chart(rows), align="left")]


def _corner(panels: Panels, area: str, before: int, after: int) -> tuple[float, float]:
    left, top = panels.spot(area)
    return left + LEFT + CELL[0] * after, top + TOP + CELL[1] * before


def _cells(
    shown: Sequence[AreaStages], panels: Panels, labels: Mapping[str, str], stage_names: Mapping[str, str]
) -> list[alt.Chart]:
    """The cells of every panel with their numbers, and the frames of the diagonals."""
    names = [stage_names[stage] for stage in STAGES]
    by_shade: dict[str, list[Row]] = {}
    frames: list[Row] = []
    some: list[Row] = []
    none: list[Row] = []
    for one in shown:
        for before, row in enumerate(one.moves):
            for after, pairs in enumerate(row):
                x, y = _corner(panels, one.area, before, after)
                cell = {"x": x, "to": x + CELL[0], "y": y, "bottom": y + CELL[1]}
                by_shade.setdefault(SHADES[one.shade(pairs)], []).append(cell)
                if before == after:
                    frames.append(cell)
                number = {"x": x + CELL[0] / 2, "y": y + CELL[1] / 2, "text": f"{pairs:,}"}
                if pairs:
                    says = say_move(labels[one.area], pairs, one.n, names[before], names[after])
                    some.append({**number, "says": says})
                else:
                    none.append(number)
    rectangles = [
        drawing.pixel_chart(cells)
        .mark_rect(color=colour, stroke=drawing.GRID, strokeWidth=1, opacity=1)
        .encode(x2="to", y2="bottom")
        for colour, cells in by_shade.items()
    ]
    return [
        *rectangles,
        drawing.pixel_chart(frames)
        .mark_rect(filled=False, stroke=drawing.INK, strokeWidth=2, opacity=1)
        .encode(x2="to", y2="bottom"),
        drawing.write(drawing.pixel_chart(some), align="center"),
        drawing.write(drawing.pixel_chart(none), align="center", colour=drawing.QUIET),
    ]


def _words(
    stages: Sequence[AreaStages], panels: Panels, labels: Mapping[str, str], stage_names: Mapping[str, str]
) -> list[alt.Chart]:
    """The areas' names, the stages beside the rows and above the columns, and the shares below."""
    names: list[Row] = []
    beside: list[Row] = []
    above: list[Row] = []
    below: list[Row] = []
    for one in stages:
        left, top = panels.spot(one.area)
        names.append({"x": left, "y": top + 10, "text": labels[one.area]})
        if not one.is_shown:
            below.append({"x": left, "y": top + 36, "text": f"n = {one.n}{f': {TOO_FEW}' if one.n else ''}"})
            continue
        for place, stage in enumerate(STAGES):
            span = "–".join(map(str, stage_span(stage)))
            x, y = _corner(panels, one.area, place, place)
            beside.append({"x": left + LEFT - 6, "y": y + CELL[1] / 2, "text": f"{stage_names[stage]} {span}"})
            above.append({"x": x + CELL[0] / 2, "y": top + TOP - 9, "text": span})
        bottom = top + TOP + CELL[1] * len(STAGES) + 14
        shares = f"Up {one.up.percent}%, same {one.same.percent}%, down {one.down.percent}%"
        below.append({"x": left, "y": bottom, "text": f"{shares} of {write_count(one.n, 'pair')}"})
    small = drawing.SMALL_TEXT
    return [
        drawing.write(drawing.pixel_chart(names), align="left", bold=True),
        drawing.write(drawing.pixel_chart(beside), align="right", size=small),
        drawing.write(drawing.pixel_chart(above), align="center", size=small),
        drawing.write(drawing.pixel_chart(below), align="left"),
    ]
