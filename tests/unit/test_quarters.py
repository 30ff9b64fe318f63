"""R8: a quarter's days, its code and its name, whatever month its year begins in: by hand, and for any day."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from star_tracker.domain.days import add_months
from star_tracker.domain.quarters import Quarter

DAYS = st.dates(date(1901, 1, 1), date(2999, 12, 31))
MONTHS = st.integers(1, 12)
ONE_DAY = timedelta(days=1)


def test_year_defaults_to_the_financial_year() -> None:
    assert Quarter.parse("2018-19-Q3") == Quarter.parse("2018-19-Q3", 4) == Quarter(2018, 3)
    assert Quarter.containing(date(2018, 4, 1)) == Quarter(2018, 1)
    assert Quarter.containing(date(2018, 3, 31)) == Quarter(2017, 4)


@pytest.mark.parametrize(
    ("code", "first_month", "first", "last", "label"),
    [
        ("2018-19-Q3", 4, date(2018, 10, 1), date(2018, 12, 31), "October to December 2018"),
        ("1999-00-Q4", 4, date(2000, 1, 1), date(2000, 3, 31), "January to March 2000"),
        ("2018-19-Q1", 9, date(2018, 9, 1), date(2018, 11, 30), "September to November 2018"),
        ("2018-19-Q2", 9, date(2018, 12, 1), date(2019, 2, 28), "December 2018 to February 2019"),
        ("2019-20-Q2", 9, date(2019, 12, 1), date(2020, 2, 29), "December 2019 to February 2020"),
        ("2018-19-Q4", 9, date(2019, 6, 1), date(2019, 8, 31), "June to August 2019"),
        ("2019-20-Q4", 2, date(2019, 11, 1), date(2020, 1, 31), "November 2019 to January 2020"),
        ("2018-19-Q4", 3, date(2018, 12, 1), date(2019, 2, 28), "December 2018 to February 2019"),
        ("2018-19-Q1", 12, date(2018, 12, 1), date(2019, 2, 28), "December 2018 to February 2019"),
        ("2018-19-Q4", 12, date(2019, 9, 1), date(2019, 11, 30), "September to November 2019"),
        ("2018-Q1", 1, date(2018, 1, 1), date(2018, 3, 31), "January to March 2018"),
        ("2018-Q4", 1, date(2018, 10, 1), date(2018, 12, 31), "October to December 2018"),
    ],
)
def test_a_quarter_has_these_days_and_this_name(
    code: str, first_month: int, first: date, last: date, label: str
) -> None:
    quarter = Quarter.parse(f" {code} ", first_month)
    assert (quarter.starts_on, quarter.ends_on, quarter.label, str(quarter)) == (first, last, label, code)
    assert {Quarter.containing(day, first_month) for day in (first, last)} == {quarter}
    assert [day in quarter for day in (first - ONE_DAY, first, last, last + ONE_DAY)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("code", "previous", "first_month"),
    [
        ("2018-19-Q1", "2017-18-Q4", 9),
        ("2018-19-Q3", "2018-19-Q2", 9),
        ("2018-Q1", "2017-Q4", 1),
        ("2018-19-Q1", "2017-18-Q4", 12),
    ],
)
def test_the_quarter_before_is_of_the_same_kind_of_year(code: str, previous: str, first_month: int) -> None:
    assert Quarter.parse(code, first_month).previous() == Quarter.parse(previous, first_month)


@pytest.mark.parametrize(
    ("text", "first_month", "words"),
    [
        ("2018-19-Q5", 4, "'2018-19-Q5' is not a quarter of a financial year; write it like 2018-19-Q3"),
        ("2018-19-Q0", 4, "financial year; write it like 2018-19-Q3"),
        ("2018-20-Q1", 4, "financial year; write it like 2018-19-Q3"),
        ("1850-51-Q1", 4, "financial year; write it like 2018-19-Q3"),
        ("3000-01-Q1", 4, "financial year; write it like 2018-19-Q3"),
        ("2018-Q1", 4, "financial year; write it like 2018-19-Q3"),
        ("2018-Q1", 9, "'2018-Q1' is not a quarter of a contract year; write it like 2018-19-Q3"),
        ("2018-18-Q1", 9, "contract year; write it like 2018-19-Q3"),
        ("2018-19-Q1", 1, "'2018-19-Q1' is not a quarter of a contract year; write it like 2018-Q3"),
        ("2018-Q5", 1, "contract year; write it like 2018-Q3"),
        ("1899-Q4", 1, "contract year; write it like 2018-Q3"),
        ("\u0662\u0660\u0661\u0668-Q1", 1, "contract year; write it like 2018-Q3"),
        ("", 1, "contract year; write it like 2018-Q3"),
    ],
)
def test_text_that_is_not_a_quarter_of_the_year_is_refused_with_an_example(
    text: str, first_month: int, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        Quarter.parse(text, first_month)


@given(DAYS, MONTHS)
def test_every_day_is_in_exactly_one_quarter_of_three_whole_months(day: date, first_month: int) -> None:
    quarters = [
        Quarter(year, number, first_month) for year in (day.year - 1, day.year, day.year + 1) for number in (1, 2, 3, 4)
    ]
    assert [quarter for quarter in quarters if day in quarter] == [Quarter.containing(day, first_month)]
    for quarter, following in pairwise(quarters):
        assert following.starts_on == quarter.ends_on + ONE_DAY == add_months(quarter.starts_on, 3)
        assert following.previous() == quarter
    assert {(quarter.starts_on.month, quarter.starts_on.day) for quarter in quarters if quarter.number == 1} == {
        (first_month, 1)
    }


@given(DAYS, MONTHS)
def test_written_quarter_parses_to_the_same_quarter(day: date, first_month: int) -> None:
    quarter = Quarter.containing(day, first_month)
    assert Quarter.parse(str(quarter), first_month) == quarter
