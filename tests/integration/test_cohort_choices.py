"""What may be asked of a cohort besides pods, practitioner, state and dates, on both databases, by hand."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from star_tracker.analysis.cohorts import Cohort, CohortFilter
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import Exclusion
from star_tracker.extensions import db
from star_tracker.models import Star
from star_tracker.queries.figures.cohorts import get_cohort
from star_tracker.records.imports.importing import import_rows
from tests.support.apps import TODAY
from tests.support.pages import LookingClient, text_of
from tests.support.star_files import registration, row, rows_of
from tests.support.tiny import BY_SOMEBODY, TinyService


def load(*rows: dict[str, str]) -> None:
    import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")


def count(as_at: date = TODAY, **chosen: Any) -> int:
    return get(as_at, **chosen).pairs


def get(as_at: date = TODAY, **chosen: Any) -> Cohort:
    return get_cohort(CohortFilter(as_at=as_at, **chosen), reader=None)


def pair(family: str, *, value: str = "5", started: str = "2018-01-10", **cells: str) -> list[dict[str, str]]:
    """A pair of Stars from ``value`` to 5 in family routine, 5 to 5 elsewhere, of an intervention of its own."""
    both = {"family_ref": family, "started_on": started, "referred_on": started, **cells}
    return [
        row(**both | {"star_date": started, "family_routine": value}),
        row(**both | {"star_date": "2019-03-01", "star_kind": "interim"}),
    ]


@pytest.mark.parametrize(("level", "values"), [("low", "14"), ("middle", "56"), ("high", "7 10")])
def test_level_of_an_area_at_the_start(app: Flask, level: str, values: str) -> None:
    for value in range(1, 11):
        load(*pair(f"F{value}", value=str(value)))
    load(*pair("F0", value="n/a"))
    lowest, highest = (int(value) for value in (values.split() if " " in values else values))
    found = get(start_level=f"family_routine-{level}")
    starts = [start for area, start, _latest, _n in found.changes.itertuples(index=False) if area == "family_routine"]
    assert starts == list(range(lowest, highest + 1))
    assert found.pairs == len(starts)


def test_what_is_asked_of_stars_leaves_the_excluded_alone(app: Flask) -> None:
    load(*pair("F1", value="3"), registration(family_ref="F2"))
    choices: list[dict[str, Any]] = [
        {"start_level": "family_routine-high"},
        {"latest_kind": "closure"},
        {"completed": "worker"},
    ]
    for asked in choices:
        found = get(**asked)
        assert (found.pairs, found.excluded[Exclusion.NO_COUNTED_STAR]) == (0, 1)
    assert get(children="1").excluded[Exclusion.NO_COUNTED_STAR] == 0


def test_months_of_support_are_whole_months_to_closure_or_to_the_day(app: Flask) -> None:
    load(
        *pair("F1", started="2018-12-31"),  # three months on 31 March 2019
        *pair("F2", started="2018-09-30", closed_on="2019-03-29", closure_reason="completed"),  # a day less than six
        *pair("F3", started="2018-03-31"),  # twelve
    )
    assert count(as_at=date(2019, 3, 30), months="0-2") == 1
    assert count(as_at=date(2019, 3, 31), months="0-2") == 0
    assert count(as_at=date(2019, 3, 31), months="3-5") == 2
    assert count(as_at=date(2019, 3, 31), months="12") == 1
    assert count(as_at=date(2019, 3, 30), months="6-11") == 1


def test_r10_a_re_referral_is_within_twelve_months_of_the_referral_before(app: Flask) -> None:
    closed = {"closed_on": "2018-06-01", "closure_reason": "completed"}
    load(
        registration(family_ref="F1", referred_on="2018-01-10", started_on="2018-01-10", **closed),
        *pair("F1", started="2019-01-10"),
        registration(family_ref="F2", referred_on="2018-01-09", started_on="2018-01-10", **closed),
        *pair("F2", started="2019-01-10"),
    )
    found = get(re_referral="yes")
    assert (found.pairs, sum(found.excluded.values())) == (1, 0)
    found = get(re_referral="no")
    assert (found.pairs, sum(found.excluded.values())) == (1, 2)


def test_numbers_of_children(app: Flask) -> None:
    for number in ("0", "1", "2", "3", "9", ""):
        load(*pair(f"F{number}", children=number))
    assert [count(children=code) for code in ("0", "1", "2", "3")] == [1, 1, 1, 2]


def test_a_reason_selects_what_has_closed_for_it_by_the_day(app: Flask) -> None:
    load(*pair("F1", closed_on="2019-03-10", closure_reason="moved_away"))
    assert count(closure_reason="moved_away") == 1
    assert count(closure_reason="completed") == 0
    assert count(as_at=date(2019, 3, 9), closure_reason="moved_away") == 0


def test_how_the_two_stars_were_completed(app: Flask) -> None:
    load(*pair("F1"), *pair("F2", completed_by="worker"), *pair("F3", retrospective="yes"))
    first = db.session.query(Star).order_by(Star.id).first()
    assert first is not None
    first.unplanned = True
    db.session.commit()
    ways = {"together": 2, "worker": 1, "prompt": 2, "retrospective": 1, "planned": 2, "unplanned": 1}
    assert {way: count(completed=way) for way in ways} == ways


def test_page_says_every_choice_and_offers_to_take_it_off(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    said = text_of(client.get("/cohort?start-level=family_routine-low&months=6-11&quarter=2018-19-Q4&pod=Crewe"))
    assert "as at 31 March 2019: Crewe; 6 to 11 months of support; Family routine low at the start (1 to 4); " in said
    assert "latest Star from 1 January 2019 to 31 March 2019" in said
    assert "Take off: Latest Star January to March 2019" in said
    assert "regression to the mean" in said
    assert "regression to the mean" not in text_of(client.get("/cohort?pod=Crewe"))


def test_a_quarter_beside_dates_that_it_sets_is_refused_in_words(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    said = text_of(client.get("/cohort?quarter=2018-19-Q4&as-at=1/4/2019"))
    assert "Quarter of the latest Star: it sets “Latest Star from”, “Latest Star to” and “As at”" in said
    assert "Choose one of the options in the list" in text_of(client.get("/cohort?quarter=1918-19-Q4"))
