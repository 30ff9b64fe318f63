"""What is being done to keep the children safe, as it was answered where a Star fell in an area that tells of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from star_tracker.models.base import EncryptedText, Model, UtcDateTime
from star_tracker.models.people import User
from star_tracker.models.stars import Star


class SafetyAnswer(Model):
    """The answer beside one Star. Which Stars ask is not stored: it follows from their readings (``domain.falls``)."""

    __tablename__ = "safety_answers"
    __table_args__ = (CheckConstraint("words <> ''", name="has_words"), UniqueConstraint("star_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    star_id: Mapped[int] = mapped_column(ForeignKey("stars.id"))
    words: Mapped[str] = mapped_column(EncryptedText)
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    star: Mapped[Star] = relationship()
    answered_by: Mapped[User | None] = relationship()

    @property
    def family_id(self) -> int:
        """The id of its family."""
        return self.star.registration.family_id
