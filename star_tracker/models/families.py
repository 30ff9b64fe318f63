"""Families, their parents and interventions, and which parents take part in which intervention."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from star_tracker.domain.interventions import DAYS_TO_REOPEN, AtClosure, find_at_closure, is_open_at
from star_tracker.domain.scales import ClosureReason
from star_tracker.domain.star_rules import DAYS_AFTER_CLOSURE
from star_tracker.domain.texts import fold_text, ref_and_name
from star_tracker.extensions import Base
from star_tracker.models.base import INDEX_OF, EncryptedText, Model, folded_column, key_ring, one_of, only_rows
from star_tracker.models.people import Pod, User
from star_tracker.models.stars import Star

if TYPE_CHECKING:
    from star_tracker.models.drafts import Draft
    from star_tracker.models.intervention_changes import Reopening, Transfer


family_people = Table(
    "family_people",
    Base.metadata,
    Column("family_id", ForeignKey("families.id"), primary_key=True),
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Index(None, "user_id"),
)


class Family(Model):
    """A household known by a reference, which ``ref_folded`` holds as it is compared (R13).

    ``name`` and ``council_ref`` are encrypted; ``council_index`` looks up the council's reference, and is unique (the
    plain index beside it is for searches by a parameter, for which a partial index is not used). Only ``people`` and
    leads may know more about a ``restricted`` family than that its reference is taken.
    """

    __tablename__ = "families"
    __table_args__ = (
        CheckConstraint("ref <> '' AND ref_folded <> ''", name="has_ref"),
        Index(None, "council_index"),
        Index(
            "uq_families_council_index",
            "council_index",
            unique=True,
            **only_rows("council_index <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(100), unique=True)
    ref_folded: Mapped[str] = folded_column(unique=True)
    name: Mapped[str] = mapped_column(EncryptedText, default="")
    council_ref: Mapped[str] = mapped_column(EncryptedText, default="")
    council_index: Mapped[str] = mapped_column(String(64), default="", info={INDEX_OF: "council_ref"})
    restricted: Mapped[bool] = mapped_column(default=False)

    people: Mapped[list[User]] = relationship(secondary=family_people)
    parents: Mapped[list["Parent"]] = relationship(back_populates="family", order_by="Parent.ref")
    interventions: Mapped[list["Intervention"]] = relationship(
        back_populates="family", order_by="Intervention.started_on"
    )

    @property
    def shown_as(self) -> str:
        """The reference, with the name if there is one: only for pages, never for titles, files or addresses."""
        return ref_and_name(self.ref, self.name)

    @property
    def pod_ids(self) -> set[int]:
        """The ids of the pods it has been in."""
        return {intervention.pod_id for intervention in self.interventions}

    @property
    def named_ids(self) -> set[int] | None:
        """The ids of the people who may see a restricted family; None if it is not restricted."""
        return {person.id for person in self.people} if self.restricted else None

    @validates("ref")
    def _fold_ref(self, _key: str, ref: str) -> str:
        self.ref_folded = fold_text(ref)
        return ref

    @validates("council_ref")
    def _index_council_ref(self, _key: str, council_ref: str) -> str:
        self.council_index = key_ring().index(council_ref)
        return council_ref


class Parent(Model):
    """A person in a family who completes Stars, known by a reference within it, folded like a family's."""

    __tablename__ = "parents"
    __table_args__ = (
        CheckConstraint("ref <> '' AND ref_folded <> ''", name="has_ref"),
        UniqueConstraint("family_id", "ref"),
        UniqueConstraint("family_id", "ref_folded"),
        UniqueConstraint("family_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("families.id"))
    ref: Mapped[str] = mapped_column(String(100))
    ref_folded: Mapped[str] = folded_column()
    name: Mapped[str] = mapped_column(EncryptedText, default="")

    family: Mapped[Family] = relationship(back_populates="parents")

    @validates("ref")
    def _fold_ref(self, _key: str, ref: str) -> str:
        self.ref_folded = fold_text(ref)
        return ref

    @property
    def shown_as(self) -> str:
        """As ``Family.shown_as``."""
        return ref_and_name(self.ref, self.name)


class Intervention(Model):
    """One period of support to a family, from referral to closure, known by family and start date."""

    __tablename__ = "interventions"
    __table_args__ = (
        UniqueConstraint("family_id", "started_on"),
        UniqueConstraint("family_id", "id"),
        CheckConstraint("referred_on <= started_on", name="referred_before_start"),
        CheckConstraint("closed_on >= started_on", name="closed_after_start"),
        CheckConstraint("(closed_on IS NULL) = (closure_reason IS NULL)", name="closed_with_reason"),
        CheckConstraint(one_of("closure_reason", ClosureReason), name="closure_reason_known"),
        CheckConstraint("children BETWEEN 0 AND 20", name="children_in_range"),
        Index(None, "pod_id"),
        Index(None, "practitioner_id"),
        Index(None, "closed_on"),
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
    transfers: Mapped[list["Transfer"]] = relationship(back_populates="intervention", order_by="Transfer.id")
    reopenings: Mapped[list["Reopening"]] = relationship(back_populates="intervention", order_by="Reopening.id")

    def takes_stars_on(self, day: date) -> bool:
        """Whether the closure still allows a Star dated this day (R6)."""
        return self.closed_on is None or day <= self.closed_on + timedelta(days=DAYS_AFTER_CLOSURE)

    def reopens_on(self, day: date) -> bool:
        """Whether it is closed and may still be reopened on this day."""
        return self.closed_on is not None and day <= self.closed_on + timedelta(days=DAYS_TO_REOPEN)

    def is_closed_at(self, as_at: date) -> bool:
        """Whether it is closed as at a day (R3)."""
        return not is_open_at(self.closed_on, as_at)


class Registration(Model):
    """A parent's part in an intervention of their family; what R3 calls a (parent, intervention)."""

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
    stars: Mapped[list[Star]] = relationship(back_populates="registration", order_by=Star.in_order())
    drafts: Mapped[list["Draft"]] = relationship(
        back_populates="registration",
        primaryjoin="(Registration.id == Draft.registration_id) & Draft.star_id.is_(None)",
    )
    """The Star in progress, if there is one."""

    @property
    def stars_in_force(self) -> list[Star]:
        """The parent's Stars that are neither withdrawn nor replaced, in the order of R2."""
        return [star for star in self.stars if star.is_in_force]

    @property
    def others(self) -> list["Registration"]:
        """The parts that other parents take in the same intervention."""
        return [each for each in self.intervention.registrations if each.id != self.id]

    @property
    def at_closure(self) -> AtClosure:
        """Whether this parent has a closure Star, in case the intervention closes."""
        return find_at_closure([star.kind for star in self.stars if star.is_counted])
