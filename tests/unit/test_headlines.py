"""The headline of a cohort: every case worked out by hand, and what must hold of any figures."""

from hypothesis import given
from hypothesis import strategies as st

from star_tracker.analysis.disclosure import Profile, drawable_frame
from star_tracker.analysis.frames import CHANGES, build_frame
from star_tracker.analysis.headlines import Headline, write_headline
from star_tracker.analysis.measures import measures_frame, measures_records
from star_tracker.domain.scales import AREAS, get_edition

LABELS = get_edition("first").areas
SMALL = "Fewer than 10 pairs, and not compared: "
Rows = list[tuple[str, int, int, int]]


def headline(rows: Rows) -> Headline:
    """The headline of these numbers of pairs by area, start and latest, as the page would write it."""
    measures = measures_frame(build_frame(CHANGES, rows))
    return write_headline(measures_records(drawable_frame(measures, Profile.RESTRICTED)), LABELS)


def everywhere(start: int, latest: int, n: int, *others: tuple[str, int, int, int]) -> Rows:
    """The same pairs in every area but those of ``others``."""
    named = {area for area, *_ in others}
    return [*((area, start, latest, n) for area in AREAS if area not in named), *others]


def test_a_rise_in_all_areas_names_the_largest_with_its_averages_and_number() -> None:
    # (8 × 3 + 4 × 4) / 12 = 3.3; (8 × 6 + 4 × 5) / 12 = 5.7.
    rows = everywhere(4, 5, 20, ("boundaries_and_behaviour", 3, 6, 8), ("boundaries_and_behaviour", 4, 5, 4))
    assert headline(rows) == Headline(
        "Average scaling rose in all 10 areas; most in Boundaries and behaviour, from 3.3 to 5.7 (12 parents)."
    )


def test_a_fall_in_all_areas_is_said_as_plainly() -> None:
    rows = everywhere(5, 4, 20, ("home_and_money", 9, 6, 1_200))
    assert headline(rows).sentence == (
        "Average scaling fell in all 10 areas; most in Home and money, from 9.0 to 6.0 (1,200 parents)."
    )


def test_two_areas_that_changed_alike_are_both_named_and_more_are_counted() -> None:
    two = (("your_wellbeing", 3, 5, 10), ("family_routine", 2, 4, 12))
    assert headline(everywhere(4, 5, 20, *two)).sentence == (
        "Average scaling rose in all 10 areas; most in Your well-being, from 3.0 to 5.0 (10 parents), "
        "and Family routine, from 2.0 to 4.0 (12 parents)."
    )
    three = (*two, ("progress_to_work", 1, 3, 10))
    assert headline(everywhere(4, 5, 20, *three)).sentence == (
        "Average scaling rose in all 10 areas; most in 3 areas, by 2.0 points each."
    )


def test_changes_that_look_alike_rank_alike() -> None:
    # 43 of 40 and 41 of 40 points: 1.075 and 1.025, shown as +1.1 and +1.0; 1.05 is shown as +1.1 too.
    rows = everywhere(5, 6, 40, ("your_wellbeing", 5, 6, 37), ("your_wellbeing", 5, 7, 3))
    rows = [row for row in rows if row[0] != "family_routine"]
    rows += [("family_routine", 5, 6, 38), ("family_routine", 5, 7, 2)]
    assert headline(rows).sentence == (
        "Average scaling rose in all 10 areas; most in Your well-being, from 5.0 to 6.1 (40 parents), "
        "and Family routine, from 5.0 to 6.1 (40 parents)."
    )


def test_the_same_change_everywhere_ranks_no_area() -> None:
    assert headline(everywhere(4, 5, 20)).sentence == "Average scaling rose by 1.0 points in all 10 areas."
    assert headline(everywhere(5, 2, 20)).sentence == "Average scaling fell by 3.0 points in all 10 areas."


def test_rises_and_falls_and_no_change_are_all_counted() -> None:
    rows = everywhere(
        4, 5, 20, ("home_and_money", 6, 4, 11), ("progress_to_work", 3, 3, 30), ("your_wellbeing", 3, 6, 18)
    )
    assert headline(rows).sentence == (
        "Average scaling rose in 8 of the 10 areas, fell in 1 and did not change in 1. "
        "It rose most in Your well-being, from 3.0 to 6.0 (18 parents), "
        "and fell in Home and money, from 6.0 to 4.0 (11 parents)."
    )


def test_a_change_that_one_decimal_does_not_show_is_none_and_uncertain() -> None:
    rows = everywhere(4, 4, 30, ("home_and_money", 4, 4, 29), ("home_and_money", 4, 5, 1))
    found = headline(rows)
    assert found.sentence == "Average scaling did not change, to one decimal, in the 10 areas."
    assert found.notes == ("In 10 areas the change is uncertain: the 95% interval includes zero.",)


