"""Databases that tests copy, what somebody finds who has one and no key, and what one is asked."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, inspect, text

from star_tracker.extensions import db
from tests.support.postgres import PostgresServer


@contextmanager
def copied_database(request: pytest.FixtureRequest, *, sqlite: str, postgresql: str) -> Iterator[str]:
    """The address of a copy of a database, of the kind that the parameter says.

    Args:
        request: of a fixture with the parameter "sqlite" or "postgresql".
        sqlite: the fixture that made the SQLite file to copy.
        postgresql: the fixture that made the PostgreSQL database to copy, and gives its name.
    """
    if request.param == "sqlite":
        folder: Path = request.getfixturevalue("tmp_path")
        yield f"sqlite:///{shutil.copy(request.getfixturevalue(sqlite), folder / 'test.db')}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database(template=request.getfixturevalue(postgresql)) as url:
        yield url


def read_rows(statement: str) -> list[tuple[object, ...]]:
    """The rows that a statement in SQL finds, over a connection of its own."""
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def read_whole_database() -> str:
    """Everything in the current application's database: a SQLite file's bytes and its log's, or every column."""
    if db.engine.dialect.name == "sqlite":
        path = Path(str(db.engine.url.database))
        files = [path, *path.parent.glob(f"{path.name}-*")]
        return "".join(file.read_bytes().decode("utf-8", "replace") for file in files)
    found = []
    for table in inspect(db.session.connection()).get_table_names():
        rows = db.session.execute(text(f'SELECT CAST(t AS text) FROM "{table}" AS t'))
        found += [str(row[0]) for row in rows]
    return "\n".join(found)


@contextmanager
def counted_queries(app: Flask) -> Iterator[list[str]]:
    """The statements that the database is sent meanwhile."""
    sent: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    yield sent
    event.remove(engine, "before_cursor_execute", listen)
