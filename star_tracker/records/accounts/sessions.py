"""Server-side sessions, read and written outside a page's own transaction.

A session is a row until it ends, and only a new token inserts one: a request whose session was ended meanwhile
updates no row, and so cannot bring the session back. When all of a person's sessions end, their ``fs_uniquifier``, by
which sessions name them, changes too: a session that is just beginning then grants no access.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, String, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute, Session, make_transient_to_detached

from star_tracker.domain.permissions import Actor
from star_tracker.extensions import db
from star_tracker.keys import WrongKeyError
from star_tracker.models import KeptForm, ServerSession, TypedForm, User, UserRole
from star_tracker.models.people import new_uniquifier, user_councils, user_pods

IDLE = timedelta(minutes=20)
"""A session ends after this time without a request, ..."""

LONGEST = timedelta(hours=8)
"""... and in any case after this time."""

STORED_FOR = timedelta(hours=24)
"""How long a form that was interrupted by the end of a session, and an ended session, are stored."""

TYPED_FOR = timedelta(days=7)
"""How long what is typed in a form, and not sent, is stored (``typed_forms``)."""

REMOVED_AT_A_TIME = 100
"""How many old sessions are removed, at most, whenever one begins."""


class SessionsError(RuntimeError):
    """The database does not answer."""


@dataclass(frozen=True)
class StoredSession:
    """A session as stored.

    Attributes:
        user_id: whose it is; None until somebody has signed in.
        data: what pages store in it.
        has_ended: whether it was idle for too long, or is too old.
        started_at, seen_at: when it began and when it was last used.
        user: that person; None before somebody has signed in.
        actor: the same person as permissions see them, from nowhere.
    """

    user_id: int | None
    data: dict[str, Any]
    has_ended: bool
    started_at: datetime
    seen_at: datetime
    user: User | None
    actor: Actor


_OF_PERSON = (User.id, User.email, User.name, User.active, User.fs_uniquifier, User.star_layout)
"""What nearly every page needs of whoever is signed in."""


def _select_held(held: Any, user_id: Any) -> ScalarSelect[str]:
    """What somebody holds several of, as one text."""
    return select(func.aggregate_strings(held.cast(String), ",")).where(user_id == User.id).scalar_subquery()


_SESSION_WITH_PERSON = (
    select(
        ServerSession.user_id,
        ServerSession.started_at,
        ServerSession.seen_at,
        ServerSession.data,
        *_OF_PERSON,
        _select_held(UserRole.role, UserRole.user_id).label("roles"),
        _select_held(user_pods.c.pod_id, user_pods.c.user_id).label("pod_ids"),
        _select_held(user_councils.c.council_id, user_councils.c.user_id).label("council_ids"),
    )
    .outerjoin(User, User.id == ServerSession.user_id)
    .where(ServerSession.token_hash == bindparam("token_hash"))
)
"""Built once, and read as a row: every request asks it, and to load a person with their roles takes longer."""


def load_session(token: str, *, now: datetime) -> StoredSession | None:
    """The session for a browser's token, with its person, read in one statement at the head of the page's transaction.

    Returns:
        The session; None if there is none, or the keys that encrypted it are gone.

    Raises:
        SessionsError: the database does not answer.
    """
    try:
        row = db.session.connection().execute(_SESSION_WITH_PERSON, {"token_hash": _hash(token)}).first()
    except WrongKeyError:
        db.session.rollback()
        return None
    except SQLAlchemyError as error:
        db.session.rollback()
        raise SessionsError("the database does not answer") from error
    if row is None:
        return None
    has_ended = now - row.seen_at > IDLE or now - row.started_at > LONGEST
    user = None if row.user_id is None else _attach_person(row)
    held = _split(row.roles), map(int, _split(row.pod_ids)), map(int, _split(row.council_ids))
    actor = user.as_actor_with(*held) if user else Actor()
    return StoredSession(row.user_id, json.loads(row.data), has_ended, row.started_at, row.seen_at, user, actor)


def _split(held: str | None) -> list[str]:
    return held.split(",") if held else []


def _attach_person(row: Any) -> User:
    """The person, as if the page's session had loaded them; it reads what else a page asks of them."""
    user = User(**{column.key: getattr(row, column.key) for column in _OF_PERSON})
    make_transient_to_detached(user)
    return db.session.merge(user, load=False)


