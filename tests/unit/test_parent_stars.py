"""The table beside a parent's star chart: two Stars, area by area."""

from dataclasses import replace

import pytest

from star_tracker.analysis.parent_stars import AreaRow, ParentStars, StarValues
from star_tracker.domain.scales import AREAS, NotScored
from tests.unit.two_stars import BOTH, LABELS, LATEST, START, THEN


def row_of(stars: ParentStars, area: str) -> AreaRow:
    return stars.rows()[AREAS.index(area)]


def test_table_has_each_area_by_name_with_both_readings_and_the_parents_own() -> None:
    own = replace(START, parent_values={"your_wellbeing": 8})
    stars = replace(BOTH, start=own)
    assert [(row.area, row.label) for row in stars.rows()] == [(area, LABELS[area]) for area in AREAS]
    assert row_of(stars, "your_wellbeing") == AreaRow(
        area="your_wellbeing",
        label="Your well-being",
        start="5",
        latest="4",
        start_own=8,
        latest_own=6,
        change=-1,
    )
    routine = row_of(stars, "family_routine")
    assert (routine.start_own, routine.latest_own, routine.change) == (None, None, 4)


def test_area_that_one_star_does_not_score_says_why_and_has_no_change() -> None:
    work = row_of(BOTH, "progress_to_work")
    assert (work.start, work.latest, work.change) == ("5", "Declined", None)
    not_at_first = replace(START, readings={**THEN, "family_routine": NotScored.NOT_DISCUSSED})
    routine = row_of(replace(BOTH, start=not_at_first), "family_routine")
    assert (routine.start, routine.latest, routine.change) == ("Not discussed", "9", None)


@pytest.mark.parametrize(("start", "latest"), [(START, None), (None, LATEST), (None, None)])
def test_star_that_is_not_there_leaves_its_column_empty(start: StarValues | None, latest: StarValues | None) -> None:
    stars = ParentStars(start, latest, LABELS)
    row = row_of(stars, "your_wellbeing")
    assert (row.start, row.start_own) == (("5", None) if start else ("", None))
    assert (row.latest, row.latest_own) == (("4", 6) if latest else ("", None))
    assert row.change is None
    assert stars.has_values == bool(start or latest)


def test_parents_own_values_are_named_with_their_day_if_there_are_any() -> None:
    assert [BOTH.own_caption(star) for star in (START, LATEST)] == ["", "Parent's own, 5 April 2019"]
    assert replace(BOTH, whose="Your own").own_caption(LATEST) == "Your own, 5 April 2019"
    assert LATEST.caption == "Interim, 5 April 2019"
