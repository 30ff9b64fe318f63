"""Charts as files, each drawn once for the data it shows: the same picture again comes from a cache.

The first picture loads Altair. Never draw before a fork (``charts``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

import pandas as pd

from star_tracker.analysis import charts
from star_tracker.analysis.charts import OneStar
from star_tracker.analysis.frames import MEASURES, build_frame
from star_tracker.analysis.labels import wrap_label
from star_tracker.analysis.parent_stars import ParentStars
from star_tracker.analysis.summaries import CohortChart, CohortSummary
from star_tracker.domain.scales import ACKNOWLEDGEMENT
from star_tracker.domain.texts import upper_first

_CACHE_SIZE = 256
"""Pictures in memory: about 20 kB each."""


CAPTION_WIDTH, FOOT_WIDTH = 76, 100
"""The most characters of a line above a picture and at its foot."""

_Labels = tuple[tuple[str, str], ...]
Rows = tuple[tuple[Any, ...], ...]


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
    return write_caption(chart.label, upper_first(words), summary.in_numbers, service_name=service_name)


def write_caption(title: str, *lines: str, service_name: str, is_comparison: bool = False) -> Caption:
    """A caption with these lines above the picture, and below it whose figures they are and the licence."""
    source = f"Source: {service_name}, Star Tracker.{'' if is_comparison else ' There is no comparison group.'}"
    return Caption(
        title=title,
        above=tuple(piece for line in lines for piece in wrap_label(line, CAPTION_WIDTH)),
        below=(*wrap_label(source, FOOT_WIDTH), *wrap_label(ACKNOWLEDGEMENT, FOOT_WIDTH)),
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
        chart, rows_of(summary), tuple(labels.items()), form, narrow, order, caption if is_framed else None
    )
    return describe_svg(drawn, caption) if form == "svg" else drawn


def describe_svg(drawn: bytes, caption: Caption) -> bytes:
    """The drawing with a title and a description, which come first in an SVG."""
    told = " ".join((*caption.above, *caption.below))
    words = f"<title>{escape(caption.title, quote=False)}</title><desc>{escape(told, quote=False)}</desc>".encode()
    start, closing, rest = drawn.partition(b">")
    return start + closing + words + rest


def get_measured_picture(chart: CohortChart, measures: pd.DataFrame, labels: Mapping[str, str], form: str) -> bytes:
    """A chart of a frame of ``frames.MEASURES``, disclosed or not, as ``svg`` or ``png``.

    Raises:
        ValueError: no area has what the chart shows.
    """
    rows = measures.astype(object).where(measures.notna(), None).itertuples(index=False, name=None)
    return _draw_cohort(chart, tuple(rows), tuple(labels.items()), form, False, True, None, beside=False)


def describe_cohort_picture(
    chart: CohortChart, summary: CohortSummary, labels: Mapping[str, str], *, by_change: bool = True
) -> str:
    """The picture's alternative text.

    Raises:
        ValueError: there is nothing to draw.
    """
    return _describe_cohort(chart, rows_of(summary), tuple(labels.items()), by_change)


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


def rows_of(summary: CohortSummary) -> Rows:
    """The figures as pages show them, as a key of the cache."""
    return tuple(tuple(area.values()) for area in summary.shown)


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
    rows: Rows,
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
    return render(drawn, form, frame)


@lru_cache(maxsize=_CACHE_SIZE)
def _describe_cohort(chart: CohortChart, rows: Rows, labels: _Labels, by_change: bool) -> str:
    measures, names = build_frame(MEASURES, rows), dict(labels)
    if chart is CohortChart.CHANGE:
        return charts.describe_change(measures, names, by_change=by_change)
    describe = charts.describe_cohort_star if chart is CohortChart.STAR else charts.describe_outcomes
    return describe(measures, names)


@lru_cache(maxsize=_CACHE_SIZE)
def _draw_parent(start: OneStar | None, latest: OneStar | None, labels: _Labels, form: str, narrow: bool) -> bytes:
    return render(charts.parent_star_chart(start, latest, dict(labels), narrow=narrow), form)


def render(chart: "charts.AnyChart", form: str, frame: Caption | None = None) -> bytes:
    """A chart as ``svg`` or ``png``, with its caption around it if there is one."""
    if frame:
        chart = charts.frame_chart(chart, title=frame.title, above=frame.above, below=frame.below)
    return charts.render_png(chart) if form == "png" else charts.render_svg(chart).encode()
