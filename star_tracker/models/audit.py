"""The audit trail: a chain of rows, each carrying the hash of the one before."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from star_tracker.models.base import EncryptedJson, Model, UtcDateTime


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


class AuditChain(Model):
    """The end of the chain, in its one row: how many entries there are, and the last one's hash.

    Whoever adds an entry holds this row, so that entries stand in one order however many people write.
    """

    __tablename__ = "audit_chain"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entries: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
