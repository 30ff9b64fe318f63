"""How soon a cohort's interventions closed successfully, alone or beside another's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from star_tracker.analysis.charts import describe_closing
from star_tracker.analysis.closing import Closing, Curve, choose_weeks, compare_closing
from star_tracker.analysis.closing_pictures import caption_closing, get_closing_picture, list_curves
from star_tracker.analysis.closing_words import write_difference, write_soonness
from star_tracker.domain.days import long_date
from star_tracker.domain.permissions import may_see_cohorts
from star_tracker.domain.scales import ClosureReason
from star_tracker.domain.texts import upper_first
from star_tracker.exports.cohorts.files import list_closing_figures, name_cohort_file
from star_tracker.exports.cohorts.paper import build_cohort_page, lay_out_closings
from star_tracker.exports.documents import Picture
from star_tracker.queries.figures.closing import get_closing
from star_tracker.web.auth.access import access, current_reader, current_settings, require_fresh
from star_tracker.web.figures.cohort.beside import BESIDE, Beside, find_beside, list_options
from star_tracker.web.figures.cohort.choice import read_choice, show_cohort, write_choice
from star_tracker.web.figures.cohort.files import TABLES, is_saved, log_file, send_table
from star_tracker.web.figures.cohort.form import CohortForm
from star_tracker.web.platform.downloads import send_bytes

blueprint = Blueprint("closing", __name__, url_prefix="/cohort/closing")

TITLE = "How soon interventions close"
PICTURE_SHARE = 70
"""How wide the picture is on paper, in per cent."""

MOST_WEEKS = 10
"""Rows of the table besides that of the start."""


@dataclass(frozen=True, kw_only=True)
class Course:
    """The choice, and what is beside it if anything is.

    Attributes:
        names: what they are called.
        closings: how each closed.
        beside: both choices.
    """

    names: Sequence[str]
    closings: Sequence[Closing]
    beside: Beside | None

    @property
    def curves(self) -> tuple[Curve, ...]:
        """Those that can be drawn."""
        return list_curves(self.closings, self.names)

    @property
    def figures(self) -> object:
        """Everything that is shown of them."""
        return [(one.selected_by, one.by_reason, one.open, one.steps) for one in self.closings]


@blueprint.get("")
@access(may_see_cohorts)
def show() -> str | Response:
    """The shares closed successfully by weeks since the start."""
    return show_cohort("figures/cohort/closing.html", _work_out)


@blueprint.get("/curve.<any(svg, png, csv, xlsx, pdf):form>")
@access(may_see_cohorts)
def download(form: str) -> Response:
    """The picture, or its figures."""
    if is_saved(form) and (ask_again := require_fresh()):
        return ask_again
    choice = read_choice()
    course = _follow(choice)
    if not course.curves:
        abort(404)
    chosen = [closing.selected_by for closing in course.closings]
    name = name_cohort_file("closing", chosen[0], form, beside=chosen[1] if course.beside else None)
    log_file(form, name, choice, course.figures)
    settings, as_at = current_settings(), chosen[0].as_at
    words = ". Beside it: ".join(course.names)
    if form in TABLES:
        table = list_closing_figures(course.closings, course.names)
        return send_table(table, form, name, title=TITLE, words=words, as_at=as_at, settings=settings)
    is_comparison = bool(course.beside and course.beside.is_comparison)
    caption = caption_closing(
        course.closings, course.names, service_name=settings.service_name, is_comparison=is_comparison
    )
    draw = partial(get_closing_picture, course.curves, caption=caption)
    if form == "pdf":
        data = build_cohort_page(
            TITLE,
            words=f"{words}, as at {long_date(as_at)}",
            sentences=[said for said in _write_differences(course).values() if said],
            picture=Picture(draw("svg"), describe_closing(course.curves), share=PICTURE_SHARE),
            grid=lay_out_closings(course.closings, course.names),
            service_name=settings.service_name,
            is_comparison=is_comparison,
        )
        return send_bytes(data, name)
    data = draw(form, narrow="narrow" in request.args, is_framed=is_saved(form))
    return send_bytes(data, name, inline=not is_saved(form))


def _work_out(form: CohortForm) -> tuple[object, Mapping[str, Any]]:
    course = _follow(form)
    beside, curves = course.beside, course.curves
    selected = [beside.first, beside.second] if beside else [form.selected()]
    return course.figures, {
        "options": list_options(form),
        "asked": request.args.get(BESIDE, ""),
        "beside": beside,
        "names": course.names,
        "closings": course.closings,
        **_write_differences(course),
        "curves": curves,
        "weeks": choose_weeks(max(curve.last_week for curve in curves), most=MOST_WEEKS) if curves else [],
        "picture_text": describe_closing(curves) if curves else "",
        "other_reasons": [reason for reason in ClosureReason if reason != ClosureReason.COMPLETED],
        "asks_of_stars": any(one != one.of_everybody for one in selected),
        "is_chosen_by_closing": any(one.is_chosen_by_closing for one in selected),
    }


def _write_differences(course: Course) -> dict[str, str]:
    """What the two differ by in words; "" where there is no comparison group, or one has too few interventions."""
    is_comparison = course.beside and course.beside.is_comparison
    difference = compare_closing(*course.closings) if is_comparison else None
    return {
        "share_difference": write_difference(difference, course.names) if difference else "",
        "soonness_difference": write_soonness(difference, course.closings, course.names) if difference else "",
    }


def _follow(form: CohortForm) -> Course:
    beside = find_beside(form, asked) if (asked := request.args.get(BESIDE, "")) else None
    selected = [beside.first, beside.second] if beside else [form.selected()]
    names = [write_choice(form, of_interventions=True), *([beside.names[1]] if beside else [])]
    return Course(
        names=[upper_first(name) for name in names],
        closings=[get_closing(one, reader=current_reader()) for one in selected],
        beside=beside,
    )
