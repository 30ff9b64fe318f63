"""Derives the standings of registrations from their Stars (``domain.standings``)."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from star_tracker.domain.scales import AREAS
from star_tracker.domain.standings import CountedStar, Standing, list_standings
from star_tracker.models import Intervention, Reading, Registration, Star
from star_tracker.models import Standing as StandingRow

_BITS = 4
"""A value from 1 to 10 is one hexadecimal digit."""


def select_digits(digit: ColumnElement[int]) -> ScalarSelect[Any]:
    """A number below 16 for each area of the ``Star`` that a select is about, as one number for ``write_digits``."""
    place = _BITS * (len(AREAS) - type_coerce(Reading.area, Integer))
    together = func.sum(digit.cast(BigInteger).bitwise_lshift(place)).cast(BigInteger)
    return select(together).where(Reading.star_id == Star.id).scalar_subquery()


def write_digits(digits: int) -> str:
    """That number as a hexadecimal digit for each area in order."""
    return f"{digits:0{len(AREAS)}x}"


def _select_counted_stars() -> Select[Any]:
    """The counted Stars of registrations in the order of R2, each with its ten values as one number; made once."""
    values = select_digits(func.coalesce(Reading.value, 0)).label("values")
    return (
        select(Registration.id, Intervention.started_on, Star.id.label("star_id"), Star.kind, Star.completed_on, values)
        .select_from(Registration)
        .join(Intervention, Intervention.id == Registration.intervention_id)
        .outerjoin(Star, and_(Star.registration_id == Registration.id, Star.is_counted))
        .where(Registration.id.in_(bindparam("registration_ids", expanding=True)))
        .order_by(Registration.id, *Star.in_order())
    )


_COUNTED_STARS = _select_counted_stars()


def derive_standings(session: Session, registration_ids: Sequence[int]) -> dict[int, list[Standing]]:
    """The standings of these registrations, by the registration's id, as they follow from their counted Stars."""
    found = session.execute(_COUNTED_STARS, {"registration_ids": registration_ids})
    derived = {}
    for (registration_id, started_on), rows in groupby(found, attrgetter("id", "started_on")):
        stars = [
            CountedStar(star_id, kind, completed_on, write_digits(values))
            for _, _, star_id, kind, completed_on, values in rows
            if star_id is not None
        ]
        derived[registration_id] = list_standings(started_on, stars)
    return derived


def list_wrong_standings(session: Session, registration_ids: Sequence[int]) -> list[int]:
    """Those of these registrations whose recorded standings do not follow from their Stars."""
    columns = (getattr(StandingRow, name) for name in Standing._fields)
    statement = (
        select(StandingRow.registration_id, *columns)
        .where(StandingRow.registration_id.in_(registration_ids))
        .order_by(StandingRow.registration_id, StandingRow.since)
    )
    recorded: dict[int, list[Standing]] = {}
    for registration_id, *standing in session.execute(statement):
        recorded.setdefault(registration_id, []).append(Standing(*standing))
    derived = derive_standings(session, registration_ids)
    return [registration_id for registration_id in derived if recorded.get(registration_id) != derived[registration_id]]
