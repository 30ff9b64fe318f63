"""People: the list, inviting and changing them, and their accounts."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from star_tracker.domain.account_requests import AccountStep
from star_tracker.domain.accounts import AccountState
from star_tracker.domain.permissions import may_administer
from star_tracker.models import User
from star_tracker.queries.accounts.account_requests import Clearance, get_clearance, list_requests_about
from star_tracker.queries.accounts.accounts import Account, get_account, list_accounts
from star_tracker.queries.accounts.people import list_open_work, list_pods
from star_tracker.queries.councils import list_councils
from star_tracker.records.accounts.account_requests import request_step
from star_tracker.records.accounts.people import (
    change_person,
    close_account,
    invite_person,
    make_new_link,
    reopen_account,
    reset_second_factor,
    unlock_account,
)
from star_tracker.web.admin.notices import tell_asked, tell_done, tell_overseers, tell_successors
from star_tracker.web.admin.person_forms import (
    EditPersonForm,
    InviteForm,
    LinkForm,
    PeopleFilterForm,
    build_closing_form,
)
from star_tracker.web.admin.request_forms import AskForm
from star_tracker.web.auth.access import access, current_actor, current_context, current_settings
from star_tracker.web.auth.links import deliver_link
from star_tracker.web.platform.confirm_form import build_confirm_form
from star_tracker.web.platform.fields import errors_on, is_sent_and_valid
from star_tracker.web.platform.mail import notify
from star_tracker.web.platform.numbers import query_number
from star_tracker.web.platform.typed import redirect_saved

blueprint = Blueprint("people", __name__, url_prefix="/people")


@dataclass(frozen=True)
class Step:
    """A change to an account that ``people/{name}.html`` asks to confirm; the owner gets ``notice``."""

    button: str
    record: Callable[..., User]
    done: str
    notice: str


STEPS = {
    "reopen": Step(
        "Reopen this account",
        reopen_account,
        "The account of {} was reopened.",
        "An administrator reopened your Star Tracker account.",
    ),
    "unlock": Step(
        "Unlock this account",
        unlock_account,
        "The account of {} was unlocked: they can try again now.",
        "An administrator unlocked your Star Tracker account.",
    ),
}


@blueprint.get("")
@access(may_administer, fresh=True)
def show_all() -> str:
    """Everybody, or those that the filter selects."""
    form = PeopleFilterForm(request.args)
    form.offer(list_pods())
    settings = current_settings()
    accounts: list[Account] = []
    if form.validate():
        accounts = list_accounts(
            now=settings.now(),
            with_passwords=not settings.demo,
            state=AccountState(form.state.data) if form.state.data else None,
            pod_id=int(form.pod.data) if form.pod.data else None,
        )
    return render_template("admin/people/list.html", form=form, accounts=accounts)


@blueprint.route("/new", methods=["GET", "POST"])
@access(may_administer, fresh=True)
def add() -> str | Response:
    """Invite somebody; the query string may have the id of a person from an import."""
    known_id = query_number("person")
    known = _load(known_id).user if known_id else None
    form = InviteForm(data={"email": known.email} if known else None)
    form.offer(list_pods(), list_councils(), known)
    form.offer_delivery(has_mail=_has_mail())
    if is_sent_and_valid(form):
        with errors_on(form):
            user, secret = invite_person(current_context(), email=form.email.data or "", details=form.details())
            tell_overseers(user, frozenset())
            return deliver_link(user, secret, by_mail=form.by_mail)
    return render_template("admin/people/new.html", form=form)


@blueprint.get("/<record_id:user_id>")
@access(may_administer, fresh=True)
def show(user_id: int) -> str:
    """A person and the state of their account."""
    return render_template(
        "admin/people/show.html",
        account=_load(user_id),
        work=list_open_work(user_id),
        requests=list_requests_about(user_id),
        now=current_settings().now(),
    )


@blueprint.route("/<record_id:user_id>/edit", methods=["GET", "POST"])
@access(may_administer, fresh=True)
def edit(user_id: int) -> str | Response:
    """Change a person's name, roles, pods and dates."""
    person = _load(user_id).user
    before = person.overseeing_roles
    form = EditPersonForm()
    form.offer(list_pods(), list_councils(), person)
    if is_sent_and_valid(form):
        with errors_on(form):
            person = change_person(current_context(), user_id=user_id, details=form.details())
            flash(f"The details of {person.shown_as} were saved.")
            notify(person.email, "An administrator changed your name, roles, pods or dates in Star Tracker.")
            tell_overseers(person, before)
            return redirect(
                url_for("people.show", user_id=user_id) if may_administer(current_actor()) else url_for("about.home")
            )
    return render_template("admin/people/edit.html", form=form, person=person)