def begin_session(
    token: str, data: Mapping[str, Any], *, user_id: int | None, now: datetime, replaces: str = ""
) -> None:
    """Store a new session in place of the one with the token ``replaces``."""
    stored = json.dumps(dict(data))
    with open_for_writing() as session:
        session.add(ServerSession(token_hash=_hash(token), user_id=user_id, started_at=now, seen_at=now, data=stored))
        session.flush()  # locks the person before any session, in the order of ``end_sessions``, to avoid a deadlock
        session.execute(delete(ServerSession).where(_names(replaces)))
        half_way = and_(ServerSession.user_id.is_(None), ServerSession.seen_at < now - IDLE)
        _remove_some(session, ServerSession.token_hash, or_(ServerSession.seen_at < now - STORED_FOR, half_way))
        _remove_some(session, KeptForm.id, KeptForm.kept_at < now - STORED_FOR)
        _remove_some(session, TypedForm.id, TypedForm.kept_at < now - TYPED_FOR)
        session.commit()


def update_session(
    token: str, data: Mapping[str, Any], *, now: datetime, new_token: str = "", is_used: bool = True
) -> bool:
    """Store a session's data, under ``new_token`` if that is given; ``is_used`` extends its lifetime.

    Returns:
        False if the session has ended meanwhile; it stays ended.
    """
    values: dict[str, Any] = {"token_hash": _hash(new_token or token), "data": json.dumps(dict(data))}
    if is_used:
        values["seen_at"] = now
    return _update_if_live(token, now, values)


def touch_session(token: str, *, now: datetime) -> None:
    """Note that the session was used."""
    _update_if_live(token, now, {"seen_at": now})


def drop_session(token: str) -> None:
    """End one session."""
    with open_for_writing() as session:
        session.execute(delete(ServerSession).where(_names(token)))
        session.commit()


def end_sessions(user: User) -> None:
    """End all of a person's sessions, and whatever else names them by the old ``fs_uniquifier``.

    Part of the caller's transaction.
    """
    user.fs_uniquifier = new_uniquifier()
    db.session.execute(delete(ServerSession).where(ServerSession.user_id == user.id))


def store_interrupted_form(token: str, form: Mapping[str, Any], *, now: datetime) -> bool:
    """End a session, and store the form that its person was filling in.

    Returns:
        Whether it was stored: not if nobody had signed in, or the session was ended meanwhile.
    """
    with open_for_writing() as session:
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


def take_interrupted_form(user_id: int, *, now: datetime) -> dict[str, Any] | None:
    """Remove and return this person's newest interrupted form; only one caller gets it."""
    newest = (
        select(KeptForm.id)
        .where(KeptForm.user_id == user_id, KeptForm.kept_at >= now - STORED_FOR)
        .order_by(KeptForm.kept_at.desc(), KeptForm.id.desc())
        .limit(1)
    )
    with open_for_writing() as session:
        taken = delete(KeptForm).where(KeptForm.id == newest.scalar_subquery()).returning(KeptForm.form)
        form: dict[str, Any] | None = session.scalar(taken)
        session.commit()
    return form


def _names(token: str) -> ColumnElement[bool]:
    return ServerSession.token_hash == _hash(token)


_UPDATED_IF_LIVE = (
    update(ServerSession)
    .where(
        ServerSession.token_hash == bindparam("token_hash_now"),
        ServerSession.seen_at >= bindparam("seen_since"),
        ServerSession.started_at >= bindparam("started_since"),
    )
    .returning(ServerSession.token_hash)
)
"""Updates the session, unless it became idle for too long, or too old, during the request. Built once, as above."""


def _update_if_live(token: str, now: datetime, values: Mapping[str, Any]) -> bool:
    """Store columns, without SQLAlchemy's session: in a fifth of the time. False if the person's session has ended."""
    db.session.rollback()  # as for ``open_for_writing``
    live = {"token_hash_now": _hash(token), "seen_since": now - IDLE, "started_since": now - LONGEST}
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        return connection.scalar(_UPDATED_IF_LIVE, {**values, **live}) is not None


def _remove_some(session: Session, key: InstrumentedAttribute[Any], old: ColumnElement[bool]) -> None:
    """Remove some old rows, skipping those that somebody else is removing."""
    some = select(key).where(old).limit(REMOVED_AT_A_TIME).with_for_update(skip_locked=True)
    session.execute(delete(key.class_).where(key.in_(some)), execution_options={"synchronize_session": False})


def open_for_writing() -> Session:
    """A separate database session for one write. The page's is rolled back first, as its SQLite lock would block it."""
    db.session.rollback()
    session = Session(db.engine)
    session.connection(execution_options={"writes": True})
    return session


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
