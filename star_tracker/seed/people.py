"""The demonstration's councils and pods, its invented people, leave cover, and a request about an account."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from star_tracker.domain.account_requests import REQUEST_LIFETIME, AccountStep
from star_tracker.domain.context import Context
from star_tracker.domain.permissions import Actor
from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.models import AccountRequest, Council, Pod, User, UserRole
from star_tracker.records.audit import add_audit_entry
from star_tracker.records.covers import name_cover
from star_tracker.records.transactions import write

CREWE, MACCLESFIELD, DEMOVILLE = "Crewe", "Macclesfield", "Demoville"

PRACTITIONERS_IN: Mapping[str, int] = {CREWE: 4, MACCLESFIELD: 4, DEMOVILLE: 2}
"""How many practitioners each pod has. Demoville is a new pod, too small for a published figure."""

COUNTY, BOROUGH = "Demo County Council", "Demoville Borough Council"

COUNCIL_OF: Mapping[str, str] = {CREWE: COUNTY, MACCLESFIELD: COUNTY, DEMOVILLE: BOROUGH}
"""The council that each pod works for. Demoville's has just begun."""

ON_LEAVE_FOR = timedelta(weeks=3)
"""How long a practitioner of Crewe is away, from the anchor on."""

BOROUGH_YEAR_STARTS_IN = 9
"""September: the contract of the second council has a year of its own; the first one's is the settings'."""

LEAD_EMAIL = "lead@example.org"
ADMINISTRATOR_EMAIL = "administrator@example.org"
OTHER_PEOPLE: Mapping[str, tuple[str, Role]] = {
    LEAD_EMAIL: ("Demo lead", Role.LEAD),
    ADMINISTRATOR_EMAIL: ("Demo administrator", Role.ADMINISTRATOR),
}
OFFICERS: Mapping[str, tuple[str, str]] = {
    "council@example.org": ("Demo council officer", COUNTY),
    "demoville.council@example.org": ("Demo officer of Demoville", BOROUGH),
}
"""The name of each council's officer, and the council."""


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
    councils = _add_councils(session)

    def add_person(email: str, name: str, role: Role, member_of: list[Pod]) -> None:
        if email not in people:
            people[email] = User(email=email, name=name, roles=[UserRole(role=role)], pods=member_of)
            session.add(people[email])

    for email, (name, role) in OTHER_PEOPLE.items():
        add_person(email, name, role, [])
    for email, (name, council) in OFFICERS.items():
        add_person(email, name, Role.COUNCIL, [])
        people[email].councils = [councils[council]]
    for pod_name in PRACTITIONERS_IN:
        pod = pods.get(pod_name) or Pod(name=pod_name, council=councils[COUNCIL_OF[pod_name]])
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
        after={"people": sorted(people), "pods": list(PRACTITIONERS_IN), "councils": list(councils)},
    )
    return by_lead


def _add_councils(session: Session) -> dict[str, Council]:
    """The two councils by name: the one that every record begins with, renamed, and another."""
    first, *others = session.scalars(select(Council).order_by(Council.id))
    first.name = COUNTY
    second = others[0] if others else Council(name=BOROUGH, year_starts_in=BOROUGH_YEAR_STARTS_IN)
    session.add(second)
    return {COUNTY: first, BOROUGH: second}


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


def add_leave_cover(by_lead: Context) -> None:
    """Have the third practitioner of Crewe cover for the fourth, who is away from today on."""
    colleague, away = list_practitioner_emails(CREWE)[2:4]
    ids = {email: user_id for user_id, email in db.session.execute(select(User.id, User.email))}
    name_cover(
        by_lead,
        away_id=ids[away],
        colleague_id=ids[colleague],
        first_day=by_lead.today,
        last_day=by_lead.today + ON_LEAVE_FOR - timedelta(days=1),
    )
