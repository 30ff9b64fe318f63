"""The star on which values are chosen: the page says where each value lies, and how far a name makes room."""

from itertools import product

from star_tracker.analysis.live_star import LAYOUT, NOTE, LiveStar, draw_live_star
from star_tracker.analysis.star_places import BETWEEN_LABELS, LABEL_LINE, NEIGHBOURS
from star_tracker.domain.scales import AREAS, get_edition

LABELS = get_edition("first").areas
Written = list[tuple[str, float, float]]


def write_names(star: LiveStar, noted: set[str]) -> list[Written]:
    """The lines of each name as the script shows them, as (text, x, y)."""
    names = []
    for area in star.areas:
        move = area.moves[(area.code in noted) + 2 * (area.beside in noted)]
        texts = [*area.label.texts, *(area.note.texts if area.code in noted else ())]
        names.append([(text, x, round(y + move, 2)) for text, x, y in texts])
    return names


def draw_names(noted: set[str]) -> list[Written]:
    """The same as they are drawn at once, in their places."""
    return [
        [(line, name.x, round(name.top + LABEL_LINE * (number + 0.5), 2)) for number, line in enumerate(name.lines)]
        for name in LAYOUT.place_names(LABELS, dict.fromkeys(noted, NOTE))
    ]


def test_names_move_to_where_they_would_be_drawn_whichever_areas_are_not_scored() -> None:
    star = draw_live_star(LABELS)
    # A name moves for itself and for the one beside it: these are all that an upper and a lower pair can meet.
    for chosen in product((False, True), repeat=4):
        noted = {
            area for area, is_noted in zip((AREAS[1], AREAS[2], AREAS[4], AREAS[3]), chosen, strict=True) if is_noted
        }
        assert write_names(star, noted) == draw_names(noted)
    assert write_names(star, set(AREAS)) == draw_names(set(AREAS))


def test_names_keep_clear_of_those_beside_them() -> None:
    for noted in (set(), set(AREAS), {AREAS[spoke] for spoke in NEIGHBOURS.values()}):
        names = draw_names(noted)
        for spoke, beside in NEIGHBOURS.items():
            ends = [
                (name[0][2] - LABEL_LINE / 2, name[-1][2] + LABEL_LINE / 2) for name in (names[spoke], names[beside])
            ]
            (_, upper_bottom), (lower_top, _) = sorted(ends)
            assert lower_top - upper_bottom >= BETWEEN_LABELS - 0.01, (AREAS[spoke], noted)


def test_each_area_says_where_its_eleven_values_lie() -> None:
    physical_health, your_wellbeing, *_ = draw_live_star(LABELS).areas
    assert physical_health.places.split()[:2] == ["176.0,185.0", "176.0,171.7"], "the centre, then a ring further up"
    assert physical_health.places.split()[10] == "176.0,52.0"
    # 8 rings, 106.4, at 36 degrees are 62.54 to the right and 86.08 up.
    assert your_wellbeing.places.split()[8] == "238.54,98.92"
    assert {len(area.places.split()) for area in draw_live_star(LABELS).areas} == {11}


def test_the_star_bears_the_names_that_it_is_given() -> None:
    star = draw_live_star(dict(LABELS) | {"home_and_money": "House"})
    assert [text for text, _x, _y in star.areas[8].label.texts] == ["House"]
