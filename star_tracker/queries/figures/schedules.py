"""When the next Star of each parent is due, by the rule in ``domain.schedule`` (R7).

The family's page, the caseload, the lead's overview and the return all use the same select of the Stars' dates and the
same rule.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import Select, select, true

from star_tracker.domain.schedule import NextStar, Timings, next_star
from star_tracker.extensions import db
from star_tracker.models import Family, Intervention, Registration, Star


def list_next_stars(family: Family, *, as_at: date, timings: Timings) -> Mapping[int, NextStar]:
    """The Star that is due next for each registration of a family that ``get_family`` has read, by its id."""
    return {
        registration.id: next_star(
            intervention.started_on,
            intervention.closed_on,
            [
                (star.kind, star.completed_on)
                for star in registration.stars
                if star.is_counted and star.completed_on <= as_at
            ],
            as_at,
            timings,
        )
        for intervention in family.interventions
        for registration in intervention.registrations
    }


def get_next_star(registration: Registration, *, as_at: date, timings: Timings) -> NextStar:
    """The Star that is due next for one registration."""
    chosen = select(Registration.id).where(Registration.id == registration.id)
    return find_next_stars(chosen, as_at=as_at, timings=timings)[registration.id]


def find_next_stars(registration_ids: Select[int], *, as_at: date, timings: Timings) -> Mapping[int, NextStar]:
    """The same for the registrations whose ids a statement selects, in two statements."""
    stars = list_star_dates(select_star_dates(as_at, registration_ids))
    interventions = db.session.execute(
        select(Registration.id, Intervention.started_on, Intervention.closed_on)
        .join(Intervention, Intervention.id == Registration.intervention_id)
        .where(Registration.id.in_(registration_ids))
    )
    return {
        registration_id: next_star(started_on, closed_on, stars.get(registration_id, ()), as_at, timings)
        for registration_id, started_on, closed_on in interventions
    }


def list_star_dates(statement: Select[int, str, date]) -> Mapping[int, list[tuple[str, date]]]:
    """Kind and date of the Stars that ``select_star_dates`` selects, in the order of R2, by the registration's id."""
    stars: defaultdict[int, list[tuple[str, date]]] = defaultdict(list)
    for registration_id, kind, completed_on in db.session.execute(statement):
        stars[registration_id].append((kind, completed_on))
    return stars


def select_star_dates(as_at: date, registration_ids: Select[int] | None = None) -> Select[int, str, date]:
    """Registration, kind and date of the counted Stars (R1) as at a day, in the order of R2.

    Those of the registrations whose ids a statement selects, or of all. More conditions may use the registration and
    the intervention.
    """
    chosen = true() if registration_ids is None else Registration.id.in_(registration_ids)
    return (
        select(Star.registration_id, Star.kind, Star.completed_on)
        .join(Registration, Registration.id == Star.registration_id)
        .join(Intervention, Intervention.id == Registration.intervention_id)
        .where(Star.is_counted, Star.completed_on <= as_at, chosen)
        .order_by(Star.registration_id, *Star.in_order())
    )
