"""The quarterly return: choose a quarter and a profile, see the tables, download the files."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.periods import Quarter
from star_tracker.domain.permissions import may_see_return_of, may_see_returns
from star_tracker.exports.bundle import build_zip, return_file_names
from star_tracker.exports.returns import Return
from star_tracker.exports.workbook import build_workbook
from star_tracker.queries.returns import get_return, list_quarters
from star_tracker.web.access import access, current_actor, current_settings, today, who_and_when
from star_tracker.web.downloads import send_file
from star_tracker.web.forms.returns import ReturnForm
from star_tracker.web.seen import log_download

blueprint = Blueprint("returns", __name__, url_prefix="/returns")
_ONE = "/<quarter>/<any(restricted, published):profile>"


@blueprint.get("")
@access(may_see_returns)
def choose() -> str | AnyResponse:
    """Choose a return; a choice goes on to its page."""
    form = ReturnForm(request.args)
    form.offer(_list_allowed_quarters())
    if not request.args:
        form.profile.data = Profile.RESTRICTED.value
        return render_template("returns/choose.html", form=form)
    if not form.validate():
        return render_template("returns/choose.html", form=form)
    return redirect(url_for("returns.show", quarter=form.quarter.data, profile=form.profile.data))


@blueprint.get(_ONE)
@access(may_see_returns)
def show(quarter: str, profile: str) -> str:
    """The return's picture and the list of its tables."""
    return render_template("returns/show.html", chosen=_load(quarter, profile))


@blueprint.get(f"{_ONE}/tables/<name>")
@access(may_see_returns)
def show_table(quarter: str, profile: str, name: str) -> str:
    """One table of the return."""
    chosen = _load(quarter, profile)
    table = next((table for table in chosen.tables if table.name == name), None) or abort(404)
    return render_template("returns/table.html", chosen=chosen, table=table)


@blueprint.get(f"{_ONE}/star.png")
@access(may_see_returns)
def picture(quarter: str, profile: str) -> Response:
    """The return's cohort star."""
    data = _load(quarter, profile).picture or abort(404)
    return send_file(data, "cohort-star.png", inline=True)


@blueprint.get(f"{_ONE}/workbook")
@access(may_see_returns)
def download_workbook(quarter: str, profile: str) -> Response:
    """The accessible workbook."""
    chosen = _load(quarter, profile)
    name = return_file_names(chosen.quarter, chosen.profile).workbook
    log_download(name, entity="return", **who_and_when())
    return send_file(build_workbook(chosen), name)


@blueprint.get(f"{_ONE}/files")
@access(may_see_returns)
def download_files(quarter: str, profile: str) -> Response:
    """The workbook and the CSV files in one .zip."""
    chosen = _load(quarter, profile)
    name = return_file_names(chosen.quarter, chosen.profile).archive
    log_download(name, entity="return", **who_and_when())
    return send_file(build_zip(chosen), name)


def _load(quarter: str, profile: str) -> Return:
    """The return that an address names, or a 404."""
    try:
        wanted = Quarter.parse(quarter, current_settings().year_starts_in)
    except ValueError:
        abort(404)
    if wanted not in _list_allowed_quarters():
        abort(404)
    return get_return(wanted, Profile(profile), current_settings(), today=today())


def _list_allowed_quarters() -> list[Quarter]:
    """The quarters whose return this person may see, newest first."""
    actor = current_actor()
    return [
        quarter
        for quarter in list_quarters(today(), current_settings().year_starts_in)
        if may_see_return_of(actor, quarter_has_ended=quarter.ends_on < today())
    ]
