"""Recording through the pages on SQLite and on PostgreSQL: what a page has loaded must not stand in a write's way."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask

from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS
from star_tracker.extensions import db
from star_tracker.models import Star
from tests.support.apps import make_app
from tests.support.pages import LookingClient, path_of, read_token
from tests.support.recording import STAR, begin, complete, read_fields, record, score
from tests.support.tiny import TinyService, fill_tiny_service


@pytest.fixture
def both_app(database_url: str) -> Iterator[Flask]:
    app = make_app(database_url, web=True)
    app.test_client_class = LookingClient
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def tiny(both_app: Flask) -> TinyService:
    with both_app.app_context():
        return fill_tiny_service()


@pytest.fixture
def lead(both_app: Flask, tiny: TinyService) -> LookingClient:
    client = both_app.test_client()
    assert isinstance(client, LookingClient)
    client.sign_in(tiny.users[Role.LEAD])
    return client


def test_a_star_is_begun_saved_as_it_goes_and_recorded(lead: LookingClient, tiny: TinyService, both_app: Flask) -> None:
    draft = path_of(begin(lead, tiny.empty_registration, STAR))
    fields = read_fields(lead.get(draft).text)
    for area in AREAS:
        sent = {area: "5", "was": json.dumps({area: ""}), "revision": fields["revision"]}
        told = lead.post(
            draft, data=sent | {"csrf_token": fields["csrf_token"]}, headers={"Accept": "application/json"}
        )
        assert told.status_code == 200, told.text
        assert told.get_json()["saved"] == {area: "5"}
    assert path_of(complete(lead, draft)).endswith("/talk")
    with both_app.app_context():
        star = db.session.query(Star).filter_by(registration_id=tiny.empty_registration).one()
        assert [reading.value for reading in star.readings] == [5] * 10


def test_unanswered_areas_are_marked_as_not_discussed(lead: LookingClient, tiny: TinyService) -> None:
    draft = path_of(begin(lead, tiny.empty_registration, STAR))
    score(lead, draft, {"family_routine": "7"})
    page = lead.get(f"{draft}/check").text
    assert path_of(lead.post(f"{draft}/rest", data={"csrf_token": read_token(page)})) == f"{draft}/check"
    assert complete(lead, draft).status_code == 302


def test_a_star_in_progress_is_thrown_away(lead: LookingClient, tiny: TinyService) -> None:
    draft = path_of(begin(lead, tiny.empty_registration, STAR))
    assert path_of(lead.send(f"{draft}/discard", {})) == f"/families/{tiny.family}"
    assert lead.get(draft).status_code == 404


def test_a_star_is_corrected_and_withdrawn(lead: LookingClient, tiny: TinyService, both_app: Flask) -> None:
    record(lead, tiny.empty_registration, STAR)
    with both_app.app_context():
        star_id = db.session.query(Star.id).filter_by(registration_id=tiny.empty_registration).scalar()
    corrected = lead.send(f"/stars/{star_id}/correct", STAR | {"family_routine": "8", "reason": "A slip of the hand"})
    assert corrected.status_code == 302, corrected.text
    with both_app.app_context():
        new_id = db.session.query(Star.id).filter_by(replaces_id=star_id).scalar()
    assert lead.send(f"/stars/{new_id}/withdraw", {"reason": "The wrong family"}).status_code == 302
