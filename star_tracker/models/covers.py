"""Leave cover: who has somebody's caseload beside their own, and on which days."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from star_tracker.domain.covers import CoverDays
from star_tracker.models.base import Model, UtcDateTime
from star_tracker.models.people import User


class Cover(Model):
    """Somebody is away from ``first_day`` to ``last_day``, and a colleague covers; until ``ended_at``, if set."""

    __tablename__ = "covers"
    __table_args__ = (
        CheckConstraint("colleague_id <> away_id", name="by_another"),
        CheckConstraint("last_day >= first_day", name="last_after_first"),
        Index(None, "away_id", "last_day"),
        Index(None, "colleague_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    away_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    colleague_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    away: Mapped[User] = relationship(foreign_keys=[away_id])
    colleague: Mapped[User] = relationship(foreign_keys=[colleague_id])

    @property
    def days(self) -> CoverDays:
        """The cover as a plain value."""
        return CoverDays(self.away_id, self.colleague_id, self.first_day, self.last_day)
