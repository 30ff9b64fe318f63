"""Charts as files, each drawn once for the data it shows: the same picture again comes from a cache.

The first picture loads Altair. Never draw before a fork (``charts``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

import pandas as pd

from star_tracker.analysis import charts
from star_tracker.analysis.charts import OneStar
from star_tracker.analysis.frames import MEASURES, build_frame
from star_tracker.analysis.labels import wrap_label
from star_tracker.analysis.over_time import CohortOverTime
from star_tracker.analysis.parent_stars import ParentStars
from star_tracker.analysis.stages import AreaStages
from star_tracker.analysis.summaries import CohortChart, CohortSummary
from star_tracker.domain.figures import write_count
from star_tracker.domain.periods import Quarter, long_date
from star_tracker.domain.scales import ACKNOWLEDGEMENT, AREAS, Edition, get_edition
from star_tracker.domain.texts import upper_first

OVER_TIME, STAGES = "Change over time", "Stages at the start and at the latest Star"

_CACHE_SIZE = 256
"""Pictures in memory: about 20 kB each."""

CAPTION_WIDTH, FOOT_WIDTH = 76, 100
"""The most characters of a line above a picture and at its foot."""

_Labels = tuple[tuple[str, str], ...]
_Rows = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Caption:
    """What a picture says of itself: its title, the lines below it, and the lines at its foot."""

    title: str
    above: tuple[str, ...]
    below: tuple[str, ...]


def caption_cohort_picture(chart: CohortChart, summary: CohortSummary, *, words: str, service_name: str) -> Caption:
    """The caption of a chart of a cohort.

    Args:
        chart: which chart.
        summary: the figures.
        words: who is in the cohort.
        service_name: whose figures they are.
    """
    numbers = [area["n"] for area in summary.shown if area["n"]]
    fewest, most = (f"{n:,}" for n in (min(numbers), max(numbers)))
    each = f"{fewest} in each area" if fewest == most else f"{fewest} to {most} in each area"
    pairs = f"As at {long_date(summary.selected_by.as_at)}. n = {write_count(summary.pairs, 'pair')} of Stars; {each}."
    return _caption(chart.label, words, pairs, service_name=service_name)


def caption_over_time(course: CohortOverTime, *, words: str, service_name: str) -> Caption:
    """The caption of the chart over time; ``words`` and ``service_name`` as for ``caption_cohort_picture``."""
    shown = course.pairs - course.earlier
    pairs = (
        f"As at {long_date(course.selected_by.as_at)}. n = {write_count(shown, 'pair')} of Stars, by the quarter of "
        f"the {course.basis.label[:1].lower()}{course.basis.label[1:]}."
    )
    if course.earlier:
        pairs += f" Not shown: {write_count(course.earlier, 'pair')} of earlier quarters."
    return _caption(OVER_TIME, words, pairs, service_name=service_name)


def caption_stages(summary: CohortSummary, *, words: str, service_name: str) -> Caption:
    """The caption of the chart of stages; ``words`` and ``service_name`` as for ``caption_cohort_picture``."""
    pairs = f"As at {long_date(summary.selected_by.as_at)}. n = {write_count(summary.pairs, 'pair')} of Stars."
    return _caption(STAGES, words, pairs, service_name=service_name)


def _caption(title: str, *lines: str, service_name: str) -> Caption:
    return Caption(
        title=title,
        above=tuple(piece for line in lines for piece in wrap_label(upper_first(line), CAPTION_WIDTH)),
        below=(
            *wrap_label(f"Source: {service_name}, Star Tracker. There is no comparison group.", FOOT_WIDTH),
            *wrap_label(ACKNOWLEDGEMENT, FOOT_WIDTH),
        ),
    )


def get_cohort_picture(
    chart: CohortChart,
    summary: CohortSummary,
    labels: Mapping[str, str],
    form: str,
    *,
    caption: Caption,
    narrow: bool = False,
    by_change: bool = True,
    is_framed: bool = False,
) -> bytes:
    """A chart of a cohort as ``svg`` or ``png``.

    Args:
        chart: which chart.
        summary: the figures.
        labels: the areas' names by code.
        form: ``svg`` or ``png``.
        caption: an SVG has it as its title and description.
        narrow: whether for a phone.
        by_change: whether a chart's rows are in the order of the mean change, or in the Star's.
        is_framed: whether the caption is drawn around it, for a file that leaves the page.

    Raises:
        ValueError: there is nothing to draw.
    """
    order = by_change or chart is CohortChart.STAR
    drawn = _draw_cohort(
        chart, _rows_of(summary), tuple(labels.items()), form, narrow, order, caption if is_framed else None
    )
    return _describe_svg(drawn, caption) if form == "svg" else drawn


def get_over_time_picture(
    course: CohortOverTime,
    labels: Mapping[str, str],
    form: str,
    *,
    caption: Caption,
    columns: int = 3,
    by_change: bool = True,
    is_framed: bool = False,
) -> bytes:
    """The chart over time as ``svg`` or ``png``, with this many panels beside each other; else as a cohort's picture.

    ``by_change`` is as for ``CohortOverTime.list_areas``.

    Raises:
        ValueError: there is nothing to draw.
    """
    names = tuple((area, labels[area]) for area in course.list_areas(by_change=by_change))
    drawn = _draw_over_time(*_course_rows(course), names, form, columns, caption if is_framed else None)
    return _describe_svg(drawn, caption) if form == "svg" else drawn


def describe_over_time_picture(course: CohortOverTime, labels: Mapping[str, str]) -> str:
    """The alternative text of the chart over time.

    Raises:
        ValueError: there is nothing to draw.
    """
    figures = [{area["area"]: area for area in one.shown} for one in course.quarters]
    return charts.describe_over_time([one.quarter for one in course.quarters], figures, labels)


def measure_over_time_picture(course: CohortOverTime, *, columns: int) -> tuple[int, int]:
    """The width and height of the chart over time in pixels, so that a page can reserve its place."""
    most = max(area["n"] for one in course.quarters for area in one.shown)
    return charts.measure_over_time(len(course.quarters), most, len(AREAS), columns=columns)


def get_stages_picture(
    stages: Sequence[AreaStages],
    edition: Edition,
    form: str,
    *,
    caption: Caption,
    columns: int = 3,
    is_framed: bool = False,
) -> bytes:
    """The chart of stages of these areas as ``svg`` or ``png``; else as ``get_over_time_picture``.

    Raises:
        ValueError: there is nothing to draw.
    """
    drawn = _draw_stages(tuple(stages), edition.code, form, columns, caption if is_framed else None)
    return _describe_svg(drawn, caption) if form == "svg" else drawn


def describe_stages_picture(stages: Sequence[AreaStages], labels: Mapping[str, str]) -> str:
    """The alternative text of the chart of stages.

    Raises:
        ValueError: there is nothing to draw.
    """
    return charts.describe_stages(stages, labels)


def measure_stages_picture(stages: Sequence[AreaStages], *, columns: int) -> tuple[int, int]:
    """The width and height of the chart of stages in pixels, so that a page can reserve its place."""
    return charts.measure_stages(len(stages), columns=columns)


def _describe_svg(drawn: bytes, caption: Caption) -> bytes:
    """The drawing with a title and a description, which come first in an SVG."""
    told = " ".join((*caption.above, *caption.below))
    words = f"<title>{escape(caption.title, quote=False)}</title><desc>{escape(told, quote=False)}</desc>".encode()
    start, closing, rest = drawn.partition(b">")
    return start + closing + words + rest


def get_cohort_star(measures: pd.DataFrame, labels: Mapping[str, str], form: str) -> bytes:
    """The cohort star of a frame of ``frames.MEASURES``, disclosed or not, as ``svg`` or ``png``.

    Raises:
        ValueError: no area has an average.
    """
    rows = measures.astype(object).where(measures.notna(), None).itertuples(index=False, name=None)
    return _draw_cohort(CohortChart.STAR, tuple(rows), tuple(labels.items()), form, False, True, None, beside=False)


def describe_cohort_picture(
    chart: CohortChart, summary: CohortSummary, labels: Mapping[str, str], *, by_change: bool = True
) -> str:
    """The picture's alternative text.

    Raises:
        ValueError: there is nothing to draw.
    """
    return _describe_cohort(chart, _rows_of(summary), tuple(labels.items()), by_change)


def get_parent_picture(stars: ParentStars, form: str, *, narrow: bool = False) -> bytes:
    """A parent's star chart as ``svg`` or ``png``, wide or for a phone.

    Raises:
        ValueError: there is nothing to draw.
    """
    start, latest = _drawn_stars(stars)
    return _draw_parent(start, latest, tuple(stars.labels.items()), form, narrow)


def describe_parent_picture(stars: ParentStars) -> str:
    """The alternative text of a parent's star chart.

    Raises:
        ValueError: there is nothing to draw.
    """
    return charts.describe_parent_star(*_drawn_stars(stars), stars.labels)


def measure_parent_picture(stars: ParentStars, *, narrow: bool = False) -> tuple[int, int]:
    """The width and height of a parent's star chart in pixels, so that a page can reserve its place."""
    return charts.measure_parent_star(*_drawn_stars(stars), narrow=narrow)


