"""The period of the key figures and the one before it, and what divides what."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.analysis.key_figures import (
    Course,
    RegisteredParent,
    Share,
    count_improved,
    count_on_time,
    count_re_referred,
    count_successful,
    find_months_before,
    find_period,
    shift_filter,
)
from star_tracker.domain.days import Span
from star_tracker.domain.scales import AREAS
from star_tracker.domain.schedule import Timings

AS_AT = date(2019, 4, 10)
DAYS = st.dates(date(2015, 1, 1), date(2019, 12, 31))


@pytest.mark.parametrize(
    ("chosen", "period", "before", "as_at_before"),
    [
        ({}, "11 April 2018 to 10 April 2019", "11 April 2017 to 10 April 2018", date(2018, 4, 10)),
        (
            {"closed_from": date(2019, 1, 1), "closed_to": date(2019, 3, 31)},
            "January to March 2019",
            "October to December 2018",
            date(2019, 1, 10),
        ),
        (
            {"latest_from": date(2018, 4, 1), "latest_to": date(2019, 3, 31)},
            "April 2018 to March 2019",
            "April 2017 to March 2018",
            date(2018, 4, 10),
        ),
        # Closing dates come before those of the latest Star.
        (
            {"closed_from": date(2019, 2, 1), "closed_to": date(2019, 2, 28), "latest_from": date(2018, 1, 1)},
            "February 2019",
            "November 2018",
            date(2019, 1, 10),
        ),
        ({"closed_to": date(2019, 3, 31)}, "April 2018 to March 2019", "April 2017 to March 2018", date(2018, 4, 10)),
        # It ends as at the cohort's day.
        (
            {"closed_from": date(2019, 4, 1), "closed_to": date(2019, 6, 30)},
            "1 April 2019 to 10 April 2019",
            "1 January 2019 to 10 January 2019",
            date(2019, 1, 10),
        ),
        # Sixteen months are compared with those two years before.
        (
            {"latest_from": date(2018, 1, 1), "latest_to": date(2019, 3, 31)},
            "January 2018 to March 2019",
            "January 2016 to March 2017",
            date(2017, 4, 10),
        ),
    ],
)
def test_period_and_the_one_before_follow_from_the_dates_chosen(
    chosen: dict[str, Any], period: str, before: str, as_at_before: date
) -> None:
    selected_by = CohortFilter(as_at=AS_AT, pods=("Crewe",), status="closed", **chosen)
    shifted = shift_filter(selected_by)
    assert find_period(selected_by).label == period
    assert find_period(shifted).label == before
    assert shifted.as_at == as_at_before
    assert (shifted.pods, shifted.status) == (("Crewe",), "closed")


@given(DAYS, DAYS, DAYS)
def test_period_before_never_overlaps(first: date, last: date, as_at: date) -> None:
    first, last = min(first, last), max(first, last)
    selected_by = CohortFilter(as_at=max(as_at, first), latest_from=first, latest_to=last)
    before = find_period(shift_filter(selected_by))
    assert before.starts_on <= before.ends_on < find_period(selected_by).starts_on
    assert find_months_before(selected_by) in (3, 12, 24, 36, 48, 60)


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=10, max_size=10))
def test_improved_in_most_areas_is_what_a_plain_loop_counts(pair: list[tuple[int, int]]) -> None:
    assert len(pair) == len(AREAS)
    scored = [(start, latest) for start, latest in pair if start and latest]
    up = sum(latest > start for start, latest in scored)
    is_asked = len(scored) >= 5
    values = "".join(f"{start:x}{latest:x}" for start, latest in pair)
    assert count_improved(values) == (is_asked and up > len(scored) / 2, is_asked)


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(9, 9, None), (1, 8, None), (1, 200, 1), (0, 10, 0), (5, 40, 13)]
)
def test_percentage_needs_ten_and_rounds_halves_away_from_zero(part: int, whole: int, percent: int | None) -> None:
    assert Share(part, whole).percent == percent


WINTER = Span(date(2019, 1, 1), date(2019, 3, 31))


def test_stars_on_time_are_of_those_due_in_the_period_that_stand() -> None:
    began = date(2018, 12, 20)  # a start is due on 17 January
    parents = [
        RegisteredParent(began, None, [("start", date(2019, 1, 17))]),  # and an interim on 17 April: not in the period
        RegisteredParent(began, None, [("start", date(2019, 1, 18))]),  # a day late
        RegisteredParent(began, None, [("start", date(2019, 4, 1))]),  # after the period: not there yet
        RegisteredParent(date(2018, 12, 3), None, []),  # due on 31 December
        RegisteredParent(began, date(2019, 1, 10), []),  # closed before it was due
        RegisteredParent(
            date(2018, 9, 1), date(2019, 3, 31), [("start", date(2018, 10, 1)), ("closure", date(2019, 1, 2))]
        ),
    ]
    # The last had an interim due on 1 January, answered the day after, and the closure on 31 March, answered before.
    assert count_on_time(parents, WINTER, Timings()) == (3, 5)
    assert count_on_time(parents, WINTER, Timings(grace_days=0)) == (2, 5)


def course(
    number: int, *, family: int = 1, referred_on: date = WINTER.starts_on, is_chosen: bool = True, **closed: Any
) -> Course:
    return Course(family, referred_on, referred_on, number, closed.get("on"), closed.get("why"), is_chosen)


def test_families_that_closed_successfully_count_once_for_each_reason() -> None:
    first, last = WINTER.starts_on, WINTER.ends_on
    courses = [
        course(1, on=first, why="completed"),
        course(2, on=last, why="completed"),  # the same family for the same reason
        course(3, on=last, why="moved_away"),  # and for another
        course(4, family=2, on=last, why="completed"),
        course(5, family=3, on=date(2018, 12, 31), why="completed"),
        course(6, family=4, on=date(2019, 4, 1), why="completed"),
        course(7, family=5, on=last, why="completed", is_chosen=False),
        course(8, family=6),
    ]
    assert count_successful(courses, WINTER) == (2, 3)


def test_re_referrals_are_those_of_the_cohort_in_the_period_and_look_back_at_the_whole_family() -> None:
    courses = [
        course(1, referred_on=date(2018, 3, 31), is_chosen=False),
        course(2, referred_on=date(2019, 3, 31)),  # 12 months after the one before, which was of another pod
        course(3, family=2, referred_on=date(2017, 12, 31)),
        course(4, family=2, referred_on=date(2019, 1, 1)),  # more than 12 months
        course(5, family=3, referred_on=date(2018, 12, 1)),
        course(6, family=3, referred_on=date(2018, 12, 31)),  # a re-referral, the day before the period
        course(7, family=4, referred_on=date(2019, 1, 1)),
        course(8, family=4, referred_on=date(2019, 2, 1), is_chosen=False),  # a re-referral to another pod
        course(9, family=5, referred_on=date(2019, 3, 1)),
    ]
    assert count_re_referred(courses, WINTER) == (1, 4)
