"""Writes about steps by which an administrator alone could take over an account that is in use.

A new link and a reset of the second step wait until somebody else agrees, an administrator or a lead; only where there
is nobody to ask do they go on at once. Either way a row says so, from which the account's owner is told.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from star_tracker.domain.account_requests import LASTS, PENDING, TOO_LATE, AccountStep, RequestState
from star_tracker.domain.checked import SayWhy, checked_reason
from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.permissions import COMMAND_LINE, Actor, Role, may_answer_request
from star_tracker.models import AccountRequest, User, UserRole
from star_tracker.queries.accounts.account_requests import list_overseers
from star_tracker.records.accounts.sessions import end_sessions
from star_tracker.records.audit import add_audit_entry
from star_tracker.records.transactions import Write, write


def hold_administrators(this: Write) -> None:
    """Let nobody else change who administers or leads, nor an account, until the transaction ends.

    Of two who close each other's account, or of two who answer one request, the second must see the first.
    """
    administrators = select(UserRole.user_id).where(UserRole.role == Role.ADMINISTRATOR).order_by(UserRole.user_id)
    this.session.execute(administrators.with_for_update())


def hold_open_account(this: Write, user_id: int) -> User:
    """A person whose account is open, held as above.

    Raises:
        DomainError: it is closed.
        NotFoundError: no such person.
    """
    hold_administrators(this)
    user = this.get_locked(User, user_id)
    if not user.active:
        raise DomainError("", "This account is closed: reopen it first")
    return user


def ask_for(*, user_id: int, step: AccountStep, reason: str, actor: Actor, now: datetime) -> AccountRequest:
    """Ask a second person to agree to a step on an account.

    Raises:
        DomainError: no reason; the account is closed; it has been asked for already; or nobody has to be asked.
        NotFoundError: no such person.
    """
    with write(actor=actor, now=now) as this:
        user = hold_open_account(this, user_id)
        if pending := _find_pending(this, user, step):
            raise DomainError("", f"This was asked for already, by {_name(pending.asked_by)}: it waits for an answer")
        if user.password is None or not list_overseers(but=[user.id, actor.user_id]):
            raise DomainError("", "Nobody has to be asked any more: open this page again")
        return this.add(
            AccountRequest(
                step=step.value,
                user_id=user.id,
                reason=checked_reason(reason, SayWhy.OTHER_PERSON),
                asked_by_id=actor.user_id,
                asked_at=now,
                expires_at=now + LASTS,
            )
        )


def agree_to(*, request_id: int, actor: Actor, now: datetime) -> AccountRequest:
    """Agree to what was asked: a second step is reset at once; a link may now be made by who asked for it.

    Raises:
        DomainError: this person may not answer it, or it cannot be answered any more.
        NotFoundError: no such request.
    """
    with _answering(request_id, actor=actor, now=now) as (this, request):
        answered: dict[str, Any] = {"answered_by_id": actor.user_id, "answered_at": now}
        if request.step == AccountStep.RESET:
            this.change("agree", request, **answered, state=RequestState.DONE.value, done_at=now)
            forget_second_step(this, request.user)
        else:
            this.change("agree", request, **answered, state=RequestState.AGREED.value, expires_at=now + LASTS)
    return request


def refuse(*, request_id: int, reason: str, actor: Actor, now: datetime) -> AccountRequest:
    """Refuse what was asked.

    Raises:
        DomainError: no reason; this person may not answer it, or it cannot be answered any more.
        NotFoundError: no such request.
    """
    with _answering(request_id, actor=actor, now=now) as (this, request):
        this.change(
            "turn down",
            request,
            state=RequestState.REFUSED.value,
            answered_by_id=actor.user_id,
            answered_at=now,
            answer=checked_reason(reason, SayWhy.OTHER_PERSON, field="answer"),
        )
    return request


def withdraw(*, request_id: int, actor: Actor, now: datetime) -> AccountRequest:
    """Take back what one has asked for.

    Raises:
        DomainError: it is not pending any more.
        NotFoundError: this person has made no such request.
    """
    with write(actor=actor, now=now) as this:
        hold_administrators(this)
        request = this.get_locked(AccountRequest, request_id)
        if request.asked_by_id is None or request.asked_by_id != actor.user_id:
            raise NotFoundError(f"no request {request_id} of this person")
        if request.state_at(now) not in PENDING:
            raise DomainError("", "This request was answered or ran out already")
        _call_off(this, request)
    return request


def acknowledge(*, request_id: int, actor: Actor, now: datetime) -> None:
    """The owner of an account has read what was done to it.

    Raises:
        NotFoundError: nothing of the kind was done to this person's account.
    """
    with write(actor=actor, now=now) as this:
        request = this.get_locked(AccountRequest, request_id)
        if request.user_id != actor.user_id or request.done_at is None:
            raise NotFoundError(f"no notice {request_id} for this person")
        if request.seen_at is None:
            this.change("acknowledge", request, seen_at=now)


def clear_step(this: Write, user: User, step: AccountStep) -> None:
    """Let a step on an account go on: it was agreed to, or there is nobody to ask. The row that says so is used up.

    Raises:
        DomainError: somebody else has to agree first.
    """
    if user.password is None:
        return
    if this.actor == COMMAND_LINE:
        _record_alone(this, user, step)
        return
    pending = _find_pending(this, user, step)
    is_agreed = pending and pending.state == RequestState.AGREED and pending.asked_by_id == this.actor.user_id
    if not is_agreed and list_overseers(but=[user.id, this.actor.user_id]):
        raise DomainError("", "Somebody else has to agree first: open this page again to ask them")
    if pending:
        this.change("carry out", pending, state=RequestState.DONE.value, done_at=this.now)
    else:
        _record_alone(this, user, step)


def forget_second_step(this: Write, user: User) -> None:
    """Forget a person's authenticator, passkeys and recovery codes, and end their sessions."""
    user.tf_primary_method = user.tf_totp_secret = user.tf_last_counter = user.mf_recovery_codes = None
    user.webauthn.clear()
    end_sessions(user)
    this.note("reset second factor of", user)


