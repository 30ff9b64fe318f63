"""How a cohort changed: R5's measures and the moves between stages, from the counts of each (area, start, latest).

Everything is summed in whole numbers first and divided once, so that the figures are the same to the last digit for any
order of the rows and any database. No Altair here: the command line prints measures without loading it.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from star_tracker.analysis.frames import CHANGES, MEASURES, TEXT, WHOLE, build_frame, check_frame
from star_tracker.domain.scales import AREAS, STAGES, stage_number

STAGE_MOVES: Mapping[str, str] = {"area": TEXT, "from_stage": TEXT, "to_stage": TEXT, "pairs": WHOLE}
"""How many pairs moved from one stage to another (or stayed) in each area."""

CONFIDENCE = 0.95

Change = tuple[str, int, int, int]
"""A row of ``frames.CHANGES``: an area, the start and the latest value, and how many pairs have them."""

Tally = Counter[tuple[int, int]]
"""How many pairs of one area have each (start, latest)."""


def measures_frame(changes: pd.DataFrame) -> pd.DataFrame:
    """R5's measures by area.

    Args:
        changes: a frame of ``frames.CHANGES``; rows for the same (area, start, latest) are added together.

    Returns:
        A frame of ``frames.MEASURES``: ten rows, in the Star's order. Means, medians, the standard deviation and
        the 95% confidence interval of the mean change are in points of the 1 to 10 scale; ``rank_biserial`` runs
        from -1 (every change is a decline) to 1. What is undefined is missing, never 0: the standard deviation and
        interval for fewer than two pairs, the rank-biserial correlation if nobody changed, and every measure
        except the counts in an area without pairs.

    Raises:
        ValueError: the frame breaks its contract, or names an unknown area or a value off the scale.

    Two parents went from 3 to 5 and one from 4 to 3. The changes 2, 2 and -1 have mean 1 and standard deviation
    the square root of 3; ranked by size, the decline is 1 and the improvements 2.5 each, so the rank-biserial
    correlation is (5 - 1) / (5 + 1).

    >>> from star_tracker.analysis.frames import build_frame
    >>> changes = build_frame(CHANGES, [("social_networks", 3, 5, 2), ("social_networks", 4, 3, 1)])
    >>> found = measures_records(measures_frame(changes))[AREAS.index("social_networks")]
    >>> found["n"], found["mean_change"], found["median_start"], found["improved"], found["declined"]
    (3, 1.0, 3.0, 2, 1)
    >>> round(found["sd_change"], 3), round(found["rank_biserial"], 3)
    (1.732, 0.667)
    """
    return build_frame(MEASURES, [list(row.values()) for row in measure_areas(_rows_of(changes))])


def measure_areas(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """The rows of ``measures_frame`` as plain Python, None where undefined, without a frame on the way.

    Args:
        changes: rows of ``frames.CHANGES``.

    Raises:
        ValueError: as ``measures_frame``.

    >>> found = measure_areas([("your_wellbeing", 3, 5, 2), ("your_wellbeing", 4, 3, 1)])[1]
    >>> found["n"], found["mean_change"], found["improved"]
    (3, 1.0, 2)
    """
    tallies = _tallies(changes)
    return [dict.fromkeys(MEASURES) | {"area": area} | measure_tally(tallies[area]) for area in AREAS]


def stages_frame(changes: pd.DataFrame) -> pd.DataFrame:
    """How many pairs moved from each stage to each stage (R5), by area.

    Args:
        changes: a frame of ``frames.CHANGES``.

    Returns:
        A frame of ``STAGE_MOVES``, stages by their codes: only the moves that occur (staying in a stage is one),
        in the order of the areas and then of the stages.

    Raises:
        ValueError: as ``measures_frame``.

    >>> from star_tracker.analysis.frames import build_frame
    >>> changes = build_frame(CHANGES, [("family_routine", 1, 6, 2), ("family_routine", 2, 5, 3)])
    >>> stages_frame(changes).to_dict("records")
    [{'area': 'family_routine', 'from_stage': 'stuck', 'to_stage': 'trying', 'pairs': 5}]
    """
    return build_frame(STAGE_MOVES, list_moves(_rows_of(changes)))


def list_moves(changes: Iterable[Change]) -> list[tuple[str, str, str, int]]:
    """The rows of ``stages_frame`` as plain Python.

    Args:
        changes: rows of ``frames.CHANGES``.

    Raises:
        ValueError: as ``measures_frame``.

    >>> list_moves([("family_routine", 1, 6, 2), ("family_routine", 2, 5, 3)])
    [('family_routine', 'stuck', 'trying', 5)]
    """
    rows: list[tuple[str, str, str, int]] = []
    for area, tally in _tallies(changes).items():
        moves: Counter[tuple[int, int]] = Counter()
        for (start, latest), pairs in tally.items():
            moves[stage_number(start), stage_number(latest)] += pairs
        rows += [(area, STAGES[a - 1], STAGES[b - 1], pairs) for (a, b), pairs in sorted(moves.items())]
    return rows


def measures_records(measures: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of any frame of measures as plain Python: str, int, float, and None where a value is missing.

    >>> from star_tracker.analysis.frames import build_frame
    >>> nobody = measures_records(measures_frame(build_frame(CHANGES, [])))
    >>> nobody[0]["area"], nobody[0]["n"], nobody[0]["mean_change"]
    ('physical_health', 0, None)
    """
    names, columns = list(map(str, measures)), [measures[column].tolist() for column in measures]
    return [
        {name: None if pd.isna(value) else value for name, value in zip(names, row, strict=True)}
        for row in zip(*columns, strict=True)
    ]


