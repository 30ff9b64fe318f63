"""What of a quarter is not ready for its return (``domain.preparing``), and for whom.

It is what the record says today, of the families of a council's pods (R14), restricted ones too: as the return
itself.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import date, timedelta

from sqlalchemy import select

from star_tracker.domain.caseload import Case, sort_cases
from star_tracker.domain.days import parse_day
from star_tracker.domain.interventions import is_open_at
from star_tracker.domain.preparing import Unready, list_missing_stars
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.schedule import DueState, NextStar, Timings, next_star
from star_tracker.domain.star_rules import DAYS_AFTER_CLOSURE
from star_tracker.extensions import db
from star_tracker.models import Council, Draft, Intervention, Registration
from star_tracker.queries.figures.caseload import is_unassigned, read_case, select_cases
from star_tracker.queries.figures.conditions import is_of_council
from star_tracker.queries.figures.schedules import list_star_dates, select_star_dates


def list_unready(council: Council, quarter: Quarter, *, today: date, timings: Timings) -> Mapping[Unready, list[Case]]:
    """Who is not ready for each reason, the longest due first: a parent, or an intervention that nobody looks after.

    A parent can be there for several reasons. In ``CLOSURE_DUE`` and the like ``next_star`` is the Star that was due;
    elsewhere it is the parent's next one.

    Args:
        council: whose return it is; only interventions of its pods are listed.
        quarter: the return's quarter.
        today: the day on which it is asked.
        timings: the numbers of R7.
    """
    is_around = (
        is_of_council(council.id),
        Intervention.started_on <= quarter.as_at(today),
        Intervention.closed_on.is_(None)
        | (Intervention.closed_on >= quarter.starts_on - timedelta(days=DAYS_AFTER_CLOSURE)),
    )
    statement = select_cases().where(*is_around).add_columns(is_unassigned().label("is_unassigned"))
    found_cases = db.session.execute(statement.order_by(Registration.id)).all()
    stars = list_star_dates(select_star_dates(today, statement.with_only_columns(Registration.id)))
    in_progress = _list_in_progress(quarter, {found.draft_id for found in found_cases})
    unready: dict[Unready, dict[int, Case]] = {reason: {} for reason in Unready}
    for found in found_cases:
        theirs = found.started_on, found.closed_on, stars.get(found.registration_id, ())
        for reason, star in list_missing_stars(*theirs, quarter=quarter, today=today, timings=timings):
            due = NextStar(star.kind, star.due_on, DueState.OVERDUE)
            unready[reason][found.registration_id] = read_case(found, due, today)
        is_nobodys = found.is_unassigned and is_open_at(found.closed_on, today)
        if found.draft_id in in_progress or is_nobodys:
            case = read_case(found, next_star(*theirs, today, timings), today)
            if found.draft_id in in_progress:
                unready[Unready.IN_PROGRESS][found.registration_id] = case
            if is_nobodys:
                unready[Unready.UNASSIGNED].setdefault(found.intervention_id, case)
    return {reason: sort_cases(cases.values()) for reason, cases in unready.items()}


def _list_in_progress(quarter: Quarter, draft_ids: Collection[int | None]) -> set[int]:
    """Those of these Stars in progress that are dated in the quarter, or have no date that can be read."""
    statement = select(Draft.id, Draft.answers).where(Draft.star_id.is_(None))
    dated: dict[int, date | None] = {}
    for draft_id, answers in db.session.execute(statement):
        if draft_id in draft_ids:
            dated[draft_id] = None
            with suppress(KeyError, ValueError):
                dated[draft_id] = parse_day(answers["completed_on"]["value"])
    return {draft_id for draft_id, day in dated.items() if day is None or day in quarter}
