"""Cohorts saved by a name: for oneself, or for every lead."""

import pytest
from flask import Flask

from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.permissions import Actor
from star_tracker.domain.roles import Role
from star_tracker.queries.figures.saved_cohorts import list_saved_cohorts
from star_tracker.records.saved_cohorts import MOST_SAVED, remove_saved_cohort, save_cohort
from tests.support.pages import LookingClient, find_link, text_of
from tests.support.tiny import TinyService, by, save_for_leads

CHOICE = {"pod": ["Crewe"], "months": ["6-11"]}


@pytest.fixture
def people(tiny: TinyService) -> dict[str, Actor]:
    """The lead, the practitioner, and another lead."""
    leads, practitioners = frozenset({Role.LEAD}), frozenset({Role.PRACTITIONER})
    return {
        "lead": Actor(tiny.users[Role.LEAD], "lead@example.org", leads),
        "practitioner": Actor(tiny.users[Role.PRACTITIONER], "practitioner@example.org", practitioners),
        "other lead": Actor(tiny.users[Role.ADMINISTRATOR], "administrator@example.org", leads),
    }


def names_of(actor: Actor) -> list[str]:
    return [saved.name for saved in list_saved_cohorts(actor)]


def test_a_lead_saves_what_is_chosen_and_opens_it_by_its_name(lead: LookingClient) -> None:
    saving = find_link(lead.get("/cohort?pod=Crewe&months=6-11&order=star"), "Save this cohort")
    assert "Chosen: Crewe; 6 to 11 months of support." in text_of(lead.get(saving))
    assert lead.send(saving, {"name": " Half a year in Crewe ", "is_for_leads": "leads"}).status_code == 302
    listed = lead.get("/cohort/saved")
    assert "The cohort “Half a year in Crewe” was saved." in text_of(listed)
    listed = lead.get("/cohort/saved")
    assert "Half a year in Crewe Crewe; 6 to 11 months of support Every service lead (saved by " in text_of(listed)
    opening = find_link(listed, "Half a year in Crewe")
    assert "Crewe; 6 to 11 months of support" in text_of(lead.get(opening))
    assert "order=star" in opening


def test_nothing_chosen_is_nothing_to_save(lead: LookingClient) -> None:
    assert "Save this cohort" not in text_of(lead.get("/cohort"))
    assert "Nothing is saved yet." in text_of(lead.get("/cohort/saved"))


def test_what_is_typed_stays_beside_a_refusal(lead: LookingClient) -> None:
    saving = "/cohort/saved/new?pod=Crewe"
    assert "Enter a name" in text_of(lead.send(saving, {"name": "", "is_for_leads": "me"}))
    assert lead.send(saving, {"name": "Crewe", "is_for_leads": "me"}).status_code == 302
    again = lead.send(saving, {"name": "CREWE ", "is_for_leads": "leads"})
    assert "There is already a saved cohort with this name: choose another name" in text_of(again)
    assert 'value="CREWE "' in again.text


def test_who_may_open_what(web_app: Flask, people: dict[str, Actor]) -> None:
    with web_app.app_context():
        save_cohort(by(people["lead"]), name="Mine", choice=CHOICE)
        save_cohort(by(people["lead"]), name="Ours", choice=CHOICE, is_for_leads=True)
        save_cohort(by(people["practitioner"]), name="mine", choice=CHOICE)
        assert names_of(people["lead"]) == ["Mine", "Ours"]
        assert names_of(people["other lead"]) == ["Ours"]
        assert names_of(people["practitioner"]) == ["mine"]
        with pytest.raises(DomainError, match="Only a lead"):
            save_cohort(by(people["practitioner"]), name="Ours too", choice=CHOICE, is_for_leads=True)
        with pytest.raises(DomainError, match="already a saved cohort"):
            save_cohort(by(people["other lead"]), name="OURS", choice=CHOICE)


def test_another_lead_removes_what_is_for_leads_and_nobody_what_is_not_theirs(
    web_app: Flask, people: dict[str, Actor]
) -> None:
    with web_app.app_context():
        mine = save_cohort(by(people["lead"]), name="Mine", choice=CHOICE).id
        ours = save_cohort(by(people["lead"]), name="Ours", choice=CHOICE, is_for_leads=True).id
        for who, saved_id in (("other lead", mine), ("practitioner", ours), ("lead", ours + 1)):
            with pytest.raises(NotFoundError):
                remove_saved_cohort(by(people[who]), saved_id=saved_id)
        assert remove_saved_cohort(by(people["other lead"]), saved_id=ours) == "Ours"
        assert names_of(people["lead"]) == ["Mine"]


def test_nobody_saves_more_than_a_page_can_hold(web_app: Flask, people: dict[str, Actor]) -> None:
    with web_app.app_context():
        for number in range(MOST_SAVED):
            save_cohort(by(people["lead"]), name=f"Cohort {number}", choice=CHOICE)
        with pytest.raises(DomainError, match="remove one that is no longer needed"):
            save_cohort(by(people["lead"]), name="One more", choice=CHOICE)


def test_removing_asks_first_and_says_so(web_app: Flask, lead: LookingClient, tiny: TinyService) -> None:
    with web_app.app_context():
        save_for_leads(tiny)
    removing = find_link(lead.get("/cohort/saved"), "Remove")
    assert "No lead will be able to open it by its name any more." in text_of(lead.get(removing))
    assert lead.send(removing, {}).status_code == 302
    said = text_of(lead.get("/cohort/saved"))
    assert "The saved cohort “Open in Crewe” was removed." in said
    assert "Nothing is saved yet." in said


def test_a_saved_choice_that_no_longer_stands_says_why_when_it_is_opened(
    web_app: Flask, lead: LookingClient, people: dict[str, Actor]
) -> None:
    with web_app.app_context():
        save_cohort(by(people["lead"]), name="Gone", choice={"pod": ["Nowhere"]})
    opened = lead.get(find_link(lead.get("/cohort/saved"), "Gone"))
    assert "There is a problem" in text_of(opened)


def test_a_choice_that_does_not_stand_is_not_saved_but_shown_with_its_faults(lead: LookingClient) -> None:
    answer = lead.get("/cohort/saved/new?status=open&closed-from=1/1/2019")
    assert answer.status_code == 302
    said = text_of(lead.get(answer.location))
    assert "an open one has no closing date" in said


def test_a_saved_quarter_that_is_offered_no_more_says_so_when_it_is_opened(
    web_app: Flask, lead: LookingClient, people: dict[str, Actor]
) -> None:
    with web_app.app_context():
        save_cohort(by(people["lead"]), name="Long ago", choice={"quarter": ["2010-11-Q1"]})
    opened = lead.get(find_link(lead.get("/cohort/saved"), "Long ago"))
    assert "Choose one of the options in the list" in text_of(opened)
    assert "Long ago" not in text_of(lead.get("/cohort/side-by-side"))
