"""The record as a Star CSV: every registration and current Star, as rows in a file's order."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, cast, collate, func, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from star_tracker.domain.scales import AREAS, HIGHEST, LOWEST, ClosureReason, CompletedBy, Kind, NotScored
from star_tracker.extensions import db
from star_tracker.models import Family, Intervention, Parent, Pod, Reading, Registration, Star, User
from star_tracker.starfile.rows import StarCells, StarRow

ROWS_AT_A_TIME = 2_000

MOST_PARAMETERS = 10_000
"""Parameters of one statement: SQLite may be built for 32,766, PostgreSQL takes 65,535."""

_READINGS: dict[str, tuple[int, int | NotScored]] = {
    f"{place + 1}:{reading}": (place, reading)
    for place in range(len(AREAS))
    for reading in (*range(LOWEST, HIGHEST + 1), *NotScored)
}
"""By number of the area and value or reason: the area's place in ``AREAS``, and the reading."""

# A file's text is sorted by code point, as in Python, whatever the server's language, so that exports do not differ.
_BY_CODE_POINT = {"postgresql": "C", "sqlite": "BINARY"}


def list_star_rows() -> Iterator[StarRow]:
    """Every registration with its Stars that are not withdrawn, in the order of ``writing.sort_key``.

    A registration without Stars is one row. Rows are fetched as they are used, so that memory stays small. What the
    format cannot hold is left out: notes, the parents' own values, editions, and what ``count_left_out`` counts.
    """
    session: Session = db.session()
    result = session.execute(_select_rows(session), execution_options={"yield_per": ROWS_AT_A_TIME})
    number = 1
    for rows in result.partitions():
        readings = readings_of(session, [row.star_id for row in rows if row.star_id is not None])
        council_refs = _council_refs_of(session, {row.family_id for row in rows})
        for row in rows:
            number += 1
            yield StarRow(
                number=number,
                family_ref=row.family_ref,
                council_ref=council_refs[row.family_id],
                parent_ref=row.parent_ref,
                pod=row.pod,
                practitioner=row.practitioner or "",
                referred_on=row.referred_on,
                started_on=row.started_on,
                closed_on=row.closed_on,
                closure_reason=ClosureReason(row.closure_reason) if row.closure_reason else None,
                children=row.children,
                star=None if row.star_id is None else make_star_cells(row, readings[row.star_id]),
            )


def count_star_rows() -> int:
    """How many rows ``list_star_rows`` has."""
    session: Session = db.session()
    rows = _select_rows(session).with_only_columns(Registration.id).order_by(None).subquery()
    return session.scalars(select(func.count()).select_from(rows)).one()


def make_star_cells(row: Any, readings: tuple[int | NotScored, ...]) -> StarCells:
    """A Star of the file from a row with its columns."""
    return StarCells(
        kind=Kind(row.kind),
        completed_on=row.completed_on,
        completed_by=CompletedBy(row.completed_by),
        retrospective=row.retrospective,
        readings=readings,
    )


def count_left_out() -> dict[str, int]:
    """How many families, parents and interventions are in no row of the format: those without a registration."""
    # "In", not "exists": without an index on the column, only "in" stays fast on both databases.
    registered: dict[str, tuple[InstrumentedAttribute[int], InstrumentedAttribute[int]]] = {
        "families": (Family.id, Registration.family_id),
        "parents": (Parent.id, Registration.parent_id),
        "interventions": (Intervention.id, Registration.intervention_id),
    }
    session: Session = db.session()
    return {
        name: session.scalar(select(func.count(key)).where(key.not_in(select(column)))) or 0
        for name, (key, column) in registered.items()
    }


def readings_of(session: Session, star_ids: Collection[int]) -> dict[int, tuple[int | NotScored, ...]]:
    """The readings of these Stars, each Star's in the order of ``AREAS``."""
    found: dict[int, list[int | NotScored]] = {star_id: [NotScored.NOT_DISCUSSED] * len(AREAS) for star_id in star_ids}
    # One text for each Star: fetching a million rows takes four times as long.
    number = cast(type_coerce(Reading.area, Integer), String)
    reading = func.coalesce(cast(Reading.value, String), Reading.reason)
    columns = select(Reading.star_id, func.aggregate_strings(number + ":" + reading, ","))
    ids = list(star_ids)
    for first in range(0, len(ids), MOST_PARAMETERS):
        wanted = Reading.star_id.in_(ids[first : first + MOST_PARAMETERS])
        for star_id, text in session.execute(columns.where(wanted).group_by(Reading.star_id)):
            for place, value in map(_READINGS.__getitem__, text.split(",")):
                found[star_id][place] = value
    return {star_id: tuple(readings) for star_id, readings in found.items()}


def _council_refs_of(session: Session, family_ids: Collection[int]) -> dict[int, str]:
    """The council references of these families, each decrypted once, however many rows the family has."""
    refs = select(Family.id, Family.council_ref).where(Family.id.in_(family_ids))
    return {family_id: council_ref for family_id, council_ref in session.execute(refs)}


def _select_rows(session: Session) -> Select[*tuple[object, ...]]:
    collation = _BY_CODE_POINT[session.get_bind().dialect.name]

    def by_code_point(column: InstrumentedAttribute[str]) -> ColumnElement[str]:
        return collate(column, collation)

    return (
        select(
            Family.id.label("family_id"),
            Family.ref.label("family_ref"),
            Parent.ref.label("parent_ref"),
            Pod.name.label("pod"),
            User.email.label("practitioner"),
            Intervention.referred_on,
            Intervention.started_on,
            Intervention.closed_on,
            Intervention.closure_reason,
            Intervention.children,
            Star.id.label("star_id"),
            Star.kind,
            Star.completed_on,
            Star.completed_by,
            Star.retrospective,
        )
        .select_from(Registration)
        .join(Intervention, Intervention.id == Registration.intervention_id)
        .join(Parent, Parent.id == Registration.parent_id)
        .join(Family, Family.id == Registration.family_id)
        .join(Pod, Pod.id == Intervention.pod_id)
        .outerjoin(User, User.id == Intervention.practitioner_id)
        .outerjoin(Star, (Star.registration_id == Registration.id) & Star.is_in_force)
        .order_by(
            by_code_point(Family.ref),
            Intervention.started_on,
            by_code_point(Parent.ref),
            *Star.in_order()[:2],
            by_code_point(Star.completed_by),
        )
    )
