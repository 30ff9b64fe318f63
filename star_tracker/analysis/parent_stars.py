"""One parent's start and latest Star in one intervention, side by side (R2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from star_tracker.domain.days import long_date
from star_tracker.domain.scales import AREAS, Kind, NotScored


@dataclass(frozen=True)
class StarValues:
    """A Star's readings by area: a value 1 to 10, or why there is none.

    ``parent_values`` are the parent's own values, in the areas that they see differently.
    """

    kind: Kind
    completed_on: date
    readings: Mapping[str, int | NotScored]
    parent_values: Mapping[str, int] = field(default_factory=dict)

    @property
    def caption(self) -> str:
        """The Star in the chart's key: "Start, 3 May 2018"."""
        return f"{self.kind.label}, {long_date(self.completed_on)}"

    @property
    def values(self) -> dict[str, int | None]:
        """The values alone; None where the area was not scored."""
        return {area: reading if isinstance(reading, int) else None for area, reading in self.readings.items()}

    @property
    def own_values(self) -> dict[str, int]:
        """The parent's own values in scored areas, where they differ from the counted ones."""
        values = self.values
        return {area: own for area, own in self.parent_values.items() if values[area] not in (None, own)}


@dataclass(frozen=True, kw_only=True)
class AreaRow:
    """One area of the chart's table.

    Attributes:
        area, label: its code and its name.
        start, latest: the Stars' readings in words; "" if there is no such Star.
        start_own, latest_own: the parent's own values where they differ.
        change: that of the counted values, if both Stars have one.
    """

    area: str
    label: str
    start: str
    latest: str
    start_own: int | None
    latest_own: int | None
    change: int | None


@dataclass(frozen=True)
class ParentStars:
    """The Stars that a parent's star chart shows as at a day.

    Attributes:
        start, latest: as R2 finds them among counted Stars; None if there is none.
        labels: the areas' names by code.
        between: the counted Stars between the start and the latest, in time order, if words are to mention them.
        scored_alone: the areas that the parent scored before the latest Star in one that they completed alone.
        whose: the name of the parent's own values in the chart's key.
    """

    start: StarValues | None
    latest: StarValues | None
    labels: Mapping[str, str]
    between: tuple[StarValues, ...] = ()
    scored_alone: frozenset[str] = frozenset()
    whose: str = "Parent's own"

    @property
    def has_values(self) -> bool:
        """Whether there is anything to draw."""
        return self.start is not None or self.latest is not None

    def own_caption(self, star: StarValues) -> str:
        """The parent's own values of one of the Stars in the chart's key; "" if it has none."""
        return f"{self.whose}, {long_date(star.completed_on)}" if star.own_values else ""

    def rows(self) -> list[AreaRow]:
        """The chart's table, in the Star's order.

        >>> readings = {area: 4 for area in AREAS}
        >>> start = StarValues(Kind.START, date(2018, 5, 3), readings)
        >>> latest = StarValues(Kind.INTERIM, date(2018, 8, 1), {**readings, "family_routine": 7})
        >>> [row.change for row in ParentStars(start, latest, {area: area for area in AREAS}).rows()]
        [0, 0, 0, 0, 0, 0, 0, 3, 0, 0]
        """
        return [
            AreaRow(
                area=area,
                label=self.labels[area],
                start=say_reading(self.start, area),
                latest=say_reading(self.latest, area),
                start_own=self.start.own_values.get(area) if self.start else None,
                latest_own=self.latest.own_values.get(area) if self.latest else None,
                change=self._change(area),
            )
            for area in AREAS
        ]

    def _change(self, area: str) -> int | None:
        if self.start is None or self.latest is None:
            return None
        before, after = self.start.values[area], self.latest.values[area]
        return None if before is None or after is None else after - before


def say_reading(star: StarValues | None, area: str) -> str:
    """A Star's reading of an area in words: its value, or why there is none; "" without a Star."""
    if star is None:
        return ""
    reading = star.readings[area]
    return reading.label if isinstance(reading, NotScored) else str(reading)
