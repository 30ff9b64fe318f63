"""The audit trail's rows: who, when, from where, what, before and after. Rows are added here and never changed.

Every row carries the hash of the one before. Entries wait in the session until the transaction is about to commit:
only then is the chain's end held, so that a long import does not keep a page waiting.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, date
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from star_tracker.domain.context import Context
from star_tracker.models import (
    AccountRequest,
    AuditChain,
    AuditEntry,
    Draft,
    Family,
    Intervention,
    Model,
    Parent,
    Passkey,
    Pod,
    Priority,
    Registration,
    Reopening,
    ServiceSetting,
    SignedReturn,
    Star,
    Transfer,
    User,
    UserRole,
)

logger = logging.getLogger(__name__)

SECRETS = frozenset({"fs_uniquifier", "fs_webauthn_user_handle", "mf_recovery_codes", "password", "tf_totp_secret"})
"""Columns by which somebody could sign in as another: that they changed is audited, what they hold never."""

CODES: Mapping[type[Model], str] = {
    AccountRequest: "accountrequest",
    Draft: "draft",
    Family: "family",
    Intervention: "intervention",
    Parent: "parent",
    Passkey: "passkey",
    Pod: "pod",
    Priority: "priority",
    Registration: "registration",
    Reopening: "reopening",
    ServiceSetting: "servicesetting",
    SignedReturn: "signedreturn",
    Star: "star",
    Transfer: "transfer",
    User: "user",
}
"""What the trail calls a record of each table. The trail keeps these words: whatever the code is called, they stay."""

_WAITING = "audit entries"


def audited_values(record: Model, *names: str) -> dict[str, Any]:
    """The named columns of a record, or people, as JSON can hold them (dates as ISO text), without what is secret."""
    return as_json({name: getattr(record, name) for name in names if name not in SECRETS})


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON can hold them: dates as ISO text, people as e-mail addresses, pods and roles by name."""
    return {name: _as_json(value) for name, value in values.items()}


def _as_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return sorted(_as_json(item) for item in value)
    if isinstance(value, User):
        return value.email
    return value.name if isinstance(value, Pod | UserRole) else value


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
    """Add one row to the transaction that makes the change, so that neither is there without the other.

    Args:
        session: the transaction's session.
        context: who does it, and from where, and when.
        action: what was done, as a verb: "record", "close", "withdraw", "import", "read". What a page says for each
            is in ``web.audit.words``.
        entity: what the trail calls it: one of ``CODES`` for a record, else a word such as "star_file".
        entity_id: the record's id; None for what is no record, such as a file.
        family_id: the family that it is about, so that its history can be listed; None if it is about none.
        before: the columns that changed, as they were; None where there was no record.
        after: the same columns, as they are now; or more words about what was read.
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
    """Put the entries that wait at the end of the chain: the last step before a commit."""
    waiting: list[AuditEntry] = session.info.pop(_WAITING, [])
    if not waiting:
        return
    chain = session.scalars(select(AuditChain).with_for_update().execution_options(populate_existing=True)).one()
    chain.append(waiting)
    if not chain.is_sealed:
        logger.error("audit_chain was changed by hand: star-tracker audit verify says more")
    session.add_all(waiting)
    session.flush()


@event.listens_for(Session, "after_soft_rollback")
def forget_waiting_entries(session: Session, _transaction: object) -> None:
    """The transaction came to nothing."""
    session.info.pop(_WAITING, None)
