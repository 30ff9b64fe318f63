"""Quarters of a contract's year (R8). Dates only; no clock (R11)."""

import re
from calendar import month_name
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from dateutil.relativedelta import relativedelta

from star_tracker.domain.days import YEARS, Span

FINANCIAL_YEAR_STARTS_IN = 4
"""April: the contract's year is the financial year unless a service's settings say otherwise (R8)."""


def year_name(first_month: int) -> str:
    """What people call the year whose first month has this number.

    >>> year_name(4), year_name(9)
    ('financial year', 'contract year')
    """
    return "financial year" if first_month == FINANCIAL_YEAR_STARTS_IN else "contract year"


def year_months(first_month: int) -> str:
    """The first and the last month of the year whose first month has this number.

    >>> year_months(4), year_months(1)
    ('April to March', 'January to December')
    """
    return f"{month_name[first_month]} to {month_name[first_month - 1 or 12]}"


@dataclass(frozen=True)
class Quarter:
    """A quarter of the financial year, April to March, or of a contract's year that begins in another month (R8).

    Attributes:
        year: the calendar year in which its contract year begins.
        number: 1 to 4; in the financial year, 1 is April to June.
        first_month: the number of the month in which the contract year begins.
        mark: what is written after it where another of the contract's quarters is written alike
            (``domain.contract_years``); it tells none apart here.

    >>> str(Quarter(2018, 3)), Quarter(2018, 3).label
    ('2018-19-Q3', 'October to December 2018')
    >>> str(Quarter(2018, 2, first_month=9)), Quarter(2018, 2, first_month=9).label
    ('2018-19-Q2', 'December 2018 to February 2019')
    >>> str(Quarter(2018, 1, first_month=1)), Quarter(2018, 1, first_month=1).label
    ('2018-Q1', 'January to March 2018')
    """

    year: int
    number: int
    first_month: int = FINANCIAL_YEAR_STARTS_IN
    mark: str = field(default="", compare=False)

    @classmethod
    def parse(cls, text: str, first_month: int = FINANCIAL_YEAR_STARTS_IN) -> "Quarter":
        """The quarter written as ``2018-19-Q3``, or ``2018-Q3`` where the year begins in January.

        Raises:
            ValueError: the text is not a quarter of such a year; the message shows how one is written.

        >>> Quarter.parse("2018-19-Q4").ends_on
        datetime.date(2019, 3, 31)
        """
        match = re.fullmatch(r"(\d{4})(-\d{2})?-Q([1-4])", text.strip())
        if match and int(match[1]) in YEARS:
            quarter = cls(int(match[1]), int(match[3]), first_month)
            if str(quarter) == match[0]:  # else its second year is wrong, or its digits are not 0 to 9
                return quarter
        example = cls(2018, 3, first_month)
        raise ValueError(f"{text!r} is not a quarter of a {year_name(first_month)}; write it like {example}")

    @classmethod
    def containing(cls, day: date, first_month: int = FINANCIAL_YEAR_STARTS_IN) -> "Quarter":
        """The quarter that ``day`` falls in.

        >>> str(Quarter.containing(date(2019, 1, 1)))
        '2018-19-Q4'
        """
        number = (day.month - first_month) // 3 % 4 + 1
        return cls(day.year - (day.month < first_month), number, first_month)

    def __str__(self) -> str:
        second_year = "" if self.first_month == 1 else f"-{(self.year + 1) % 100:02d}"
        return f"{self.year}{second_year}-Q{self.number}{self.mark}"

    @cached_property
    def starts_on(self) -> date:
        """The quarter's first day."""
        return self.year_starts_on + relativedelta(months=3 * (self.number - 1))

    @cached_property  # a return of a large service asks hundreds of thousands of times
    def ends_on(self) -> date:
        """The quarter's last day."""
        return self.starts_on + relativedelta(months=3) - timedelta(days=1)

    def as_at(self, today: date) -> date:
        """The day that its figures stand for: its last one, or today while it has not ended.

        >>> [str(Quarter(2019, 1).as_at(date(2019, month, 10))) for month in (4, 7)]
        ['2019-04-10', '2019-06-30']
        """
        return min(self.ends_on, today)

    @property
    def year_starts_on(self) -> date:
        """The first day of its contract year."""
        return date(self.year, self.first_month, 1)

    @property
    def label(self) -> str:
        """Its months: "October to December 2018", "December 2018 to February 2019"."""
        return Span(self.starts_on, self.ends_on).label

    @property
    def time_period(self) -> str:
        """Its year in digits, as the Department for Education writes one in a file: years can be sorted by it.

        >>> Quarter(2018, 3).time_period, Quarter(2018, 3, first_month=1).time_period
        ('201819', '2018')
        """
        return str(self).partition("-Q")[0].replace("-", "")

    @property
    def time_identifier(self) -> str:
        """Which quarter of which kind of year, in the Department's words where it has some.

        >>> [Quarter(2018, 3, first_month=month).time_identifier for month in (4, 1, 9)]
        ['Financial year Q3', 'Calendar year Q3', 'Contract year from September Q3']
        """
        kinds = {FINANCIAL_YEAR_STARTS_IN: "Financial year", 1: "Calendar year"}
        kind = kinds.get(self.first_month, f"Contract year from {month_name[self.first_month]}")
        return f"{kind} Q{self.number}"

    def previous(self) -> "Quarter":
        """The quarter before this one, of the same kind of year.

        >>> str(Quarter(2018, 1).previous())
        '2017-18-Q4'
        """
        return Quarter.containing(self.starts_on - timedelta(days=1), self.first_month)

    def following(self) -> "Quarter":
        """The quarter after this one, of the same kind of year.

        >>> str(Quarter(2018, 4).following())
        '2019-20-Q1'
        """
        return Quarter.containing(self.ends_on + timedelta(days=1), self.first_month)

    def year_before(self) -> "Quarter":
        """The same quarter of the contract year before.

        >>> str(Quarter(2018, 1).year_before())
        '2017-18-Q1'
        """
        return Quarter(self.year - 1, self.number, self.first_month)

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


def propose_quarter(quarters: Sequence[Quarter], today: date) -> Quarter:
    """The quarter whose return is most likely wanted: the one that has just ended, or the running one if it is alone.

    Args:
        quarters: at least one, the newest first.
        today: the day; a quarter has ended after its last one.

    >>> spring = Quarter(2019, 1)
    >>> [str(propose_quarter([spring, spring.previous()], date(2019, month, 30))) for month in (4, 6, 7)]
    ['2018-19-Q4', '2018-19-Q4', '2019-20-Q1']
    """
    return next((quarter for quarter in quarters if quarter.ends_on < today), quarters[0])
