"""How a parent's intervention stands from which day to which (R2, R3), worked out by hand."""

from collections.abc import Sequence
from datetime import date

import pytest

from star_tracker.domain.standings import CountedStar, Standing, list_standings

BEGAN, JANUARY, MARCH, APRIL = date(2019, 1, 3), date(2019, 1, 10), date(2019, 3, 1), date(2019, 4, 5)
THREES, FIVES, SIXES = "3" * 10, "5" * 10, "666666666a"
NOTHING_YET = Standing(BEGAN, JANUARY, "no_counted_star", None, None, "")


def start(on: date) -> CountedStar:
    return CountedStar(7, "start", on, THREES)


def interim(star_id: int, on: date, values: str = FIVES) -> CountedStar:
    return CountedStar(star_id, "interim", on, values)


@pytest.mark.parametrize(
    ("stars", "standings"),
    [
        ([], [Standing(BEGAN, None, "no_counted_star", None, None, "")]),
        ([start(BEGAN)], [Standing(BEGAN, None, "one_star_only", 7, None, "")]),
        ([start(JANUARY)], [NOTHING_YET, Standing(JANUARY, None, "one_star_only", 7, None, "")]),
        ([interim(8, JANUARY)], [NOTHING_YET, Standing(JANUARY, None, "no_start_star", None, None, "")]),
        (
            [start(JANUARY), interim(8, JANUARY), CountedStar(9, "closure", APRIL, SIXES)],
            [
                NOTHING_YET,
                Standing(JANUARY, APRIL, "pair", 7, 8, "35" * 10),
                Standing(APRIL, None, "pair", 7, 9, "36" * 9 + "3a"),
            ],
        ),
        (
            [interim(8, JANUARY), start(MARCH), interim(9, APRIL)],
            [
                NOTHING_YET,
                Standing(JANUARY, MARCH, "no_start_star", None, None, ""),
                Standing(MARCH, APRIL, "one_star_only", 7, None, ""),
                Standing(APRIL, None, "pair", 7, 9, "35" * 10),
            ],
        ),
    ],
)
def test_parent_has_one_standing_on_each_day_and_a_pair_from_the_day_of_its_latest_star(
    stars: Sequence[CountedStar], standings: list[Standing]
) -> None:
    assert list_standings(BEGAN, stars) == standings


def test_area_that_either_star_does_not_score_keeps_its_nought_in_the_pair() -> None:
    stars = [CountedStar(7, "start", BEGAN, "04" + "3" * 8), interim(8, APRIL, "50" + "5" * 8)]
    assert list_standings(BEGAN, stars)[-1].pair_values == "0540" + "35" * 8
