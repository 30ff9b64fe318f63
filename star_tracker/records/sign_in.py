"""Writes about signing in: wrong tries, links by which a password is chosen, and what goes to the audit trail.

They belong to the transaction of the page that calls them (Flask-Security's pages have one of their own); whoever
calls says when it is committed.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask_security import hash_password
from sqlalchemy import select

from star_tracker.domain.permissions import Actor
from star_tracker.extensions import db
from star_tracker.models import SignInFailures, User, key_ring
from star_tracker.records.audit import add_audit_entry
from star_tracker.records.sessions import end_sessions

TRIES = 10
"""So many wrong passwords or codes in a row lock an account."""

LOCKED_FOR = timedelta(hours=1)
"""A lock opens by itself after so long; a new password, or an administrator, opens it at once."""

FREE_TRIES = 3
"""After so many wrong tries each further one must wait, twice as long each time."""

INVITED_FOR = timedelta(days=7)
RESET_WITHIN = timedelta(hours=1)


def get_wait(email: str, *, now: datetime) -> timedelta:
    """How long nobody may try to sign in with this address; zero or less if they may.

    It is the same whether or not there is such an account.
    """
    row = _get_failures(email)
    if row is None or row.failures < FREE_TRIES:
        return timedelta(0)
    wait = LOCKED_FOR if row.failures >= TRIES else timedelta(seconds=2 ** (row.failures - FREE_TRIES))
    return row.last_at + wait - now


def is_locked(email: str, *, now: datetime) -> bool:
    """Whether this address has been tried wrongly too often."""
    row = _get_failures(email)
    return row is not None and row.failures >= TRIES and row.last_at + LOCKED_FOR > now


def count_failure(email: str, *, now: datetime) -> bool:
    """Count a wrong password or code; returns whether this one locked the address."""
    row = _get_failures(email)
    if row is None:
        row = SignInFailures(address_index=key_ring().index(email), failures=0, last_at=now)
        db.session.add(row)
    if row.failures >= TRIES and row.last_at + LOCKED_FOR <= now:
        row.failures = 0
    row.failures += 1
    row.last_at = now
    return row.failures == TRIES


def forget_failures(email: str) -> None:
    """Somebody has shown who they are: wrong tries count from the start again."""
    if row := _get_failures(email):
        db.session.delete(row)


def make_link(user: User, *, now: datetime, lasts: timedelta) -> str:
    """A new secret for the one link by which this person chooses a password; an older link is worth nothing now."""
    secret = secrets.token_urlsafe(32)
    user.link_hash, user.link_expires_at = _hash(secret), now + lasts
    return secret


def get_user_by_link(secret: str, *, now: datetime) -> User | None:
    """Whom a link is for, if it has been neither used nor replaced, nor has expired."""
    user = db.session.scalar(select(User).where(User.link_hash == _hash(secret), User.active.is_(True)))
    if user is None or user.link_expires_at is None or user.link_expires_at < now:
        return None
    return user


def choose_password(user: User, password: str) -> None:
    """Set a person's password; the link that let them do so is used up, and every session of theirs ends."""
    user.password = hash_password(password)
    user.link_hash = user.link_expires_at = None
    forget_failures(user.email)
    end_sessions(user)


def audit_sign_in(action: str, user: User | None, *, actor: Actor, now: datetime, **details: Any) -> None:
    """Put an event of signing in into the audit trail.

    Args:
        action: "sign in", "fail to sign in", "lock", "sign out", "change password" and the like.
        user: whose account; None if there is none with the address that was typed, which is not written down.
        actor: from where.
        now: when.
        details: more words.
    """
    add_audit_entry(
        db.session(),
        actor=Actor(user_id=user.id, email=user.email, source=actor.source) if user else Actor(source=actor.source),
        now=now,
        action=action,
        entity="user",
        entity_id=user.id if user else None,
        after=details or None,
    )


def _get_failures(email: str) -> SignInFailures | None:
    return db.session.get(SignInFailures, key_ring().index(email))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
