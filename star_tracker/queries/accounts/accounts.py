"""People as an administrator sees them: everybody who is recorded, and the state of their account."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from star_tracker.domain.accounts import AccountState, LinkKind, get_account_state
from star_tracker.domain.errors import NotFoundError
from star_tracker.domain.roles import FAMILY_ROLES, Role, list_role_faults
from star_tracker.domain.tries import COUNTED_FOR, TRIES_BEFORE_LOCK, Counted
from star_tracker.extensions import db
from star_tracker.models import PasswordLink, Tally, User, key_ring


@dataclass(frozen=True)
class Account:
    """A person.

    Attributes:
        user: the person.
        state: the state of their account.
        link_until: when their invitation to choose a password expires; None if there is none.
        has_second_step: whether they have set up an app or a passkey.
    """

    user: User
    state: AccountState
    link_until: datetime | None
    has_second_step: bool

    @property
    def uses_the_star(self) -> bool:
        """Whether they need a licence and training, as practitioners and leads do."""
        return not FAMILY_ROLES.isdisjoint(held.role for held in self.user.roles)

    @property
    def role_faults(self) -> list[str]:
        """What is wrong with the roles of somebody who may sign in, if they are older than the rules for roles."""
        if self.state in (AccountState.CLOSED, AccountState.NAMED):
            return []
        roles = [Role(held.role) for held in self.user.roles]
        faults = list_role_faults(roles, has_pod=bool(self.user.pods), has_council=bool(self.user.councils))
        return [fault.message for fault in faults]


def list_accounts(
    *, now: datetime, with_passwords: bool = True, state: AccountState | None = None, pod_id: int | None = None
) -> list[Account]:
    """The accounts of everybody, or of those in this state or pod, by name.

    Args:
        now: the instant, because links and locks expire.
        with_passwords: False in the demonstration, where every account is active without one.
        state: only accounts in this state.
        pod_id: only those of people who belong to this pod.
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
    """Sorted by name in Python, because the database holds names encrypted."""
    is_locked = (Tally.counted == Counted.SIGN_IN, Tally.times >= TRIES_BEFORE_LOCK, Tally.at > now - COUNTED_FOR)
    locked = set(db.session.scalars(select(Tally.keyed_index).where(*is_locked)))
    is_invited = (PasswordLink.kind == LinkKind.INVITATION, PasswordLink.expires_at >= now)
    invited = select(PasswordLink.user_id, PasswordLink.expires_at).where(*is_invited)
    link_until = {user_id: until for user_id, until in db.session.execute(invited)}
    found = db.session.scalars(users.options(*map(selectinload, (User.webauthn, User.roles, User.pods, User.councils))))
    index = key_ring().index
    accounts = [
        _account(user, link_until.get(user.id), is_locked=bool(locked) and index(user.email) in locked)
        for user in found
    ]
    if not with_passwords:
        accounts = [_without_password(account) for account in accounts]
    return sorted(accounts, key=lambda account: (account.user.shown_as.casefold(), account.user.email))


def _account(user: User, until: datetime | None, *, is_locked: bool) -> Account:
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
