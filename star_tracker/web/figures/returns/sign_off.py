"""Signing off the quarterly return: the council then sees exactly this version, until a lead signs another."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from star_tracker.domain.hand_over import News
from star_tracker.domain.permissions import may_see_return_of, may_see_returns, may_sign_off_returns
from star_tracker.exports.returns.checks.result import find_failed
from star_tracker.exports.returns.pages import load_page
from star_tracker.models import SignedReturn
from star_tracker.queries.audit.audit_names import get_audit_names
from star_tracker.queries.returns.causes import list_causes
from star_tracker.queries.returns.signed_returns import (
    SigningHistory,
    get_history_of,
    get_signed_return,
    get_signing_history,
    get_stored_return,
    is_standing,
)
from star_tracker.records.returns.sign_off import sign_off_return, withdraw_sign_off
from star_tracker.web.audit.changes import ChangeReader
from star_tracker.web.audit.looks import log_download
from star_tracker.web.audit.words import AuditLine, describe_entry
from star_tracker.web.auth.access import access, current_actor, current_context, current_reader, current_settings
from star_tracker.web.figures.returns.forms import SignOffForm, WithdrawSignOffForm
from star_tracker.web.figures.returns.hand_over import hand_over
from star_tracker.web.figures.returns.pages import RETURN_PATH, find_council, log_look, make_return
from star_tracker.web.platform.downloads import send_bytes
from star_tracker.web.platform.fields import errors_on, is_sent_and_valid
from star_tracker.web.platform.typed import redirect_saved

blueprint = Blueprint("sign_off", __name__, url_prefix="/returns")


@blueprint.route(f"{RETURN_PATH}/sign-off", methods=["GET", "POST"])
@access(may_sign_off_returns, fresh=True)
def sign(council_id: int, quarter: str, profile: str) -> str | AnyResponse:
    """Confirm that the figures are checked, and let the council see them."""
    council = find_council(council_id)
    made = make_return(council, quarter, profile, is_whole=True)
    return_page = url_for("returns.show", council_id=council_id, quarter=quarter, profile=profile)
    history = get_signing_history(council, made.page.quarter, made.page.profile)
    changed = history.list_changes(made.page)
    if history.standing and not changed:
        return redirect(return_page)
    form = SignOffForm()
    if history.latest:
        form.ask_reason()
    if is_sent_and_valid(form):
        with errors_on(form):
            signed = sign_off_return(
                current_context(),
                council=council,
                made=made,
                checked=form.fingerprint.data or "",
                note=form.note.data or "",
            )
            said = f"The return is signed off: {council.name} sees it now."
            flash(f"{said} {hand_over(signed, made.page.quarter)}".strip())
            return redirect(return_page)
    form.propose(made.page)
    checks = [] if made.page.is_provisional else made.checks
    if changed or find_failed(checks):
        log_look(council, made.page)
    return render_template(
        "figures/returns/sign_off.html",
        form=form,
        chosen=made.page,
        history=history,
        changed=changed,
        checks=checks,
        causes=_describe_causes(history) if changed else None,
    )


@blueprint.route("/signed/<record_id:signed_id>/withdraw", methods=["GET", "POST"])
@access(may_sign_off_returns, fresh=True)
def withdraw(signed_id: int) -> str | AnyResponse:
    """Withdraw a sign-off: the council then sees no return for that quarter and profile."""
    signed = _load(signed_id)
    if not is_standing(signed):
        return redirect(url_for("returns.choose", council=signed.council_id))
    form, page = WithdrawSignOffForm(), load_page(signed.page)
    if is_sent_and_valid(form):
        with errors_on(form):
            withdraw_sign_off(current_context(), signed_id=signed_id, reason=form.reason.data or "")
            said = f"The sign-off was withdrawn: {signed.council.name} sees this return no more."
            message = f"{said} {hand_over(signed, page.quarter, News.WITHDRAWN)}".strip()
            return redirect_saved(message, "returns.choose", council=signed.council_id)
    return render_template("figures/returns/withdraw.html", form=form, signed=signed, page=page)


@blueprint.get("/signed/<record_id:signed_id>")
@access(may_see_returns)
def show(signed_id: int) -> str:
    """A version: who signed it and why, what it changed, and by what its files can be recognised."""
    signed = _load_for_actor(signed_id)
    page = get_stored_return(signed).page
    log_look(signed.council, page, version=signed.version)
    history = get_history_of(signed)
    return render_template(
        "figures/returns/version.html",
        signed=signed,
        page=page,
        versions=history.versions if may_sign_off_returns(current_actor()) else history.given,
        changes=history.list_changes_of(signed),
        history=history,
        sha256_of_archive=signed.hash_parts()["sha256_of_archive"],
    )


@blueprint.get("/signed/<record_id:signed_id>/files")
@access(may_see_returns, fresh=True)
def download(signed_id: int) -> Response:
    """The files of a version as they were signed off."""
    signed = _load_for_actor(signed_id)
    stored = get_stored_return(signed)
    log_download(current_context(), stored.names.archive, entity="return", version=signed.version)
    return send_bytes(stored.archive, stored.names.archive)


@dataclass(frozen=True)
class _CausesShown:
    """What happened in the record since a return was signed off, in sentences, as the audit trail words them."""

    lines: list[AuditLine]
    more: int
    unreadable: int


def _describe_causes(history: SigningHistory) -> _CausesShown | None:
    """Why the record differs from the standing version: for leads, never for the council."""
    if history.standing is None:
        return None
    reader = current_reader()
    causes = list_causes(history.standing, history.quarter, reader)
    names = get_audit_names(causes.entries, of_families=True, reader=reader)
    changes = ChangeReader(names, current_settings().time_zone)
    lines = [
        describe_entry(entry, names, changes.list_changes(entry) if entry.entity == "servicesetting" else [])
        for entry in causes.entries
    ]
    return _CausesShown(lines, causes.more, causes.unreadable)


def _load_for_actor(signed_id: int) -> SignedReturn:
    """The version, if this person may see it (``SigningHistory.is_open``)."""
    signed = _load(signed_id)
    if not may_see_return_of(current_actor(), signed.council_id, is_signed_off=get_history_of(signed).is_open(signed)):
        abort(404)
    return signed


def _load(signed_id: int) -> SignedReturn:
    return get_signed_return(signed_id) or abort(404)
