"""Where parents started and where they are, by the stages of the Journey of Change, for each area (R5)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from star_tracker.analysis.disclosure import LEAST_PAIRS
from star_tracker.analysis.key_figures import Share
from star_tracker.domain.scales import STAGES

DARKEST = 4
"""Cells are shaded in so many steps above white."""


@dataclass(frozen=True)
class AreaStages:
    """One area's pairs by the stage of the start and of the latest reading.

    Attributes:
        area: its code.
        n: how many pairs it has.
        moves: how many pairs went from each of the five stages to each: a row for each stage at the start.
    """

    area: str
    n: int
    moves: tuple[tuple[int, ...], ...]

    @property
    def is_shown(self) -> bool:
        """Whether it has pairs enough to show more than their number (R9)."""
        return self.n >= LEAST_PAIRS

    @property
    def up(self) -> Share:
        """The pairs whose latest reading is in a higher stage."""
        return self._share(lambda before, after: after > before)

    @property
    def same(self) -> Share:
        """The pairs whose readings are in one stage."""
        return self._share(lambda before, after: after == before)

    @property
    def down(self) -> Share:
        """The pairs whose latest reading is in a lower stage."""
        return self._share(lambda before, after: after < before)

    def shade(self, pairs: int) -> int:
        """How dark a cell with so many pairs is: 0 for none, ``DARKEST`` for the largest of the area.

        >>> stages = AreaStages("home_and_money", 41, ((0, 1, 0, 0, 0), (0, 0, 40, 0, 0), *((0,) * 5,) * 3))
        >>> [stages.shade(pairs) for pairs in (0, 1, 10, 11, 40)]
        [0, 1, 1, 2, 4]
        """
        largest = max(map(max, self.moves))
        return -(-DARKEST * pairs // largest) if largest else 0

    def _share(self, belongs: Callable[[int, int], bool]) -> Share:
        part = sum(
            pairs for before, row in enumerate(self.moves) for after, pairs in enumerate(row) if belongs(before, after)
        )
        return Share(part, self.n)


def arrange_stages(moves: Sequence[Mapping[str, Any]], areas: Sequence[str]) -> list[AreaStages]:
    """The pairs of these areas, in their order, by stage.

    Args:
        moves: how many pairs (``n``) moved ``from`` each stage ``to`` each in each ``area``: ``CohortSummary.stages``.
        areas: the areas' codes.

    >>> moves = [{"area": "home_and_money", "from": "stuck", "to": "trying", "n": 12}]
    >>> [found] = arrange_stages(moves, ["home_and_money"])
    >>> found.n, found.up.percent, found.moves[0]
    (12, 100, (0, 0, 12, 0, 0))
    """
    found = {(move["area"], move["from"], move["to"]): move["n"] for move in moves}
    arranged = []
    for area in areas:
        rows = tuple(tuple(found.get((area, before, after), 0) for after in STAGES) for before in STAGES)
        arranged.append(AreaStages(area, sum(map(sum, rows)), rows))
    return arranged
