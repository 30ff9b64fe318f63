"""Choices of a cohort, saved by a name."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from star_tracker.models.base import EncryptedJson, EncryptedText, Model, UtcDateTime
from star_tracker.models.people import User


class SavedCohort(Model):
    """What somebody chose, for themselves or for every lead; ``choice`` holds lists of values, as in the address.

    Only the choice is saved: whoever opens it sees the families that they may read on that day (R12).
    """

    __tablename__ = "saved_cohorts"
    __table_args__ = (Index(None, "saved_by_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(EncryptedText)
    choice: Mapped[dict[str, list[str]]] = mapped_column(EncryptedJson)
    is_for_leads: Mapped[bool]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)

    saved_by: Mapped[User] = relationship()
