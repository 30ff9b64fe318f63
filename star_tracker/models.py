"""The tables (DESIGN.md §2), each rule of R6 that a database can hold written as a named constraint.

A family has parents and interventions; a *registration* says that a parent takes part in an intervention, and
Stars hang from it. Readings are one row each. Nothing here is ever updated in place once it has been a figure in a
return, except an intervention's end: a corrected Star is a new row that replaces the old one.
"""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from star_tracker.domain.permissions import Role
from star_tracker.domain.scales import AREAS, ClosureReason, CompletedBy, Kind, NotScored, area_number
from star_tracker.extensions import Base, db

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def _one_of(column: str, codes: Any) -> str:
    return f"{column} IN ({', '.join(repr(str(code)) for code in codes)})"


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: stored as UTC, always read back with its time zone, on every database (R11)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: refuse an instant without a time zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: SQLite has forgotten the time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class AreaCode(TypeDecorator[str]):
    """An area's code in Python, its number 1 to 10 in the database: a tenth of the size where there are most rows."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> int | None:
        """To the database."""
        return None if value is None else area_number(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> str | None:
        """From the database."""
        return None if value is None else AREAS[value - 1]


user_pods = Table(
    "user_pods",
    Base.metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("pod_id", ForeignKey("pods.id"), primary_key=True),
    Index(None, "pod_id"),
)


class Pod(Model):
    """A team: one social work consultant supervising about four family practitioners."""

    __tablename__ = "pods"
    __table_args__ = (CheckConstraint("name <> ''", name="named"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)


class UserRole(Model):
    """One role that a person holds; a person may hold several."""

    __tablename__ = "user_roles"
    __table_args__ = (CheckConstraint(_one_of("role", Role), name="role_known"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class User(Model):
    """A person of the service or the council, known by e-mail address. An import may name one who cannot sign in."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("email <> '' AND email = lower(email)", name="email_lower_case"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")

    roles: Mapped[list[UserRole]] = relationship(cascade="all, delete-orphan", lazy="selectin")
    pods: Mapped[list[Pod]] = relationship(secondary=user_pods, lazy="selectin", order_by=Pod.name)

    @property
    def shown_as(self) -> str:
        """The name, or the e-mail address of a person who has none yet."""
        return self.name or self.email


