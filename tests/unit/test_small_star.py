"""Small stars: where values lie, what a gap does to the shape, and the same in words."""

import pytest

from star_tracker.analysis.small_star import DISC, SIZE, describe_small_star, draw_backdrop, draw_small_star
from star_tracker.domain.scales import AREAS, get_edition

LABELS = get_edition("first").areas


def test_values_lie_clockwise_from_the_top_on_one_scale() -> None:
    assert DISC.place(0, 0) == (60, 60), "the middle"
    assert DISC.place(0, 10) == (60, 6)
    assert DISC.place(0, 5) == (60, 33), "half as far"
    assert DISC.place(5, 10) == (60, 114), "opposite"
    x, y = DISC.place(1, 10)
    assert x > 60, "the second area is to the right"
    assert y < 60


def test_ten_values_are_one_closed_shape() -> None:
    star = draw_small_star(dict.fromkeys(AREAS, 4))
    [run] = star.runs
    assert run.is_closed
    assert run.fill == run.line
    assert len(run.line.split()) == len(star.dots) == 10


def test_area_that_was_not_scored_leaves_a_gap() -> None:
    values = dict.fromkeys(AREAS, 4) | {AREAS[2]: None, AREAS[6]: None}
    star = draw_small_star(values)
    assert [len(run.line.split()) for run in star.runs] == [3, 5], "areas 4 to 6; 8 to 10 with 1 and 2"
    assert not any(run.is_closed for run in star.runs)
    assert all(run.fill.startswith("60.0,60.0 ") for run in star.runs), "coloured as far as the middle"
    assert len(star.dots) == 8


@pytest.mark.parametrize(
    ("scored", "lengths"), [((), []), ((0,), [1]), ((0, 9), [2]), ((0, 5), [1, 1]), (range(9), [9])]
)
def test_any_areas_may_be_missing(scored: range | tuple[int, ...], lengths: list[int]) -> None:
    star = draw_small_star({AREAS[spoke]: 10 for spoke in scored})
    assert sorted(len(run.line.split()) for run in star.runs) == lengths
    assert len(star.dots) == len(scored)


def test_everything_lies_within_the_drawing() -> None:
    numbers = [float(part) for part in draw_backdrop().replace("M", " ").replace("Z", " ").replace(",", " ").split()]
    assert 0 <= min(numbers) < max(numbers) <= SIZE


def test_the_backdrop_is_two_closed_rings_and_ten_spokes_from_the_middle() -> None:
    before, *rings_and_spokes = [stroke.strip() for stroke in draw_backdrop().split("M")]
    rings, spokes = rings_and_spokes[:2], rings_and_spokes[2:]
    assert before == ""
    assert [(ring.split()[0], len(ring.split()), ring[-1]) for ring in rings] == [
        ("60.0,33.0", 10, "Z"),  # the value 5, half as far as 10
        ("60.0,6.0", 10, "Z"),
    ]
    assert len(spokes) == 10
    # The sine of 36° is 0.588, its cosine 0.809, and the radius 54.
    assert (spokes[0], spokes[1], spokes[9]) == (
        "60.0,60.0 60.0,6.0",
        "60.0,60.0 91.7,16.3",
        "60.0,60.0 28.3,16.3",
    )


def test_alternative_text_of_a_small_star_gives_every_area() -> None:
    words = describe_small_star("Start Star of 3 May 2018", dict.fromkeys(AREAS, 4) | {"home_and_money": None}, LABELS)
    assert words.startswith("Start Star of 3 May 2018: Physical health 4, Your well-being 4, ")
    assert words.endswith("Family routine 4, Home and money not scored, Progress to work 4")


def test_the_parents_own_value_is_a_diamond_at_its_place_and_in_the_words() -> None:
    star = draw_small_star(dict.fromkeys(AREAS, 4), {"physical_health": 10})
    assert star.own == ["60.0,2.0 64.0,6.0 60.0,10.0 56.0,6.0"]
    assert len(star.dots) == 10, "the counted value stays where it is"
    words = describe_small_star("Start", dict.fromkeys(AREAS, 4), LABELS, {"physical_health": 10})
    assert words.startswith("Start: Physical health 4 (parent's own 10), Your well-being 4, ")
