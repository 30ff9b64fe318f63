"""The charts of two cohorts: both in one star, and the change of both in each area."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import altair as alt
import pandas as pd

from star_tracker.analysis.charts import drawing
from star_tracker.analysis.charts.change import INTERVAL, LARGEST_CHANGE, interval_of
from star_tracker.analysis.charts.drawing import LATEST, START, AnyChart, Look, Row
from star_tracker.analysis.charts.figures import Figures, averages, figures_by_area, why_blank
from star_tracker.analysis.charts.marks import label_areas
from star_tracker.analysis.charts.rows import NARROW, WIDE, Across, AreaRows, row_chart
from star_tracker.analysis.charts.star import NARROW as NARROW_STAR
from star_tracker.analysis.charts.star import WIDE as WIDE_STAR
from star_tracker.analysis.charts.star import Series, star_chart
from star_tracker.analysis.labels import wrap_label
from star_tracker.domain.figures import write_figure

OTHER_START = Look(colour="#6b3410", dash=(2, 3), shape="triangle-up", fill="#6b3410", size=90)
OTHER_LATEST = Look(colour="#6b3410", dash=(10, 3, 2, 3), shape="diamond", fill=drawing.PAPER, size=170)
"""The second cohort: another colour, other lines and other shapes, which differ in black and white too."""

APART = 8
"""The pixels of a mark above or below the middle of its area's row."""
LONGEST_NAME = 34
"""The most characters of a cohort's name in a key."""


def two_cohorts_star_chart(
    first: pd.DataFrame,
    second: pd.DataFrame,
    names: tuple[str, str],
    labels: Mapping[str, str],
    *,
    narrow: bool = False,
) -> AnyChart:
    """The average scaling of two cohorts, at the start and at the latest Star.

    Args:
        first: a frame of ``frames.MEASURES``, disclosed or not.
        second: the same of the other cohort.
        names: what the two are called.
        labels: the areas' names by code.
        narrow: whether for a phone.

    Raises:
        ValueError: no area of either has an average.
    """
    series = []
    both = [figures_by_area(measures) for measures in (first, second)]
    for figures, name, looks in zip(both, names, ((START, LATEST), (OTHER_START, OTHER_LATEST)), strict=True):
        for look, measure, words in zip(looks, ("mean_start", "mean_latest"), ("start", "latest"), strict=True):
            caption = f"{shorten_name(name)}: {words}"
            series.append(Series(look=look, caption=caption, values=averages(figures, measure)))
    says = label_areas(labels, zip(map(shorten_name, names), both, strict=True))
    return star_chart(series, labels, missing="no figure", layout=NARROW_STAR if narrow else WIDE_STAR, says=says)


def two_changes_chart(
    first: pd.DataFrame,
    second: pd.DataFrame,
    names: tuple[str, str],
    labels: Mapping[str, str],
    *,
    narrow: bool = False,
) -> AnyChart:
    """The mean change of two cohorts in each area, with intervals, in the Star's order; as ``two_cohorts_star_chart``.

    Raises:
        ValueError: no area of either has a mean change.
    """
    both = [figures_by_area(measures) for measures in (first, second)]
    if not any(record["mean_change"] is not None for figures in both for record in figures.values()):
        raise ValueError("a change chart needs an area with a mean change")
    layout = replace(NARROW if narrow else WIDE, gap=16, row=60 if narrow else 44)
    said = {area: f"n = {both[0][area]['n']:,} and {both[1][area]['n']:,}" for area in both[0]}
    rows = AreaRows(both[0], labels, layout, by_change=False, numbers=said)
    says = label_areas(labels, zip(map(shorten_name, names), both, strict=True), with_interval=True)
    numbers_space = 46
    space = layout.width - layout.left - layout.right - layout.gap - numbers_space
    numbers = [
        {
            "x": 0,
            "y": rows.y(area) + shift,
            "text": write_figure(record["mean_change"], 1, signed=True),
        }
        for figures, shift in zip(both, (-APART, APART), strict=True)
        for area, record in figures.items()
        if record["mean_change"] is not None
    ]
    return rows.finish(
        _key_layers(names, layout.left),
        2 * drawing.KEY_ROW,
        rows.panel(space, _layers(both, rows, space, says)),
        rows.panel(numbers_space, [drawing.write(drawing.pixel_chart(numbers), align="left", size=drawing.SMALL_TEXT)]),
    )


def shorten_name(name: str) -> str:
    """A cohort's name as a key has it."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip(' ;,')}…"


def _layers(both: Sequence[Figures], rows: AreaRows, width: float, says: Mapping[str, str]) -> list[alt.Chart]:
    marks: list[list[Row]] = []
    words: list[Row] = []
    for figures, shift in zip(both, (-APART, APART), strict=True):
        changed = [(area, record) for area, record in figures.items() if record["mean_change"] is not None]
        marks.append(
            [
                {
                    "y": rows.y(area) + shift,
                    "says": says[area],
                    "change": record["mean_change"],
                    **interval_of(record),
                }
                for area, record in changed
            ]
        )
        words += [
            {"y": rows.y(area) + shift, "says": says[area], "text": why_blank(record)}
            for area, record in figures.items()
            if record["mean_change"] is None
        ]
    ends = [row[end] for mine in marks for row in mine for end in ("change", "low", "high") if end in row]
    lowest = max(-LARGEST_CHANGE, math.floor(min(-1, *ends, 0)))
    highest = min(LARGEST_CHANGE, math.ceil(max(1, *ends, 0)))
    across = Across(
        lowest,
        highest,
        wrap_label("Points on the scale of 1 to 10", round(width / 7)),
        {value: write_figure(value, 0, signed=True) for value in range(lowest, highest + 1)},
    )
    nought = alt.Chart(alt.InlineData(values=[{"at": 0}]))
    layers = [nought.mark_rule(color=drawing.INK, strokeWidth=1).encode(x=across.x("at"))]
    for mine, look in zip(marks, (LATEST, OTHER_LATEST), strict=True):
        intervals = [row for row in mine if "low" in row]
        layers += [
            row_chart(intervals).mark_rule(color=INTERVAL, strokeWidth=4).encode(x=across.x("low"), x2="high"),
            drawing.series_points(row_chart(mine), replace(look, size=90)).encode(x=across.x("change")),
        ]
    blank = row_chart([{**row, "at": lowest} for row in words])
    return [*layers, *drawing.write_over(blank.encode(x=across.x("at")), align="left", size=drawing.SMALL_TEXT, dx=8)]


def _key_layers(names: tuple[str, str], left: float) -> list[alt.Chart]:
    captions = [
        (replace(look, dash=None), f"{shorten_name(name)}")
        for look, name in zip((LATEST, OTHER_LATEST), names, strict=True)
    ]
    return drawing.key_layers(captions, left=left - 28, top=0)
