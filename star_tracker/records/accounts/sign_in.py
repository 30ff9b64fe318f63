"""Writes about signing in: locking the account, changing passwords, and auditing both.

Passwords are slow to compare and hash, so this happens outside every transaction (``transactions.release_connection``).
What was read before is checked again in the transaction that writes.
"""

from dataclasses import dataclass, replace
from typing import Any, Protocol

from flask_security import hash_password
from sqlalchemy import delete

from star_tracker.domain.context import Context
from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import Actor
from star_tracker.extensions import db
from star_tracker.models import PasswordLink, User
from star_tracker.records.accounts.sessions import end_sessions
from star_tracker.records.accounts.tries import Try, forget_failures
from star_tracker.records.audit import add_audit_entry
from star_tracker.records.transactions import begin_write, write, write_transaction


class Owner(Protocol):
    """The owner of an account: a ``User``, or a row with these columns."""

    @property
    def id(self) -> int:
        """The person's id."""

    @property
    def email(self) -> str:
        """The person's address."""


@dataclass(frozen=True)
class Credentials:
    """What a comparison of passwords or codes relies on, as it was read."""

    is_open: bool
    password: str | None
    uniquifier: str
    totp_secret: str | None

    @classmethod
    def of(cls, user: User) -> "Credentials":
        """A person's, as they are now."""
        return cls(user.active, user.password, user.fs_uniquifier, user.tf_totp_secret)


def lock_user(user: User, seen: Credentials) -> bool:
    """Begin a write, and lock a person's row until the caller commits; False if it is closed or no longer as ``seen``.

    So a code works once, and a password that is being replaced lets nobody in. A password that the comparison rehashed,
    because argon2's parameters have changed, is stored.
    """
    user_id, rehashed = user.id, user.password if user in db.session.dirty else None
    begin_write()
    db.session.get(User, user_id, populate_existing=True, with_for_update=True)
    if not user.active or Credentials.of(user) != seen:
        return False
    user.password = rehashed or user.password
    return True


def record_failure(context: Context, attempt: Try, user: User | None) -> None:
    """Audit a failed attempt, which is counted already."""
    with write_transaction():
        audit_sign_in(context, "lock" if attempt.locks else "fail to sign in", user)


def change_password(context: Context, *, user_id: int, was: str | None, password: str) -> User:
    """Change the password of somebody who has entered the current one; all their sessions end.

    Args:
        context: who asks, from where, and when.
        user_id: whose password.
        was: the hash that the current password was compared with.
        password: the new one.

    Raises:
        DomainError: the password was changed meanwhile, for instance with a link.
    """
    hashed = hash_password(password)
    with write(context) as transaction:
        user = transaction.get_locked(User, user_id)
        if user.password != was:
            raise DomainError("", "Your password was changed at the same moment, perhaps by a link. Sign in again")
        set_password(user, hashed)
        audit_sign_in(context, "change password", user)
    return user


def set_password(user: User, hashed: str) -> None:
    """Set a person's password, and invalidate their links and all their sessions.

    Part of the caller's transaction.
    """
    user.password = hashed
    db.session.execute(delete(PasswordLink).where(PasswordLink.user_id == user.id))
    forget_failures(user.email)
    end_sessions(user)


def audit_sign_in(context: Context, action: str, owner: Owner | None, **details: Any) -> None:
    """Add a sign-in event to the audit trail.

    Args:
        context: from where, and when.
        action: "sign in", "fail to sign in", "lock", "sign out", "change password" and the like.
        owner: whose account; None if the address that was typed has none; the address is not stored then.
        details: more, for the audit trail.
    """
    source = context.actor.source
    actor = Actor(user_id=owner.id, email=owner.email, source=source) if owner else Actor(source=source)
    add_audit_entry(
        db.session(),
        replace(context, actor=actor),
        action=action,
        entity="user",
        entity_id=owner.id if owner else None,
        after=details or None,
    )
