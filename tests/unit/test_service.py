"""The tables of the return, counted by hand in ``small_service``."""

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from star_tracker.analysis import service
from star_tracker.analysis.frames import CHANGES, INTERVENTIONS, build_frame
from star_tracker.analysis.service.cohorts import AVERAGES, STAGES
from star_tracker.domain.scales import AREAS, ClosureReason
from star_tracker.domain.schedule import Timings
from tests.unit.small_service import CREWE, EVIL, MACC, small_service

ALL = "All pods"
SCOPES = [ALL, EVIL, CREWE, MACC]  # all first, then in name order, whatever the order of ``pods``


def rows_of(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    return list(frame.itertuples(index=False, name=None))


def by_key(frame: pd.DataFrame) -> dict[tuple[str, str, str], pd.Series]:
    """The figures of each (cohort, pod, area)."""
    figures = frame.drop(columns=["cohort", "pod", "area"])
    keys = rows_of(frame[["cohort", "pod", "area"]])
    return {key: figures.iloc[place] for place, key in enumerate(keys)}


def test_served_counts_each_family_once_in_a_pod_and_once_in_all() -> None:
    # Family 1 has had 2 and then 3 children, family 2 one in Macclesfield and an unknown number in Crewe.
    assert rows_of(service.served_frame(small_service())) == [
        (ALL, "families", 5),
        (ALL, "parents", 7),
        (ALL, "children", 10),
        (EVIL, "families", 1),
        (EVIL, "parents", 1),
        (EVIL, "children", 2),
        (CREWE, "families", 2),
        (CREWE, "parents", 3),
        (CREWE, "children", 3),
        (MACC, "families", 3),
        (MACC, "parents", 4),
        (MACC, "children", 5),
    ]


def test_activity_counts_interventions_through_the_quarter() -> None:
    assert rows_of(service.activity_frame(small_service())) == [
        (ALL, "families", 3, 3, 2, 4),
        (ALL, "parents", 4, 3, 2, 5),
        (ALL, "children", 3, 7, 1, 9),
        (EVIL, "families", 1, 0, 0, 1),
        (EVIL, "parents", 1, 0, 0, 1),
        (EVIL, "children", 2, 0, 0, 2),
        (CREWE, "families", 0, 2, 1, 1),
        (CREWE, "parents", 0, 2, 1, 1),
        (CREWE, "children", 0, 3, 0, 3),
        (MACC, "families", 2, 1, 1, 2),
        (MACC, "parents", 3, 1, 1, 3),
        (MACC, "children", 1, 4, 1, 4),
    ]


def test_completion_counts_what_was_due_done_and_done_in_time() -> None:
    assert rows_of(service.completion_frame(small_service())) == [
        (ALL, "start", 3, 2, 1),
        (ALL, "interim", 2, 2, 1),
        (ALL, "closure", 2, 1, 1),
        (EVIL, "start", 1, 0, 0),  # due on 28 October, never done
        (EVIL, "interim", 0, 0, 0),
        (EVIL, "closure", 0, 0, 0),  # closed after the quarter
        (CREWE, "start", 2, 2, 1),  # one of them a day late
        (CREWE, "interim", 0, 0, 0),
        (CREWE, "closure", 1, 0, 0),  # done after the quarter
        (MACC, "start", 0, 0, 0),
        (MACC, "interim", 2, 2, 1),  # 14 and 15 days after the due date
        (MACC, "closure", 1, 1, 1),
    ]


def test_what_is_done_in_time_follows_from_the_services_timings() -> None:
    timings = Timings(start_due_days=29, grace_days=15)
    rows = rows_of(service.completion_frame(small_service(), timings))
    assert [row for row in rows if row[0] == ALL] == [
        (ALL, "start", 3, 2, 2),
        (ALL, "interim", 2, 2, 2),
        (ALL, "closure", 2, 1, 1),
    ]


def test_closures_count_families_and_their_children_in_the_quarter_and_to_date() -> None:
    closures = service.closures_frame(small_service())
    assert rows_of(closures[["pod", "closure_reason"]]) == [
        (pod, reason) for pod in SCOPES for reason in ("all_reasons", *ClosureReason)
    ]
    assert [row for row in rows_of(closures) if any(row[2:])] == [
        (ALL, "all_reasons", 1, 1, 2, 3),  # family 2 closed twice, and counts once
        (ALL, "completed", 1, 1, 2, 3),
        (ALL, "stepped_down", 1, 0, 1, 0),
        (CREWE, "all_reasons", 1, 0, 2, 2),
        (CREWE, "completed", 0, 0, 1, 2),
        (CREWE, "stepped_down", 1, 0, 1, 0),
        (MACC, "all_reasons", 1, 1, 1, 1),
        (MACC, "completed", 1, 1, 1, 1),
    ]


def test_a_family_that_closed_in_two_pods_counts_once_in_all_with_its_largest_number_of_children() -> None:
    closures = service.closures_frame(
        small_service(
            interventions=[
                (1, 1, CREWE, date(2018, 1, 1), date(2018, 1, 1), date(2018, 6, 30), "completed", 2),
                (2, 1, MACC, date(2018, 7, 1), date(2018, 7, 1), date(2018, 12, 1), "completed", 3),
            ]
        )
    )
    assert [row for row in rows_of(closures) if any(row[2:])] == [
        (pod, reason, *counts)
        for pod, *counts in ((ALL, 1, 3, 1, 3), (CREWE, 0, 0, 1, 2), (MACC, 1, 3, 1, 3))
        for reason in ("all_reasons", "completed")
    ]


def test_a_re_referral_is_counted_in_the_pod_of_the_later_referral() -> None:
    # Family 1 came back after 9 months, family 2 after 12 months and a day.
    assert rows_of(service.re_referrals_frame(small_service())) == [
        (ALL, 4, 1, 8, 1),
        (EVIL, 0, 0, 1, 0),
        (CREWE, 2, 1, 3, 1),
        (MACC, 2, 0, 4, 0),
    ]


@pytest.mark.parametrize(
    ("first", "second", "again"),
    [
        (date(2017, 10, 31), date(2018, 10, 31), 1),
        (date(2017, 10, 31), date(2018, 11, 1), 0),
        (date(2018, 10, 31), date(2018, 10, 31), 1),
        (date(2016, 2, 29), date(2017, 2, 28), 1),  # 12 months after 29 February is 28 February
        (date(2016, 2, 29), date(2017, 3, 1), 0),
        (date(2018, 1, 1), date(2018, 12, 31), 1),
        (date(2018, 12, 31), date(2019, 1, 1), 0),  # the second does not exist yet
    ],
)
def test_a_re_referral_is_within_12_calendar_months_of_the_previous_referral(
    first: date, second: date, again: int
) -> None:
    referrals = service.re_referrals_frame(
        small_service(
            interventions=[
                (1, 1, CREWE, second, date(2019, 2, 1), None, None, 1),
                (2, 1, MACC, first, date(2019, 1, 1), None, None, 1),
            ]
        )
    )
    assert referrals["re_referrals_to_date"].tolist() == [again, 0, again, 0]


def test_the_previous_referral_is_the_one_just_before_not_the_first() -> None:
    dates = [date(2016, 10, 1), date(2017, 9, 1), date(2018, 8, 1), date(2018, 10, 1)]
    referrals = service.re_referrals_frame(
        small_service(interventions=[(n, 1, CREWE, day, day, None, None, 1) for n, day in enumerate(dates)])
    )
    assert rows_of(referrals)[0] == (ALL, 1, 1, 4, 3)


def test_exclusions_have_every_reason_for_every_pod() -> None:
    assert rows_of(service.exclusions_frame(small_service())) == [
        (ALL, "all_reasons", 12),
        (ALL, "no_counted_star", 10),
        (ALL, "no_start_star", 0),
        (ALL, "one_star_only", 2),
        (EVIL, "all_reasons", 0),
        (EVIL, "no_counted_star", 0),
        (EVIL, "no_start_star", 0),
        (EVIL, "one_star_only", 0),
        (CREWE, "all_reasons", 1),
        (CREWE, "no_counted_star", 1),
        (CREWE, "no_start_star", 0),
        (CREWE, "one_star_only", 0),
        (MACC, "all_reasons", 11),
        (MACC, "no_counted_star", 9),
        (MACC, "no_start_star", 0),
        (MACC, "one_star_only", 2),
    ]


def test_averages_have_ten_areas_for_every_cohort_and_pod() -> None:
    averages = service.averages_frame(service.measured_frame(small_service()))
    assert rows_of(averages[["cohort", "pod", "area"]]) == [
        (cohort, pod, area)
        for cohort in ("all_to_date", "latest_in_quarter", "closed_in_quarter")
        for pod in SCOPES
        for area in AREAS
    ]
    found = by_key(averages)
    # 6 pairs from 3 to 5 and 3 from 4 to 3; in all pods 4 more from 3 to 5.
    assert found["all_to_date", CREWE, "your_wellbeing"].tolist() == [9, 30 / 9, 39 / 9, 3, 5]
    assert found["all_to_date", ALL, "your_wellbeing"].tolist() == [13, 42 / 13, 59 / 13, 3, 5]
    assert found["latest_in_quarter", ALL, "your_wellbeing"].tolist() == [1, 3, 5, 3, 5]
    nobody = found["closed_in_quarter", ALL, "your_wellbeing"]
    assert nobody["n"] == 0
    assert nobody.drop("n").isna().all()


def test_frames_by_cohort_have_their_types_and_one_running_number_for_each_row() -> None:
    for frame, columns in (
        (service.averages_frame(service.measured_frame(small_service())), AVERAGES),
        (service.stages_frame(small_service()), STAGES),
    ):
        assert {str(name): str(dtype) for name, dtype in frame.dtypes.items()} == columns
        assert list(frame.index) == list(range(len(frame)))


def test_intervention_without_a_registered_parent_counts_none() -> None:
    unregistered = (99, 1, CREWE, date(2018, 10, 1), date(2018, 10, 1), None, None, 2)
    activity = rows_of(service.activity_frame(small_service(interventions=[unregistered])))
    assert [row for row in activity if row[0] == CREWE] == [
        (CREWE, "families", 0, 1, 0, 1),
        (CREWE, "parents", 0, 0, 0, 0),
        (CREWE, "children", 0, 2, 0, 2),
    ]


def test_change_has_the_rest_of_the_measures() -> None:
    change = by_key(service.change_frame(service.measured_frame(small_service())))
    row = change["all_to_date", ALL, "your_wellbeing"]
    assert row[["n", "mean_change"]].tolist() == [13, 17 / 13]
    counts = ["improved", "maintained", "declined", "stage_up", "stage_same", "stage_down"]
    assert row[counts].tolist() == [10, 0, 3, 10, 3, 0]
    # Deviations 9/13 ten times and -30/13 three times; ranks: three 1s share rank 2, ten 2s share rank 8.5.
    assert row["sd_change"] == pytest.approx(((10 * 81 + 3 * 900) / 169 / 12) ** 0.5)
    assert row["rank_biserial"] == pytest.approx((85 - 6) / 91)
    assert row["ci_low"] < 17 / 13 < row["ci_high"]


def test_changes_of_the_whole_service_are_those_of_its_pods_without_their_names() -> None:
    changes = service.all_changes(small_service(), "latest_in_quarter")
    assert list(changes.columns) == list(CHANGES)
    assert rows_of(changes) == [("your_wellbeing", 3, 5, 1)]


def test_stages_list_the_moves_that_occur() -> None:
    stages = service.stages_frame(small_service())
    assert [row for row in rows_of(stages) if row[1] == ALL] == [
        ("all_to_date", ALL, "your_wellbeing", "accepting_help", "accepting_help", 3),
        ("all_to_date", ALL, "your_wellbeing", "accepting_help", "trying", 10),
        ("all_to_date", ALL, "family_routine", "stuck", "stuck", 3),
        ("latest_in_quarter", ALL, "your_wellbeing", "accepting_help", "trying", 1),
    ]


def test_service_without_families_or_pods_still_has_its_rows() -> None:
    record = replace(
        small_service(interventions=[], changes={cohort: [] for cohort in service.COHORTS}),
        pods=(),
        excluded=small_service().excluded.head(0),
        pairs=small_service().pairs.head(0),
    )
    assert set(service.indicators_frame(record)["denominator"]) == {0}
    assert rows_of(service.served_frame(record)) == [(ALL, unit, 0) for unit in service.UNITS]
    assert len(service.activity_frame(record)) == 3
    assert service.completion_frame(record)["due"].tolist() == [0, 0, 0]
    assert len(service.closures_frame(record)) == 1 + len(ClosureReason)
    assert rows_of(service.re_referrals_frame(record)) == [(ALL, 0, 0, 0, 0)]
    measured = service.measured_frame(record)
    assert len(service.averages_frame(measured)) == len(service.change_frame(measured)) == 30
    assert service.stages_frame(record).empty


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pods": (CREWE, MACC)}, "unknown pods: \\['=EVIL'\\]"),
        ({"pods": (CREWE, CREWE, MACC, EVIL)}, "each pod once"),
        ({"pods": (CREWE, ALL, MACC, EVIL)}, "no pod may be called"),
        ({"changes": {}}, "expected the cohorts"),
        ({"registrations": build_frame(INTERVENTIONS, [])}, "expected columns"),
    ],
)
def test_service_record_that_breaks_its_contract_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(small_service(), **change)


days = st.integers(0, 800).map(lambda offset: date(2017, 4, 1) + pd.Timedelta(days=offset).to_pytimedelta())


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from([CREWE, MACC]), days, st.none() | days), max_size=8))
def test_the_caseload_adds_up_and_all_pods_is_the_sum(cases: list[tuple[int, str, date, date | None]]) -> None:
    record = small_service(
        interventions=[
            (n, family, pod, start, start, closed and max(start, closed), closed and "other", n)
            for n, (family, pod, start, closed) in enumerate(cases, start=1)
        ]
    )
    activity = service.activity_frame(record)
    assert (activity["open_at_start"] + activity["started"] - activity["closed"] == activity["open_at_end"]).all()
    counts = activity.drop(columns="pod").groupby("unit").sum().sort_index()
    total = activity[activity["pod"] == ALL].drop(columns="pod").set_index("unit").sort_index()
    assert (counts == 2 * total).all(axis=None)
