"""Writes about signing in: what is compared is held still, passwords are changed, and it all goes to the audit trail.

A password is compared and hashed outside every transaction (``transactions.give_connection_back``): it takes long, and
others would wait. What was read before is looked at again in the transaction that writes.
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
from star_tracker.records.transactions import begin_to_write, write, write_transaction


class Owner(Protocol):
    """Whose account it is: a person, or what was read of one."""

    @property
    def id(self) -> int:
        """The person's."""

    @property
    def email(self) -> str:
        """Theirs."""


@dataclass(frozen=True)
class Credentials:
    """What a comparison relies on, as it was read before."""

    is_open: bool
    password: str | None
    uniquifier: str
    totp_secret: str | None

    @classmethod
    def of(cls, user: User) -> "Credentials":
        """As they are now."""
        return cls(user.active, user.password, user.fs_uniquifier, user.tf_totp_secret)


def hold_account(user: User, seen: Credentials) -> bool:
    """Begin to write, and hold a person's account until whoever calls commits; whether it is open, and as it was seen.

    So a code works once, and a password that is being replaced lets nobody in. A password that the comparison hashed
    anew, because argon2 takes other parameters now, is kept.
    """
    user_id, hashed_anew = user.id, user.password if user in db.session.dirty else None
    begin_to_write()
    db.session.get(User, user_id, populate_existing=True, with_for_update=True)
    if not user.active or Credentials.of(user) != seen:
        return False
    user.password = hashed_anew or user.password
    return True


def record_failure(context: Context, attempt: Try, user: User | None) -> None:
    """Write down that a try was wrong: it is counted already."""
    with write_transaction():
        audit_sign_in(context, "lock" if attempt.locks else "fail to sign in", user)


def change_password(context: Context, *, user_id: int, was: str | None, password: str) -> User:
    """Change the password of somebody who has given the one they have; every session of theirs ends.

    Args:
        context: who asks, and from where, and when.
        user_id: whose.
        was: the hash that theirs was compared with.
        password: the new one.

    Raises:
        DomainError: the password was changed meanwhile, for instance by a link.
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
    """Give a person another password: links and sessions of theirs, also half begun ones, are worth nothing now.

    Part of the transaction of whoever calls.
    """
    user.password = hashed
    db.session.execute(delete(PasswordLink).where(PasswordLink.user_id == user.id))
    forget_failures(user.email)
    end_sessions(user)


def audit_sign_in(context: Context, action: str, owner: Owner | None, **details: Any) -> None:
    """Put an event of signing in into the audit trail.

    Args:
        context: from where, and when.
        action: "sign in", "fail to sign in", "lock", "sign out", "change password" and the like.
        owner: whose account; None if there is none with the address that was typed, which is not written down.
        details: more words.
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
