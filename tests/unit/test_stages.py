"""A cohort by stages: squares, shares and sentences worked out by hand, and the chart from outside."""

import re
from itertools import combinations

import pandas as pd
import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from star_tracker.analysis import charts
from star_tracker.analysis.charts.stages import SHADES
from star_tracker.analysis.frames import CHANGES, build_frame
from star_tracker.analysis.headlines import Headline, write_moves
from star_tracker.analysis.measures import measure_areas, measures_records, stages_frame
from star_tracker.analysis.stages import DARKEST, AreaStages, arrange_stages
from star_tracker.domain.scales import AREAS, get_edition
from tests.unit.test_charts import box_of, elements, labels_of, texts

FIRST = get_edition("first")
LABELS = FIRST.areas
Rows = list[tuple[str, int, int, int]]


def arrange(rows: Rows, *areas: str) -> list[AreaStages]:
    """The stages of these numbers of pairs by area, start and latest value."""
    moves: pd.DataFrame = stages_frame(build_frame(CHANGES, rows))
    renamed = moves.rename(columns={"from_stage": "from", "to_stage": "to", "pairs": "n"})
    return arrange_stages(measures_records(renamed), areas or AREAS)


def everywhere(start: int, latest: int, n: int, *others: tuple[str, int, int, int]) -> Rows:
    """The same pairs in every area but those of ``others``."""
    named = {area for area, *_ in others}
    return [*((area, start, latest, n) for area in AREAS if area not in named), *others]


def test_pairs_are_counted_by_the_stage_of_both_readings() -> None:
    # 1 → 2 within Stuck; 2 → 3 one up; 4 → 9 three up; 6 → 4 one down; 10 → 9 within the last.
    rows = [("home_and_money", *move) for move in ((1, 2, 4), (2, 3, 5), (4, 9, 1), (6, 4, 2), (10, 9, 8))]
    [one] = arrange(rows, "home_and_money")
    assert one.moves == ((4, 5, 0, 0, 0), (0, 0, 0, 0, 1), (0, 2, 0, 0, 0), (0, 0, 0, 0, 0), (0, 0, 0, 0, 8))
    assert one.n == 20
    assert [(share.part, share.whole, share.percent) for share in (one.up, one.same, one.down)] == [
        (6, 20, 30),
        (12, 20, 60),
        (2, 20, 10),
    ]
    assert [one.shade(pairs) for pairs in (0, 1, 2, 4, 5, 8)] == [0, 1, 1, 2, 3, 4]


def test_area_with_nine_pairs_has_no_share() -> None:
    nine, ten, none = arrange(
        [("home_and_money", 1, 9, 9), ("family_routine", 1, 9, 10)], *AREAS[8:6:-1], "progress_to_work"
    )
    assert (nine.is_shown, nine.up.percent) == (False, None)
    assert (ten.is_shown, ten.up.percent) == (True, 100)
    assert (none.is_shown, none.n, none.shade(0)) == (False, 0, 0)


def test_sentence_names_the_area_in_which_the_largest_share_moved_up() -> None:
    # 7 of 12 are 58.3%, 10 of 20 50%.
    rows = [
        *everywhere(4, 5, 10, ("family_routine", 4, 5, 7), ("family_routine", 4, 4, 5)),
        *((area, 4, 3, 10) for area in AREAS if area != "family_routine"),
    ]
    assert write_moves(arrange(rows), LABELS) == Headline(
        "Of the 10 areas, the largest share moved up a stage or more in Family routine, 58% (7 of 12 parents)."
    )


def test_areas_whose_shares_look_alike_are_named_together_and_more_are_counted() -> None:
    two = (("family_routine", 4, 5, 10), ("home_and_money", 2, 9, 1_200))
    assert write_moves(arrange(everywhere(4, 4, 20, *two)), LABELS).sentence == (
        "Of the 10 areas, the largest share moved up a stage or more in Family routine, 100% (10 of 10 parents), "
        "and in Home and money, 100% (1,200 of 1,200 parents)."
    )
    assert write_moves(arrange(everywhere(4, 5, 20)), LABELS).sentence == (
        "Of the 10 areas, the largest share moved up a stage or more in 10 areas: 100% in each."
    )


