"""The picture of visits a week over the quarters, drawn once for the data that it shows."""

from functools import lru_cache

from star_tracker.analysis import charts
from star_tracker.analysis.pictures import Caption, describe_svg, render, write_caption
from star_tracker.analysis.visits_over_time import QuarterVisits
from star_tracker.domain.texts import upper_first

TITLE = "Visits a week, by quarter"


def caption_visits(words: str, *, service_name: str) -> Caption:
    """The caption of the picture; ``words`` say who is in the cohort."""
    lines = (upper_first(words), "Visits by family and week of support, by the quarter in which the week ended.")
    return write_caption(TITLE, *lines, service_name=service_name)


def get_visits_picture(
    quarters: tuple[QuarterVisits, ...], form: str, *, caption: Caption, narrow: bool = False, is_framed: bool = False
) -> bytes:
    """The chart as ``svg`` or ``png``; the other arguments are those of ``pictures.get_cohort_picture``."""
    drawn = _draw(quarters, form, narrow, caption if is_framed else None)
    return describe_svg(drawn, caption) if form == "svg" else drawn


def measure_visits_picture(quarters: tuple[QuarterVisits, ...], *, narrow: bool = False) -> tuple[int, int]:
    """The width and height of the picture in pixels, so that a page can reserve its place."""
    return charts.measure_visits_chart(quarters, narrow=narrow)


@lru_cache(maxsize=64)
def _draw(quarters: tuple[QuarterVisits, ...], form: str, narrow: bool, frame: Caption | None) -> bytes:
    return render(charts.visits_chart(quarters, narrow=narrow), form, frame)
