"""The star of the talk: as large and as plain as the one on which values are chosen, to be read by two people.

The new Star has the colours, points and fill of the star on which it was scored (``live_star``, ``_live_star.scss``).
The Star of last time and the first one lie beneath it in the same dashes as there, and a parent's own value is a
diamond. Each area's value stands below its name; on the wide drawing its stage too.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape

from star_tracker.analysis.looks import FONT, GRID, INK, LATEST, PAPER, QUIET, START
from star_tracker.analysis.parent_stars import ParentStars, StarValues
from star_tracker.analysis.star_places import LABEL_LINE, Align, NamedDisc, Place, find_runs, write_points
from star_tracker.domain.languages import ENGLISH, Language
from star_tracker.domain.scales import AREAS, HIGHEST, LOWEST, STAGES, Kind, stage_number

WIDE = NamedDisc(
    width=560,
    centre_y=190,
    radius=138,
    label_gap=13,
    label_widths=(26, 22, 16, 16, 22, 26, 22, 16, 16, 22),
    names_beside=True,
)
NARROW = NamedDisc(
    width=352,
    centre_y=200,
    radius=133,
    label_gap=12,
    label_widths=(16, 15, 9, 9, 15, 16, 15, 9, 9, 15),
    names_beside=False,
)
RING_NUMBERS = (2, 4, 6, 8, 10)
KEY_ROW = 22
DASHES = ("6 4", "2 3")
"""Of the first Star where there are two earlier ones, and of the last; of the only one, the first: as when scoring."""

_Line = tuple[int | None, ...]
_Drawn = tuple[str, _Line, _Line, str, str]
"""A Star: "start", "latest" or its dashes; its values; the parent's own; its words in the key, and those of the own."""

_ANCHORS: Mapping[Align, str] = {"left": "start", "center": "middle", "right": "end"}


def draw_talk_star(
    stars: ParentStars,
    *,
    stages: Mapping[str, str] | None = None,
    language: Language = ENGLISH,
    narrow: bool = False,
    only: Collection[str] = AREAS,
) -> bytes:
    """The drawing as SVG.

    Args:
        stars: the Stars, with the areas' names in the language.
        stages: the stages' names by code, for the wide drawing.
        language: the language of its key.
        narrow: whether for a phone, or for half a page.
        only: the areas that it shows; of the others it names none and draws no value.

    Raises:
        ValueError: there is no Star.
    """
    return _draw(
        tuple(_list_drawn(stars, language, only)),
        tuple(stars.labels[area] if area in only else "" for area in AREAS),
        tuple(_list_notes(stars, language, None if narrow else stages, only)),
        narrow,
    )


def measure_talk_star(stars: ParentStars, *, narrow: bool = False) -> tuple[int, int]:
    """The drawing's width and height in pixels, so that a page can reserve its place."""
    layout = NARROW if narrow else WIDE
    rows = sum(1 + bool(star.own_values) for star in _list_stars(stars))
    return layout.width, _key_top(layout) + KEY_ROW * max(rows, 2)


def describe_talk_star(stars: ParentStars, *, language: Language = ENGLISH, only: Collection[str] = AREAS) -> str:
    """The drawing's alternative text: each Star by its words in the key, with its values.

    Raises:
        ValueError: there is no Star.
    """
    say, told = language.say, []
    areas = [(number, stars.labels[area]) for number, area in enumerate(AREAS) if area in only]
    for _look, values, own, words, own_words in _list_drawn(stars, language, only):
        each = ", ".join(f"{name} {values[number] or say('(not scored)')}" for number, name in areas)
        told.append(f"{words}: {each}.")
        if own_words:
            each = ", ".join(f"{name} {own[number]}" for number, name in areas if own[number] is not None)
            told.append(f"{own_words}: {each}.")
    return say("A star with a line for each area, from 1 in the middle to 10.") + " " + " ".join(told)


def _list_stars(stars: ParentStars) -> list[StarValues]:
    """The new Star, and below it those of the first and the last time, each once."""
    now = stars.latest or stars.start
    if now is None:
        raise ValueError("a talk is about a Star")
    first = stars.start if stars.latest else None
    last = stars.between[-1:] if first else ()
    return [now, *([first] if first else []), *last]


def _list_drawn(stars: ParentStars, language: Language, only: Collection[str]) -> Iterator[_Drawn]:
    now, *earlier = _list_stars(stars)
    say, day = language.say, language.day
    for place, star in enumerate([now, *earlier]):
        when = day(star.completed_on)
        if star is now:
            look, words = "start" if now.kind is Kind.START else "latest", say("This Star, {day}", day=when)
        elif place == 1:
            look, words = DASHES[0], say("First time, {day}", day=when)
        else:
            look, words = DASHES[1], say("Last time, {day}", day=when)
        own = star.own_values
        yield (
            look,
            tuple(star.values[area] if area in only else None for area in AREAS),
            tuple(own.get(area) if area in only else None for area in AREAS),
            words,
            say("Your own value, {day}", day=when) if own else "",
        )


def _list_notes(
    stars: ParentStars, language: Language, stages: Mapping[str, str] | None, only: Collection[str]
) -> Iterator[str]:
    """What stands below each area's name."""
    now, *_earlier = _list_stars(stars)
    for area in AREAS:
        value, own = now.values[area], now.own_values.get(area)
        if area not in only:
            yield ""
        elif value is None:
            yield language.say("(not scored)")
        elif own:
            yield language.say("you {own}, worker {value}", own=own, value=value)
        else:
            yield f"{value}, {stages[STAGES[stage_number(value) - 1]]}" if stages else str(value)


