"""Requests for steps with which an administrator alone could take over an account that is in use.

A new link or a reset of the second step waits until another administrator or a lead agrees; if there is nobody to ask,
it is done at once. Either way it is recorded, and the account's owner is notified.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from star_tracker.domain.account_requests import PENDING, REQUEST_LIFETIME, TOO_LATE, AccountStep, RequestState
from star_tracker.domain.checked import SayWhy, checked_reason
from star_tracker.domain.context import Context
from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.permissions import COMMAND_LINE, may_answer_request
from star_tracker.domain.roles import Role
from star_tracker.models import AccountRequest, User, UserRole
from star_tracker.queries.accounts.account_requests import list_overseers
from star_tracker.records.accounts.sessions import end_sessions
from star_tracker.records.audit import add_audit_entry
from star_tracker.records.transactions import Write, write


def lock_administrators(transaction: Write) -> None:
    """Lock all administrators' roles, so that changes to accounts and roles happen one after the other.

    When two people close each other's accounts or answer the same request, the second sees what the first did.
    """
    administrators = select(UserRole.user_id).where(UserRole.role == Role.ADMINISTRATOR).order_by(UserRole.user_id)
    transaction.session.execute(administrators.with_for_update())


def lock_active_user(transaction: Write, user_id: int) -> User:
    """A person with an open account, locked like ``lock_administrators``.

    Raises:
        DomainError: it is closed.
        NotFoundError: no such person.
    """
    lock_administrators(transaction)
    user = transaction.get_locked(User, user_id)
    if not user.active:
        raise DomainError("", "This account is closed: reopen it first")
    return user


def request_step(context: Context, *, user_id: int, step: AccountStep, reason: str) -> AccountRequest:
    """Ask a second person to agree to a step on an account.

    Raises:
        DomainError: no reason; the account is closed; a request is pending; or nobody has to be asked.
        NotFoundError: no such person.
    """
    with write(context) as transaction:
        user = lock_active_user(transaction, user_id)
        if pending := _find_pending(transaction, user, step):
            raise DomainError("", f"This was asked for already, by {_name(pending.asked_by)}: it waits for an answer")
        if user.password is None or not list_overseers(without=[user.id, context.actor.user_id]):
            raise DomainError("", "Nobody has to be asked any more: open this page again")
        return transaction.add(
            AccountRequest(
                step=step.value,
                user_id=user.id,
                reason=checked_reason(reason, SayWhy.OTHER_PERSON),
                asked_by_id=context.actor.user_id,
                asked_at=context.now,
                expires_at=context.now + REQUEST_LIFETIME,
            )
        )


def agree_to_request(context: Context, *, request_id: int) -> AccountRequest:
    """Agree to a request: a second step is reset at once; a link may now be made by whoever asked for it.

    Raises:
        DomainError: this person may not answer it, or it cannot be answered any more.
        NotFoundError: no such request.
    """
    with _answering(context, request_id) as (transaction, request):
        answered: dict[str, Any] = {"answered_by_id": context.actor.user_id, "answered_at": context.now}
        if request.step == AccountStep.RESET:
            transaction.change("agree", request, **answered, state=RequestState.DONE.value, done_at=context.now)
            forget_second_step(transaction, request.user)
        else:
            transaction.change(
                "agree", request, **answered, state=RequestState.AGREED.value, expires_at=context.now + REQUEST_LIFETIME
            )
    return request


def refuse_request(context: Context, *, request_id: int, reason: str) -> AccountRequest:
    """Refuse a request.

    Raises:
        DomainError: no reason; this person may not answer it, or it cannot be answered any more.
        NotFoundError: no such request.
    """
    with _answering(context, request_id) as (transaction, request):
        transaction.change(
            "turn down",
            request,
            state=RequestState.REFUSED.value,
            answered_by_id=context.actor.user_id,
            answered_at=context.now,
            answer=checked_reason(reason, SayWhy.OTHER_PERSON, field="answer"),
        )
    return request


def withdraw_request(context: Context, *, request_id: int) -> AccountRequest:
    """Withdraw one's own request.

    Raises:
        DomainError: it is no longer pending.
        NotFoundError: this person has made no such request.
    """
    with write(context) as transaction:
        lock_administrators(transaction)
        request = transaction.get_locked(AccountRequest, request_id)
        if request.asked_by_id is None or request.asked_by_id != context.actor.user_id:
            raise NotFoundError(f"no request {request_id} of this person")
        if request.state_at(context.now) not in PENDING:
            raise DomainError("", "This request was answered or ran out already")
        _call_off(transaction, request)
    return request


def acknowledge_request(context: Context, *, request_id: int) -> None:
    """Mark as seen, by the account's owner, a step that was done to their account.

    Raises:
        NotFoundError: no such step on this person's account.
    """
    with write(context) as transaction:
        request = transaction.get_locked(AccountRequest, request_id)
        if request.user_id != context.actor.user_id or request.done_at is None:
            raise NotFoundError(f"no notice {request_id} for this person")
        if request.seen_at is None:
            transaction.change("acknowledge", request, seen_at=context.now)


def clear_step(transaction: Write, user: User, step: AccountStep) -> None:
    """Use up the agreement to a step on an account, or record that there was nobody to ask.

    Raises:
        DomainError: somebody else has to agree first.
    """
    if user.password is None:
        return
    if transaction.context.actor == COMMAND_LINE:
        _record_alone(transaction, user, step)
        return
    pending = _find_pending(transaction, user, step)
    is_agreed = (
        pending and pending.state == RequestState.AGREED and pending.asked_by_id == transaction.context.actor.user_id
    )
    if not is_agreed and list_overseers(without=[user.id, transaction.context.actor.user_id]):
        raise DomainError("", "Somebody else has to agree first: open this page again to ask them")
    if pending:
        transaction.change("carry out", pending, state=RequestState.DONE.value, done_at=transaction.context.now)
    else:
        _record_alone(transaction, user, step)


def forget_second_step(transaction: Write, user: User) -> None:
    """Delete a person's authenticator, passkeys and recovery codes, and end their sessions."""
    user.tf_primary_method = user.tf_totp_secret = user.tf_last_counter = user.mf_recovery_codes = None
    user.webauthn.clear()
    end_sessions(user)
    transaction.note("reset second factor of", user)


