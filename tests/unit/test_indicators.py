"""The headline indicators of a return, counted by hand in the small service as at 31 December 2018, and disclosed.

The year to date begins on 1 April 2018. Interventions 2, 3 and 8 have a Star completed together.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from star_tracker.analysis import service
from star_tracker.analysis.contacts import Visit
from star_tracker.analysis.disclosure import Profile
from star_tracker.analysis.service import Indicator, Period
from star_tracker.domain.scales import ALL_PODS
from star_tracker.exports.returns.building import EarlierRates, build_return
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.pages import build_page, list_rates
from tests.unit.small_service import CREWE, MACC, small_service
from tests.unit.test_return import small_return


def count(record: service.ServiceRecord, pod: str = ALL_PODS) -> dict[tuple[str, str], tuple[int, int]]:
    """Numerator and denominator by indicator and period."""
    rows = service.indicators_frame(record).itertuples(index=False, name=None)
    return {(indicator, period): (n, of) for where, indicator, period, n, of in rows if where == pod}


@pytest.mark.parametrize(
    ("indicator", "quarter", "year", "to_date"),
    [
        # The 28th day of 2, 4 and 7 is in the quarter, of 8 before it in the year, of 1 and 3 earlier; of 5 not yet.
        (Indicator.ENGAGED, (1, 3), (2, 4), (3, 6)),
        # Family 2 closed twice in the quarter, for two reasons; family 1 in June.
        (Indicator.COMPLETED, (1, 2), (2, 3), (2, 3)),
        (Indicator.STEPPED_DOWN, (1, 2), (1, 3), (1, 3)),
        (Indicator.ESCALATED, (0, 2), (0, 3), (0, 3)),
        # Family 1 came back after nine months, family 2 after twelve and a day.
        (Indicator.RE_REFERRED, (1, 4), (1, 6), (1, 8)),
        (Indicator.BACK, (0, 0), (0, 0), (0, 0)),
    ],
)
def test_each_indicator_in_each_period(
    indicator: Indicator, quarter: tuple[int, int], year: tuple[int, int], to_date: tuple[int, int]
) -> None:
    found = count(small_service())
    assert [found[indicator, period] for period in Period] == [quarter, year, to_date]


def test_stars_on_time_are_those_of_the_table_of_stars_due() -> None:
    completion = service.completion_frame(small_service())
    whole = completion[completion["pod"] == ALL_PODS]
    assert count(small_service())[Indicator.ON_TIME, Period.QUARTER] == (whole["on_time"].sum(), whole["due"].sum())


def test_weeks_in_which_the_family_was_seen_are_whole_ones_since_the_first_contact() -> None:
    """That was on 10 December. By the 31st, 2, 7 and 8 have three whole weeks, 4 has four; 5 began on the last day."""
    visits = [
        Visit(2, date(2018, 12, 10), False),  # an attempt
        Visit(2, date(2018, 12, 20), True),
        Visit(2, date(2018, 12, 21), True),  # in the same week
        Visit(4, date(2018, 12, 31), True),  # on the last day of its last week
        Visit(8, date(2018, 12, 31), True),  # in a week that the quarter's end cuts short
    ]
    record = replace(small_service(), contacts=visits)
    assert [count(record)[Indicator.SEEN, period] for period in Period] == [(2, 13)] * 3
    assert count(record, CREWE)[Indicator.SEEN, Period.QUARTER] == (2, 7)
    assert (Indicator.SEEN, Period.QUARTER) not in count(small_service()), "it records none"


def test_pairs_stand_to_date_alone() -> None:
    assert count(small_service())[Indicator.PAIRED, Period.ALL] == (28, 40)
    assert count(small_service(), CREWE)[Indicator.PAIRED, Period.ALL] == (21, 22)
    assert count(small_service(), MACC)[Indicator.IMPROVED, Period.ALL] == (3, 4)
    assert (Indicator.PAIRED, Period.QUARTER) not in count(small_service())


def test_who_disengaged_was_not_engaged() -> None:
    rows: list[tuple[Any, ...]] = [
        (1, 1, CREWE, date(2018, 10, 1), date(2018, 10, 1), date(2018, 11, 30), "disengaged", 1),
        (2, 2, CREWE, date(2018, 10, 1), date(2018, 10, 1), date(2019, 1, 1), "disengaged", 1),  # not yet
        (3, 3, CREWE, date(2018, 12, 3), date(2018, 12, 3), None, None, 1),  # the 28th day is the last of the quarter
        (4, 4, CREWE, date(2018, 12, 4), date(2018, 12, 4), None, None, 1),
    ]
    found = count(small_service(interventions=rows, together=(1, 2, 3, 4)))
    assert found[Indicator.ENGAGED, Period.QUARTER] == (2, 3)


def test_back_within_twelve_months_is_asked_once_they_are_over() -> None:
    rows: list[tuple[Any, ...]] = [
        (1, 1, CREWE, date(2017, 1, 1), date(2017, 1, 1), date(2017, 10, 1), "completed", 1),  # over on 1 October
        (2, 1, MACC, date(2018, 10, 1), date(2018, 10, 1), None, None, 1),  # on the last day of the twelve months
        (3, 2, CREWE, date(2017, 1, 1), date(2017, 1, 1), date(2017, 12, 31), "completed", 1),  # over on the last day
        (4, 3, CREWE, date(2017, 1, 1), date(2017, 1, 1), date(2017, 9, 30), "completed", 1),  # in the quarter before
        (5, 3, CREWE, date(2018, 10, 1), date(2018, 10, 1), date(2018, 12, 1), "completed", 1),  # a day too late
        (6, 4, CREWE, date(2017, 1, 1), date(2017, 1, 1), date(2018, 1, 1), "completed", 1),  # not over yet
    ]
    found = count(small_service(interventions=rows))
    assert [found[Indicator.BACK, period] for period in Period] == [(1, 2), (1, 3), (1, 3)]
    # As a re-referral it is counted from the referral before: more than twelve months in both.
    assert found[Indicator.RE_REFERRED, Period.ALL] == (0, 6)


def rates_of(made: Return, pod: str = ALL_PODS) -> dict[tuple[str, str], Any]:
    rates = list_rates(build_page(made))
    return {(indicator, period): rate for (where, indicator, period), rate in rates.items() if where == pod}


def test_r9_a_rate_is_published_where_neither_side_is_small() -> None:
    exact, published = small_return(), small_return(Profile.PUBLISHED)
    paired = Indicator.PAIRED, Period.ALL
    assert (rates_of(exact)[paired], rates_of(published)[paired]) == (70, 70)
    assert rates_of(exact, CREWE)[paired] == pytest.approx(100 * 21 / 22)
    assert rates_of(published, CREWE)[paired] == "c"  # one parent has no pair
    assert rates_of(published)[Indicator.ENGAGED, Period.ALL] == "c"  # of six
    assert rates_of(exact)[Indicator.BACK, Period.ALL] is None  # of nobody
    improved = Indicator.IMPROVED, Period.ALL
    assert (rates_of(exact)[improved], rates_of(published)[improved]) == (62.5, 63)  # 15 of 24, and 9 not


def test_the_signed_rates_of_earlier_quarters_stand_beside_as_they_were_disclosed() -> None:
    key = (ALL_PODS, Indicator.ENGAGED.value, Period.QUARTER.value)
    earlier = EarlierRates(quarter_before={key: "c"}, year_before={key: 90.0})
    record = small_service()
    made = build_return(
        record,
        profile=Profile.RESTRICTED,
        edition=small_return().edition,
        service_name="A service",
        council_name="A council",
        software_version="1",
        earlier=earlier,
    )
    table = next(table for table in made.tables if table.name == "indicators")
    beside = {tuple(row[:3]): row[-2:] for row in table.list_rows()}
    assert beside[key] == ("c", 90.0)
    assert set(beside.values()) == {("c", 90.0), (None, None)}
    assert replace(record, quarter=record.quarter).quarter.year_starts_on == date(2018, 4, 1)
