"""How often the families of a cohort were seen, by pod, and engagement by visits beside that by Stars."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from star_tracker.analysis.contacts import LATEST_WEEKS
from star_tracker.domain.permissions import may_see_cohorts
from star_tracker.exports.cohorts.files import list_visits_figures, name_cohort_file
from star_tracker.queries.figures.visits import get_first_contact_day, get_visits
from star_tracker.web.auth.access import access, current_reader, current_settings
from star_tracker.web.figures.cohort.choice import read_choice, show_cohort, write_choice, write_choice_for_others
from star_tracker.web.figures.cohort.files import log_file, send_table
from star_tracker.web.figures.cohort.form import CohortForm

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
    selected = choice.selected()
    name = name_cohort_file("visits", selected.of_everybody, form)
    since = get_first_contact_day(selected.as_at)
    pods = get_visits(selected, reader=current_reader(), since=since)
    log_file(form, name, choice, pods)
    words = write_choice_for_others(choice, of_interventions=True)
    table = list_visits_figures(pods, words=words, as_at=selected.as_at)
    return send_table(table, form, name, title=TITLE, words=words, as_at=selected.as_at, settings=current_settings())


def _work_out(form: CohortForm) -> tuple[object, Mapping[str, Any]]:
    selected = form.selected()
    since = get_first_contact_day(selected.as_at)
    pods = get_visits(selected, reader=current_reader(), since=since)
    return (selected, since, pods), {
        "words": write_choice(form, of_interventions=True),
        "as_at": selected.as_at,
        "asks_of_stars": selected != selected.of_everybody,
        "since": since,
        "together": pods[0],
        "pods": pods,
        "latest_weeks": LATEST_WEEKS,
    }


def _check_recorded() -> None:
    """A 404 where the service records no contacts."""
    if current_settings().contacts == "off":
        abort(404)
