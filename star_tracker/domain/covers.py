"""Leave cover: a colleague has somebody's caseload beside their own for some days, which end by themselves.

Cover opens no family: whoever covers sees of it what they may read anyhow (R12).
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from star_tracker.domain.days import long_date, short_date
from star_tracker.domain.errors import DomainError

MOST_DAYS = 42
"""The longest cover: six weeks. For longer, interventions are transferred, or cover is named again."""


class CoverDays(NamedTuple):
    """From which day to which somebody is away, both included, and who covers for them."""

    away_id: int
    colleague_id: int
    first_day: date
    last_day: date

    def meets(self, other: "CoverDays") -> bool:
        """Whether both hold on some day.

        >>> week = CoverDays(1, 2, date(2019, 4, 8), date(2019, 4, 12))
        >>> [week.meets(CoverDays(1, 3, day, day)) for day in (date(2019, 4, 12), date(2019, 4, 13))]
        [True, False]
        """
        return self.first_day <= other.last_day and other.first_day <= self.last_day


def check_cover(cover: CoverDays, others: Iterable[CoverDays], *, today: date) -> None:
    """Refuse cover in the past, for too long, by oneself, by somebody who is away then, or of somebody who covers then.

    Args:
        cover: what is to be named.
        others: the covers of both people that have not ended.
        today: today.

    Raises:
        DomainError: on ``first_day``, ``last_day`` or ``colleague_id``.
    """
    if cover.away_id == cover.colleague_id:
        raise DomainError("colleague_id", "Choose a colleague: nobody covers for themselves")
    if cover.first_day < today:
        raise DomainError("first_day", f"The first day must be today, {long_date(today)}, or later")
    if cover.last_day < cover.first_day:
        raise DomainError("last_day", f"The last day must be {long_date(cover.first_day)}, the first day, or later")
    if (cover.last_day - cover.first_day).days >= MOST_DAYS:
        raise DomainError(
            "last_day",
            f"Cover lasts at most {MOST_DAYS} days: choose an earlier last day. For longer, transfer the interventions",
        )
    for other in others:
        if cover.meets(other):
            _refuse_beside(cover, other)


def _refuse_beside(cover: CoverDays, other: CoverDays) -> None:
    days = f"from {short_date(other.first_day)} to {short_date(other.last_day)}"
    if other.away_id == cover.away_id:
        raise DomainError("first_day", f"There is cover {days} already: end that first, or choose other days")
    if other.away_id == cover.colleague_id:
        raise DomainError("colleague_id", f"This colleague is away {days}: choose somebody else, or other days")
    if other.colleague_id == cover.away_id:
        raise DomainError(
            "first_day",
            f"Who would be away covers for a colleague {days}: end that first and name somebody else for it, "
            "or choose other days",
        )
