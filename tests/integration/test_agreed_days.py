"""What was agreed comes due: on the caseload, with the next Star, and as a calendar file that names nobody."""

from datetime import date

import icalendar
import pytest
from flask import Flask

from star_tracker.domain.agreements import Agreement, ReportedOutcome, fingerprint_agreed
from star_tracker.domain.scales import Kind, Outcome
from star_tracker.extensions import db
from star_tracker.models import Parent, Priority, Star
from star_tracker.records.stars.priorities import record_priorities
from tests.support.pages import LookingClient, path_of, text_of
from tests.support.tiny import BY_SOMEBODY, TinyService, add_star, new_star

ROUTINE = Agreement(area="family_routine", action="Bed at 8, says Siân", by_whom="Siân", by_when=date(2019, 4, 8))
MONEY = Agreement(area="home_and_money", action="Ring the housing office", by_when=date(2019, 4, 30))
SOMETIME = Agreement(area="social_networks", action="Go to the group")


@pytest.fixture
def interim(web_app: Flask, tiny: TinyService) -> int:
    """The interim Star of 5 April 2019; the tests' day is 10 April."""
    with web_app.app_context():
        return db.session.query(Star).filter_by(registration_id=tiny.registration, kind="interim").one().id


def agree(app: Flask, star_id: int, *agreements: Agreement) -> None:
    with app.app_context():
        seen = fingerprint_agreed(one.agreement for one in db.session.query(Priority).filter_by(star_id=star_id))
        record_priorities(BY_SOMEBODY, star_id=star_id, priorities=agreements, outcomes={}, seen=seen)


def test_the_caseload_says_what_is_due_soon_and_what_was_due(
    practitioner: LookingClient, interim: int, web_app: Flask
) -> None:
    assert "What was agreed" not in text_of(practitioner.get("/caseload?whose=everybody"))
    agree(web_app, interim, SOMETIME, MONEY)
    assert "What was agreed" not in text_of(practitioner.get("/caseload?whose=everybody")), "in 20 days; due soon is 14"
    agree(web_app, interim, Agreement(area="home_and_money", action="Ring", by_when=date(2019, 4, 24)))
    said = text_of(practitioner.get("/caseload?whose=everybody"))
    assert "What was agreed is due" in said
    assert "in 14 days" in said
    agree(web_app, interim, MONEY, ROUTINE)
    page = practitioner.get("/caseload?whose=everybody")
    assert "What was agreed was due" in text_of(page)
    assert "2 days late" in text_of(page)
    assert f'href="/stars/{interim}/talk"' in page.text
    assert "Bed at 8" not in page.text, "a list says no more than that"


def test_it_is_said_with_the_next_star_until_there_is_an_outcome(
    practitioner: LookingClient, tiny: TinyService, interim: int, web_app: Flask
) -> None:
    agree(web_app, interim, ROUTINE, MONEY)
    begun = practitioner.send(
        f"/registrations/{tiny.registration}/stars/new",
        {
            "kind": "interim",
            "completed_on": "9/4/2019",
            "completed_by": "together",
            "edition": "first",
        },
    )
    scoring = text_of(practitioner.get(path_of(begun)))
    assert "What we agreed last time, 1 of it due" in scoring
    assert "By 8 April 2019: 2 days late." in scoring
    assert "By 30 April 2019: in 20 days." in scoring
    with web_app.app_context():
        following = add_star(tiny.registration, new_star(Kind.INTERIM, date(2019, 4, 9), 6)).id
    said = text_of(practitioner.get(f"/stars/{following}/talk"))
    assert "By 8 April 2019: 2 days late." in said
    with web_app.app_context():
        priorities = {one.area: one for one in db.session.query(Priority)}
        outcomes = {
            priorities[agreed.area].id: ReportedOutcome(outcome=Outcome.DONE, about=fingerprint_agreed([agreed]))
            for agreed in (ROUTINE, MONEY)
        }
        record_priorities(BY_SOMEBODY, star_id=following, priorities=None, outcomes=outcomes, seen="")
    assert "late" not in text_of(practitioner.get(f"/stars/{following}/talk"))
    assert "What was agreed" not in text_of(practitioner.get("/caseload?whose=everybody"))


def test_the_calendar_file_has_the_reference_and_the_area_alone(
    practitioner: LookingClient, tiny: TinyService, interim: int, web_app: Flask
) -> None:
    address = f"/stars/{interim}/agreed.ics"
    assert practitioner.get(address).status_code == 404
    agree(web_app, interim, SOMETIME)
    assert address not in practitioner.get(f"/stars/{interim}/talk").text, "without a day there is nothing to enter"
    agree(web_app, interim, SOMETIME, ROUTINE, MONEY)
    with web_app.app_context():
        for one in db.session.query(Parent):
            one.name = "Siân Hidden-Name"
        db.session.commit()
    assert address in practitioner.get(f"/stars/{interim}/talk").text
    response = practitioner.get(address)
    assert response.mimetype == "text/calendar"
    events = icalendar.Calendar.from_ical(response.data).walk("VEVENT")
    said = [(str(event["summary"]), event.decoded("dtstart")) for event in events]
    assert said == [
        ("Agreed: Family routine (P1)", date(2019, 4, 8)),
        ("Agreed: Home and money (P1)", date(2019, 4, 30)),
    ]
    assert len({str(event["uid"]) for event in events}) == 2
    for word in ("Siân", "Hidden", "Bed at", "housing"):
        assert word not in response.text
