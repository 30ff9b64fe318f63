"""What was agreed with a parent after a Star, in up to three areas, and what came of it."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from star_tracker.domain.agreements import Agreement, EarlierAgreement
from star_tracker.domain.scales import Outcome
from star_tracker.models.base import AreaCode, EncryptedText, Model, one_of
from star_tracker.models.stars import Star


class Priority(Model):
    """One priority area of a Star: what was agreed, by whom and by when.

    It comes up again with the parent's next Star, ``reviewed_with``, where ``outcome`` is recorded.
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
    def agreement(self) -> Agreement:
        """The agreement as a plain value."""
        return Agreement(area=self.area, action=self.action, by_whom=self.by_whom, by_when=self.by_when)

    def as_reviewed_with(self, star: Star) -> EarlierAgreement | None:
        """The agreement as reviewed with this Star; None if it is not from an earlier one of the parent in force."""
        before = self.star
        is_of_parent = before.registration_id == star.registration_id and before.is_in_force
        if not is_of_parent or before.id == star.id or before.completed_on > star.completed_on:
            return None
        reviewed_with = self.reviewed_with if self.reviewed_with_id != star.id else None
        return EarlierAgreement(
            agreement=self.agreement,
            outcome=Outcome(self.outcome) if self.outcome else None,
            later_star_on=reviewed_with.completed_on if reviewed_with else None,
        )

    @property
    def family_id(self) -> int:
        """The id of its family."""
        return self.star.registration.family_id
