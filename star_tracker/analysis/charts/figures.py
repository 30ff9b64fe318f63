"""The figures that a chart draws: measures by area as plain numbers, and the order of the rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from star_tracker.analysis.disclosure import LEAST_PAIRS
from star_tracker.analysis.measures import measures_records

Figures = Mapping[str, Mapping[str, Any]]
"""By area, in the Star's order: R5's measures as int or float, or None where missing or suppressed."""

Values = Mapping[str, float | None]
"""One value, or None, for each area."""

NO_FIGURE = "no figure"
TOO_FEW = f"fewer than {LEAST_PAIRS} pairs"

OUTCOMES = ("improved", "maintained", "declined")


@dataclass(frozen=True, kw_only=True)
class OneStar:
    """One Star of a parent as a chart shows it.

    Attributes:
        caption: its name in the key, such as "Start, 3 May 2018".
        values: 1 to 10 by area, or None where it was not scored.
        own_caption: the name of the parent's own values in the key.
        own: the parent's own values that differ from ``values``, by area.
    """

    caption: str
    values: Values
    own_caption: str = ""
    own: Mapping[str, int] = field(default_factory=dict)

    def __hash__(self) -> int:
        """The key by which its picture is found in the cache."""
        return hash((self.caption, tuple(self.values.items()), self.own_caption, tuple(self.own.items())))


def figures_by_area(measures: pd.DataFrame) -> Figures:
    """The rows of a frame of measures by their area."""
    return {record["area"]: record for record in measures_records(measures)}


def averages(figures: Figures, measure: str) -> dict[str, float | None]:
    """One measure of every area, None where it is missing."""
    return {area: record[measure] for area, record in figures.items()}


def is_small(record: Mapping[str, Any]) -> bool:
    """Whether an area has some pairs, but too few to show how it changed (R9)."""
    return record["mean_change"] is None and record["n"] is not None and 0 < record["n"] < LEAST_PAIRS


def why_blank(record: Mapping[str, Any]) -> str:
    """The words that replace a figure that is not shown."""
    return TOO_FEW if is_small(record) else NO_FIGURE


def order_by_change(figures: Figures) -> list[str]:
    """The areas by mean change, largest first; those without one are last, in the Star's order."""
    changes = averages(figures, "mean_change")
    return sorted(figures, key=lambda area: (changes[area] is None, -(changes[area] or 0)))


def outcomes_of(record: Mapping[str, Any]) -> dict[str, int] | None:
    """How many improved, were maintained and declined; None if one of them is not known, or there are no pairs.

    If one is suppressed, the others show no shares, and drawing them would give it away (R9).
    """
    counts = {outcome: record[outcome] for outcome in OUTCOMES}
    return counts if None not in counts.values() and sum(counts.values()) else None
