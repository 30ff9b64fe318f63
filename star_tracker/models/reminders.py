"""What tells somebody of due Stars outside the pages: a weekly e-mail, and a private calendar address."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from star_tracker.models.base import Model, UtcDateTime
from star_tracker.models.people import User


class Reminder(Model):
    """Somebody wants the weekly e-mail; ``sent_for`` is the Monday of the last week for which it was sent."""

    __tablename__ = "reminders"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_for: Mapped[date | None]

    user: Mapped[User] = relationship()


class CalendarAddress(Model):
    """A secret address at which a calendar program reads somebody's due Stars, without signing in.

    Only the keyed hash of the secret is stored (``keys.KeyRing.index``). ``read_on`` is the day on which it was last
    read, for the audit trail: a program reads it many times a day.
    """

    __tablename__ = "calendar_addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    keyed_index: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_on: Mapped[date | None]

    user: Mapped[User] = relationship()
