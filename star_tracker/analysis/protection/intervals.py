"""What can be worked out of published counts that add up, and what to hide for small ones to stay open (R9)."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Generic, TypeVar

from star_tracker.analysis.disclosure import SUPPRESSED, disclose_rate

LEAST_OPEN = 2
"""By how much the most that a small count can be must exceed the least."""

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


def hide_further(figures: Figures[T], threshold: int) -> set[T]:
    """The counts to hide besides those of 1 to t-1 and their parts, until what is published leaves each of those open.

    A count is told if it can be one of two numbers or fewer. Then the smallest count that is shown in a sum with it is
    hidden; one that others divide only if there is no other, since its parts go with it, and a 0 last. If none is shown
    there, it is one of the sums of those sums.

    In two pods 9 closed, in all 18. With t = 10 all pods are shown as 20, which is 18 to 22, and the pods as ``c``,
    which is 9 at most: both are 9. So all pods are hidden.

    >>> hide_further(Figures({"Crewe": 9, "Macc": 9, "all": 18}, sums=[("all", ["Crewe", "Macc"])]), 10)
    {'all'}
    """
    hidden: set[T] = set()
    secrets = [
        count for count, value in [*figures.values.items(), *figures.unpublished.items()] if 0 < value < threshold
    ]
    near = _list_near(figures)
    while True:
        silent = find_silent(figures, hidden, threshold)
        known = work_out(figures, silent, threshold)
        further: set[T] = set()
        for count in secrets:
            if known[count][1] - known[count][0] < LEAST_OPEN and not further & near[count]:
                around = set[T]().union(*(near[other] for other in near[count]))
                shown = _choose(figures, near[count] - silent, threshold) or _choose(
                    figures, around - silent, threshold
                )
                further |= {shown} if shown is not None else set()
        if not further:
            return hidden
        hidden |= further


def find_silent(figures: Figures[T], hidden: Iterable[T], threshold: int) -> set[T]:
    """The counts that are not shown though they may be 0, or t or more: hidden ones, and parts of what is not shown."""
    silent = {*figures.silent, *hidden}
    for part in figures.values:
        whole = figures.wholes.get(part)
        while whole is not None:
            if whole in silent or 0 < figures.values[whole] < threshold:
                silent.add(part)
            whole = figures.wholes.get(whole)
    return silent


def work_out(figures: Figures[T], silent: set[T], threshold: int) -> dict[T, Interval]:
    """The bounds of every count that follow from what is published."""
    bounds: dict[T, Interval] = {}
    for count, value in figures.values.items():
        bounds[count] = (0, ENDLESS) if count in silent else bounds_of(value, threshold)
    for count in figures.elsewhere:
        bounds[count] = bounds_of(figures.unpublished[count], threshold)
    for total, parts in figures.sums:
        for count in (total, *parts):
            bounds.setdefault(count, (0, ENDLESS))
    shown = [rate for rate in figures.rates if not _is_hidden(figures, rate, silent, threshold)]
    for rate in shown:
        if _disclose(figures, rate, threshold) == SUPPRESSED:
            bounds[rate.rest] = 1, threshold - 1
    exact = [(rate, _disclose(figures, rate, threshold)) for rate in shown]
    ratios = [(rate, figure) for rate, figure in exact if isinstance(figure, float)]
    while True:
        narrowed = narrow(bounds, figures.sums)
        for rate, figure in ratios:
            _narrow_rate(narrowed, rate, figure, threshold)
        if narrowed == bounds:
            return bounds
        bounds = narrowed


def narrow(bounds: Mapping[T, Interval], sums: Sequence[tuple[T, Sequence[T]]]) -> dict[T, Interval]:
    """The narrowest bounds that follow from sums, one after the other, until none narrows any more.

    Two counts of 1 to 9 that add up to 18 at least are both 9:

    >>> narrow({"all": (18, 22), "a": (1, 9), "b": (1, 9)}, [("all", ["a", "b"])])
    {'all': (18, 18), 'a': (9, 9), 'b': (9, 9)}
    """
    known = dict(bounds)
    is_narrower = True
    while is_narrower:
        is_narrower = False
        for total, parts in sums:
            least, most = known[total]
            lowest, highest = sum(known[part][0] for part in parts), sum(known[part][1] for part in parts)
            least, most = max(least, lowest), min(most, highest)
            found = {total: (least, most)}
            for part in parts:
                low, high = known[part]
                found[part] = max(low, least - (highest - high)), min(high, most - (lowest - low))
            for count, bound in found.items():
                if bound != known[count]:
                    known[count], is_narrower = bound, True
    return known


def _list_near(figures: Figures[T]) -> dict[T, set[T]]:
    """For each count those of the sums and percentages that it is in."""
    near: defaultdict[T, set[T]] = defaultdict(set)
    together = [{total, *parts} for total, parts in figures.sums]
    together += [{rate.part, rate.whole, rate.rest} for rate in figures.rates]
    for counts in together:
        for count in counts:
            near[count] |= counts
    return near


def _choose(figures: Figures[T], near: Iterable[T], threshold: int) -> T | None:
    """Which of these to hide: the smallest that is shown, a kept one or a whole after others, a 0 last."""
    kept = {*figures.wholes.values(), *figures.kept}
    shown = [count for count in near if count in figures.values and not 0 < figures.values[count] < threshold]
    return min(
        shown,
        key=lambda count: (figures.values[count] == 0, count in kept, figures.values[count], str(count)),
        default=None,
    )


def _is_hidden(figures: Figures[T], rate: Rate[T], silent: set[T], threshold: int) -> bool:
    """Whether the rate is not shown because its part or its whole is not."""
    both = (rate.part, rate.whole)
    return any(count in silent or 0 < figures.values[count] < threshold for count in both)


def _disclose(figures: Figures[T], rate: Rate[T], threshold: int) -> float | int | str | None:
    return disclose_rate(figures.values[rate.part], figures.values[rate.whole], threshold)


def _narrow_rate(bounds: dict[T, Interval], rate: Rate[T], figure: float, threshold: int) -> None:
    """Leave of the part, the whole and the rest what gives this percentage."""
    (low, high), (least, most) = bounds[rate.part], bounds[rate.whole]
    fitting = [
        (part, whole)
        for part, whole in product(range(low, high + 1), range(least, most + 1))
        if disclose_rate(part, whole, threshold) == figure
    ]
    for count, numbers in (
        (rate.part, [part for part, _ in fitting]),
        (rate.whole, [whole for _, whole in fitting]),
        (rate.rest, [whole - part for part, whole in fitting]),
    ):
        low, high = bounds[count]
        bounds[count] = max(low, min(numbers)), min(high, max(numbers))
