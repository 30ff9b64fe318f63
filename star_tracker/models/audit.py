"""The audit trail: a chain of rows, each with the hash of the one before, and the chain's sealed end.

Every hash is an HMAC with the chain's own random key, which the database holds encrypted: whoever has a copy of the
database and no key can neither guess what an entry says, nor add one, nor remove the last ones unnoticed.
"""

import hmac
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from star_tracker.models.base import EncryptedJson, EncryptedKey, Model, UtcDateTime

FIRST_HASH = "0" * 64
"""The ``previous_hash`` of the first entry."""


class AuditEntry(Model):
    """Who did or read what, when, from where, and what it changed. Rows are only ever added (``records.audit``).

    ``hash`` is that of everything in the row, decrypted, with ``previous_hash``.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index(None, "entity", "entity_id"),
        Index(None, "family_id"),
        Index(None, "actor"),
        Index(None, "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    source: Mapped[str] = mapped_column(String(100), default="")
    action: Mapped[str] = mapped_column(String(40))
    entity: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[int | None]
    family_id: Mapped[int | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)
    after: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    def to_bytes(self, previous_hash: str) -> bytes:
        """What is hashed: everything in the entry, after the entry with this hash."""
        values = [
            previous_hash,
            self.at.isoformat(),
            self.actor,
            self.source,
            self.action,
            self.entity,
            self.entity_id,
            self.family_id,
            self.before,
            self.after,
        ]
        return json.dumps(values, sort_keys=True).encode()

    def hash_with(self, key: bytes) -> str:
        """The hash that the entry should have."""
        return _authenticate(key, self.to_bytes(self.previous_hash))


class AuditChain(Model):
    """The end of the chain, in the table's one row: the number of entries, the last one's hash, and the chain's key.

    Whoever adds an entry locks this row, so that entries have one order however many people write. ``seal`` is an HMAC
    of the end. Migrations add the row, so that the first entry is written like every other.
    """

    __tablename__ = "audit_chain"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entries: Mapped[int]
    last_hash: Mapped[str] = mapped_column(String(64))
    key: Mapped[bytes] = mapped_column(EncryptedKey("audit chain"))
    seal: Mapped[str] = mapped_column(String(64))

    @property
    def is_sealed(self) -> bool:
        """Whether the end is unchanged since somebody with the key wrote it."""
        return self.seal == self.make_seal()

    def append(self, entries: Sequence[AuditEntry]) -> None:
        """Put entries at the end. If the end was changed by hand, its seal stays broken: nothing hides that."""
        was_sealed = self.is_sealed
        for entry in entries:
            entry.previous_hash = self.last_hash
            entry.hash = self.last_hash = entry.hash_with(self.key)
        self.entries += len(entries)
        if was_sealed:
            self.seal = self.make_seal()

    def make_seal(self) -> str:
        """The seal that the end should have."""
        return _authenticate(self.key, json.dumps(["end", self.entries, self.last_hash]).encode())


def _authenticate(key: bytes, data: bytes) -> str:
    return hmac.digest(key, data, "sha256").hex()
