"""What is taken away of a cohort's view as a whole: a slide, a page of paper, and the tables as a workbook."""

from importlib.metadata import version

from flask import Blueprint, Response, abort

from star_tracker.analysis.headlines import write_headline
from star_tracker.analysis.pictures import caption_cohort_picture, describe_cohort_picture, get_cohort_picture
from star_tracker.analysis.slide import get_slide
from star_tracker.analysis.summaries import CohortChart, CohortSummary, summarise_cohort
from star_tracker.domain.permissions import may_see_cohorts, may_see_every_pod
from star_tracker.exports.cohorts.files import name_cohort_file
from star_tracker.exports.cohorts.view import CohortView, build_cohort_pdf
from star_tracker.queries.figures.cohorts import get_cohort
from star_tracker.queries.figures.key_figures import get_key_figures
from star_tracker.web.audit.looks import log_download
from star_tracker.web.auth.access import (
    access,
    current_actor,
    current_context,
    current_reader,
    current_settings,
    current_user,
)
from star_tracker.web.figures.cohort.choice import read_choice, write_choice_for_others
from star_tracker.web.figures.cohort.form import CohortForm
from star_tracker.web.platform.downloads import send_bytes

blueprint = Blueprint("take_away", __name__, url_prefix="/cohort")


@blueprint.get("/slide.<any(svg, png):form>")
@access(may_see_cohorts, fresh=True)
def download_slide(form: str) -> Response:
    """The headline above the cohort star and change by area, in the shape of a screen."""
    choice, summary, name = _take("slide", form)
    settings = current_settings()
    data = get_slide(
        summary,
        settings.edition.areas,
        form,
        headline=write_headline(summary.shown, settings.edition.areas),
        words=write_choice_for_others(choice),
        service_name=settings.service_name,
        by_change=choice.by_change,
    )
    return send_bytes(data, name)


@blueprint.get("/view.pdf")
@access(may_see_cohorts, fresh=True)
def download_pdf() -> Response:
    """The page at a glance on paper, with the tables that it folds away."""
    choice, summary, name = _take("view", "pdf")
    settings, words = current_settings(), write_choice_for_others(choice)
    labels = settings.edition.areas
    timings = settings.as_at(summary.selected_by.as_at).timings
    figures, before = get_key_figures(summary.selected_by, reader=current_reader(), timings=timings)
    user = current_user()
    view = CohortView(
        summary=summary,
        headline=write_headline(summary.shown, labels),
        figures=figures,
        before=before,
        pictures={
            chart: (
                get_cohort_picture(
                    chart,
                    summary,
                    labels,
                    "svg",
                    caption=caption_cohort_picture(chart, summary, words=words, service_name=settings.service_name),
                    by_change=choice.by_change,
                ),
                describe_cohort_picture(chart, summary, labels, by_change=choice.by_change),
            )
            for chart in summary.charts
            if chart is not CohortChart.OUTCOMES
        },
        edition=settings.edition,
        words=words,
        service_name=settings.service_name,
        reader="" if user is None or may_see_every_pod(current_actor()) else user.shown_as,
        by_change=choice.by_change,
        asks_more=choice.asks_more,
    )
    return send_bytes(build_cohort_pdf(view), name)


@blueprint.get("/tables.xlsx")
@access(may_see_cohorts, fresh=True)
def download_workbook() -> Response:
    """The tables behind the charts."""
    from star_tracker.exports.cohorts.workbook import build_cohort_workbook  # noqa: PLC0415 - loads gptables

    choice, summary, name = _take("tables", "xlsx")
    settings = current_settings()
    data = build_cohort_workbook(
        summary,
        settings.edition,
        words=write_choice_for_others(choice),
        service_name=settings.service_name,
        software_version=version("star-tracker"),
    )
    return send_bytes(data, name)


def _take(what: str, form: str) -> tuple[CohortForm, CohortSummary, str]:
    """The choice, its figures, and the name of the file, whose download is logged; 404 if nothing would be in it."""
    choice = read_choice()
    summary = summarise_cohort(get_cohort(choice.selected(), reader=current_reader()))
    if not summary.has_figures or (what == "slide" and CohortChart.CHANGE not in summary.charts):
        abort(404)
    name = name_cohort_file(what, summary.selected_by, form)
    log_download(current_context(), name, entity="cohort", chosen=choice.chosen())
    return choice, summary, name
