"""One function says how a Star stands: the caseload, the family's page and the return's completion say the same.

What must agree between the caseload and the return, as at a quarter's last day: in each pod, for each kind of Star, the
parents of open interventions whose next Star fell due in the quarter and is not completed, and the due dates of open
interventions in the quarter that stand and are not completed. Three things are left out, because a caseload asks what
to do next and a return what was done in a quarter: a due date of an earlier quarter, which that quarter's return
counted; interventions that have closed, whose missed interims a return keeps counting and nobody can make good; and an
interim Star that is missing besides the start Star, since the start comes first.
"""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from star_tracker.analysis.service import ServiceRecord, completion_frame
from star_tracker.domain.caseload import Case
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.scales import ALL_PODS, Kind
from star_tracker.domain.schedule import DEFAULT_TIMINGS, DueState, Timings
from star_tracker.domain.texts import name_and_ref
from star_tracker.extensions import db
from star_tracker.models import Family, Pod, Registration, User
from star_tracker.queries.figures.caseload import list_caseload
from star_tracker.queries.figures.schedules import list_next_stars
from star_tracker.queries.returns.returns import get_service_record
from star_tracker.records.imports.importing import import_rows
from tests.support.apps import TODAY, make_app
from tests.support.pages import LookingClient, text_of
from tests.support.services import generate_star_rows
from tests.support.signing import get_council
from tests.support.tiny import BY_SOMEBODY

Missing = Counter[tuple[str, str]]
"""How many are missing of each (pod, kind)."""


HURRIED = Timings(start_due_days=7, interim_months=1)
"""Settings by which many Stars of an invented service, done every three months, are overdue."""


@pytest.fixture
def demo(demo_template: Path, tmp_path: Path) -> Iterator[Flask]:
    app = make_app(f"sqlite:///{shutil.copy(demo_template, tmp_path / 'demo.db')}", web=True)
    app.test_client_class = LookingClient
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def list_everything(as_at: date, timings: Timings = DEFAULT_TIMINGS) -> list[Case]:
    return list_caseload(reader=None, as_at=as_at, timings=timings)


def missing_by_the_return(quarter: Quarter, timings: Timings = DEFAULT_TIMINGS) -> Missing:
    """Of open interventions, due dates in the quarter that stand, less those answered by its last day."""
    found = completion_frame(only_open_and_begun(get_service_record(get_council(), quarter, quarter.ends_on)), timings)
    counts = zip(found["pod"], found["kind"], found["due"] - found["completed"], strict=True)
    return Missing({(pod, kind): int(missing) for pod, kind, missing in counts if missing and pod != ALL_PODS})


def only_open_and_begun(record: ServiceRecord) -> ServiceRecord:
    """The record without the closed interventions, and without the Stars of who has no start Star yet."""
    interventions = record.started_interventions()
    interventions = record.interventions[
        record.interventions["intervention"].isin(interventions[interventions["closed_on"].isna()]["intervention"])
    ]
    begun = record.star_dates[record.star_dates["kind"] == Kind.START]["registration"]
    return replace(
        record,
        interventions=interventions,
        star_dates=record.star_dates[record.star_dates["registration"].isin(begun)],
    )


def missing_by_the_caseload(quarter: Quarter, timings: Timings = DEFAULT_TIMINGS) -> Missing:
    names = {pod.id: pod.name for pod in db.session.query(Pod)}
    return Missing(
        (names[case.pod_id], case.next_star.kind)
        for case in list_everything(quarter.ends_on, timings)
        if case.is_open and case.next_star.kind and case.next_star.due_on and case.next_star.due_on in quarter
    )


@pytest.mark.parametrize("quarter", ["2017-18-Q1", "2017-18-Q4", "2018-19-Q2", "2018-19-Q4"])
def test_the_return_misses_what_the_caseload_asks_for(demo: Flask, quarter: str) -> None:
    asked = missing_by_the_caseload(Quarter.parse(quarter))
    assert asked.total() > 3
    assert missing_by_the_return(Quarter.parse(quarter)) == asked


def test_the_same_holds_of_an_invented_service_on_either_database(app: Flask) -> None:
    import_rows(BY_SOMEBODY, list(generate_star_rows(2_600, seed=5)), edition="first", source="test")
    for quarter in (Quarter.parse("2015-16-Q4"), Quarter.parse("2017-18-Q2"), Quarter(2018, 4, first_month=1)):
        asked = missing_by_the_caseload(quarter, HURRIED)
        assert asked.total() > 10
        assert missing_by_the_return(quarter, HURRIED) == asked


def test_the_caseload_and_the_familys_page_say_the_same_of_every_parent(demo: Flask) -> None:
    cases = {case.registration_id: case for case in list_everything(TODAY)}
    assert {case.next_star.state for case in cases.values()} >= {DueState.OVERDUE, DueState.DUE_SOON, DueState.NOT_DUE}
    for family in db.session.query(Family):
        for registration_id, next_star in list_next_stars(family, as_at=TODAY, timings=DEFAULT_TIMINGS).items():
            if registration_id in cases:
                assert cases.pop(registration_id).next_star == next_star
    assert cases == {}


def test_the_words_on_both_pages_are_the_same(demo: Flask) -> None:
    person = db.session.query(User).filter_by(email="crewe.3@example.org").one()
    client = demo.test_client()
    assert isinstance(client, LookingClient)
    client.sign_in(person.id)
    said = text_of(client.get("/caseload"))
    cases = [case for case in list_everything(TODAY) if case.practitioner_id == person.id]
    assert len(cases) > 10
    for case in cases:
        registration = db.session.get_one(Registration, case.registration_id)
        due_on, state = case.next_star.due_on, case.next_star.state
        assert due_on
        words = "overdue since" if state == DueState.OVERDUE else "due by"
        tag = f"{str(case.next_star.kind).capitalize()} Star {words} {due_on.day} {due_on:%B %Y}"
        family = registration.parent.family
        assert family.ref in said
        assert f"{name_and_ref(registration.parent.ref, registration.parent.name)} {tag}" in said
        page = text_of(client.get(f"/families/{family.id}"))
        assert f"Parent {registration.parent.shown_as} {tag}" in page
