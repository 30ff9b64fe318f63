"""The record as a Star CSV: every registration and current Star, as rows in a file's order."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    case,
    cast,
    collate,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from star_tracker.domain.scales import AREAS, HIGHEST, LOWEST, ClosureReason, CompletedBy, Kind, NotScored
from star_tracker.extensions import db
from star_tracker.models import Family, Intervention, Parent, Pod, Reading, Registration, Star, User
from star_tracker.starfile.rows import StarCells, StarRow

ROWS_AT_A_TIME = 2_000

_BITS = 4
"""A reading is one hexadecimal digit of a Star's: its value, or above the highest value the place of its reason."""

_READINGS: dict[str, int | NotScored] = {"0": NotScored.NOT_DISCUSSED} | {
    f"{digit:x}": reading for digit, reading in enumerate((*range(LOWEST, HIGHEST + 1), *NotScored), start=LOWEST)
}

# Looking a code up takes a fifth of the time of calling its enum.
_KINDS = {kind.value: kind for kind in Kind}
_COMPLETED_BY = {completed_by.value: completed_by for completed_by in CompletedBy}

# A file's text is sorted by code point, as in Python, whatever the server's language, so that exports do not differ.
_BY_CODE_POINT = {"postgresql": "C", "sqlite": "BINARY"}


def list_star_rows() -> Iterator[StarRow]:
    """Every registration with its Stars that are not withdrawn, in the order of ``writing.sort_key``.

    A registration without Stars is one row. Rows are fetched as they are used, so that memory stays small. What the
    format cannot hold is left out: notes, the parents' own values, editions, and what ``count_left_out`` counts.
    """
    session: Session = db.session()
    # On the connection itself: for so many rows the session's own work would take as long as the database's.
    result = session.connection().execute(_select_rows(session), execution_options={"yield_per": ROWS_AT_A_TIME})
    number = 1
    for rows in result.partitions():
        council_refs = _council_refs_of(session, {row.family_id for row in rows})
        for family_id, family_ref, parent_ref, pod, practitioner, *intervention_and_star in rows:
            referred_on, started_on, closed_on, closure_reason, children, *star = intervention_and_star
            number += 1
            yield StarRow(
                number=number,
                family_ref=family_ref,
                council_ref=council_refs[family_id],
                parent_ref=parent_ref,
                pod=pod,
                practitioner=practitioner or "",
                referred_on=referred_on,
                started_on=started_on,
                closed_on=closed_on,
                closure_reason=ClosureReason(closure_reason) if closure_reason else None,
                children=children,
                star=make_star_cells(*star) if star[0] else None,
            )


def count_star_rows() -> int:
    """How many rows ``list_star_rows`` has."""
    session: Session = db.session()
    rows = _select_rows(session).with_only_columns(Registration.id).order_by(None).subquery()
    return session.scalars(select(func.count()).select_from(rows)).one()


def select_readings() -> ScalarSelect[int]:
    """The readings of each Star of a statement, as ``make_star_cells`` takes them: one number, not ten rows."""
    reasons = {reason.value: digit for digit, reason in enumerate(NotScored, start=HIGHEST + 1)}
    digit = func.coalesce(Reading.value, case(reasons, value=Reading.reason))
    place = _BITS * (len(AREAS) - type_coerce(Reading.area, Integer))
    return (
        select(func.sum(cast(digit, BigInteger).bitwise_lshift(place)).cast(BigInteger))
        .where(Reading.star_id == Star.id)
        .correlate(Star)
        .scalar_subquery()
    )


def make_star_cells(kind: str, day: date, completed_by: str, retrospective: bool, readings: int | None) -> StarCells:
    """A Star of the file from its columns; ``readings`` are those of ``select_readings``."""
    digits = f"{readings or 0:0{len(AREAS)}x}"
    return StarCells(
        _KINDS[kind], day, _COMPLETED_BY[completed_by], retrospective, tuple(map(_READINGS.__getitem__, digits))
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


def _council_refs_of(session: Session, family_ids: Collection[int]) -> dict[int, str]:
    """The council references of these families, each decrypted once, however many rows the family has."""
    refs = select(Family.id, Family.council_ref).where(Family.id.in_(family_ids))
    return {family_id: council_ref for family_id, council_ref in session.execute(refs)}


def _select_rows(session: Session) -> Select[*tuple[Any, ...]]:
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
            Star.kind,
            Star.completed_on,
            Star.completed_by,
            Star.retrospective,
            select_readings(),
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
