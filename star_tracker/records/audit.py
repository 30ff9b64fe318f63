"""The audit trail's rows: who, when, what, before and after. Rows are added here and never changed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from star_tracker.domain.permissions import Actor
from star_tracker.models import AuditEntry, Model


def audited_values(record: Model, *names: str) -> dict[str, Any]:
    """The named columns of a record, as JSON can hold them (dates as ISO text)."""
    return as_json({name: getattr(record, name) for name in names})


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON can hold them: dates and instants as ISO text."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def add_audit_entry(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    action: str,
    entity: str,
    entity_id: int | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add one row to the transaction that makes the change, so that neither is there without the other.

    Args:
        session: the transaction's session.
        actor: who makes the change.
        now: when.
        action: what was done, as a verb: "record", "close", "withdraw", "import".
        entity: the table's word in the singular: "family", "star".
        entity_id: the record's id; None for what is no record, such as a file.
        before: the columns that changed, as they were; None where there was no record.
        after: the same columns, as they are now.
    """
    session.add(
        AuditEntry(
            at=now,
            actor=actor.email,
            action=action,
            entity=entity,
            entity_id=entity_id,
            before=before,
            after=after,
        )
    )
