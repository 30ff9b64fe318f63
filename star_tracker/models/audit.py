"""The audit trail: a chain of rows, each carrying the hash of the one before, and the chain's sealed end.

Every hash is an HMAC with the chain's own random key, which the database holds encrypted: whoever has a copy of the
database and no key can neither try out what an entry says, nor add one, nor cut some off unseen.
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
"""What the first entry carries for the one before."""


class AuditEntry(Model):
    """Who did or read what, when, from where, and what it changed. Rows are only ever added (``records.audit``).

    ``hash`` is of everything in the row, as it reads when it is decrypted, and of ``previous_hash``.
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
        """Everything that the entry says, after the entry with this hash: what is hashed."""
        said = [
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
        return json.dumps(said, sort_keys=True).encode()

    def hash_with(self, key: bytes) -> str:
        """The hash that the entry should carry."""
        return _authenticate(key, self.to_bytes(self.previous_hash))


class AuditChain(Model):
    """The end of the chain, in its one row: how many entries there are, the last one's hash, and the chain's key.

    Whoever adds an entry holds this row, so that entries stand in one order however many people write. ``seal`` is an
    HMAC of the end. A new database has the row from its migrations: the first entry is written as every other.
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
        """Whether the end is as somebody with the key wrote it."""
        return self.seal == self.make_seal()

    def append(self, entries: Sequence[AuditEntry]) -> None:
        """Put entries at the end. An end that was changed by hand stays without a seal: nothing covers that up."""
        was_sealed = self.is_sealed
        for entry in entries:
            entry.previous_hash = self.last_hash
            entry.hash = self.last_hash = entry.hash_with(self.key)
        self.entries += len(entries)
        if was_sealed:
            self.seal = self.make_seal()

    def make_seal(self) -> str:
        """The seal that the end should carry."""
        return _authenticate(self.key, json.dumps(["end", self.entries, self.last_hash]).encode())


def _authenticate(key: bytes, said: bytes) -> str:
    return hmac.digest(key, said, "sha256").hex()
