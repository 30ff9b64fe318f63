"""Whether the audit trail is as it was written: every entry as it was, in its place, none missing and none added."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, String, select, type_coerce
from sqlalchemy.orm import Session

from star_tracker.domain.errors import DomainError
from star_tracker.extensions import db
from star_tracker.models import AuditChain, AuditEntry, key_ring
from star_tracker.records.audit import FIRST_HASH, hash_entry
from star_tracker.records.keys import list_known_keys

ENTRIES_AT_A_TIME = 1_000


@dataclass(frozen=True)
class ChainEnd:
    """A chain that is whole: how many entries it has, and the last one's hash."""

    entries: int
    hash: str


def verify_chain(*, expected: str = "") -> ChainEnd:
    """Walk the chain from its first entry to its end, as it stands at one instant.

    Args:
        expected: the last hash as somebody noted it earlier. Whoever may write to the database could write the whole
            chain anew; a hash that was noted elsewhere tells.

    Raises:
        DomainError: the first entry that does not fit, by its number, and what is wrong with it.
        WrongKeyError: what the entries say was encrypted with other keys.
    """
    session: Session = db.session()
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        list_known_keys(session)
        return _walk(session, expected)
    finally:
        session.rollback()


def _walk(session: Session, expected: str) -> ChainEnd:
    written = session.scalars(select(AuditChain)).one_or_none()
    if written is None:
        raise DomainError("", "the end of the chain is not known: the row of audit_chain was deleted")
    last_id, last_hash, entries = None, FIRST_HASH, 0
    seen = expected in ("", FIRST_HASH)
    for row in _list_rows(session):
        if last_hash == written.hash:
            raise DomainError("", f"entry {row.id} was added by hand: the chain had ended before it")
        if problem := _find_problem(session, row, last_hash):
            raise DomainError("", f"entry {row.id} {problem}")
        last_id, last_hash, entries = row.id, row.hash, entries + 1
        seen = seen or last_hash == expected
    if last_hash != written.hash:
        where = "from the first on" if last_id is None else f"after entry {last_id}"
        raise DomainError("", f"entries are missing {where}: {written.entries:,} were written, {entries:,} are there")
    if entries != written.entries:
        raise DomainError("", f"audit_chain was changed: it counts {written.entries:,} entries, {entries:,} are there")
    if not seen:
        raise DomainError(
            "",
            f"no entry has the expected hash {expected}: the end was cut off since it was noted, or the chain was "
            "written anew",
        )
    return ChainEnd(entries, last_hash)


def _list_rows(session: Session) -> Iterator[Row[Any]]:
    """The entries in order, as the database holds them: what was changed there may be no date, and no ciphertext."""
    raw = [
        type_coerce(column, String).label(column.key) for column in (AuditEntry.at, AuditEntry.before, AuditEntry.after)
    ]
    plain = [column for column in AuditEntry.__table__.c if column.key not in ("at", "before", "after")]
    statement = select(*plain, *raw).order_by(AuditEntry.id).limit(ENTRIES_AT_A_TIME)
    rows = session.execute(statement).all()
    while rows:
        yield from rows
        rows = session.execute(statement.where(AuditEntry.id > rows[-1].id)).all()


def _find_problem(session: Session, row: Row[Any], last_hash: str) -> str:
    """What is wrong with an entry that should follow the one with this hash; "" if nothing is."""
    if _hash_row(row) != row.hash:
        return "does not say what was written: it was changed, or added by hand"
    if row.previous_hash == last_hash:
        return ""
    follower = session.scalar(select(AuditEntry.id).where(AuditEntry.previous_hash == last_hash))
    if follower is None:
        return "does not follow the one before it: what stood between them is missing, or was changed"
    if session.scalar(select(AuditEntry.id).where(AuditEntry.hash == row.previous_hash)) is None:
        return f"was added by hand: what was written in its place is entry {follower}"
    return f"stands in the wrong place: what was written there is entry {follower}"


def _hash_row(row: Row[Any]) -> str | None:
    """The hash of what a row says; None if nobody could have written it so."""
    try:
        values = dict(row._mapping) | {
            "at": _read_instant(row.at),
            "before": _read_json(row.before),
            "after": _read_json(row.after),
        }
        return hash_entry(AuditEntry(**values))
    except (AttributeError, TypeError, ValueError):
        return None


def _read_instant(raw: Any) -> datetime:
    at: datetime = datetime.fromisoformat(raw) if isinstance(raw, str) else raw
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _read_json(raw: str | None) -> Any:
    return None if raw is None else json.loads(key_ring().decrypt(raw))
