"""A cohort over time: quarters and sentences worked out by hand, and what must hold of any pairs."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from star_tracker.analysis.cohorts import CohortFilter, count_changes
from star_tracker.analysis.headlines import Headline, write_consistency
from star_tracker.analysis.measures import measure_areas
from star_tracker.analysis.over_time import MOST_QUARTERS, Basis, CohortOverTime, PairsByDay, follow_cohort
from star_tracker.domain.scales import AREAS, get_edition

LABELS = get_edition("first").areas
SPRING, SUMMER, AUTUMN, WINTER = date(2018, 4, 1), date(2018, 9, 30), date(2018, 10, 1), date(2019, 3, 31)


def pair(start: int = 4, latest: int = 5, **others: tuple[int, int]) -> str:
    """One pair's values: these in every area but ``others``; 0 for not scored."""
    return "".join("{:x}{:x}".format(*others.get(area, (start, latest))) for area in AREAS)


def follow(days: dict[date, list[str]], first_month: int = 4, as_at: date = date(2019, 4, 10)) -> CohortOverTime:
    return follow_cohort(
        PairsByDay(
            selected_by=CohortFilter(as_at=as_at),
            basis=Basis.LATEST,
            days={day: (len(pairs), "".join(pairs)) for day, pairs in days.items()},
            excluded={},
        ),
        first_month,
    )


def test_days_of_one_quarter_are_counted_together_and_a_quarter_without_pairs_is_a_gap() -> None:
    course = follow({SPRING: [pair(4, 6)] * 10, date(2018, 6, 30): [pair(4, 9)] * 5, AUTUMN: [pair(8, 6)] * 10})
    assert [(one.quarter.label, one.pairs) for one in course.quarters] == [
        ("April to June 2018", 15),
        ("July to September 2018", 0),
        ("October to December 2018", 10),
    ]
    # (10 × 2 + 5 × 5) / 15 = 3 and a fall of 2.
    assert [one.shown[0]["mean_change"] for one in course.quarters] == [3, None, -2]
    assert course.quarters[1].areas[0]["n"] == 0
    assert course.quarters[1].shown[0]["mean_start"] is None
    assert (course.pairs, course.earlier) == (25, 0)


def test_area_with_nine_pairs_in_a_quarter_shows_its_number_and_averages_alone() -> None:
    nine = follow({SPRING: [pair(3, 6)] * 9 + [pair(4, 5, your_wellbeing=(4, 0))] * 3})
    [one] = nine.quarters
    shown = {area["area"]: area for area in one.shown}
    assert {name for name, value in shown["your_wellbeing"].items() if value is not None} == {
        *("area", "n", "mean_start", "mean_latest"),
    }
    assert (shown["your_wellbeing"]["n"], shown["your_wellbeing"]["mean_latest"]) == (9, 6)
    assert (shown["home_and_money"]["n"], shown["home_and_money"]["mean_change"]) == (12, 2.5)
    assert one.areas[1]["mean_change"] == 3, "a file has everything"


def test_of_many_quarters_the_last_twelve_are_shown_and_the_pairs_before_them_counted() -> None:
    course = follow(
        {date(2015, 4, 1): [pair()] * 3, date(2016, 3, 31): [pair()], date(2016, 4, 1): [pair()], WINTER: [pair()]}
    )
    assert len(course.quarters) == MOST_QUARTERS == 12
    assert str(course.quarters[0].quarter) == "2016-17-Q1"
    assert str(course.quarters[-1].quarter) == "2018-19-Q4"
    assert (course.pairs, course.earlier) == (6, 4)


def test_quarters_are_of_the_year_that_the_contract_has() -> None:
    assert [one.quarter.label for one in follow({SPRING: [pair()]}, first_month=9).quarters] == ["March to May 2018"]


def test_the_last_quarter_is_unfinished_until_its_last_day() -> None:
    assert follow({AUTUMN: [pair()]}, as_at=date(2018, 12, 31)).unfinished is None
    unfinished = follow({AUTUMN: [pair()]}, as_at=date(2018, 12, 30)).unfinished
    assert unfinished
    assert unfinished.label == "October to December 2018"
    assert follow({}).unfinished is None


def test_areas_are_ordered_by_their_change_in_all_quarters_together() -> None:
    days = {
        SPRING: [pair(home_and_money=(4, 6))] * 10,
        AUTUMN: [pair(home_and_money=(4, 6), your_wellbeing=(5, 0))] * 8,
    }
    days[SUMMER] = [pair(physical_health=(9, 1), social_networks=(0, 9))] * 9
    assert follow(days).list_areas(by_change=True)[:2] == ["home_and_money", "your_wellbeing"]
    assert follow(days).list_areas(by_change=True)[-1] == "physical_health"
    assert follow(days).list_areas(by_change=False) == list(AREAS)


def sentence(*quarters: list[str]) -> str:
    return headline(*quarters).sentence


def headline(*quarters: list[str]) -> Headline:
    """The headline where these are the pairs of quarters one after the other."""
    days = (SPRING, SUMMER, AUTUMN, WINTER)
    return write_consistency(follow(dict(zip(days, quarters, strict=False))), LABELS)


