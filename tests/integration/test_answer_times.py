"""No answer takes longer because of what may not be known: the database is asked the same, in every case."""

from collections.abc import Mapping
from datetime import date

import pytest
from flask import Flask

from star_tracker.domain.looks import REFUSED
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import Kind
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Family, Parent
from tests.integration.test_duplicates import NEW
from tests.support.pages import LookingClient, read_token
from tests.support.statements import listing_statements
from tests.support.tiny import TinyService, add_star, begin_star, new_star, restrict_to

MISSING = 99999
ADDRESSES = [
    ("family", "/families/{}"),
    ("intervention", "/interventions/{}/close"),
    ("registration", "/registrations/{}"),
    ("registration", "/registrations/{}/stars/new"),
    ("star", "/stars/{}"),
    ("star", "/stars/{}/correct"),
    ("draft", "/drafts/{}"),
]
"""One for each way in which a record is loaded (``web.families.loading``)."""


@pytest.fixture
def service(web_app: Flask, tiny: TinyService) -> TinyService:
    """F1 of Crewe is restricted to nobody, F2 is Macclesfield's; both are called the Oaks, and so are their parents."""
    with web_app.app_context():
        for record in (*db.session.query(Family), *db.session.query(Parent)):
            record.name = "The Oaks"
        db.session.commit()
        restrict_to(tiny.family)
    return tiny


@pytest.fixture
def practitioner(client: LookingClient, service: TinyService) -> LookingClient:
    """A practitioner of Crewe."""
    client.sign_in(service.users[Role.PRACTITIONER])
    return client


@pytest.fixture
def not_theirs(web_app: Flask, service: TinyService) -> Mapping[str, tuple[int, int]]:
    """By kind, the ids of a record of the restricted family and of one of the other pod's."""
    with web_app.app_context():
        star = add_star(service.other_registration, new_star(Kind.START, date(2019, 1, 10))).id
        drafts = [begin_star(one, Kind.CLOSURE).id for one in (service.registration, service.other_registration)]
        other_intervention = db.session.get_one(Family, service.other_family).interventions[0].id
    return {
        "family": (service.family, service.other_family),
        "intervention": (service.intervention, other_intervention),
        "registration": (service.registration, service.other_registration),
        "star": (service.star, star),
        "draft": (drafts[0], drafts[1]),
    }


def list_refusals(app: Flask) -> list[tuple[str, list[str]]]:
    with app.app_context():
        entries = db.session.query(AuditEntry).filter_by(action=REFUSED).order_by(AuditEntry.id)
        return [(entry.action, sorted(entry.after or {})) for entry in entries]


@pytest.mark.parametrize(("record", "address"), ADDRESSES)
def test_what_is_not_theirs_is_refused_by_the_same_statements_as_what_is_not_there(
    web_app: Flask,
    practitioner: LookingClient,
    not_theirs: Mapping[str, tuple[int, int]],
    record: str,
    address: str,
) -> None:
    token = {"csrf_token": read_token(practitioner.get("/families/new").text)}
    for method in ("GET", "POST"):
        asked = {}
        for record_id in (*not_theirs[record], MISSING):
            with listing_statements(web_app) as asked[record_id]:
                answer = practitioner.open(address.format(record_id), method=method, data=token)
            assert answer.status_code in (404, 405), "of this page there is no form"
        assert asked[MISSING]
        assert [statements for statements in asked.values() if statements != asked[MISSING]] == []
    refusals = list_refusals(web_app)
    assert refusals
    assert [refusal for refusal in refusals if refusal != refusals[0]] == [], "and the trail says it in the same way"


@pytest.mark.parametrize("wanted", ["Oaks", "F1", "F2", "C-F1", "P1"])
def test_a_search_asks_the_same_whether_or_not_others_families_match(
    web_app: Flask, practitioner: LookingClient, wanted: str
) -> None:
    def ask(text: str) -> list[str]:
        with listing_statements(web_app) as asked:
            assert "0 families with" in practitioner.get(f"/families?q={text}").text
        return asked

    practitioner.get("/families")  # a session's first form stores its token
    assert ask(wanted) == ask("Nothing like it")


def test_a_familys_name_is_compared_by_the_same_statements_whether_or_not_others_have_it(
    web_app: Flask, practitioner: LookingClient, service: TinyService
) -> None:
    def ask(ref: str, name: str) -> int:
        form = NEW | {"ref": ref, "name": name, "pod_id": str(service.pod)}
        token = {"csrf_token": read_token(practitioner.get("/families/new").text)}
        with listing_statements(web_app) as asked:
            assert practitioner.post("/families/new", data=form | token).status_code == 302
        return len(asked)

    assert ask("F8", "The Oaks") == ask("F9", "The Elms")
