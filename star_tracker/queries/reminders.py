"""Who wants reminders, and whose calendar address there is."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from star_tracker.domain.permissions import Actor
from star_tracker.domain.scales import Kind
from star_tracker.domain.schedule import Timings
from star_tracker.extensions import db
from star_tracker.models import CalendarAddress, Family, Registration, Reminder
from star_tracker.queries.covers import list_own_caseload
from star_tracker.queries.families.priorities import list_agreed_days


def list_reminders() -> Sequence[Reminder]:
    """Everybody who wants the weekly e-mail, in the order in which they asked for it."""
    return db.session.scalars(select(Reminder).order_by(Reminder.id).options(joinedload(Reminder.user))).all()


def get_reminder(user_id: int) -> Reminder | None:
    """A person's wish for the weekly e-mail; None if they have none."""
    return db.session.scalar(select(Reminder).where(Reminder.user_id == user_id))


def get_calendar_address(user_id: int) -> CalendarAddress | None:
    """A person's calendar address, without its secret; None if they have none."""
    return db.session.scalar(select(CalendarAddress).where(CalendarAddress.user_id == user_id))


class DueEvent(NamedTuple):
    """What is due for a parent on a day, for a calendar: references, and nobody's name.

    ``kind`` is that of the Star; None if it is what was agreed with the parent.
    """

    registration_id: int
    family_ref: str
    parent_ref: str
    kind: Kind | None
    due_on: date


def list_due_events(actor: Actor, *, today: date, timings: Timings) -> list[DueEvent]:
    """What is due on somebody's own caseload, with those that they cover, by its day.

    That is the next Star of each parent, and the days of what was agreed with them. Restricted families are left out: a
    calendar is shown by programs and devices that the service does not know.
    """
    is_restricted = select(Registration.id).join(Family, Family.id == Registration.family_id).where(Family.restricted)
    restricted = set(db.session.scalars(is_restricted))
    cases = {
        case.registration_id: case
        for case in list_own_caseload(actor, today=today, timings=timings)
        if case.registration_id not in restricted
    }
    stars = [(case, case.next_star.kind, case.next_star.due_on) for case in cases.values()]
    agreed = [(cases[registration_id], None, day) for registration_id, day in list_agreed_days(cases)]
    events = [
        DueEvent(case.registration_id, case.family_ref, case.parent_ref, kind, day)
        for case, kind, day in (*stars, *agreed)
        if day
    ]
    return sorted(events, key=lambda event: (event.due_on, event.family_ref, event.parent_ref, event.kind or ""))
