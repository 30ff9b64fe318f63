"""Contacts with a family: visits and attempts at one, without notes."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from star_tracker.domain.contacts import MOST_MINUTES, Seen, WhoWent
from star_tracker.models.base import Model, UtcDateTime, one_of
from star_tracker.models.families import Intervention
from star_tracker.models.people import User


class Contact(Model):
    """One visit (``seen``), or an attempt at one; ``with_whom`` is None where it was not said who was seen."""

    __tablename__ = "contacts"
    __table_args__ = (
        CheckConstraint(one_of("who_went", WhoWent), name="who_went_known"),
        CheckConstraint(one_of("with_whom", Seen), name="with_whom_known"),
        CheckConstraint("with_whom IS NULL OR seen", name="with_whom_only_if_seen"),
        CheckConstraint(f"minutes BETWEEN 1 AND {MOST_MINUTES}", name="minutes_in_range"),
        Index(None, "intervention_id", "contacted_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    intervention_id: Mapped[int] = mapped_column(ForeignKey("interventions.id"))
    contacted_on: Mapped[date]
    who_went: Mapped[str] = mapped_column(String(11))
    seen: Mapped[bool]
    with_whom: Mapped[str | None] = mapped_column(String(8))
    minutes: Mapped[int | None] = mapped_column(SmallInteger)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    intervention: Mapped[Intervention] = relationship()
    recorded_by: Mapped[User | None] = relationship()

    @property
    def family_id(self) -> int:
        """The id of its family."""
        return self.intervention.family_id
