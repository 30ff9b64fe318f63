"""What was agreed with a parent after a Star, in up to three areas, and what came of it."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from star_tracker.domain.scales import Outcome
from star_tracker.models.base import AreaCode, EncryptedText, Model, one_of
from star_tracker.models.stars import Star


class Priority(Model):
    """One priority area of a Star: what was agreed, by whom and by when.

    It comes back at the parent's next Star, ``reviewed_with``, where ``outcome`` is said.
    """

    __tablename__ = "priorities"
    __table_args__ = (
        CheckConstraint("area BETWEEN 1 AND 10", name="area_known"),
        CheckConstraint(one_of("outcome", Outcome), name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (reviewed_with_id IS NULL)", name="outcome_with_star"),
        UniqueConstraint("star_id", "area"),
        Index(None, "reviewed_with_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    star_id: Mapped[int] = mapped_column(ForeignKey("stars.id"))
    area: Mapped[str] = mapped_column(AreaCode)
    action: Mapped[str] = mapped_column(EncryptedText)
    by_whom: Mapped[str] = mapped_column(EncryptedText, default="")
    by_when: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(String(10))
    reviewed_with_id: Mapped[int | None] = mapped_column(ForeignKey("stars.id"))

    star: Mapped[Star] = relationship(back_populates="priorities", foreign_keys=[star_id])
    reviewed_with: Mapped[Star | None] = relationship(foreign_keys=[reviewed_with_id])

    @property
    def family_id(self) -> int:
        """Whose it is."""
        return self.star.registration.family_id
