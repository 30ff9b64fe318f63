"""The audit trail's entries: who, when, from where, what, before and after. They are added here and never changed.

Every entry carries the hash of the one before. Entries wait in the session until the transaction is about to commit:
only then is the end of the chain locked, so that a long import does not keep a page waiting.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, date
from typing import Any

from sqlalchemy import event, insert, select, update
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


def add_audit_entry(
    session: Session,
    context: Context,
    *,
    action: str,
    entity: str,
    entity_id: int | None,
    family_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add one entry to the transaction that makes the change, so that neither exists without the other.

    Args:
        session: the transaction's session.
        context: who does it, from where, and when.
        action: a verb: "record", "close", "withdraw", "import", "read". ``web.audit.words`` has what pages call it.
        entity: one of ``CODES`` for a record, otherwise a word such as "star_file".
        entity_id: the record's id; None for anything else, such as a file.
        family_id: the family concerned, so that its history can be listed; None if there is none.
        before: the columns that changed, as they were; None where there was no record.
        after: the same columns, as they are now; or details of what was read.
    """
    session.info.setdefault(_WAITING, []).append(
        AuditEntry(
            at=context.now.astimezone(UTC),
            actor=context.actor.email,
            source=context.actor.source,
            action=action,
            entity=entity,
            entity_id=entity_id,
            family_id=family_id,
            before=before,
            after=after,
        )
    )


@event.listens_for(Session, "before_commit")
def append_waiting_entries(session: Session) -> None:
    """Append the waiting entries to the chain: the last step before a commit.

    Every page waits for it, so rows are written as such, in two thirds of the time that the session's objects take.
    """
    waiting: list[AuditEntry] = session.info.pop(_WAITING, [])
    if not waiting:
        return
    session.flush()
    connection = session.connection()
    chain = AuditChain(**connection.execute(_LOCKED_END).one()._mapping)
    chain.append(waiting)
    if not chain.is_sealed:
        logger.error("audit_chain was changed by hand: star-tracker audit verify says more")
    connection.execute(_MOVED_END, {"entries": chain.entries, "last_hash": chain.last_hash, "seal": chain.seal})
    connection.execute(_ADDED, [{name: getattr(entry, name) for name in _COLUMNS} for entry in waiting])


@event.listens_for(Session, "after_soft_rollback")
def discard_waiting_entries(session: Session, _transaction: object) -> None:
    """Forget them after a rollback."""
    session.info.pop(_WAITING, None)
