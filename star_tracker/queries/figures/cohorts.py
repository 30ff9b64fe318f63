"""Cohorts, computed by the database: who has a pair, who has none and why, and R5's table of changes.

No reading is loaded into Python. One statement, the same on SQLite and PostgreSQL, looks up the start and the latest
Star of every (parent, intervention) once, then counts them in two ways: by standing (a pair, or why there is none: R3),
and by area, start value and latest value (R5), which are at most 1,000 rows a pod.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    select,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from star_tracker.analysis.cohorts import Cohort, CohortFilter
from star_tracker.analysis.frames import CHANGES, CHANGES_BY_POD, EXCLUDED_BY_POD, build_frame
from star_tracker.domain.accounts import fold_address
from star_tracker.domain.permissions import Reader
from star_tracker.domain.scales import AREAS, Exclusion, Kind
from star_tracker.extensions import db
from star_tracker.models import Intervention, Pod, Reading, Registration, Star, User
from star_tracker.queries.families.readers import select_readable

_PAIR = "pair"
_STANDINGS = (_PAIR, *(reason.value for reason in Exclusion))
"""Each is counted under its index here, which is smaller than the number of any change."""

_STEP = 16
"""A change is counted under one number, of which area, start and latest are the digits to base 16: grouping by one
number takes two thirds of the time that grouping by three columns takes."""

_AS_AT = bindparam("as_at", type_=Date)

_START: ColumnElement[str] = literal_column(f"'{Kind.START}'")
"""A literal, not a parameter, as in ``Star.is_counted``."""


@dataclass(frozen=True)
class _Counts:
    """The results of the statement: ``standings`` (pod, standing, n) and ``changes`` (pod, area, start, latest, n)."""

    standings: list[tuple[str, str, int]]
    changes: list[tuple[str, str, int, int, int]]


def get_cohort(selected_by: CohortFilter, *, reader: Reader | None) -> Cohort:
    """The cohort that a filter selects: its pairs, who is excluded (R3) and the table of changes (R5).

    Here and below, pairs and excluded are only of families that the reader may read (R12); None for every family.
    """
    counts = _count(selected_by, reader, by_pod=False)
    standings = {standing: n for _pod, standing, n in counts.standings}
    return Cohort(
        selected_by=selected_by,
        pairs=standings.get(_PAIR, 0),
        excluded={reason: standings.get(reason, 0) for reason in Exclusion},
        changes=build_frame(CHANGES, [row[1:] for row in counts.changes]),
    )


def get_cohorts_by_pod(selected_by: CohortFilter, *, reader: Reader | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same for each pod: the changes (``frames.CHANGES_BY_POD``) and the excluded (``frames.EXCLUDED_BY_POD``)."""
    counts = _count(selected_by, reader, by_pod=True)
    excluded = [row for row in counts.standings if row[1] != _PAIR]
    return build_frame(CHANGES_BY_POD, counts.changes), build_frame(EXCLUDED_BY_POD, excluded)


def get_pair_ids(registration_id: int, *, as_at: date) -> tuple[int | None, int | None]:
    """The ids of one parent's start and latest Star in one intervention as at a day (R2); None where there is none."""
    histories = _histories(frozenset(), Registration.id == registration_id)
    found = db.session.execute(select(histories.c.start_id, histories.c.latest_id), {"as_at": as_at}).one_or_none()
    return (found[0], found[1]) if found else (None, None)


def list_excluded(selected_by: CohortFilter, *, reader: Reader | None) -> dict[int, Exclusion]:
    """The reason of everybody without a pair (R3), by the registration's id."""
    parameters = _parameters(selected_by, reader)
    histories = _histories(frozenset(parameters), registration_id=Registration.id)
    found = db.session.execute(
        select(histories.c.registration_id, _standing(histories)).where(histories.c.latest_id.is_(None)), parameters
    )
    return {registration_id: Exclusion(_STANDINGS[number]) for registration_id, number in found}


def _count(selected_by: CohortFilter, reader: Reader | None, *, by_pod: bool) -> _Counts:
    parameters = _parameters(selected_by, reader)
    statement = _counting_statement(frozenset(parameters), by_pod=by_pod)
    return _read_counts(db.session.connection().execute(statement, parameters).all(), by_pod=by_pod)


def _parameters(selected_by: CohortFilter, reader: Reader | None) -> dict[str, Any]:
    """The statement's parameters by name; ``open`` and ``closed`` have no value that matters."""
    parameters = {name: value for name, value in vars(selected_by).items() if value is not None and name != "status"}
    if selected_by.practitioner is not None:
        parameters["practitioner"] = fold_address(selected_by.practitioner)
    if selected_by.status:
        parameters[selected_by.status] = True
    if reader is not None:
        parameters |= {"reader_id": reader.user_id, "reader_pods": tuple(reader.pod_ids)}
    return parameters


@cache
def _counting_statement(parameters: frozenset[str], *, by_pod: bool) -> Select[Any]:
    """The statement for these parameters. It is cached: building it takes as long as running it for a pod."""
    histories = _histories(parameters)
    found = histories.c
    pod = [found.pod_id.label("pod_id")] if by_pod else []

    start, latest = aliased(Reading), aliased(Reading)
    change = (type_coerce(start.area, Integer) * _STEP + start.value) * _STEP + latest.value
    changes = (
        select(change, *pod)
        .select_from(histories)
        .join(start, start.star_id == found.start_id)
        .join(latest, and_(latest.star_id == found.latest_id, latest.area == start.area))
        .where(start.value.is_not(None), latest.value.is_not(None))
    )
    counted = union_all(select(_standing(histories).label("number"), *pod), changes).subquery().c
    return select(func.count(), *counted).group_by(*counted)


