"""Where everything lies on a star: ten spokes clockwise from the top, a ring for each value, the areas' names around.

All stars are drawn by it: the charts (``charts.star``), a family's small stars (``small_star``) and the star on which
values are chosen (``live_star``), whose script is told the places and works out none.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from star_tracker.analysis.labels import wrap_label
from star_tracker.domain.scales import AREAS, HIGHEST

Place = tuple[float, float]
"""How far across and how far down, in the units of the drawing."""

Align = Literal["center", "left", "right"]

LABEL_LINE = 17
"""How high a line of a name is."""

BETWEEN_LABELS = 6

SIDEWAYS = 0.5
"""Spokes whose cosine is below this end at the sides."""

NEIGHBOURS = {1: 2, 4: 3, 6: 7, 9: 8}
"""The name of which spoke at the side another's must keep clear of, on its way up or down."""


@dataclass(frozen=True, kw_only=True)
class Disc:
    """The rings and spokes.

    Attributes:
        width: of the drawing, in whose middle the centre is.
        centre_y: how far down the centre is.
        radius: of the outer ring.
        decimals: of every place. The last digits of sines differ between machines and would change the bytes.
    """

    width: int
    centre_y: float
    radius: int
    decimals: int = 2

    @property
    def centre_x(self) -> float:
        """How far across the centre is."""
        return self.width / 2

    def place(self, spoke: float, value: float) -> Place:
        """Where a value lies on a spoke, counted clockwise from the top; 0 is the centre, 10 the outer ring.

        >>> Disc(width=120, centre_y=60, radius=54).place(5, 5)
        (60.0, 87.0)
        """
        return self._at(spoke, self.radius * value / HIGHEST)

    def ring_number(self, value: int) -> Place:
        """Where a ring's number stands: halfway between the last spoke and the first, where no point lies."""
        return self.place(-0.5, value * math.cos(math.pi / len(AREAS)))

    def _at(self, spoke: float, distance: float) -> Place:
        angle = _angle(spoke)
        return (
            round(self.centre_x + distance * math.sin(angle), self.decimals),
            round(self.centre_y - distance * math.cos(angle), self.decimals),
        )


@dataclass(frozen=True, kw_only=True)
class PlacedName:
    """An area's name beside its spoke, and below it what is noted of the area.

    Attributes:
        label: the name's lines.
        note: the note's lines; none if nothing is noted.
        align: which end of each line is at ``x``.
        x: how far across.
        top: how far down the first line begins; each is ``LABEL_LINE`` high.
    """

    label: Sequence[str]
    note: Sequence[str]
    align: Align
    x: float
    top: float

    @property
    def lines(self) -> list[str]:
        """All lines."""
        return [*self.label, *self.note]

    @property
    def bottom(self) -> float:
        """How far down the last line ends."""
        return self.top + LABEL_LINE * len(self.lines)


@dataclass(frozen=True, kw_only=True)
class NamedDisc(Disc):
    """The rings and spokes with the areas' names around them.

    Attributes:
        label_gap: between the end of a spoke and its name.
        label_widths: how many characters a line of each spoke's name may have, clockwise from the top: as far as the
            edge allows.
        names_beside: whether the names at the sides stand beside the ends of their spokes, or above and below them,
            out to the edge, where there is no room beside.
    """

    label_gap: int
    label_widths: tuple[int, ...]
    names_beside: bool

    def place_names(self, labels: Mapping[str, str], notes: Mapping[str, str]) -> list[PlacedName]:
        """The names in the Star's order, each turned away from the star.

        Args:
            labels: the areas' names by code.
            notes: what is noted of an area, by code; nothing if there is no such area.
        """
        placed: dict[int, PlacedName] = {}
        # Those at the sides first, so that the others can keep clear of them.
        for spoke in sorted(range(len(AREAS)), key=NEIGHBOURS.__contains__):
            area, width = AREAS[spoke], self.label_widths[spoke]
            label, note = wrap_label(labels[area], width), wrap_label(notes.get(area, ""), width)
            (x, y), align, above = self._beside_spoke(spoke)
            height = LABEL_LINE * (len(label) + len(note))
            top = y - height * above
            if spoke in NEIGHBOURS:
                beside = placed[NEIGHBOURS[spoke]]
                if y < self.centre_y:
                    top = min(top, beside.top - BETWEEN_LABELS - height)
                else:
                    top = max(top, beside.bottom + BETWEEN_LABELS)
            placed[spoke] = PlacedName(label=label, note=note, align=align, x=x, top=top)
        return [placed[spoke] for spoke in range(len(AREAS))]

    def _beside_spoke(self, spoke: int) -> tuple[Place, Align, float]:
        """Where a spoke's name stands, how it is aligned, and which share of its lines lies above that place."""
        upwards = math.cos(_angle(spoke))
        place = self._at(spoke, self.radius + self.label_gap)
        if place[0] == self.centre_x:
            return place, "center", (1 + upwards) / 2
        right = place[0] > self.centre_x
        if self.names_beside:
            # All lines lie above the top spoke's end, all below the bottom one's, and in proportion between.
            return place, "left" if right else "right", (1 + upwards) / 2
        above = float(upwards > 0)
        end_x, end_y = self.place(spoke, HIGHEST)
        y = end_y + self.label_gap * (1 - 2 * above)
        if abs(upwards) < SIDEWAYS:
            return (self.width if right else 0, y), "right" if right else "left", above
        return (end_x - (self.label_gap if right else -self.label_gap), y), "left" if right else "right", above


def find_runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """The stretches of line around the star: (spoke, value), broken where a value is missing.

    With no value missing there is one, which returns to where it began.

    >>> find_runs([5, 6, None, 4, None, 7])
    [[(3, 4)], [(5, 7), (0, 5), (1, 6)]]
    >>> find_runs([5, 6, 7])
    [[(0, 5), (1, 6), (2, 7), (0, 5)]]
    """
    spokes = len(values)
    after_gap = next((spoke + 1 for spoke, value in enumerate(values) if value is None), 0)
    runs: list[list[tuple[int, float]]] = [[]]
    for step in range(after_gap, after_gap + spokes):
        value = values[step % spokes]
        if value is None:
            runs.append([])
        else:
            runs[-1].append((step % spokes, value))
    if len(runs) == 1:
        runs[0].append(runs[0][0])
    return [run for run in runs if run]


def write_points(places: Sequence[Place]) -> str:
    """The places as SVG's ``points``.

    >>> write_points([(60.0, 6.0), (91.7, 16.3)])
    '60.0,6.0 91.7,16.3'
    """
    return " ".join(f"{x},{y}" for x, y in places)


def _angle(spoke: float) -> float:
    return 2 * math.pi * spoke / len(AREAS)
