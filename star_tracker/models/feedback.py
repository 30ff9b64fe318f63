"""What parents, children and professionals said of the service, and the words and targets of a council's return."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from star_tracker.domain.feedback import SaidBy
from star_tracker.models.base import EncryptedJson, EncryptedText, Model, UtcDateTime, one_of
from star_tracker.models.councils import Council
from star_tracker.models.families import Family
from star_tracker.models.people import Pod, User


class Feedback(Model):
    """Somebody's words about the service, with the day and the consent to quote them.

    They are of a family, whose readers read them, or of nobody in particular; ``pod_id`` is the pod that they are
    about, which is the return's.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        CheckConstraint(one_of("said_by", SaidBy), name="said_by_known"),
        CheckConstraint("words <> ''", name="has_words"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL) AND withdrawn_reason <> ''",
            name="withdrawn_with_reason",
        ),
        Index(None, "family_id"),
        Index(None, "pod_id", "said_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int | None] = mapped_column(ForeignKey("families.id"))
    pod_id: Mapped[int] = mapped_column(ForeignKey("pods.id"))
    said_on: Mapped[date]
    said_by: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(EncryptedText)
    may_quote: Mapped[bool]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str | None] = mapped_column(EncryptedText)

    family: Mapped[Family | None] = relationship()
    pod: Mapped[Pod] = relationship()
    recorded_by: Mapped[User | None] = relationship()


class NarrativeDraft(Model):
    """The words of a council's return of the quarter that begins on ``starts_on``, as they were saved last.

    ``quote_ids`` are of ``Feedback``. ``case_studies`` are up to three of {"registration_id", "words"}, each with the
    family's consent.
    """

    __tablename__ = "narratives"
    __table_args__ = (UniqueConstraint("council_id", "starts_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("councils.id"))
    starts_on: Mapped[date]
    went_well: Mapped[str] = mapped_column(EncryptedText, default="")
    to_improve: Mapped[str] = mapped_column(EncryptedText, default="")
    quote_ids: Mapped[list[int]] = mapped_column(JSON)
    case_studies: Mapped[list[dict[str, Any]]] = mapped_column(EncryptedJson)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    council: Mapped[Council] = relationship()
    saved_by: Mapped[User | None] = relationship()


class Target(Model):
    """What the rate of an indicator should be, in per cent, from the quarter that begins on ``starts_on``.

    It holds until a later one does; one without ``percent`` ends it.
    """

    __tablename__ = "targets"
    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_in_range"),
        UniqueConstraint("council_id", "indicator", "starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("councils.id"))
    indicator: Mapped[str] = mapped_column(String(40))
    starts_on: Mapped[date]
    percent: Mapped[int | None] = mapped_column(SmallInteger)
