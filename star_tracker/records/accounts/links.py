"""One-time links for choosing a password: invitations by an administrator, and reset links requested by e-mail.

A reset link does not replace an invitation, so that a stranger's request invalidates nothing; the first link to be
used uses up the others.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_security import hash_password
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from star_tracker.domain.accounts import LinkKind, fold_address
from star_tracker.domain.context import Context
from star_tracker.domain.errors import NotFoundError
from star_tracker.domain.tries import LINKS_FOR_ACCOUNT, LINKS_FOR_NETWORK, Counted, get_network
from star_tracker.extensions import db
from star_tracker.models import PasswordLink, User
from star_tracker.records.accounts.sign_in import audit_sign_in, set_password
from star_tracker.records.accounts.tries import count_request
from star_tracker.records.transactions import write

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=1)
LASTS = {LinkKind.INVITATION: INVITATION_LASTS, LinkKind.RESET: RESET_LASTS}

REMOVED_AT_A_TIME = 100
"""How many expired links are removed, at most, whenever one is made."""


@dataclass(frozen=True)
class RequestedLink:
    """A reset link: the address to send it to, and its secret."""

    email: str
    secret: str


def make_invitation(session: Session, user: User, *, now: datetime) -> str:
    """Replace a person's invitation by a new one, in the caller's transaction, and return its secret."""
    session.execute(
        delete(PasswordLink).where(PasswordLink.user_id == user.id, PasswordLink.kind == LinkKind.INVITATION)
    )
    return _add_link(session, user.id, LinkKind.INVITATION, now)


def request_link(context: Context, *, email: str) -> RequestedLink | None:
    """Make a reset link; None if there is no account with this address or there were too many requests.

    Every address costs the same work, so that the time taken does not reveal whether there is an account.
    """
    address = fold_address(email)
    with write(context) as transaction:
        limits = (
            (Counted.NETWORK_LINK, get_network(context.actor.source), LINKS_FOR_NETWORK),
            (Counted.LINK, address, LINKS_FOR_ACCOUNT),
        )
        for counted, text, most in limits:
            if not count_request(transaction.session, counted, text, most=most, now=context.now):
                return None
        may_sign_in = User.active & User.roles.any()
        found = transaction.session.execute(
            select(User.id, User.email).where(User.email == address, may_sign_in)
        ).one_or_none()
        secret = _add_link(transaction.session, found.id if found else None, LinkKind.RESET, context.now)
        audit_sign_in(context, "ask for a link", found)
        return RequestedLink(found.email, secret) if found else None


def get_user_by_link(secret: str, *, now: datetime) -> User | None:
    """The person a link is for; None if it was used or replaced, or has expired."""
    owner = select(User).join(PasswordLink, PasswordLink.user_id == User.id)
    return db.session.scalar(owner.where(*_is_open(secret, now), User.active))


def choose_password(context: Context, *, secret: str, password: str) -> User:
    """Set the password of the person a link is for; uses up all their links and ends all their sessions.

    Raises:
        NotFoundError: the link was used or replaced meanwhile, or has expired.
    """
    hashed = hash_password(password)
    with write(context) as transaction:
        user_id = transaction.session.scalar(select(PasswordLink.user_id).where(*_is_open(secret, context.now)))
        user = transaction.get_locked(User, user_id or 0)
        taken = delete(PasswordLink).where(*_is_open(secret, context.now)).returning(PasswordLink.user_id)
        if transaction.session.scalar(taken) is None or not user.active:
            raise NotFoundError("this link does not work any more")
        set_password(user, hashed)
        audit_sign_in(context, "choose password", user)
    return user


def _is_open(secret: str, now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return PasswordLink.secret_hash == _hash(secret), PasswordLink.expires_at >= now


def _add_link(session: Session, user_id: int | None, kind: LinkKind, now: datetime) -> str:
    secret = secrets.token_urlsafe(32)
    session.add(PasswordLink(secret_hash=_hash(secret), user_id=user_id, kind=kind.value, expires_at=now + LASTS[kind]))
    old = select(PasswordLink.secret_hash).where(PasswordLink.expires_at < now).limit(REMOVED_AT_A_TIME)
    session.execute(
        delete(PasswordLink).where(PasswordLink.secret_hash.in_(old.with_for_update(skip_locked=True))),
        execution_options={"synchronize_session": False},
    )
    return secret


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
