"""Cohorts: who has a pair, who has none and why, and R5's table of changes.

Of each (parent, intervention) the record keeps how it stands on each day (``domain.standings``), so one statement finds
those that a filter selects, counts them by standing (R3), and joins their pairs' values into one text, from which R5's
table is counted: 20 bytes a pair, and no reading for itself.
"""

from collections import Counter
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Select, func, or_, select

from star_tracker.analysis.cohorts import Cohort, CohortFilter, count_changes
from star_tracker.analysis.frames import CHANGES, CHANGES_BY_POD, EXCLUDED_BY_POD, PAIRS_BY_POD, build_frame
from star_tracker.analysis.key_figures import count_improved
from star_tracker.analysis.over_time import Basis, PairsByDay
from star_tracker.domain.permissions import Reader
from star_tracker.domain.scales import Exclusion
from star_tracker.domain.standings import PAIR
from star_tracker.extensions import db
from star_tracker.models import Intervention, Pod, Registration, Standing
from star_tracker.queries.families.readers import is_readers_intervention
from star_tracker.queries.figures.conditions import list_conditions

_COUNTED = Standing.standing, func.count(), func.aggregate_strings(Standing.pair_values, "")


def get_cohort(selected_by: CohortFilter, *, reader: Reader | None) -> Cohort:
    """The cohort that a filter selects: its pairs, who is excluded (R3) and the table of changes (R5).

    Here and below it holds the families of the reader alone, pairs and excluded alike (R12); None for every family.
    """
    statement = select_standings(*_COUNTED, selected_by=selected_by, reader=reader).group_by(Standing.standing)
    found = {standing: (n, values) for standing, n, values in db.session.execute(statement)}
    pairs, pair_values = found.get(PAIR, (0, ""))
    return Cohort(
        selected_by=selected_by,
        pairs=pairs,
        excluded={reason: found.get(reason, (0, ""))[0] for reason in Exclusion},
        changes=build_frame(CHANGES, count_changes(pair_values)),
    )


def get_cohorts_by_pod(selected_by: CohortFilter, *, reader: Reader | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same for each pod: the changes (``frames.CHANGES_BY_POD``) and the excluded (``frames.EXCLUDED_BY_POD``)."""
    statement = (
        select_standings(Pod.name, *_COUNTED, selected_by=selected_by, reader=reader)
        .join(Pod, Pod.id == Intervention.pod_id)
        .group_by(Pod.name, Standing.standing)
    )
    found = sorted(tuple(row) for row in db.session.execute(statement))
    changes = [
        (pod, *change)
        for pod, standing, _n, pair_values in found
        if standing == PAIR
        for change in count_changes(pair_values)
    ]
    excluded = [(pod, standing, n) for pod, standing, n, _pair_values in found if standing != PAIR]
    return build_frame(CHANGES_BY_POD, changes), build_frame(EXCLUDED_BY_POD, excluded)


def get_pairs_by_pod(selected_by: CohortFilter, *, reader: Reader | None) -> pd.DataFrame:
    """How many pairs each pod has, and how many improved in most areas (``frames.PAIRS_BY_POD``)."""
    columns = Pod.name, func.count(), func.aggregate_strings(Standing.pair_values, "")
    statement = (
        select_standings(*columns, selected_by=selected_by, reader=reader)
        .join(Pod, Pod.id == Intervention.pod_id)
        .where(Standing.standing == PAIR)
        .group_by(Pod.name)
    )
    found = sorted((pod, n, *count_improved(values)) for pod, n, values in db.session.execute(statement))
    return build_frame(PAIRS_BY_POD, found)


def get_pairs_by_day(selected_by: CohortFilter, basis: Basis, *, reader: Reader | None) -> PairsByDay:
    """The pairs of each day, of the latest Star (R2) or of the intervention's start, and who is excluded (R3)."""
    day = Standing.since if basis is Basis.LATEST else Intervention.started_on
    statement = select_standings(Standing.standing, day, *_COUNTED[1:], selected_by=selected_by, reader=reader)
    days: dict[date, tuple[int, str]] = {}
    excluded = Counter[str]()
    for standing, on, n, pair_values in db.session.execute(statement.group_by(Standing.standing, day)):
        if standing == PAIR:
            days[on] = n, pair_values
        else:
            excluded[standing] += n
    return PairsByDay(
        selected_by=selected_by,
        basis=basis,
        days=days,
        excluded={reason: excluded[reason] for reason in Exclusion},
    )


def get_pair_ids(registration_id: int, *, as_at: date) -> tuple[int | None, int | None]:
    """The ids of one parent's start and latest Star in one intervention as at a day (R2); None where there is none."""
    statement = select(Standing.start_id, Standing.latest_id).where(
        Standing.registration_id == registration_id, _holds(as_at)
    )
    found = db.session.execute(statement).one_or_none()
    return (found[0], found[1]) if found else (None, None)


def list_excluded(selected_by: CohortFilter, *, reader: Reader | None) -> dict[int, Exclusion]:
    """Each parent's intervention in no pair, and why (R3), by the registration's id."""
    statement = select_standings(Standing.registration_id, Standing.standing, selected_by=selected_by, reader=reader)
    found = db.session.execute(statement.where(Standing.standing != PAIR))
    return {registration_id: Exclusion(standing) for registration_id, standing in found}


def select_standings(*columns: Any, selected_by: CohortFilter, reader: Reader | None) -> Select[Any]:
    """These columns of every standing that a filter selects, with its intervention."""
    return (
        select(*columns)
        .select_from(Standing)
        .join(Registration, Registration.id == Standing.registration_id)
        .join(Intervention, Intervention.id == Registration.intervention_id)
        .where(_holds(selected_by.as_at), is_readers_intervention(reader), *list_conditions(selected_by))
    )


def _holds(as_at: date) -> ColumnElement[bool]:
    """One standing of each (parent, intervention) started by ``as_at``."""
    return (Standing.since <= as_at) & or_(Standing.until.is_(None), Standing.until > as_at)
