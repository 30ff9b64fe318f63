"""Protects what is published of pairs (R9): averages, change and stages of each cohort, pod and area.

Their counts add up: the parts to n, the moves to the parts, pods to all, and what is in a cohort is among all to date
(``read_sums``). A few pairs tell much by their measures as well (``find_hidden_layers``).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import product
from typing import NamedTuple

import pandas as pd

from star_tracker.analysis.measures import Tally, measure_tally
from star_tracker.analysis.protection.hiding import hide_further
from star_tracker.analysis.protection.intervals import Figures, bounds_of
from star_tracker.analysis.service import COHORTS, TO_DATE
from star_tracker.domain.scales import ALL_PODS, AREAS, stage_number

DIRECTIONS = ("improved", "maintained", "declined")
STAGE_DIRECTIONS = ("stage_up", "stage_same", "stage_down")

LEAST_SPREAD = 0.5
"""In points: with less, nearly nobody changed, and the standard deviation says how many did."""

FURTHEST = 3
"""In points: how far a pair is taken to go up or down at most, when it is asked whether other numbers are possible."""

Key = str | tuple[int, int]
"""What counts a pair: ``n``, a direction, a direction by stage, or a move between two stages."""


class Layer(Enum):
    """What is hidden together in a row."""

    SPREAD = "spread"
    MOVES = "moves"
    PARTS = "parts"


COLUMNS: Mapping[Layer, tuple[str, ...]] = {
    Layer.SPREAD: ("sd_change", "ci_low", "ci_high", "rank_biserial"),
    Layer.PARTS: (*DIRECTIONS, *STAGE_DIRECTIONS),
}
"""The columns of each; the moves between stages are rows of a table of their own."""


class Group(NamedTuple):
    """The pairs of a row: a cohort, a pod or all, and an area."""

    cohort: str
    pod: str
    area: str


Count = tuple[Group, Key]


class HiddenPairs(NamedTuple):
    """What is hidden further of pairs: layers of rows, and single counts."""

    layers: Mapping[Group, set[Layer]]
    counts: frozenset[Count]


def protect_pairs(changes: Mapping[str, pd.DataFrame], threshold: int) -> HiddenPairs:
    """Work out what is hidden further.

    Args:
        changes: for each cohort a frame of ``frames.CHANGES_BY_POD``.
        threshold: R9's t.
    """
    layers: dict[Group, set[Layer]] = {}
    hidden: set[Count] = set()
    tallies = read_tallies(changes)
    for area in AREAS:
        rows = {group: tally for group, tally in tallies.items() if group.area == area}
        layers |= {group: find_hidden_layers(tally, threshold) for group, tally in rows.items()}
        hidden |= hide_further(read_sums(rows, layers), threshold)
    return HiddenPairs({group: some for group, some in layers.items() if some}, frozenset(hidden))


def read_tallies(changes: Mapping[str, pd.DataFrame]) -> dict[Group, Tally]:
    """How many pairs of each row have each two readings; every pod with a pair has a row in each cohort and area."""
    pods = sorted({pod for frame in changes.values() for pod in frame["pod"]})
    tallies = {Group(*group): Tally() for group in product(COHORTS, (*pods, ALL_PODS), AREAS)}
    for cohort, frame in changes.items():
        for pod, area, start, latest, pairs in frame.itertuples(index=False, name=None):
            for scope in (pod, ALL_PODS):
                tallies[Group(cohort, scope, area)][int(start), int(latest)] += int(pairs)
    return tallies


def count_keys(tally: Tally) -> Counter[Key]:
    """How many of these pairs each key counts.

    >>> dict(count_keys(Tally({(3, 5): 2})))
    {'n': 2, 'improved': 2, 'stage_up': 2, (2, 3): 2}
    """
    counts: Counter[Key] = Counter()
    for (start, latest), pairs in tally.items():
        move = stage_number(start), stage_number(latest)
        for key in ("n", _direct(latest - start, DIRECTIONS), _direct(move[1] - move[0], STAGE_DIRECTIONS), move):
            counts[key] += pairs
    return counts


def _direct(change: int, words: tuple[str, str, str]) -> str:
    return words[0 if change > 0 else 2 if change < 0 else 1]


def find_hidden_layers(tally: Tally, threshold: int) -> set[Layer]:
    """What the measures of a row's pairs would tell of its counts, if it were shown.

    - The standard deviation, the interval and the correlation tell how many pairs moved, where few did. They are hidden
      where 1 to t-1 pairs improved, stayed or declined; not where n is ten times t or more and the standard deviation
      half a point, because then one decimal leaves open by more than t how much all pairs moved.
    - An average change of 0.1 of 9 pairs is one point: if nobody declined, one pair improved. Where the averages leave
      one number of 1 to t-1 alone, the parts are hidden, and the moves with them.

    >>> sorted(layer.value for layer in find_hidden_layers(Tally({(5, 5): 8, (5, 6): 1}), 8))
    ['moves', 'parts', 'spread']
    >>> find_hidden_layers(Tally({(5, 5): 10, (5, 6): 10, (4, 6): 10, (7, 3): 10}), 8)
    set()
    """
    counts, measured = count_keys(tally), measure_tally(tally)
    n = counts["n"]
    small = [key for key in DIRECTIONS if 0 < counts[key] < threshold]
    if n < threshold or not small:
        return set()
    hidden = set()
    if n < 10 * threshold or (measured["sd_change"] or 0) < LEAST_SPREAD:
        hidden.add(Layer.SPREAD)
    possible = set(_list_possible(tally, counts, threshold))
    for key in small:
        at = DIRECTIONS.index(key)
        if len({numbers[at] for numbers in possible} | {counts[key]}) < 2:
            hidden |= {Layer.PARTS, Layer.MOVES}
    return hidden


def _list_possible(tally: Tally, counts: Counter[Key], threshold: int) -> Iterator[tuple[int, int, int]]:
    """How many pairs can have improved, stayed and declined, as far as counts and averages tell.

    Each is taken to have gone up or down by ``FURTHEST`` at most: who allows for more finds more, not fewer.
    """
    n = counts["n"]
    start, latest = (sum(values[star] * pairs for values, pairs in tally.items()) for star in (0, 1))
    bounds = [bounds_of(counts[key], threshold) for key in ("n", *DIRECTIONS)]
    (least, most), *parts = bounds
    # With many pairs everything is possible; the smallest and largest few of each number are enough to see that.
    up, same, down = (sorted({*range(low, min(high, low + 8) + 1), high}) for low, high in parts)
    for improved, maintained, declined in product(up, same, down):
        total = improved + maintained + declined
        if not least <= total <= most:
            continue
        sums = range(improved - FURTHEST * declined, FURTHEST * improved - declined + 1)
        if any(
            _tenths(by, total) == _tenths(latest - start, n) and _has_means(start, latest, n, total, by) for by in sums
        ):
            yield improved, maintained, declined


def _has_means(start: int, latest: int, n: int, total: int, by: int) -> bool:
    """Whether so many pairs, whose readings rise by so much in all, can have the two means as they are shown."""
    near = round(start * total / n)
    return any(
        _tenths(begin, total) == _tenths(start, n) and _tenths(begin + by, total) == _tenths(latest, n)
        for begin in range(near - 2, near + 3)
    )


def _tenths(total: int, n: int) -> int:
    """A mean in tenths, halves away from zero.

    >>> _tenths(26, 8), _tenths(-1, 20), _tenths(30, 9)
    (33, -1, 33)
    """
    rounded = (20 * abs(total) + n) // (2 * n)
    return rounded if total >= 0 else -rounded


def read_sums(rows: Mapping[Group, Tally], layers: Mapping[Group, set[Layer]]) -> Figures[Count]:
    """The counts of an area's rows, and how they add up: in a row, over pods, and over cohorts."""
    counted = {group: count_keys(tally) for group, tally in rows.items()}
    moves = sorted({key for counts in counted.values() for key in counts if isinstance(key, tuple)})
    keys: list[Key] = ["n", *DIRECTIONS, *STAGE_DIRECTIONS, *moves]
    values: dict[Count, int] = {(group, key): counts[key] for group, counts in counted.items() for key in keys}
    sums = [
        *((total, parts) for group in rows for total, parts in _list_sums_of_row(group, moves)),
    ]
    unpublished: dict[Count, int] = {}
    for group, key in values:
        if group.cohort != TO_DATE:
            to_date: Count = group._replace(cohort=TO_DATE), key
            rest: Count = group._replace(cohort=f"to date, not {group.cohort}"), key
            unpublished[rest] = values[to_date] - values[group, key]
            sums.append((to_date, [(group, key), rest]))
    pods = {group.pod for group in rows if group.pod != ALL_PODS}
    for group, key in [*values, *unpublished]:
        if group.pod == ALL_PODS:
            sums.append(((group, key), [(group._replace(pod=pod), key) for pod in sorted(pods)]))
    return Figures(
        values,
        unpublished,
        sums,
        wholes={count: (count[0], "n") for count in values if count[1] != "n"},
        silent=frozenset(count for count in values if _layer_of(count[1]) in layers[count[0]]),
    )


def _list_sums_of_row(group: Group, moves: list[tuple[int, int]]) -> Iterator[tuple[Count, list[Count]]]:
    for words in (DIRECTIONS, STAGE_DIRECTIONS):
        yield (group, "n"), [(group, key) for key in words]
    for word in STAGE_DIRECTIONS:
        yield (group, word), [(group, move) for move in moves if _direct(move[1] - move[0], STAGE_DIRECTIONS) == word]


def _layer_of(key: Key) -> Layer | None:
    return None if key == "n" else Layer.PARTS if isinstance(key, str) else Layer.MOVES
