"""Writes about Stars: recording one, correcting one by a new one that replaces it, withdrawing one (R6)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import Actor
from star_tracker.domain.scales import AREAS, CompletedBy, Kind
from star_tracker.domain.star_rules import (
    Reading,
    StarDate,
    check_first_star,
    check_readings,
    check_star_among,
    check_star_date,
)
from star_tracker.models import Reading as ReadingRow
from star_tracker.models import Registration, Star
from star_tracker.records.audit import add_audit_entry, audited_values
from star_tracker.records.transactions import get_or_fail, write_transaction

_COLUMNS = (
    "registration_id",
    "kind",
    "completed_on",
    "completed_by",
    "retrospective",
    "edition",
    "replaces_id",
)


@dataclass(frozen=True, kw_only=True)
class NewStar:
    """A Star as somebody completed it.

    Attributes:
        readings: one Reading for each of the ten area codes.
        edition: code of the printing of the Star that was used.
    """

    kind: Kind
    completed_on: date
    completed_by: CompletedBy
    retrospective: bool
    edition: str
    readings: Mapping[str, Reading]


def record_star(*, registration_id: int, star: NewStar, actor: Actor, now: datetime, today: date) -> Star:
    """Record a completed Star of one parent in one intervention.

    Raises:
        DomainError: R6 refuses it; ``field`` is the column or the area's code.
        NotFoundError: no such registration.
    """
    with write_transaction() as session:
        registration = _locked_registration(session, registration_id)
        others = _current_stars(session, registration_id)
        check_first_star(StarDate(star.kind, star.completed_on), [_star_date(other) for other in others])
        return _add_star(session, registration, star, others, replaces=None, actor=actor, now=now, today=today)


def correct_star(*, star_id: int, star: NewStar, reason: str, actor: Actor, now: datetime, today: date) -> Star:
    """Record a Star that replaces another; the old one is withdrawn with this reason and stays readable.

    Raises:
        DomainError: no reason, the old Star is already withdrawn or replaced, or R6 refuses the new one.
        NotFoundError: no such Star.
    """
    with write_transaction() as session:
        old = get_or_fail(session, Star, star_id)
        registration = _locked_registration(session, old.registration_id)
        _withdraw(session, old, reason=reason, action="replace", actor=actor, now=now)
        others = _current_stars(session, registration.id)
        return _add_star(session, registration, star, others, replaces=old, actor=actor, now=now, today=today)


def withdraw_star(*, star_id: int, reason: str, actor: Actor, now: datetime) -> Star:
    """Take a Star out of every figure; it stays readable, with the reason.

    Raises:
        DomainError: no reason, or already withdrawn.
        NotFoundError: no such Star.
    """
    with write_transaction() as session:
        star = get_or_fail(session, Star, star_id)
        _locked_registration(session, star.registration_id)
        _withdraw(session, star, reason=reason, action="withdraw", actor=actor, now=now)
    return star


def _locked_registration(session: Session, registration_id: int) -> Registration:
    """The registration, held until the transaction ends: two Stars of one parent are recorded one after the other."""
    registration = get_or_fail(session, Registration, registration_id)
    session.refresh(registration, with_for_update=True)
    return registration


def _current_stars(session: Session, registration_id: int) -> list[Star]:
    return list(
        session.scalars(select(Star).where(Star.registration_id == registration_id, Star.withdrawn_at.is_(None)))
    )


def _star_date(star: Star) -> StarDate:
    return StarDate(Kind(star.kind), star.completed_on)


def _add_star(
    session: Session,
    registration: Registration,
    new: NewStar,
    others: list[Star],
    *,
    replaces: Star | None,
    actor: Actor,
    now: datetime,
    today: date,
) -> Star:
    intervention = registration.intervention
    dated = StarDate(new.kind, new.completed_on)
    check_star_date(dated, started_on=intervention.started_on, closed_on=intervention.closed_on, today=today)
    check_star_among(dated, [_star_date(other) for other in others])
    readings = {area: replace(reading, note=reading.note.strip()) for area, reading in new.readings.items()}
    check_readings(readings)
    star = Star(
        registration_id=registration.id,
        kind=new.kind,
        completed_on=new.completed_on,
        completed_by=new.completed_by,
        retrospective=new.retrospective,
        edition=new.edition,
        recorded_at=now,
        recorded_by_id=actor.user_id,
        replaces_id=replaces.id if replaces else None,
        readings=[
            ReadingRow(
                area=area,
                value=readings[area].value,
                reason=readings[area].reason,
                parent_value=readings[area].parent_value,
                note=readings[area].note,
            )
            for area in AREAS
        ],
    )
    session.add(star)
    session.flush()
    add_audit_entry(
        session,
        actor=actor,
        now=now,
        action="record",
        entity="star",
        entity_id=star.id,
        after=audited_values(star, *_COLUMNS)
        | {"readings": {area: readings[area].value or readings[area].reason for area in AREAS}},
    )
    return star


def _withdraw(session: Session, star: Star, *, reason: str, action: str, actor: Actor, now: datetime) -> None:
    reason = reason.strip()
    if not reason:
        raise DomainError("reason", "Say why: the old Star stays readable with this reason beside it")
    if star.withdrawn_at is not None:
        raise DomainError("reason", "This Star has already been withdrawn or replaced")
    star.withdrawn_at, star.withdrawn_reason = now, reason
    session.flush()
    add_audit_entry(
        session,
        actor=actor,
        now=now,
        action=action,
        entity="star",
        entity_id=star.id,
        before={"withdrawn_reason": None},
        after={"withdrawn_reason": reason},
    )
