"""Pods, the people who work in them or read their figures, their roles and how they sign in."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from flask_security import RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    false,
)
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym, validates

from star_tracker.domain.accounts import LinkKind
from star_tracker.domain.drafts import StarLayout
from star_tracker.domain.permissions import Actor
from star_tracker.domain.roles import OVERSEEING, Role
from star_tracker.domain.scales import ALL_PODS
from star_tracker.domain.texts import fold_text
from star_tracker.domain.tries import Counted
from star_tracker.extensions import Base
from star_tracker.models.base import EncryptedJson, EncryptedText, Model, UtcDateTime, folded_column, one_of
from star_tracker.models.councils import Council


def new_uniquifier() -> str:
    """A new value that identifies a person in sessions; those with the old value are no longer valid."""
    return uuid4().hex


user_pods = Table(
    "user_pods",
    Base.metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("pod_id", ForeignKey("pods.id"), primary_key=True),
    Index(None, "pod_id"),
)

user_councils = Table(
    "user_councils",
    Base.metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("council_id", ForeignKey("councils.id"), primary_key=True),
    Index(None, "council_id"),
)
"""Whose signed returns a person with the role Council reads."""


class Pod(Model):
    """A team: one social work consultant supervising about four family practitioners.

    It works for one council, in whose returns its interventions are. A closed pod takes no new interventions; its
    history stays in every figure. A comparison group is recorded, but in no figure of the service (R14).
    ``name_folded`` is the name as it is compared (R13).
    """

    __tablename__ = "pods"
    __table_args__ = (
        CheckConstraint(f"name <> '' AND name_folded <> '' AND name_folded <> '{fold_text(ALL_PODS)}'", name="named"),
        Index(None, "council_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    name_folded: Mapped[str] = folded_column(unique=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("councils.id"))
    closed_on: Mapped[date | None]
    is_comparison: Mapped[bool] = mapped_column(default=False, server_default=false())

    council: Mapped[Council] = relationship()

    @validates("name")
    def _fold_name(self, _key: str, name: str) -> str:
        self.name_folded = fold_text(name)
        return name


class UserRole(Model, RoleMixin):
    """One role of a person, who may hold several."""

    __tablename__ = "user_roles"
    __table_args__ = (CheckConstraint(one_of("role", Role), name="role_known"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)

    name = synonym("role")  # Flask-Security's word for it
    permissions = None  # ours are functions (domain.permissions)


class User(Model, UserMixin):
    """A person of the service or the council, known by e-mail address. An import may name one who cannot sign in.

    What begins with ``fs_``, ``tf_`` or ``mf_`` is Flask-Security's.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("email <> '' AND email = lower(email)", name="email_lower_case"),
        CheckConstraint(one_of("star_layout", StarLayout), name="star_layout_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(EncryptedText, default="")
    licensed_on: Mapped[date | None]
    trained_on: Mapped[date | None]
    star_layout: Mapped[str] = mapped_column(String(10), default=StarLayout.PAGE.value, server_default=StarLayout.PAGE)

    active: Mapped[bool] = mapped_column(default=True)
    password: Mapped[str | None] = mapped_column(String(255))
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=new_uniquifier)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment] # Flask-Security's is never None
        String(64), unique=True
    )
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(EncryptedText)
    tf_last_counter: Mapped[int | None]
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(EncryptedJson()))

    webauthn: Mapped[list["Passkey"]] = relationship(  # type: ignore[assignment] # Flask-Security's has its own class
        back_populates="user", cascade="all, delete-orphan", order_by="Passkey.id"
    )
    roles: Mapped[list[UserRole]] = relationship(  # type: ignore[assignment] # as above
        cascade="all, delete-orphan"
    )
    pods: Mapped[list[Pod]] = relationship(secondary=user_pods, order_by=Pod.name)
    councils: Mapped[list[Council]] = relationship(secondary=user_councils, order_by=Council.name)

    @property
    def shown_as(self) -> str:
        """The name, or the e-mail address of a person who has none yet."""
        return self.name or self.email

    def as_actor(self, source: str = "") -> Actor:
        """The person as permissions see them, from this place; without a role while their account is closed."""
        roles = {held.role for held in self.roles}
        council_ids = {council.id for council in self.councils} if Role.COUNCIL in roles else set()
        return self.as_actor_with(roles, {pod.id for pod in self.pods}, council_ids, source)

    def as_actor_with(
        self, roles: Iterable[str], pod_ids: Iterable[int], council_ids: Iterable[int], source: str = ""
    ) -> Actor:
        """The same where what they hold is known already."""
        held = frozenset(map(Role, roles)) if self.active else frozenset()
        return Actor(
            user_id=self.id,
            email=self.email,
            roles=held,
            pod_ids=frozenset(pod_ids),
            source=source,
            council_ids=frozenset(council_ids if Role.COUNCIL in held else ()),
        )

    @property
    def overseeing_roles(self) -> frozenset[Role]:
        """The roles of ``OVERSEEING`` that they hold; none while their account is closed."""
        return OVERSEEING & {Role(held.role) for held in self.roles} if self.active else frozenset()


