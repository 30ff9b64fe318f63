"""What a quarter's return is made of, read from both databases: who is in which cohort, on the quarter's boundaries."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from star_tracker.analysis.disclosure import Profile
from star_tracker.config import Settings
from star_tracker.domain.errors import DomainError
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.scales import AREAS
from star_tracker.queries.returns.returns import get_return, get_service_record, list_quarters
from star_tracker.records.imports.importing import import_rows
from tests.support.apps import TODAY
from tests.support.signing import begin_year_in, get_council
from tests.support.star_files import registration, row, rows_of
from tests.support.tiny import BY_SOMEBODY

QUARTER = Quarter(2018, 3)  # 1 October to 31 December 2018
QUARTER_NOW = Quarter(2019, 1)  # 1 April to 30 June 2019


def load(*rows: dict[str, str]) -> None:
    import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")


def parent(ref: str, latest: str, **cells: Any) -> list[dict[str, str]]:
    """A family of one parent with a start Star of 5s and an interim of 6s on this day."""
    own = {"family_ref": ref, **cells}
    return [
        row(**own),
        row(**{**own, **dict.fromkeys(AREAS, "6"), "star_kind": "interim", "star_date": latest}),
    ]


def pairs_of(cohort: str, pod: str = "Crewe", quarter: Quarter = QUARTER) -> int:
    """How many pairs a cohort of the return has in one area."""
    changes = get_service_record(get_council(), quarter, TODAY).changes[cohort]
    return int(changes[(changes["pod"] == pod) & (changes["area"] == AREAS[0])]["n"].sum())


@pytest.mark.parametrize(
    ("latest", "to_date", "in_quarter"),
    [("2018-09-30", 1, 0), ("2018-10-01", 1, 1), ("2018-12-31", 1, 1), ("2019-01-01", 0, 0)],
)
def test_latest_in_quarter_is_from_its_first_day_to_its_last(
    app: Flask, latest: str, to_date: int, in_quarter: int
) -> None:
    load(*parent("F1", latest))
    assert (pairs_of("all_to_date"), pairs_of("latest_in_quarter")) == (to_date, in_quarter)


@pytest.mark.parametrize(
    ("closed", "in_quarter"), [("2018-09-30", 0), ("2018-10-01", 1), ("2018-12-31", 1), ("2019-01-01", 0)]
)
def test_closed_in_quarter_is_from_its_first_day_to_its_last(app: Flask, closed: str, in_quarter: int) -> None:
    load(*parent("F1", "2018-04-20", closed_on=closed, closure_reason="completed"))
    assert pairs_of("closed_in_quarter") == in_quarter
    assert pairs_of("all_to_date") == 1


@pytest.mark.parametrize(
    ("latest", "closed", "latest_in", "closed_in"),
    [
        ("2018-11-30", "2018-11-30", 0, 0),
        ("2018-11-30", "2018-12-01", 0, 1),
        ("2018-12-01", "2019-02-28", 1, 1),
        ("2019-02-28", "2019-03-01", 1, 0),
    ],
)
def test_a_quarter_of_a_contract_year_is_from_its_first_day_to_its_last(
    app: Flask, latest: str, closed: str, latest_in: int, closed_in: int
) -> None:
    winter = Quarter(2018, 2, first_month=9)  # 1 December 2018 to 28 February 2019
    load(*parent("F1", latest, closed_on=closed, closure_reason="completed"))
    assert pairs_of("latest_in_quarter", quarter=winter) == latest_in
    assert pairs_of("closed_in_quarter", quarter=winter) == closed_in


def test_each_pod_has_its_own_pairs_and_excluded(app: Flask) -> None:
    load(
        *parent("F1", "2018-04-20"), *parent("F2", "2018-04-20", pod="Leek"), registration(family_ref="F3", pod="Leek")
    )
    record = get_service_record(get_council(), QUARTER, TODAY)
    assert record.pods == ("Crewe", "Leek")
    assert (pairs_of("all_to_date"), pairs_of("all_to_date", "Leek")) == (1, 1)
    assert record.excluded.to_dict("records") == [{"pod": "Leek", "reason": "no_counted_star", "n": 1}]


def test_star_dates_are_counted_ones_in_the_order_of_r2(app: Flask) -> None:
    closed = {"closed_on": "2018-04-20", "closure_reason": "completed"}
    own = {"star_date": "2018-04-20", **closed}
    load(
        row(**{**own, "star_kind": "closure"}),
        row(**{**own, "star_kind": "interim"}),
        row(**closed),
        row(**{**own, "star_date": "2018-03-20", "star_kind": "interim", "completed_by": "parent"}),
    )
    dates = get_service_record(get_council(), QUARTER, TODAY).star_dates
    assert list(dates["kind"]) == ["start", "interim", "closure"]


def test_what_was_referred_but_not_started_is_a_referral_and_nothing_else(app: Flask) -> None:
    load(registration(referred_on="2018-12-20", started_on="2019-01-05"))
    record = get_service_record(get_council(), QUARTER, TODAY)
    assert len(record.interventions) == 1
    made = get_return(get_council(), QUARTER, Profile.RESTRICTED, Settings(), today=TODAY)
    tables = {table.name: table.frame for table in made.tables}
    assert list(tables["re_referrals"]["referrals"]) == [1, 1]
    assert set(tables["served"]["to_date"]) == {0}


def test_a_return_is_provisional_until_its_quarter_has_ended(app: Flask) -> None:
    load(*parent("F1", "2018-04-20"))
    settings = Settings()
    assert not get_return(get_council(), Quarter(2018, 4), Profile.RESTRICTED, settings, today=TODAY).is_provisional
    assert get_return(get_council(), Quarter(2019, 1), Profile.RESTRICTED, settings, today=TODAY).is_provisional
    with pytest.raises(DomainError, match="nothing to return yet"):
        get_return(get_council(), Quarter(2019, 2), Profile.RESTRICTED, settings, today=TODAY)


def test_a_quarter_that_has_not_ended_is_counted_to_today(app: Flask) -> None:
    """On 10 April an interim Star due on the 5th is missing, not one due on the 20th or a start due on the 17th."""
    of_crewe = {"pod": "Crewe", "started_on": "2018-12-01"}
    load(
        row(family_ref="F1", star_date="2019-01-05", **of_crewe),
        row(family_ref="F2", star_date="2019-01-20", **of_crewe),
        registration(family_ref="F3", referred_on="2019-03-11", started_on="2019-03-20"),
    )

    def due_by(today: date) -> tuple[str, dict[str, int]]:
        made = get_return(get_council(), QUARTER_NOW, Profile.RESTRICTED, Settings(), today=today)
        [table] = [table for table in made.tables if table.name == "completion"]
        of_all = table.frame[table.frame["pod"] == "All pods"]
        return table.scope.partition("As at ")[2], dict(zip(of_all["kind"], of_all["due"], strict=True))

    assert due_by(TODAY) == ("10 April 2019.", {"start": 0, "interim": 1, "closure": 0})
    assert due_by(QUARTER_NOW.ends_on) == ("30 June 2019.", {"start": 1, "interim": 2, "closure": 0})


def test_returns_go_back_to_the_first_intervention(app: Flask) -> None:
    assert list_quarters(get_council(), TODAY) == [Quarter(2019, 1)]
    load(registration(referred_on="2018-09-01", started_on="2018-10-01"))

    def listed(first_month: int) -> list[str]:
        return [str(quarter) for quarter in list_quarters(begin_year_in(first_month), date(2019, 1, 1))]

    assert listed(4) == ["2018-19-Q4", "2018-19-Q3"]
    assert listed(9) == ["2018-19-Q2", "2018-19-Q1"]
    assert listed(1) == ["2019-Q1", "2018-Q4"]
