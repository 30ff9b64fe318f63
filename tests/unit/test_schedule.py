"""R7: when a Star is due, what answers it, whether in time, and which comes next. Each clause, by hand."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from star_tracker.domain.scales import Kind
from star_tracker.domain.schedule import DueStar, DueState, NextStar, Timings, list_due_stars, next_star

STARTED = date(2018, 10, 3)
START_DUE = date(2018, 10, 31)
LATER = date(2020, 1, 1)


def due_of(
    kind: str, stars: list[tuple[str, date]], *, closed_on: date | None = None, as_at: date = LATER
) -> list[DueStar]:
    return [star for star in list_due_stars(STARTED, closed_on, stars, as_at) if star.kind == kind]


def test_a_start_star_is_due_28_days_after_the_intervention_started() -> None:
    (start,) = due_of("start", [])
    assert (start.due_on, start.answered_on, start.stands) == (START_DUE, None, True)


@pytest.mark.parametrize(("completed_on", "on_time"), [(START_DUE, True), (date(2018, 11, 1), False)])
def test_a_start_star_is_on_time_by_its_due_date_without_grace(completed_on: date, on_time: bool) -> None:
    (start,) = due_of("start", [("start", completed_on)])
    assert (start.completed, start.on_time) == (True, on_time)


@pytest.mark.parametrize(
    ("closed_on", "stands"),
    [(date(2018, 10, 30), False), (START_DUE, False), (date(2018, 11, 1), True), (None, True)],
)
def test_a_start_without_a_star_stands_if_the_intervention_was_open_on_its_due_date(
    closed_on: date | None, stands: bool
) -> None:
    (start,) = due_of("start", [], closed_on=closed_on)
    assert (start.stands, start.completed, start.on_time) == (stands, False, False)


def test_a_start_star_makes_its_due_date_stand_even_if_the_intervention_closed_before() -> None:
    (start,) = due_of("start", [("start", date(2018, 10, 5))], closed_on=date(2018, 10, 20))
    assert (start.stands, start.completed, start.on_time) == (True, True, True)


def test_an_interim_star_is_not_promoted_to_answer_the_start() -> None:
    (start,) = due_of("start", [("interim", date(2018, 10, 20))])
    assert start.answered_on is None


def test_each_start_or_interim_star_makes_an_interim_due_three_calendar_months_later() -> None:
    interims = due_of("interim", [("start", date(2018, 10, 31)), ("interim", date(2019, 1, 31))])
    assert [(star.due_on, star.answered_on) for star in interims] == [
        (date(2019, 1, 31), date(2019, 1, 31)),
        (date(2019, 4, 30), None),  # 31 January and three months is 30 April
    ]


def test_each_interim_is_answered_by_the_star_that_follows_the_one_that_made_it_due() -> None:
    days = [date(2018, 10, 31), date(2019, 1, 20), date(2019, 5, 2)]
    interims = due_of("interim", list(zip(("start", "interim", "interim"), days, strict=True)))
    assert [star.answered_on for star in interims] == [*days[1:], None]


def test_start_star_is_due_from_the_first_day_of_the_intervention() -> None:
    assert [star.due_on for star in list_due_stars(STARTED, None, [], STARTED)] == [START_DUE]
    assert list_due_stars(STARTED, None, [], STARTED - timedelta(days=1)) == []


def test_a_closure_star_makes_no_interim_due() -> None:
    stars = [("start", date(2018, 10, 31)), ("closure", date(2018, 12, 1))]
    (interim,) = due_of("interim", stars, closed_on=date(2019, 6, 1))
    assert interim.answered_on == date(2018, 12, 1)


def test_an_interim_star_makes_an_interim_due_even_without_a_start_star() -> None:
    (interim,) = due_of("interim", [("interim", date(2018, 11, 5))])
    assert (interim.due_on, interim.stands) == (date(2019, 2, 5), True)


@pytest.mark.parametrize(
    ("closed_on", "stands"),
    [(date(2019, 1, 31), False), (date(2019, 2, 1), True), (None, True)],
)
def test_an_interim_stands_if_the_intervention_was_open_on_its_due_date(closed_on: date | None, stands: bool) -> None:
    (interim,) = due_of("interim", [("start", START_DUE)], closed_on=closed_on)
    assert (interim.due_on, interim.stands) == (date(2019, 1, 31), stands)


def test_an_answered_interim_that_does_not_stand_is_not_completed() -> None:
    stars = [("start", START_DUE), ("closure", date(2019, 1, 20))]
    (interim,) = due_of("interim", stars, closed_on=date(2019, 1, 20))
    assert (interim.answered_on, interim.stands, interim.completed, interim.on_time) == (
        date(2019, 1, 20),
        False,
        False,
        False,
    )


@pytest.mark.parametrize(("completed_on", "on_time"), [(date(2019, 2, 14), True), (date(2019, 2, 15), False)])
def test_an_interim_is_on_time_up_to_14_days_after_its_due_date(completed_on: date, on_time: bool) -> None:
    interim = due_of("interim", [("start", START_DUE), ("interim", completed_on)])[0]
    assert (interim.completed, interim.on_time) == (True, on_time)


def test_a_closure_is_due_on_the_day_the_intervention_closed() -> None:
    (closure,) = due_of("closure", [("start", START_DUE)], closed_on=date(2019, 3, 1))
    assert (closure.due_on, closure.answered_on, closure.stands) == (date(2019, 3, 1), None, True)


@pytest.mark.parametrize(
    ("completed_on", "on_time"),
    [(date(2019, 2, 20), True), (date(2019, 3, 15), True), (date(2019, 3, 16), False)],
)
def test_closure_star_answers_the_closure_before_or_after_it_and_is_on_time_up_to_14_days_after(
    completed_on: date, on_time: bool
) -> None:
    stars = [("start", START_DUE), ("closure", completed_on)]
    (closure,) = due_of("closure", stars, closed_on=date(2019, 3, 1))
    assert (closure.completed, closure.on_time) == (True, on_time)


def test_no_closure_is_due_without_a_start_star_or_while_the_intervention_is_open() -> None:
    assert due_of("closure", [("interim", START_DUE)], closed_on=date(2019, 3, 1)) == []
    assert due_of("closure", [("start", START_DUE)]) == []


def test_events_after_the_day_are_ignored() -> None:
    stars = [("start", START_DUE), ("interim", date(2019, 2, 1))]
    due = list_due_stars(STARTED, date(2019, 3, 1), stars, date(2019, 1, 31))
    assert [(star.kind, star.answered_on, star.stands) for star in due] == [
        ("start", START_DUE, True),
        ("interim", None, True),
    ]
    assert list_due_stars(STARTED, None, stars, STARTED - timedelta(days=1)) == []


def test_events_on_the_day_count() -> None:
    stars = [("start", START_DUE), ("interim", date(2019, 2, 1)), ("closure", date(2019, 2, 1))]
    due = list_due_stars(STARTED, date(2019, 2, 1), stars, date(2019, 2, 1))
    assert [(star.kind, star.due_on, star.answered_on) for star in due if star.completed] == [
        ("start", START_DUE, START_DUE),
        ("interim", date(2019, 1, 31), date(2019, 2, 1)),
        ("closure", date(2019, 2, 1), date(2019, 2, 1)),
    ]


def test_due_dates_follow_the_timings_given() -> None:
    timings = Timings(start_due_days=14, interim_months=6, grace_days=0)
    start, interim = list_due_stars(STARTED, None, [("start", date(2018, 10, 18))], LATER, timings)
    assert (start.due_on, start.on_time) == (date(2018, 10, 17), False)
    assert (interim.due_on, interim.on_time_by) == (date(2019, 4, 18), date(2019, 4, 18))


@pytest.mark.parametrize(
    ("as_at", "state"),
    [
        (date(2018, 10, 16), DueState.NOT_DUE),  # 15 days before
        (date(2018, 10, 17), DueState.DUE_SOON),  # 14 days before
        (START_DUE, DueState.DUE_SOON),
        (date(2018, 11, 1), DueState.OVERDUE),
    ],
)
def test_due_soon_is_within_14_days_before_and_overdue_after_the_due_date(as_at: date, state: DueState) -> None:
    assert next_star(STARTED, None, [], as_at) == NextStar(Kind.START, START_DUE, state)


def test_after_a_star_the_next_is_an_interim_while_the_intervention_is_open() -> None:
    stars = [("start", START_DUE), ("interim", date(2019, 2, 1))]
    assert next_star(STARTED, None, stars, date(2019, 2, 1)) == NextStar(
        Kind.INTERIM, date(2019, 5, 1), DueState.NOT_DUE
    )


def test_once_the_intervention_is_closed_the_next_is_the_closure_and_no_longer_the_interim() -> None:
    stars = [("start", START_DUE)]
    closed_on = date(2019, 3, 1)  # after the interim of 31 January was missed
    assert next_star(STARTED, closed_on, stars, date(2019, 2, 28)).kind == "interim"
    assert next_star(STARTED, closed_on, stars, closed_on) == NextStar(Kind.CLOSURE, closed_on, DueState.DUE_SOON)
    assert next_star(STARTED, closed_on, stars, date(2019, 3, 2)).state == DueState.OVERDUE


def test_nothing_is_due_after_the_closure_star_nor_after_a_closure_before_the_start_was_due() -> None:
    nothing = NextStar(None, None, DueState.NOTHING_DUE)
    stars = [("start", START_DUE), ("closure", date(2019, 3, 1))]
    assert next_star(STARTED, date(2019, 3, 1), stars, LATER) == nothing
    assert next_star(STARTED, None, stars, LATER) == nothing
    assert next_star(STARTED, date(2018, 10, 20), [], LATER) == nothing


def test_a_missed_interim_is_not_the_next_once_the_intervention_is_closed_even_without_a_start() -> None:
    late_starts = Timings(start_due_days=365)
    stars, closed_on = [("interim", date(2018, 10, 10))], date(2019, 2, 1)
    # Closed before the start was due. The interim was due on 10 January, while the intervention was open.
    assert next_star(STARTED, closed_on, stars, LATER, late_starts) == NextStar(None, None, DueState.NOTHING_DUE)
    assert next_star(STARTED, None, stars, LATER, late_starts) == NextStar(
        Kind.START, date(2019, 10, 3), DueState.OVERDUE
    )


def test_a_missing_start_stays_the_next_even_after_an_interim() -> None:
    assert next_star(STARTED, None, [("interim", date(2018, 12, 1))], LATER).kind == "start"


History = tuple[date | None, list[tuple[str, date]], date]

days = st.integers(0, 900).map(lambda days: STARTED + timedelta(days=days))


@st.composite
def histories(draw: Callable[[st.SearchStrategy[Any]], Any]) -> History:
    """(closed_on, stars in R2's order, as_at): what R6 lets a parent's intervention hold, without its last limits."""
    interims = draw(st.lists(days, max_size=5, unique=True))
    stars = [("interim", day) for day in interims]
    if draw(st.booleans()):
        stars.append(("start", min([*interims, draw(days)])))
    closed_on = draw(st.none() | days)
    if draw(st.booleans()):
        stars.append(("closure", max([*interims, draw(days)])))
    order = {"start": 0, "interim": 1, "closure": 2}
    return closed_on, sorted(stars, key=lambda star: (star[1], order[star[0]])), draw(days)


@given(histories())
def test_on_time_is_among_completed_among_due(history: History) -> None:
    closed_on, stars, as_at = history
    for star in list_due_stars(STARTED, closed_on, stars, as_at):
        assert star.on_time <= star.completed <= star.stands
        assert star.answered_on is None or star.answered_on <= as_at


@given(histories())
def test_each_star_answers_at_most_one_interim_and_each_but_the_last_is_answered(history: History) -> None:
    closed_on, stars, as_at = history
    known = [day for _, day in stars if day <= as_at]
    interims = [star for star in list_due_stars(STARTED, closed_on, stars, as_at) if star.kind == "interim"]
    answers = [star.answered_on for star in interims if star.answered_on]
    assert all(answers.count(day) <= known.count(day) for day in answers)
    assert sum(star.answered_on is None for star in interims) <= 1


@given(histories())
def test_next_star_is_an_unanswered_due_date_that_stands(history: History) -> None:
    closed_on, stars, as_at = history
    following = next_star(STARTED, closed_on, stars, as_at)
    waiting = {
        (star.kind, star.due_on)
        for star in list_due_stars(STARTED, closed_on, stars, as_at)
        if star.stands and not star.completed
    }
    assert (following.state == DueState.NOTHING_DUE) == (following.due_on is None)
    assert following.due_on is None or (following.kind, following.due_on) in waiting
