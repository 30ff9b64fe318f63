"""What is typed in a form is kept by the server while it is typed: for the person who typed it, and for a week."""

import json
from datetime import timedelta

import pytest
from flask import Flask

from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.models import TypedForm
from star_tracker.records.accounts import typed_forms
from star_tracker.records.accounts.sessions import TYPED_FOR, begin_session
from star_tracker.records.accounts.typed_forms import get_typed_form, keep_typed_form
from tests.support.apps import NOW
from tests.support.pages import LookingClient, read_token
from tests.support.tiny import TinyService, fill_tiny_service

PATH = "/stars/7/talk"
ENTRIES = {"action_1": {"was": [], "now": ["Bed at 8"], "label": "What we agreed", "says": "Bed at 8"}}


def keep(client: LookingClient, entries: str, path: str = PATH) -> int:
    form = {"path": path, "entries": entries, "csrf_token": read_token(client.get("/account").text)}
    return client.post("/session/typed", data=form).status_code


def read(client: LookingClient, path: str = PATH) -> object:
    return client.get(f"/session/typed?path={path}").json


def test_it_comes_back_to_the_person_who_typed_it_alone(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    assert keep(client, json.dumps(ENTRIES)) == 204
    assert keep(client, json.dumps({"reason": {}}), "/stars/8/withdraw") == 204
    client.sign_in(tiny.users[Role.LEAD])
    assert read(client) == {"entries": {}}
    client.sign_in(tiny.users[Role.PRACTITIONER])
    assert read(client) == {"entries": ENTRIES}
    assert keep(client, "{}") == 204
    assert read(client) == {"entries": {}}
    assert read(client, "/stars/8/withdraw") == {"entries": {"reason": {}}}


@pytest.mark.parametrize("entries", ["", "[]", "{", "[" * 100_000, json.dumps({"note": "x" * 200_000})])
def test_what_is_no_form_is_refused(client: LookingClient, tiny: TinyService, entries: str) -> None:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    assert keep(client, entries) == 400
    assert keep(client, "{}", "https://elsewhere.example") == 400
    assert keep(client, "{}", "/" + "x" * 200) == 400


@pytest.mark.usefixtures("app")
def test_the_newest_stand_and_the_old_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typed_forms, "MOST_FORMS", 2)
    me = fill_tiny_service().users[Role.PRACTITIONER]
    for number in range(4):
        later = NOW + timedelta(minutes=number)
        keep_typed_form(me, path=f"/stars/{number}/talk", entries=ENTRIES, now=later)
    keep_typed_form(me, path="/stars/2/talk", entries={"action_1": {}}, now=NOW + timedelta(minutes=9))
    kept = [get_typed_form(me, path=f"/stars/{number}/talk", now=NOW + timedelta(hours=1)) for number in range(4)]
    assert kept == [{}, {}, {"action_1": {}}, ENTRIES]
    after = NOW + TYPED_FOR + timedelta(minutes=5)
    assert get_typed_form(me, path="/stars/3/talk", now=after) == {}
    begin_session("somebody", {}, user_id=me, now=after)
    assert db.session.query(TypedForm).count() == 1


def test_it_is_stored_encrypted(client: LookingClient, web_app: Flask, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    keep(client, json.dumps(ENTRIES))
    with web_app.app_context():
        stored = db.session.execute(db.text("SELECT entries FROM typed_forms")).scalar_one()
    assert "Bed" not in stored