def test_averages_that_look_alike_get_a_second_decimal() -> None:
    # 4.05 and 4.14 of 100 parents: 4.1 and 4.1, and a change of 0.09, shown as 0.1.
    rows = everywhere(4, 4, 30, ("home_and_money", 4, 4, 86), ("home_and_money", 4, 5, 9), ("home_and_money", 5, 5, 5))
    assert "It rose in Home and money, from 4.05 to 4.14 (100 parents)." in headline(rows).sentence


def test_an_area_with_nine_pairs_is_in_no_ranking_however_much_it_changed() -> None:
    rows = everywhere(4, 5, 20, ("social_networks", 1, 10, 9), ("your_wellbeing", 3, 5, 10))
    assert headline(rows) == Headline(
        "Average scaling rose in the 9 areas with 10 pairs or more; most in Your well-being, from 3.0 to 5.0 "
        "(10 parents).",
        (f"{SMALL}Social networks.",),
    )


def test_a_single_area_with_enough_pairs_is_compared_with_none() -> None:
    rows = [("social_networks", 1, 10, 9), ("your_wellbeing", 3, 5, 10)]
    assert headline(rows) == Headline(
        "Average scaling rose in the only area with 10 pairs or more: Your well-being, from 3.0 to 5.0 (10 parents).",
        (f"{SMALL}Social networks.",),
    )


def test_an_interval_that_includes_no_change_is_said() -> None:
    # Ten parents up 3, nine down 3: a mean of 0.16, whose interval reaches from −1.3 to 1.6.
    rows = everywhere(4, 5, 20, ("home_and_money", 4, 7, 10), ("home_and_money", 7, 4, 9))
    assert headline(rows).notes == ("In Home and money the change is uncertain: the 95% interval includes zero.",)


def test_two_areas_that_rose_alike_are_ranked_neither_alone_nor_among_falls() -> None:
    alike = [("your_wellbeing", 3, 5, 10), ("family_routine", 2, 4, 12)]
    assert headline(alike).sentence == "Average scaling rose by 2.0 points in the 2 areas with 10 pairs or more."
    assert headline([*alike, ("home_and_money", 6, 4, 10)]).sentence == (
        "Average scaling rose in 2 of the 3 areas with 10 pairs or more and fell in 1. "
        "It rose most in Your well-being, from 3.0 to 5.0 (10 parents), "
        "and Family routine, from 2.0 to 4.0 (12 parents), and fell in Home and money, from 6.0 to 4.0 (10 parents)."
    )


def test_three_areas_beside_the_sentence_are_named_and_four_are_counted() -> None:
    few = [(area, 3, 4, 9) for area in ("physical_health", "your_wellbeing", "family_routine", "home_and_money")]
    assert headline(everywhere(4, 5, 20, *few[:3])).notes == (
        f"{SMALL}Physical health, Your well-being and Family routine.",
    )
    assert headline(everywhere(4, 5, 20, *few)).notes == (f"{SMALL}4 areas.",)


def test_without_ten_pairs_in_any_area_it_says_that_there_are_too_few() -> None:
    assert headline(everywhere(1, 10, 9)) == Headline(
        "Too few pairs to say how average scaling changed: no area has 10."
    )


def test_without_a_pair_it_says_so() -> None:
    assert headline([]) == Headline("There is no pair of Stars to compare yet.")


VALUES = st.integers(1, 10)


@given(st.lists(st.tuples(st.sampled_from(AREAS), VALUES, VALUES, st.integers(1, 15)), max_size=60))
def test_any_headline_names_only_areas_with_ten_pairs_and_no_cause(rows: Rows) -> None:
    found = headline(rows)
    pairs = dict.fromkeys(AREAS, 0)
    for area, _start, _latest, n in rows:
        pairs[area] += n
    for area, n in pairs.items():
        assert n >= 10 or f"{LABELS[area]}, from" not in found.sentence
    words = " ".join((found.sentence, *found.notes)).lower()
    assert not [word for word in ("impact", "effect", "because", "due to", "thanks", "improve") if word in words]
    assert found.sentence.endswith(".")


@given(st.lists(st.tuples(st.sampled_from(AREAS), VALUES, VALUES, st.integers(1, 15)), max_size=60))
def test_with_start_and_latest_exchanged_rises_are_falls(rows: Rows) -> None:
    forward = headline(rows).sentence
    backward = headline([(area, latest, start, n) for area, start, latest, n in rows]).sentence
    assert ("rose" in forward) == ("fell" in backward)
    assert ("fell" in forward) == ("rose" in backward)
