"""Days, instants and spans of days: counted, written and read (R7, R10). Dates only; no clock (R11)."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

YEARS = range(1900, 3000)
"""A date in any other year is taken as a typing mistake, on a page and in a file alike."""


def add_months(day: date, months: int) -> date:
    """The same day of the month, ``months`` later, or that month's last day if it has no such day (R7).

    >>> add_months(date(2018, 1, 31), 3)
    datetime.date(2018, 4, 30)
    """
    return day + relativedelta(months=months)


def count_months(first: date, last: date) -> int:
    """Whole months between two days; a month more is the same day of the next month.

    >>> start = date(2018, 1, 20)
    >>> [count_months(start, day) for day in (start, date(2018, 4, 19), date(2018, 4, 20), date(2019, 1, 20))]
    [0, 2, 3, 12]
    """
    return 12 * (last.year - first.year) + last.month - first.month - (last.day < first.day)


def shift_months(day: date, months: int) -> date:
    """``add_months``, but a month's last day stays a month's last day, so that a quarter becomes a quarter.

    >>> shift_months(date(2019, 6, 30), -3), shift_months(date(2019, 6, 29), -3)
    (datetime.date(2019, 3, 31), datetime.date(2019, 3, 29))
    """
    if (day + timedelta(days=1)).day == 1:
        return add_months(day + timedelta(days=1), months) - timedelta(days=1)
    return add_months(day, months)


def long_date(day: date) -> str:
    """A date as people write it.

    >>> long_date(date(2018, 12, 1))
    '1 December 2018'
    """
    return f"{day.day} {day:%B %Y}"


def short_date(day: date) -> str:
    """A date as people type it.

    >>> short_date(date(2018, 12, 1))
    '1/12/2018'
    """
    return f"{day.day}/{day.month}/{day.year}"


def long_moment(at: datetime, zone: tzinfo | None) -> str:
    """An instant as people write it, in a time zone; None is the system's.

    >>> from datetime import UTC
    >>> long_moment(datetime(2018, 7, 1, 23, 5, tzinfo=UTC), ZoneInfo("Europe/London"))
    '2 July 2018 at 12:05am'
    """
    local = at.astimezone(zone)
    return f"{long_date(local)} at {local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def recent_moment(at: datetime, today: date, zone: ZoneInfo) -> str:
    """A recent instant as people write it: "today" instead of today's date.

    >>> from datetime import UTC
    >>> at = datetime(2018, 7, 2, 13, 5, tzinfo=UTC)
    >>> recent_moment(at, date(2018, 7, 2), ZoneInfo("Europe/London"))
    'today at 2:05pm'
    >>> recent_moment(at, date(2018, 7, 3), ZoneInfo("Europe/London"))
    '2 July 2018 at 2:05pm'
    """
    text, day = long_moment(at, zone), at.astimezone(zone).date()
    return text.replace(long_date(day), "today", 1) if day == today else text


def days_from(due_on: date, today: date) -> str:
    """How far off a due date is.

    >>> [days_from(date(2018, 7, day), date(2018, 7, 3)) for day in (1, 2, 3, 4, 9)]
    ['2 days late', '1 day late', 'today', 'tomorrow', 'in 6 days']
    """
    days = (due_on - today).days
    if days < 0:
        return f"{-days:,} {'day' if days == -1 else 'days'} late"
    return ("today", "tomorrow")[days] if days < 2 else f"in {days:,} days"


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins in a time zone.

    >>> from datetime import UTC
    >>> start_of_day(date(2018, 7, 2), ZoneInfo("Europe/London")).astimezone(UTC)
    datetime.datetime(2018, 7, 1, 23, 0, tzinfo=datetime.timezone.utc)
    """
    return datetime.combine(day, time.min, zone)


def parse_day(text: str) -> date:
    """The date written as 2018-12-01 or 01/12/2018.

    Raises:
        ValueError: neither form, or no such day.

    >>> parse_day("1/12/2018") == parse_day("2018-12-01")
    True
    """
    text = text.strip()
    with suppress(ValueError):  # no such day
        if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text, flags=re.ASCII):
            day, month, year = (int(part) for part in match.groups())
            return date(year, month, day)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, flags=re.ASCII):
            return date.fromisoformat(text)
    raise ValueError(f"{text!r} is not a date: write it like 2018-12-01 or 01/12/2018")


@dataclass(frozen=True)
class Span:
    """The days from one to another, both included.

    >>> date(2019, 3, 31) in Span(date(2019, 1, 1), date(2019, 3, 31))
    True
    """

    starts_on: date
    ends_on: date

    @property
    def label(self) -> str:
        """Whole months of a year or of two by their names, else the two days.

        >>> Span(date(2018, 10, 1), date(2018, 12, 31)).label, Span(date(2018, 12, 1), date(2019, 2, 28)).label
        ('October to December 2018', 'December 2018 to February 2019')
        >>> Span(date(2019, 2, 1), date(2019, 2, 28)).label, Span(date(2018, 4, 11), date(2019, 4, 10)).label
        ('February 2019', '11 April 2018 to 10 April 2019')
        """
        first, last = self.starts_on, self.ends_on
        if first.day != 1 or (last + timedelta(days=1)).day != 1:
            return f"{long_date(first)} to {long_date(last)}"
        if (first.year, first.month) == (last.year, last.month):
            return f"{last:%B %Y}"
        return f"{first:%B} to {last:%B %Y}" if first.year == last.year else f"{first:%B %Y} to {last:%B %Y}"

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on
