"""Sessions as the server keeps them: read and written apart from a page's own transaction.

A session is a row until it is ended, and only a new token inserts one: a request whose session was ended meanwhile
updates no row, and so brings nothing back. When all sessions of a person end, their ``fs_uniquifier``, by which
sessions name them, changes too: a session that was just being begun then opens nothing.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute, Session, defer, joinedload

from star_tracker.extensions import db
from star_tracker.keys import WrongKeyError
from star_tracker.models import SIGN_IN_SECRETS, KeptForm, ServerSession, User
from star_tracker.models.people import new_uniquifier

IDLE = timedelta(minutes=20)
"""A session ends when nothing was asked for so long, ..."""

LONGEST = timedelta(hours=8)
"""... and in any case after so long."""

KEPT_FOR = timedelta(hours=24)
"""What was being typed when a session ended is kept so long for the same person; so is a session that idled out."""

REMOVED_AT_A_TIME = 100
"""Whenever a session begins, at most so many old ones are removed."""


class SessionsError(RuntimeError):
    """The database does not answer."""


@dataclass(frozen=True)
class StoredSession:
    """A session as it was found.

    Attributes:
        user_id: whose it is; None before somebody has signed in.
        data: what the pages keep in it.
        has_ended: whether it was idle, or lasted, too long.
        started_at, seen_at: when it began and when it was last used.
        user: that person, with their roles and pods; None before somebody has signed in.
    """

    user_id: int | None
    data: dict[str, Any]
    has_ended: bool
    started_at: datetime
    seen_at: datetime
    user: User | None


def load_session(token: str, *, now: datetime) -> StoredSession | None:
    """The session that a browser's token names, with its person, in one statement at the head of the page's own.

    Returns:
        The session; None if there is none, or the keys that it was kept with are gone.

    Raises:
        SessionsError: the database does not answer.
    """
    statement = (
        select(ServerSession.user_id, ServerSession.started_at, ServerSession.seen_at, ServerSession.data, User)
        .outerjoin(User, User.id == ServerSession.user_id)
        .where(_names(token))
        .options(joinedload(User.roles), joinedload(User.pods), *map(defer, SIGN_IN_SECRETS))
    )
    try:
        row = db.session.execute(statement).unique().first()
    except WrongKeyError:
        db.session.rollback()
        return None
    except SQLAlchemyError as error:
        db.session.rollback()
        raise SessionsError("the database does not answer") from error
    if row is None:
        return None
    user_id, started_at, seen_at, data, user = row
    has_ended = now - seen_at > IDLE or now - started_at > LONGEST
    return StoredSession(user_id, json.loads(data), has_ended, started_at, seen_at, user)


def begin_session(
    token: str, data: Mapping[str, Any], *, user_id: int | None, now: datetime, replaces: str = ""
) -> None:
    """Store a new session; ``replaces`` is the token of the one that it replaces."""
    kept = json.dumps(dict(data))
    with _writing() as session:
        session.add(ServerSession(token_hash=_hash(token), user_id=user_id, started_at=now, seen_at=now, data=kept))
        session.flush()  # holds the person before any session, in the order of ``end_sessions``: else both may wait
        session.execute(delete(ServerSession).where(_names(replaces)))
        half_way = and_(ServerSession.user_id.is_(None), ServerSession.seen_at < now - IDLE)
        _remove_some(session, ServerSession.token_hash, or_(ServerSession.seen_at < now - KEPT_FOR, half_way))
        _remove_some(session, KeptForm.id, KeptForm.kept_at < now - KEPT_FOR)
        session.commit()


def update_session(
    token: str, data: Mapping[str, Any], *, now: datetime, new_token: str = "", is_used: bool = True
) -> bool:
    """Store what changed in a session; under ``new_token`` from now on, if there is one.

    ``is_used``: whether somebody is there, so that the session lasts longer.

    Returns:
        Whether the session still lasts; one that ended meanwhile stays so.
    """
    values: dict[str, Any] = {"token_hash": _hash(new_token or token), "data": json.dumps(dict(data))}
    if is_used:
        values["seen_at"] = now
    with _writing() as session:
        kept = update(ServerSession).where(_lasts(token, now)).values(values).returning(ServerSession.token_hash)
        lasts = session.scalar(kept) is not None
        session.commit()
    return lasts


def touch_session(token: str, *, now: datetime) -> None:
    """Note that the session was used."""
    with _writing() as session:
        session.execute(update(ServerSession).where(_lasts(token, now)).values(seen_at=now))
        session.commit()


def drop_session(token: str) -> None:
    """End one session."""
    with _writing() as session:
        session.execute(delete(ServerSession).where(_names(token)))
        session.commit()


def end_sessions(user: User) -> None:
    """End every session of a person at once, and whatever else names them by the old ``fs_uniquifier``.

    Part of the transaction of whoever calls.
    """
    user.fs_uniquifier = new_uniquifier()
    db.session.execute(delete(ServerSession).where(ServerSession.user_id == user.id))


def keep_form(token: str, form: Mapping[str, Any], *, now: datetime) -> bool:
    """End a session, and keep what was being typed for the person whose session it was.

    Returns:
        Whether it was kept; it is not if nobody had signed in, or if the session was ended meanwhile.
    """
    with _writing() as session:
        user_id = session.scalar(select(ServerSession.user_id).where(_names(token)))
        if user_id is None:
            return False
        session.add(KeptForm(user_id=user_id, kept_at=now, form=dict(form)))
        session.flush()  # as above
        ended = session.scalar(delete(ServerSession).where(_names(token)).returning(ServerSession.token_hash))
        if ended is None:
            return False
        session.commit()
    return True


def take_kept_form(user_id: int, *, now: datetime) -> dict[str, Any] | None:
    """Take out the newest form that this person was typing when a session of theirs ended; of several, one gets it."""
    newest = (
        select(KeptForm.id)
        .where(KeptForm.user_id == user_id, KeptForm.kept_at >= now - KEPT_FOR)
        .order_by(KeptForm.kept_at.desc(), KeptForm.id.desc())
        .limit(1)
    )
    with _writing() as session:
        taken = delete(KeptForm).where(KeptForm.id == newest.scalar_subquery()).returning(KeptForm.form)
        form: dict[str, Any] | None = session.scalar(taken)
        session.commit()
    return form


def _names(token: str) -> ColumnElement[bool]:
    return ServerSession.token_hash == _hash(token)


def _lasts(token: str, now: datetime) -> ColumnElement[bool]:
    """The session, unless it was idle, or lasted, too long while the request was under way."""
    return and_(_names(token), ServerSession.seen_at >= now - IDLE, ServerSession.started_at >= now - LONGEST)


def _remove_some(session: Session, key: InstrumentedAttribute[Any], old: ColumnElement[bool]) -> None:
    """Remove some old rows; those that somebody else is removing at the moment are left out."""
    some = select(key).where(old).limit(REMOVED_AT_A_TIME).with_for_update(skip_locked=True)
    session.execute(delete(key.class_).where(key.in_(some)), execution_options={"synchronize_session": False})


def _writing() -> Session:
    """A session of its own for one write. The page's own is let go first: it would hold SQLite's lock against us."""
    db.session.rollback()
    session = Session(db.engine)
    session.connection(execution_options={"writes": True})
    return session


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
