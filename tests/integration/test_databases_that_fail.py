"""A database that is missing, another's or gone: one clear line without the password, and the service goes on."""

import logging
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from star_tracker.cli import COMMANDS
from star_tracker.databases import SQLITE_FAULTS, describe_failure
from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from tests.support.apps import make_app
from tests.support.commands import FailingCommands
from tests.support.pages import LookingClient, text_of
from tests.support.postgres import PostgresServer
from tests.support.star_files import csv_text, registration
from tests.support.tiny import fill_tiny_service

PASSWORD = "hush-hush"


def make_pages(url: str) -> Flask:
    app = make_app(url, web=True)
    app.testing = False
    app.test_client_class = LookingClient
    return app


@pytest.fixture
def on_postgresql(postgres_server: PostgresServer, postgres_template: str) -> Iterator[Flask]:
    """Pages on PostgreSQL, answering errors as in earnest."""
    with postgres_server.database(template=postgres_template) as url:
        app = make_pages(url)
        yield app
        with app.app_context():
            db.engine.dispose()


def test_a_page_is_answered_after_the_database_has_dropped_every_connection(on_postgresql: Flask) -> None:
    with on_postgresql.app_context():
        lead = fill_tiny_service().users[Role.LEAD]
    client = on_postgresql.test_client()
    assert isinstance(client, LookingClient)
    client.sign_in(lead)
    assert client.get("/families").status_code == 200
    with on_postgresql.app_context():
        dropped = db.session.execute(
            text(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        ).scalar_one()
        assert dropped >= 1
        db.session.execute(text("SELECT 1"))
        own = db.session.connection().connection.dbapi_connection
        assert own is not None
    own.close()
    assert client.get("/families").status_code == 200


def test_a_postgresql_that_is_down_or_silent_gives_a_page_and_one_line(caplog: pytest.LogCaptureFixture) -> None:
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        down = f"postgresql://u:{PASSWORD}@127.0.0.1:{silent.getsockname()[1]}/stars?connect_timeout=2"
        for url, listening in ((down, False), (down, True)):
            if listening:
                silent.listen()
            caplog.clear()
            with caplog.at_level(logging.ERROR):
                response = make_pages(url).test_client().get("/families", headers={"Cookie": "session=somebody"})
            assert response.status_code == 500
            assert "Sorry, something went wrong" in text_of(response)
            assert len(caplog.records) == 1
            assert len(caplog.messages[0].splitlines()) == 1
            assert "PostgreSQL cannot be used" in caplog.text
            assert PASSWORD not in caplog.text
            assert "Traceback" not in caplog.text


def test_the_service_goes_on_while_a_sqlite_file_is_unusable(web_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    web_app.testing = False
    path = Path(str(web_app.config["SQLALCHEMY_DATABASE_URI"]).removeprefix("sqlite:///"))
    kept = path.rename(path.with_suffix(".kept"))
    path.mkdir()
    assert web_app.test_client().get("/about", headers={"Cookie": "session=somebody"}).status_code == 500
    assert f"{path} cannot be opened" in caplog.text
    assert "Traceback" not in caplog.text
    path.rmdir()
    kept.rename(path)
    assert web_app.test_client().get("/demo").status_code == 200


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///{folder}/nonsense.db", "nonsense.db is no database: set STAR_TRACKER_DATABASE_URL to"),
        ("sqlite:///{folder}", "cannot be opened: its folder must exist"),
        ("sqlite:///{folder}/not/there.db", "cannot be opened: its folder must exist"),
        ("sqlite:///{folder}/empty.db", "there is no record here yet, or an older one: run star-tracker db upgrade"),
        ("mysql://u:hush-hush@host/stars", "STAR_TRACKER_DATABASE_URL must be like sqlite:////"),
        ("postgresql+psycopg2://u:hush-hush@host/stars", "STAR_TRACKER_DATABASE_URL must be like sqlite:////"),
        ("postgresql://u:hush-hush@host:port/stars", "STAR_TRACKER_DATABASE_URL must be like sqlite:////"),
        ("postgresql://u:p@hush-hush@host/stars", "in a password, @ is written %40"),
        ("postgresql://u:hush-hush@127.0.0.1:1/stars", "PostgreSQL cannot be used"),
        ("hush-hush", "STAR_TRACKER_DATABASE_URL must be like sqlite:////"),
    ],
)
def test_a_wrong_database_is_one_line_without_the_password(
    url: str, words: str, tmp_path: Path, commands: FailingCommands
) -> None:
    (tmp_path / "nonsense.db").write_bytes(bytes(range(256)) * 16)
    said = commands.said_by("audit", "verify", STAR_TRACKER_DATABASE_URL=url.format(folder=tmp_path))
    assert said.startswith("Error: ")
    assert words in said
    assert len(said.splitlines()) == 1
    assert PASSWORD not in said


def test_a_postgresql_that_does_not_let_us_in_is_one_line(postgres_url: str, commands: FailingCommands) -> None:
    stranger = postgres_url.replace("postgres@", f"stranger:{PASSWORD}@")
    said = commands.said_by("audit", "verify", STAR_TRACKER_DATABASE_URL=stranger)
    assert said.startswith("Error: PostgreSQL cannot be used")
    assert 'role "stranger" does not exist' in said
    assert len(said.splitlines()) == 1
    assert PASSWORD not in said


ARGUMENTS = {
    "audit": ["verify"],
    "backup": ["{folder}/copy.db"],
    "cohort": [],
    "db": ["upgrade"],
    "export": ["{folder}/all.csv"],
    "import": ["{folder}/stars.csv"],
    "keys": ["rotate"],
    "return": ["2018-19-Q3", "--out", "{folder}/returns"],
    "remind": [],
    "serve": [],
    "user": ["link", "a@example.org"],
}


def test_every_command_says_that_a_file_is_no_database(tmp_path: Path, commands: FailingCommands) -> None:
    assert set(ARGUMENTS) | {"demo"} == set(COMMANDS), "demo has a database of its own"
    (tmp_path / "nonsense.db").write_bytes(bytes(range(256)) * 16)
    (tmp_path / "stars.csv").write_text(csv_text([registration()]))
    for command, arguments in ARGUMENTS.items():
        given = [argument.format(folder=tmp_path) for argument in arguments]
        said = commands.said_by(command, *given, STAR_TRACKER_DATABASE_URL=f"sqlite:///{tmp_path}/nonsense.db")
        assert "nonsense.db is no database" in said.splitlines()[-1], (command, said)


@pytest.mark.parametrize("name", SQLITE_FAULTS)
def test_each_fault_of_sqlite_has_its_words(name: str) -> None:
    fault = sqlite3.OperationalError("some words")
    fault.sqlite_errorname = f"{name}_MORE"
    assert describe_failure(DBAPIError("SELECT 1", {}, fault)) == f"the database {SQLITE_FAULTS[name]}"


def test_an_error_that_is_about_something_else_is_left_to_its_traceback() -> None:
    for error in (ValueError("x"), DBAPIError("SELECT 1", {}, sqlite3.OperationalError("no such table: families"))):
        assert describe_failure(error) == ""
