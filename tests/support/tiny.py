"""A service small enough to know by heart: two pods, a family in each, one person of each role.

Crewe's family has one parent with a start Star of all 4s (10 January 2019) and an interim Star of all 6s (5 April
2019), and a second parent without a Star. Macclesfield's family has one parent and no Star.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from star_tracker.domain.account_requests import REQUEST_LIFETIME, AccountStep
from star_tracker.domain.context import Context
from star_tracker.domain.drafts import FieldChange
from star_tracker.domain.feedback import SaidBy
from star_tracker.domain.permissions import Actor
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS, CompletedBy, Kind
from star_tracker.domain.star_rules import Reading
from star_tracker.extensions import db
from star_tracker.models import (
    AccountRequest,
    Council,
    Cover,
    Draft,
    Family,
    Feedback,
    Pod,
    SavedCohort,
    Star,
    User,
    UserRole,
)
from star_tracker.records.families.families import NewIntervention, NewParent, record_family
from star_tracker.records.families.restrictions import restrict_family
from star_tracker.records.feedback import Said, record_feedback
from star_tracker.records.saved_cohorts import save_cohort
from star_tracker.records.stars import stars as star_records
from star_tracker.records.stars.drafts import begin_draft, save_draft
from star_tracker.records.stars.locks import lock_registration
from star_tracker.records.stars.stars import NewStar
from star_tracker.records.transactions import write
from tests.support.apps import COUNCIL, NOW, TODAY

SOMEBODY = Actor(email="tests@example.org")

BY_SOMEBODY = Context(SOMEBODY, NOW, TODAY)
"""The tests' own person at the tests' own instant."""


def by(actor: Actor, now: datetime = NOW) -> Context:
    """This person at this instant."""
    return Context(actor, now, now.date())


@dataclass(frozen=True)
class TinyService:
    """The ids that a test needs to name an address."""

    users: Mapping[Role, int]
    practitioner_elsewhere: int
    pod: int
    other_pod: int
    family: int
    other_family: int
    intervention: int
    registration: int
    empty_registration: int
    other_registration: int
    star: int


def all_areas(value: int) -> dict[str, Reading]:
    """The same value in every area."""
    return {area: Reading(value=value) for area in AREAS}


def new_star(kind: Kind, completed_on: date, readings: Mapping[str, Reading] | int = 5) -> NewStar:
    """A Star that worker and parent completed together."""
    return NewStar(
        kind=kind,
        completed_on=completed_on,
        completed_by=CompletedBy.TOGETHER,
        retrospective=False,
        edition="first",
        readings=all_areas(readings) if isinstance(readings, int) else readings,
    )


def record_star(context: Context, *, registration_id: int, star: NewStar) -> Star:
    """Record a completed Star in one step, as the pages do in several."""
    with write(context) as transaction:
        return star_records.add_star(transaction, lock_registration(transaction, registration_id), star)


def add_star(registration_id: int, star: NewStar) -> Star:
    """Record a Star as the tests' own person."""
    return record_star(BY_SOMEBODY, registration_id=registration_id, star=star)


def begin_star(registration_id: int, kind: Kind, completed_on: date = TODAY, **answers: str) -> Draft:
    """Begin a Star, with these answers so far, as the tests' own person."""
    draft = begin_draft(
        BY_SOMEBODY,
        registration_id=registration_id,
        kind=kind,
        completed_on=completed_on,
        completed_by=CompletedBy.TOGETHER,
        about={},
        edition="first",
    )
    changes = {name: FieldChange("", answer) for name, answer in answers.items()}
    return save_draft(BY_SOMEBODY, draft_id=draft.id, changes=changes).draft


def new_intervention(pod_id: int, started_on: date, **values: Any) -> NewIntervention:
    """An intervention that was referred on the day it started, with two children."""
    usual = {"practitioner_id": None, "referred_on": started_on, "children": 2}
    return NewIntervention(pod_id=pod_id, started_on=started_on, **(usual | values))


