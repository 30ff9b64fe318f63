"""How signed returns stand against the record: when each was compared last, what was found, and what happened since.

To compare, the return is made anew, which takes half a second. So what was found is kept in the audit trail, with the
last entry that it knows of: as long as nothing follows that a figure can depend on, it holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from star_tracker.domain.quarters import Quarter
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, SignedReturn
from star_tracker.queries.returns.causes import count_causes

COMPARE = "compare"
"""The audit trail's code for a comparison."""


@dataclass(frozen=True)
class Compared:
    """What a comparison found: how many figures of a version differed from the record, in how many tables, and when."""

    figures: int
    tables: int
    at: datetime
    last_entry: int


@dataclass(frozen=True)
class Since:
    """How a signed return stands against the record by now.

    Attributes:
        compared: what the newest comparison found; None if there was none.
        changes: how much happened in the record since then, or since it was signed; ``causes.MOST_CAUSES`` at most.
    """

    compared: Compared | None
    changes: int

    def is_known(self, figures: int, tables: int) -> bool:
        """Whether a comparison that finds this tells nothing new."""
        known = (self.compared.figures, self.compared.tables) if self.compared else (0, 0)
        return not self.changes and known == (figures, tables)


def get_last_entry() -> int:
    """The id of the audit trail's last entry: what is read from the record after this has everything up to it."""
    return db.session.scalar(select(func.max(AuditEntry.id))) or 0


def list_since(standing: Iterable[tuple[SignedReturn, Quarter]]) -> dict[int, Since]:
    """How each of these versions stands against the record, by its id, without making a return."""
    versions = list(standing)
    compared = _list_compared([signed.id for signed, _quarter in versions])
    counted = count_causes(versions, after={number: one.last_entry for number, one in compared.items()})
    return {number: Since(compared.get(number), changes) for number, changes in counted.items()}


def _list_compared(signed_ids: Sequence[int]) -> Mapping[int, Compared]:
    """The newest comparison of each."""
    newest = (
        select(func.max(AuditEntry.id))
        .where(AuditEntry.entity == "signedreturn", AuditEntry.entity_id.in_(signed_ids), AuditEntry.action == COMPARE)
        .group_by(AuditEntry.entity_id)
    )
    found = db.session.scalars(select(AuditEntry).where(AuditEntry.id.in_(newest)))
    return {
        entry.entity_id: Compared(at=entry.at, **entry.after)
        for entry in found
        if entry.entity_id is not None and entry.after is not None
    }
