"""Pictures with a panel for each area as files, each drawn once (``pictures``): a cohort over time, and by stages."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from star_tracker.analysis import charts
from star_tracker.analysis.frames import MEASURES
from star_tracker.analysis.over_time import Basis, CohortOverTime
from star_tracker.analysis.pictures import Caption, Rows, describe_svg, render, write_caption
from star_tracker.analysis.stages import AreaStages
from star_tracker.analysis.summaries import CohortSummary
from star_tracker.domain.days import long_date
from star_tracker.domain.figures import write_count
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.scales import AREAS, Edition, get_edition
from star_tracker.domain.texts import upper_first

OVER_TIME, STAGES = "Change over time", "Stages at the start and at the latest Star"

_CACHE_SIZE = 64
"""Pictures in memory: about 130 kB each."""


def caption_over_time(course: CohortOverTime, *, words: str, service_name: str) -> Caption:
    """The caption of the chart over time.

    Args:
        course: the cohort's figures by quarter.
        words: who is in the cohort.
        service_name: whose figures they are.
    """
    by = "latest Star" if course.basis is Basis.LATEST else "intervention's start"
    shown = write_count(course.pairs - course.earlier, "pair")
    pairs = f"As at {long_date(course.selected_by.as_at)}. n = {shown} of Stars, by the quarter of the {by}."
    if course.earlier:
        pairs += f" Not shown: {write_count(course.earlier, 'pair')} of earlier quarters."
    return write_caption(OVER_TIME, upper_first(words), pairs, service_name=service_name)


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
    """The chart over time.

    Args:
        course: the cohort's figures by quarter.
        labels: the areas' names by code.
        form: ``svg`` or ``png``.
        caption: an SVG has it as its title and description.
        columns: how many panels are beside each other.
        by_change: as for ``CohortOverTime.list_areas``.
        is_framed: whether the caption is drawn around it, for a file that leaves the page.

    Raises:
        ValueError: there is nothing to draw.
    """
    names = tuple((area, labels[area]) for area in course.list_areas(by_change=by_change))
    quarters = tuple(one.quarter for one in course.quarters)
    rows = tuple(tuple(tuple(area.values()) for area in one.shown) for one in course.quarters)
    drawn = _draw_over_time(quarters, rows, names, form, columns, caption if is_framed else None)
    return describe_svg(drawn, caption) if form == "svg" else drawn


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


def caption_stages(summary: CohortSummary, *, words: str, service_name: str) -> Caption:
    """The caption of the chart of stages; ``words`` and ``service_name`` as for ``caption_over_time``."""
    pairs = f"As at {long_date(summary.selected_by.as_at)}. n = {write_count(summary.pairs, 'pair')} of Stars."
    return write_caption(STAGES, upper_first(words), pairs, service_name=service_name)


def get_stages_picture(
    stages: Sequence[AreaStages],
    edition: Edition,
    form: str,
    *,
    caption: Caption,
    columns: int = 3,
    is_framed: bool = False,
) -> bytes:
    """The chart of stages of these areas; ``edition`` names areas and stages, the rest as ``get_over_time_picture``.

    Raises:
        ValueError: there is nothing to draw.
    """
    drawn = _draw_stages(tuple(stages), edition.code, form, columns, caption if is_framed else None)
    return describe_svg(drawn, caption) if form == "svg" else drawn


def describe_stages_picture(stages: Sequence[AreaStages], labels: Mapping[str, str]) -> str:
    """The alternative text of the chart of stages.

    Raises:
        ValueError: there is nothing to draw.
    """
    return charts.describe_stages(stages, labels)


def measure_stages_picture(stages: Sequence[AreaStages], *, columns: int) -> tuple[int, int]:
    """The width and height of the chart of stages in pixels, so that a page can reserve its place."""
    return charts.measure_stages(len(stages), columns=columns)


@lru_cache(maxsize=_CACHE_SIZE)
def _draw_over_time(
    quarters: tuple[Quarter, ...],
    rows: tuple[Rows, ...],
    labels: tuple[tuple[str, str], ...],
    form: str,
    columns: int,
    frame: Caption | None,
) -> bytes:
    figures = [{row[0]: dict(zip(MEASURES, row, strict=True)) for row in found} for found in rows]
    return render(charts.over_time_chart(quarters, figures, dict(labels), columns=columns), form, frame)


@lru_cache(maxsize=_CACHE_SIZE)
def _draw_stages(
    stages: tuple[AreaStages, ...], edition_code: str, form: str, columns: int, frame: Caption | None
) -> bytes:
    edition = get_edition(edition_code)
    return render(charts.stages_chart(stages, edition.areas, edition.stages, columns=columns), form, frame)
