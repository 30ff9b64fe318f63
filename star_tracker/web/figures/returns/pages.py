"""The quarterly return: choose a quarter and a profile, see the tables, download the files.

A lead sees the return as the record gives it now; the council sees what was signed off (``sign_off``), and no other.
"""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.permissions import may_prepare_returns, may_see_return_of, may_see_returns
from star_tracker.domain.quarters import Quarter, propose_quarter
from star_tracker.exports.returns.bundle import Part
from star_tracker.exports.returns.files import MadeReturn, StoredReturn
from star_tracker.exports.returns.pages import ReturnPage
from star_tracker.exports.returns.versions import CellChange
from star_tracker.models import Council
from star_tracker.queries.councils import list_councils
from star_tracker.queries.returns.causes import MOST_CAUSES
from star_tracker.queries.returns.comparisons import get_last_entry, list_since
from star_tracker.queries.returns.hand_overs import get_hand_over
from star_tracker.queries.returns.returns import get_return, list_quarters
from star_tracker.queries.returns.signed_returns import (
    SigningHistory,
    compare_with,
    get_signing_history,
    get_stored_return,
    list_signing_histories,
)
from star_tracker.records.returns.making import make_whole_return
from star_tracker.web.audit.looks import log_download, log_figures
from star_tracker.web.auth.access import access, current_actor, current_context, current_settings, today
from star_tracker.web.figures.returns.comparing import note_comparison
from star_tracker.web.figures.returns.forms import ReturnForm
from star_tracker.web.platform.downloads import send_bytes
from star_tracker.web.platform.numbers import query_number

blueprint = Blueprint("returns", __name__, url_prefix="/returns")
COMPARED_AT_ONCE = 4
"""The signed returns that a page compares with the record."""

RETURN_PATH = "/<record_id:council_id>/<quarter>/<any(restricted, published):profile>"


@blueprint.get("")
@access(may_see_returns)
def choose() -> str | AnyResponse:
    """The signed returns; a lead can choose any return of a council, and is redirected to its page."""
    councils = _list_councils()
    if not may_prepare_returns(current_actor()):
        histories = {council: list_signing_histories(council) for council in councils}
        return render_template("figures/returns/council.html", histories=histories)
    council = _choose_council(councils)
    quarters = list_quarters(council, today())
    form = ReturnForm(request.args)
    proposed = propose_quarter(quarters, today())
    form.offer(quarters, proposed, today=today())
    if "quarter" in request.args and form.validate():
        return redirect(
            url_for("returns.show", council_id=council.id, quarter=form.quarter.data, profile=form.profile.data)
        )
    form.profile.data = form.profile.data or Profile.RESTRICTED.value
    states, others = _sort_by_quarter(council, quarters)
    listed = [history for histories in states.values() for history in histories]
    return render_template(
        "figures/returns/choose.html",
        form=form,
        council=council,
        councils=councils,
        states=states,
        others=others,
        proposed=proposed,
        since=list_since((history.standing, history.quarter) for history in listed if history.standing),
        most_listed=MOST_CAUSES,
        today=today(),
    )


@blueprint.get("/differences")
@access(may_prepare_returns)
def differences() -> str:
    """Which signed returns differ from the record by now; making them to compare takes about 0.6 s each."""
    councils = list_councils()
    histories = [
        history
        for council in councils
        for history in list_signing_histories(council)
        if history.standing and history.quarter in list_quarters(council, today())
    ]
    place = max(query_number("page", 1), 1)
    compared = [
        (history, _compare_with_record(history))
        for history in histories[(place - 1) * COMPARED_AT_ONCE : place * COMPARED_AT_ONCE]
    ]
    has_more = len(histories) > place * COMPARED_AT_ONCE
    return render_template(
        "figures/returns/differences.html", compared=compared, place=place, has_more=has_more, councils=councils
    )


@blueprint.get(RETURN_PATH)
@access(may_see_returns)
def show(council_id: int, quarter: str, profile: str) -> str:
    """The return's picture, tables and signing history; for a lead, compared with the record as it is now."""
    council = find_council(council_id)
    last_entry = get_last_entry()
    loaded = _load(council, quarter, profile)
    chosen = loaded.page
    log_look(council, chosen)
    history = get_signing_history(council, chosen.quarter, chosen.profile)
    changed = history.list_changes(chosen)
    is_lead = may_prepare_returns(current_actor())
    if is_lead:
        note_comparison(history, changed, last_entry=last_entry)
    return render_template(
        "figures/returns/show.html",
        chosen=chosen,
        as_at=chosen.quarter.as_at(today()),
        parts=loaded.parts,
        history=history,
        changed=changed,
        versions=history.versions if is_lead else history.given,
        told=get_hand_over(history.standing.id) if is_lead and history.standing else None,
    )


@blueprint.get(f"{RETURN_PATH}/tables/<name>")
@access(may_see_returns)
def show_table(council_id: int, quarter: str, profile: str, name: str) -> str:
    """One table of the return."""
    council = find_council(council_id)
    chosen = _load(council, quarter, profile).page
    table = chosen.find_table(name) or abort(404)
    log_look(council, chosen, table=table.title)
    matrices = chosen.list_matrices() if name == "stages" else {}
    return render_template("figures/returns/table.html", council=council, chosen=chosen, table=table, matrices=matrices)


