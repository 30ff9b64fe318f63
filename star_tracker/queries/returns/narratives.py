"""The words and the targets of a council's return, and what its case studies and quotes are chosen from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.domain.feedback import SaidBy
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.scales import AREAS
from star_tracker.domain.standings import PAIR, read_pair
from star_tracker.exports.returns.narrative import CaseReading, CaseStudy, Narrative, Quote
from star_tracker.extensions import db
from star_tracker.models import Family, NarrativeDraft, Parent, Pod, Registration, Standing, Star, Target
from star_tracker.queries.feedback import list_quotable
from star_tracker.queries.figures.cohorts import select_standings


@dataclass(frozen=True)
class PairToTell:
    """A parent with a pair whose latest Star is dated in the quarter: what a case study can be about.

    ``readings`` are those of the two Stars as at the quarter's last day.
    """

    registration_id: int
    family_id: int
    family_ref: str
    parent_ref: str
    started_on: date
    latest_on: date
    readings: tuple[CaseReading, ...]


def get_narrative_draft(council_id: int, quarter: Quarter) -> NarrativeDraft | None:
    """The words of a council's return of a quarter as they were saved last; None if none were."""
    statement = select(NarrativeDraft).where(
        NarrativeDraft.council_id == council_id, NarrativeDraft.starts_on == quarter.starts_on
    )
    return db.session.scalar(statement)


def get_narrative(council_id: int, quarter: Quarter) -> Narrative:
    """The same as a part of the return, with every reading of its case studies.

    A quote whose consent was taken back, a withdrawn one, one of a family that is restricted by now, and a case study
    of a parent who may not be chosen any more, are left out.
    """
    draft = get_narrative_draft(council_id, quarter)
    if draft is None:
        return Narrative()
    quotes = [one for one in list_quotable(council_id, quarter) if one.id in draft.quote_ids]
    pairs = (
        {pair.registration_id: pair for pair in list_pairs_to_tell(council_id, quarter)} if draft.case_studies else {}
    )
    return Narrative(
        went_well=draft.went_well,
        to_improve=draft.to_improve,
        quotes=tuple(Quote(said_by=SaidBy(one.said_by), words=one.words) for one in quotes),
        case_studies=tuple(
            CaseStudy(words=one["words"], readings=pairs[one["registration_id"]].readings)
            for one in draft.case_studies
            if one["registration_id"] in pairs
        ),
    )


def list_pairs_to_tell(council_id: int, quarter: Quarter) -> list[PairToTell]:
    """The pairs of a quarter that a case study can be about, by reference; never one of a restricted family."""
    names = select(Pod.name).where(Pod.council_id == council_id, ~Pod.is_comparison)
    selected_by = CohortFilter(
        as_at=quarter.ends_on,
        pods=tuple(sorted(db.session.scalars(names))),
        latest_from=quarter.starts_on,
        latest_to=quarter.ends_on,
    )
    start, latest = aliased(Star), aliased(Star)
    columns = (
        Registration.id,
        Family.id,
        Family.ref,
        Parent.ref,
        start.completed_on,
        latest.completed_on,
        Standing.pair_values,
    )
    statement = (
        select_standings(*columns, selected_by=selected_by, reader=None)
        .join(Family, Family.id == Registration.family_id)
        .join(Parent, Parent.id == Registration.parent_id)
        .join(start, start.id == Standing.start_id)
        .join(latest, latest.id == Standing.latest_id)
        .where(Standing.standing == PAIR, ~Family.restricted)
        .order_by(Family.ref, Parent.ref, Registration.id)
    )
    return [
        PairToTell(registration_id, family_id, family_ref, parent_ref, started_on, latest_on, _read_pair(values))
        for registration_id, family_id, family_ref, parent_ref, started_on, latest_on, values in db.session.execute(
            statement
        )
    ]


def _read_pair(values: str) -> tuple[CaseReading, ...]:
    """The readings of a pair's values (``domain.standings``)."""
    return tuple(
        CaseReading(area=area, start=start, latest=latest)
        for area, (start, latest) in zip(AREAS, read_pair(values), strict=True)
    )


def get_targets(council_id: int, quarter: Quarter) -> dict[str, int]:
    """What the rates of a council's indicators should be in a quarter, in per cent, by their codes."""
    return {
        target.indicator: target.percent
        for target in _list_held(council_id, quarter.starts_on)
        if target.percent is not None
    }


def list_targets(council_id: int) -> Sequence[Target]:
    """Every target that was ever set for a council, the latest first."""
    statement = select(Target).where(Target.council_id == council_id)
    return db.session.scalars(statement.order_by(Target.starts_on.desc(), Target.id)).all()


def _list_held(council_id: int, on: date) -> Sequence[Target]:
    """For each indicator what was set last by this day."""
    is_by_then = (Target.council_id == council_id, Target.starts_on <= on)
    last = (
        select(Target.indicator, func.max(Target.starts_on).label("on")).where(*is_by_then).group_by(Target.indicator)
    )
    newest = last.subquery()
    is_newest = (Target.indicator == newest.c.indicator) & (Target.starts_on == newest.c.on)
    return db.session.scalars(select(Target).join(newest, is_newest).where(Target.council_id == council_id)).all()
