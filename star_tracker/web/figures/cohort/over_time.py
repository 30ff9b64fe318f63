"""A cohort over time: how each area changed in each quarter, with its tables and files."""

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from flask import Blueprint, abort
from werkzeug.wrappers import Response
from wtforms import SelectField

from star_tracker.analysis.headlines import write_consistency
from star_tracker.analysis.over_time import Basis, CohortOverTime, follow_cohort
from star_tracker.analysis.panel_pictures import (
    OVER_TIME,
    caption_over_time,
    describe_over_time_picture,
    get_over_time_picture,
    measure_over_time_picture,
)
from star_tracker.domain.days import long_date
from star_tracker.domain.permissions import may_see_cohorts
from star_tracker.exports.cohorts.files import list_over_time_figures, name_cohort_file
from star_tracker.exports.cohorts.paper import build_cohort_page, lay_out_quarters
from star_tracker.exports.documents import Picture
from star_tracker.queries.figures.cohorts import get_pairs_by_day
from star_tracker.web.auth.access import access, current_reader, current_settings, require_fresh
from star_tracker.web.figures.cohort.choice import read_choice, show_cohort, write_choice, write_choice_for_others
from star_tracker.web.figures.cohort.files import (
    COLUMNS_ON_A_PAGE,
    COLUMNS_ON_PAPER,
    PICTURES,
    TABLES,
    count_columns,
    is_saved,
    log_file,
    send_table,
)
from star_tracker.web.figures.cohort.form import CohortForm
from star_tracker.web.platform.downloads import send_bytes
from star_tracker.web.platform.fields import choices
from star_tracker.web.platform.widgets import SelectInput

blueprint = Blueprint("cohort_over_time", __name__, url_prefix="/cohort")

BASES = {"": "Latest Star", Basis.START.value: "Intervention’s start"}


class OverTimeForm(CohortForm):
    """A cohort, and the day that says to which quarter a pair belongs."""

    own_fields: ClassVar[tuple[str, ...]] = ("quarters_of",)

    quarters_of = SelectField(
        "Quarters of the", widget=SelectInput(), choices=choices(BASES), default="", name="quarters-of"
    )

    @property
    def basis(self) -> Basis:
        """The day that says to which quarter a pair belongs."""
        return Basis(self.quarters_of.data or Basis.LATEST)

    @property
    def by_latest(self) -> bool:
        """Whether it is the day of the latest Star."""
        return self.basis is Basis.LATEST

    def by_other_day(self) -> dict[str, list[str]]:
        """The same choice by the other day, as in the address."""
        other = {"quarters-of": [Basis.START.value]} if self.by_latest else {}
        return {name: values for name, values in self.chosen().items() if name != "quarters-of"} | other


@blueprint.get("/over-time")
@access(may_see_cohorts)
def show() -> str | Response:
    """The cohort in the query string by quarter."""
    return show_cohort("figures/cohort/over_time.html", _work_out, OverTimeForm)


@blueprint.get("/over-time.<any(svg, png, csv, xlsx, pdf):form>")
@access(may_see_cohorts)
def download(form: str) -> Response:
    """The chart as a picture, or its figures."""
    if is_saved(form) and (ask_again := require_fresh()):
        return ask_again
    choice = read_choice(OverTimeForm)
    course = _follow(choice)
    if not course.has_figures or (form in PICTURES and not course.has_change):
        abort(404)
    name = name_cohort_file(f"over-time-by-{course.basis}", course.selected_by, form)
    log_file(form, name, choice, _figures(course))
    settings, words = current_settings(), write_choice_for_others(choice)
    labels, as_at = settings.edition.areas, course.selected_by.as_at
    if form in TABLES:
        table = list_over_time_figures(course, labels, words=words)
        return send_table(table, form, name, title=OVER_TIME, words=words, as_at=as_at, settings=settings)
    caption = caption_over_time(course, words=words, service_name=settings.service_name)
    draw = partial(get_over_time_picture, course, labels, caption=caption, by_change=choice.by_change)
    if form == "pdf":
        picture = None
        if course.has_change:
            alt = describe_over_time_picture(course, labels)
            picture = Picture(draw("svg", columns=COLUMNS_ON_PAPER), alt)
        data = build_cohort_page(
            OVER_TIME,
            words=f"{words}, as at {long_date(as_at)}",
            sentences=write_consistency(course, labels).sentences,
            picture=picture,
            grid=lay_out_quarters(course, course.list_areas(by_change=choice.by_change), labels),
            service_name=settings.service_name,
        )
        return send_bytes(data, name)
    data = draw(form, columns=count_columns(form), is_framed=is_saved(form))
    return send_bytes(data, name, inline=not is_saved(form))


def _work_out(form: OverTimeForm) -> tuple[object, Mapping[str, Any]]:
    course = _follow(form)
    labels = current_settings().edition.areas
    drawn: dict[str, Any] = {"alt": "", "sizes": []}
    if course.has_change:
        sizes = [measure_over_time_picture(course, columns=columns) for columns in COLUMNS_ON_A_PAGE]
        drawn = {"alt": describe_over_time_picture(course, labels), "sizes": sizes}
    return _figures(course), {
        "course": course,
        "words": write_choice(form),
        "headline": write_consistency(course, labels),
        "areas": course.list_areas(by_change=form.by_change),
        **drawn,
    }


def _follow(form: OverTimeForm) -> CohortOverTime:
    found = get_pairs_by_day(form.selected(), form.basis, reader=current_reader())
    return follow_cohort(found, current_settings().as_at(found.selected_by.as_at).year_starts_in)


def _figures(course: CohortOverTime) -> object:
    """Everything that a page of this cohort shows."""
    shown = [(str(one.quarter), one.areas) for one in course.quarters]
    return course.selected_by, course.basis, course.pairs, list(course.excluded.values()), shown
