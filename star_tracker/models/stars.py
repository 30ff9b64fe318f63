"""Stars and their readings, with the one-of-each rules of R6 as unique indexes."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    and_,
    false,
    literal_column,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from star_tracker.domain.scales import CompletedBy, Kind, NotScored
from star_tracker.domain.star_rules import StarDate
from star_tracker.models.base import AreaCode, EncryptedText, Model, UtcDateTime, one_of, only_rows
from star_tracker.models.people import User

if TYPE_CHECKING:
    from star_tracker.models.families import Registration
    from star_tracker.models.priorities import Priority

_COUNTED = "withdrawn_at IS NULL AND completed_by <> 'parent'"
_BY_PARENT = "withdrawn_at IS NULL AND completed_by = 'parent'"


class Star(Model):
    """One completed assessment of one parent in one intervention. It never changes, but may be withdrawn (R6).

    A correction is a new Star whose ``replaces_id`` is the old one's id, of another parent if it was recorded for the
    wrong one; the old one is withdrawn in the same transaction and stays readable. One that the parent completed alone
    does not compete with counted ones (R1), so it has its own unique index. ``unplanned``: the worker completed it
    because the parent could not be seen.
    """

    __tablename__ = "stars"
    __table_args__ = (
        CheckConstraint(one_of("kind", Kind), name="kind_known"),
        CheckConstraint(one_of("completed_by", CompletedBy), name="completed_by_known"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL) AND withdrawn_reason <> ''",
            name="withdrawn_with_reason",
        ),
        CheckConstraint("replaces_id <> id", name="replaces_another"),
        UniqueConstraint("replaces_id"),
        Index("uq_stars_counted_start", "registration_id", unique=True, **only_rows(f"kind = 'start' AND {_COUNTED}")),
        Index(
            "uq_stars_counted_closure", "registration_id", unique=True, **only_rows(f"kind = 'closure' AND {_COUNTED}")
        ),
        Index(
            "uq_stars_counted_kind_and_day",
            "registration_id",
            "kind",
            "completed_on",
            unique=True,
            **only_rows(_COUNTED),
        ),
        Index(
            "uq_stars_by_parent_kind_and_day",
            "registration_id",
            "kind",
            "completed_on",
            unique=True,
            **only_rows(_BY_PARENT),
        ),
        Index(None, "registration_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    kind: Mapped[str] = mapped_column(String(10))
    completed_on: Mapped[date]
    completed_by: Mapped[str] = mapped_column(String(10))
    retrospective: Mapped[bool] = mapped_column(default=False)
    unplanned: Mapped[bool] = mapped_column(default=False, server_default=false())
    edition: Mapped[str] = mapped_column(String(20))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("stars.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str | None] = mapped_column(EncryptedText)

    registration: Mapped["Registration"] = relationship(back_populates="stars")
    recorded_by: Mapped[User | None] = relationship()
    replaces: Mapped["Star | None"] = relationship(back_populates="replaced_by", remote_side=[id])
    replaced_by: Mapped["Star | None"] = relationship(back_populates="replaces")
    readings: Mapped[list["Reading"]] = relationship(back_populates="star", order_by="Reading.area")
    priorities: Mapped[list["Priority"]] = relationship(
        back_populates="star", foreign_keys="Priority.star_id", order_by="Priority.id"
    )

    @property
    def dated(self) -> StarDate:
        """The part that R6 compares with the parent's other Stars."""
        return StarDate(Kind(self.kind), self.completed_on, CompletedBy(self.completed_by))

    @property
    def is_moved(self) -> bool:
        """Whether it was recorded again for another parent, whose Star replaces it."""
        return self.replaced_by is not None and self.replaced_by.registration_id != self.registration_id

    @hybrid_property
    def is_in_force(self) -> bool:
        """Whether the Star is neither withdrawn nor replaced; also a condition in a select."""
        return self.withdrawn_at is None

    @is_in_force.inplace.expression
    @classmethod
    def _is_in_force(cls) -> ColumnElement[bool]:
        return cls.withdrawn_at.is_(None)

    @hybrid_property
    def is_counted(self) -> bool:
        """Whether the Star counts (R1); also a condition in a select."""
        return self.is_in_force and CompletedBy(self.completed_by).is_counted

    @is_counted.inplace.expression
    @classmethod
    def _is_counted(cls) -> ColumnElement[bool]:
        """Written like the indexes of counted Stars, so that the database uses them.

        Without a parameter: SQLite would prepare the statement again for each value, since it decides about an index.
        """
        return and_(cls.is_in_force, cls.completed_by != literal_column(f"'{CompletedBy.PARENT}'"))

    @property
    def place(self) -> tuple[date, int, int]:
        """The Star's position among its parent's (R2), as ``in_order`` sorts them."""
        return self.completed_on, Kind(self.kind).place, self.id

    @classmethod
    def in_order(cls) -> tuple[Any, Any, Any]:
        """The order of a parent's Stars in a select (R2): on one day, kinds are in reverse alphabetical order."""
        return cls.completed_on, cls.kind.desc(), cls.id


# In the order of R2, so that the latest Star is found without sorting.
Index("ix_stars_counted", Star.registration_id, *Star.in_order(), **only_rows(_COUNTED))


class Reading(Model):
    """One area of a Star: a value or the reason why there is none.

    ``jump_reason`` says why a value far from the one before is right (``domain.star_rules``).
    """

    __tablename__ = "readings"
    __table_args__ = (
        CheckConstraint("area BETWEEN 1 AND 10", name="area_known"),
        CheckConstraint("value BETWEEN 1 AND 10", name="value_on_scale"),
        CheckConstraint("parent_value BETWEEN 1 AND 10", name="parent_value_on_scale"),
        CheckConstraint("(value IS NULL) <> (reason IS NULL)", name="value_or_reason"),
        CheckConstraint(one_of("reason", NotScored), name="reason_known"),
        {"sqlite_with_rowid": False},
    )

    star_id: Mapped[int] = mapped_column(ForeignKey("stars.id"), primary_key=True)
    area: Mapped[str] = mapped_column(AreaCode, primary_key=True)
    value: Mapped[int | None] = mapped_column(SmallInteger)
    reason: Mapped[str | None] = mapped_column(String(20))
    parent_value: Mapped[int | None] = mapped_column(SmallInteger)
    note: Mapped[str] = mapped_column(EncryptedText, default="")
    jump_reason: Mapped[str] = mapped_column(EncryptedText, default="", server_default="")

    star: Mapped[Star] = relationship(back_populates="readings")


DRAWN_OF_READING = (Reading.value, Reading.reason, Reading.parent_value)
"""What charts show of a reading: its notes would have to be decrypted."""
