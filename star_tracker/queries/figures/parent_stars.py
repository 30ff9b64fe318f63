"""One parent's start and latest Star in one intervention, by the same statement that finds a cohort's pairs (R2)."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from star_tracker.analysis.parent_stars import ParentStars, StarValues
from star_tracker.domain.scales import CompletedBy, Kind, NotScored
from star_tracker.extensions import db
from star_tracker.models import Registration, Star
from star_tracker.queries.families.families import get_star
from star_tracker.queries.figures.cohorts import get_pair_ids


def get_parent_stars(registration: Registration, *, as_at: date, labels: Mapping[str, str]) -> ParentStars:
    """The parent's start and latest Star as at a day, with these labels of the areas."""
    start_id, latest_id = get_pair_ids(registration.id, as_at=as_at)
    start, latest = (get_star(star_id) if star_id is not None else None for star_id in (start_id, latest_id))
    return ParentStars(
        start=read_star_values(start) if start else None,
        latest=read_star_values(latest) if latest else None,
        labels=labels,
    )


def list_current_stars(registration_id: int, *, until: date) -> list[Star]:
    """One parent's Stars of an intervention that are in force as at a day, in the order of R2, with their readings."""
    stars = db.session.scalars(
        select(Star)
        .where(Star.registration_id == registration_id, Star.is_in_force, Star.completed_on <= until)
        .order_by(*Star.in_order())
        .options(selectinload(Star.readings))
    )
    return list(stars)


def read_star_values(star: Star) -> StarValues:
    """What a Star says, as charts take it. One that the parent completed alone is the parent's own throughout."""
    return StarValues(
        kind=Kind(star.kind),
        completed_on=star.completed_on,
        readings={
            reading.area: reading.value if reading.value is not None else NotScored(str(reading.reason))
            for reading in star.readings
        },
        parent_values={
            reading.area: reading.parent_value
            for reading in star.readings
            if reading.parent_value and star.completed_by != CompletedBy.PARENT
        },
    )
