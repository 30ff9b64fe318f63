"""Two cohorts side by side, and every pod in one table."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from star_tracker.analysis.side_by_side import SideBySide, compare_cohorts, list_pods_by_area
from star_tracker.analysis.two_cohorts_pictures import (
    TwoCohortsChart,
    caption_two_cohorts,
    describe_two_cohorts,
    get_two_cohorts_picture,
    list_charts,
)
from star_tracker.domain.days import long_date
from star_tracker.domain.permissions import may_see_cohorts
from star_tracker.exports.cohorts.files import list_two_cohorts_figures, name_cohort_file
from star_tracker.exports.cohorts.paper import build_cohort_page, lay_out_two
from star_tracker.exports.documents import Picture
from star_tracker.queries.figures.cohorts import get_cohort, get_cohorts_by_pod
from star_tracker.web.auth.access import access, current_reader, current_settings, require_fresh
from star_tracker.web.figures.cohort.beside import BESIDE, Beside, find_beside, list_options
from star_tracker.web.figures.cohort.choice import read_choice, show_cohort, write_choice, write_choice_for_others
from star_tracker.web.figures.cohort.files import TABLES, is_saved, log_file, send_table
from star_tracker.web.figures.cohort.form import CohortForm
from star_tracker.web.platform.downloads import send_bytes

TITLE = "Cohorts side by side"
PICTURE_SHARE = 60
"""How wide a picture is on paper, in per cent."""

blueprint = Blueprint("side_by_side", __name__, url_prefix="/cohort/side-by-side")


@blueprint.get("")
@access(may_see_cohorts)
def show() -> str | Response:
    """The choice beside another, and all pods."""
    return show_cohort("figures/cohort/side_by_side.html", _work_out)


@blueprint.get(f"/<any({', '.join(TwoCohortsChart)}):chart>.<any(svg, png, csv, xlsx, pdf):form>")
@access(may_see_cohorts)
def download(chart: str, form: str) -> Response:
    """A picture of the two, or their figures."""
    if is_saved(form) and (ask_again := require_fresh()):
        return ask_again
    choice = read_choice()
    beside = find_beside(choice, request.args.get(BESIDE, "")) or abort(404)
    both, wanted = _compare(beside), TwoCohortsChart(chart)
    if wanted not in list_charts(both):
        abort(404)
    name = name_cohort_file(f"side-by-side-{chart}", beside.first, form, beside=beside.second)
    log_file(form, name, choice, _figures(both))
    settings = current_settings()
    names = (write_choice_for_others(choice), beside.names[1]) if is_saved(form) else beside.names
    labels, as_at = settings.edition.areas, beside.first.as_at
    words = f"{names[0]}. Beside it: {names[1]}"
    if form in TABLES:
        table = list_two_cohorts_figures(both, names, labels)
        return send_table(table, form, name, title=TITLE, words=words, as_at=as_at, settings=settings)
    caption = caption_two_cohorts(
        wanted, both, names, service_name=settings.service_name, is_comparison=beside.is_comparison
    )
    draw = partial(get_two_cohorts_picture, wanted, both, names, labels, caption=caption)
    if form == "pdf":
        data = build_cohort_page(
            TITLE,
            words=f"{words}, as at {long_date(as_at)}",
            sentences=[],
            picture=Picture(draw("svg"), describe_two_cohorts(wanted, both, names), share=PICTURE_SHARE),
            grid=lay_out_two(both, labels),
            service_name=settings.service_name,
            is_comparison=beside.is_comparison,
        )
        return send_bytes(data, name)
    data = draw(form, narrow="narrow" in request.args, is_framed=is_saved(form))
    return send_bytes(data, name, inline=not is_saved(form))


def _work_out(form: CohortForm) -> tuple[object, Mapping[str, Any]]:
    changes_by_pod, _excluded = get_cohorts_by_pod(form.selected(), reader=current_reader())
    pods = list_pods_by_area(changes_by_pod)
    asked = request.args.get(BESIDE, "")
    beside = find_beside(form, asked) if asked else None
    both = _compare(beside) if beside else None
    return _figures(both) if both else pods, {
        "words": write_choice(form),
        "options": list_options(form),
        "asked": asked,
        "beside": beside,
        "both": both,
        "pods": pods,
        "charts": {chart.value: describe_two_cohorts(chart, both, beside.names) for chart in list_charts(both)}
        if beside and both
        else {},
    }


def _compare(beside: Beside) -> SideBySide:
    first, second = (get_cohort(one, reader=current_reader()) for one in (beside.first, beside.second))
    return compare_cohorts(first, second, is_comparison=beside.is_comparison)


def _figures(both: SideBySide) -> object:
    """Everything that is shown of two cohorts."""
    return [(one.selected_by, one.pairs, one.areas) for one in (both.first, both.second)]
