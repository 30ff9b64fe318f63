"""The audit trail, for those who may read it: entries newest first, and who has looked at a family."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from star_tracker.domain.looks import COLLIDED, DOWNLOAD, READ
from star_tracker.domain.texts import fold_text
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Family

FOR_BOTH = frozenset({"accountrequest", "overseer"})
"""Entities without a family whose entries a lead reads too: requests that they answer, and who oversees accounts."""

ABOUT_PEOPLE = frozenset(
    {
        *FOR_BOTH,
        "activity",
        "audit_chain",
        "calendaraddress",
        "passkey",
        "people_audit",
        "council",
        "pod",
        "record_key",
        "reminder",
        "serversession",
        "servicesetting",
        "user",
        "userrole",
    }
)
"""Entities without a family that an administrator reads. Entries about any others only a lead reads."""

PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """Which entries to list.

    Attributes:
        families: whether to list those about families, and about figures and files of them, and those ``FOR_BOTH``.
        people: whether to list those about people, pods, settings and keys.
        actor: only what this person did, by e-mail address.
        action: only this action.
        family_ref: only entries about the family with this reference, however it is typed (R13).
        family_id: only entries about this family.
        without_action: all but this action.
        looks: only entries about a page that was read, a file that was downloaded, or a reference that was taken.
        since, until: only entries from this instant on, and before that one.
    """

    families: bool = False
    people: bool = False
    actor: str = ""
    action: str = ""
    family_ref: str = ""
    family_id: int | None = None
    without_action: str = ""
    looks: bool = False
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class AuditPage:
    """Some entries, newest first; the next page's have ids below ``older``, which is None on the last page."""

    entries: list[AuditEntry]
    older: int | None


@dataclass(frozen=True)
class FamilyReader:
    """Somebody who has looked at a family: their e-mail address, how often, and when first and last."""

    actor: str
    times: int
    first_at: datetime
    last_at: datetime


def list_entries(chosen: AuditFilter, *, below: int | None = None, page_size: int = PAGE_SIZE) -> AuditPage:
    """The entries that are chosen, newest first; only those with an id below ``below``, if given."""
    statement = select(AuditEntry).where(*_conditions(chosen)).order_by(AuditEntry.id.desc()).limit(page_size + 1)
    if below is not None:
        statement = statement.where(AuditEntry.id < below)
    entries = list(db.session.scalars(statement))
    shown = entries[:page_size]
    return AuditPage(shown, shown[-1].id if len(entries) > page_size else None)


def list_readers(family_id: int) -> list[FamilyReader]:
    """Everybody who has looked at this family (``AuditFilter.looks``), the most recent first."""
    last_at = func.max(AuditEntry.at)
    rows = db.session.execute(
        select(AuditEntry.actor, func.count(), func.min(AuditEntry.at), last_at)
        .where(*_conditions(AuditFilter(families=True, family_id=family_id, looks=True)))
        .group_by(AuditEntry.actor)
        .order_by(last_at.desc(), AuditEntry.actor)
    )
    return [FamilyReader(*row) for row in rows]


def count_collisions(actor: str, *, since: datetime) -> int:
    """How often this person was told since then that a reference is taken by a family that they may not read."""
    is_collision = and_(AuditEntry.actor == actor, AuditEntry.action == COLLIDED, AuditEntry.at > since)
    return db.session.scalar(select(func.count()).select_from(AuditEntry).where(is_collision)) or 0


def _conditions(chosen: AuditFilter) -> Collection[ColumnElement[bool]]:
    is_about_people = and_(AuditEntry.entity.in_(ABOUT_PEOPLE), AuditEntry.family_id.is_(None))
    subjects = [
        *([~is_about_people | AuditEntry.entity.in_(FOR_BOTH)] if chosen.families else []),
        *([is_about_people] if chosen.people else []),
    ]
    conditions = [or_(false(), *subjects)]
    if chosen.actor:
        conditions.append(AuditEntry.actor == chosen.actor)
    if chosen.action:
        conditions.append(AuditEntry.action == chosen.action)
    if chosen.without_action:
        conditions.append(AuditEntry.action != chosen.without_action)
    if chosen.looks:
        conditions.append(AuditEntry.action.in_([READ, DOWNLOAD, COLLIDED]))
    if chosen.family_id is not None:
        conditions.append(AuditEntry.family_id == chosen.family_id)
    if chosen.family_ref:
        named = select(Family.id).where(Family.ref_folded == fold_text(chosen.family_ref))
        conditions.append(AuditEntry.family_id.in_(named))
    if chosen.since:
        conditions.append(AuditEntry.at >= chosen.since)
    if chosen.until:
        conditions.append(AuditEntry.at < chosen.until)
    return conditions
