"""Looking is logged before anything is shown: pages of a family, searches, downloads; and what cannot be, is not."""

import sqlite3
import threading
import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from star_tracker import extensions
from star_tracker.extensions import db
from tests.support.apps import NOW
from tests.support.pages import LookingClient, text_of
from tests.support.tiny import TinyService
from tests.support.trail import list_looks

TABLET: dict[str, Any] = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}


@pytest.mark.parametrize(
    ("address", "page", "entity"),
    [
        ("/families/{family}", "families.show", "family"),
        ("/families/{family}/parents/new", "families.add_parent", "family"),
        ("/families/{family}/interventions/new", "interventions.add", "family"),
        ("/interventions/{intervention}/close", "interventions.close", "intervention"),
        ("/registrations/{registration}", "stars.show_parent", "registration"),
        ("/registrations/{registration}/star.svg", "stars.download_parent", "registration"),
        ("/registrations/{registration}/stars/new", "drafts.begin", "registration"),
        ("/stars/{star}", "stars.show", "star"),
        ("/stars/{star}/correct", "stars.correct", "star"),
        ("/stars/{star}/withdraw", "stars.withdraw", "star"),
        ("/stars/{star}/talk", "talks.show", "star"),
        ("/stars/{star}/star.svg", "talks.picture", "star"),
        ("/stars/{star}/sheet", "talks.sheet", "star"),
    ],
)
def test_every_page_of_a_family_is_logged_once_with_who_when_what_and_from_where(
    web_app: Flask, lead: LookingClient, tiny: TinyService, address: str, page: str, entity: str
) -> None:
    assert lead.get(address.format_map(vars(tiny)), **TABLET).status_code == 200
    [look] = list_looks(web_app)
    assert (look.actor, look.at, look.source) == ("lead@example.org", NOW, "192.0.2.7")
    assert (look.action, look.entity, look.entity_id) == ("read", entity, getattr(tiny, entity))
    assert (look.family_id, look.after) == (tiny.family, {"page": page})


def test_a_form_that_is_sent_is_logged_too(web_app: Flask, lead: LookingClient, tiny: TinyService) -> None:
    lead.send(f"/stars/{tiny.star}/withdraw", {"reason": ""})
    assert [look.after for look in list_looks(web_app)] == [{"page": "stars.withdraw"}] * 2


def test_a_search_is_logged_with_its_text_which_the_database_cannot_read(web_app: Flask, lead: LookingClient) -> None:
    lead.get("/families?q=Ashworth")
    lead.get("/families?page=2")
    assert [(look.action, look.after) for look in list_looks(web_app)] == [
        ("search", {"text": "Ashworth"}),
        ("search", {"text": "", "page_number": 2}),
    ]
    with web_app.app_context():
        stored = db.session.scalars(text("SELECT after FROM audit_entries WHERE action = 'search'")).all()
    assert not [value for value in stored if "Ashworth" in value]


@pytest.mark.parametrize(
    ("address", "entity", "family", "details"),
    [
        ("/registrations/{registration}/star.csv", "registration", True, {"form": "csv"}),
        ("/registrations/{registration}/star.png?save=1", "registration", True, {"form": "png"}),
        ("/cohort/star.csv", "cohort", False, {"file": "cohort-star-as-at-2019-04-10.csv", "chosen": {}}),
        (
            "/cohort/star.svg?save=1&pod=Crewe",
            "cohort",
            False,
            {"file": "cohort-star-Crewe-as-at-2019-04-10.svg", "chosen": {"pod": ["Crewe"]}},
        ),
        ("/cohort/view.pdf", "cohort", False, {"file": "cohort-view-as-at-2019-04-10.pdf", "chosen": {}}),
        (
            "/cohort/tables.xlsx?pod=Crewe",
            "cohort",
            False,
            {"file": "cohort-tables-Crewe-as-at-2019-04-10.xlsx", "chosen": {"pod": ["Crewe"]}},
        ),
        ("/cohort/measures.csv", "cohort", False, {"file": "cohort-measures-as-at-2019-04-10.csv", "chosen": {}}),
        (
            "/returns/1/2018-19-Q4/published/workbook",
            "return",
            False,
            {"file": "star-return-the-council-2018-19-Q4-published-draft.xlsx"},
        ),
        (
            "/returns/1/2018-19-Q4/restricted/files",
            "return",
            False,
            {"file": "star-return-the-council-2018-19-Q4-restricted-draft.zip"},
        ),
    ],
)
def test_every_download_is_logged(
    web_app: Flask,
    lead: LookingClient,
    tiny: TinyService,
    address: str,
    entity: str,
    family: bool,
    details: dict[str, Any],
) -> None:
    assert lead.get(address.format_map(vars(tiny))).status_code == 200
    [look] = list_looks(web_app)
    page = {"page": "stars.download_parent"} if family else {}
    assert (look.action, look.entity, look.after) == ("download", entity, page | details)
    assert look.family_id == (tiny.family if family else None)


def test_a_family_that_may_not_be_seen_is_not_logged_as_seen(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    client.sign_in(tiny.practitioner_elsewhere)
    for address in (f"/families/{tiny.family}", f"/stars/{tiny.star}", f"/registrations/{tiny.registration}"):
        assert client.get(address).status_code == 404
    assert list_looks(web_app) == []


@pytest.mark.parametrize(
    "address",
    [
        "/families/{family}",
        "/stars/{star}",
        "/families",
        "/caseload",
        "/caseload/overview",
        "/cohort",
        "/cohort/star.svg",
        "/cohort/measures.csv",
        "/returns/1/2018-19-Q4/restricted",
    ],
)
def test_a_page_that_cannot_be_logged_is_not_shown(
    web_app: Flask, lead: LookingClient, tiny: TinyService, address: str
) -> None:
    with web_app.app_context():
        db.session.execute(text("DELETE FROM audit_chain"))
        db.session.commit()
    web_app.testing = False  # as in earnest: a fault becomes a page
    response = lead.get(address.format_map(vars(tiny)))
    assert response.status_code == 500
    assert "Try again" in text_of(response)
    assert "F1" not in text_of(response)


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extensions, "BUSY_TIMEOUT_SECONDS", 1)


@pytest.fixture
def other_writer(sqlite_url: str, web_app: Flask, tiny: TinyService) -> sqlite3.Connection:
    """Somebody else's connection to the same file."""
    return sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)


def test_a_page_waits_while_somebody_else_is_writing(
    web_app: Flask, lead: LookingClient, tiny: TinyService, other_writer: sqlite3.Connection
) -> None:
    other_writer.execute("BEGIN IMMEDIATE")

    def let_go() -> None:
        time.sleep(0.5)
        other_writer.execute("COMMIT")

    thread = threading.Thread(target=let_go)
    thread.start()
    assert lead.get(f"/families/{tiny.family}").status_code == 200
    thread.join()
    other_writer.close()
    assert len(list_looks(web_app)) == 1


@pytest.mark.usefixtures("short_patience")
def test_page_that_cannot_be_logged_for_long_asks_to_try_again_and_shows_no_family(
    web_app: Flask, lead: LookingClient, tiny: TinyService, other_writer: sqlite3.Connection
) -> None:
    other_writer.execute("BEGIN IMMEDIATE")
    response = lead.get(f"/families/{tiny.family}")
    other_writer.execute("ROLLBACK")
    other_writer.close()
    assert response.status_code == 503
    assert "Wait a minute, then try again" in text_of(response)
    assert "F1" not in text_of(response)
    assert list_looks(web_app) == []
