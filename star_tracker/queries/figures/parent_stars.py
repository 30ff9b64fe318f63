"""One parent's start and latest Star in one intervention, from the standings that cohorts are counted from (R2)."""

from collections.abc import Mapping
from datetime import date
from itertools import takewhile

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from star_tracker.analysis.parent_stars import ParentStars, StarValues
from star_tracker.domain.scales import CompletedBy, Kind, NotScored
from star_tracker.extensions import db
from star_tracker.models import DRAWN_OF_READING, Registration, Star
from star_tracker.queries.families.families import get_star
from star_tracker.queries.figures.cohorts import get_pair_ids

OWN_VALUE = "Your own value"
"""The name of the parent's own values in the picture of a talk."""


def get_parent_stars(registration: Registration, *, as_at: date, labels: Mapping[str, str]) -> ParentStars:
    """The parent's start and latest Star as at a day, with these labels for the areas."""
    start_id, latest_id = get_pair_ids(registration.id, as_at=as_at)
    start, latest = (get_star(star_id) if star_id is not None else None for star_id in (start_id, latest_id))
    return ParentStars(
        start=read_star_values(start) if start else None,
        latest=read_star_values(latest) if latest else None,
        labels=labels,
    )


def get_talk_stars(star: Star, labels: Mapping[str, str]) -> ParentStars:
    """This Star beside the parent's start Star as at that day (R2), with these labels for the areas.

    A Star that the parent completed alone is compared with none that a worker had a part in (R1).
    """
    latest = read_star_values(star)
    if star.completed_by == CompletedBy.PARENT:
        return ParentStars(start=None, latest=latest, labels=labels)
    start_id, _latest_id = get_pair_ids(star.registration_id, as_at=star.completed_on)
    if start_id == star.id:
        return ParentStars(start=latest, latest=None, labels=labels, whose=OWN_VALUE)
    current = list_current_stars(star.registration_id, until=star.completed_on)
    before = list(takewhile(lambda earlier: earlier.id != star.id, current))
    alone = [read_star_values(earlier) for earlier in before if not earlier.is_counted]
    return ParentStars(
        start=next((read_star_values(earlier) for earlier in before if earlier.id == start_id), None),
        latest=latest,
        labels=labels,
        between=tuple(read_star_values(earlier) for earlier in before if earlier.is_counted and earlier.id != start_id),
        scored_alone=frozenset(area for values in alone for area, value in values.values.items() if value is not None),
        whose=OWN_VALUE,
    )


def list_current_stars(registration_id: int, *, until: date) -> list[Star]:
    """One parent's Stars of an intervention that are in force as at a day, in the order of R2, as charts draw them."""
    found = db.session.scalars(_CURRENT_STARS, {"registration_id": registration_id, "until": until})
    return list(found.unique())


_CURRENT_STARS = (
    select(Star)
    .where(Star.registration_id == bindparam("registration_id"), Star.is_in_force)
    .where(Star.completed_on <= bindparam("until"))
    .order_by(*Star.in_order())
    .options(joinedload(Star.readings).load_only(*DRAWN_OF_READING))
)


def read_star_values(star: Star) -> StarValues:
    """A Star's values for charts. One that the parent completed alone has no own values: all are the parent's."""
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
