"""A cohort at a glance: the headline, the key figures, the charts with their tables, and their files."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as AnyResponse

from star_tracker.analysis.headlines import write_headline
from star_tracker.analysis.pictures import caption_cohort_picture, describe_cohort_picture, get_cohort_picture
from star_tracker.analysis.summaries import CohortChart, CohortSummary, summarise_cohort
from star_tracker.domain.permissions import may_see_cohorts
from star_tracker.exports.cohorts.files import list_cohort_figures, name_cohort_file
from star_tracker.queries.figures.cohorts import get_cohort
from star_tracker.queries.figures.key_figures import get_key_figures
from star_tracker.web.auth.access import access, current_reader, current_settings, require_fresh
from star_tracker.web.figures.cohort.choice import read_choice, show_cohort, write_choice, write_choice_for_others
from star_tracker.web.figures.cohort.files import is_saved, log_file
from star_tracker.web.figures.cohort.form import CohortForm
from star_tracker.web.platform.downloads import send_bytes

blueprint = Blueprint("cohort", __name__, url_prefix="/cohort")


@blueprint.get("")
@access(may_see_cohorts)
def show() -> str | AnyResponse:
    """The charts of the cohort in the query string."""
    return show_cohort("figures/cohort/show.html", _work_out)


@blueprint.get(f"/<any({', '.join(CohortChart)}):chart>.<any(svg, png, csv):form>")
@access(may_see_cohorts)
def download(chart: str, form: str) -> AnyResponse:
    """One of the cohort's charts as a picture, or its figures."""
    if is_saved(form) and (ask_again := require_fresh()):
        return ask_again
    choice = read_choice()
    summary = _summarise(choice)
    wanted, name = CohortChart(chart), name_cohort_file(chart, summary.selected_by, form)
    if not summary.has_figures or (form != "csv" and wanted not in summary.charts):
        abort(404)
    log_file(form, name, choice, _figures(summary))
    settings, words = current_settings(), write_choice_for_others(choice)
    if form == "csv":
        table = list_cohort_figures(summary, wanted, labels=settings.edition.areas, words=words)
        return send_bytes(table.build_csv(), name)
    data = get_cohort_picture(
        wanted,
        summary,
        settings.edition.areas,
        form,
        caption=caption_cohort_picture(wanted, summary, words=words, service_name=settings.service_name),
        narrow="narrow" in request.args,
        by_change=choice.by_change,
        is_framed=is_saved(form),
    )
    return send_bytes(data, name, inline=not is_saved(form))


@blueprint.get("/measures.csv")
@access(may_see_cohorts, fresh=True)
def download_measures() -> Response:
    """Every measure of the cohort, by area."""
    choice = read_choice()
    summary = _summarise(choice)
    name = name_cohort_file("measures", summary.selected_by, "csv")
    log_file("csv", name, choice, _figures(summary))
    labels, words = current_settings().edition.areas, write_choice_for_others(choice)
    return send_bytes(list_cohort_figures(summary, labels=labels, words=words).build_csv(), name)


def _work_out(form: CohortForm) -> tuple[object, Mapping[str, Any]]:
    summary = _summarise(form)
    settings = current_settings()
    timings = settings.as_at(summary.selected_by.as_at).timings
    figures, before = get_key_figures(summary.selected_by, reader=current_reader(), timings=timings)
    return _figures(summary), {
        "summary": summary,
        "figures": figures,
        "before": before,
        "words": write_choice(form),
        "headline": write_headline(summary.shown, settings.edition.areas),
        "charts": _describe_charts(form, summary),
        "tables": summary.by_change if form.by_change else summary.listed,
    }


def _summarise(form: CohortForm) -> CohortSummary:
    return summarise_cohort(get_cohort(form.selected(), reader=current_reader()))


def _figures(summary: CohortSummary) -> object:
    """Everything that a page of this cohort shows."""
    return summary.selected_by, summary.pairs, list(summary.excluded.values()), summary.areas


def _describe_charts(form: CohortForm, summary: CohortSummary) -> dict[str, str]:
    """The alternative text of each chart that can be drawn."""
    labels = current_settings().edition.areas
    return {
        chart.value: describe_cohort_picture(chart, summary, labels, by_change=form.by_change)
        for chart in summary.charts
    }