def test_small_areas_are_in_no_comparison() -> None:
    small = ("family_routine", 1, 10, 9)
    assert write_moves(arrange(everywhere(4, 4, 20, small, ("home_and_money", 4, 5, 10))), LABELS) == Headline(
        "Of the 9 areas with 10 pairs or more, the largest share moved up a stage or more in Home and money, 100% "
        "(10 of 10 parents).",
        ("Fewer than 10 pairs, and not compared: Family routine.",),
    )
    assert write_moves(arrange(everywhere(4, 3, 20, small)), LABELS).sentence == (
        "No parent moved up a stage in any of the 9 areas with 10 pairs or more."
    )
    few = everywhere(4, 4, 300, ("home_and_money", 4, 4, 299), ("home_and_money", 4, 5, 1))
    assert write_moves(arrange(few), LABELS).sentence == (
        "Less than 0.5% of the parents moved up a stage in any of the 10 areas."
    )
    assert write_moves(arrange([small, ("home_and_money", 4, 5, 10)]), LABELS) == Headline(
        "In Home and money 100% (10 of 10 parents) moved up a stage or more, 0% (0 of 10) stayed in the same stage and "
        "0% (0 of 10) moved down.",
        ("Fewer than 10 pairs, and not compared: Family routine.",),
    )
    assert write_moves(arrange([small]), LABELS) == Headline(
        "Too few pairs to say who moved between stages: no area has 10."
    )
    assert write_moves(arrange([]), LABELS) == Headline("There is no pair of Stars to compare yet.")


def test_sentence_of_one_area_has_all_three_shares() -> None:
    rows = [("family_routine", 4, 5, 10), ("family_routine", 4, 4, 8), ("family_routine", 4, 1, 2)]
    assert write_moves(arrange(rows, "family_routine"), LABELS) == Headline(
        "In Family routine 50% (10 of 20 parents) moved up a stage or more, 40% (8 of 20) stayed in the same stage and "
        "10% (2 of 20) moved down."
    )
    assert write_moves(arrange([("family_routine", 4, 5, 9)], "family_routine"), LABELS) == Headline(
        "Too few pairs to say who moved between stages: Family routine has 9."
    )


VALUES = st.integers(1, 10)


@given(st.lists(st.tuples(st.sampled_from(AREAS), VALUES, VALUES, st.integers(1, 15)), max_size=60))
def test_shares_are_the_measures_of_a_return_and_add_up(rows: Rows) -> None:
    for one, area in zip(arrange(rows), measure_areas(rows), strict=True):
        assert (one.n, one.up.part, one.same.part, one.down.part) == (
            *(area[name] for name in ("n", "stage_up", "stage_same", "stage_down")),
        )
        assert one.up.part + one.same.part + one.down.part == one.n
        assert {one.shade(pairs) for row in one.moves for pairs in row} <= set(range(DARKEST + 1))


@given(st.lists(st.tuples(st.sampled_from(AREAS), VALUES, VALUES, st.integers(1, 15)), max_size=60))
def test_any_sentence_says_what_changed_and_never_why(rows: Rows) -> None:
    found = write_moves(arrange(rows), LABELS)
    words = " ".join((found.sentence, *found.notes)).lower()
    assert not [word for word in ("impact", "effect", "because", "due to", "thanks", "improve") if word in words]


COHORT = everywhere(
    4, 5, 1_200, ("home_and_money", 2, 9, 300), ("family_routine", 4, 4, 9), ("social_networks", 4, 4, 0)
)