def add_family(ref: str, pod_id: int, *parent_refs: str, started_on: date = date(2019, 1, 3)) -> Family:
    """Add a family of one intervention with two children."""
    return record_family(
        BY_SOMEBODY,
        ref=ref,
        council_ref=f"C-{ref}",
        parents=[NewParent(ref=parent_ref) for parent_ref in parent_refs or ("P1",)],
        intervention=new_intervention(pod_id, started_on),
    )


def restrict_to(family_id: int, *people_ids: int) -> Family:
    """Restrict a family to these people and the lead."""
    return restrict_family(BY_SOMEBODY, family_id=family_id, people_ids=people_ids, reason="A case in court")


def ask_for_reset(user_id: int, asked_by_id: int) -> AccountRequest:
    """A request to reset somebody's second step; as in the demonstration, where nobody has one."""
    with write(BY_SOMEBODY) as transaction:
        return transaction.add(
            AccountRequest(
                step=AccountStep.RESET.value,
                user_id=user_id,
                reason="They lost their phone",
                asked_by_id=asked_by_id,
                asked_at=NOW,
                expires_at=NOW + REQUEST_LIFETIME,
            )
        )


def fill_tiny_service() -> TinyService:
    """Fill the empty database of the current application."""
    crewe, macclesfield = Pod(name="Crewe", council_id=COUNCIL), Pod(name="Macclesfield", council_id=COUNCIL)
    users = {role: User(email=f"{role}@example.org", name=f"Demo {role}", roles=[UserRole(role=role)]) for role in Role}
    users[Role.PRACTITIONER].pods = [crewe]
    users[Role.COUNCIL].councils = [db.session.get_one(Council, COUNCIL)]
    elsewhere = User(
        email="elsewhere@example.org",
        name="Demo elsewhere",
        roles=[UserRole(role=Role.PRACTITIONER)],
        pods=[macclesfield],
    )
    db.session.add_all([crewe, macclesfield, elsewhere, *users.values()])
    db.session.commit()
    pod_id, other_pod_id = crewe.id, macclesfield.id
    ids = {role: user.id for role, user in users.items()}
    elsewhere_id = elsewhere.id
    family, other = add_family("F1", pod_id, "P1", "P2"), add_family("F2", other_pod_id)
    first, second = family.interventions[0].registrations
    registration, empty, elsewhere_registration = first.id, second.id, other.interventions[0].registrations[0].id
    family_id, other_id, intervention_id = family.id, other.id, family.interventions[0].id
    start = add_star(registration, new_star(Kind.START, date(2019, 1, 10), 4)).id
    add_star(registration, new_star(Kind.INTERIM, date(2019, 4, 5), 6))
    return TinyService(
        users=ids,
        practitioner_elsewhere=elsewhere_id,
        pod=pod_id,
        other_pod=other_pod_id,
        family=family_id,
        other_family=other_id,
        intervention=intervention_id,
        registration=registration,
        empty_registration=empty,
        other_registration=elsewhere_registration,
        star=start,
    )


def add_feedback(tiny: TinyService) -> Feedback:
    """What Crewe's parent said on 20 March 2019, and agreed to have quoted."""
    said = Said(
        pod_id=tiny.pod, said_on=date(2019, 3, 20), said_by=SaidBy.PARENT, words="She listened.", may_quote=True
    )
    return record_feedback(BY_SOMEBODY, said=said, family_id=tiny.family)


def cover_practitioner(tiny: TinyService) -> Cover:
    """Leave cover of the practitioner by the one elsewhere, today."""
    with write(BY_SOMEBODY) as transaction:
        return transaction.add(
            Cover(
                away_id=tiny.users[Role.PRACTITIONER],
                colleague_id=tiny.practitioner_elsewhere,
                first_day=TODAY,
                last_day=TODAY,
                recorded_at=NOW,
            )
        )


def save_for_leads(tiny: TinyService) -> SavedCohort:
    """A cohort that the lead has saved for every lead."""
    lead = Actor(tiny.users[Role.LEAD], "lead@example.org", frozenset({Role.LEAD}))
    choice = {"pod": ["Crewe"], "status": ["open"]}
    return save_cohort(by(lead), name="Open in Crewe", choice=choice, is_for_leads=True)
