"""Requests to a second person to agree, before an administrator opens an account that is in use."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from star_tracker.domain.account_requests import PENDING, AccountStep, RequestState
from star_tracker.models.base import EncryptedText, Model, UtcDateTime, one_of, only_rows
from star_tracker.models.people import User


class AccountRequest(Model):
    """One step on one account: what was asked, by whom, when and why; who answered, and what came of it.

    A step that nobody could be asked about is here too, as done, so that the account's owner is told about it:
    ``asked_by`` is None if it was done on the command line. ``seen_at`` is when the owner confirmed having seen it.
    """

    __tablename__ = "account_requests"
    __table_args__ = (
        CheckConstraint(one_of("step", AccountStep), name="step_known"),
        CheckConstraint(one_of("state", RequestState), name="state_known"),
        CheckConstraint("answered_by_id <> asked_by_id AND answered_by_id <> user_id", name="answered_by_another"),
        CheckConstraint("(answered_by_id IS NULL) = (answered_at IS NULL)", name="answered_with_time"),
        CheckConstraint(
            "state NOT IN ('agreed', 'refused') OR answered_by_id IS NOT NULL", name="answered_by_somebody"
        ),
        CheckConstraint("state <> 'refused' OR answer <> ''", name="refused_with_reason"),
        CheckConstraint("reason <> '' OR (state = 'done' AND answered_by_id IS NULL)", name="asked_with_reason"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_with_time"),
        Index(
            "uq_account_requests_pending",
            "user_id",
            "step",
            unique=True,
            **only_rows(one_of("state", PENDING)),
        ),
        Index(None, "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(EncryptedText, default="")
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20), default=RequestState.OPEN.value)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(EncryptedText, default="")
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    asked_by: Mapped[User | None] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])

    def state_at(self, now: datetime) -> RequestState:
        """Its state at an instant: one that has waited too long has expired, even if no row says so."""
        state = RequestState(self.state)
        return RequestState.EXPIRED if state in PENDING and self.expires_at <= now else state
