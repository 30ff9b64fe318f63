"""Contacts: one tap on the caseload, the page of an intervention's visits, and what is refused."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from star_tracker.domain.contacts import Seen, WhoWent
from star_tracker.domain.errors import DomainError
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import ClosureReason
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Contact
from star_tracker.records.families.contacts import NewContact, record_contact
from star_tracker.records.families.families import close_intervention
from tests.support.pages import LookingClient, path_of, text_of
from tests.support.tiny import BY_SOMEBODY, TinyService, restrict_to

TODAY = "10 April 2019"
VISIT = {"contacted_on": "9/4/2019", "outcome": "seen", "who_went": "peer_mentor", "with_whom": "both", "minutes": "45"}


@pytest.fixture
def visits(tiny: TinyService) -> str:
    return f"/interventions/{tiny.intervention}/contacts"


def stored(app: Flask) -> list[tuple[date, str, bool, str | None, int | None]]:
    with app.app_context():
        found = db.session.query(Contact).order_by(Contact.id)
        return [(one.contacted_on, one.who_went, one.seen, one.with_whom, one.minutes) for one in found]


def test_one_tap_on_the_caseload_records_a_visit_and_the_list_says_when_the_family_was_last_seen(
    web_app: Flask, practitioner: LookingClient, visits: str
) -> None:
    before = practitioner.get("/caseload?whose=nobody")
    assert "No visit recorded Seen today : Family F1 Not in today : Family F1 Visits to Family F1" in text_of(before)
    address = f"{visits}/today?whose=nobody"
    assert f'formaction="{address}"' in before.text
    for times in ("Family F1: seen today.", "Family F1: seen today, as you have recorded before."):
        sent = practitioner.send(address, {"contact": "seen"})
        assert sent.headers["Location"] == "/caseload?whose=nobody"
        assert times in text_of(practitioner.get(path_of(sent)))
    assert stored(web_app) == [(date(2019, 4, 10), "worker", True, None, None)], "the second tap changes nothing"
    practitioner.send(address, {"contact": "missed"})
    said = text_of(practitioner.get("/caseload?whose=nobody"))
    assert f"Last seen {TODAY}" in said, "a failed visit is not a day on which they were seen"
    assert len(stored(web_app)) == 2


def test_a_visit_can_say_who_went_whom_they_saw_and_how_long_and_be_taken_back(
    web_app: Flask, practitioner: LookingClient, visits: str
) -> None:
    sent = practitioner.send(visits, VISIT)
    page = practitioner.get(path_of(sent))
    assert ": seen (parents and children), by the peer mentor, 45 minutes." in text_of(page)
    assert stored(web_app) == [(date(2019, 4, 9), "peer_mentor", True, "both", 45)]
    with web_app.app_context():
        contact = db.session.query(Contact).one().id
    for words in ("The visit was taken back.", "That visit was taken back already."):
        assert words in text_of(practitioner.get(path_of(practitioner.send(f"{visits}/{contact}/remove", {}))))
    assert stored(web_app) == []
    with web_app.app_context():
        found = db.session.query(AuditEntry).filter_by(entity="contact").order_by(AuditEntry.id)
        assert [(entry.action, entry.family_id is not None) for entry in found] == [("record", True), ("remove", True)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"contacted_on": "11/4/2019"}, "The day of the visit must be today or earlier"),
        ({"contacted_on": "31/12/2018"}, "The day of the visit must be 3 January 2019, the referral, or later"),
        ({"outcome": "missed"}, "Nobody was seen: leave this empty, or choose that the family was seen"),
        ({"outcome": ""}, "Choose whether the family was seen"),
        ({"minutes": "601"}, "Enter minutes from 1 to 600, or leave it empty"),
        ({"minutes": "an hour"}, "Enter a whole number, such as 2"),
        ({"who_went": "neighbour"}, "Choose one of the options in the list"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_what_was_typed_stays(
    web_app: Flask, practitioner: LookingClient, visits: str, wrong: dict[str, str], said: str
) -> None:
    page = practitioner.send(visits, VISIT | wrong)
    assert text_of(page).count(said) == 2, "in the summary and at the field"
    assert (VISIT | wrong)["minutes"] in page.text
    assert stored(web_app) == []


def test_no_visit_is_dated_after_the_intervention_closed(web_app: Flask, tiny: TinyService) -> None:
    with web_app.app_context():
        reason, closed_on = ClosureReason.COMPLETED, date(2019, 4, 1)
        close_intervention(
            BY_SOMEBODY,
            intervention_id=tiny.intervention,
            closed_on=closed_on,
            reason=reason,
            missing_is_known=True,
        )
        contact = NewContact(contacted_on=closed_on, seen=True, who_went=WhoWent.VOLUNTEER, with_whom=Seen.PARENTS)
        record_contact(BY_SOMEBODY, intervention_id=tiny.intervention, contact=contact)
        with pytest.raises(DomainError, match="1 April 2019, when it closed, or earlier"):
            record_contact(
                BY_SOMEBODY,
                intervention_id=tiny.intervention,
                contact=replace(contact, contacted_on=date(2019, 4, 2)),
            )


def test_r12_who_may_not_record_for_a_family_records_no_visit_and_takes_none_back(
    web_app: Flask, client: LookingClient, tiny: TinyService, visits: str
) -> None:
    with web_app.app_context():
        contact = NewContact(contacted_on=date(2019, 4, 9), seen=True)
        visit = record_contact(BY_SOMEBODY, intervention_id=tiny.intervention, contact=contact).id
        restrict_to(tiny.family)
    for person in (tiny.practitioner_elsewhere, tiny.users[Role.PRACTITIONER], tiny.users[Role.ADMINISTRATOR]):
        client.sign_in(person)
        refused = 403 if person == tiny.users[Role.ADMINISTRATOR] else 404
        assert client.get(visits).status_code == refused
        assert client.send(f"{visits}/today", {"contact": "seen"}).status_code == refused
        assert client.send(f"{visits}/{visit}/remove", {}).status_code == refused
    assert len(stored(web_app)) == 1


def test_a_setting_turns_visits_off(web_app: Flask, practitioner: LookingClient, visits: str) -> None:
    web_app.extensions["star_tracker"] = replace(web_app.extensions["star_tracker"], contacts="off")
    assert "No visit recorded" not in text_of(practitioner.get("/caseload?whose=nobody"))
    assert practitioner.get(visits).status_code == 404
    assert practitioner.send(f"{visits}/today", {"contact": "seen"}).status_code == 404
    assert stored(web_app) == []
