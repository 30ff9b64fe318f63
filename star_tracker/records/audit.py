"""The audit trail's entries: who, when, from where, what, before and after. They are added here and never changed.

Every entry carries the hash of the one before. Entries wait in the session until the transaction is about to commit:
only then is the end of the chain locked, so that a long import does not keep a page waiting.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, date
from typing import Any, NotRequired, TypedDict, Unpack

from sqlalchemy import Connection, event, insert, select, update
from sqlalchemy.orm import Session

from star_tracker.domain.context import Context
from star_tracker.models import (
    AccountRequest,
    AuditChain,
    AuditEntry,
    CalendarAddress,
    Contact,
    Council,
    Cover,
    Draft,
    Family,
    Feedback,
    Intervention,
    Model,
    NarrativeDraft,
    Parent,
    Passkey,
    Pod,
    Priority,
    Registration,
    Reminder,
    Reopening,
    SafetyAnswer,
    SavedCohort,
    ServiceSetting,
    SignedReturn,
    Star,
    Target,
    Transfer,
    User,
    UserRole,
)

logger = logging.getLogger(__name__)

SECRETS = frozenset({"fs_uniquifier", "fs_webauthn_user_handle", "mf_recovery_codes", "password", "tf_totp_secret"})
"""Columns with which somebody could sign in as another person: their values are never audited."""

CODES: Mapping[type[Model], str] = {
    AccountRequest: "accountrequest",
    CalendarAddress: "calendaraddress",
    Contact: "contact",
    Council: "council",
    Cover: "cover",
    Draft: "draft",
    Family: "family",
    Feedback: "feedback",
    Intervention: "intervention",
    NarrativeDraft: "narrative",
    Parent: "parent",
    Passkey: "passkey",
    Pod: "pod",
    Priority: "priority",
    Registration: "registration",
    Reminder: "reminder",
    Reopening: "reopening",
    SafetyAnswer: "safetyanswer",
    SavedCohort: "savedcohort",
    ServiceSetting: "servicesetting",
    SignedReturn: "signedreturn",
    Star: "star",
    Target: "target",
    Transfer: "transfer",
    User: "user",
}
"""The audit trail's code for each model. Codes are stored and never change, whatever the classes are called."""

_WAITING = "audit entries"

_LOCKED_END = select(AuditChain.__table__).with_for_update()
_MOVED_END = update(AuditChain)
_ADDED = insert(AuditEntry)
_COLUMNS = [column.key for column in AuditEntry.__table__.c if column.key != "id"]


def audited_values(record: Model, *names: str) -> dict[str, Any]:
    """The named attributes of a record, ready for JSON (``as_json``), without ``SECRETS``."""
    return as_json({name: getattr(record, name) for name in names if name not in SECRETS})


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values ready for JSON: dates as ISO text, people as e-mail addresses, pods, councils and roles by name."""
    return {name: _as_json(value) for name, value in values.items()}


def _as_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return sorted(_as_json(item) for item in value)
    if isinstance(value, User):
        return value.email
    return value.name if isinstance(value, Council | Pod | UserRole) else value


class EntryWords(TypedDict):
    """What an entry says, besides who and when.

    Attributes:
        action: a verb: "record", "close", "withdraw", "import", "read". ``web.audit.words`` has what pages call it.
        entity: one of ``CODES`` for a record, otherwise a word such as "star_file".
        entity_id: the record's id; None for anything else, such as a file.
        family_id: the family concerned, so that its history can be listed; None if there is none.
        before: the columns that changed, as they were; None where there was no record.
        after: the same columns, as they are now; or details of what was read.
    """

    action: str
    entity: str
    entity_id: int | None
    family_id: NotRequired[int | None]
    before: NotRequired[dict[str, Any] | None]
    after: NotRequired[dict[str, Any] | None]


def make_audit_entry(context: Context, **words: Unpack[EntryWords]) -> AuditEntry:
    """An entry of what somebody does or did (``context``: who, from where, and when), which is in no chain yet."""
    return AuditEntry(at=context.now.astimezone(UTC), actor=context.actor.email, source=context.actor.source, **words)


def add_audit_entry(session: Session, context: Context, **words: Unpack[EntryWords]) -> None:
    """Add one entry to the session's transaction, which makes the change, so that neither exists without the other."""
    session.info.setdefault(_WAITING, []).append(make_audit_entry(context, **words))


@event.listens_for(Session, "before_commit")
def append_waiting_entries(session: Session) -> None:
    """Append the waiting entries to the chain: the last step before a commit."""
    waiting: list[AuditEntry] = session.info.pop(_WAITING, [])
    if waiting:
        session.flush()
        append_entries(session.connection(), waiting)


def append_entries(connection: Connection, entries: Sequence[AuditEntry]) -> None:
    """Append entries to the chain, whose end is locked from now until the transaction is over.

    Every page waits for it, so rows are written as such, in two thirds of the time that a session's objects take.
    """
    chain = AuditChain(**connection.execute(_LOCKED_END).one()._mapping)
    chain.append(entries)
    if not chain.is_sealed:
        logger.error("audit_chain was changed by hand: star-tracker audit verify says more")
    connection.execute(_MOVED_END, {"entries": chain.entries, "last_hash": chain.last_hash, "seal": chain.seal})
    connection.execute(_ADDED, [{name: getattr(entry, name) for name in _COLUMNS} for entry in entries])


@event.listens_for(Session, "after_soft_rollback")
def discard_waiting_entries(session: Session, _transaction: object) -> None:
    """Forget them after a rollback."""
    session.info.pop(_WAITING, None)
