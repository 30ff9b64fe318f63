"""A Star in progress in the demonstration, begun by Crewe's first practitioner."""

from datetime import date, datetime

from sqlalchemy import select

from star_tracker.domain.context import Context
from star_tracker.domain.drafts import FieldChange
from star_tracker.domain.permissions import Actor
from star_tracker.domain.scales import CompletedBy, Kind
from star_tracker.extensions import db
from star_tracker.models import Intervention, Registration, Star, User
from star_tracker.records.stars.drafts import begin_draft, save_draft
from star_tracker.seed.people import CREWE, list_practitioner_emails

ANSWERS = {
    "physical_health": "6",
    "your_wellbeing": "5",
    "note_your_wellbeing": "Demo: sleeps better since the school run is shared.",
    "meeting_emotional_needs": "6",
}


def add_star_in_progress(*, anchor: date, edition: str, now: datetime) -> None:
    """Begin an interim Star in the practitioner's oldest open intervention with a start Star and no Star today."""
    person = db.session.scalars(select(User).where(User.email == list_practitioner_emails(CREWE)[0])).one()
    has_start = Registration.stars.any((Star.kind == Kind.START) & Star.is_counted & (Star.completed_on < anchor))
    has_one_today = Registration.stars.any(Star.completed_on >= anchor)
    registration_id = db.session.scalars(
        select(Registration.id)
        .join(Intervention, Intervention.id == Registration.intervention_id)
        .where(Intervention.practitioner_id == person.id, Intervention.closed_on.is_(None), has_start, ~has_one_today)
        .order_by(Intervention.started_on, Registration.id)
    ).first()
    if registration_id is None:
        return
    by_practitioner = Context(Actor(person.id, person.email), now, anchor)
    draft = begin_draft(
        by_practitioner,
        registration_id=registration_id,
        kind=Kind.INTERIM,
        completed_on=anchor,
        completed_by=CompletedBy.TOGETHER,
        about={},
        edition=edition,
    )
    changes = {name: FieldChange("", answer) for name, answer in ANSWERS.items()}
    save_draft(by_practitioner, draft_id=draft.id, changes=changes)
