"""The choices of a cohort that somebody may open by a name."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from star_tracker.domain.permissions import Actor, may_see_every_pod
from star_tracker.domain.texts import fold_text
from star_tracker.extensions import db
from star_tracker.models import SavedCohort


def list_saved_cohorts(actor: Actor, session: Session | None = None) -> list[SavedCohort]:
    """Their own by name, and for a lead also those that are for every lead."""
    theirs = SavedCohort.saved_by_id == actor.user_id
    if may_see_every_pod(actor):
        theirs = or_(theirs, SavedCohort.is_for_leads)
    found = (session or db.session).scalars(select(SavedCohort).where(theirs).options(joinedload(SavedCohort.saved_by)))
    return sorted(found, key=lambda saved: (fold_text(saved.name), saved.id))
