"""Spans of days, and how moments, due dates and days are written and read."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from star_tracker.domain.days import Span, days_from, long_moment, parse_day, recent_moment

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)


def test_span_has_its_first_and_its_last_day() -> None:
    span = Span(date(2019, 1, 1), date(2019, 3, 31))
    assert [span.starts_on - ONE_DAY in span, span.starts_on in span, span.ends_on in span] == [False, True, True]
    assert span.ends_on + ONE_DAY not in span


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2018, 7, 1, 23, 0, tzinfo=UTC), "2 July 2018 at 12:00am"),
        (datetime(2018, 7, 2, 10, 59, tzinfo=UTC), "2 July 2018 at 11:59am"),
        (datetime(2018, 7, 2, 11, 0, tzinfo=UTC), "2 July 2018 at 12:00pm"),
        (datetime(2018, 12, 2, 13, 5, tzinfo=UTC), "2 December 2018 at 1:05pm"),
    ],
)
def test_moment_is_written_in_the_time_of_its_zone(at: datetime, text: str) -> None:
    assert long_moment(at, LONDON) == text


def test_today_is_the_day_in_the_zone() -> None:
    late_in_utc = datetime(2018, 7, 1, 23, 5, tzinfo=UTC)
    assert recent_moment(late_in_utc, date(2018, 7, 2), LONDON) == "today at 12:05am"
    assert recent_moment(late_in_utc, date(2018, 7, 1), LONDON) == "2 July 2018 at 12:05am"


def test_due_date_from_the_day_after_tomorrow_is_in_so_many_days() -> None:
    today = date(2019, 4, 10)
    assert [days_from(today + days * ONE_DAY, today) for days in (1, 2, 1000)] == [
        "tomorrow",
        "in 2 days",
        "in 1,000 days",
    ]


@pytest.mark.parametrize(
    "text", ["31/2/2019", "2019-02-31", "2019-1-1", "1/1/19", "1.1.2019", "1/1/201\u0669", "2019-01-0\u0661", ""]
)
def test_text_that_is_not_a_day_is_refused_with_two_examples(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a date: write it like 2018-12-01 or 01/12/2018$"):
        parse_day(text)
