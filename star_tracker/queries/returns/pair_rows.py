"""The rows of a return's row-level file: each pair of the council's unrestricted families, by its pseudonym."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, exists, func
from sqlalchemy.orm import aliased

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.domain.days import count_months
from star_tracker.domain.row_level import PairRow, PairRows
from star_tracker.domain.standings import PAIR, read_pair
from star_tracker.extensions import db
from star_tracker.models import Family, Intervention, Pod, Pseudonym, Registration, Standing, Star
from star_tracker.queries.figures.cohorts import select_standings
from star_tracker.queries.figures.conditions import is_of_council


def list_parents_without_pseudonym(council_id: int, as_at: date) -> Sequence[int]:
    """The ids of the parents with a pair in this council's pods who have no pseudonym for it yet.

    Restricted families have no row, and so no pseudonym.
    """
    has_one = exists().where(Pseudonym.council_id == council_id, Pseudonym.parent_id == Registration.parent_id)
    statement = _select_pairs(Registration.parent_id, council_id=council_id, as_at=as_at).distinct()
    return db.session.scalars(statement.where(~Family.restricted, ~has_one).order_by(Registration.parent_id)).all()


def get_pair_rows(council_id: int, as_at: date, *, has_references: bool) -> PairRows:
    """The pairs to date, in the order of their pseudonyms, which tells nothing.

    Args:
        council_id: whose return it is.
        as_at: the quarter's last day.
        has_references: whether rows have the council's reference; never that of a family which another council's
            pods have helped too, whose reference it may be.
    """
    start, latest = aliased(Star), aliased(Star)
    is_elsewhere = exists().where(Intervention.family_id == Family.id, ~is_of_council(council_id)).correlate(Family)
    columns = (
        Pseudonym.token,
        Family.council_ref if has_references else Family.id,
        is_elsewhere,
        Pod.name,
        Intervention.closed_on,
        Intervention.closure_reason,
        start.completed_on,
        latest.completed_on,
        Standing.pair_values,
    )
    statement = (
        _select_pairs(*columns, council_id=council_id, as_at=as_at)
        .join(Pod, Pod.id == Intervention.pod_id)
        .join(Pseudonym, and_(Pseudonym.council_id == council_id, Pseudonym.parent_id == Registration.parent_id))
        .join(start, start.id == Standing.start_id)
        .join(latest, latest.id == Standing.latest_id)
        .where(~Family.restricted)
        .order_by(Intervention.started_on, Registration.id)
    )
    numbers = Counter[str]()
    rows = []
    for token, ref, elsewhere, pod, closed_on, reason, start_on, latest_on, values in db.session.execute(statement):
        numbers[token] += 1
        rows.append(
            PairRow(
                parent=token,
                number=numbers[token],
                council_ref=ref if has_references and not elsewhere else "",
                pod=pod,
                closure_reason=reason if closed_on is not None and closed_on <= as_at else "",
                months=count_months(start_on, latest_on),
                readings=read_pair(values),
            )
        )
    of_restricted = _select_pairs(func.count(), council_id=council_id, as_at=as_at).where(Family.restricted)
    return PairRows(
        rows=sorted(rows, key=lambda row: (row.parent, row.number)),
        left_out=db.session.scalar(of_restricted) or 0,
        has_references=has_references,
    )


def _select_pairs(*columns: Any, council_id: int, as_at: date) -> Select[Any]:
    """These columns of every pair of the council's return, with its family."""
    return (
        select_standings(*columns, selected_by=CohortFilter(as_at=as_at), reader=None)
        .join(Family, Family.id == Registration.family_id)
        .where(Standing.standing == PAIR, is_of_council(council_id))
    )