def _standing(histories: CTE) -> ColumnElement[int]:
    """The index in ``_STANDINGS`` of each of ``_histories`` (R3)."""
    found = histories.c
    return case(
        (found.latest_id.is_not(None), _STANDINGS.index(_PAIR)),
        (found.start_id.is_not(None), _STANDINGS.index(Exclusion.ONE_STAR_ONLY)),
        (found.has_counted_star, _STANDINGS.index(Exclusion.NO_START_STAR)),
        else_=_STANDINGS.index(Exclusion.NO_COUNTED_STAR),
    )


def _read_counts(rows: Sequence[Any], *, by_pod: bool) -> _Counts:
    if by_pod:
        names = dict(db.session.execute(select(Pod.id, Pod.name)).all())
        named = [(names[pod_id], number, n) for n, number, pod_id in rows]
    else:
        named = [("", number, n) for n, number in rows]
    most = len(_STANDINGS)
    standings = sorted((pod, _STANDINGS[number], n) for pod, number, n in named if number < most)
    changes = sorted((pod, *_decode(number), n) for pod, number, n in named if number >= most)
    return _Counts(standings, [(pod, AREAS[area - 1], start, latest, n) for pod, area, start, latest, n in changes])


def _decode(change: int) -> tuple[int, int, int]:
    rest, latest = divmod(change, _STEP)
    area, start = divmod(rest, _STEP)
    return area, start, latest


def _histories(parameters: frozenset[str], *conditions: ColumnElement[bool], **more: SQLColumnExpression[int]) -> CTE:
    """One row for each (parent, intervention) that a filter with these parameters selects, started by ``as_at``.

    Columns: ``pod_id``; ``start_id`` (R2; a unique index allows one counted start Star); ``latest_id`` (R2);
    ``has_counted_star`` (R1). ``conditions`` restrict the registrations further, ``more`` are additional columns.
    """
    start, latest, any_star = aliased(Star), aliased(Star), aliased(Star)
    latest_of_pair = (
        select(latest.id)
        .where(
            latest.registration_id == Registration.id,
            latest.kind != _START,
            latest.completed_on >= start.completed_on,
            _counts(latest),
        )
        .order_by(*latest.latest_first())
        .limit(1)
        .correlate(Registration, start)
        .scalar_subquery()
    )
    has_counted_star = exists().where(any_star.registration_id == Registration.id, _counts(any_star))
    histories = (
        select(
            Intervention.pod_id,
            start.id.label("start_id"),
            latest_of_pair.label("latest_id"),
            case((start.id.is_not(None), true()), else_=has_counted_star).label("has_counted_star"),
            *(column.label(name) for name, column in more.items()),
        )
        .select_from(Registration)
        .join(Intervention, Intervention.id == Registration.intervention_id)
        .outerjoin(
            start,
            and_(start.registration_id == Registration.id, start.kind == _START, _counts(start)),
        )
        .where(*_intervention_conditions(parameters), *conditions)
        .cte("histories")
        .prefix_with("MATERIALIZED")
    )
    latest_conditions = _latest_conditions(parameters)
    if not latest_conditions:
        return histories
    in_range = exists().where(Star.id == histories.c.latest_id, *latest_conditions)
    return select(histories).where(histories.c.latest_id.is_(None) | in_range).cte("histories_in_range")


def _counts(star: type[Star]) -> ColumnElement[bool]:
    """Whether a Star counts (R1) as at a day."""
    return and_(star.is_counted, star.completed_on <= _AS_AT)


def _intervention_conditions(parameters: frozenset[str]) -> list[ColumnElement[bool]]:
    """The filter's and the reader's (R12) conditions on the intervention, for pairs and excluded alike (R3)."""
    conditions: list[ColumnElement[bool]] = [Intervention.started_on <= _AS_AT]
    if "pods" in parameters:
        pods = select(Pod.id).where(Pod.name.in_(bindparam("pods", expanding=True)))
        conditions.append(Intervention.pod_id.in_(pods))
    if "practitioner" in parameters:
        people = select(User.id).where(User.email == bindparam("practitioner"))
        conditions.append(Intervention.practitioner_id.in_(people))
    if parameters & {"closed", "closed_from", "closed_to"}:
        conditions.append(and_(Intervention.closed_on.is_not(None), Intervention.closed_on <= _AS_AT))
    if "open" in parameters:
        conditions.append(Intervention.closed_on.is_(None) | (Intervention.closed_on > _AS_AT))
    if "closed_from" in parameters:
        conditions.append(Intervention.closed_on >= bindparam("closed_from"))
    if "closed_to" in parameters:
        conditions.append(Intervention.closed_on <= bindparam("closed_to"))
    if "reader_id" in parameters:
        pod_ids: Any = bindparam("reader_pods", expanding=True)
        readable = select_readable(bindparam("reader_id", type_=Integer), pod_ids).subquery()
        conditions.append(Intervention.id.in_(select(readable.c.id)))
    return conditions


def _latest_conditions(parameters: frozenset[str]) -> list[ColumnElement[bool]]:
    """The filter's conditions on the latest Star, for pairs only (R3)."""
    conditions: list[ColumnElement[bool]] = []
    if "latest_from" in parameters:
        conditions.append(Star.completed_on >= bindparam("latest_from"))
    if "latest_to" in parameters:
        conditions.append(Star.completed_on <= bindparam("latest_to"))
    return conditions
