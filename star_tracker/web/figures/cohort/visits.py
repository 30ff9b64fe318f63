"""How often the families of a cohort were seen, by pod, by whom and over the quarters, and engagement by them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from star_tracker.analysis.charts import describe_visits
from star_tracker.analysis.contacts import LATEST_WEEKS, CohortVisits
from star_tracker.analysis.visits_over_time import QuarterVisits, count_quarters
from star_tracker.analysis.visits_pictures import TITLE as OVER_TIME
from star_tracker.analysis.visits_pictures import caption_visits, get_visits_picture, measure_visits_picture
from star_tracker.domain.contacts import WhoWent
from star_tracker.domain.days import long_date
from star_tracker.domain.permissions import may_see_cohorts
from star_tracker.exports.cohorts.files import list_quarters_of_visits, list_visits_figures, name_cohort_file
from star_tracker.queries.figures.visits import get_first_contact_day, get_visits
from star_tracker.web.auth.access import access, current_reader, current_settings, require_fresh
from star_tracker.web.figures.cohort.choice import read_choice, show_cohort, write_choice, write_choice_for_others
from star_tracker.web.figures.cohort.files import TABLES, is_saved, log_file, send_table
from star_tracker.web.figures.cohort.form import CohortForm
from star_tracker.web.platform.downloads import send_bytes

TITLE = "How often families are seen"

blueprint = Blueprint("visits", __name__, url_prefix="/cohort/visits")


@blueprint.get("")
@access(may_see_cohorts)
def show() -> str | Response:
    """Visits by family and week of support, by pod."""
    _check_recorded()
    return show_cohort("figures/cohort/visits.html", _work_out)


@blueprint.get("/visits.<any(csv, xlsx):form>")
@access(may_see_cohorts, fresh=True)
def download(form: str) -> Response:
    """The figures of each pod."""
    _check_recorded()
    choice = read_choice()
    pods = _follow(choice).found.pods
    selected = choice.selected()
    name = name_cohort_file("visits", selected.of_everybody, form)
    log_file(form, name, choice, pods)
    words = write_choice_for_others(choice, of_interventions=True)
    table = list_visits_figures(pods, words=words, as_at=selected.as_at)
    return send_table(table, form, name, title=TITLE, words=words, as_at=selected.as_at, settings=current_settings())


@blueprint.get("/quarters.<any(svg, png, csv, xlsx):form>")
@access(may_see_cohorts)
def download_quarters(form: str) -> Response:
    """The picture of visits a week over the quarters, or its figures."""
    _check_recorded()
    if is_saved(form) and (ask_again := require_fresh()):
        return ask_again
    choice = read_choice()
    course = _follow(choice)
    if not course.quarters:
        abort(404)
    selected, settings = choice.selected(), current_settings()
    name = name_cohort_file("visits-by-quarter", selected.of_everybody, form)
    log_file(form, name, choice, _figures(choice, course))
    words = write_choice_for_others(choice, of_interventions=True)
    if form in TABLES:
        table = list_quarters_of_visits(course.quarters, words=words, as_at=selected.as_at)
        return send_table(table, form, name, title=OVER_TIME, words=words, as_at=selected.as_at, settings=settings)
    caption = caption_visits(f"{words}, as at {long_date(selected.as_at)}", service_name=settings.service_name)
    is_narrow, is_framed = "narrow" in request.args, is_saved(form)
    data = get_visits_picture(course.quarters, form, caption=caption, narrow=is_narrow, is_framed=is_framed)
    return send_bytes(data, name, inline=not is_framed)


@dataclass(frozen=True)
class Course:
    """The visits of a choice, by quarter too, since the first contact that the service recorded."""

    since: date | None
    found: CohortVisits
    quarters: tuple[QuarterVisits, ...]


def _follow(form: CohortForm) -> Course:
    selected = form.selected()
    since = get_first_contact_day(selected.as_at)
    found = get_visits(selected, reader=current_reader(), since=since)
    first_month = current_settings().as_at(selected.as_at).year_starts_in
    return Course(since, found, count_quarters(found.weeks, first_month))


def _figures(form: CohortForm, course: Course) -> object:
    """Everything that the page of this choice shows."""
    return form.selected(), course.since, course.found.pods, course.quarters


def _work_out(form: CohortForm) -> tuple[object, Mapping[str, Any]]:
    selected, course = form.selected(), _follow(form)
    pods, quarters = course.found.pods, course.quarters
    drawn: dict[str, Any] = {"alt": "", "sizes": []}
    if quarters:
        sizes = [measure_visits_picture(quarters, narrow=narrow) for narrow in (False, True)]
        drawn = {"alt": describe_visits(quarters), "sizes": sizes}
    return _figures(form, course), {
        "words": write_choice(form, of_interventions=True),
        "as_at": selected.as_at,
        "asks_of_stars": selected != selected.of_everybody,
        "since": course.since,
        "together": pods[0],
        "pods": pods,
        "quarters": quarters,
        "latest_weeks": LATEST_WEEKS,
        "who_went": WhoWent.labels(),
        "over_time": OVER_TIME,
        **drawn,
    }


def _check_recorded() -> None:
    """A 404 where the service records no contacts."""
    if current_settings().contacts == "off":
        abort(404)
