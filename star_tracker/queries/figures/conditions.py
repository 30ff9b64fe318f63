"""What a cohort's filter asks, as conditions of a select (R3).

What it asks of the intervention selects pairs and excluded alike; what it asks of the Stars selects pairs alone.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, case, extract, func, literal, select, tuple_
from sqlalchemy.orm import aliased

from star_tracker.domain.accounts import fold_address
from star_tracker.domain.cohort_choice import CHILDREN, LEVELS, MONTHS
from star_tracker.domain.interventions import RE_REFERRAL_MONTHS
from star_tracker.domain.scales import CompletedBy, area_number
from star_tracker.domain.standings import PAIR
from star_tracker.models import Intervention, Pod, Registration, Standing, Star, User

if TYPE_CHECKING:
    from star_tracker.analysis.cohorts import CohortFilter  # a caseload's conditions do without pandas

Condition = ColumnElement[bool]

_MONTH = 31
"""The days of a month in ``_number``: more than any has, so that months compare before days."""


def list_conditions(selected_by: "CohortFilter") -> Sequence[Condition]:
    """What the filter asks of a standing and its intervention, besides ``as_at`` and the reader."""
    asked_of_pairs = _list_of_pairs(selected_by)
    of_pairs = [(Standing.standing != PAIR) | and_(*asked_of_pairs)] if asked_of_pairs else []
    return [*_list_of_interventions(selected_by), *of_pairs]


def is_of_service() -> Condition:
    """The intervention is the service's own, and not of a comparison group (R14)."""
    return Intervention.pod_id.not_in(select(Pod.id).where(Pod.is_comparison))


def is_of_council(council_id: int) -> Condition:
    """The intervention's pod works for this council, and is no comparison group (R14)."""
    return Intervention.pod_id.in_(select(Pod.id).where(Pod.council_id == council_id, ~Pod.is_comparison))


def is_completed_together(as_at: date) -> Condition:
    """A parent of the intervention had completed a counted Star together with the worker by a day."""
    return (
        select(Star.id)
        .join(Registration, Registration.id == Star.registration_id)
        .where(
            Registration.intervention_id == Intervention.id,
            Star.is_counted,
            Star.completed_by == CompletedBy.TOGETHER,
            Star.completed_on <= as_at,
        )
        .exists()
    )


def _list_of_interventions(selected_by: "CohortFilter") -> list[Condition]:
    as_at, closed_on = selected_by.as_at, Intervention.closed_on
    conditions: list[Condition] = []
    if selected_by.pods is None:
        conditions.append(is_of_service())
    else:
        conditions.append(Intervention.pod_id.in_(select(Pod.id).where(Pod.name.in_(selected_by.pods))))
    if selected_by.practitioner is not None:
        people = select(User.id).where(User.email == fold_address(selected_by.practitioner))
        conditions.append(Intervention.practitioner_id.in_(people))
    if selected_by.status == "open":
        conditions.append(closed_on.is_(None) | (closed_on > as_at))
    of_closing = selected_by.closed_from, selected_by.closed_to, selected_by.closure_reason
    if selected_by.status == "closed" or any(of_closing):
        conditions.append(closed_on <= as_at)
    conditions += _between(closed_on, selected_by.closed_from, selected_by.closed_to)
    if selected_by.closure_reason:
        conditions.append(Intervention.closure_reason == selected_by.closure_reason)
    if selected_by.children:
        conditions += _between(Intervention.children, *CHILDREN[selected_by.children])
    if selected_by.re_referral:
        is_re_referral = _is_re_referral()
        conditions.append(is_re_referral if selected_by.re_referral == "yes" else ~is_re_referral)
    if selected_by.months:
        least, below = MONTHS[selected_by.months]
        ended_on = case((closed_on <= as_at, closed_on), else_=literal(as_at))
        lasted = _number(ended_on) - _number(Intervention.started_on)
        conditions += _between(lasted, least * _MONTH, None if below is None else below * _MONTH - 1)
    return conditions + _between(Intervention.started_on, selected_by.started_from, selected_by.started_to)


def _list_of_pairs(selected_by: "CohortFilter") -> list[Condition]:
    conditions = _between(Standing.since, selected_by.latest_from, selected_by.latest_to)
    if dated := _between(Star.completed_on, selected_by.start_from, selected_by.start_to):
        conditions.append(_has(Standing.start_id, *dated))
    if selected_by.latest_kind:
        conditions.append(_has(Standing.latest_id, Star.kind == selected_by.latest_kind))
    if selected_by.completed:
        conditions.append(_is_completed(selected_by.completed))
    if selected_by.start_level:
        area, _, level = selected_by.start_level.rpartition("-")
        lowest, highest = LEVELS[level]
        digit = func.substr(Standing.pair_values, 2 * area_number(area) - 1, 1)
        conditions.append(digit.in_([f"{value:x}" for value in range(lowest, highest + 1)]))
    return conditions


def _between(column: Any, first: Any, last: Any) -> list[Condition]:
    """From the one to the other, both included; None for no limit."""
    at_least = [] if first is None else [column >= first]
    return at_least if last is None else [*at_least, column <= last]


def _has(star_id: ColumnElement[Any] | Any, *conditions: Condition) -> Condition:
    """The standing's start or latest Star meets these conditions."""
    return select(Star.id).where(Star.id == star_id, *conditions).exists()


def _is_completed(how: str) -> Condition:
    """How both Stars, or one of them, were completed."""
    is_of_pair = Star.id.in_([Standing.start_id, Standing.latest_id])
    of_one = {
        "together": Star.completed_by != CompletedBy.TOGETHER,
        "worker": Star.completed_by == CompletedBy.WORKER,
        "planned": Star.unplanned,
        "unplanned": Star.unplanned,
        "prompt": Star.retrospective,
        "retrospective": Star.retrospective,
    }
    found = select(Star.id).where(is_of_pair, of_one[how]).exists()
    return ~found if how in ("together", "planned", "prompt") else found


def _is_re_referral() -> Condition:
    """The family was referred before, at most ``RE_REFERRAL_MONTHS`` ago (R10, ``domain.interventions``)."""
    earlier = aliased(Intervention)
    order = [(one.referred_on, one.started_on, one.id) for one in (earlier, Intervention)]
    since = _number(Intervention.referred_on) - _number(earlier.referred_on)
    return (
        select(earlier.id)
        .where(
            earlier.family_id == Intervention.family_id,
            tuple_(*order[0]) < tuple_(*order[1]),
            since <= RE_REFERRAL_MONTHS * _MONTH,
        )
        .correlate(Intervention)
        .exists()
    )


def _number(day: Any) -> ColumnElement[int]:
    """A number for a day, of which ``_MONTH`` more is the same day of the next month, on any database."""
    year, month, day_of_month = (extract(part, day) for part in ("year", "month", "day"))
    return (year * 12 + month) * _MONTH + day_of_month