def withdraw_requests(transaction: Write, user: User, *, about: bool = True) -> None:
    """Withdraw the pending requests by a person, and those ``about`` their account."""
    is_void = AccountRequest.asked_by_id == user.id
    if about:
        is_void |= AccountRequest.user_id == user.id
    pending = select(AccountRequest).where(is_void, AccountRequest.state.in_(PENDING)).order_by(AccountRequest.id)
    for request in transaction.session.scalars(pending):
        _call_off(transaction, request)


def audit_overseer_change(transaction: Write, user: User, before: frozenset[Role]) -> None:
    """Audit a change in who is an administrator or lead, if there is one, for the others to read."""
    if user.overseeing_roles != before:
        add_audit_entry(
            transaction.session,
            transaction.context,
            action="change",
            entity="overseer",
            entity_id=user.id,
            before={"roles": sorted(before)},
            after={"roles": sorted(user.overseeing_roles)},
        )


@contextmanager
def _answering(context: Context, request_id: int) -> Iterator[tuple[Write, AccountRequest]]:
    """A request that this person may answer, locked until the transaction ends."""
    with write(context) as transaction:
        lock_administrators(transaction)
        transaction.get_locked(User, transaction.get(AccountRequest, request_id).user_id)
        request = transaction.get_locked(AccountRequest, request_id)
        person = transaction.get(User, context.actor.user_id or 0)
        if not may_answer_request(
            replace(context.actor, roles=person.overseeing_roles),
            asked_by_id=request.asked_by_id,
            user_id=request.user_id,
        ):
            raise DomainError("", "You cannot answer this request: somebody else has to")
        if (state := request.state_at(context.now)) != RequestState.OPEN:
            raise DomainError("", TOO_LATE[state])
        yield transaction, request


def _find_pending(transaction: Write, user: User, step: AccountStep) -> AccountRequest | None:
    """The pending request for a step on a locked account, if any; one that has expired is recorded as such."""
    pending = transaction.session.scalar(
        select(AccountRequest).where(
            AccountRequest.user_id == user.id, AccountRequest.step == step, AccountRequest.state.in_(PENDING)
        )
    )
    if pending and pending.state_at(transaction.context.now) == RequestState.EXPIRED:
        transaction.change("expire", pending, state=RequestState.EXPIRED.value)
        return None
    return pending


def _record_alone(transaction: Write, user: User, step: AccountStep) -> None:
    transaction.add(
        AccountRequest(
            step=step.value,
            user_id=user.id,
            asked_by_id=transaction.context.actor.user_id,
            asked_at=transaction.context.now,
            expires_at=transaction.context.now,
            state=RequestState.DONE.value,
            done_at=transaction.context.now,
        )
    )


def _call_off(transaction: Write, request: AccountRequest) -> None:
    transaction.change("call off", request, state=RequestState.WITHDRAWN.value)


def _name(person: User | None) -> str:
    return person.shown_as if person else "somebody"