@blueprint.route("/<record_id:user_id>/link", methods=["GET", "POST"])
@access(may_administer, fresh=True)
def make_link(user_id: int) -> str | Response:
    """Make a new one-time link for a person."""
    account, clearance = _load(user_id), _get_clearance(user_id, AccountStep.LINK)
    if not clearance.is_clear:
        return _ask_first(account.user, AccountStep.LINK, clearance)
    form = LinkForm()
    form.offer_delivery(has_mail=_has_mail())
    if is_sent_and_valid(form):
        with errors_on(form):
            user, secret = make_new_link(current_context(), user_id=user_id)
            if clearance.is_in_use:
                tell_done(user, AccountStep.LINK, agreed_by=clearance.agreed_by)
            return deliver_link(user, secret, by_mail=form.by_mail)
    return render_template("admin/people/new_link.html", form=form, account=account, clearance=clearance)


@blueprint.route("/<record_id:user_id>/reset", methods=["GET", "POST"])
@access(may_administer, fresh=True)
def reset(user_id: int) -> str | Response:
    """Reset a person's second step, if nobody else has to agree first."""
    person, clearance = _load(user_id).user, _get_clearance(user_id, AccountStep.RESET)
    if not clearance.is_clear:
        return _ask_first(person, AccountStep.RESET, clearance)
    form = build_confirm_form("Reset the second step")
    if is_sent_and_valid(form):
        with errors_on(form):
            person = reset_second_factor(current_context(), user_id=user_id)
            flash(f"The second step of {person.shown_as} was reset: they set up an app when they sign in next.")
            tell_done(person, AccountStep.RESET, agreed_by=None)
            return redirect(url_for("people.show", user_id=user_id))
    return render_template("admin/people/reset.html", form=form, person=person, clearance=clearance)


def _ask_first(person: User, step: AccountStep, clearance: Clearance) -> str | Response:
    """Ask a second person to agree to a step, or show the pending request."""
    form = AskForm()
    if clearance.pending is None and is_sent_and_valid(form):
        with errors_on(form):
            request = request_step(current_context(), user_id=person.id, step=step, reason=form.reason.data or "")
            tell_asked(request, clearance.others)
            message = "They are asked. What they answer stands on this page."
            return redirect_saved(message, "people.show", user_id=person.id)
    now = current_settings().now()
    return render_template("admin/people/ask.html", form=form, person=person, step=step, clearance=clearance, now=now)


@blueprint.route("/<record_id:user_id>/close", methods=["GET", "POST"])
@access(may_administer, fresh=True)
def close(user_id: int) -> str | Response:
    """Close an account and hand over its open interventions; if it is closed already, only hand them over."""
    account, work = _load(user_id), list_open_work(user_id)
    person, was_closed = account.user, account.state == AccountState.CLOSED
    before = person.overseeing_roles
    form = build_closing_form(work)
    if was_closed:
        form.submit.label.text = "Hand these interventions over"
    if is_sent_and_valid(form):
        with errors_on(form):
            person = close_account(current_context(), user_id=user_id, successors=form.successors())
            if was_closed:
                flash(f"The open interventions of {person.shown_as} were handed over.")
            else:
                flash(f"The account of {person.shown_as} was closed.")
                notify(person.email, "An administrator closed your Star Tracker account.")
            tell_overseers(person, before)
            tell_successors(person, work, form.successors())
            return redirect(url_for("people.show", user_id=user_id))
    return render_template("admin/people/close.html", form=form, account=account, work=work)


@blueprint.route(f"/<record_id:user_id>/<any({', '.join(STEPS)}):name>", methods=["GET", "POST"])
@access(may_administer, fresh=True)
def confirm(user_id: int, name: str) -> str | Response:
    """Confirm and do one of ``STEPS``."""
    step, person = STEPS[name], _load(user_id).user
    before = person.overseeing_roles
    form = build_confirm_form(step.button)
    if is_sent_and_valid(form):
        with errors_on(form):
            step.record(current_context(), user_id=user_id)
            flash(step.done.format(person.shown_as))
            notify(person.email, step.notice)
            tell_overseers(person, before)
            return redirect(url_for("people.show", user_id=user_id))
    return render_template(f"admin/people/{name}.html", form=form, person=person)


def _load(user_id: int) -> Account:
    settings = current_settings()
    return get_account(user_id, now=settings.now(), with_passwords=not settings.demo)


def _get_clearance(user_id: int, step: AccountStep) -> Clearance:
    person, asker_id = _load(user_id).user, current_actor().user_id
    return get_clearance(person, step, asker_id=asker_id, now=current_settings().now())


def _has_mail() -> bool:
    settings = current_settings()
    return settings.mail is not None and not settings.demo
