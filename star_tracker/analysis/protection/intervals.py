"""What can be worked out of published counts that add up (R9): the least and the most that each can be.

A return of many pods has tens of thousands of counts, and ``hiding`` asks again each time it has hidden some. So the
counts are numbered, and their bounds and sums are arrays.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Generic, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from star_tracker.analysis.disclosure import SUPPRESSED, disclose_rate

ENDLESS = 10**9
"""More than any count: the most that one can be of which nothing is known."""

Interval = tuple[int, int]

T = TypeVar("T", bound=Hashable)
"""What identifies a count."""


@dataclass(frozen=True)
class Rate(Generic[T]):
    """A published percentage: ``part`` of ``whole``; ``rest`` are those of the whole that are not in it."""

    part: T
    whole: T
    rest: T


@dataclass(frozen=True)
class Figures(Generic[T]):
    """The counts of a return and what a reader can rely on.

    Attributes:
        values: each count that is published.
        unpublished: counts that no cell holds, but that add up with others: those due and not completed.
        sums: for a total the counts that add up to it; one may be its equal.
        wholes: for a count that divides another one, that one: where it is not shown, neither is its part.
        rates: the percentages.
        silent: counts of which something else hides the cell.
        kept: counts that are hidden only if nothing else can be.
        elsewhere: unpublished counts that another return publishes, that of an earlier quarter.
    """

    values: Mapping[T, int]
    unpublished: Mapping[T, int] = field(default_factory=dict)
    sums: Sequence[tuple[T, Sequence[T]]] = ()
    wholes: Mapping[T, T] = field(default_factory=dict)
    rates: Sequence[Rate[T]] = ()
    silent: frozenset[T] = frozenset()
    kept: frozenset[T] = frozenset()
    elsewhere: frozenset[T] = frozenset()


def bounds_of(count: int, threshold: int) -> Interval:
    """What a published count can be: it is ``c`` for 1 to t-1, else the nearest multiple of 5.

    >>> [bounds_of(count, 8) for count in (0, 3, 9, 40)]
    [(0, 0), (1, 7), (8, 12), (38, 42)]
    """
    if count == 0:
        return 0, 0
    if count < threshold:
        return 1, threshold - 1
    shown = (count + 2) // 5 * 5
    return max(shown - 2, threshold), shown + 2


class Bounds(NamedTuple):
    """The least and the most that each count can be: two arrays with a place for each count."""

    low: NDArray[np.int64]
    high: NDArray[np.int64]


@dataclass(frozen=True)
class Sums:
    """Sums of numbered counts, as arrays.

    Attributes:
        totals: for each sum its total.
        parts: the parts of all sums, one after the other.
        sum_of: for each of ``parts`` which sum it is in.
    """

    totals: NDArray[np.int64]
    parts: NDArray[np.int64]
    sum_of: NDArray[np.int64]

    @classmethod
    def read(cls, sums: Iterable[tuple[int, Sequence[int]]]) -> Self:
        """These sums: for each its total and its parts."""
        totals: list[int] = []
        parts: list[int] = []
        sum_of: list[int] = []
        for number, (total, added) in enumerate(sums):
            totals.append(total)
            parts += added
            sum_of += [number] * len(added)
        return cls(*(np.array(numbers, dtype=np.int64) for numbers in (totals, parts, sum_of)))

    def narrow(self, bounds: Bounds) -> Bounds:
        """The narrowest bounds that follow from the sums.

        Two counts of 1 to 9 that add up to 18 at least are both 9:

        >>> known = Bounds(np.array([18, 1, 1]), np.array([22, 9, 9]))
        >>> [array.tolist() for array in Sums.read([(0, [1, 2])]).narrow(known)]
        [[18, 9, 9], [18, 9, 9]]
        """
        while True:
            low, high = bounds
            lowest, highest = self._add_up(low), self._add_up(high)
            narrower = Bounds(low.copy(), high.copy())
            np.maximum.at(narrower.low, self.totals, lowest)
            np.minimum.at(narrower.high, self.totals, highest)
            # A part is the total less the other parts.
            np.maximum.at(narrower.low, self.parts, (low[self.totals] - highest)[self.sum_of] + high[self.parts])
            np.minimum.at(narrower.high, self.parts, (high[self.totals] - lowest)[self.sum_of] + low[self.parts])
            if all(map(np.array_equal, narrower, bounds)):
                return bounds
            bounds = narrower

    def _add_up(self, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        sums = np.zeros_like(self.totals)
        np.add.at(sums, self.sum_of, counts[self.parts])
        return sums


class Arithmetic(Generic[T]):
    """What a reader can work out of the counts of a return."""

    def __init__(self, figures: Figures[T], threshold: int) -> None:
        """Number the counts.

        Args:
            figures: the counts, and what the reader can rely on.
            threshold: R9's t.
        """
        self._figures, self._threshold = figures, threshold
        counts = [*figures.values, *figures.unpublished, *(total for total, _ in figures.sums)]
        counts += [part for _, parts in figures.sums for part in parts]
        self._at = {count: number for number, count in enumerate(dict.fromkeys(counts))}
        self._cells = self._read_cells()
        self._sums = Sums.read((self._at[total], self._find(parts)) for total, parts in figures.sums)
        self._rates = [(rate, self._disclose(rate)) for rate in figures.rates]

    def measure_open(self, counts: Iterable[T], silent: Collection[T]) -> list[int]:
        """By how much the most that each of these counts can be exceeds the least, if the silent ones are not shown."""
        low, high = self.work_out(silent)
        widths: list[int] = (high - low)[self._find(counts)].tolist()
        return widths

    def work_out(self, silent: Collection[T]) -> Bounds:
        """The bounds of every count that follow from what is published, these counts not being shown."""
        low, high = (bounds.copy() for bounds in self._cells)
        hidden = self._find(silent)
        low[hidden], high[hidden] = 0, ENDLESS
        shown = [(rate, figure) for rate, figure in self._rates if not self._is_hidden(rate, silent)]
        few = self._find(rate.rest for rate, figure in shown if figure == SUPPRESSED)
        low[few], high[few] = 1, self._threshold - 1
        ratios = [
            (self._find((rate.part, rate.whole, rate.rest)), figure)
            for rate, figure in shown
            if isinstance(figure, float)
        ]
        bounds = Bounds(low, high)
        while True:
            bounds = self._sums.narrow(bounds)
            narrowed = [self._narrow_rate(bounds, places, figure) for places, figure in ratios]
            if not any(narrowed):
                return bounds

    def _find(self, counts: Iterable[T]) -> list[int]:
        """The places of these counts in ``Bounds``."""
        return [self._at[count] for count in counts]

    def _read_cells(self) -> Bounds:
        """What each cell says by itself, if it is shown."""
        bounds = Bounds(np.zeros(len(self._at), dtype=np.int64), np.full(len(self._at), ENDLESS, dtype=np.int64))
        shown = self._figures.values.items()
        elsewhere = ((count, self._figures.unpublished[count]) for count in self._figures.elsewhere)
        for count, value in (*shown, *elsewhere):
            at = self._at[count]
            bounds.low[at], bounds.high[at] = bounds_of(value, self._threshold)
        return bounds

    def _is_hidden(self, rate: Rate[T], silent: Collection[T]) -> bool:
        """Whether the rate is not shown because its part or its whole is not."""
        both = (rate.part, rate.whole)
        return any(count in silent or 0 < self._figures.values[count] < self._threshold for count in both)

    def _disclose(self, rate: Rate[T]) -> float | int | str | None:
        values = self._figures.values
        return disclose_rate(values[rate.part], values[rate.whole], self._threshold)

    def _narrow_rate(self, bounds: Bounds, places: Sequence[int], figure: float) -> bool:
        """Leave of a part, its whole and the rest what gives this percentage; returns whether that is less."""
        known = [(int(bounds.low[at]), int(bounds.high[at])) for at in places]
        part, whole, _ = known
        fitting = fit_rate(part, whole, figure, self._threshold)
        found = [(max(low, least), min(high, most)) for (low, high), (least, most) in zip(known, fitting, strict=True)]
        for at, (low, high) in zip(places, found, strict=True):
            bounds.low[at], bounds.high[at] = low, high
        return found != known


@lru_cache(maxsize=10_000)
def fit_rate(part: Interval, whole: Interval, figure: float, threshold: int) -> tuple[Interval, Interval, Interval]:
    """What the part, the whole and the rest can be for the percentage to be this one.

    >>> fit_rate((8, 12), (13, 17), 50.0, 6)
    ((8, 8), (16, 16), (8, 8))
    """
    fitting = [
        (part, whole, whole - part)
        for part, whole in product(range(part[0], part[1] + 1), range(whole[0], whole[1] + 1))
        if disclose_rate(part, whole, threshold) == figure
    ]
    parts, wholes, rests = zip(*fitting, strict=True)
    return (min(parts), max(parts)), (min(wholes), max(wholes)), (min(rests), max(rests))