def end_requests(this: Write, user: User, *, about: bool = True) -> None:
    """Call off what a person asked for, who may ask no more; and what was asked ``about`` them, if that is void too."""
    is_theirs = AccountRequest.asked_by_id == user.id
    concerns = is_theirs | (AccountRequest.user_id == user.id) if about else is_theirs
    pending = select(AccountRequest).where(concerns, AccountRequest.state.in_(PENDING)).order_by(AccountRequest.id)
    for request in this.session.scalars(pending):
        _call_off(this, request)


def note_overseeing(this: Write, user: User, before: frozenset[Role]) -> None:
    """Have leads and administrators read in the trail that somebody has become one, or is one no more."""
    if user.overseeing_roles != before:
        add_audit_entry(
            this.session,
            actor=this.actor,
            now=this.now,
            action="change",
            entity="overseer",
            entity_id=user.id,
            before={"roles": sorted(before)},
            after={"roles": sorted(user.overseeing_roles)},
        )


@contextmanager
def _answering(request_id: int, *, actor: Actor, now: datetime) -> Iterator[tuple[Write, AccountRequest]]:
    """A request that this person may answer now, and nobody else at the same time."""
    with write(actor=actor, now=now) as this:
        hold_administrators(this)
        this.get_locked(User, this.get(AccountRequest, request_id).user_id)
        request = this.get_locked(AccountRequest, request_id)
        person = this.get(User, actor.user_id or 0)
        if not may_answer_request(
            replace(actor, roles=person.overseeing_roles), asked_by_id=request.asked_by_id, user_id=request.user_id
        ):
            raise DomainError("", "You cannot answer this request: somebody else has to")
        if (state := request.state_at(now)) != RequestState.OPEN:
            raise DomainError("", TOO_LATE[state])
        yield this, request


def _find_pending(this: Write, user: User, step: AccountStep) -> AccountRequest | None:
    """The pending request for a step on an account that is held; one that has run out is written down as such."""
    pending = this.session.scalar(
        select(AccountRequest).where(
            AccountRequest.user_id == user.id, AccountRequest.step == step, AccountRequest.state.in_(PENDING)
        )
    )
    if pending and pending.state_at(this.now) == RequestState.EXPIRED:
        this.change("expire", pending, state=RequestState.EXPIRED.value)
        return None
    return pending


def _record_alone(this: Write, user: User, step: AccountStep) -> None:
    this.add(
        AccountRequest(
            step=step.value,
            user_id=user.id,
            asked_by_id=this.actor.user_id,
            asked_at=this.now,
            expires_at=this.now,
            state=RequestState.DONE.value,
            done_at=this.now,
        )
    )


def _call_off(this: Write, request: AccountRequest) -> None:
    this.change("call off", request, state=RequestState.WITHDRAWN.value)


def _name(person: User | None) -> str:
    return person.shown_as if person else "somebody"