SIGN_IN_SECRETS = (User.tf_totp_secret, User.mf_recovery_codes)
"""What of a person no page shows: it is decrypted where somebody signs in or changes how they do, or where more of the
person is asked for than their session's row brings."""


SHOWN_OF_PERSON = (User.email, User.name, User.active)
"""What pages show of a person beside what is theirs."""


class Passkey(Model, WebAuthnMixin):
    """A passkey that a person registered as a second factor, with the columns that Flask-Security needs."""

    __tablename__ = "passkeys"
    __table_args__ = (Index(None, "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(64))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[datetime] = mapped_column(UtcDateTime, default=lambda: datetime.now(UTC))
    lastuse_datetime: Mapped[datetime] = mapped_column(UtcDateTime)
    usage: Mapped[str] = mapped_column(String(64))

    user: Mapped[User] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, int]:
        """How Flask-Security finds the person."""
        return {"id": self.user_id}


class PasswordLink(Model):
    """A link by which somebody may choose a password, once: only the hash of its secret is stored.

    One without a person opens nothing: it is written so that asking for a link does the same for every address.
    """

    __tablename__ = "password_links"
    __table_args__ = (
        CheckConstraint(one_of("kind", LinkKind), name="kind_known"),
        Index(None, "user_id"),
        Index(None, "expires_at"),
    )

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(10))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Tally(Model):
    """How often something was tried recently with an address or from a network, whether or not there is an account.

    Only the keyed index of an address or network is stored: people type all sorts of things where an address belongs.
    ``domain.tries.Counted`` says what is counted, and what ``at`` is.
    """

    __tablename__ = "tallies"
    __table_args__ = (CheckConstraint(one_of("counted", Counted), name="counted_known"), Index(None, "at"))

    counted: Mapped[str] = mapped_column(String(20), primary_key=True)
    keyed_index: Mapped[str] = mapped_column(String(64), primary_key=True)
    times: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ServerSession(Model):
    """A session, stored on the server: the browser has a random token, of which only the hash is here.

    One without ``user_id`` belongs to somebody who has given the right password, but not taken the second step yet.
    """

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "user_id"), Index(None, "seen_at"))

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    data: Mapped[str] = mapped_column(EncryptedText)


class TypedForm(Model):
    """What a person has typed in one form, and not sent yet, as their browser sends it while they type.

    ``entries`` is what ``static/js/typed.js`` says of each field, by its name.
    """

    __tablename__ = "typed_forms"
    __table_args__ = (UniqueConstraint("user_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    path: Mapped[str] = mapped_column(String(200))
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entries: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)


class KeptForm(Model):
    """What a person was typing when their session ended, until they have signed in again."""

    __tablename__ = "kept_forms"
    __table_args__ = (Index(None, "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
    form: Mapped[Any] = mapped_column(EncryptedJson)
