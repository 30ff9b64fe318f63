"""People as an administrator sees them: every one that is known, and how their account stands."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from star_tracker.domain.accounts import AccountState, get_account_state
from star_tracker.domain.errors import NotFoundError
from star_tracker.domain.permissions import FAMILY_ROLES, Role, list_role_faults
from star_tracker.extensions import db
from star_tracker.models import SignInFailures, User, key_ring
from star_tracker.records.sign_in import LOCKED_FOR, TRIES


@dataclass(frozen=True)
class Account:
    """A person.

    Attributes:
        user: who it is.
        state: how the account stands.
        link_until: until when there is a link by which they may choose a password; None if there is none.
        has_second_step: whether they have set up an app or a passkey.
    """

    user: User
    state: AccountState
    link_until: datetime | None
    has_second_step: bool

    @property
    def uses_the_star(self) -> bool:
        """Whether they need a licence and training: practitioners and leads do."""
        return not FAMILY_ROLES.isdisjoint(held.role for held in self.user.roles)

    @property
    def role_faults(self) -> list[str]:
        """What is wrong with the roles of somebody who may sign in: they were given before there was a rule."""
        if self.state in (AccountState.CLOSED, AccountState.NAMED):
            return []
        roles = [Role(held.role) for held in self.user.roles]
        return [fault.message for fault in list_role_faults(roles, has_pod=bool(self.user.pods))]


def list_accounts(
    *, now: datetime, with_passwords: bool = True, state: AccountState | None = None, pod_id: int | None = None
) -> list[Account]:
    """Everybody, or who is in this state or pod, by name.

    Args:
        now: when: links and locks last for a while.
        with_passwords: not in the demonstration, where every account is active without one.
        state: only these.
        pod_id: only who belongs to this pod.
    """
    accounts = _list(select(User), now=now, with_passwords=with_passwords)
    return [
        account
        for account in accounts
        if (state is None or account.state == state)
        and (pod_id is None or pod_id in {pod.id for pod in account.user.pods})
    ]


def get_account(user_id: int, *, now: datetime, with_passwords: bool = True) -> Account:
    """One person.

    Raises:
        NotFoundError: nobody has this id.
    """
    for account in _list(select(User).where(User.id == user_id), now=now, with_passwords=with_passwords):
        return account
    raise NotFoundError(f"no person {user_id}")


def _list(users: Select[User], *, now: datetime, with_passwords: bool) -> list[Account]:
    """In order of their names, which the database cannot read: they are encrypted."""
    locked = set(
        db.session.scalars(
            select(SignInFailures.address_index).where(
                SignInFailures.failures >= TRIES, SignInFailures.last_at > now - LOCKED_FOR
            )
        )
    )
    found = db.session.scalars(users.options(selectinload(User.webauthn)))
    index = key_ring().index
    accounts = [_account(user, now, is_locked=bool(locked) and index(user.email) in locked) for user in found]
    if not with_passwords:
        accounts = [_without_password(account) for account in accounts]
    return sorted(accounts, key=lambda account: (account.user.shown_as.casefold(), account.user.email))


def _account(user: User, now: datetime, *, is_locked: bool) -> Account:
    until = user.link_expires_at if user.link_expires_at and user.link_expires_at >= now else None
    state = get_account_state(
        is_open=user.active,
        has_role=bool(user.roles),
        has_password=user.password is not None,
        has_link=until is not None,
        is_locked=is_locked,
    )
    return Account(user, state, until, bool(user.tf_primary_method or user.webauthn))


def _without_password(account: Account) -> Account:
    if account.state in (AccountState.INVITED, AccountState.NO_PASSWORD):
        return Account(account.user, AccountState.ACTIVE, None, has_second_step=False)
    return account
