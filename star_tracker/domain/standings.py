"""How a parent's intervention stands on each day: its pair (R2), or the reason why it has none (R3).

The whole history follows from the intervention's start and the counted Stars (R1). The database keeps it, so that a
cohort as at any day reads what stands there instead of finding every pair again.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from star_tracker.domain.scales import Exclusion, Kind

PAIR = "pair"

STANDINGS = (PAIR, *(reason.value for reason in Exclusion))
"""Everything that a parent's intervention can be on a day: in a pair, or excluded for one reason."""


class CountedStar(NamedTuple):
    """A Star that counts (R1); ``values`` has a hexadecimal digit for each area in order, 0 where it is not scored."""

    id: int
    kind: str
    completed_on: date
    values: str


class Standing(NamedTuple):
    """How a parent's intervention stands from ``since`` until the day before ``until`` (None: to this day).

    Attributes:
        standing: one of ``STANDINGS``.
        start_id: the start Star's id; None before there is one.
        latest_id: the latest Star's id; None without a pair. A pair stands ``since`` the day of its latest Star.
        pair_values: of a pair, two hexadecimal digits for each area: start and latest value, 0 for not scored. Else "".
    """

    since: date
    until: date | None
    standing: str
    start_id: int | None
    latest_id: int | None
    pair_values: str


def list_standings(started_on: date, stars: Iterable[CountedStar]) -> list[Standing]:
    """The history of one parent's intervention, oldest first: one standing on each day from its start.

    Args:
        started_on: the intervention's first day, on or before every Star (R6).
        stars: its counted Stars in the order of R2.

    >>> start = CountedStar(7, "start", date(2019, 1, 10), "444444444a")
    >>> interim = CountedStar(8, "interim", date(2019, 4, 5), "6666666660")
    >>> for since, until, standing, _start, latest, values in list_standings(date(2019, 1, 3), [start, interim]):
    ...     print(since, until, standing, latest, values or "-")
    2019-01-03 2019-01-10 no_counted_star None -
    2019-01-10 2019-04-05 one_star_only None -
    2019-04-05 None pair 8 464646464646464646a0
    """
    stars = list(stars)
    last_of_day = {star.completed_on: star for star in stars}
    start = next((star for star in stars if star.kind == Kind.START), None)
    days: list[date] = list(last_of_day)
    standings: list[tuple[str, int | None, int | None, str]] = [
        _stand(start if start and start.completed_on <= day else None, last) for day, last in last_of_day.items()
    ]
    if not days or days[0] > started_on:
        days.insert(0, started_on)
        standings.insert(0, (Exclusion.NO_COUNTED_STAR.value, None, None, ""))
    return [
        Standing(since, until, *standing)
        for since, until, standing in zip(days, [*days[1:], None], standings, strict=True)
    ]


def _stand(start: CountedStar | None, last: CountedStar) -> tuple[str, int | None, int | None, str]:
    """How it stands once ``last`` is completed: the last Star is the latest, unless it is the start itself (R2)."""
    if start is None:
        return Exclusion.NO_START_STAR.value, None, None, ""
    if last is start:
        return Exclusion.ONE_STAR_ONLY.value, start.id, None, ""
    pair_values = "".join(before + after for before, after in zip(start.values, last.values, strict=True))
    return PAIR, start.id, last.id, pair_values


def read_pair(pair_values: str) -> list[tuple[int | None, int | None]]:
    """The start and the latest reading of each area in order, of ``pair_values``; None where it is not scored.

    >>> read_pair("464646464646464646a0")[8:]
    [(4, 6), (10, None)]
    """
    digits = [int(digit, 16) or None for digit in pair_values]
    return list(zip(digits[::2], digits[1::2], strict=True))
