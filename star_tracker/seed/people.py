"""The demonstration's pods, its invented people, and a request about an account."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from star_tracker.domain.account_requests import REQUEST_LIFETIME, AccountStep
from star_tracker.domain.context import Context
from star_tracker.domain.permissions import Actor, Role
from star_tracker.extensions import db
from star_tracker.models import AccountRequest, Council, Pod, User, UserRole
from star_tracker.records.audit import add_audit_entry
from star_tracker.records.transactions import write

CREWE, MACCLESFIELD, DEMOVILLE = "Crewe", "Macclesfield", "Demoville"

PRACTITIONERS_IN: Mapping[str, int] = {CREWE: 4, MACCLESFIELD: 4, DEMOVILLE: 2}
"""How many practitioners each pod has. Demoville is a new pod, too small for a published figure."""

LEAD_EMAIL = "lead@example.org"
ADMINISTRATOR_EMAIL = "administrator@example.org"
OTHER_PEOPLE: Mapping[str, tuple[str, Role]] = {
    LEAD_EMAIL: ("Demo lead", Role.LEAD),
    "council@example.org": ("Demo council officer", Role.COUNCIL),
    ADMINISTRATOR_EMAIL: ("Demo administrator", Role.ADMINISTRATOR),
}


def list_practitioner_emails(pod: str) -> list[str]:
    """The addresses of a pod's practitioners.

    >>> list_practitioner_emails("Demoville")
    ['demoville.1@example.org', 'demoville.2@example.org']
    """
    return [f"{pod.lower()}.{number}@example.org" for number in range(1, PRACTITIONERS_IN[pod] + 1)]


def add_pods_and_people(session: Session, *, anchor: date, now: datetime) -> Context:
    """Add those who do not exist yet (a first start may have been interrupted), and return the lead's context."""
    pods = {pod.name: pod for pod in session.scalars(select(Pod))}
    people = {user.email: user for user in session.scalars(select(User))}
    council = session.scalars(select(Council)).one()

    def add_person(email: str, name: str, role: Role, member_of: list[Pod]) -> None:
        if email not in people:
            people[email] = User(email=email, name=name, roles=[UserRole(role=role)], pods=member_of)
            people[email].councils = [council] if role is Role.COUNCIL else []
            session.add(people[email])

    for email, (name, role) in OTHER_PEOPLE.items():
        add_person(email, name, role, [])
    for pod_name in PRACTITIONERS_IN:
        pod = pods.get(pod_name) or Pod(name=pod_name, council=council)
        session.add(pod)
        for number, email in enumerate(list_practitioner_emails(pod_name), start=1):
            add_person(email, f"Demo practitioner {pod_name} {number}", Role.PRACTITIONER, [pod])
    session.flush()
    lead = Actor(people[LEAD_EMAIL].id, LEAD_EMAIL, frozenset({Role.LEAD}))
    by_lead = Context(lead, now, anchor)
    add_audit_entry(
        session,
        by_lead,
        action="record",
        entity="user",
        entity_id=None,
        after={"people": sorted(people), "pods": list(PRACTITIONERS_IN)},
    )
    return by_lead


def add_account_request(*, anchor: date, now: datetime) -> None:
    """Have the administrator ask the lead to agree to a reset of somebody's second step.

    The record is written directly: nobody here has a second step or a password, so the pages would not allow it.
    """
    ids = {email: user_id for user_id, email in db.session.execute(select(User.id, User.email))}
    asker_id, owner_id = ids[ADMINISTRATOR_EMAIL], ids[list_practitioner_emails(MACCLESFIELD)[-1]]
    with write(Context(Actor(asker_id, ADMINISTRATOR_EMAIL), now, anchor)) as transaction:
        transaction.add(
            AccountRequest(
                step=AccountStep.RESET.value,
                user_id=owner_id,
                reason="Demo: lost the phone with the app, and came to the office to ask",
                asked_by_id=asker_id,
                asked_at=now,
                expires_at=now + REQUEST_LIFETIME,
            )
        )
