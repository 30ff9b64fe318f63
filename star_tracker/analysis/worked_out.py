"""How the averages of one area come about, step by step, for whoever wants to follow a figure (R4, R5)."""

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from star_tracker.analysis.frames import CHANGES, check_frame


@dataclass(frozen=True)
class Working:
    """The sums of one area's pairs that are scored in both Stars (R4).

    Attributes:
        n: how many pairs.
        start, latest: the sum of the values in the start Stars, and in the latest.
        changes: how many pairs have each change, from the largest to the smallest.
    """

    n: int
    start: int
    latest: int
    changes: dict[int, int]

    @property
    def change(self) -> int:
        """The sum of the changes, a decline taken off."""
        return self.latest - self.start


def work_out_area(changes: pd.DataFrame, area: str) -> Working:
    """The sums of an area, from a frame of ``frames.CHANGES``.

    Two pairs went from 3 to 5, one from 4 to 3:

    >>> from star_tracker.analysis.frames import build_frame
    >>> changes = build_frame(CHANGES, [("social_networks", 3, 5, 2), ("social_networks", 4, 3, 1)])
    >>> work_out_area(changes, "social_networks")
    Working(n=3, start=10, latest=13, changes={2: 2, -1: 1})
    """
    check_frame(changes, CHANGES)
    counted: Counter[int] = Counter()
    first = last = 0
    for start, latest, n in changes[changes["area"] == area].drop(columns="area").to_numpy(int).tolist():
        counted[latest - start] += n
        first += start * n
        last += latest * n
    return Working(counted.total(), first, last, dict(sorted(counted.items(), reverse=True)))