@blueprint.get(f"{RETURN_PATH}/star")
@access(may_see_returns)
def picture(council_id: int, quarter: str, profile: str) -> Response:
    """The return's cohort star."""
    council = find_council(council_id)
    chosen = _load(council, quarter, profile)
    drawn = chosen.picture or abort(404)
    log_look(council, chosen.page, is_picture=True)
    ending = "svg" if drawn.startswith(b"<svg") else "png"  # as it was when the return was signed
    return send_bytes(drawn, f"cohort-star.{ending}", inline=True)


@blueprint.get(f"{RETURN_PATH}/<any({', '.join(Part)}):part>")
@access(may_see_returns, fresh=True)
def download_part(council_id: int, quarter: str, profile: str, part: str) -> Response:
    """One of its files: the accessible workbook, the report, or the one page for a report to the cabinet."""
    chosen, wanted = _load_files(council_id, quarter, profile), Part(part)
    if wanted not in chosen.parts:
        abort(404)
    name = chosen.names.name_of(wanted)
    log_download(current_context(), name, entity="return")
    return send_bytes(chosen.read(wanted), name)


@blueprint.get(f"{RETURN_PATH}/files")
@access(may_see_returns, fresh=True)
def download_files(council_id: int, quarter: str, profile: str) -> Response:
    """All its files in one .zip."""
    chosen = _load_files(council_id, quarter, profile)
    log_download(current_context(), chosen.names.archive, entity="return")
    return send_bytes(chosen.archive, chosen.names.archive)


def log_look(council: Council, page: ReturnPage, **more: Any) -> None:
    """Log which return's figures are about to be shown."""
    quarter, profile = str(page.quarter), page.profile.value
    figures = (council.id, quarter, profile, page.fingerprint)
    log_figures(
        current_context(), figures, entity="return", council=council.name, quarter=quarter, profile=profile, **more
    )


def make_return(council: Council, quarter: str, profile: str, *, is_whole: bool = False) -> MadeReturn:
    """The council's return in the address, from the record as it is now; or a 404. Only a whole one has files."""
    wanted = find_quarter(council, quarter)
    if is_whole:
        settings, context = current_settings(), current_context()
        return make_whole_return(context, council=council, quarter=wanted, profile=Profile(profile), settings=settings)
    return MadeReturn(get_return(council, wanted, Profile(profile), current_settings(), today=today()))


def _compare_with_record(history: SigningHistory) -> tuple[CellChange, ...] | None:
    """The figures in which the standing version differs from the record; None if it cannot be compared."""
    last_entry = get_last_entry()
    made = make_return(history.council, str(history.quarter), history.profile.value)
    changes = compare_with(history.standing, made.page) if history.standing else None
    if changes is not None:
        note_comparison(history, changes, last_entry=last_entry)
    return changes


def find_council(council_id: int) -> Council:
    """The council in the address; or a 404, whether there is none or it is another one than this person's."""
    councils = {council.id: council for council in _list_councils()}
    return councils.get(council_id) or abort(404)


def find_quarter(council: Council, text: str) -> Quarter:
    """The quarter in the address; or a 404, if there can be no return of it."""
    wanted = _read_quarter(council, text)
    return wanted if wanted in list_quarters(council, today()) else abort(404)


def _list_councils() -> list[Council]:
    """The councils whose returns this person may see, by name: for a lead every one."""
    actor = current_actor()
    return list_councils(None if may_prepare_returns(actor) else actor.council_ids)


def _choose_council(councils: Sequence[Council]) -> Council:
    """The council in the query string, or the first that is not closed."""
    if wanted := query_number("council"):
        return find_council(wanted)
    return next(council for council in councils if council.closed_on is None)


def _load(council: Council, quarter: str, profile: str, *, is_whole: bool = False) -> MadeReturn | StoredReturn:
    """The return in the address as this person sees it; or a 404, whether it does not exist or is not theirs to see."""
    signed = get_signing_history(council, _read_quarter(council, quarter), Profile(profile)).standing
    if not may_see_return_of(current_actor(), council.id, is_signed_off=signed is not None):
        abort(404)
    if signed is None or may_prepare_returns(current_actor()):
        return make_return(council, quarter, profile, is_whole=is_whole)
    return get_stored_return(signed)


def _load_files(council_id: int, quarter: str, profile: str) -> MadeReturn | StoredReturn:
    """The same, but as it was signed off if it holds the figures that were: a lead and the council get one file."""
    council = find_council(council_id)
    chosen = _load(council, quarter, profile, is_whole=True)
    history = get_signing_history(council, chosen.page.quarter, chosen.page.profile)
    if isinstance(chosen, MadeReturn) and history.standing and not history.list_changes(chosen.page):
        return get_stored_return(history.standing)
    return chosen


def _read_quarter(council: Council, text: str) -> Quarter:
    try:
        return council.contract.read(text)
    except ValueError:
        abort(404)


def _sort_by_quarter(
    council: Council, quarters: list[Quarter]
) -> tuple[dict[Quarter, list[SigningHistory]], list[SigningHistory]]:
    """For each quarter the history of each profile; and the histories of other quarters."""
    histories = list_signing_histories(council)
    signed = {(history.quarter, history.profile): history for history in histories}
    states = {
        quarter: [signed.get((quarter, profile)) or SigningHistory(council, quarter, profile) for profile in Profile]
        for quarter in quarters
    }
    return states, [history for history in histories if history.quarter not in states]
