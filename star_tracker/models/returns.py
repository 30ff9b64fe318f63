"""Returns that a lead signed off: everything that the council was given, stored."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from star_tracker.models.base import EncryptedText, Model, UtcDateTime, one_of
from star_tracker.models.councils import Council
from star_tracker.models.people import User

PROFILES = ("restricted", "published")
"""The values of ``analysis.disclosure.Profile``, which ``models`` may not import."""


class SignedReturn(Model):
    """A version of a council's return for a quarter and a profile, as it was signed off.

    It never changes, but may be withdrawn.

    The council sees the newest version, unless it was withdrawn; earlier ones stay. ``starts_on`` is the quarter's
    first day, because its name depends on when the contract's year begins. What was signed off is in ``page`` (made by
    ``exports.returns.pages``), ``picture`` and ``archive``, which are only loaded when they are used: 0.4 MB together.
    """

    __tablename__ = "signed_returns"
    __table_args__ = (
        CheckConstraint(one_of("profile", PROFILES), name="profile_known"),
        CheckConstraint("version >= 1", name="version_from_1"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)"
            " AND withdrawn_reason <> ''",
            name="withdrawn_with_reason",
        ),
        UniqueConstraint("council_id", "starts_on", "profile", "version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("councils.id"))
    starts_on: Mapped[date]
    profile: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(SmallInteger)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(EncryptedText, default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_reason: Mapped[str | None] = mapped_column(EncryptedText)
    page: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    picture: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    archive: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    council: Mapped[Council] = relationship()
    signed_by: Mapped[User] = relationship(foreign_keys=[signed_by_id])
    withdrawn_by: Mapped[User | None] = relationship(foreign_keys=[withdrawn_by_id])

    def hash_parts(self) -> dict[str, str | None]:
        """The SHA-256 of each part that was signed off, as the audit trail stores it; None if there is no picture."""
        page = json.loads(json.dumps(self.page))  # as the database returns it
        return {
            "sha256_of_page": _hash(json.dumps(page, sort_keys=True).encode()),
            "sha256_of_picture": None if self.picture is None else _hash(self.picture),
            "sha256_of_archive": _hash(self.archive),
        }


def _hash(part: bytes) -> str:
    return hashlib.sha256(part).hexdigest()
