"""The star on which values are chosen, as a page draws it: its rings, spokes and names, and where each value lies.

Which value is chosen is the script's to show (``static/js/live_star.js``): it moves the points and the line to places
that it is told here, and shows the note below a name. It is the narrow star chart without its key, in bold letters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from star_tracker.analysis.star_places import LABEL_LINE, NEIGHBOURS, Align, NamedDisc, Place, PlacedName, write_points
from star_tracker.domain.scales import AREAS, HIGHEST, LOWEST

WIDTH, HEIGHT = 352, 376

LAYOUT = NamedDisc(
    width=WIDTH,
    centre_y=185,
    radius=133,
    label_gap=12,
    label_widths=(16, 15, 9, 9, 15, 16, 15, 9, 9, 15),
    names_beside=False,
)

RING = LAYOUT.radius / HIGHEST
"""From one ring to the next."""

RING_NUMBERS = (2, 4, 6, 8, 10)

NOTE = "(not scored)"
"""What stands below the name of an area that has a reason instead of a value."""

LETTER = 7.5
"""About as wide as a letter of a name is on average, in bold."""

AROUND = 4
"""How far beyond its letters a name can be tapped."""

_ANCHORS: Mapping[Align, str] = {"left": "start", "center": "middle", "right": "end"}


@dataclass(frozen=True)
class Lines:
    """Lines of text, and the box around them that can be tapped: (x, y, width, height)."""

    texts: Sequence[tuple[str, float, float]]
    box: tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class LiveArea:
    """One area of the star.

    Attributes:
        code: of the area.
        places: of the values 0 (the centre) to 10 on its spoke, as SVG's ``points``.
        sector: the corners of the part of the disc that is nearest to its spoke.
        spoke: the ends of its spoke.
        anchor: which end of a name's lines is at their x, as SVG's ``text-anchor``.
        label: its name.
        note: that it is not scored.
        beside: the code of the area whose name this one keeps clear of, or "".
        moves: how far down the name moves from where it stands without notes: without notes, with its own, with that
            of ``beside``, with both.
    """

    code: str
    places: str
    sector: str
    spoke: str
    anchor: str
    label: Lines
    note: Lines
    beside: str
    moves: Sequence[float]


@dataclass(frozen=True)
class LiveStar:
    """The drawing: a polygon for each ring, the rings' numbers as (text, x, y), and the ten areas."""

    rings: Sequence[str]
    ring_numbers: Sequence[tuple[int, float, float]]
    areas: Sequence[LiveArea]
    width: int = WIDTH
    height: int = HEIGHT
    centre: Place = (LAYOUT.centre_x, LAYOUT.centre_y)
    reach: float = LAYOUT.radius + RING / 2
    """How far from the centre values are chosen: half a ring beyond the outer one."""


def draw_live_star(labels: Mapping[str, str]) -> LiveStar:
    """The star with these names of the areas, by code."""
    return _draw(tuple(labels[area] for area in AREAS))


@lru_cache
def _draw(labels: tuple[str, ...]) -> LiveStar:
    spokes = range(len(AREAS))
    ordered = dict(zip(AREAS, labels, strict=True))
    # A name keeps clear of none, or of one that itself keeps clear of none: four arrangements show every move.
    mine = {AREAS[spoke] for spoke in NEIGHBOURS}
    arranged = [
        LAYOUT.place_names(ordered, dict.fromkeys(noted, NOTE)) for noted in ((), mine, set(AREAS) - mine, AREAS)
    ]
    return LiveStar(
        rings=[write_points([LAYOUT.place(spoke, value) for spoke in spokes]) for value in range(LOWEST, HIGHEST + 1)],
        ring_numbers=[(value, *LAYOUT.ring_number(value)) for value in RING_NUMBERS],
        areas=[_draw_area(spoke, [names[spoke] for names in arranged]) for spoke in spokes],
    )


def _draw_area(spoke: int, arranged: Sequence[PlacedName]) -> LiveArea:
    plain, noted, beside_noted, both = arranged
    if spoke not in NEIGHBOURS:
        noted, beside_noted = beside_noted, plain
    places = [LAYOUT.place(spoke, value) for value in range(HIGHEST + 1)]
    centre, end = places[0], places[-1]
    corners = [centre, LAYOUT.place(spoke - 0.5, HIGHEST), end, LAYOUT.place(spoke + 0.5, HIGHEST)]
    return LiveArea(
        code=AREAS[spoke],
        places=write_points(places),
        sector=write_points(corners),
        spoke=write_points([centre, end]),
        anchor=_ANCHORS[plain.align],
        label=_set_lines(plain, plain.label, plain.top),
        note=_set_lines(plain, both.note, plain.bottom),
        beside=AREAS[NEIGHBOURS[spoke]] if spoke in NEIGHBOURS else "",
        moves=[round(name.top - plain.top, 2) for name in (plain, noted, beside_noted, both)],
    )


def _set_lines(name: PlacedName, lines: Sequence[str], top: float) -> Lines:
    width = LETTER * max(map(len, lines))
    left = name.x - width * {"left": 0, "center": 0.5, "right": 1}[name.align]
    return Lines(
        [(line, name.x, round(top + LABEL_LINE * (number + 0.5), 2)) for number, line in enumerate(lines)],
        (left - AROUND, round(top - AROUND, 2), width + 2 * AROUND, LABEL_LINE * len(lines) + 2 * AROUND),
    )
