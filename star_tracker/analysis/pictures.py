"""Charts as files, each drawn once for the data it shows: the same picture again comes from a cache.

The first picture loads Altair. Never draw before a fork (``charts``).
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import pandas as pd

from star_tracker.analysis import charts
from star_tracker.analysis.charts import OneStar
from star_tracker.analysis.frames import MEASURES, build_frame
from star_tracker.analysis.parent_stars import ParentStars
from star_tracker.analysis.summaries import CohortChart, CohortSummary

_CACHE_SIZE = 256
"""Pictures in memory: about 20 kB each."""


_Labels = tuple[tuple[str, str], ...]
_Rows = tuple[tuple[Any, ...], ...]


def get_cohort_picture(
    chart: CohortChart, summary: CohortSummary, labels: Mapping[str, str], form: str, *, narrow: bool = False
) -> bytes:
    """A chart of a cohort as ``svg`` or ``png``.

    Args:
        chart: which chart.
        summary: the figures.
        labels: the areas' names by code.
        form: ``svg`` or ``png``.
        narrow: whether for a phone.

    Raises:
        ValueError: there is nothing to draw.
    """
    return _draw_cohort(chart, _rows_of(summary), tuple(labels.items()), form, narrow)


def get_cohort_star(measures: pd.DataFrame, labels: Mapping[str, str], form: str) -> bytes:
    """The cohort star of a frame of ``frames.MEASURES``, disclosed or not, as ``svg`` or ``png``.

    Raises:
        ValueError: no area has an average.
    """
    rows = measures.astype(object).where(measures.notna(), None).itertuples(index=False, name=None)
    return _draw_cohort(CohortChart.STAR, tuple(rows), tuple(labels.items()), form, False)


def describe_cohort_picture(chart: CohortChart, summary: CohortSummary, labels: Mapping[str, str]) -> str:
    """The picture's alternative text.

    Raises:
        ValueError: there is nothing to draw.
    """
    return _describe_cohort(chart, _rows_of(summary), tuple(labels.items()))


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
def _draw_cohort(chart: CohortChart, rows: _Rows, labels: _Labels, form: str, narrow: bool) -> bytes:
    draw: dict[CohortChart, Callable[..., charts.AnyChart]] = {
        CohortChart.STAR: charts.cohort_star_chart,
        CohortChart.CHANGE: charts.change_chart,
        CohortChart.OUTCOMES: charts.outcomes_chart,
    }
    return _render(draw[chart](build_frame(MEASURES, rows), dict(labels), narrow=narrow), form)


@lru_cache(maxsize=_CACHE_SIZE)
def _describe_cohort(chart: CohortChart, rows: _Rows, labels: _Labels) -> str:
    describe = {
        CohortChart.STAR: charts.describe_cohort_star,
        CohortChart.CHANGE: charts.describe_change,
        CohortChart.OUTCOMES: charts.describe_outcomes,
    }
    return describe[chart](build_frame(MEASURES, rows), dict(labels))


@lru_cache(maxsize=_CACHE_SIZE)
def _draw_parent(start: OneStar | None, latest: OneStar | None, labels: _Labels, form: str, narrow: bool) -> bytes:
    return _render(charts.parent_star_chart(start, latest, dict(labels), narrow=narrow), form)


def _render(chart: "charts.AnyChart", form: str) -> bytes:
    return charts.render_png(chart) if form == "png" else charts.render_svg(chart).encode()
