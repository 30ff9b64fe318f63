"""The picture of how soon one cohort or two closed, drawn once for the data that it shows."""

from collections.abc import Sequence
from functools import lru_cache

from star_tracker.analysis import charts
from star_tracker.analysis.closing import Closing, Curve
from star_tracker.analysis.pictures import Caption, describe_svg, render, write_caption
from star_tracker.domain.days import long_date
from star_tracker.domain.figures import write_count

TITLE = "Closed successfully, by weeks since the start"


def list_curves(closings: Sequence[Closing], names: Sequence[str]) -> tuple[Curve, ...]:
    """The curves that can be drawn: those of cohorts with enough interventions."""
    return tuple(
        Curve(name=name, steps=closing.steps) for name, closing in zip(names, closings, strict=True) if closing.steps
    )


def caption_closing(
    closings: Sequence[Closing], names: Sequence[str], *, service_name: str, is_comparison: bool
) -> Caption:
    """The caption of the picture; ``names`` say who is in the cohorts."""
    told = [
        f"{name}: as at {long_date(closing.selected_by.as_at)}, "
        f"n = {write_count(closing.interventions, 'intervention')}, {closing.successfully.part:,} closed successfully."
        for name, closing in zip(names, closings, strict=True)
    ]
    return write_caption(TITLE, *told, service_name=service_name, is_comparison=is_comparison)


def get_closing_picture(
    curves: tuple[Curve, ...], form: str, *, caption: Caption, narrow: bool = False, is_framed: bool = False
) -> bytes:
    """The chart as ``svg`` or ``png``; the other arguments are those of ``pictures.get_cohort_picture``."""
    drawn = _draw(curves, form, narrow, caption if is_framed else None)
    return describe_svg(drawn, caption) if form == "svg" else drawn


@lru_cache(maxsize=64)
def _draw(curves: tuple[Curve, ...], form: str, narrow: bool, frame: Caption | None) -> bytes:
    return render(charts.closing_chart(curves, narrow=narrow), form, frame)
