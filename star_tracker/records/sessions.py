"""Sessions as the server keeps them: read and written apart from a page's own transaction."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from star_tracker.extensions import db
from star_tracker.keys import WrongKeyError
from star_tracker.models import ServerSession

IDLE = timedelta(minutes=20)
"""A session ends when nothing was asked for so long, ..."""

LONGEST = timedelta(hours=8)
"""... and in any case after so long."""

KEPT_FOR = timedelta(hours=24)
"""What was being typed when a session ended is kept so long for the same person."""


class SessionsError(RuntimeError):
    """The database does not answer."""


@dataclass(frozen=True)
class StoredSession:
    """A session as it was found.

    Attributes:
        user_id: whose it is; None before somebody has signed in.
        data: what the pages keep in it; empty once it has ended.
        has_ended: whether it was idle, or lasted, too long.
        started_at, seen_at: when it began and when it was last used.
    """

    user_id: int | None
    data: dict[str, Any]
    has_ended: bool
    started_at: datetime
    seen_at: datetime


def load_session(token: str, *, now: datetime) -> StoredSession | None:
    """The session that a browser's token names; None if there is none, or the keys that it was kept with are gone.

    Raises:
        SessionsError: the database does not answer.
    """
    with Session(db.engine) as session:
        try:
            row = session.get(ServerSession, _hash(token))
        except WrongKeyError:
            return None
        except SQLAlchemyError as error:
            raise SessionsError("the database does not answer") from error
        if row is None:
            return None
        has_ended = now - row.seen_at > IDLE or now - row.started_at > LONGEST
        data = {} if has_ended else json.loads(row.data)
        return StoredSession(row.user_id, data, has_ended, row.started_at, row.seen_at)


def store_session(
    token: str, data: Mapping[str, Any], *, user_id: int | None, started_at: datetime, now: datetime, replaces: str = ""
) -> None:
    """Keep a session, used now; ``replaces`` is the token that stood for it until now."""
    with _writing() as session:
        if replaces:
            old = ServerSession.token_hash == _hash(replaces)
            session.execute(delete(ServerSession).where(old, ServerSession.kept.is_(None)))
        session.merge(
            ServerSession(
                token_hash=_hash(token),
                user_id=user_id,
                started_at=started_at,
                seen_at=now,
                data=json.dumps(dict(data)),
            )
        )
        if replaces:
            session.execute(delete(ServerSession).where(ServerSession.seen_at < now - KEPT_FOR))
        session.commit()


def touch_session(token: str, *, now: datetime) -> None:
    """Note that the session was used."""
    with _writing() as session:
        session.execute(update(ServerSession).where(ServerSession.token_hash == _hash(token)).values(seen_at=now))
        session.commit()


def drop_session(token: str) -> None:
    """Forget one session."""
    with _writing() as session:
        session.execute(delete(ServerSession).where(ServerSession.token_hash == _hash(token)))
        session.commit()


def end_sessions(user_id: int, *, but: str = "") -> None:
    """End every session of a person at once, save one; part of the transaction of whoever calls."""
    ended = delete(ServerSession).where(ServerSession.user_id == user_id, ServerSession.kept.is_(None))
    if but:
        ended = ended.where(ServerSession.token_hash != _hash(but))
    db.session.execute(ended)


def keep_form(token: str, form: Mapping[str, Any], *, now: datetime) -> None:
    """Keep what a person was typing when their session ends; the session is over."""
    over = now - IDLE - timedelta(seconds=1)
    with _writing() as session:
        session.execute(
            update(ServerSession)
            .where(ServerSession.token_hash == _hash(token), ServerSession.user_id.is_not(None))
            .values(kept=json.dumps(form) if form["fields"] else None, data=json.dumps({}), seen_at=over)
        )
        session.commit()


def take_kept_form(user_id: int) -> dict[str, Any] | None:
    """What this person was typing when their last session ended; from now on nobody else keeps it."""
    with _writing() as session:
        rows = session.scalars(
            select(ServerSession)
            .where(ServerSession.user_id == user_id, ServerSession.kept.is_not(None))
            .order_by(ServerSession.seen_at.desc())
        ).all()
        kept: dict[str, Any] | None = json.loads(rows[0].kept or "null") if rows else None
        for row in rows:
            session.delete(row)
        session.commit()
    return kept


def _writing() -> Session:
    """A session of its own for one write. The page's own is let go first: it would hold SQLite's lock against us."""
    db.session.rollback()
    session = Session(db.engine)
    session.connection(execution_options={"writes": True})
    return session


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