TWO = [pair(your_wellbeing=(3, 6), boundaries_and_behaviour=(3, 5))] * 10
ONE = [pair(your_wellbeing=(3, 6))] * 10
OTHER = [pair(home_and_money=(3, 6))] * 10
SAME = [pair()] * 10


def test_areas_that_rose_most_in_every_quarter_are_named_together() -> None:
    assert sentence(TWO, TWO, TWO) == (
        "Your well-being and Boundaries and behaviour were among the two areas that rose most in all 3 quarters "
        "compared."
    )
    assert sentence(ONE, ONE) == ("Your well-being was among the two areas that rose most in both quarters compared.")


def test_areas_that_rose_most_in_more_than_half_of_the_quarters_are_named_with_how_many() -> None:
    assert sentence(TWO, TWO, ONE, OTHER) == (
        "Your well-being was among the two areas that rose most in 3 of the 4 quarters compared."
    )
    assert sentence(TWO, TWO, ONE) == (
        "Your well-being was among the two areas that rose most in all 3 quarters compared, "
        "Boundaries and behaviour in 2 of them."
    )


def test_where_no_area_rose_most_in_more_than_half_that_is_said() -> None:
    start = "No area rose most consistently: none was among the two that rose most in more than half of the"
    assert sentence(ONE, OTHER) == (
        f"{start} 2 quarters compared; most often were Your well-being and Home and money, in 1."
    )
    assert sentence(SAME, SAME) == f"{start} 2 quarters compared."
    assert sentence(SAME, ONE, SAME, ONE) == f"{start} 4 quarters compared; most often was Your well-being, in 2."


def test_three_areas_that_rose_alike_are_not_among_the_two_and_falls_never() -> None:
    three = [pair(your_wellbeing=(3, 6), home_and_money=(3, 6), social_networks=(3, 6))] * 10
    assert sentence(three, three).startswith("No area rose most consistently")
    falls = [pair(5, 3, your_wellbeing=(5, 4))] * 10
    assert sentence(falls, falls).startswith("No area rose most consistently")


def test_one_quarter_shows_nothing_consistent_and_small_quarters_are_not_compared() -> None:
    assert headline(ONE[:9], ONE) == Headline(
        "Only July to September 2018 has 10 pairs in 3 areas or more: one quarter cannot show what is consistent.",
        (
            "Of 10 changes, one for each area and quarter: 10 up.",
            "10 areas in a quarter have fewer than 10 pairs, and are not compared.",
        ),
    )
    assert sentence(ONE[:9], ONE[:9]) == "Too few pairs to compare quarters: in none do 3 areas have 10 pairs."
    two_areas = ["45450000000000000000"] * 10
    assert sentence(two_areas, two_areas) == "Too few pairs to compare quarters: in none do 3 areas have 10 pairs."
    assert headline() == Headline("There is no pair of Stars to compare yet.")
    assert headline(["4" + "0" * 19]) == Headline("There is no pair of Stars to compare yet.")


def test_rises_falls_and_changes_that_one_decimal_does_not_show_are_counted() -> None:
    quarter = [pair(home_and_money=(5, 4), social_networks=(6, 6))] * 30
    quarter[0] = pair(home_and_money=(5, 4), social_networks=(6, 7), family_routine=(4, 0))
    assert headline(quarter, ["45" + "0" * 18]).notes == (
        "Of 10 changes, one for each area and quarter: 8 up, 1 down, 1 unchanged.",
        "1 area in a quarter has fewer than 10 pairs, and is not compared.",
    )


VALUES = st.integers(0, 10)
PAIRS = st.lists(VALUES, min_size=20, max_size=20).map(lambda values: "".join(f"{value:x}" for value in values))
DAYS = st.dictionaries(
    st.dates(date(2017, 1, 1), date(2019, 3, 31)), st.lists(PAIRS, min_size=1, max_size=4), max_size=8
)


@given(DAYS, st.integers(1, 12))
def test_the_quarters_together_are_the_cohort(days: dict[date, list[str]], first_month: int) -> None:
    course = follow(days, first_month)
    every = "".join(values for pairs in days.values() for values in pairs)
    assert course.earlier == 0, "nine quarters at most, or ten where a year begins in another month"
    assert sum(one.pairs for one in course.quarters) == course.pairs == sum(map(len, days.values()))
    changes: Counter[str] = Counter()
    for one in course.quarters:
        for area in one.areas:
            changes[area["area"]] += round(area["n"] * (area["mean_change"] or 0))
            assert area["n"] == area["improved"] + area["maintained"] + area["declined"]
    for area in measure_areas(count_changes(every)):
        assert area["n"] == sum(
            found["n"] for one in course.quarters for found in one.areas if found["area"] == area["area"]
        )
        assert changes[area["area"]] == round(area["n"] * (area["mean_change"] or 0))
    for one, following in zip(course.quarters, course.quarters[1:], strict=False):
        assert following.quarter.previous() == one.quarter


@given(DAYS)
def test_any_sentence_says_what_changed_and_never_why(days: dict[date, list[str]]) -> None:
    found = write_consistency(follow(days), LABELS)
    words = " ".join((found.sentence, *found.notes)).lower()
    assert not [word for word in ("impact", "effect", "because", "due to", "thanks", "improve") if word in words]


def test_quarter_cannot_be_of_a_day_unknown() -> None:
    with pytest.raises(ValueError, match="yesterday"):
        Basis("yesterday")
