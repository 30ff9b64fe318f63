"""The plain words of a parent's Star."""

import re
from dataclasses import replace
from datetime import date

import pytest

from star_tracker.analysis.parent_stars import ParentStars, StarValues
from star_tracker.analysis.star_words import Since, StarWords, describe_star
from star_tracker.domain.languages import get_language
from star_tracker.domain.scales import Kind, NotScored, get_edition
from tests.unit.two_stars import BOTH, LABELS, LATEST, START, THEN


def heading_of(words: StarWords, area: str) -> str:
    """Under which heading an area stands."""
    [found] = [heading for heading, sentences in words.groups() if any(LABELS[area] in said for said in sentences)]
    return found


def test_the_largest_change_comes_first_and_the_stars_order_decides_a_tie() -> None:
    words = describe_star(BOTH)
    assert words.lead == "Since your first Star, on 10 January 2019."
    assert words.went_up == (
        "Family routine went from 5 to 9",
        "Physical health went from 5 to 7",
        "Social networks went from 5 to 7",
    )
    assert words.went_down == ("Home and money went from 5 to 2",)
    assert words.stayed[0] == "Meeting emotional needs stayed at 5"
    assert [heading for heading, _ in words.groups()] == [
        "What went up",
        "What stayed",
        "What is harder now",
        "What we see differently",
        "Not scored this time",
    ]


def test_an_area_is_compared_only_where_both_stars_have_a_value() -> None:
    start = replace(START, readings={**THEN, "family_routine": NotScored.NOT_DISCUSSED})
    words = describe_star(ParentStars(start, LATEST, LABELS))
    assert words.first_scored == ("Family routine is at 9",)
    assert words.not_scored == ("Progress to work: you chose not to score it",)
    assert ("Scored for the first time", words.first_scored) in words.groups()


def test_value_of_a_star_in_between_is_in_brackets() -> None:
    last = {**THEN, "physical_health": 8, "social_networks": NotScored.DECLINED, "keeping_children_safe": 2}
    between = StarValues(Kind.INTERIM, date(2019, 2, 20), last, {"family_routine": 6})
    stars = ParentStars(START, LATEST, LABELS, between=(replace(between, readings=THEN), between))
    words = describe_star(stars, since=Since.FIRST)
    assert words.lead == "Since your first Star, on 10 January 2019. In brackets: last time, 20 February 2019."
    assert words.went_up == (
        "Family routine went from 5 to 9 (last time you said 6 and your worker 5)",
        "Physical health went from 5 to 7 (last time 8)",
        "Social networks went from 5 to 7",
    )
    assert words.stayed[:2] == (
        "Meeting emotional needs stayed at 5",
        "Keeping your children safe is at 5 again (last time 2)",
    )


def test_last_time_is_what_a_star_is_compared_with_and_the_first_time_is_beside_it() -> None:
    last = {**THEN, "physical_health": 8, "family_routine": 9, "social_networks": NotScored.DECLINED}
    between = StarValues(Kind.INTERIM, date(2019, 2, 20), last, {"home_and_money": 4})
    words = describe_star(ParentStars(START, replace(LATEST, parent_values={}), LABELS, between=(between,)))
    assert words.lead == "Since last time, 20 February 2019. In brackets: the first time, 10 January 2019."
    assert words.went_down == (
        "Physical health went from 8 to 7 (first time 5)",
        "Your well-being went from 5 to 4 (first time 5)",
    )
    assert words.stayed[-1] == "Family routine stayed at 9 (first time 5)"
    assert words.stayed[0] == "Meeting emotional needs stayed at 5", "as the first time"
    assert words.not_before == ("Social networks was at 5 on 10 January 2019, and is at 7 now",)
    assert words.seen_differently == (
        "Home and money: you see it go from 4 to 2, your worker sees it go from 5 to 2 (first time 5)",
    )


def test_closure_star_has_words_for_the_whole_way() -> None:
    between = StarValues(Kind.INTERIM, date(2019, 2, 20), THEN)
    closure = replace(LATEST, kind=Kind.CLOSURE)
    words = describe_star(ParentStars(START, closure, LABELS, between=(between,)))
    assert words.lead.startswith(
        "The whole way, from your first Star on 10 January 2019 to this one. In brackets: last"
    )
    assert words.went_up[0] == "Family routine went from 5 to 9 (last time 5)"


def test_stages_stand_beside_the_values_where_they_are_wanted() -> None:
    words = describe_star(BOTH, stages=get_edition("first").stages)
    assert words.went_up[0] == "Family routine went from 5 (Trying) to 9 (Effective parenting)"


def test_areas_that_are_left_out_are_not_spoken_of() -> None:
    words = describe_star(BOTH, only=["family_routine"])
    assert [sentences for _heading, sentences in words.groups()] == [("Family routine went from 5 to 9",)]


