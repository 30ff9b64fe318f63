"""What to hide of published counts for small ones to stay open (R9)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from star_tracker.analysis.protection.intervals import Arithmetic, Figures, T

LEAST_OPEN = 2
"""By how much the most that a small count can be must exceed the least."""

NEAR = 2
"""How many sums away a count that can be hidden for another one is looked for."""


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
    known, near, ranks = Arithmetic(figures, threshold), _list_near(figures), _rank(figures, threshold)
    secrets = [
        count for count, value in [*figures.values.items(), *figures.unpublished.items()] if 0 < value < threshold
    ]
    parts = _list_parts(figures)
    silent = {*figures.silent, *_find_parts([*figures.silent, *secrets], parts)}
    shown = {count: rank for count, rank in ranks.items() if count not in silent}
    hidden: set[T] = set()
    while True:
        widths = zip(secrets, known.measure_open(secrets, silent), strict=True)
        further = _choose([count for count, width in widths if width < LEAST_OPEN], near, shown)
        if not further:
            return hidden
        hidden |= further
        silent |= further | _find_parts(further, parts)
        shown = {count: rank for count, rank in shown.items() if count not in silent}


def _list_parts(figures: Figures[T]) -> Mapping[T, list[T]]:
    """For each whole what divides it."""
    parts: defaultdict[T, list[T]] = defaultdict(list)
    for part, whole in figures.wholes.items():
        parts[whole].append(part)
    return parts


def _find_parts(wholes: Iterable[T], parts: Mapping[T, list[T]]) -> set[T]:
    """What divides these counts, and what divides that: it is not shown where they are not."""
    found: set[T] = set()
    while wholes := {part for whole in wholes for part in parts.get(whole, ())} - found:
        found |= wholes
    return found


def _list_near(figures: Figures[T]) -> defaultdict[T, list[set[T]]]:
    """For each count the sums and percentages that it is in, as the sets of their counts."""
    near: defaultdict[T, list[set[T]]] = defaultdict(list)
    together = [{total, *parts} for total, parts in figures.sums]
    together += [{rate.part, rate.whole, rate.rest} for rate in figures.rates]
    for counts in together:
        for count in counts:
            near[count].append(counts)
    return near


def _choose(told: Iterable[T], near: Mapping[T, list[set[T]]], shown: Mapping[T, int]) -> set[T]:
    """For each of these counts the first to hide of those nearest to it, but one for all of a sum."""
    chosen: set[T] = set()
    for count in told:
        if not chosen & set[T]().union(*near[count]):
            nearest = _find_nearest(count, near, shown)
            chosen |= set(sorted(nearest, key=shown.__getitem__)[:1])
    return chosen


def _find_nearest(count: T, near: Mapping[T, list[set[T]]], shown: Mapping[T, int]) -> set[T]:
    """The shown counts that are the fewest sums away from this one, and ``NEAR`` at most."""
    reached = {count}
    for _ in range(NEAR):
        wider = reached.union(*(counts for one in reached for counts in near[one]))
        if wider == reached or wider & shown.keys():
            return wider & shown.keys()
        reached = wider
    return set()


def _rank(figures: Figures[T], threshold: int) -> Mapping[T, int]:
    """The counts that can be hidden, numbered from the first: the smallest, then kept ones and wholes, then a 0."""
    kept = {*figures.wholes.values(), *figures.kept}
    values = {count: value for count, value in figures.values.items() if not 0 < value < threshold}
    ranked = sorted(values, key=lambda count: (values[count] == 0, count in kept, values[count], str(count)))
    return {count: rank for rank, count in enumerate(ranked)}
