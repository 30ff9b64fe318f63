"""The settings that an administrator may change on a page: what each may be, and which hold from a day (R15)."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from star_tracker.domain.falls import POINTS, read_areas
from star_tracker.domain.figures import THRESHOLDS
from star_tracker.domain.row_level import RowLevel
from star_tracker.domain.schedule import Timings
from star_tracker.domain.texts import check_text

DAYS = range(367)
INTERIM_MONTHS = range(1, 61)
MONTHS = range(1, 13)
EARLIER_STARS = ("hidden", "shown")
CONTACTS = ("on", "off")
RISK_ON_SHEET = ("shown", "left_out")


def read_whole(allowed: range) -> Callable[[str], int]:
    """A parser for whole numbers in this range.

    >>> read_whole(MONTHS)("4")
    4
    >>> read_whole(MONTHS)("13")
    Traceback (most recent call last):
    ValueError: a whole number from 1 to 12
    """

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) not in allowed:
            raise ValueError(f"a whole number from {allowed[0]} to {allowed[-1]}")
        return int(text)

    return read


def read_one_of(allowed: Collection[int]) -> Callable[[str], int]:
    """A parser for one of these numbers."""

    def read(text: str) -> int:
        if text not in map(str, allowed):
            raise ValueError(f"one of {', '.join(map(str, allowed))}")
        return int(text)

    return read


def read_word(allowed: Collection[str]) -> Callable[[str], str]:
    """A parser for one of these words."""

    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"one of {', '.join(allowed)}")
        return text

    return read


def read_name(text: str) -> str:
    """Parse the name of the service or of the first council."""
    if not text:
        raise ValueError("a name")
    check_text(text)
    return text


SERVICE_SETTINGS: Mapping[str, Callable[[str], Any]] = {
    "service_name": read_name,
    "start_due_days": read_whole(DAYS),
    "interim_months": read_whole(INTERIM_MONTHS),
    "due_soon_days": read_whole(DAYS),
    "grace_days": read_whole(DAYS),
    "threshold": read_one_of(THRESHOLDS),
    "year_starts_in": read_whole(MONTHS),
    "earlier_stars": read_word(EARLIER_STARS),
    "contacts": read_word(CONTACTS),
    "risk_on_sheet": read_word(RISK_ON_SHEET),
    "fall_areas": read_areas,
    "fall_points": read_whole(POINTS),
    "row_level": read_word([level.value for level in RowLevel]),
}
"""The settings that an administrator may change, by their name in ``Settings`` or ``Timings``, with their parsers.

A parser raises ``ValueError`` with what is allowed.
"""

DATED_SETTINGS = frozenset({*vars(Timings()), "threshold", "year_starts_in"})
"""Those that touch figures, and so hold from a day (R15); the others are in force at once."""
