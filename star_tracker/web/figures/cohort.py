"""The cohort page: choose a cohort, see its charts with their tables, and download them."""

from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from star_tracker.analysis.pictures import describe_cohort_picture, get_cohort_picture
from star_tracker.analysis.summaries import CohortChart, CohortSummary, summarise_cohort
from star_tracker.domain.permissions import may_see_cohorts, may_see_every_pod
from star_tracker.exports.cohort import build_cohort_csv
from star_tracker.queries.accounts import people
from star_tracker.queries.figures.cohorts import get_cohort
from star_tracker.web.audit.looks import log_download, log_figures
from star_tracker.web.auth.access import (
    access,
    current_actor,
    current_context,
    current_pod_ids,
    current_reader,
    current_settings,
    require_fresh,
    today,
)
from star_tracker.web.figures.cohort_form import CohortForm
from star_tracker.web.platform.downloads import send_bytes

blueprint = Blueprint("cohort", __name__, url_prefix="/cohort")


@blueprint.get("")
@access(may_see_cohorts)
def show() -> str | AnyResponse:
    """The charts of the cohort in the query string, from which empty parameters are removed for bookmarks."""
    if "" in request.args.values():
        return redirect(f"{url_for('cohort.show')}?{_filled_arguments()}")
    form = _read_form()
    if not _is_valid(form):
        return render_template("figures/cohort/show.html", form=form, summary=None, charts={})
    summary = _summarise(form)
    log_figures(current_context(), _figures(summary), entity="cohort", chosen=form.chosen())
    return render_template(
        "figures/cohort/show.html",
        form=form,
        summary=summary,
        chosen=form.chosen(),
        words=form.in_words(every_pod=may_see_every_pod(current_actor())),
        charts=_describe_charts(summary),
    )


@blueprint.get(f"/<any({', '.join(CohortChart)}):chart>.<any(svg, png, csv):form>")
@access(may_see_cohorts)
def download(chart: str, form: str) -> AnyResponse:
    """One of the cohort's charts as a picture, or its figures."""
    if (form == "csv" or "save" in request.args) and (ask_again := require_fresh()):
        return ask_again
    choice = _read_valid_form()
    summary = _summarise(choice)
    wanted, name = CohortChart(chart), f"cohort-{chart}-{summary.selected_by.as_at}.{form}"
    if not summary.has_figures or (form != "csv" and wanted not in summary.charts):
        abort(404)
    inline = form != "csv" and "save" not in request.args
    if inline:
        figures = _figures(summary)
        log_figures(current_context(), figures, is_picture=True, entity="cohort", chosen=choice.chosen())
    else:
        log_download(current_context(), name, entity="cohort", chosen=choice.chosen())
    if form == "csv":
        return send_bytes(build_cohort_csv(summary, wanted), name)
    data = get_cohort_picture(wanted, summary, current_settings().edition.areas, form, narrow="narrow" in request.args)
    return send_bytes(data, name, inline=inline)


@blueprint.get("/measures.csv")
@access(may_see_cohorts, fresh=True)
def download_measures() -> Response:
    """Every measure of the cohort, by area."""
    choice = _read_valid_form()
    summary = _summarise(choice)
    name = f"cohort-measures-{summary.selected_by.as_at}.csv"
    log_download(current_context(), name, entity="cohort", chosen=choice.chosen())
    return send_bytes(build_cohort_csv(summary), name)


def _filled_arguments() -> str:
    """The query string without empty parameters."""
    return urlencode([(name, value) for name, value in request.args.items(multi=True) if value])


def _read_valid_form() -> CohortForm:
    form = _read_form()
    return form if _is_valid(form) else abort(400)


def _is_valid(form: CohortForm) -> bool:
    is_readable = form.validate()
    person = form.practitioner.data if form.pod.data and is_readable else None
    their_pods = people.list_practitioner_pods(person, reader=current_reader()) if person else None
    return not form.refuse_contradictions(their_pods) and is_readable


def _read_form() -> CohortForm:
    form = CohortForm(request.args)
    pods = people.list_pods(current_pod_ids())
    form.offer([pod.name for pod in pods], people.list_practitioners(current_reader()), today())
    return form


def _summarise(form: CohortForm) -> CohortSummary:
    return summarise_cohort(get_cohort(form.selected(), reader=current_reader()))


def _figures(summary: CohortSummary) -> object:
    """Everything that a page of this cohort shows."""
    return summary.selected_by, summary.pairs, list(summary.excluded.values()), summary.areas


def _describe_charts(summary: CohortSummary) -> dict[str, str]:
    """The alternative text of each chart that can be drawn."""
    labels = current_settings().edition.areas
    return {chart.value: describe_cohort_picture(chart, summary, labels) for chart in summary.charts}