class Family(Model):
    """A household known by a reference."""

    __tablename__ = "families"
    __table_args__ = (CheckConstraint("ref <> ''", name="has_ref"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(100), unique=True)
    council_ref: Mapped[str] = mapped_column(String(100), default="")

    parents: Mapped[list["Parent"]] = relationship(back_populates="family", order_by="Parent.ref")
    interventions: Mapped[list["Intervention"]] = relationship(
        back_populates="family", order_by="Intervention.started_on"
    )


class Parent(Model):
    """A person in a family who completes Stars, known by a reference within it."""

    __tablename__ = "parents"
    __table_args__ = (
        CheckConstraint("ref <> ''", name="has_ref"),
        UniqueConstraint("family_id", "ref"),
        UniqueConstraint("family_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("families.id"))
    ref: Mapped[str] = mapped_column(String(100))

    family: Mapped[Family] = relationship(back_populates="parents")


class Intervention(Model):
    """One period of support to a family, from referral to closure, known by family and start date."""

    __tablename__ = "interventions"
    __table_args__ = (
        UniqueConstraint("family_id", "started_on"),
        UniqueConstraint("family_id", "id"),
        CheckConstraint("referred_on <= started_on", name="referred_before_start"),
        CheckConstraint("closed_on >= started_on", name="closed_after_start"),
        CheckConstraint("(closed_on IS NULL) = (closure_reason IS NULL)", name="closed_with_reason"),
        CheckConstraint(_one_of("closure_reason", ClosureReason), name="closure_reason_known"),
        CheckConstraint("children BETWEEN 0 AND 20", name="children_in_range"),
        Index(None, "pod_id"),
        Index(None, "practitioner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("families.id"))
    pod_id: Mapped[int] = mapped_column(ForeignKey("pods.id"))
    practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    referred_on: Mapped[date]
    started_on: Mapped[date]
    closed_on: Mapped[date | None]
    closure_reason: Mapped[str | None] = mapped_column(String(20))
    children: Mapped[int | None] = mapped_column(SmallInteger)

    family: Mapped[Family] = relationship(back_populates="interventions")
    pod: Mapped[Pod] = relationship()
    practitioner: Mapped[User | None] = relationship()
    registrations: Mapped[list["Registration"]] = relationship(back_populates="intervention")

    def is_closed_at(self, as_at: date) -> bool:
        """Whether it is closed as at a day (R3)."""
        return self.closed_on is not None and self.closed_on <= as_at


class Registration(Model):
    """A parent's part in an intervention of their own family; what R3 calls a (parent, intervention)."""

    __tablename__ = "registrations"
    __table_args__ = (
        UniqueConstraint("intervention_id", "parent_id"),
        ForeignKeyConstraint(["family_id", "intervention_id"], ["interventions.family_id", "interventions.id"]),
        ForeignKeyConstraint(["family_id", "parent_id"], ["parents.family_id", "parents.id"]),
        Index(None, "parent_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int]
    intervention_id: Mapped[int]
    parent_id: Mapped[int]

    intervention: Mapped[Intervention] = relationship(
        back_populates="registrations",
        foreign_keys="Registration.intervention_id",
        primaryjoin="Registration.intervention_id == Intervention.id",
    )
    parent: Mapped[Parent] = relationship(
        foreign_keys="Registration.parent_id", primaryjoin="Registration.parent_id == Parent.id"
    )
    stars: Mapped[list["Star"]] = relationship(
        back_populates="registration", order_by="(Star.completed_on, Star.kind.desc(), Star.id)"
    )


_CURRENT = "withdrawn_at IS NULL"


class Star(Model):
    """One completed assessment of one parent in one intervention. It never changes, save to be withdrawn (R6).

    A correction is a new Star whose ``replaces_id`` names the old one; the old one is withdrawn in the same
    transaction and stays readable.
    """

    __tablename__ = "stars"
    __table_args__ = (
        CheckConstraint(_one_of("kind", Kind), name="kind_known"),
        CheckConstraint(_one_of("completed_by", CompletedBy), name="completed_by_known"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL) AND withdrawn_reason <> ''",
            name="withdrawn_with_reason",
        ),
        CheckConstraint("replaces_id <> id", name="replaces_another"),
        UniqueConstraint("replaces_id"),
        Index(
            "uq_stars_current_start",
            "registration_id",
            unique=True,
            sqlite_where=text(f"kind = 'start' AND {_CURRENT}"),
            postgresql_where=text(f"kind = 'start' AND {_CURRENT}"),
        ),
        Index(
            "uq_stars_current_closure",
            "registration_id",
            unique=True,
            sqlite_where=text(f"kind = 'closure' AND {_CURRENT}"),
            postgresql_where=text(f"kind = 'closure' AND {_CURRENT}"),
        ),
        Index(
            "uq_stars_current_kind_and_day",
            "registration_id",
            "kind",
            "completed_on",
            unique=True,
            sqlite_where=text(_CURRENT),
            postgresql_where=text(_CURRENT),
        ),
        Index(None, "registration_id"),
        Index(
            "ix_stars_counted",
            "registration_id",
            "completed_on",
            "kind",
            "id",
            sqlite_where=text(f"{_CURRENT} AND completed_by <> 'parent'"),
            postgresql_where=text(f"{_CURRENT} AND completed_by <> 'parent'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    kind: Mapped[str] = mapped_column(String(10))
    completed_on: Mapped[date]
    completed_by: Mapped[str] = mapped_column(String(10))
    retrospective: Mapped[bool] = mapped_column(default=False)
    edition: Mapped[str] = mapped_column(String(20))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("stars.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)

    registration: Mapped[Registration] = relationship(back_populates="stars")
    recorded_by: Mapped[User | None] = relationship()
    readings: Mapped[list["Reading"]] = relationship(back_populates="star", order_by="Reading.area")

    @property
    def is_counted(self) -> bool:
        """Whether the Star counts (R1)."""
        return self.withdrawn_at is None and self.completed_by != CompletedBy.PARENT


class Reading(Model):
    """One area of a Star: a value or the reason why there is none."""

    __tablename__ = "readings"
    __table_args__ = (
        CheckConstraint("area BETWEEN 1 AND 10", name="area_known"),
        CheckConstraint("value BETWEEN 1 AND 10", name="value_on_scale"),
        CheckConstraint("parent_value BETWEEN 1 AND 10", name="parent_value_on_scale"),
        CheckConstraint("(value IS NULL) <> (reason IS NULL)", name="value_or_reason"),
        CheckConstraint(_one_of("reason", NotScored), name="reason_known"),
        {"sqlite_with_rowid": False},
    )

    star_id: Mapped[int] = mapped_column(ForeignKey("stars.id"), primary_key=True)
    area: Mapped[str] = mapped_column(AreaCode, primary_key=True)
    value: Mapped[int | None] = mapped_column(SmallInteger)
    reason: Mapped[str | None] = mapped_column(String(20))
    parent_value: Mapped[int | None] = mapped_column(SmallInteger)
    note: Mapped[str] = mapped_column(Text, default="")

    star: Mapped[Star] = relationship(back_populates="readings")


class AuditEntry(Model):
    """Who did what, when, and what it changed. Rows are only ever added."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "entity", "entity_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    action: Mapped[str] = mapped_column(String(40))
    entity: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[int | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
