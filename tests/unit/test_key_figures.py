"""The period of the key figures and the one before it, and what divides what."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.analysis.key_figures import (
    Share,
    count_improved,
    find_months_before,
    find_period,
    shift_filter,
)
from star_tracker.domain.scales import AREAS

AS_AT = date(2019, 4, 10)
DAYS = st.dates(date(2015, 1, 1), date(2019, 12, 31))


@pytest.mark.parametrize(
    ("chosen", "period", "before", "as_at_before"),
    [
        ({}, "11 April 2018 to 10 April 2019", "11 April 2017 to 10 April 2018", date(2018, 4, 10)),
        (
            {"closed_from": date(2019, 1, 1), "closed_to": date(2019, 3, 31)},
            "January to March 2019",
            "October to December 2018",
            date(2019, 1, 10),
        ),
        (
            {"latest_from": date(2018, 4, 1), "latest_to": date(2019, 3, 31)},
            "April 2018 to March 2019",
            "April 2017 to March 2018",
            date(2018, 4, 10),
        ),
        # Closing dates come before those of the latest Star.
        (
            {"closed_from": date(2019, 2, 1), "closed_to": date(2019, 2, 28), "latest_from": date(2018, 1, 1)},
            "February 2019",
            "November 2018",
            date(2019, 1, 10),
        ),
        ({"closed_to": date(2019, 3, 31)}, "April 2018 to March 2019", "April 2017 to March 2018", date(2018, 4, 10)),
        # It ends as at the cohort's day.
        (
            {"closed_from": date(2019, 4, 1), "closed_to": date(2019, 6, 30)},
            "1 April 2019 to 10 April 2019",
            "1 January 2019 to 10 January 2019",
            date(2019, 1, 10),
        ),
        # Sixteen months are compared with those two years before.
        (
            {"latest_from": date(2018, 1, 1), "latest_to": date(2019, 3, 31)},
            "January 2018 to March 2019",
            "January 2016 to March 2017",
            date(2017, 4, 10),
        ),
    ],
)
def test_period_and_the_one_before_follow_from_the_dates_chosen(
    chosen: dict[str, Any], period: str, before: str, as_at_before: date
) -> None:
    selected_by = CohortFilter(as_at=AS_AT, pods=("Crewe",), status="closed", **chosen)
    shifted = shift_filter(selected_by)
    assert find_period(selected_by).label == period
    assert find_period(shifted).label == before
    assert shifted.as_at == as_at_before
    assert (shifted.pods, shifted.status) == (("Crewe",), "closed")


@given(DAYS, DAYS, DAYS)
def test_period_before_never_overlaps(first: date, last: date, as_at: date) -> None:
    first, last = min(first, last), max(first, last)
    selected_by = CohortFilter(as_at=max(as_at, first), latest_from=first, latest_to=last)
    before = find_period(shift_filter(selected_by))
    assert before.starts_on <= before.ends_on < find_period(selected_by).starts_on
    assert find_months_before(selected_by) in (3, 12, 24, 36, 48, 60)


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=10, max_size=10))
def test_improved_in_most_areas_is_what_a_plain_loop_counts(pair: list[tuple[int, int]]) -> None:
    assert len(pair) == len(AREAS)
    scored = [(start, latest) for start, latest in pair if start and latest]
    up = sum(latest > start for start, latest in scored)
    is_asked = len(scored) >= 5
    values = "".join(f"{start:x}{latest:x}" for start, latest in pair)
    assert count_improved(values) == (is_asked and up > len(scored) / 2, is_asked)


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(9, 9, None), (1, 8, None), (1, 200, 1), (0, 10, 0), (5, 40, 13)]
)
def test_percentage_needs_ten_and_rounds_halves_away_from_zero(part: int, whole: int, percent: int | None) -> None:
    assert Share(part, whole).percent == percent