def _rows_of(changes: pd.DataFrame) -> Iterable[Change]:
    check_frame(changes, CHANGES)
    return changes.itertuples(index=False, name=None)


def _tallies(changes: Iterable[Change]) -> dict[str, Tally]:
    """For each of the ten areas, the number of pairs of each (start, latest) that occurs."""
    tallies: dict[str, Tally] = {area: Counter() for area in AREAS}
    for area, start, latest, pairs in changes:
        if area not in tallies:
            raise ValueError(f"{area!r} is not an area of the Star")
        if pairs:
            tallies[area][int(start), int(latest)] += int(pairs)
    return tallies


def measure_tally(tally: Tally) -> dict[str, float | None]:
    """R5's measures of the pairs of one area; a measure that is undefined is left out or None."""
    n = tally.total()
    measured: dict[str, float | None] = {"n": n, **_directions(tally)}
    if n == 0:
        return measured
    starts, latests, changes = Counter[int](), Counter[int](), Counter[int]()
    for (start, latest), pairs in tally.items():
        starts[start] += pairs
        latests[latest] += pairs
        changes[latest - start] += pairs
    total_change = _total(changes)
    measured |= {
        "mean_start": _total(starts) / n,
        "mean_latest": _total(latests) / n,
        "mean_change": total_change / n,
        "median_start": _median(starts),
        "median_latest": _median(latests),
        "rank_biserial": _rank_biserial(changes),
    }
    if n >= 2:
        squares = sum(change * change * pairs for change, pairs in changes.items())
        deviation = math.sqrt((n * squares - total_change * total_change) / (n * (n - 1)))
        from scipy.special import stdtrit  # noqa: PLC0415 - takes 0.1 s to load, and the first page has no figures

        half_width = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * deviation / math.sqrt(n)
        mean = total_change / n
        measured |= {"sd_change": deviation, "ci_low": mean - half_width, "ci_high": mean + half_width}
    return measured


def _directions(tally: Tally) -> dict[str, int]:
    """How many pairs went up, stayed or went down, on the scale and by stage."""
    counts = dict.fromkeys(("improved", "maintained", "declined", "stage_up", "stage_same", "stage_down"), 0)
    for (start, latest), pairs in tally.items():
        counts[_direction(start, latest, "improved", "maintained", "declined")] += pairs
        from_stage, to_stage = stage_number(start), stage_number(latest)
        counts[_direction(from_stage, to_stage, "stage_up", "stage_same", "stage_down")] += pairs
    return counts


def _direction(before: int, after: int, up: str, same: str, down: str) -> str:
    return up if after > before else down if after < before else same


def _total(counts: Counter[int]) -> int:
    return sum(value * pairs for value, pairs in counts.items())


def _median(counts: Counter[int]) -> float:
    """The middle value of at least one, or the mean of the two middle ones of an even number."""
    n = counts.total()
    return (_value_at((n - 1) // 2, counts) + _value_at(n // 2, counts)) / 2


def _value_at(position: int, counts: Counter[int]) -> int:
    """The value at this position, from 0, if all values were written out in order."""
    for value in sorted(counts):
        position -= counts[value]
        if position < 0:
            return value
    raise IndexError("position beyond the last value")


def _rank_biserial(changes: Counter[int]) -> float | None:
    """(W+ - W-) / (W+ + W-): zeros dropped, equal sizes of change share their middle rank.

    Ranks are counted doubled, because a middle rank can end in a half.
    """
    up = down = ranked = 0
    for size in sorted({abs(change) for change in changes if change}):
        tied = changes[size] + changes[-size]
        doubled_rank = 2 * ranked + tied + 1
        up += changes[size] * doubled_rank
        down += changes[-size] * doubled_rank
        ranked += tied
    return (up - down) / (up + down) if ranked else None
