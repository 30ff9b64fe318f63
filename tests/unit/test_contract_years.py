"""What holds from a day (R15), and the quarters of a contract whose year changes, worked out by hand."""

from datetime import date, timedelta

import pytest

from star_tracker.config import Settings
from star_tracker.domain.contract_years import ALWAYS, ContractYears, check_first_day, find_held
from star_tracker.domain.errors import DomainError
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.schedule import Timings

CHANGED_ON = date(2019, 9, 1)
APRIL_THEN_SEPTEMBER = ContractYears({ALWAYS: 4, CHANGED_ON: 9})
TODAY = date(2019, 12, 24)


def test_a_value_holds_from_its_first_day_to_the_day_before_the_next() -> None:
    values = {ALWAYS: "a", date(2019, 4, 1): "b", date(2019, 7, 1): "c"}
    days = (date(1950, 1, 1), date(2019, 3, 31), date(2019, 4, 1), date(2019, 6, 30), date(2019, 7, 1))
    assert [find_held(values, day) for day in days] == ["a", "a", "b", "b", "c"]


def test_settings_of_a_day_are_those_that_held_on_it() -> None:
    held = {"start_due_days": {ALWAYS: 28, CHANGED_ON: 21}, "threshold": {ALWAYS: 8, CHANGED_ON: 10}}
    today = Settings(held=held, timings=Timings(start_due_days=21), threshold=10)
    before = today.as_at(CHANGED_ON - timedelta(days=1))
    assert (before.timings, before.threshold) == (Timings(start_due_days=28), 8)
    assert before.as_at(CHANGED_ON) == today
    assert Settings(threshold=6).as_at(ALWAYS).threshold == 6, "what nobody changed has held since always"


def test_quarters_are_of_the_year_that_holds_on_their_last_day() -> None:
    quarters = APRIL_THEN_SEPTEMBER.list_quarters(date(2019, 1, 10), TODAY)
    assert [(str(quarter), quarter.label) for quarter in quarters] == [
        ("2019-20-Q2", "December 2019 to February 2020"),
        ("2019-20-Q1-september", "September to November 2019"),
        ("2019-20-Q1-april", "April to June 2019"),
        ("2018-19-Q4", "January to March 2019"),
    ]
    assert [APRIL_THEN_SEPTEMBER.read(str(quarter)) for quarter in quarters] == quarters, "each is written by itself"
    assert APRIL_THEN_SEPTEMBER.read("2019-20-Q1") == quarters[1], "the later year's"


def test_a_year_of_the_same_quarters_changes_only_what_they_are_called() -> None:
    years = ContractYears({ALWAYS: 4, date(2019, 7, 1): 1})
    quarters = years.list_quarters(date(2019, 4, 1), date(2019, 8, 1))
    assert [(str(quarter), quarter.label) for quarter in quarters] == [
        ("2019-Q3", "July to September 2019"),
        ("2019-20-Q1", "April to June 2019"),
    ]
    assert [years.read(str(quarter)) for quarter in quarters] == quarters


def test_there_is_a_quarter_to_choose_even_where_two_years_leave_none() -> None:
    years = ContractYears({ALWAYS: 4, date(2019, 6, 1): 9})
    assert [quarter.label for quarter in years.list_quarters(date(2019, 5, 15), date(2019, 5, 15))] == [
        "April to June 2019"
    ]


def test_a_quarter_is_known_by_its_first_day_whatever_the_year_is_now() -> None:
    assert APRIL_THEN_SEPTEMBER.beginning_on(date(2019, 4, 1)) == Quarter(2019, 1)
    assert APRIL_THEN_SEPTEMBER.beginning_on(date(2019, 9, 1)) == Quarter(2019, 1, 9)
    never = APRIL_THEN_SEPTEMBER.beginning_on(date(2019, 2, 1))
    assert never.label == "February to April 2019"
    assert not APRIL_THEN_SEPTEMBER.has(never)


@pytest.mark.parametrize("text", ["2019-Q1", "2018-19-Q5", "2019-20-Q1-may", "2018-19-Q4-september", "2021-22-Q1x", ""])
def test_what_is_no_quarter_of_the_contract_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a quarter of a contract year; write it like 2018-19-Q3"):
        APRIL_THEN_SEPTEMBER.read(text)


def test_a_day_that_has_passed_is_refused() -> None:
    with pytest.raises(DomainError, match="Enter today, 24 December 2019, or a later day"):
        check_first_day(TODAY - timedelta(days=1), TODAY)
    for day in (TODAY, TODAY + timedelta(days=400), ALWAYS):
        check_first_day(day, TODAY)
