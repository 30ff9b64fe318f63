"""What in a record is worth a second look: each check by itself, as a rule about one parent's counted Stars (R1).

A finding is not a fault: parents do change fast, and all areas can be alike. The lists say where to look.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from star_tracker.domain.days import add_months, long_date
from star_tracker.domain.scales import AREAS, HIGHEST, LOWEST, Kind, Labelled
from star_tracker.domain.star_rules import JUMP, find_jumps

LEAST_DAYS = 28
"""A latest Star fewer days after the start Star is close to it."""

GAP_MONTHS = 6
"""More calendar months than this without a Star are a long gap."""

_VALUES = range(LOWEST, HIGHEST + 1)
_FAR_APART = frozenset((f"{one:x}", f"{other:x}") for one in _VALUES for other in _VALUES if abs(one - other) >= JUMP)
"""The digits of values that are a jump apart: most pairs of Stars have none, and need no further look."""


class Check(Labelled):
    """What is looked for."""

    NO_START = "no_start", "No start Star"
    OUT_OF_ORDER = "out_of_order", "Stars out of order"
    CLOSE = "close", "Latest Star soon after the start Star"
    ALIKE = "alike", "All ten areas alike"
    JUMP = "jump", "Jumps without a reason"
    GAP = "gap", "Long gaps"


class CheckedStar(NamedTuple):
    """A Star that counts (R1), with a digit for each area in order.

    Attributes:
        values: hexadecimal; 0 where the area is not scored.
        explained: 1 where a reason for a jump is recorded, else 0.
    """

    id: int
    kind: Kind
    completed_on: date
    values: str
    explained: str = "0" * len(AREAS)

    @property
    def words(self) -> str:
        """The Star in words: "Interim Star of 5 April 2019"."""
        return f"{self.kind.label} Star of {long_date(self.completed_on)}"

    @property
    def by_area(self) -> dict[str, int | None]:
        """The values by area."""
        return {area: int(digit, 16) or None for area, digit in zip(AREAS, self.values, strict=True)}


class Finding(NamedTuple):
    """Something to look at: which check found it, in which Star, and what it is in words."""

    check: Check
    star_id: int
    words: str


def list_findings(
    stars: Sequence[CheckedStar], *, is_open: bool, as_at: date, labels: Mapping[str, str]
) -> list[Finding]:
    """What is found in one parent's intervention.

    Args:
        stars: its counted Stars as at a day in the order of R2, at least one.
        is_open: whether the intervention is open on that day; only then a gap is long.
        as_at: the day.
        labels: the areas' names by code.

    >>> start = CheckedStar(1, Kind.START, date(2019, 1, 10), "4444444444")
    >>> interim = CheckedStar(2, Kind.INTERIM, date(2019, 2, 1), "8444444440")
    >>> labels, as_at = {"physical_health": "Health"}, date(2019, 9, 1)
    >>> found = list_findings([start, interim], is_open=True, as_at=as_at, labels=labels)
    >>> for check, star_id, words in found:
    ...     print(f"{check.label}: {words} ({star_id})")
    Latest Star soon after the start Star: 22 days: start Star of 10 January 2019, interim Star of 1 February 2019 (2)
    All ten areas alike: Start Star of 10 January 2019: 4 in every area (1)
    Jumps without a reason: Interim Star of 1 February 2019: Health from 4 to 8 (2)
    Long gaps: No Star since 1 February 2019 (2)
    """
    return [
        *_find_no_start(stars),
        *_find_out_of_order(stars),
        *_find_close(stars),
        *_find_alike(stars),
        *_find_jumps(stars, labels),
        *(_find_gaps(stars, as_at) if is_open else ()),
    ]


def _find_no_start(stars: Sequence[CheckedStar]) -> Iterator[Finding]:
    if all(star.kind is not Kind.START for star in stars):
        yield Finding(Check.NO_START, stars[0].id, f"The first that counts is the {_uncapital(stars[0].words)}")


def _find_out_of_order(stars: Sequence[CheckedStar]) -> Iterator[Finding]:
    """A Star before the start Star, or after the closure Star."""
    for earlier, later in pairwise(stars):
        if later.kind.place < earlier.kind.place:
            yield Finding(Check.OUT_OF_ORDER, later.id, f"{later.words} follows the {_uncapital(earlier.words)}")


def _find_close(stars: Sequence[CheckedStar]) -> Iterator[Finding]:
    """The pair's Stars (R2) close to each other."""
    start, latest = next((star for star in stars if star.kind is Kind.START), None), stars[-1]
    if start and latest is not start:
        days = (latest.completed_on - start.completed_on).days
        if days < LEAST_DAYS:
            both = f"{_uncapital(start.words)}, {_uncapital(latest.words)}"
            yield Finding(Check.CLOSE, latest.id, f"{days} {'day' if days == 1 else 'days'}: {both}")


def _find_alike(stars: Sequence[CheckedStar]) -> Iterator[Finding]:
    for star in stars:
        if len(set(star.values)) == 1 and star.values[0] != "0":
            yield Finding(Check.ALIKE, star.id, f"{star.words}: {int(star.values[0], 16)} in every area")


def _find_jumps(stars: Sequence[CheckedStar], labels: Mapping[str, str]) -> Iterator[Finding]:
    """Values far from the Star before, as the page on which a Star is checked asks about them."""
    for earlier, star in pairwise(stars):
        if _FAR_APART.isdisjoint(zip(earlier.values, star.values, strict=True)):
            continue
        explained = dict(zip(AREAS, star.explained, strict=True))
        before, now = earlier.by_area, star.by_area
        jumps = [area for area in find_jumps(now, before) if explained[area] == "0"]
        if jumps:
            changes = ", ".join(f"{labels[area]} from {before[area]} to {now[area]}" for area in jumps)
            yield Finding(Check.JUMP, star.id, f"{star.words}: {changes}")


def _find_gaps(stars: Sequence[CheckedStar], as_at: date) -> Iterator[Finding]:
    for earlier, later in pairwise(stars):
        if add_months(earlier.completed_on, GAP_MONTHS) < later.completed_on:
            words = f"No Star between {long_date(earlier.completed_on)} and {long_date(later.completed_on)}"
            yield Finding(Check.GAP, later.id, words)
    last = stars[-1]
    if add_months(last.completed_on, GAP_MONTHS) < as_at:
        yield Finding(Check.GAP, last.id, f"No Star since {long_date(last.completed_on)}")


def _uncapital(words: str) -> str:
    return words[:1].lower() + words[1:]
