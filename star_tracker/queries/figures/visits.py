"""How often the families of a cohort were seen (``analysis.contacts``)."""

from datetime import date

from sqlalchemy import case, func, select

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.analysis.contacts import CohortVisits, Visit, VisitedCase, measure_visits
from star_tracker.domain.permissions import Reader
from star_tracker.extensions import db
from star_tracker.models import Contact, Intervention, Pod
from star_tracker.queries.families.readers import is_readers_intervention
from star_tracker.queries.figures.conditions import is_completed_together, list_conditions


def get_first_contact_day(as_at: date) -> date | None:
    """The day of the first contact that the service recorded, in any pod, by a day; None if there is none."""
    return db.session.scalar(select(func.min(Contact.contacted_on)).where(Contact.contacted_on <= as_at))


def get_visits(selected_by: CohortFilter, *, reader: Reader | None, since: date | None) -> CohortVisits:
    """How often the families were seen whose interventions a filter selects, whatever it asks of Stars, as at its day.

    They are those of the families of the reader alone (R12); None for every family.

    Args:
        selected_by: the filter.
        reader: who reads.
        since: the day of the first contact that the service recorded (``get_first_contact_day``).
    """
    as_at = selected_by.as_at
    is_chosen = (
        Intervention.started_on <= as_at,
        is_readers_intervention(reader),
        *list_conditions(selected_by.of_everybody),
    )
    cases = (
        select(
            Pod.name,
            Intervention.id,
            Intervention.started_on,
            Intervention.closed_on,
            Intervention.closure_reason,
            case((is_completed_together(as_at), 1), else_=0),
        )
        .join(Pod, Pod.id == Intervention.pod_id)
        .where(*is_chosen)
        .order_by(Intervention.id)
    )
    visits = (
        select(Contact.intervention_id, Contact.contacted_on, Contact.seen, Contact.who_went)
        .join(Intervention, Intervention.id == Contact.intervention_id)
        .where(*is_chosen, Contact.contacted_on <= as_at)
    )
    return measure_visits(
        [VisitedCase(*row) for row in db.session.execute(cases)],
        [Visit(*row) for row in db.session.execute(visits)],
        as_at,
        since=since,
    )
