"""A cohort's figures as pages, charts and files take them: which areas, in which order, and a picture's own words."""

from datetime import date

import pytest

from star_tracker.analysis.cohorts import Cohort, CohortFilter
from star_tracker.analysis.frames import CHANGES, build_frame
from star_tracker.analysis.pictures import (
    CAPTION_WIDTH,
    FOOT_WIDTH,
    Caption,
    caption_cohort_picture,
    describe_cohort_picture,
    describe_svg,
    write_caption,
)
from star_tracker.analysis.summaries import CohortChart, CohortSummary, summarise_cohort
from star_tracker.domain.scales import ACKNOWLEDGEMENT, AREAS, Exclusion, get_edition

ROWS = [("family_routine", 2, 9, 3), ("physical_health", 4, 3, 10), ("your_wellbeing", 3, 5, 12)]
EXCLUDED = {Exclusion.NO_COUNTED_STAR: 4}


def summary_of(*rows: tuple[str, int, int, int], pairs: int = 15) -> CohortSummary:
    selected_by = CohortFilter(as_at=date(2019, 4, 10))
    changes = build_frame(CHANGES, rows)
    return summarise_cohort(Cohort(selected_by=selected_by, pairs=pairs, excluded=EXCLUDED, changes=changes))


def test_area_with_few_pairs_has_its_change_among_the_areas_but_not_among_those_shown() -> None:
    summary = summary_of(*ROWS)
    exact, shown = (
        {area["area"]: (area["n"], area["mean_start"], area["mean_change"]) for area in areas}
        for areas in (summary.areas, summary.shown)
    )
    assert list(exact) == list(shown) == list(AREAS)
    assert exact["family_routine"] == (3, 2.0, 7.0)
    assert shown["family_routine"] == (3, 2.0, None)
    assert exact["your_wellbeing"] == shown["your_wellbeing"] == (12, 3.0, 2.0)
    assert exact["home_and_money"] == shown["home_and_money"] == (0, None, None)
    assert (summary.selected_by.as_at, summary.pairs, summary.excluded) == (date(2019, 4, 10), 15, EXCLUDED)


def test_moves_between_stages_are_those_that_occur() -> None:
    assert summary_of(*ROWS).stages == [
        {"area": "physical_health", "from": "accepting_help", "to": "accepting_help", "n": 10},
        {"area": "your_wellbeing", "from": "accepting_help", "to": "trying", "n": 12},
        {"area": "family_routine", "from": "stuck", "to": "effective_parenting", "n": 3},
    ]


def test_areas_with_few_pairs_come_last_in_the_stars_order_or_after_those_ranked_by_change() -> None:
    summary = summary_of(*ROWS)
    enough = ["physical_health", "your_wellbeing"]
    few = [area for area in AREAS if area not in enough]
    assert [area["area"] for area in summary.listed] == [*enough, *few]
    assert [area["area"] for area in summary.by_change][:2] == ["your_wellbeing", "physical_health"]
    assert {area["mean_change"] for area in summary.by_change[2:]} == {None}


@pytest.mark.parametrize(
    ("rows", "charts"),
    [(ROWS, list(CohortChart)), (ROWS[:1], [CohortChart.STAR]), ([], [])],
    ids=["ten", "few", "none"],
)
def test_charts_of_change_need_an_area_with_ten_pairs(
    rows: list[tuple[str, int, int, int]], charts: list[CohortChart]
) -> None:
    summary = summary_of(*rows)
    assert summary.charts == charts
    assert summary.has_figures == bool(charts)


def test_picture_says_who_is_in_it_how_many_and_whose_figures_they_are() -> None:
    caption = caption_cohort_picture(
        CohortChart.CHANGE, summary_of(*ROWS), words="every pod; open interventions", service_name="Demo service"
    )
    assert caption.title == "Change by area"
    assert caption.above == (
        "Every pod; open interventions",
        "As at 10 April 2019. n = 15 pairs of Stars; 3 to 12 in each area.",
    )
    assert caption.below[0] == "Source: Demo service, Star Tracker. There is no comparison group."
    assert " ".join(caption.below[1:]) == ACKNOWLEDGEMENT


def test_picture_with_a_comparison_group_does_not_say_that_there_is_none() -> None:
    caption = write_caption("Closing", "One pod", "Another", service_name="Demo service", is_comparison=True)
    assert (caption.title, caption.above) == ("Closing", ("One pod", "Another"))
    assert caption.below[0] == "Source: Demo service, Star Tracker."


def test_captions_lines_are_as_long_as_there_is_room_for() -> None:
    caption = write_caption("A title", "x" * 37 + " " + "y" * 38, "z " * 39, service_name="s" * 30 + " " + "t" * 21)
    assert caption.above == ("x" * 37 + " " + "y" * 38, "z " * 37 + "z", "z")
    assert caption.below[:2] == (
        "Source: " + "s" * 30 + " " + "t" * 21 + ", Star Tracker. There is no comparison",
        "group.",
    )
    assert max(map(len, caption.above)) == CAPTION_WIDTH
    assert max(map(len, caption.below)) <= FOOT_WIDTH


def test_an_svgs_title_and_description_come_first_and_show_their_signs_as_they_are() -> None:
    caption = Caption(title="Pod “A & B”", above=("n < 10", "it's"), below=("Source",))
    assert describe_svg(b'<svg width="9"><g id="a"></g></svg>', caption).decode() == (
        '<svg width="9"><title>Pod “A &amp; B”</title><desc>n &lt; 10 it\'s Source</desc><g id="a"></g></svg>'
    )


def test_lines_beside_a_picture_are_broken_where_they_are_too_long_and_one_number_is_given_once() -> None:
    pods = " and ".join(f"Pod {number}" for number in range(1, 11))
    summary = summary_of(*((area, 3, 4, 1) for area in AREAS), pairs=1)
    caption = caption_cohort_picture(CohortChart.STAR, summary, words=pods, service_name="Demo service")
    assert caption.above == (
        "Pod 1 and Pod 2 and Pod 3 and Pod 4 and Pod 5 and Pod 6 and Pod 7 and Pod 8",
        "and Pod 9 and Pod 10",
        "As at 10 April 2019. n = 1 pair of Stars; 1 in each area.",
    )


def test_picture_in_words_says_in_which_order_it_draws_the_areas() -> None:
    labels = get_edition("first").areas

    def told(chart: CohortChart, *, by_change: bool = True) -> str:
        return describe_cohort_picture(chart, summary_of(*ROWS), labels, by_change=by_change)

    assert "latest Star, largest first, with" in told(CohortChart.CHANGE)
    assert "latest Star, in the Star's order, with" in told(CohortChart.CHANGE, by_change=False)
    assert "Your well-being up 2.0, from 3.0 to 5.0" in told(CohortChart.CHANGE)
    assert len({told(chart) for chart in CohortChart}) == 3
