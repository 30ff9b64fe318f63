"""The scale of the Star, and the printings of it that label its areas and stages."""

import pytest

from star_tracker.domain.scales import AREAS, STAGES, Kind, get_edition, list_editions, stage_number


@pytest.mark.parametrize("value", [0, 11])
def test_value_off_the_scale_has_no_stage(value: int) -> None:
    with pytest.raises(ValueError, match=f"a reading is a whole number from 1 to 10, not {value}$"):
        stage_number(value)


def test_start_comes_first_and_closure_last_on_one_day() -> None:
    assert [kind.place for kind in (Kind.START, Kind.INTERIM, Kind.CLOSURE)] == [0, 1, 2]


def test_each_edition_labels_every_area_and_stage_in_the_stars_order() -> None:
    assert list_editions() == ["2023", "first"]
    for edition in map(get_edition, list_editions()):
        assert (tuple(edition.areas), tuple(edition.stages)) == (AREAS, STAGES)


def test_edition_that_does_not_ship_is_refused_with_those_that_do() -> None:
    with pytest.raises(ValueError, match=r"no edition .1999. of the Star; choose one of 2023, first$"):
        get_edition("1999")
