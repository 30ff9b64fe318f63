"""A Star drawn small, to set several side by side: where its ten values lie, as an SVG of the same size each time.

The shape is cut into runs of neighbouring areas that were scored; an area without a value leaves a gap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from star_tracker.analysis.star_places import Disc, Place, find_runs, write_points
from star_tracker.domain.scales import AREAS, HIGHEST

SIZE = 120
"""The drawing's width and height."""

DISC = Disc(width=SIZE, centre_y=SIZE / 2, radius=54, decimals=1)

_place = cache(DISC.place)
"""Each of the hundred places of a value is worked out once."""

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
    dots: Sequence[Place]
    own: Sequence[str]


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
    ordered = [values.get(area) for area in AREAS]
    return SmallStar(
        runs=[_draw_run([_place(*spot) for spot in run]) for run in find_runs(ordered)],
        dots=[_place(spoke, value) for spoke, value in enumerate(ordered) if value is not None],
        own=[_diamond(_place(AREAS.index(area), value)) for area, value in own.items()],
    )


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
    rings = [[DISC.place(spoke, value) for spoke in range(len(AREAS))] for value in RINGS]
    spokes = [[DISC.place(spoke, value) for value in (0, HIGHEST)] for spoke in range(len(AREAS))]
    return " ".join([f"M{write_points(ring)}Z" for ring in rings] + [f"M{write_points(spoke)}" for spoke in spokes])


def _draw_run(places: Sequence[Place]) -> Run:
    if len(places) > len(AREAS):  # it returns to where it began, and SVG closes it by itself
        line = write_points(places[:-1])
        return Run(line, line, is_closed=True)
    return Run(write_points(places), write_points([_place(0, 0), *places]), is_closed=False)


def _diamond(spot: Place) -> str:
    x, y = spot
    corners = ((0, -DIAMOND), (DIAMOND, 0), (0, DIAMOND), (-DIAMOND, 0))
    return write_points([(round(x + across, 1), round(y + down, 1)) for across, down in corners])
