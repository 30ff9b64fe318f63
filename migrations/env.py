"""Runs the migrations on the application's database; Flask-Migrate calls it within an application context."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from alembic.operations import MigrationScript
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator


def render_plain_type(kind: str, item: Any, _autogenerate_context: object) -> str | Literal[False]:
    """Write our own column types as what they are in the database: a migration outlives the code of its day."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def name_in_sequence(_context: object, _revision: object, directives: list[MigrationScript]) -> None:
    """Number migrations 001, 002, ...; write none when the models have not changed."""
    script = directives[0]
    makes_file = hasattr(context.config.cmd_opts, "autogenerate")  # `db migrate`, and not `db check`
    if makes_file and script.upgrade_ops is not None and script.upgrade_ops.is_empty():
        directives[:] = []
        return
    head = context.script.get_current_head() or "0"
    script.rev_id = f"{int(head) + 1:03d}"


@contextmanager
def tables_made_anew(connection: Connection) -> Iterator[None]:
    """Let SQLite alter a table by copying it: without foreign keys meanwhile, and with a check of them afterwards.

    The driver is asked by itself, since the setting is deaf within a transaction.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
        if broken := driver.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"the migration broke references: {broken[:10]}")
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def write_file_anew(connection: Connection) -> None:
    """Let nothing that a migration replaced stay in a SQLite file's free pages, or in its log.

    PostgreSQL rewrites a table where its migration asks for it.
    """
    if connection.dialect.name != "sqlite":
        return
    connection.commit()  # of what was only read
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute("VACUUM")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        raise RuntimeError(
            f"the database is up to date, but its file still holds what was replaced, because VACUUM failed ({error}). "
            "Stop everything that uses the file, and run VACUUM on it with SQLite"
        ) from error


def run() -> None:
    """Bring the database to the revision that was asked for, each migration in a transaction of its own."""
    database = current_app.extensions["migrate"].db
    applied: list[object] = []
    with database.engine.connect() as connection, tables_made_anew(connection):
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_item=render_plain_type,
            process_revision_directives=name_in_sequence,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
            on_version_apply=lambda **about: applied.append(about["step"]),
        )
        with context.begin_transaction():
            context.run_migrations()
        if applied:
            write_file_anew(connection)


run()
