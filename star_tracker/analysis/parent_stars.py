"""One parent's start and latest Star in one intervention, side by side (R2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from star_tracker.domain.periods import long_date
from star_tracker.domain.scales import AREAS, LABELS, Kind, NotScored


@dataclass(frozen=True)
class StarValues:
    """A Star's readings by area: a value 1 to 10, or why there is none.

    ``parent_values`` are the parent's own, in the areas where they see it differently.
    """

    kind: Kind
    completed_on: date
    readings: Mapping[str, int | NotScored]
    parent_values: Mapping[str, int] = field(default_factory=dict)

    @property
    def caption(self) -> str:
        """What the chart's key says: "Start, 3 May 2018"."""
        return f"{LABELS[self.kind]}, {long_date(self.completed_on)}"

    @property
    def values(self) -> dict[str, int | None]:
        """The values alone; None where the area was not scored."""
        return {area: reading if isinstance(reading, int) else None for area, reading in self.readings.items()}


@dataclass(frozen=True)
class AreaRow:
    """One area of the chart's table: what the start and the latest Star say, and the change if both have a value."""

    area: str
    label: str
    start: str
    latest: str
    change: int | None


@dataclass(frozen=True)
class ParentStars:
    """What a parent's star chart shows as at a day.

    Attributes:
        start, latest: as R2 finds them among counted Stars; None if there is none.
        labels: the areas' names by code.
    """

    start: StarValues | None
    latest: StarValues | None
    labels: Mapping[str, str]

    @property
    def has_values(self) -> bool:
        """Whether there is anything to draw."""
        return self.start is not None or self.latest is not None

    def rows(self) -> list[AreaRow]:
        """The chart's table, in the Star's order.

        >>> readings = {area: 4 for area in AREAS}
        >>> start = StarValues(Kind.START, date(2018, 5, 3), readings)
        >>> latest = StarValues(Kind.INTERIM, date(2018, 8, 1), {**readings, "family_routine": 7})
        >>> [row.change for row in ParentStars(start, latest, {area: area for area in AREAS}).rows()]
        [0, 0, 0, 0, 0, 0, 0, 3, 0, 0]
        """
        return [
            AreaRow(area, self.labels[area], _words(self.start, area), _words(self.latest, area), self._change(area))
            for area in AREAS
        ]

    def _change(self, area: str) -> int | None:
        if self.start is None or self.latest is None:
            return None
        before, after = self.start.values[area], self.latest.values[area]
        return None if before is None or after is None else after - before


def _words(star: StarValues | None, area: str) -> str:
    if star is None:
        return ""
    reading = star.readings[area]
    return LABELS[reading] if isinstance(reading, NotScored) else str(reading)
