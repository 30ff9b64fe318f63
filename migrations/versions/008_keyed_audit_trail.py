"""The audit trail's hashes are made with a key, and its end is sealed.

Until now a hash was the SHA-256 of what its entry says: with lists of names, a copy of the database without the
encryption keys gave away what was hashed. Afterwards no such hash is left in the database.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from flask import current_app

from star_tracker.domain.errors import DomainError
from star_tracker.keys import OTHER_KEY, KeyRing, WrongKeyError

revision = "008"
down_revision = "007"
branch_labels = None
depends_on = None

FIRST_HASH = "0" * 64
ENTRIES_AT_A_TIME = 1_000

SAID = ("at", "actor", "source", "action", "entity", "entity_id", "family_id", "before", "after")
ENTRIES = sa.table("audit_entries", *(sa.column(name) for name in ("id", *SAID, "previous_hash", "hash")))


def upgrade() -> None:
    connection, ring = op.get_bind(), current_app.extensions["star_tracker"].key_ring
    _know_keys(connection, ring)
    entries, old_hash = _take_old_end(connection)
    key = secrets.token_bytes(32)
    last_hash = _hash_with_key(connection, ring, key, entries, old_hash)
    if entries:
        last_hash = _add_entry(
            connection, ring, key, last_hash, {"entries": entries, "last_hash_without_key": old_hash}
        )
        entries += 1
    if connection.dialect.name == "postgresql":
        # With any USING but the bare column the table is written anew, without its rows as they were before, and
        # what PostgreSQL sampled of the two columns is forgotten.
        op.execute(
            "ALTER TABLE audit_entries ALTER COLUMN hash TYPE VARCHAR(64) USING hash || '', "
            "ALTER COLUMN previous_hash TYPE VARCHAR(64) USING previous_hash || ''"
        )
    connection.execute(
        sa.text("INSERT INTO audit_chain (id, entries, last_hash, key, seal) VALUES (1, :entries, :hash, :key, :seal)"),
        {
            "entries": entries,
            "hash": last_hash,
            "key": ring.for_purpose("audit chain").encrypt(key.hex()),
            "seal": _authenticate(key, ["end", entries, last_hash]),
        },
    )


def _know_keys(connection: sa.Connection, ring: KeyRing) -> None:
    """Keep the newest key's fingerprint: from now on something is encrypted in every record, even in an empty one."""
    known = set(connection.scalars(sa.text("SELECT fingerprint FROM record_keys")))
    newest, *older = ring.fingerprints()
    if not known <= {newest, *older}:
        raise WrongKeyError(OTHER_KEY)
    if newest not in known:
        connection.execute(sa.text("INSERT INTO record_keys (fingerprint) VALUES (:key)"), {"key": newest})


def _take_old_end(connection: sa.Connection) -> tuple[int, str]:
    """How many entries there are and the last one's hash; the table that held them is made anew, and empty.

    It is renamed before it is read: from then on nobody else writes, and an older Star Tracker that still runs finds
    no column to keep a hash without a key in.
    """
    op.rename_table("audit_chain", "old_audit_chain")
    end = connection.execute(sa.text("SELECT entries, hash FROM old_audit_chain")).one_or_none()
    if end is None:
        raise _refuse("its end is not known, because the row of audit_chain was deleted")
    op.drop_table("old_audit_chain")
    op.create_table(
        "audit_chain",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("last_hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_chain_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_chain")),
    )
    return end.entries, end.hash


def _hash_with_key(connection: sa.Connection, ring: KeyRing, key: bytes, entries: int, last_old_hash: str) -> str:
    """Give every entry its new hash, if all of them verify by their old ones; the last new hash."""
    old_hash = new_hash = FIRST_HASH
    found = 0
    change = (
        sa.update(ENTRIES)
        .where(ENTRIES.c.id == sa.bindparam("row_id"))
        .values(previous_hash=sa.bindparam("new_previous"), hash=sa.bindparam("new_hash"))
    )
    for rows in _list_batches(connection):
        changes = []
        for row in rows:
            said = _list_said(row, ring)
            if said is None or row.previous_hash != old_hash or row.hash != _hash_without_key([old_hash, *said]):
                raise _refuse(f"entry {row.id} was changed or added by hand, or one before it is missing")
            old_hash, previous = row.hash, new_hash
            new_hash = _authenticate(key, [previous, *said])
            changes.append({"row_id": row.id, "new_previous": previous, "new_hash": new_hash})
        connection.execute(change, changes)
        found += len(rows)
    if (found, old_hash) != (entries, last_old_hash):
        raise _refuse(f"{entries:,} entries were written, and {found:,} of them are there")
    return new_hash


def _list_batches(connection: sa.Connection) -> Iterator[Sequence[sa.Row[Any]]]:
    statement = sa.select(ENTRIES).order_by(ENTRIES.c.id).limit(ENTRIES_AT_A_TIME)
    rows = connection.execute(statement).all()
    while rows:
        yield rows
        rows = connection.execute(statement.where(ENTRIES.c.id > rows[-1].id)).all()


def _list_said(row: sa.Row[Any], ring: KeyRing) -> list[Any] | None:
    """What an entry says, decrypted; None if nobody could have written it so."""
    said = dict(row._mapping)
    try:
        at = datetime.fromisoformat(row.at) if isinstance(row.at, str) else row.at
        said["at"] = (at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)).isoformat()
        for name in ("before", "after"):
            said[name] = None if said[name] is None else json.loads(ring.decrypt(said[name]))
    except (AttributeError, TypeError, ValueError):
        return None
    return [said[name] for name in SAID]


def _add_entry(connection: sa.Connection, ring: KeyRing, key: bytes, previous_hash: str, after: dict[str, Any]) -> str:
    """Add the entry that says that the trail has a key from now on; its hash."""
    at = current_app.extensions["star_tracker"].now().astimezone(UTC)
    who = ["command line", "command line", "seal", "audit_chain", None, None, None]
    new_hash = _authenticate(key, [previous_hash, at.isoformat(), *who, after])
    stored = [sa.literal(at, sa.DateTime(timezone=True)), *who, ring.encrypt(json.dumps(after))]
    values = dict(zip(SAID, stored, strict=True))
    connection.execute(sa.insert(ENTRIES).values(**values, previous_hash=previous_hash, hash=new_hash))
    return new_hash


def _hash_without_key(said: list[Any]) -> str | None:
    """The hash of this until now; None if it holds what no JSON can."""
    try:
        return hashlib.sha256(_to_json(said)).hexdigest()
    except TypeError:
        return None


def _authenticate(key: bytes, said: list[Any]) -> str:
    return hmac.digest(key, _to_json(said), "sha256").hex()


def _to_json(said: list[Any]) -> bytes:
    return json.dumps(said, sort_keys=True).encode()


def _refuse(problem: str) -> DomainError:
    return DomainError(
        "",
        f"the audit trail is not as it was written: {problem}. Nothing was changed: find out who did it, or restore a "
        "backup, before you upgrade",
    )


def downgrade() -> None:
    raise NotImplementedError("hashes without a key would give names away: restore the backup made before the upgrade")
