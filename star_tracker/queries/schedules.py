"""When the next Star of each parent is due, by the one rule of ``domain.schedule`` (R7)."""

from collections.abc import Mapping
from datetime import date

from star_tracker.domain.schedule import NextStar, Timings, next_star
from star_tracker.models import Family, Registration


def list_next_stars(family: Family, *, as_at: date, timings: Timings) -> Mapping[int, NextStar]:
    """For each registration of the family, by its id, the Star that is due next."""
    return {
        registration.id: get_next_star(registration, as_at=as_at, timings=timings)
        for intervention in family.interventions
        for registration in intervention.registrations
    }


def get_next_star(registration: Registration, *, as_at: date, timings: Timings) -> NextStar:
    """The Star that is due next of one parent in one intervention."""
    intervention = registration.intervention
    return next_star(
        intervention.started_on,
        intervention.closed_on,
        [(star.kind, star.completed_on) for star in registration.stars if star.is_counted],
        as_at,
        timings,
    )
