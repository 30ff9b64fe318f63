"""Pods, the people who work in them or read their figures, and the roles they hold."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from star_tracker.domain.permissions import Role
from star_tracker.domain.scales import ALL_PODS
from star_tracker.extensions import Base
from star_tracker.models.base import Model, one_of

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
    __table_args__ = (CheckConstraint(f"name <> '' AND name <> '{ALL_PODS}'", name="named"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)


class UserRole(Model):
    """One role that a person holds; a person may hold several."""

    __tablename__ = "user_roles"
    __table_args__ = (CheckConstraint(one_of("role", Role), name="role_known"),)

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