def test_the_words_are_welsh_where_that_is_wanted() -> None:
    labels = get_edition("first").areas_in("cy")
    words = describe_star(replace(BOTH, labels=labels), language=get_language("cy"))
    assert words.lead == "Ers eich Seren gyntaf, ar 10 Ionawr 2019."
    assert words.groups()[0] == (
        "Beth sydd wedi codi",
        ("Trefn y teulu: o 5 i 9", "Iechyd corfforol: o 5 i 7", "Rhwydweithiau cymdeithasol: o 5 i 7"),
    )


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        ({"family_routine": 7}, {}, "you see it go from 5 to 7, your worker sees it go from 5 to 9"),
        ({"family_routine": 5}, {}, "you see it stay at 5, your worker sees it go from 5 to 9"),
        ({}, {"family_routine": 8}, "you see it go from 8 to 9, your worker sees it go from 5 to 9"),
        ({"family_routine": 8}, {"family_routine": 8}, "you see it stay at 8, your worker sees it go from 5 to 9"),
    ],
)
def test_no_words_claim_a_change_that_the_parent_does_not_see(
    now: dict[str, int], then: dict[str, int], said: str
) -> None:
    stars = ParentStars(replace(START, parent_values=then), replace(LATEST, parent_values=now), LABELS)
    assert describe_star(stars).seen_differently == (f"Family routine: {said}",)
    assert heading_of(describe_star(stars), "family_routine") == "What we see differently"


def test_first_star_gives_both_values() -> None:
    own = replace(START, parent_values={"your_wellbeing": 8})
    words = describe_star(ParentStars(own, None, LABELS))
    assert words.seen_differently == ("Your well-being: you see it at 8, your worker at 5",)
    assert heading_of(words, "family_routine") == "What you scored"
    assert words.lead == ""


def test_change_by_one_is_a_change() -> None:
    now = replace(LATEST, readings={**THEN, "family_routine": 6, "home_and_money": 4}, parent_values={})
    words = describe_star(ParentStars(START, now, LABELS))
    assert words.went_up == ("Family routine went from 5 to 6",)
    assert words.went_down == ("Home and money went from 5 to 4",)


def test_largest_fall_comes_first() -> None:
    now = replace(LATEST, readings={**THEN, "your_wellbeing": 4, "family_routine": 1, "home_and_money": 3})
    assert describe_star(ParentStars(START, replace(now, parent_values={}), LABELS)).went_down == (
        "Family routine went from 5 to 1",
        "Home and money went from 5 to 3",
        "Your well-being went from 5 to 4",
    )


def test_area_that_a_first_star_does_not_score_is_not_said_of_this_time() -> None:
    words = describe_star(ParentStars(ROUTINE_NOT_AT_FIRST, None, LABELS))
    assert words.groups()[-1] == ("Not scored", ("Family routine: we did not talk about it",))


def test_area_that_is_seen_differently_and_was_not_scored_at_first_is_compared_with_nothing() -> None:
    differs = replace(LATEST, parent_values={"family_routine": 7})
    words = describe_star(ParentStars(ROUTINE_NOT_AT_FIRST, differs, LABELS))
    assert words.seen_differently == ("Family routine: you see it at 7, your worker at 9",)


ROUTINE_NOT_AT_FIRST = replace(START, readings={**THEN, "family_routine": NotScored.NOT_DISCUSSED})


def test_an_area_that_was_scored_in_between_is_not_scored_for_the_first_time() -> None:
    between = StarValues(Kind.INTERIM, date(2019, 2, 20), {**THEN, "family_routine": 6})
    later = replace(between, completed_on=date(2019, 3, 20), readings=ROUTINE_NOT_AT_FIRST.readings)
    stars = ParentStars(ROUTINE_NOT_AT_FIRST, LATEST, LABELS, between=(between, later))
    assert describe_star(stars).not_before == ("Family routine was at 6 on 20 February 2019, and is at 9 now",)
    assert heading_of(describe_star(stars), "family_routine") == "Not scored last time"
    words = describe_star(stars, since=Since.FIRST)
    assert words.not_before == ("Family routine was at 6 on 20 February 2019, and is at 9 now",)
    assert heading_of(words, "family_routine") == "Not scored in your first Star"


def test_area_that_the_parent_scored_alone_is_not_scored_for_the_first_time() -> None:
    alone = frozenset({"family_routine", "home_and_money"})
    words = describe_star(ParentStars(ROUTINE_NOT_AT_FIRST, LATEST, LABELS, scored_alone=alone))
    assert words.not_before == ("Family routine is at 9",)
    assert words.went_down == ("Home and money went from 5 to 2",), "compared with the start Star, which counts"


def test_without_a_start_star_each_area_says_when_it_was_scored_last() -> None:
    between = StarValues(Kind.INTERIM, date(2019, 2, 20), {**THEN, "family_routine": NotScored.DECLINED})
    words = describe_star(ParentStars(None, LATEST, LABELS, between=(between,)))
    assert words.lead == ""
    assert words.scored[0] == "Physical health was at 5 on 20 February 2019, and is at 7 now"
    assert words.first_scored == ("Family routine is at 9",)


def test_every_area_is_in_one_sentence() -> None:
    for stars in (BOTH, ParentStars(START, None, LABELS), ParentStars(None, LATEST, LABELS)):
        sentences = [sentence for _heading, group in describe_star(stars).groups() for sentence in group]
        assert sorted(re.split(r" went| stayed| is at|:", sentence)[0] for sentence in sentences) == sorted(
            LABELS.values()
        )


def test_a_first_star_says_what_was_scored_and_no_change() -> None:
    words = describe_star(ParentStars(START, None, LABELS))
    assert words.scored[0] == "Physical health is at 5"
    assert not words.lead
    assert describe_star(ParentStars(None, None, LABELS)).groups() == []


def test_parents_own_value_is_shown_only_where_it_differs() -> None:
    same = replace(LATEST, parent_values={"family_routine": 9, "progress_to_work": 3})
    assert not describe_star(ParentStars(START, same, LABELS)).seen_differently
