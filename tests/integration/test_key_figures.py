"""The key figures of a cohort on both databases: worked out by hand, and beside the return and the cohort."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.analysis.key_figures import KeyFigures
from star_tracker.analysis.service import closures_frame, completion_frame, re_referrals_frame
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.scales import ALL_PODS, AREAS
from star_tracker.domain.schedule import DEFAULT_TIMINGS
from star_tracker.queries.figures.cohorts import get_cohort
from star_tracker.queries.figures.key_figures import get_key_figures
from star_tracker.queries.returns.returns import get_service_record
from star_tracker.records.imports.importing import import_rows
from tests.support.services import generate_star_rows
from tests.support.signing import get_council
from tests.support.star_files import registration, row, rows_of
from tests.support.tiny import BY_SOMEBODY

AS_AT = date(2019, 3, 31)
CLOSED: dict[str, str] = {"closure_reason": "completed"}


def load(*rows: dict[str, str]) -> None:
    import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")


def key_figures(as_at: date = AS_AT, **chosen: Any) -> tuple[KeyFigures, KeyFigures]:
    return get_key_figures(CohortFilter(as_at=as_at, **chosen), reader=None, timings=DEFAULT_TIMINGS)


def pair(parent: str, before: str, after: str) -> tuple[dict[str, str], dict[str, str]]:
    """A start Star in January and an interim in April 2018, a digit for each area, or - where it is not scored."""
    starts, latests = (
        dict(zip(AREAS, ("" if digit == "-" else digit for digit in digits), strict=True)) for digits in (before, after)
    )
    return (
        row(parent_ref=parent, **starts),
        row(parent_ref=parent, star_kind="interim", star_date="2018-04-20", **latests),
    )


def test_improved_in_most_areas_means_more_than_half_of_at_least_five(app: Flask) -> None:
    load(
        *pair("P1", "5555555555", "6666665555"),  # six of ten
        *pair("P2", "5555555555", "6666655554"),  # five of ten
        *pair("P3", "55555-----", "66655-----"),  # three of five
        *pair("P4", "5555555555", "6666------"),  # four of four: too few areas to say
        registration(parent_ref="P5"),
    )
    figures, before = key_figures()
    assert (figures.paired, figures.improved) == ((4, 5), (2, 3))
    assert (before.paired, before.improved) == ((0, 5), (0, 0)), "as at 31 March 2018"


def test_a_year_of_stars_due_closures_and_referrals_is_counted_by_hand(app: Flask) -> None:
    load(
        # Referred and started on 10 January 2018. Due: a start Star on 7 February (there on 20 January), an interim on
        # 20 April (there on 4 May, the last day on time), another on 4 August, when it is closed.
        row(closed_on="2018-06-30", **CLOSED),
        row(closed_on="2018-06-30", **CLOSED, star_kind="interim", star_date="2018-05-04"),
        # The family is referred again within 12 months; a start Star is due on 29 January and there on the 30th.
        row(referred_on="2019-01-01", started_on="2019-01-01", star_date="2019-01-30"),
        # Another family: closed for another reason, without a Star.
        registration(family_ref="F2", closed_on="2018-05-01", closure_reason="disengaged"),
    )
    figures, before = key_figures()
    assert figures.period.label == "April 2018 to March 2019"
    assert figures.on_time == (1, 3), "the interim of 20 April; neither the closure Star nor the start Star of January"
    assert figures.successful == (1, 2)
    assert figures.re_referred == (1, 1)
    assert before.period.label == "April 2017 to March 2018"
    assert before.on_time == (1, 2), "both start Stars were due on 7 February, and one was there"
    assert before.successful == (0, 0)
    assert before.re_referred == (0, 2)


def test_pod_and_practitioner_choose_every_figure_and_the_dates_the_period(app: Flask) -> None:
    there: dict[str, str] = {"family_ref": "F2", "pod": "Macclesfield", "practitioner": "bo@example.org"}
    load(row(closed_on="2018-06-30", **CLOSED), row(**there))
    for chosen in ({"pods": ("Macclesfield",)}, {"practitioner": " BO@example.org"}):
        figures, before = key_figures(**chosen)
        assert (figures.paired, figures.on_time, figures.successful) == ((0, 1), (0, 1), (0, 0))
        assert before.re_referred == (0, 1)
    figures, before = key_figures(closed_from=date(2018, 4, 1), closed_to=date(2018, 6, 30))
    assert (figures.period.label, before.period.label) == ("April to June 2018", "January to March 2018")
    assert (figures.paired, figures.successful) == ((0, 1), (1, 1))
    assert (before.paired, before.selected_by.as_at) == ((0, 0), date(2018, 12, 31))


def test_a_choice_of_stars_does_not_change_how_many_parents_have_a_pair(app: Flask) -> None:
    import_rows(BY_SOMEBODY, list(generate_star_rows(2_600, seed=3)), edition="first", source="test")
    every, _ = key_figures(date(2018, 12, 31))
    chosen, _ = key_figures(date(2018, 12, 31), latest_from=date(2018, 10, 1), latest_to=date(2018, 12, 31))
    assert chosen.paired == every.paired == (605, 755)
    assert chosen.improved.whole < every.improved.whole


@pytest.mark.parametrize("quarter", [Quarter(2016, 4), Quarter(2018, 1)])
def test_page_and_return_agree_on_a_quarter_of_each_pod_and_of_all(app: Flask, quarter: Quarter) -> None:
    import_rows(BY_SOMEBODY, list(generate_star_rows(2_600, seed=3)), edition="first", source="test")
    record = get_service_record(get_council(), quarter, quarter.ends_on)
    completion, closures, re_referrals = completion_frame(record), closures_frame(record), re_referrals_frame(record)
    for pod in record.scopes:
        pods = None if pod == ALL_PODS else (pod,)
        of_quarter = {"latest_from": quarter.starts_on, "latest_to": quarter.ends_on, "pods": pods}
        figures, before = key_figures(date(2018, 12, 31), **of_quarter)
        due = completion[completion["pod"] == pod]
        closed = closures[(closures["pod"] == pod) & (closures["closure_reason"] != "all_reasons")]
        [referred] = re_referrals[re_referrals["pod"] == pod].to_dict("records")
        assert figures.on_time == (int(due["on_time"].sum()), int(due["due"].sum()))
        completed = int(closed.loc[closed["closure_reason"] == "completed", "families"].sum())
        assert figures.successful == (completed, int(closed["families"].sum()))
        assert figures.re_referred == (referred["re_referrals"], referred["referrals"])
        assert figures.on_time.whole
        assert before.period.ends_on == quarter.previous().ends_on
        assert figures.paired.part == get_cohort(figures.selected_by.of_everybody, reader=None).pairs
        assert before.paired.part == get_cohort(before.selected_by.of_everybody, reader=None).pairs
