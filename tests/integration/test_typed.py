"""What a page tells the script that keeps what is typed: whose it is, the key, and whether the last form was saved."""

import re

import pytest
from flask import Flask

from star_tracker.domain.roles import Role
from tests.support.live import LiveClient, live_person
from tests.support.pages import HTML, LookingClient, parse_page, read_token
from tests.support.tiny import TinyService


@pytest.fixture
def lead(client: LookingClient, tiny: TinyService) -> LookingClient:
    client.sign_in(tiny.users[Role.LEAD])
    client.get("/about")  # whatever signing in has said is said
    return client


def told(page: str) -> dict[str, str]:
    """What the page says to the script."""
    [dialog] = [each for each in parse_page(page).iter() if each.tag == f"{HTML}dialog"]
    return {name.removeprefix("data-"): value for name, value in dialog.attrib.items() if name.startswith("data-")}


def test_page_after_a_saved_form_reports_it_once(lead: LookingClient, tiny: TinyService) -> None:
    address = f"/families/{tiny.family}/parents/new"
    lead.send(address, {"ref": "P9"})
    assert told(lead.get("/about").text)["taken"] == address
    assert told(lead.get("/about").text)["taken"] == ""


def test_a_form_that_comes_back_is_not_said_to_be_saved(lead: LookingClient, tiny: TinyService) -> None:
    address = f"/families/{tiny.family}/parents/new"
    assert "refused" not in told(lead.get(address).text)
    assert "refused" in told(lead.send(address, {"ref": ""}).text)
    assert told(lead.get("/about").text)["taken"] == ""


def test_a_refusal_that_leads_to_another_page_is_not_said_to_be_saved(lead: LookingClient, tiny: TinyService) -> None:
    address = f"/interventions/{tiny.intervention}/close"
    token = read_token(lead.get(address).text)
    data = {"closed_on": "9/4/2019", "reason": "completed", "missing_is_known": "y", "csrf_token": token}
    assert lead.post(address, data=data).status_code == 302
    assert told(lead.get("/about").text)["taken"] == address
    assert lead.post(address, data=data).status_code == 302, "it is closed already"
    assert told(lead.get("/about").text)["taken"] == ""


def test_everybody_has_a_key_of_their_own_which_stays_the_same(client: LookingClient, tiny: TinyService) -> None:
    keys: list[str] = []
    for role in (Role.LEAD, Role.PRACTITIONER, Role.LEAD):
        client.sign_in(tiny.users[role])
        keys.append(told(client.get("/caseload").text)["key"])
    assert re.fullmatch("[0-9a-f]{64}", keys[0])
    assert keys[0] == keys[2] != keys[1]


def test_a_page_on_which_a_password_is_typed_has_no_key(live_app: Flask, live_client: LiveClient) -> None:
    with live_app.app_context():
        person = live_person()
    live_client.enter(person)
    assert told(live_client.get("/account/password").text)["key"] == ""
    assert told(live_client.get("/caseload").text)["key"]


def test_a_page_learns_the_token_of_a_session_that_began_after_it(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    client.delete_cookie("session")
    assert client.get("/session").json == {"seconds": 0}
    client.sign_in(tiny.users[Role.LEAD])
    session = client.get("/session").json
    assert session is not None
    assert session["user"] == str(tiny.users[Role.LEAD])
    data = {"ref": "P9", "csrf_token": session["token"]}
    assert client.post(f"/families/{tiny.family}/parents/new", data=data).status_code == 302