@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize("edition", ["first", "2023"])
def test_no_text_is_cut_off_or_lies_on_another(columns: int, edition: str) -> None:
    names = get_edition(edition)
    svg = charts.render_svg(charts.stages_chart(arrange(COHORT), names.areas, names.stages, columns=columns))
    root = fromstring(svg)
    width, height = (float(root.get(name, "0")) for name in ("width", "height"))
    assert (width, height) == charts.measure_stages(len(AREAS), columns=columns)
    boxes = [(text.lines[0], box_of(text)) for text in elements(svg, "text") if text.lines]
    for name, (left, top, right, bottom) in boxes:
        assert 0 <= left < right <= width, name
        assert 0 <= top < bottom <= height, name
    for (name, one), (other_name, other) in combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (name, other_name)


def test_square_has_a_number_on_every_cell_and_shares_below() -> None:
    rows = [("home_and_money", 4, 5, 30), ("home_and_money", 4, 4, 10), ("family_routine", 4, 5, 9)]
    written = texts(charts.stages_chart(arrange(rows, "home_and_money", "family_routine"), LABELS, FIRST.stages))
    assert (written.count("30"), written.count("10"), written.count("0")) == (1, 1, 23)
    for words in ("Up 75%, same 25%, down 0% of 40 pairs", "n = 9: fewer than 10 pairs", "Accepting help 3–4", "9–10"):
        assert words in written
    assert written.count("Stuck 1–2") == 1, "a small area has no square"


def test_number_of_a_cell_says_who_moved() -> None:
    rows = [("home_and_money", 4, 5, 30), ("home_and_money", 4, 4, 10), ("family_routine", 4, 5, 9)]
    chart = charts.stages_chart(arrange(rows, "home_and_money", "family_routine"), LABELS, FIRST.stages)
    assert labels_of(chart) == [
        "Home and money: 10 of 40 pairs stayed in Accepting help",
        "Home and money: 30 of 40 pairs went from Accepting help to Trying",
    ]


def test_more_pairs_are_darker_and_where_the_stage_stayed_there_is_a_frame() -> None:
    rows = [("home_and_money", 4, 5, 40), ("home_and_money", 4, 4, 10)]
    svg = charts.render_svg(charts.stages_chart(arrange(rows, "home_and_money"), LABELS, FIRST.stages))
    fills = [path.element.get("fill") for path in elements(svg, "path")]
    assert [fills.count(shade) for shade in SHADES] == [23, 1, 0, 0, 1]
    frames = [path for path in elements(svg, "path") if path.element.get("stroke") == "#0b0c0c"]
    assert len(frames) == 5
    assert charts.render_svg(charts.stages_chart(arrange(rows, "home_and_money"), LABELS, FIRST.stages)) == svg
    assert not re.search(
        r"NaN|undefined|null|Infinity|<style|<script|<image|style=|href=|url\(|@import|\w+ mark\"", svg
    )


def test_alternative_text_names_the_largest_shares() -> None:
    rows = everywhere(4, 5, 20, ("home_and_money", 4, 9, 30), ("home_and_money", 6, 4, 10), ("family_routine", 4, 4, 9))
    assert charts.describe_stages(arrange(rows), LABELS) == (
        "Squares of how many pairs went from each of the five stages at the start to each at the latest Star, one for "
        "each of 9 areas. Largest share that moved up: Physical health, 100% (20 of 20). Largest share that moved "
        "down: Home and money, 25% (10 of 40). Fewer than 10 pairs: Family routine."
    )
    assert "No pair moved down." in charts.describe_stages(arrange(everywhere(4, 4, 10)), LABELS)


def test_chart_and_alternative_text_without_pairs_enough_are_refused() -> None:
    few = arrange(everywhere(4, 5, 9))
    with pytest.raises(ValueError, match="pairs enough"):
        charts.stages_chart(few, LABELS, FIRST.stages)
    with pytest.raises(ValueError, match="no figure"):
        charts.describe_stages(few, LABELS)
