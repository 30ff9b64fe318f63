"""What holds from a day (R15): a setting's values, and the kind of year that a council's contract keeps (R8)."""

from calendar import month_name
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError
from star_tracker.domain.quarters import Quarter

Value = TypeVar("Value")

ALWAYS = date.min
"""The first day of what has held since always."""


def find_held(values: Mapping[date, Value], day: date) -> Value:
    """The value that holds on a day: the one with the last first day by then.

    Args:
        values: by the first day on which each holds; one of them ``ALWAYS``.
        day: the day; for a quarter its last one (R15).

    >>> days_by_first_day = {ALWAYS: 28, date(2019, 4, 1): 21}
    >>> find_held(days_by_first_day, date(2019, 3, 31)), find_held(days_by_first_day, date(2019, 4, 1))
    (28, 21)
    """
    return values[max(first for first in values if first <= day)]


def check_first_day(day: date, today: date) -> None:
    """Refuse a day that has passed, so that no past quarter is made by new rules by accident.

    Raises:
        DomainError: on ``holds_from``.
    """
    if day < today and day != ALWAYS:
        raise DomainError("holds_from", f"Enter today, {long_date(today)}, or a later day")


def write_first_day(day: date) -> str:
    """The day as the audit trail stores it.

    >>> write_first_day(ALWAYS), write_first_day(date(2019, 7, 1))
    ('always', '2019-07-01')
    """
    return "always" if day == ALWAYS else day.isoformat()


@dataclass(frozen=True)
class ContractYears:
    """In which month a contract's year begins, by the first day from which it does; one of them is ``ALWAYS``.

    A quarter is the contract's if its year is the one that holds on its last day. Where years change to another month,
    a few months can be in two quarters or in none; where two are written alike, each is marked with the month in which
    its year begins.

    >>> years = ContractYears({ALWAYS: 4, date(2019, 9, 1): 9})
    >>> [quarter.label for quarter in years.list_quarters(date(2019, 4, 1), date(2019, 12, 1))]
    ['December 2019 to February 2020', 'September to November 2019', 'April to June 2019']
    >>> [str(quarter) for quarter in years.list_quarters(date(2019, 4, 1), date(2019, 12, 1))]
    ['2019-20-Q2', '2019-20-Q1-september', '2019-20-Q1-april']
    """

    first_months: Mapping[date, int]

    def first_month_on(self, day: date) -> int:
        """The number of the month in which the year begins that holds on a day."""
        return find_held(self.first_months, day)

    def has(self, quarter: Quarter) -> bool:
        """Whether this is one of the contract's quarters."""
        return self.first_month_on(quarter.ends_on) == quarter.first_month

    def list_quarters(self, first: date, today: date) -> list[Quarter]:
        """The contract's quarters from that of the first day to that of today, the newest first; at least one."""
        found = set()
        for first_month in self._kinds:
            quarter = Quarter.containing(today, first_month)
            found.add(quarter)
            while quarter.starts_on > first:
                quarter = quarter.previous()
                found.add(quarter)
        quarters = sorted(filter(self.has, found), key=lambda quarter: quarter.starts_on, reverse=True)
        return [self._mark(quarter) for quarter in quarters] or [Quarter.containing(today, self.first_month_on(today))]

    def read(self, text: str) -> Quarter:
        """The contract's quarter that is written so; of two without a mark, that of the later year.

        Raises:
            ValueError: there is none; the message shows how one is written.

        >>> years = ContractYears({ALWAYS: 4, date(2019, 9, 1): 9})
        >>> [years.read(text).label for text in ("2018-19-Q4", "2019-20-Q1-april", "2019-20-Q1")]
        ['January to March 2019', 'April to June 2019', 'September to November 2019']
        """
        for first_month in self._kinds:
            with suppress(ValueError):
                quarter = Quarter.parse(text.removesuffix(_mark_of(first_month)), first_month)
                if self.has(quarter):
                    return self._mark(quarter)
        return Quarter.parse(text, self._kinds[0])

    def beginning_on(self, starts_on: date) -> Quarter:
        """The contract's quarter that begins on this day; if none does, the three months from it on."""
        quarters = [Quarter.containing(starts_on, first_month) for first_month in self._kinds]
        beginning = [quarter for quarter in quarters if quarter.starts_on == starts_on and self.has(quarter)]
        return self._mark(beginning[0]) if beginning else Quarter(starts_on.year, 1, starts_on.month)

    def _mark(self, quarter: Quarter) -> Quarter:
        """The quarter, marked if another of the contract's is written alike."""
        others = [replace(quarter, first_month=month) for month in self._kinds if month != quarter.first_month]
        is_alike = any(str(other) == str(quarter) and self.has(other) for other in others)
        return replace(quarter, mark=_mark_of(quarter.first_month)) if is_alike else quarter

    @property
    def _kinds(self) -> list[int]:
        """The months, the latest first."""
        return list(dict.fromkeys(month for _, month in sorted(self.first_months.items(), reverse=True)))


def _mark_of(first_month: int) -> str:
    return f"-{month_name[first_month].lower()}"
