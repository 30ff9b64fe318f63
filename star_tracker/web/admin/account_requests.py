"""Requests about accounts, which a second administrator or a lead answers."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from star_tracker.domain.account_requests import RequestState
from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import may_administer, may_answer_request, may_answer_requests, signed_in
from star_tracker.models import AccountRequest
from star_tracker.queries.accounts.account_requests import get_request, list_requests
from star_tracker.records.accounts.account_requests import (
    acknowledge_request,
    agree_to_request,
    refuse_request,
    withdraw_request,
)
from star_tracker.web.admin.notices import tell_answered
from star_tracker.web.admin.request_forms import REFUSE, AnswerForm
from star_tracker.web.auth.access import access, current_actor, current_context, current_settings
from star_tracker.web.platform.fields import errors_on, is_sent_and_valid
from star_tracker.web.platform.typed import redirect_saved

blueprint = Blueprint("account_requests", __name__, url_prefix="/requests")


@blueprint.get("")
@access(may_answer_requests)
def show_all() -> str:
    """Pending requests, and those answered recently."""
    now = current_settings().now()
    return render_template(
        "admin/account_requests/list.html", found=list_requests(current_actor().user_id, now=now), now=now
    )


@blueprint.route("/<record_id:request_id>", methods=["GET", "POST"])
@access(may_answer_requests, fresh=True)
def show(request_id: int) -> str | Response:
    """A request, with a form for those who may answer it."""
    found = get_request(request_id)
    may_answer = may_answer_request(current_actor(), asked_by_id=found.asked_by_id, user_id=found.user_id)
    form = AnswerForm()
    if may_answer and is_sent_and_valid(form):
        with errors_on(form):
            found = _answer(request_id, form)
            tell_answered(found)
            return redirect(url_for("account_requests.show_all"))
    return render_template(
        "admin/account_requests/show.html",
        form=form,
        found=found,
        now=current_settings().now(),
        may_answer=may_answer,
        is_own=found.asked_by_id == current_actor().user_id,
    )


def _answer(request_id: int, form: AnswerForm) -> AccountRequest:
    if form.decision.data == REFUSE:
        found = refuse_request(current_context(), request_id=request_id, reason=form.answer.data or "")
        flash(f"You refused. {_requester_name(found)} is told, and why.")
        return found
    found = agree_to_request(current_context(), request_id=request_id)
    if found.state == RequestState.DONE:
        flash(f"The second step of {found.user.shown_as} was reset: they set up an app when they sign in next.")
    else:
        flash(f"You agreed. {_requester_name(found)} can make the link now, and hands it over; nobody else sees it.")
    return found


@blueprint.post("/<record_id:request_id>/withdraw")
@access(may_administer, fresh=True)
def call_off(request_id: int) -> Response:
    """Withdraw one's own request."""
    try:
        found = withdraw_request(current_context(), request_id=request_id)
    except DomainError as error:
        flash(f"{error.message}.", "info")
        return redirect(url_for("account_requests.show", request_id=request_id))
    return redirect_saved("The request was withdrawn.", "people.show", user_id=found.user_id)


@blueprint.post("/<record_id:request_id>/seen")
@access(signed_in)
def dismiss(request_id: int) -> Response:
    """Mark a notice to an account's owner as seen."""
    acknowledge_request(current_context(), request_id=request_id)
    return redirect(url_for("about.home"))


def _requester_name(found: AccountRequest) -> str:
    return found.asked_by.shown_as if found.asked_by else "Whoever asked"
