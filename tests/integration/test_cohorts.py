"""The cohort query on both databases, against figures worked out by hand, rule by rule."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from star_tracker.analysis.cohorts import Cohort, CohortFilter
from star_tracker.domain.scales import AREAS, CompletedBy, Exclusion, Kind
from star_tracker.extensions import db
from star_tracker.models import Pod, Registration, Star
from star_tracker.queries.figures.cohorts import get_cohort, get_cohorts_by_pod, get_pair_ids
from star_tracker.records.imports.importing import import_rows
from star_tracker.records.stars.stars import correct_star, withdraw_star
from tests.support.apps import COUNCIL, TODAY
from tests.support.star_files import registration, row, rows_of
from tests.support.tiny import BY_SOMEBODY, new_star, record_star

ROUTINE = "family_routine"


def values(value: int, **others: str) -> dict[str, str]:
    """The cells of a Star with one value in every area, but for others."""
    return dict.fromkeys(AREAS, str(value)) | others


def load(*rows: dict[str, str]) -> None:
    import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")


def cohort(as_at: date = TODAY, **chosen: Any) -> Cohort:
    return get_cohort(CohortFilter(as_at=as_at, **chosen), reader=None)


def changes(found: Cohort, area: str = ROUTINE) -> list[tuple[int, int, int]]:
    """(start, latest, n) of one area."""
    return [(s, e, n) for a, s, e, n in found.changes.itertuples(index=False) if a == area]


def start(parent: str = "P1", value: int = 3, **cells: Any) -> dict[str, str]:
    return row(**{"parent_ref": parent, "star_kind": "start", "star_date": "2018-01-20", **values(value), **cells})


def later(parent: str = "P1", day: str = "2018-04-20", value: int = 6, **cells: Any) -> dict[str, str]:
    return row(**{"parent_ref": parent, "star_kind": "interim", "star_date": day, **values(value), **cells})


def test_r2_latest_is_the_last_counted_star_and_not_the_highest(app: Flask) -> None:
    load(start(), later(day="2018-04-20", value=9), later(day="2018-07-20", value=5))
    found = cohort()
    assert found.pairs == 1
    assert changes(found) == [(3, 5, 1)]


def test_r2_on_one_day_a_closure_comes_after_an_interim(app: Flask) -> None:
    load(
        start(closed_on="2018-04-20", closure_reason="completed"),
        later(value=8, star_kind="closure"),
        later(value=4),
    )
    assert changes(cohort()) == [(3, 8, 1)]


def test_r2_a_star_on_the_day_of_the_start_is_a_latest(app: Flask) -> None:
    load(start(), later(day="2018-01-20", value=4))
    assert changes(cohort()) == [(3, 4, 1)]


def test_r2_a_later_star_is_never_promoted_to_be_a_start(app: Flask) -> None:
    load(later(day="2018-04-20"), later(day="2018-07-20"))
    found = cohort()
    assert found.pairs == 0
    assert found.excluded[Exclusion.NO_START_STAR] == 1


def test_r1_a_parents_own_star_is_not_counted(app: Flask) -> None:
    load(start(), later(value=6), later(day="2018-07-20", value=10, completed_by="parent"))
    assert changes(cohort()) == [(3, 6, 1)]


def test_r1_a_start_that_the_parent_completed_alone_is_no_start(app: Flask) -> None:
    load(start(completed_by="parent"), later())
    assert cohort().excluded[Exclusion.NO_START_STAR] == 1


def test_r1_a_workers_star_and_a_retrospective_one_count(app: Flask) -> None:
    load(start(completed_by="worker"), later(retrospective="yes"))
    assert cohort().pairs == 1


def test_r3_everybody_without_a_pair_has_exactly_one_reason(app: Flask) -> None:
    load(
        registration(parent_ref="P1"),
        start("P2", completed_by="parent"),
        later("P3"),
        start("P4"),
        start("P5"),
        later("P5"),
    )
    found = cohort()
    assert found.pairs == 1
    assert found.excluded == {
        Exclusion.NO_COUNTED_STAR: 2,
        Exclusion.NO_START_STAR: 1,
        Exclusion.ONE_STAR_ONLY: 1,
    }


def test_r3_what_is_after_as_at_does_not_exist_yet(app: Flask) -> None:
    load(start(), later(day="2018-04-20"))
    assert cohort(date(2018, 4, 20)).pairs == 1, "the day itself is included"
    day_before = cohort(date(2018, 4, 19))
    assert (day_before.pairs, day_before.excluded[Exclusion.ONE_STAR_ONLY]) == (0, 1)
    before_any = cohort(date(2018, 1, 10))
    assert before_any.excluded[Exclusion.NO_COUNTED_STAR] == 1, "started that day"
    assert sum(cohort(date(2018, 1, 9)).excluded.values()) == 0, "not started yet"


def test_r4_a_pair_is_measured_only_where_both_readings_are_scored(app: Flask) -> None:
    load(start(home_and_money="n/a"), later(family_routine="declined", progress_to_work=""))
    found = cohort()
    assert found.pairs == 1
    assert {area: changes(found, area) for area in ("home_and_money", "family_routine", "progress_to_work")} == {
        "home_and_money": [],
        "family_routine": [],
        "progress_to_work": [],
    }
    assert changes(found, "physical_health") == [(3, 6, 1)]


def test_r5_pairs_are_counted_by_area_start_and_latest(app: Flask) -> None:
    load(start("P1"), later("P1"), start("P2"), later("P2"), start("P3", 10), later("P3", value=10))
    found = cohort()
    assert changes(found) == [(3, 6, 2), (10, 10, 1)]
    assert len(found.changes) == 20
    assert list(found.changes["area"].unique()) == list(AREAS)


def test_two_interventions_of_a_parent_are_two_pairs(app: Flask) -> None:
    closed: dict[str, Any] = {"closed_on": "2018-05-01", "closure_reason": "completed"}
    second: dict[str, Any] = {"started_on": "2018-09-01", "referred_on": "2018-09-01"}
    load(
        start(**closed),
        later(**closed),
        row(star_kind="start", star_date="2018-09-02", **values(2), **second),
        later(day="2018-12-02", value=4, **second),
    )
    assert changes(cohort()) == [(2, 4, 1), (3, 6, 1)]


@pytest.fixture
def two_pods(app: Flask) -> None:
    """Crewe: F1, closed on 1 May 2018. Macclesfield: F2, open, and F3, open with a start Star only."""
    closed: dict[str, Any] = {"closed_on": "2018-05-01", "closure_reason": "completed"}
    there: dict[str, Any] = {"family_ref": "F2", "pod": "Macclesfield", "practitioner": "bo@example.org"}
    load(
        start(**closed),
        later(**closed),
        start(value=4, **there),
        later(day="2018-10-01", value=5, **there),
        start(value=4, **{**there, "family_ref": "F3"}),
    )


@pytest.mark.parametrize(
    ("chosen", "pairs", "one_star_only"),
    [
        ({}, 2, 1),
        ({"pods": ("Crewe",)}, 1, 0),
        ({"pods": ("Crewe", "Macclesfield")}, 2, 1),
        ({"pods": ()}, 0, 0),
        ({"practitioner": "BO@example.org "}, 1, 1),
        ({"status": "open"}, 1, 1),
        ({"status": "closed"}, 1, 0),
        ({"closed_from": date(2018, 5, 1)}, 1, 0),
        ({"closed_from": date(2018, 5, 2)}, 0, 0),
        ({"closed_to": date(2018, 5, 1)}, 1, 0),
        ({"closed_to": date(2018, 4, 30)}, 0, 0),
        ({"latest_from": date(2018, 4, 21)}, 1, 1),
        ({"latest_to": date(2018, 4, 20)}, 1, 1),
        ({"latest_from": date(2018, 10, 2)}, 0, 1),
    ],
)
def test_filters_select_pairs_and_excluded_alike_but_for_the_latest_date(
    two_pods: None, chosen: dict[str, Any], pairs: int, one_star_only: int
) -> None:
    found = cohort(**chosen)
    assert (found.pairs, found.excluded[Exclusion.ONE_STAR_ONLY]) == (pairs, one_star_only)
    assert found.changes["n"].sum() == 10 * pairs


def test_an_intervention_is_closed_from_its_last_day_on(two_pods: None) -> None:
    assert cohort(date(2018, 4, 30), status="closed").pairs == 0
    assert cohort(date(2018, 4, 30), status="open").pairs == 1
    assert cohort(date(2018, 5, 1), status="closed").pairs == 1


def test_by_pod_the_figures_are_those_of_each_pod_alone(two_pods: None) -> None:
    by_pod, excluded = get_cohorts_by_pod(CohortFilter(as_at=TODAY), reader=None)
    for pod in ("Crewe", "Macclesfield"):
        alone = cohort(pods=(pod,))
        rows = by_pod[by_pod["pod"] == pod].drop(columns="pod").reset_index(drop=True)
        assert rows.equals(alone.changes)
    assert excluded.to_dict("records") == [{"pod": "Macclesfield", "reason": "one_star_only", "n": 1}]


def test_a_corrected_star_counts_in_place_of_the_old_one(app: Flask) -> None:
    load(start(), later())
    old = db.session.query(Star).filter_by(kind="interim").one()
    star = new_star(Kind.INTERIM, date(2018, 4, 21), 8)
    new = correct_star(BY_SOMEBODY, star_id=old.id, star=star, reason="Misread")
    assert changes(cohort()) == [(3, 8, 1)]
    withdraw_star(BY_SOMEBODY, star_id=new.id, reason="Wrong family")
    assert cohort().excluded[Exclusion.ONE_STAR_ONLY] == 1


def test_one_parents_pair_is_found_by_the_same_rule(app: Flask) -> None:
    load(start(), later())
    registered = db.session.query(Registration).one()
    start_id, latest_id = get_pair_ids(registered.id, as_at=TODAY)
    kinds = [db.session.get_one(Star, star_id).kind for star_id in (start_id, latest_id) if star_id]
    assert kinds == ["start", "interim"]
    assert get_pair_ids(registered.id, as_at=date(2018, 4, 19)) == (start_id, None)
    assert get_pair_ids(99999, as_at=TODAY) == (None, None)


def test_nobody_is_in_the_cohort_of_an_empty_service(app: Flask) -> None:
    found = cohort()
    assert (found.pairs, list(found.changes["n"]), sum(found.excluded.values())) == (0, [], 0)
    db.session.add(Pod(name="Crewe", council_id=COUNCIL))
    db.session.commit()
    assert cohort(pods=("Crewe",)).pairs == 0


def test_a_star_recorded_on_a_page_and_an_imported_one_make_a_pair(app: Flask) -> None:
    load(start())
    registered = db.session.query(Registration).one()
    star = new_star(Kind.INTERIM, date(2018, 4, 20), 9)
    recorded = record_star(BY_SOMEBODY, registration_id=registered.id, star=star)
    assert recorded.completed_by == CompletedBy.TOGETHER
    assert changes(cohort()) == [(3, 9, 1)]
