"""The names of the records that entries of the audit trail are about: an entry holds only their ids."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Select, select

from star_tracker.domain.permissions import Reader
from star_tracker.domain.scales import get_edition
from star_tracker.extensions import db
from star_tracker.models import (
    AccountRequest,
    AuditEntry,
    Council,
    Family,
    Intervention,
    Parent,
    Pod,
    Priority,
    Registration,
    Star,
    User,
)
from star_tracker.queries.families.readers import is_readers_family


@dataclass(frozen=True)
class AuditNames:
    """Names by id, without records that no longer exist, or that this reader may not know of.

    Attributes:
        people_by_email: the names of people, by e-mail address.
        of_families: whether families may be named, and searches shown.
        requests: the step, and the id of the account's owner.
        parents_in: the parent's reference, by the registration's id.
        interventions: the pod and the start.
        stars: kind, date and the parent's reference.
        priorities: the area's name and the parent's reference.
    """

    people: Mapping[int, str]
    people_by_email: Mapping[str, str]
    pods: Mapping[int, str]
    councils: Mapping[int, str] = field(default_factory=dict)
    requests: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    of_families: bool = False
    families: Mapping[int, str] = field(default_factory=dict)
    parents: Mapping[int, str] = field(default_factory=dict)
    parents_in: Mapping[int, str] = field(default_factory=dict)
    interventions: Mapping[int, tuple[str, date]] = field(default_factory=dict)
    stars: Mapping[int, tuple[str, date, str]] = field(default_factory=dict)
    priorities: Mapping[int, tuple[str, str]] = field(default_factory=dict)


def get_audit_names(entries: Collection[AuditEntry], *, of_families: bool, reader: Reader | None) -> AuditNames:
    """The names for these entries; without ``of_families`` only those of people, pods and councils.

    Families are named only if the reader may read them today (None: every one): having looked at a family once does not
    let somebody follow it to where it is now.
    """
    users = db.session.scalars(select(User)).all()
    people = {user.id: user.shown_as for user in users}
    people_by_email = {user.email: user.shown_as for user in users}
    pods, councils = _pairs(select(Pod.id, Pod.name)), _pairs(select(Council.id, Council.name))
    requests = _get_requests(_ids(entries, "accountrequest"))
    if not of_families:
        return AuditNames(people, people_by_email, pods, councils, requests)
    family_ids = _ids(entries, "family") | {entry.family_id for entry in entries if entry.family_id is not None}
    families = _pairs(select(Family.id, Family.ref).where(Family.id.in_(family_ids), is_readers_family(reader)))
    if reader is not None:
        entries = [entry for entry in entries if entry.family_id in families]
    parent_of = select(Registration.id, Parent.ref).join(Parent, Parent.id == Registration.parent_id)
    return AuditNames(
        people,
        people_by_email,
        pods,
        councils,
        requests,
        of_families=True,
        families=families,
        parents=_pairs(select(Parent.id, Parent.ref).where(Parent.id.in_(_ids(entries, "parent")))),
        parents_in=_pairs(parent_of.where(Registration.id.in_(_ids(entries, "registration")))),
        interventions=_get_interventions(_ids(entries, "intervention")),
        stars=_get_stars(_ids(entries, "star")),
        priorities=_get_priorities(_ids(entries, "priority")),
    )


def get_people() -> dict[str, str]:
    """The names of all people by e-mail address, sorted by name."""
    users = sorted(db.session.scalars(select(User)), key=lambda user: (user.shown_as.casefold(), user.email))
    return {user.email: user.shown_as for user in users}


def _ids(entries: Collection[AuditEntry], entity: str) -> set[int]:
    return {entry.entity_id for entry in entries if entry.entity == entity and entry.entity_id is not None}


def _get_requests(ids: set[int]) -> dict[int, tuple[str, int]]:
    statement = select(AccountRequest.id, AccountRequest.step, AccountRequest.user_id)
    return {row.id: (row.step, row.user_id) for row in db.session.execute(statement.where(AccountRequest.id.in_(ids)))}


def _get_interventions(ids: set[int]) -> dict[int, tuple[str, date]]:
    statement = select(Intervention.id, Pod.name, Intervention.started_on).join(Pod).where(Intervention.id.in_(ids))
    return {row.id: (row.name, row.started_on) for row in db.session.execute(statement)}


def _get_stars(ids: set[int]) -> dict[int, tuple[str, date, str]]:
    statement = (
        select(Star.id, Star.kind, Star.completed_on, Parent.ref)
        .join(Registration, Registration.id == Star.registration_id)
        .join(Parent, Parent.id == Registration.parent_id)
        .where(Star.id.in_(ids))
    )
    return {row.id: (row.kind, row.completed_on, row.ref) for row in db.session.execute(statement)}


def _get_priorities(ids: set[int]) -> dict[int, tuple[str, str]]:
    statement = (
        select(Priority.id, Priority.area, Star.edition, Parent.ref)
        .join(Star, Star.id == Priority.star_id)
        .join(Registration, Registration.id == Star.registration_id)
        .join(Parent, Parent.id == Registration.parent_id)
        .where(Priority.id.in_(ids))
    )
    rows = db.session.execute(statement)
    return {row.id: (get_edition(row.edition).areas[row.area], row.ref) for row in rows}


def _pairs(statement: Select[int, str]) -> dict[int, str]:
    return {row[0]: row[1] for row in db.session.execute(statement)}
