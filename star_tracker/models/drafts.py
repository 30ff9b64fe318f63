"""Stars in progress: stored answer by answer, in no figure, until they are completed or discarded."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from star_tracker.domain.scales import Kind
from star_tracker.models.base import EncryptedJson, Model, UtcDateTime, only_rows
from star_tracker.models.families import Registration
from star_tracker.models.people import User
from star_tracker.models.stars import Star


class Draft(Model):
    """A Star in progress: at most one for a registration.

    ``answers`` holds each field that has been answered, by its name (``domain.drafts``): ``{"value": …, "revision": …,
    "by": …}``, with the draft's revision at its last change, and the id of the person who changed it. Once the Star is
    completed, ``star_id`` is its id, so that a second press of the button finds it, and the answers are removed but for
    what was agreed, which waits until the talk after the Star is saved.
    """

    __tablename__ = "drafts"
    __table_args__ = (
        CheckConstraint("revision >= 1", name="revision_from_1"),
        UniqueConstraint("star_id"),
        Index(
            "uq_drafts_in_progress",
            "registration_id",
            unique=True,
            **only_rows("star_id IS NULL"),
        ),
        Index(None, "registration_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    edition: Mapped[str] = mapped_column(String(20))
    answers: Mapped[dict[str, dict[str, Any]]] = mapped_column(EncryptedJson)
    revision: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    star_id: Mapped[int | None] = mapped_column(ForeignKey("stars.id"))

    registration: Mapped[Registration] = relationship(back_populates="drafts")
    started_by: Mapped[User | None] = relationship(foreign_keys=[started_by_id])
    saved_by: Mapped[User | None] = relationship(foreign_keys=[saved_by_id])
    star: Mapped[Star | None] = relationship()

    @property
    def values(self) -> dict[str, str]:
        """The answers, by the field's name."""
        return {name: answer["value"] for name, answer in self.answers.items()}

    @property
    def kind(self) -> Kind | None:
        """The kind of the Star; None if it is not answered yet."""
        kind = self.values.get("kind")
        return Kind(kind) if kind in list(Kind) else None

    @property
    def family_id(self) -> int:
        """The id of its family."""
        return self.registration.family_id
