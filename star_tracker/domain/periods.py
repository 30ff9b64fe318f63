"""Quarters of the financial year (R8) and spans of calendar months (R7, R10). Dates only; no clock (R11)."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

YEARS = range(1900, 3000)
"""A date of another year is a slip of the hand, on a page and in a file alike."""


def add_months(day: date, months: int) -> date:
    """The same day of the month, ``months`` later, or that month's last day if it has no such day (R7).

    >>> add_months(date(2018, 1, 31), 3)
    datetime.date(2018, 4, 30)
    """
    return day + relativedelta(months=months)


def long_date(day: date) -> str:
    """A date as people write it.

    >>> long_date(date(2018, 12, 1))
    '1 December 2018'
    """
    return f"{day.day} {day:%B %Y}"


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


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of the financial year, April to March (R8).

    Attributes:
        year: the calendar year in which the financial year begins.
        number: 1 (April to June) to 4 (January to March).

    >>> str(Quarter(2018, 3)), Quarter(2018, 3).label
    ('2018-19-Q3', 'October to December 2018')
    """

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """The quarter written as ``2018-19-Q3``.

        Raises:
            ValueError: the text is no quarter; the message shows how one is written.

        >>> Quarter.parse("2018-19-Q4").ends_on
        datetime.date(2019, 3, 31)
        """
        match = re.fullmatch(r"(\d{4})-(\d{2})-Q([1-4])", text.strip(), flags=re.ASCII)
        if match:
            year, next_year, number = (int(part) for part in match.groups())
            if (year + 1) % 100 == next_year and 1900 <= year <= 2999:
                return cls(year, number)
        raise ValueError(f"{text!r} is not a quarter of a financial year; write it like 2018-19-Q3")

    @classmethod
    def containing(cls, day: date) -> "Quarter":
        """The quarter that ``day`` falls in.

        >>> str(Quarter.containing(date(2019, 1, 1)))
        '2018-19-Q4'
        """
        number = (day.month - 4) // 3 % 4 + 1
        return cls(day.year - (day.month < 4), number)

    def __str__(self) -> str:
        return f"{self.year}-{(self.year + 1) % 100:02d}-Q{self.number}"

    @property
    def starts_on(self) -> date:
        """The quarter's first day."""
        return date(self.year, 4, 1) + relativedelta(months=3 * (self.number - 1))

    @property
    def ends_on(self) -> date:
        """The quarter's last day, which is the ``as_at`` of its return."""
        return self.starts_on + relativedelta(months=3) - timedelta(days=1)

    @property
    def label(self) -> str:
        """As people say it: "October to December 2018"."""
        return f"{self.starts_on:%B} to {self.ends_on:%B %Y}"

    def previous(self) -> "Quarter":
        """The quarter before this one.

        >>> str(Quarter(2018, 1).previous())
        '2017-18-Q4'
        """
        return Quarter.containing(self.starts_on - timedelta(days=1))

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on