def _rows_of(summary: CohortSummary) -> _Rows:
    return tuple(tuple(area.values()) for area in summary.shown)


def _course_rows(course: CohortOverTime) -> tuple[tuple[Quarter, ...], tuple[_Rows, ...]]:
    quarters = tuple(one.quarter for one in course.quarters)
    return quarters, tuple(tuple(tuple(area.values()) for area in one.shown) for one in course.quarters)


def _drawn_stars(stars: ParentStars) -> tuple[OneStar | None, OneStar | None]:
    """The start and the latest Star as the charts take them."""
    start, latest = (
        OneStar(caption=star.caption, values=star.values, own_caption=stars.own_caption(star), own=star.own_values)
        if star
        else None
        for star in (stars.start, stars.latest)
    )
    return start, latest


@lru_cache(maxsize=_CACHE_SIZE)
def _draw_cohort(
    chart: CohortChart,
    rows: _Rows,
    labels: _Labels,
    form: str,
    narrow: bool,
    by_change: bool,
    frame: Caption | None,
    *,
    beside: bool = True,
) -> bytes:
    measures, names = build_frame(MEASURES, rows), dict(labels)
    if chart is CohortChart.STAR:
        drawn = charts.cohort_star_chart(measures, names, narrow=narrow, beside=beside)
    else:
        draw = charts.change_chart if chart is CohortChart.CHANGE else charts.outcomes_chart
        drawn = draw(measures, names, narrow=narrow, by_change=by_change)
    return _render(_frame(drawn, frame), form)


