"""Notices about accounts, by e-mail and on the first page after signing in.

E-mails name people by their addresses only, and give no reasons: those are on the pages.
"""

from collections.abc import Iterable, Mapping

from flask import url_for

from star_tracker.domain.account_requests import STEP_LABELS, AccountStep, RequestState
from star_tracker.domain.permissions import may_answer_requests
from star_tracker.domain.roles import ROLE_LABELS, Role
from star_tracker.models import AccountRequest, User
from star_tracker.queries.accounts.account_requests import AccountNotices, get_notices, list_overseers
from star_tracker.queries.accounts.people import OpenWork
from star_tracker.web.auth.access import current_actor, current_settings
from star_tracker.web.platform.mail import notify, tell

_DONE: Mapping[AccountStep, str] = {
    AccountStep.LINK: "made a link by which the password of your Star Tracker account can be changed",
    AccountStep.RESET: "reset the second step of your Star Tracker account",
}


def account_notices() -> AccountNotices:
    """The notices on this person's first page."""
    actor = current_actor()
    return get_notices(actor.user_id, answers=may_answer_requests(actor), now=current_settings().now())


def tell_asked(request: AccountRequest, others: Iterable[User]) -> None:
    """Tell the account's owner about a request, and those who may agree to it."""
    what = f"{current_actor().email} asks for {_step_of(request)}"
    notify(request.user.email, f"{what}. Somebody else has to agree before it is done.")
    for person in others:
        tell(person.email, f"{what}, and somebody else has to agree. See why, and answer:", _page(request))


def tell_answered(request: AccountRequest) -> None:
    """Tell whoever asked, and the account's owner, what the second person answered."""
    said = "refused" if request.state == RequestState.REFUSED else "agreed to"
    what = f"{current_actor().email} {said} {_step_of(request)}"
    if request.state == RequestState.AGREED:
        tell(_email(request.asked_by), f"{what}. You can make the link now:", _page(request))
        return
    done = ": it was reset" if request.state == RequestState.DONE else ""
    tell(_email(request.asked_by), f"{what}{done}. See what was asked:", _page(request))
    notify(request.user.email, f"{what}, for which {_email(request.asked_by)} had asked{done}.")


def tell_done(person: User, step: AccountStep, *, agreed_by: User | None) -> None:
    """Tell an account's owner what an administrator did to it."""
    agreed = f"{agreed_by.email} agreed." if agreed_by else "There was nobody else to ask."
    notify(person.email, f"{current_actor().email} {_DONE[step]}. {agreed}")


def tell_overseers(person: User, before: frozenset[Role]) -> None:
    """Tell every other administrator and lead if somebody has become or ceased to be one."""
    if person.overseeing_roles == before:
        return
    roles = " and ".join(ROLE_LABELS[role].lower() for role in sorted(person.overseeing_roles))
    what = f"{person.email} is {roles or 'neither administrator nor service lead'} in Star Tracker now"
    for other in list_overseers(without=[person.id, current_actor().user_id]):
        tell(other.email, f"{what}: {current_actor().email} changed that. If it should not be so, ask them why.")


def tell_successors(person: User, work: Iterable[OpenWork], successors: Mapping[int, int | None]) -> None:
    """Tell each practitioner who takes on open interventions from a closed account."""
    for in_pod in work:
        for successor in in_pod.colleagues:
            if successor.id == successors[in_pod.pod.id]:
                what = f"The account of {person.email} was closed, and what was open in {in_pod.pod.name} is yours now"
                tell(successor.email, f"{what}:", url_for("caseload.show"))


def _step_of(request: AccountRequest) -> str:
    return f"{STEP_LABELS[AccountStep(request.step)]} for {request.user.email}"


def _page(request: AccountRequest) -> str:
    return url_for("account_requests.show", request_id=request.id)


def _email(person: User | None) -> str:
    return person.email if person else ""
