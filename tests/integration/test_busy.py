"""A database that is busy with others: what a person and a page's script are told, wherever it happens."""

import sqlite3
from collections.abc import Callable, Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from star_tracker import extensions
from star_tracker.domain.errors import BusyError
from star_tracker.extensions import db
from tests.support.apps import make_app
from tests.support.live import (
    LiveClient,
    LivePerson,
    forget_last_code,
    live_installation,
    live_person,
    make_user_link,
    new_client,
)
from tests.support.pages import path_of, read_token, text_of
from tests.support.postgres import PostgresServer

PATIENCE = "200ms"
WHAT_TO_DO = "Wait a minute, then try again"


@pytest.fixture
def impatient_url(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database that waits a moment for its locks."""
    monkeypatch.setattr(extensions, "BUSY_TIMEOUT_SECONDS", 0.2)
    if database_url.startswith("sqlite"):
        return database_url
    return f"{database_url}&options=-clock_timeout%3D{PATIENCE}"


@pytest.fixture
def impatient_app(impatient_url: str) -> Iterator[Flask]:
    with live_installation(impatient_url) as app:
        yield app


@pytest.fixture
def lead(impatient_app: Flask) -> LivePerson:
    with impatient_app.app_context():
        return live_person("lead@example.org")


@pytest.fixture
def hold(impatient_url: str, lead: LivePerson) -> Iterator[Callable[[], object]]:
    """Somebody else begins a long transaction that writes what signing in needs."""
    if impatient_url.startswith("sqlite"):
        file = sqlite3.connect(impatient_url.removeprefix("sqlite:///"), isolation_level=None)
        yield lambda: [*file.execute("BEGIN IMMEDIATE")]
        file.close()
        return
    with psycopg.connect(impatient_url) as other:

        def lock() -> None:
            for table in ("users", "tallies", "sessions", "audit_chain", "password_links"):
                other.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")

        yield lock
        other.rollback()


def assert_busy(client: LiveClient, address: str, data: dict[str, str]) -> None:
    """A person reads what to do; a page's script is answered in its own way."""
    page = client.post(address, data=data)
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert WHAT_TO_DO in text_of(page)
    answer = client.post(address, data=data, headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert WHAT_TO_DO in answer.get_json()["message"]


def test_signing_in_while_the_database_is_busy_is_answered_with_what_to_do(
    impatient_app: Flask, lead: LivePerson, hold: Callable[[], object]
) -> None:
    client, link = new_client(impatient_app), make_user_link(impatient_app, lead)
    first, choose = client.get("/sign-in").text, client.get(link).text
    password = {"email": lead.email, "password": "violet teapot under nine umbrellas"}
    other = new_client(impatient_app)
    assert path_of(other.give_password(**password)) == "/sign-in/code"
    second = other.get("/sign-in/code").text
    hold()
    assert_busy(client, "/sign-in", password | {"csrf_token": read_token(first)})
    assert_busy(client, link, {"password": "seven quiet purple wheelbarrows", "csrf_token": read_token(choose)})
    assert_busy(other, "/sign-in/code", {"code": lead.code(), "csrf_token": read_token(second)})


def test_signing_out_and_a_session_that_cannot_be_kept_are_answered_alike(
    impatient_app: Flask, lead: LivePerson, hold: Callable[[], object]
) -> None:
    client, other = new_client(impatient_app), new_client(impatient_app)
    client.enter(lead)
    token = read_token(client.get("/about").text)
    forget_last_code(impatient_app, lead)
    other.enter(lead)
    hold()
    assert_busy(client, "/sign-out", {"csrf_token": token})
    page = other.get("/about")  # whose first form's token would be stored
    assert page.status_code == 503
    assert WHAT_TO_DO in text_of(page)
    assert new_client(impatient_app).get("/sign-in").status_code == 200, "an anonymous page stores nothing"


@pytest.mark.parametrize("code", ["40001", "40P01", "55P03"])
def test_every_postgresql_code_for_a_busy_database_is_recognised(postgres_server: PostgresServer, code: str) -> None:
    with postgres_server.database() as url, make_app(url).app_context():
        statement = text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$")
        with pytest.raises(BusyError):
            db.session.execute(statement)
        db.session.remove()
        db.engine.dispose()
