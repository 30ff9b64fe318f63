"""Whether the audit trail is as it was written: every entry unchanged and in its place, none missing and none added."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, String, select, type_coerce
from sqlalchemy.orm import Session

from star_tracker.domain.errors import DomainError
from star_tracker.extensions import db
from star_tracker.keys import WrongKeyError
from star_tracker.models import AuditChain, AuditEntry, key_ring
from star_tracker.models.audit import FIRST_HASH
from star_tracker.queries.figures.service import list_known_keys

ENTRIES_AT_A_TIME = 1_000


@dataclass(frozen=True)
class ChainEnd:
    """The end of a chain that is intact.

    Attributes:
        entries: how many entries it has.
        hash: the last one's.
        expected_is_old: whether the expected hash is one from before the chain had a key.
    """

    entries: int
    hash: str
    expected_is_old: bool


def verify_chain(*, expected: str = "") -> ChainEnd:
    """Walk the chain from its first entry to its end, as it stands at one instant.

    Args:
        expected: the last hash as it was noted earlier. Somebody with the keys could write the whole chain anew, and
            without them somebody could restore an older end; a hash that was noted elsewhere reveals both.

    Raises:
        DomainError: the first entry that does not fit, by its id, and what is wrong with it.
        WrongKeyError: the entries were encrypted with other keys.
    """
    session: Session = db.session()
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        list_known_keys(session.connection())
        return _walk(session, expected)
    finally:
        session.rollback()


def _walk(session: Session, expected: str) -> ChainEnd:
    chain = _get_chain(session)
    is_sealed, noted = chain.is_sealed, _NotedHash(expected)
    last_id, last_hash, entries = None, FIRST_HASH, 0
    for row in _list_rows(session):
        if is_sealed and last_hash == chain.last_hash:
            raise DomainError("", f"entry {row.id} was added by hand: the chain had ended before it")
        entry = _read_entry(row, chain.key)
        if entry is None:
            raise DomainError("", f"entry {row.id} does not say what was written: it was changed, or added by hand")
        if row.previous_hash != last_hash:
            raise DomainError("", f"entry {row.id} {_describe_place(session, row, last_hash)}")
        noted.compare(entry)
        last_id, last_hash, entries = row.id, row.hash, entries + 1
    if not is_sealed:
        raise DomainError("", "the end of the chain in audit_chain was changed by hand: entries may have been cut off")
    if last_hash != chain.last_hash:
        where = "from the first on" if last_id is None else f"after entry {last_id}"
        raise DomainError("", f"entries are missing {where}: {chain.entries:,} were written, {entries:,} are there")
    if not noted.was_found:
        raise DomainError(
            "",
            f"no entry has the expected hash {expected}: the end was cut off since it was noted, or the chain was "
            "written anew",
        )
    return ChainEnd(entries, last_hash, noted.is_old)


def _get_chain(session: Session) -> AuditChain:
    try:
        chain = session.scalars(select(AuditChain).execution_options(populate_existing=True)).one_or_none()
    except WrongKeyError as error:
        raise DomainError(
            "", "the chain's key in audit_chain was changed, or encrypted with a key that is no longer in use"
        ) from error
    if chain is None:
        raise DomainError("", "the end of the chain is not known: the row of audit_chain was deleted")
    return chain


class _NotedHash:
    """Looks for a hash that was noted elsewhere, entry by entry.

    If it was noted before the chain had a key, it is the SHA-256 of the entry and of the hash of that kind before it.
    Such hashes are not stored, but can be computed from the entries.
    """

    def __init__(self, expected: str) -> None:
        self._expected = expected
        self._old_hash = FIRST_HASH
        self.was_found = expected in ("", FIRST_HASH)
        self.is_old = False

    def compare(self, entry: AuditEntry) -> None:
        """Compare the next entry."""
        if self.was_found:
            return
        self._old_hash = hashlib.sha256(entry.to_bytes(self._old_hash)).hexdigest()
        self.is_old = self._old_hash == self._expected
        self.was_found = self.is_old or entry.hash == self._expected


def get_written_entry(session: Session, *, action: str, entity: str, entity_id: int) -> AuditEntry | None:
    """The newest entry of this action on this record; None if there is none, or it is not as it was written."""
    is_wanted = (AuditEntry.action == action, AuditEntry.entity == entity, AuditEntry.entity_id == entity_id)
    row = session.execute(_select_raw().where(*is_wanted).order_by(AuditEntry.id.desc()).limit(1)).one_or_none()
    return None if row is None else _read_entry(row, _get_chain(session).key)


def _select_raw() -> Select[*tuple[Any, ...]]:
    """Entries as the database holds them: after changes by hand, values may not be dates or ciphertexts."""
    raw = [
        type_coerce(column, String).label(column.key) for column in (AuditEntry.at, AuditEntry.before, AuditEntry.after)
    ]
    plain = [column for column in AuditEntry.__table__.c if column.key not in ("at", "before", "after")]
    return select(*plain, *raw)


def _list_rows(session: Session) -> Iterator[Row[Any]]:
    """Every entry in order."""
    statement = _select_raw().order_by(AuditEntry.id).limit(ENTRIES_AT_A_TIME)
    rows = session.execute(statement).all()
    while rows:
        yield from rows
        rows = session.execute(statement.where(AuditEntry.id > rows[-1].id)).all()


def _read_entry(row: Row[Any], key: bytes) -> AuditEntry | None:
    """The entry in a row; None if it is not as somebody with the key wrote it."""
    read = {"at": _read_instant, "before": _read_json, "after": _read_json}
    try:
        entry = AuditEntry(**dict(row._mapping) | {name: convert(row._mapping[name]) for name, convert in read.items()})
        return entry if entry.hash_with(key) == row.hash else None
    except (AttributeError, TypeError, ValueError):
        return None


def _read_instant(raw: Any) -> datetime:
    at: datetime = datetime.fromisoformat(raw) if isinstance(raw, str) else raw
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _read_json(raw: str | None) -> Any:
    return None if raw is None else json.loads(key_ring().decrypt(raw))


def _describe_place(session: Session, row: Row[Any], last_hash: str) -> str:
    """What is wrong with an entry that should follow the one with this hash."""
    follower = session.scalar(select(AuditEntry.id).where(AuditEntry.previous_hash == last_hash))
    if follower is None:
        return "does not follow the one before it: what stood between them is missing, or was changed"
    if session.scalar(select(AuditEntry.id).where(AuditEntry.hash == row.previous_hash)) is None:
        return f"was added by hand: what was written in its place is entry {follower}"
    return f"stands in the wrong place: what was written there is entry {follower}"
