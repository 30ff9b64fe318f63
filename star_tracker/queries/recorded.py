"""What is already recorded about the families that an import names, in the terms of the file."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from star_tracker.domain.scales import ClosureReason
from star_tracker.domain.texts import fold_text
from star_tracker.extensions import db
from star_tracker.models import (
    Family,
    Intervention,
    Parent,
    Pod,
    Registration,
    Reopening,
    Star,
    Transfer,
    User,
    key_ring,
)
from star_tracker.queries.starfile import make_star_cells, select_readings
from star_tracker.starfile.rows import StarCells, StarIdentity


@dataclass(slots=True)
class RecordedParent:
    """A parent; ``id`` is 0 for one who is not recorded yet, here and below."""

    ref: str
    id: int = 0


@dataclass(slots=True)
class RecordedRegistration:
    """A registration, its Stars in force with the id of each, and those that were withdrawn or replaced.

    ``started_on`` is the first day of its intervention.
    """

    parent: RecordedParent
    started_on: date
    id: int = 0
    stars: list[StarCells] = field(default_factory=list)
    star_ids: dict[StarIdentity, int] = field(default_factory=dict)
    withdrawn_stars: list[StarCells] = field(default_factory=list)


@dataclass(slots=True)
class RecordedIntervention:
    """An intervention, with its registrations by parent_ref. An empty text or None is not recorded.

    Attributes:
        had: under ``pod`` and ``practitioner``, those it had before a transfer, with the day of the last such transfer.
        reopened: each closure that was undone by a reopening, with the day of the reopening.
    """

    started_on: date
    pod: str = ""
    practitioner: str = ""
    referred_on: date | None = None
    closed_on: date | None = None
    closure_reason: ClosureReason | None = None
    children: int | None = None
    id: int = 0
    registrations: dict[str, RecordedRegistration] = field(default_factory=dict)
    had: dict[str, dict[str, date]] = field(default_factory=dict)
    reopened: dict[tuple[date | None, ClosureReason | None], date] = field(default_factory=dict)


@dataclass(slots=True)
class RecordedFamily:
    """A family, with its parents by reference and its interventions by start."""

    ref: str
    council_ref: str = ""
    id: int = 0
    parents: dict[str, RecordedParent] = field(default_factory=dict)
    interventions: dict[date, RecordedIntervention] = field(default_factory=dict)


def list_recorded_families(refs: Collection[str]) -> dict[str, RecordedFamily]:
    """Those of these families that are recorded, by folded reference (R13), with all that an import compares."""
    session: Session = db.session()
    is_named = Family.ref_folded.in_([fold_text(ref) for ref in refs])
    families = {
        row.id: RecordedFamily(row.ref, row.council_ref, row.id)
        for row in session.execute(select(Family.id, Family.ref, Family.council_ref).where(is_named))
    }
    if families:
        parents = _add_parents(session, families)
        interventions = _add_interventions(session, families)
        _add_transfers(session, interventions)
        _add_reopenings(session, interventions)
        registrations = _add_registrations(session, parents, interventions)
        _add_stars(session, registrations)
    return {fold_text(family.ref): family for family in families.values()}


def list_council_refs(council_refs: Iterable[str]) -> dict[str, str]:
    """The reference of the family that has each of these council references, by the latter folded (R13).

    It finds those that were indexed with any of the keys.
    """
    folded = {index: fold_text(ref) for ref in council_refs if ref for index in key_ring().indexes(ref)}
    statement = select(Family.council_index, Family.ref).where(Family.council_index.in_(folded))
    return {folded[row.council_index]: row.ref for row in db.session.execute(statement)}


def _add_parents(session: Session, families: dict[int, RecordedFamily]) -> dict[int, RecordedParent]:
    parents = {}
    for row in session.execute(select(Parent.id, Parent.family_id, Parent.ref).where(Parent.family_id.in_(families))):
        parent = RecordedParent(row.ref, row.id)
        parents[row.id] = families[row.family_id].parents[row.ref] = parent
    return parents


def _add_interventions(session: Session, families: dict[int, RecordedFamily]) -> dict[int, RecordedIntervention]:
    statement = (
        select(
            Intervention.id,
            Intervention.family_id,
            Pod.name.label("pod"),
            User.email.label("practitioner"),
            Intervention.referred_on,
            Intervention.started_on,
            Intervention.closed_on,
            Intervention.closure_reason,
            Intervention.children,
        )
        .join(Pod, Pod.id == Intervention.pod_id)
        .outerjoin(User, User.id == Intervention.practitioner_id)
        .where(Intervention.family_id.in_(families))
    )
    interventions = {}
    for row in session.execute(statement):
        intervention = RecordedIntervention(
            started_on=row.started_on,
            pod=row.pod,
            practitioner=row.practitioner or "",
            referred_on=row.referred_on,
            closed_on=row.closed_on,
            closure_reason=ClosureReason(row.closure_reason) if row.closure_reason else None,
            children=row.children,
            id=row.id,
        )
        interventions[row.id] = families[row.family_id].interventions[row.started_on] = intervention
    return interventions


def _add_transfers(session: Session, interventions: dict[int, RecordedIntervention]) -> None:
    statement = (
        select(
            Transfer.intervention_id,
            Transfer.transferred_on,
            Pod.name.label("pod"),
            User.email.label("practitioner"),
        )
        .join(Pod, Pod.id == Transfer.from_pod_id)
        .outerjoin(User, User.id == Transfer.from_practitioner_id)
        .where(Transfer.intervention_id.in_(interventions))
        .order_by(Transfer.id)
    )
    for row in session.execute(statement):
        had = interventions[row.intervention_id].had
        had.setdefault("pod", {})[row.pod] = row.transferred_on
        if row.practitioner:
            had.setdefault("practitioner", {})[row.practitioner] = row.transferred_on


def _add_reopenings(session: Session, interventions: dict[int, RecordedIntervention]) -> None:
    statement = (
        select(Reopening.intervention_id, Reopening.closed_on, Reopening.closure_reason, Reopening.reopened_on)
        .where(Reopening.intervention_id.in_(interventions))
        .order_by(Reopening.id)
    )
    for row in session.execute(statement):
        closing = row.closed_on, ClosureReason(row.closure_reason)
        interventions[row.intervention_id].reopened[closing] = row.reopened_on


def _add_registrations(
    session: Session,
    parents: dict[int, RecordedParent],
    interventions: dict[int, RecordedIntervention],
) -> dict[int, RecordedRegistration]:
    statement = select(Registration.id, Registration.intervention_id, Registration.parent_id).where(
        Registration.intervention_id.in_(interventions)
    )
    registrations = {}
    for row in session.execute(statement):
        intervention = interventions[row.intervention_id]
        registration = RecordedRegistration(parents[row.parent_id], intervention.started_on, row.id)
        intervention.registrations[registration.parent.ref] = registration
        registrations[row.id] = registration
    return registrations


def _add_stars(
    session: Session,
    registrations: dict[int, RecordedRegistration],
) -> None:
    statement = select(
        Star.id,
        Star.registration_id,
        Star.withdrawn_at.is_not(None),
        Star.kind,
        Star.completed_on,
        Star.completed_by,
        Star.retrospective,
        select_readings(),
    ).where(Star.registration_id.in_(registrations))
    for star_id, registration_id, is_withdrawn, kind, day, completed_by, retrospective, readings in session.execute(
        statement
    ):
        registration = registrations[registration_id]
        star = make_star_cells(kind, day, completed_by, retrospective, readings)
        if is_withdrawn:
            registration.withdrawn_stars.append(star)
        else:
            registration.stars.append(star)
            registration.star_ids[star.identity] = star_id
