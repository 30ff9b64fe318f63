"""Changes to an intervention: transferred to another practitioner or pod, or reopened after closing."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from star_tracker.domain.scales import ClosureReason
from star_tracker.models.base import EncryptedText, Model, UtcDateTime, one_of
from star_tracker.models.families import Intervention
from star_tracker.models.people import Pod, User


class Transfer(Model):
    """An intervention was transferred to another practitioner or pod."""

    __tablename__ = "transfers"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="has_reason"),
        Index(None, "intervention_id"),
        Index(None, "from_pod_id"),
        Index(None, "to_pod_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    intervention_id: Mapped[int] = mapped_column(ForeignKey("interventions.id"))
    from_pod_id: Mapped[int] = mapped_column(ForeignKey("pods.id"))
    to_pod_id: Mapped[int] = mapped_column(ForeignKey("pods.id"))
    from_practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    to_practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    transferred_on: Mapped[date]
    reason: Mapped[str] = mapped_column(EncryptedText)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    intervention: Mapped[Intervention] = relationship(back_populates="transfers")
    from_pod: Mapped[Pod] = relationship(foreign_keys=[from_pod_id])
    to_pod: Mapped[Pod] = relationship(foreign_keys=[to_pod_id])
    from_practitioner: Mapped[User | None] = relationship(foreign_keys=[from_practitioner_id])
    to_practitioner: Mapped[User | None] = relationship(foreign_keys=[to_practitioner_id])
    recorded_by: Mapped[User | None] = relationship(foreign_keys=[recorded_by_id])

    @property
    def family_id(self) -> int:
        """The id of its family."""
        return self.intervention.family_id


class Reopening(Model):
    """A closed intervention was reopened; ``closed_on`` and ``closure_reason`` are its values until then."""

    __tablename__ = "reopenings"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="has_reason"),
        CheckConstraint("reopened_on >= closed_on", name="reopened_after_closure"),
        CheckConstraint(one_of("closure_reason", ClosureReason), name="closure_reason_known"),
        Index(None, "intervention_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    intervention_id: Mapped[int] = mapped_column(ForeignKey("interventions.id"))
    closed_on: Mapped[date]
    closure_reason: Mapped[str] = mapped_column(String(20))
    reopened_on: Mapped[date]
    reason: Mapped[str] = mapped_column(EncryptedText)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    intervention: Mapped[Intervention] = relationship(back_populates="reopenings")
    recorded_by: Mapped[User | None] = relationship()

    @property
    def family_id(self) -> int:
        """The id of its family."""
        return self.intervention.family_id
