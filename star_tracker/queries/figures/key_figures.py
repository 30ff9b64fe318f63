"""The key figures of a cohort, and of the period before it (``analysis.key_figures``)."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.analysis.key_figures import (
    Course,
    KeyFigures,
    RegisteredParent,
    Share,
    count_improved,
    count_on_time,
    count_re_referred,
    count_successful,
    find_period,
    shift_filter,
)
from star_tracker.domain.days import Span, add_months
from star_tracker.domain.interventions import RE_REFERRAL_MONTHS
from star_tracker.domain.permissions import Reader
from star_tracker.domain.schedule import Timings
from star_tracker.domain.standings import PAIR
from star_tracker.extensions import db
from star_tracker.models import Family, Intervention, Registration, Standing
from star_tracker.queries.families.readers import is_readers_family, is_readers_intervention
from star_tracker.queries.figures.cohorts import select_standings
from star_tracker.queries.figures.conditions import list_conditions
from star_tracker.queries.figures.schedules import list_star_dates, select_star_dates


def get_key_figures(
    selected_by: CohortFilter, *, reader: Reader | None, timings: Timings
) -> tuple[KeyFigures, KeyFigures]:
    """The key figures of the cohort that a filter selects, and those of the period before.

    All are only of families that the reader may read (R12); None for every family.
    """
    before = shift_filter(selected_by)
    chosen = CohortFilter(as_at=selected_by.as_at, pods=selected_by.pods, practitioner=selected_by.practitioner)
    whose = and_(is_readers_intervention(reader), *list_conditions(chosen))
    both = Span(find_period(before).starts_on, find_period(selected_by).ends_on)
    courses = _list_courses(whose, both, reader)
    parents = _list_parents(whose, both, timings)

    def count(of: CohortFilter) -> KeyFigures:
        period = find_period(of)
        pair_values = _read_pair_values(of, reader)
        return KeyFigures(
            selected_by=of,
            period=period,
            paired=_count_paired(of, reader),
            improved=count_improved(pair_values),
            on_time=count_on_time(parents, period, timings),
            successful=count_successful(courses, period),
            re_referred=count_re_referred(courses, period),
        )

    return count(selected_by), count(before)


def _read_pair_values(selected_by: CohortFilter, reader: Reader | None) -> str:
    """The values of the pairs that a filter selects, as one text (``domain.standings``)."""
    values = func.aggregate_strings(Standing.pair_values, "")
    statement = select_standings(values, selected_by=selected_by, reader=reader).where(Standing.standing == PAIR)
    return db.session.scalar(statement) or ""


def _count_paired(selected_by: CohortFilter, reader: Reader | None) -> Share:
    """The parents of the interventions that a filter selects, and those with a pair, whatever their Stars are (R3)."""
    columns = func.count(case((Standing.standing == PAIR, 1))), func.count()
    statement = select_standings(*columns, selected_by=selected_by.of_everybody, reader=reader)
    return Share(*db.session.execute(statement).one())


def _list_courses(whose: ColumnElement[bool], both: Span, reader: Reader | None) -> Sequence[Course]:
    """The interventions that closed in these days, or were referred in them or in the months that R10 looks back."""
    since = add_months(both.starts_on, -RE_REFERRAL_MONTHS)
    statement = (
        select(
            Intervention.family_id,
            Intervention.referred_on,
            Intervention.started_on,
            Intervention.id,
            Intervention.closed_on,
            Intervention.closure_reason,
            case((whose, 1), else_=0),
        )
        .join(Family, Family.id == Intervention.family_id)
        .where(
            is_readers_family(reader),
            or_(Intervention.referred_on >= since, Intervention.closed_on.between(both.starts_on, both.ends_on)),
        )
    )
    return [Course._make((*row[:6], bool(row[6]))) for row in db.session.execute(statement)]


def _list_parents(whose: ColumnElement[bool], both: Span, timings: Timings) -> list[RegisteredParent]:
    """The registered parents of whom a Star may be due in these days.

    An interim stands while the intervention is open; a start Star may be due, and a closure Star is, after that.
    """
    may_be_due = and_(
        whose,
        or_(
            Intervention.closed_on.is_(None),
            Intervention.closed_on >= both.starts_on,
            Intervention.started_on >= both.starts_on - timedelta(days=timings.start_due_days),
        ),
    )
    registered = (
        select(Registration.id, Intervention.started_on, Intervention.closed_on)
        .join(Intervention, Intervention.id == Registration.intervention_id)
        .where(may_be_due, Intervention.started_on <= both.ends_on)
    )
    stars = list_star_dates(select_star_dates(both.ends_on, registered.with_only_columns(Registration.id)))
    return [
        RegisteredParent(started_on, closed_on, stars.get(registration_id, ()))
        for registration_id, started_on, closed_on in db.session.execute(registered)
    ]