@lru_cache(maxsize=_CACHE_SIZE)
def _draw_over_time(
    quarters: tuple[Quarter, ...],
    rows: tuple[_Rows, ...],
    labels: _Labels,
    form: str,
    columns: int,
    frame: Caption | None,
) -> bytes:
    figures = [{row[0]: dict(zip(MEASURES, row, strict=True)) for row in found} for found in rows]
    return _render(_frame(charts.over_time_chart(quarters, figures, dict(labels), columns=columns), frame), form)


@lru_cache(maxsize=_CACHE_SIZE)
def _draw_stages(
    stages: tuple[AreaStages, ...], edition_code: str, form: str, columns: int, frame: Caption | None
) -> bytes:
    edition = get_edition(edition_code)
    chart = charts.stages_chart(stages, edition.areas, edition.stages, columns=columns)
    return _render(_frame(chart, frame), form)


@lru_cache(maxsize=_CACHE_SIZE)
def _describe_cohort(chart: CohortChart, rows: _Rows, labels: _Labels, by_change: bool) -> str:
    measures, names = build_frame(MEASURES, rows), dict(labels)
    if chart is CohortChart.CHANGE:
        return charts.describe_change(measures, names, by_change=by_change)
    describe = charts.describe_cohort_star if chart is CohortChart.STAR else charts.describe_outcomes
    return describe(measures, names)


@lru_cache(maxsize=_CACHE_SIZE)
def _draw_parent(start: OneStar | None, latest: OneStar | None, labels: _Labels, form: str, narrow: bool) -> bytes:
    return _render(charts.parent_star_chart(start, latest, dict(labels), narrow=narrow), form)


def _frame(chart: "charts.AnyChart", caption: Caption | None) -> "charts.AnyChart":
    if caption is None:
        return chart
    return charts.frame_chart(chart, title=caption.title, above=caption.above, below=caption.below)


def _render(chart: "charts.AnyChart", form: str) -> bytes:
    return charts.render_png(chart) if form == "png" else charts.render_svg(chart).encode()
