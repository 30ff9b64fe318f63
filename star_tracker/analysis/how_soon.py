"""Change against the months between the two Stars of a pair, from R5's measures.

It says how much had changed when the latest Star was completed so long after the start, and not how a parent goes on:
each pair has one latest Star, and those who stay longer began with other needs.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from star_tracker.analysis.disclosure import Profile, drawable_frame
from star_tracker.analysis.frames import CHANGES, build_frame
from star_tracker.analysis.measures import measures_frame, measures_records
from star_tracker.domain.days import count_months

MONTHS_BETWEEN: Mapping[int, str] = {
    0: "Under 3 months",
    3: "3 to 5 months",
    6: "6 to 8 months",
    9: "9 to 11 months",
    12: "12 months or more",
}
"""Whole months between the two Stars: from so many to fewer than the next, in words."""


_LEAST = sorted(MONTHS_BETWEEN)


def find_months_between(start_on: date, latest_on: date) -> int:
    """The key of ``MONTHS_BETWEEN`` for two days; a month more is the same day of the next month.

    >>> start = date(2018, 1, 20)
    >>> [find_months_between(start, day) for day in (start, date(2018, 4, 19), date(2018, 4, 20), date(2019, 1, 20))]
    [0, 0, 3, 12]
    """
    return _LEAST[bisect_right(_LEAST, count_months(start_on, latest_on)) - 1]


def measure_by_months(
    changes: Mapping[int, Iterable[tuple[str, int, int, int]]], *, is_shown: bool = True
) -> dict[str, list[dict[str, Any]]]:
    """R5's measures of the ten areas by the months between the Stars, all of ``MONTHS_BETWEEN`` in words.

    Args:
        changes: rows of ``frames.CHANGES`` by the keys of ``MONTHS_BETWEEN``; one without pairs may be missing.
        is_shown: as pages show them: fewer than ten pairs have n and two means alone (R9). Else all, for a file.

    >>> found = measure_by_months({3: [("family_routine", 4, 6, 12)]})
    >>> [area["mean_change"] for area in found["3 to 5 months"] if area["area"] == "family_routine"]
    [2.0]
    """
    measured = {}
    for least, words in MONTHS_BETWEEN.items():
        measures = measures_frame(build_frame(CHANGES, changes.get(least, ())))
        measured[words] = measures_records(drawable_frame(measures, Profile.RESTRICTED) if is_shown else measures)
    return measured
