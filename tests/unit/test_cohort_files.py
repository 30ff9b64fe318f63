"""The names of a cohort's files: they tell the choice, and two choices never have one name."""

import re
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.exports.cohorts.files import name_cohort_file

AS_AT = date(2019, 4, 10)
DAYS = st.none() | st.dates(date(2018, 1, 1), date(2018, 1, 3))
NAMES = st.sampled_from(("Crewe", "Élan", "A", "B", "A-B", "A B", "a@b.org", "open", "closed", "b@x.org", "x" * 150))
FILTERS = st.builds(
    CohortFilter,
    as_at=st.dates(date(2018, 1, 4), date(2018, 1, 5)),
    pods=st.none() | st.lists(NAMES, min_size=1, max_size=3, unique=True).map(tuple),
    practitioner=st.sampled_from((None, "a@b.org", "a-b@x.org", "b@x.org")),
    status=st.sampled_from((None, "open", "closed")),
    children=st.sampled_from((None, "1", "3")),
    months=st.sampled_from((None, "3-5")),
    start_level=st.sampled_from((None, "family_routine-low")),
    start_from=DAYS,
    closed_from=DAYS,
    closed_to=DAYS,
    latest_from=DAYS,
    latest_to=DAYS,
)


def test_file_name_tells_pod_practitioner_state_and_period() -> None:
    chosen = CohortFilter(as_at=AS_AT, pods=("Crewe", "Élan"), practitioner="ana@example.org", status="closed")
    assert name_cohort_file("change", replace(chosen, latest_to=date(2019, 3, 31)), "png") == (
        "cohort-change-Crewe-Élan-ana@example.org-closed-only-latest-to-2019-03-31-as-at-2019-04-10.png"
    )
    assert name_cohort_file("measures", CohortFilter(as_at=AS_AT), "csv") == "cohort-measures-as-at-2019-04-10.csv"


def test_file_name_has_no_character_that_a_file_cannot_have_and_tells_alike_names_apart() -> None:
    names = [name_cohort_file("star", CohortFilter(as_at=AS_AT, pods=(pod,)), "svg") for pod in ("A/B", "A:B", "A-B")]
    assert len(set(names)) == 3
    assert all(re.fullmatch(r"cohort-star-A-B-as-at-2019-04-10-[0-9a-f]{8}\.svg", name) for name in names)


@given(FILTERS, FILTERS)
def test_two_choices_never_have_one_file_name(one: CohortFilter, other: CohortFilter) -> None:
    assert (name_cohort_file("star", one, "svg") == name_cohort_file("star", other, "svg")) == (one == other)


@given(FILTERS)
def test_file_name_is_no_longer_than_a_file_system_allows(chosen: CohortFilter) -> None:
    assert len(name_cohort_file("outcomes", chosen, "csv").encode()) < 255
