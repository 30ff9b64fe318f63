"""A Star drawn small, to set several side by side: where its ten values lie, as an SVG of the same size each time.

The shape is cut into runs of neighbouring areas that were scored; an area without a value leaves a gap.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from star_tracker.domain.scales import AREAS, HIGHEST

SIZE = 120
"""The drawing's width and height."""

CENTRE, RADIUS = SIZE / 2, 54

DIAMOND = 4
"""From the middle of a diamond to its corners."""

NONE: Mapping[str, int] = MappingProxyType({})

RINGS = (5, 10)
"""The values whose rings are drawn."""


@dataclass(frozen=True)
class Run:
    """Neighbouring areas that were scored.

    Attributes:
        line: their places, as SVG's ``points``; from the last back to the first if it ``is_closed``.
        fill: the same with the centre, as the corners of the coloured part.
        is_closed: whether it is all ten areas.
    """

    line: str
    fill: str
    is_closed: bool


@dataclass(frozen=True)
class SmallStar:
    """One Star's drawing: its runs, the place of each value as (x, y), and a diamond's corners for each own value."""

    runs: Sequence[Run]
    dots: Sequence[tuple[float, float]]
    own: Sequence[str]


def place(spoke: int, value: float) -> tuple[float, float]:
    """Where a value lies on a spoke, counted clockwise from the top; 0 is the centre, 10 the outer ring.

    >>> place(0, 10), place(5, 5)
    ((60.0, 6.0), (60.0, 87.0))
    """
    angle = 2 * math.pi * spoke / len(AREAS)
    reach = RADIUS * value / HIGHEST
    return round(CENTRE + reach * math.sin(angle), 1), round(CENTRE - reach * math.cos(angle), 1)


def draw_small_star(values: Mapping[str, int | None], own: Mapping[str, int] = NONE) -> SmallStar:
    """The drawing of ten values by area; None, or no such area, where it was not scored.

    Args:
        values: those that count.
        own: the parent's own, where they differ.

    >>> values = {"physical_health": 10, "your_wellbeing": 10, "home_and_money": 5}
    >>> star = draw_small_star(values, own={"home_and_money": 10})
    >>> [run.line for run in star.runs], star.own
    (['34.3,51.7', '60.0,6.0 91.7,16.3'], ['8.6,39.3 12.6,43.3 8.6,47.3 4.6,43.3'])
    """
    diamonds = [_diamond(place(AREAS.index(area), value)) for area, value in own.items()]
    places = [None if (value := values.get(area)) is None else place(spoke, value) for spoke, area in enumerate(AREAS)]
    scored = [spot for spot in places if spot is not None]
    if len(scored) == len(places):
        return SmallStar([Run(_points(scored), _points(scored), is_closed=True)], scored, diamonds)
    return SmallStar([_open_run(run) for run in _list_runs(places)], scored, diamonds)


def describe_small_star(
    caption: str, values: Mapping[str, int | None], labels: Mapping[str, str], own: Mapping[str, int] = NONE
) -> str:
    """The drawing in words, for whoever cannot see it; ``labels`` are the areas' names by code.

    >>> describe_small_star("Start Star", {"family_routine": 4}, {area: area for area in AREAS})[:47]
    'Start Star: physical_health not scored, your_we'
    """
    said = [
        f"{labels[area]} {values.get(area) or 'not scored'}" + (f" (parent's own {own[area]})" if area in own else "")
        for area in AREAS
    ]
    return f"{caption}: {', '.join(said)}"


def draw_backdrop() -> str:
    """The rings and spokes behind every small star, as the ``d`` of one path."""
    rings = [[place(spoke, value) for spoke in range(len(AREAS))] for value in RINGS]
    spokes = [[(CENTRE, CENTRE), place(spoke, HIGHEST)] for spoke in range(len(AREAS))]
    return " ".join([f"M{_points(ring)}Z" for ring in rings] + [f"M{_points(spoke)}" for spoke in spokes])


def _list_runs(places: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """The runs between gaps, of which there is one at least; the circle is cut open after the first gap."""
    first_gap = places.index(None)
    runs: list[list[tuple[float, float]]] = [[]]
    for spot in [*places[first_gap + 1 :], *places[:first_gap]]:
        if spot is None:
            runs.append([])
        else:
            runs[-1].append(spot)
    return [run for run in runs if run]


def _open_run(run: Sequence[tuple[float, float]]) -> Run:
    return Run(_points(run), _points([(CENTRE, CENTRE), *run]), is_closed=False)


def _diamond(spot: tuple[float, float]) -> str:
    x, y = spot
    corners = ((0, -DIAMOND), (DIAMOND, 0), (0, DIAMOND), (-DIAMOND, 0))
    return _points([(round(x + across, 1), round(y + down, 1)) for across, down in corners])


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in places)
