"""Writes about people: inviting them, changing their roles and pods, closing and reopening their accounts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from star_tracker.domain.account_requests import AccountStep
from star_tracker.domain.accounts import get_address
from star_tracker.domain.checked import checked_text
from star_tracker.domain.context import Context
from star_tracker.domain.drafts import StarLayout
from star_tracker.domain.errors import DomainError
from star_tracker.domain.roles import Role, list_role_faults, list_self_grants
from star_tracker.models import CalendarAddress, Council, PasswordLink, Pod, Reminder, User, UserRole
from star_tracker.records.accounts.account_requests import (
    audit_overseer_change,
    clear_step,
    forget_second_step,
    lock_active_user,
    lock_administrators,
    withdraw_requests,
)
from star_tracker.records.accounts.links import make_invitation
from star_tracker.records.accounts.sessions import end_sessions
from star_tracker.records.accounts.tries import forget_failures
from star_tracker.records.families.transfers import hand_over, lock_open_interventions
from star_tracker.records.transactions import Write, write


@dataclass(frozen=True, kw_only=True)
class PersonDetails:
    """What an administrator records about a person.

    Attributes:
        council_ids: for the role Council, whose returns they read; () means the only one, where there is only one.
        licensed_on, trained_on: since when they are licensed to use the Star, and when they were trained in it.
    """

    name: str
    roles: Collection[Role]
    pod_ids: Collection[int] = ()
    council_ids: Collection[int] = ()
    licensed_on: date | None = None
    trained_on: date | None = None


def invite_person(context: Context, *, email: str, details: PersonDetails) -> tuple[User, str]:
    """Add a person, or give an account to one who was named in an import.

    Returns:
        The person, and the secret of their invitation, which is valid for ``INVITATION_LASTS``.

    Raises:
        DomainError: the address, the name or the roles (``list_role_faults``) are refused, or the person can sign in
            already.
    """
    with write(context) as transaction:
        address = get_address(email)
        if address is None:
            raise DomainError("email", "Enter an e-mail address like name@example.org")
        user = transaction.session.scalar(select(User).where(User.email == address))
        if user and user.roles:
            raise DomainError("email", "There is a person with this address already: find them in the list")
        if user is None:
            user = User(email=address, name="")
            transaction.session.add(user)
        _set_details(transaction, "invite", user, details)
        audit_overseer_change(transaction, user, frozenset())
        return user, make_invitation(transaction.session, user, now=context.now)


def change_person(context: Context, *, user_id: int, details: PersonDetails) -> User:
    """Change a person's name, roles, pods and dates.

    Raises:
        DomainError: the name or the roles are refused (``list_role_faults``; for oneself also ``list_self_grants``), or
            there would be no administrator left.
        NotFoundError: no such person.
    """
    with write(context) as transaction:
        lock_administrators(transaction)
        user = transaction.get_locked(User, user_id)
        if Role.ADMINISTRATOR not in details.roles:
            _check_not_last_administrator(transaction, user, "roles")
            withdraw_requests(transaction, user, about=False)
        if user.id == context.actor.user_id:
            _check_own_gains(user, details)
        before = user.overseeing_roles
        _set_details(transaction, "change", user, details)
        audit_overseer_change(transaction, user, before)
    return user


def close_account(context: Context, *, user_id: int, successors: Mapping[int, int | None]) -> User:
    """Close an account at once, end its sessions and hand over the person's open interventions.

    If the account is closed already, its remaining interventions are handed over.

    Args:
        context: who closes it, and when.
        user_id: whose account.
        successors: by pod id, who takes on the open interventions there; None for nobody.

    Raises:
        DomainError: it is one's own account, there would be no administrator left, or ``hand_over`` refuses.
        NotFoundError: no such person.
    """
    with write(context) as transaction:
        lock_administrators(transaction)
        work = lock_open_interventions(transaction, user_id)
        user = transaction.get_locked(User, user_id)
        if user.id == context.actor.user_id:
            raise DomainError("", "You cannot close your own account: ask another administrator")
        _check_not_last_administrator(transaction, user, "")
        end_sessions(user)
        withdraw_requests(transaction, user)
        before = user.overseeing_roles
        if user.active:
            transaction.change("deactivate", user, active=False)
        audit_overseer_change(transaction, user, before)
        hand_over(transaction, user, work, successors=successors)
        for of_account in (PasswordLink, Reminder, CalendarAddress):
            transaction.session.execute(delete(of_account).where(of_account.user_id == user.id))
    return user


def reopen_account(context: Context, *, user_id: int) -> User:
    """Reopen a closed account; links, reminders and the calendar address from before are gone.

    Raises:
        NotFoundError: no such person.
    """
    with write(context) as transaction:
        user = transaction.get_locked(User, user_id)
        before = user.overseeing_roles
        if not user.active:
            transaction.change("reactivate", user, active=True)
        audit_overseer_change(transaction, user, before)
        transaction.session.execute(delete(PasswordLink).where(PasswordLink.user_id == user.id))
    return user


def make_new_link(context: Context, *, user_id: int) -> tuple[User, str]:
    """Make a new invitation for a person; a password chosen with it also unlocks the account.

    Raises:
        DomainError: the account is closed, the person has no role yet, or somebody else has to agree first.
        NotFoundError: no such person.
    """
    with write(context) as transaction:
        user = lock_active_user(transaction, user_id)
        if not user.roles:
            raise DomainError("", "An import named this person, who has no role yet: invite them")
        clear_step(transaction, user, AccountStep.LINK)
        secret = make_invitation(transaction.session, user, now=context.now)
        transaction.note("make a link for", user)
    return user, secret


def reset_second_factor(context: Context, *, user_id: int) -> User:
    """Delete a person's authenticator, passkeys and recovery codes; they set up new ones when they next sign in.

    Raises:
        DomainError: somebody else has to agree first.
        NotFoundError: no such person.
    """
    with write(context) as transaction:
        lock_administrators(transaction)
        user = transaction.get_locked(User, user_id)
        clear_step(transaction, user, AccountStep.RESET)
        forget_second_step(transaction, user)
    return user


def unlock_account(context: Context, *, user_id: int) -> User:
    """Unlock an account that is locked after too many failed attempts.

    Raises:
        NotFoundError: no such person.
    """
    with write(context) as transaction:
        user = transaction.get_locked(User, user_id)
        forget_failures(user.email)
        transaction.note("unlock", user)
    return user


def _check_own_gains(user: User, details: PersonDetails) -> None:
    gains = list_self_grants(
        roles=details.roles,
        had_roles=[Role(held.role) for held in user.roles],
        pod_ids=details.pod_ids,
        had_pod_ids=[pod.id for pod in user.pods],
    )
    for gain in gains:
        raise gain


def _set_details(transaction: Write, action: str, user: User, details: PersonDetails) -> None:
    name = checked_text("name", details.name)
    pods = list(transaction.session.scalars(select(Pod).where(Pod.id.in_(details.pod_ids)).order_by(Pod.name)))
    councils = _list_councils(transaction, details)
    for fault in list_role_faults(details.roles, has_pod=bool(pods), has_council=bool(councils)):
        raise fault
    held = {role.role: role for role in user.roles}
    of_councils: dict[str, Any] = {"councils": councils} if councils or user.councils else {}
    transaction.change(
        action,
        user,
        name=name,
        roles=[held.get(role.value) or UserRole(role=role.value) for role in details.roles],
        pods=pods,
        **of_councils,
        licensed_on=details.licensed_on,
        trained_on=details.trained_on,
    )


def _list_councils(transaction: Write, details: PersonDetails) -> list[Council]:
    """The councils whose returns they read; [] for other roles. If none is chosen, the only one there is."""
    if Role.COUNCIL not in details.roles:
        return []
    councils = list(transaction.session.scalars(select(Council).order_by(Council.name)))
    chosen = [council for council in councils if council.id in details.council_ids]
    only = [council for council in councils if council.closed_on is None]
    return only if not chosen and len(only) == 1 else chosen


def _check_not_last_administrator(transaction: Write, user: User, field: str) -> None:
    others = (
        select(User.id)
        .join(UserRole)
        .where(UserRole.role == Role.ADMINISTRATOR, User.active.is_(True), User.id != user.id)
    )
    if Role.ADMINISTRATOR in {held.role for held in user.roles} and not transaction.session.scalar(others.limit(1)):
        raise DomainError(field, "Nobody would be left to administer: make somebody else an administrator first")


def choose_star_layout(context: Context, *, layout: StarLayout) -> None:
    """Store which layout this person prefers when scoring a Star.

    Raises:
        NotFoundError: nobody is signed in.
    """
    with write(context) as transaction:
        user = transaction.get_locked(User, context.actor.user_id or 0)
        if user.star_layout != layout:
            transaction.change("change", user, star_layout=layout.value)
