"""How practitioners compare with their pod: by hand, and beside SciPy."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from star_tracker.analysis.practice import Practitioner, compare_starts_in_pods, welch_interval
from star_tracker.analysis.side_by_side import Sums

Starts = dict[tuple[Practitioner, str], Sums]
VALUES = st.lists(st.integers(1, 10), min_size=2, max_size=40).filter(lambda values: len(set(values)) > 1)


def sums_of(values: Sequence[int]) -> Sums:
    return Sums(len(values), sum(values), sum(value * value for value in values))


@given(VALUES, VALUES)
def test_the_interval_is_welchs(own: list[int], others: list[int]) -> None:
    by_scipy = ttest_ind(own, others, equal_var=False).confidence_interval()
    found = welch_interval(sums_of(own), sums_of(others))
    assert found == pytest.approx((by_scipy.low, by_scipy.high), rel=1e-9, abs=1e-9)


def test_what_never_varies_differs_by_just_so_much() -> None:
    assert welch_interval(sums_of([3] * 10), sums_of([5] * 12)) == (-2, -2)


def test_only_a_practitioner_with_ten_beside_ten_others_of_the_pod_is_compared() -> None:
    ten, nine = sums_of([3, 4] * 5), sums_of([6, 7, 8] * 3)
    starts: Starts = {
        (("Crewe", 1), "family_routine"): ten,
        (("Crewe", 2), "family_routine"): nine,
        (("Crewe", None), "family_routine"): sums_of([5]),
        (("Crewe", 1), "home_and_money"): ten,
        (("Crewe", 2), "home_and_money"): nine,
        (("Winsford", 2), "home_and_money"): ten,
    }
    [line] = compare_starts_in_pods(starts)
    assert (line.practitioner, line.area) == (("Crewe", 1), "family_routine")
    assert line.others == sums_of([6, 7, 8] * 3 + [5])
    assert line.difference == pytest.approx(3.5 - 6.8)
    assert line.differs


def test_alike_means_do_not_differ() -> None:
    starts: Starts = {(("Crewe", person), "family_routine"): sums_of([3, 4] * 5) for person in (1, 2)}
    assert [line.differs for line in compare_starts_in_pods(starts)] == [False, False]
