"""Where things lie on a star: a ring's number, and the areas' names beside their spokes and out at the edges."""

from collections.abc import Mapping

import pytest

from star_tracker.analysis.star_places import LABEL_LINE, Disc, NamedDisc, PlacedName
from star_tracker.domain.scales import AREAS

LABELS = dict.fromkeys(AREAS, "Name")


def place_names(
    *, names_beside: bool, labels: Mapping[str, str] = LABELS, notes: Mapping[str, str] | None = None
) -> list[PlacedName]:
    """The names around a disc of radius 100 in the middle of 300 by 300, where a line has room for one word."""
    disc = NamedDisc(
        width=300, centre_y=150, radius=100, label_gap=10, label_widths=(4,) * 10, names_beside=names_beside
    )
    return disc.place_names(labels, notes or {})


def near(name: PlacedName) -> tuple[float, float, str]:
    """Where a name begins and how it is aligned, to a tenth."""
    return round(name.x, 1), round(name.top, 1), name.align


def test_a_rings_number_is_halfway_between_the_last_spokes_point_and_the_firsts() -> None:
    disc = Disc(width=200, centre_y=120, radius=80)
    for value in (10, 4):
        (left, top), (right, bottom) = disc.place(9, value), disc.place(0, value)
        assert disc.ring_number(value) == pytest.approx(((left + right) / 2, (top + bottom) / 2), abs=0.01)


def test_names_beside_their_spokes_are_turned_away_from_the_star() -> None:
    # The spokes' names are 110 from the centre; sin and cos of 36° are 0.588 and 0.809, of 72° 0.951 and 0.309. Of a
    # line of 17, all is above the place at the top, none at the bottom: at 72° (1 + 0.309) / 2 of it, 11.1.
    assert [near(name) for name in place_names(names_beside=True)] == [
        (150, 23, "center"),
        (214.7, 45.6, "left"),
        (254.6, 104.9, "left"),
        (254.6, 178.1, "left"),
        (214.7, 237.4, "left"),
        (150, 260, "center"),
        (85.3, 237.4, "right"),
        (45.4, 178.1, "right"),
        (45.4, 104.9, "right"),
        (85.3, 45.6, "right"),
    ]


def test_names_without_room_beside_are_above_and_below_their_spokes_out_to_the_edge() -> None:
    # At 72° the end is 30.9 above the centre and the name 10 above that; at 36° it is 58.8 to the side, less 10.
    assert [near(name) for name in place_names(names_beside=False)] == [
        (150, 23, "center"),
        (198.8, 42.1, "left"),
        (300, 92.1, "right"),
        (300, 190.9, "right"),
        (198.8, 240.9, "left"),
        (150, 260, "center"),
        (101.2, 240.9, "right"),
        (0, 190.9, "left"),
        (0, 92.1, "left"),
        (101.2, 42.1, "right"),
    ]


def test_a_name_keeps_clear_of_a_long_one_at_the_side() -> None:
    # Five lines of the side's names are 85 high: the upper ones begin at 116.0 - 85 × 0.6545 = 60.4, the lower ones end
    # at 184.0 + 85 × 0.6545 = 239.6. The others end, or begin, 6 before and after.
    sides = (2, 3, 7, 8)
    long = LABELS | {AREAS[spoke]: "Long name with five line" for spoke in sides}
    placed = place_names(names_beside=True, labels=long)
    assert [len(placed[spoke].label) for spoke in sides] == [5] * 4
    assert [round(placed[spoke].top, 1) for spoke in (1, 9)] == [37.4, 37.4]
    assert [round(placed[spoke].top, 1) for spoke in (4, 6)] == [245.6, 245.6]
    assert [round(placed[spoke].top, 1) for spoke in (0, 5)] == [23, 260], "nothing is in their way"


def test_a_note_is_below_its_name_and_counts_in_its_height() -> None:
    placed = place_names(names_beside=True, notes={AREAS[0]: "5 to 7"})
    assert (placed[0].label, placed[0].note) == (["Name"], ["5 to", "7"])
    assert placed[0].lines == ["Name", "5 to", "7"]
    assert (placed[0].top, placed[0].bottom) == (40 - 3 * LABEL_LINE, 40)
    assert (placed[5].note, placed[5].bottom) == ([], 260 + LABEL_LINE)