@lru_cache(maxsize=256)
def _draw(drawn: tuple[_Drawn, ...], labels: tuple[str, ...], notes: tuple[str, ...], narrow: bool) -> bytes:
    layout = NARROW if narrow else WIDE
    rows = sum(1 + bool(own_words) for *_rest, own_words in drawn)
    height = _key_top(layout) + KEY_ROW * max(rows, 2)
    parts = [
        *_draw_grid(layout),
        *(part for star in reversed(drawn) for part in _draw_values(star, layout)),
        *_draw_ring_numbers(layout),
        *(part for star in reversed(drawn) for part in _draw_own(star, layout)),
        *_draw_names(layout, labels, notes),
        *_draw_key(layout, drawn),
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{layout.width}" height="{height}" '
        f'viewBox="0 0 {layout.width} {height}" font-family="{FONT}" font-size="14" fill="{INK}">'
    )
    return f"{head}{''.join(parts)}</svg>".encode()


def _key_top(layout: NamedDisc) -> int:
    return int(layout.centre_y + layout.radius + layout.label_gap + 3.5 * LABEL_LINE)


def _draw_grid(layout: NamedDisc) -> Iterator[str]:
    spokes = range(len(AREAS))
    for value in range(LOWEST, HIGHEST + 1):
        ring = write_points([layout.place(spoke, value) for spoke in spokes])
        yield f'<polygon points="{ring}" fill="none" stroke="{GRID}"/>'
    for spoke in spokes:
        ends = write_points([layout.place(spoke, 0), layout.place(spoke, HIGHEST)])
        yield f'<polyline points="{ends}" fill="none" stroke="{GRID}"/>'


def _draw_ring_numbers(layout: NamedDisc) -> Iterator[str]:
    for value in RING_NUMBERS:
        x, y = layout.ring_number(value)
        yield (
            f'<text x="{x}" y="{y + 4}" font-size="12" text-anchor="middle" stroke="{PAPER}" stroke-width="4" '
            f'stroke-linejoin="round" paint-order="stroke">{value}</text>'
        )


def _colour(look: str) -> str:
    return {"start": START.colour, "latest": LATEST.colour}.get(look, QUIET)


def _draw_values(star: _Drawn, layout: NamedDisc) -> Iterator[str]:
    look, values, *_words = star
    colour, is_new = _colour(look), look in ("start", "latest")
    dash = "" if is_new else f' stroke-dasharray="{look}"'
    for run in find_runs(values):
        places = [layout.place(spoke, value) for spoke, value in run]
        if len(run) > 1 and is_new:
            area = write_points([*places, layout.place(0, 0)])
            yield f'<polygon points="{area}" fill="{colour}" fill-opacity="0.12"/>'
        if len(run) > 1:
            line = write_points(places)
            yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="{3 if is_new else 2}"{dash}/>'
    for spoke, value in enumerate(values):
        if value is not None:
            yield _draw_point(look, layout.place(spoke, value))


def _draw_point(look: str, place: Place) -> str:
    (x, y), colour = place, _colour(look)
    if look == "start":
        return f'<circle cx="{x}" cy="{y}" r="5.5" fill="{colour}"/>'
    if look == "latest":
        box = f'x="{x - 5.5:g}" y="{y - 5.5:g}" width="11" height="11"'
        return f'<rect {box} fill="{PAPER}" stroke="{colour}" stroke-width="2.5"/>'
    return f'<circle cx="{x}" cy="{y}" r="4" fill="{PAPER}" stroke="{colour}" stroke-width="1.5"/>'


def _draw_own(star: _Drawn, layout: NamedDisc) -> Iterator[str]:
    look, _values, own, *_words = star
    for spoke, value in enumerate(own):
        if value is not None:
            yield _draw_diamond(look, layout.place(spoke, value))


def _draw_diamond(look: str, place: Place) -> str:
    x, y = place
    points = write_points([(x, y - 8), (x + 8, y), (x, y + 8), (x - 8, y)])
    colour = INK if look in ("start", "latest") else QUIET
    return f'<polygon points="{points}" fill="{PAPER}" fill-opacity="0.6" stroke="{colour}" stroke-width="2"/>'


def _draw_names(layout: NamedDisc, labels: Sequence[str], notes: Sequence[str]) -> Iterator[str]:
    named = layout.place_names(dict(zip(AREAS, labels, strict=True)), dict(zip(AREAS, notes, strict=True)))
    for name in named:
        for number, line in enumerate(name.lines):
            y = round(name.top + LABEL_LINE * (number + 0.5) + 5, 2)
            weight = ' font-weight="700"' if number < len(name.label) else ""
            yield f'<text x="{name.x}" y="{y}" text-anchor="{_ANCHORS[name.align]}"{weight}>{_text(line)}</text>'


def _draw_key(layout: NamedDisc, drawn: Sequence[_Drawn]) -> Iterator[str]:
    left, y = round(layout.width / 2 - 116), _key_top(layout) + KEY_ROW / 2
    for look, _values, _own, words, own_words in drawn:
        dash = "" if look in ("start", "latest") else f' stroke-dasharray="{look}"'
        stroke = f'stroke="{_colour(look)}" stroke-width="{2 if dash else 3}"{dash}'
        yield f'<line x1="{left}" y1="{y}" x2="{left + 44}" y2="{y}" {stroke}/>'
        yield _draw_point(look, (left + 22, y))
        yield f'<text x="{left + 56}" y="{y + 5}">{_text(words)}</text>'
        y += KEY_ROW
        if own_words:
            yield _draw_diamond(look, (left + 22, y))
            yield f'<text x="{left + 56}" y="{y + 5}">{_text(own_words)}</text>'
            y += KEY_ROW


def _text(words: str) -> str:
    return escape(words, quote=False)
