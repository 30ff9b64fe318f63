"""How much had changed by the months between the two Stars."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from star_tracker.analysis.how_soon import measure_by_months
from star_tracker.domain.days import long_date
from star_tracker.domain.permissions import may_see_cohorts
from star_tracker.exports.cohorts.files import list_how_soon_figures, name_cohort_file
from star_tracker.exports.cohorts.paper import build_cohort_page, lay_out_months
from star_tracker.queries.figures.how_soon import get_changes_by_months
from star_tracker.web.audit.looks import log_download
from star_tracker.web.auth.access import access, current_context, current_reader, current_settings
from star_tracker.web.figures.cohort.choice import read_choice, show_cohort, write_choice, write_choice_for_others
from star_tracker.web.figures.cohort.files import TABLES, send_table
from star_tracker.web.figures.cohort.form import CohortForm
from star_tracker.web.platform.downloads import send_bytes

TITLE = "Change by months between the Stars"

blueprint = Blueprint("how_soon", __name__, url_prefix="/cohort/how-soon")


@blueprint.get("")
@access(may_see_cohorts)
def show() -> str | Response:
    """The mean change of each area by months between the Stars."""
    return show_cohort("figures/cohort/how_soon.html", _work_out)


@blueprint.get("/months.<any(csv, xlsx, pdf):form>")
@access(may_see_cohorts, fresh=True)
def download(form: str) -> Response:
    """Every measure by months and area, or the page on paper."""
    choice = read_choice()
    selected = choice.selected()
    name = name_cohort_file("how-soon", selected, form)
    log_download(current_context(), name, entity="cohort", chosen=choice.chosen())
    changes = get_changes_by_months(selected, reader=current_reader())
    settings, words = current_settings(), write_choice_for_others(choice)
    labels, as_at = settings.edition.areas, selected.as_at
    if form in TABLES:
        table = list_how_soon_figures(measure_by_months(changes, is_shown=False), labels, words=words, as_at=as_at)
        return send_table(table, form, name, title=TITLE, words=words, as_at=as_at, settings=settings)
    data = build_cohort_page(
        TITLE,
        words=f"{words}, as at {long_date(as_at)}",
        sentences=[],
        picture=None,
        grid=lay_out_months(measure_by_months(changes), labels),
        service_name=settings.service_name,
    )
    return send_bytes(data, name)


def _work_out(form: CohortForm) -> tuple[object, Mapping[str, Any]]:
    selected = form.selected()
    by_months = measure_by_months(get_changes_by_months(selected, reader=current_reader()))
    return (selected, by_months), {
        "words": write_choice(form),
        "as_at": selected.as_at,
        "by_months": {months: {area["area"]: area for area in areas} for months, areas in by_months.items()},
        "has_figures": any(area["n"] for areas in by_months.values() for area in areas),
    }
