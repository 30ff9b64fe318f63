"""Two cohorts side by side: differences against SciPy and by hand, where they start apart, and the charts' words."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from star_tracker.analysis.cohorts import Cohort, CohortFilter
from star_tracker.analysis.frames import CHANGES, CHANGES_BY_POD, build_frame
from star_tracker.analysis.side_by_side import compare_cohorts, compare_means, list_pods_by_area
from star_tracker.analysis.two_cohorts_pictures import (
    TwoCohortsChart,
    caption_two_cohorts,
    describe_two_cohorts,
    get_two_cohorts_picture,
    list_charts,
)
from star_tracker.domain.scales import AREAS, Exclusion, get_edition

AS_AT = date(2019, 3, 31)
NAMES = ("Crewe", "Elsewhere")
LABELS = get_edition("first").areas
samples = st.lists(st.integers(1, 10), min_size=2, max_size=30)


def make_cohort(*rows: tuple[str, int, int, int]) -> Cohort:
    changes = build_frame(CHANGES, rows)
    excluded = dict.fromkeys(Exclusion, 0)
    return Cohort(selected_by=CohortFilter(as_at=AS_AT), pairs=10, excluded=excluded, changes=changes)


@pytest.mark.filterwarnings("ignore:Precision loss")  # of SciPy's, where one sample is a single number
@given(samples, samples)
def test_difference_is_scipys(first: Sequence[int], second: Sequence[int]) -> None:
    found = compare_means(Counter(first), Counter(second))
    if len(set(first)) == len(set(second)) == 1:
        assert found is None
        return
    assert found is not None
    theirs = ttest_ind(first, second, equal_var=False)
    interval = theirs.confidence_interval(0.95)
    assert found.mean == pytest.approx(sum(first) / len(first) - sum(second) / len(second))
    assert [found.ci_low, found.ci_high] == pytest.approx([interval.low, interval.high])
    assert found.p == pytest.approx(theirs.pvalue)


@given(samples)
def test_a_cohort_beside_itself_is_flat(values: Sequence[int]) -> None:
    found = compare_means(Counter(values), Counter(values))
    assert found is None or (found.mean, found.p, found.is_clear) == (0, 1, False)


def test_a_difference_needs_ten_pairs_in_both_and_a_comparison_group() -> None:
    area, other, small = AREAS[:3]
    first = make_cohort((area, 2, 5, 6), (area, 3, 5, 6), (other, 5, 6, 5), (other, 6, 6, 5), (small, 1, 2, 9))
    second = make_cohort((area, 6, 7, 6), (area, 7, 7, 6), (other, 5, 6, 5), (other, 6, 6, 5), (small, 5, 9, 12))
    both = compare_cohorts(first, second, is_comparison=True)
    assert both.starts_apart == [area]
    # Starts 2.5 and 6.5; changes 3 or 2 and 1 or 0, so 2.5 and 0.5.
    assert both.starts[area].mean == -4
    assert both.changes[area].mean == 2
    assert (both.changes[other].mean, both.changes[other].p) == (0, 1)
    assert small not in both.changes
    assert compare_cohorts(first, second, is_comparison=False).changes == {}


def test_pods_stand_by_name_with_what_may_be_shown() -> None:
    rows = [("Winsford", AREAS[0], 3, 5, 10), ("Crewe", AREAS[0], 3, 4, 9)]
    found = list_pods_by_area(build_frame(CHANGES_BY_POD, rows))
    assert list(found) == ["Crewe", "Winsford"]
    assert (found["Winsford"][AREAS[0]]["mean_change"], found["Winsford"][AREAS[0]]["n"]) == (2, 10)
    assert (found["Crewe"][AREAS[0]]["mean_change"], found["Crewe"][AREAS[0]]["n"]) == (None, 9)


def test_pictures_say_what_they_are_and_there_is_none_of_nothing() -> None:
    both = compare_cohorts(
        make_cohort((AREAS[0], 3, 5, 10)), make_cohort((AREAS[0], 4, 5, 9), (AREAS[1], 4, 5, 9)), is_comparison=True
    )
    assert list_charts(both) == list(TwoCohortsChart)
    assert describe_two_cohorts(TwoCohortsChart.STAR, both, NAMES) == (
        "Star chart of the average scaling, 1 to 10, at the start and at the latest Star in 2 areas, of Crewe and of "
        "Elsewhere."
    )
    assert describe_two_cohorts(TwoCohortsChart.CHANGE, both, NAMES).endswith("in 1 area, of Crewe and of Elsewhere.")
    for chart in TwoCohortsChart:
        caption = caption_two_cohorts(chart, both, NAMES, service_name="A service", is_comparison=True)
        drawn = get_two_cohorts_picture(chart, both, NAMES, LABELS, "svg", caption=caption, is_framed=True).decode()
        assert "Crewe: as at 31 March 2019, n = 10 pairs of Stars." in drawn
        assert "There is no comparison group" not in drawn
    few = compare_cohorts(make_cohort((AREAS[0], 3, 5, 9)), make_cohort(), is_comparison=False)
    assert list_charts(few) == [TwoCohortsChart.STAR]
    assert list_charts(compare_cohorts(make_cohort(), make_cohort(), is_comparison=False)) == []
