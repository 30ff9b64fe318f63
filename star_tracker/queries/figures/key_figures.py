"""The key figures of a cohort, and of the period before it (``analysis.key_figures``)."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

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
from star_tracker.domain.accounts import fold_address
from star_tracker.domain.interventions import RE_REFERRAL_MONTHS
from star_tracker.domain.periods import Span, add_months
from star_tracker.domain.permissions import Reader
from star_tracker.domain.scales import Kind
from star_tracker.domain.schedule import Timings
from star_tracker.extensions import db
from star_tracker.models import Family, Intervention, Pod, Reading, Registration, Star, User
from star_tracker.queries.families.readers import is_readers_family, is_readers_intervention
from star_tracker.queries.figures.schedules import select_star_dates


def get_key_figures(
    selected_by: CohortFilter, *, reader: Reader | None, timings: Timings
) -> tuple[KeyFigures, KeyFigures]:
    """The key figures of the cohort that a filter selects, and those of the period before.

    All are only of families that the reader may read (R12); None for every family.
    """
    before = shift_filter(selected_by)
    whose = and_(is_readers_intervention(reader), *_whose_conditions(selected_by))
    both = Span(find_period(before).starts_on, find_period(selected_by).ends_on)
    courses = _list_courses(whose, both, reader)
    parents = _list_parents(whose, both, timings)
    found = []
    for chosen in (selected_by, before):
        period, pairs = find_period(chosen), _count_pairs(chosen, whose)
        figures = KeyFigures(
            selected_by=chosen,
            period=period,
            paired=Share(sum(n for *_areas, n in pairs), _count_parents(chosen, whose)),
            improved=count_improved(pairs),
            on_time=count_on_time(parents, period, timings),
            successful=count_successful(courses, period),
            re_referred=count_re_referred(courses, period),
        )
        found.append(figures)
    return found[0], found[1]


def _whose_conditions(selected_by: CohortFilter) -> list[ColumnElement[bool]]:
    """What the filter asks of the intervention's pod and practitioner."""
    conditions: list[ColumnElement[bool]] = []
    if selected_by.pods is not None:
        conditions.append(Intervention.pod_id.in_(select(Pod.id).where(Pod.name.in_(selected_by.pods))))
    if selected_by.practitioner is not None:
        people = select(User.id).where(User.email == fold_address(selected_by.practitioner))
        conditions.append(Intervention.practitioner_id.in_(people))
    return conditions


def _course_conditions(selected_by: CohortFilter) -> list[ColumnElement[bool]]:
    """What the filter asks of how the intervention stands as at its day (R3)."""
    as_at, closed_on = selected_by.as_at, Intervention.closed_on
    conditions: list[ColumnElement[bool]] = [Intervention.started_on <= as_at]
    if selected_by.status == "open":
        conditions.append(or_(closed_on.is_(None), closed_on > as_at))
    if selected_by.status == "closed" or selected_by.closed_from or selected_by.closed_to:
        conditions.append(closed_on <= as_at)
    if selected_by.closed_from:
        conditions.append(closed_on >= selected_by.closed_from)
    if selected_by.closed_to:
        conditions.append(closed_on <= selected_by.closed_to)
    return conditions


def _count_parents(selected_by: CohortFilter, whose: ColumnElement[bool]) -> int:
    """The parents registered in the interventions that the filter selects, with a pair or without."""
    statement = select(func.count(Registration.id)).join(Intervention, Intervention.id == Registration.intervention_id)
    return db.session.scalar(statement.where(whose, *_course_conditions(selected_by))) or 0


def _count_pairs(selected_by: CohortFilter, whose: ColumnElement[bool]) -> list[tuple[int, int, int]]:
    """The pairs (R2) by the number of areas scored in both Stars, and of those in which the latest value is higher."""
    first, later, latest = aliased(Star), aliased(Star), aliased(Star)
    as_at = selected_by.as_at
    latest_id = (
        select(later.id)
        .where(
            later.registration_id == first.registration_id,
            later.kind != Kind.START,
            later.completed_on.between(first.completed_on, as_at),
            later.is_counted,
        )
        .order_by(*later.latest_first())
        .limit(1)
        .correlate(first)
        .scalar_subquery()
    )
    latest_conditions = []
    if selected_by.latest_from:
        latest_conditions.append(latest.completed_on >= selected_by.latest_from)
    if selected_by.latest_to:
        latest_conditions.append(latest.completed_on <= selected_by.latest_to)
    pairs = (
        select(first.id.label("first_id"), latest.id.label("latest_id"))
        .join(Registration, Registration.id == first.registration_id)
        .join(Intervention, Intervention.id == Registration.intervention_id)
        .join(latest, latest.id == latest_id)
        .where(first.kind == Kind.START, first.is_counted, first.completed_on <= as_at, *latest_conditions)
        .where(whose, *_course_conditions(selected_by))
        .cte("pairs")
    )
    start_reading, latest_reading = aliased(Reading), aliased(Reading)
    are_both_scored = start_reading.value.is_not(None) & latest_reading.value.is_not(None)
    by_pair = (
        select(
            func.sum(case((are_both_scored, 1), else_=0)).label("scored"),
            func.sum(case((latest_reading.value > start_reading.value, 1), else_=0)).label("improved"),
        )
        .select_from(pairs)
        .join(start_reading, start_reading.star_id == pairs.c.first_id)
        .join(
            latest_reading,
            and_(latest_reading.star_id == pairs.c.latest_id, latest_reading.area == start_reading.area),
        )
        .group_by(pairs.c.first_id)
        .subquery()
    )
    columns = by_pair.c.scored, by_pair.c.improved
    rows = db.session.execute(select(*columns, func.count()).group_by(*columns))
    return [(int(scored), int(improved), n) for scored, improved, n in rows]


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
    stars: dict[int, list[tuple[str, date]]] = {}
    for registration_id, kind, completed_on in db.session.execute(select_star_dates(both.ends_on).where(may_be_due)):
        stars.setdefault(registration_id, []).append((kind, completed_on))
    registered = db.session.execute(
        select(Registration.id, Intervention.started_on, Intervention.closed_on)
        .join(Intervention, Intervention.id == Registration.intervention_id)
        .where(may_be_due, Intervention.started_on <= both.ends_on)
    )
    return [
        RegisteredParent(started_on, closed_on, stars.get(registration_id, ()))
        for registration_id, started_on, closed_on in registered
    ]
