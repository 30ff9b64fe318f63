"""Writes about families, their parents and their interventions."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.periods import long_date
from star_tracker.domain.permissions import Actor
from star_tracker.domain.scales import ClosureReason, Kind
from star_tracker.domain.star_rules import StarDate, check_star_date
from star_tracker.models import Family, Intervention, Parent, Pod, Registration, Star, User
from star_tracker.records.audit import add_audit_entry, audited_values
from star_tracker.records.transactions import get_or_fail, write_transaction

LONGEST_REF = 100
MOST_CHILDREN = 20


def record_family(
    *,
    ref: str,
    council_ref: str,
    parent_refs: Collection[str],
    pod_id: int,
    practitioner_id: int | None,
    referred_on: date,
    started_on: date,
    children: int | None,
    actor: Actor,
    now: datetime,
    today: date,
) -> Family:
    """Add a family with its parents and its first intervention, in which every parent is registered.

    Raises:
        DomainError: a reference is empty, too long or taken, no parent is named, or the intervention is refused.
    """
    with write_transaction() as session:
        ref = _checked_ref("ref", ref)
        if session.scalar(select(Family.id).where(Family.ref == ref)):
            raise DomainError("ref", f"There is already a family with the reference {ref}: find it, or choose another")
        if len(council_ref) > LONGEST_REF:
            raise DomainError("council_ref", f"The council reference must be {LONGEST_REF} characters or fewer")
        family = Family(ref=ref, council_ref=council_ref.strip())
        session.add(family)
        session.flush()
        add_audit_entry(
            session,
            actor=actor,
            now=now,
            action="record",
            entity="family",
            entity_id=family.id,
            after=audited_values(family, "ref", "council_ref"),
        )
        if not parent_refs:
            raise DomainError("parent_refs", "Enter a reference for at least one parent")
        parents = [_add_parent(session, family, parent_ref, actor=actor, now=now) for parent_ref in parent_refs]
        _add_intervention(
            session,
            family,
            parents,
            pod_id=pod_id,
            practitioner_id=practitioner_id,
            referred_on=referred_on,
            started_on=started_on,
            children=children,
            actor=actor,
            now=now,
            today=today,
        )
    return family


def record_parent(
    *, family_id: int, ref: str, intervention_ids: Collection[int], actor: Actor, now: datetime
) -> Parent:
    """Add a parent to a family and register them in these interventions of that family.

    Raises:
        DomainError: the reference is empty, too long or taken in this family.
        NotFoundError: no such family, or an intervention that is not the family's.
    """
    with write_transaction() as session:
        family = get_or_fail(session, Family, family_id)
        interventions = [get_or_fail(session, Intervention, intervention_id) for intervention_id in intervention_ids]
        parent = _add_parent(session, family, ref, actor=actor, now=now)
        for intervention in interventions:
            _register(session, intervention, parent, actor=actor, now=now)
    return parent


def record_intervention(
    *,
    family_id: int,
    parent_ids: Collection[int],
    pod_id: int,
    practitioner_id: int | None,
    referred_on: date,
    started_on: date,
    children: int | None,
    actor: Actor,
    now: datetime,
    today: date,
) -> Intervention:
    """Open another period of support to a family and register these of its parents in it.

    Raises:
        DomainError: dates out of order or in the future, a second intervention with the same start, children out of
            range, no parent, or no such pod or practitioner.
        NotFoundError: no such family, or a parent who is not the family's.
    """
    with write_transaction() as session:
        family = get_or_fail(session, Family, family_id)
        if not parent_ids:
            raise DomainError("parent_ids", "Choose at least one parent who takes part")
        return _add_intervention(
            session,
            family,
            [get_or_fail(session, Parent, parent_id) for parent_id in parent_ids],
            pod_id=pod_id,
            practitioner_id=practitioner_id,
            referred_on=referred_on,
            started_on=started_on,
            children=children,
            actor=actor,
            now=now,
            today=today,
        )


def close_intervention(
    *, intervention_id: int, closed_on: date, reason: ClosureReason, actor: Actor, now: datetime, today: date
) -> Intervention:
    """Close an open intervention.

    Raises:
        DomainError: already closed, before its start, in the future, or with Stars too long after the date (R6).
        NotFoundError: no such intervention.
    """
    with write_transaction() as session:
        intervention = get_or_fail(session, Intervention, intervention_id)
        if intervention.closed_on:
            raise DomainError("closed_on", f"This intervention was closed on {long_date(intervention.closed_on)}")
        _check_not_future("closed_on", closed_on, today)
        if closed_on < intervention.started_on:
            raise DomainError(
                "closed_on",
                f"The date must be {long_date(intervention.started_on)}, when the intervention started, or after",
            )
        _check_stars_fit(session, intervention, closed_on, today)
        columns = ("closed_on", "closure_reason")
        before = audited_values(intervention, *columns)
        intervention.closed_on, intervention.closure_reason = closed_on, reason
        add_audit_entry(
            session,
            actor=actor,
            now=now,
            action="close",
            entity="intervention",
            entity_id=intervention.id,
            before=before,
            after=audited_values(intervention, *columns),
        )
    return intervention


def _check_stars_fit(session: Session, intervention: Intervention, closed_on: date, today: date) -> None:
    stars = session.scalars(
        select(Star)
        .join(Registration)
        .where(Registration.intervention_id == intervention.id, Star.withdrawn_at.is_(None))
    )
    for star in stars:
        try:
            check_star_date(
                StarDate(Kind(star.kind), star.completed_on),
                started_on=intervention.started_on,
                closed_on=closed_on,
                today=today,
            )
        except DomainError as error:
            raise DomainError(
                "closed_on",
                f"A Star of {long_date(star.completed_on)} is dated more than 28 days after this: "
                "choose a later closing date",
            ) from error


def _add_parent(session: Session, family: Family, ref: str, *, actor: Actor, now: datetime) -> Parent:
    ref = _checked_ref("parent_refs", ref)
    if session.scalar(select(Parent.id).where(Parent.family_id == family.id, Parent.ref == ref)):
        raise DomainError("parent_refs", f"This family already has a parent with the reference {ref}")
    parent = Parent(family_id=family.id, ref=ref)
    session.add(parent)
    session.flush()
    add_audit_entry(
        session,
        actor=actor,
        now=now,
        action="record",
        entity="parent",
        entity_id=parent.id,
        after=audited_values(parent, "family_id", "ref"),
    )
    return parent


def _add_intervention(
    session: Session,
    family: Family,
    parents: Collection[Parent],
    *,
    pod_id: int,
    practitioner_id: int | None,
    referred_on: date,
    started_on: date,
    children: int | None,
    actor: Actor,
    now: datetime,
    today: date,
) -> Intervention:
    if session.get(Pod, pod_id) is None:
        raise DomainError("pod_id", "Choose one of the pods in the list")
    if practitioner_id is not None and session.get(User, practitioner_id) is None:
        raise DomainError("practitioner_id", "Choose one of the practitioners in the list")
    _check_not_future("started_on", started_on, today)
    if referred_on > started_on:
        raise DomainError("referred_on", "The referral must be on or before the day the intervention started")
    if children is not None and not 0 <= children <= MOST_CHILDREN:
        raise DomainError("children", f"The number of children must be from 0 to {MOST_CHILDREN}")
    taken = select(Intervention.id).where(Intervention.family_id == family.id, Intervention.started_on == started_on)
    if session.scalar(taken):
        raise DomainError(
            "started_on", f"This family already has an intervention that started on {long_date(started_on)}"
        )
    intervention = Intervention(
        family_id=family.id,
        pod_id=pod_id,
        practitioner_id=practitioner_id,
        referred_on=referred_on,
        started_on=started_on,
        children=children,
    )
    session.add(intervention)
    session.flush()
    columns = ("family_id", "pod_id", "practitioner_id", "referred_on", "started_on", "children")
    add_audit_entry(
        session,
        actor=actor,
        now=now,
        action="record",
        entity="intervention",
        entity_id=intervention.id,
        after=audited_values(intervention, *columns),
    )
    for parent in parents:
        _register(session, intervention, parent, actor=actor, now=now)
    return intervention


def _register(session: Session, intervention: Intervention, parent: Parent, *, actor: Actor, now: datetime) -> None:
    if parent.family_id != intervention.family_id:
        raise NotFoundError(f"parent {parent.id} is not of family {intervention.family_id}")
    registration = Registration(family_id=intervention.family_id, intervention_id=intervention.id, parent_id=parent.id)
    session.add(registration)
    session.flush()
    add_audit_entry(
        session,
        actor=actor,
        now=now,
        action="record",
        entity="registration",
        entity_id=registration.id,
        after=audited_values(registration, "intervention_id", "parent_id"),
    )


def _checked_ref(field: str, ref: str) -> str:
    ref = ref.strip()
    if not ref:
        raise DomainError(field, "Enter a reference")
    if len(ref) > LONGEST_REF:
        raise DomainError(field, f"The reference must be {LONGEST_REF} characters or fewer")
    return ref


def _check_not_future(field: str, day: date, today: date) -> None:
    if day > today:
        raise DomainError(field, f"The date must be today, {long_date(today)}, or before")
