"""The Flask extensions, which ``create_app`` binds to the application, and SQLite's connection settings."""

import sqlite3
from typing import Any

from flask import g, has_request_context
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of all models; its constraints have names, so that migrations can find them."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={"expire_on_commit": False},  # what was just written need not be read again
)
csrf = CSRFProtect()

BUSY_TIMEOUT_SECONDS = 5


@event.listens_for(Engine, "connect")
def _set_up_sqlite(connection: Any, _record: object) -> None:
    """Set WAL, foreign keys and a busy timeout; the driver sends no BEGIN, because ``_begin_sqlite`` does.

    ANALYZE and ``PRAGMA optimize`` are never run: cohorts are as fast without (docs/performance.md), and what SQLite
    does then depends on the tables alone.
    """
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA mmap_size = {256 * 1024 * 1024}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """Take SQLite's write lock at the start of a transaction that will write.

    A deferred transaction that reads and then writes fails under load however long the timeout; an immediate one
    waits its turn. ``records`` requests it with the execution option ``writes=True``.
    """
    if connection.dialect.name == "sqlite":
        immediate = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@event.listens_for(db.session, "after_commit")
def _forget_actor(_session: object) -> None:
    """What was written may be the roles or pods of whoever asks: ``web.auth.access`` reads them again."""
    if has_request_context():
        g.pop("actor", None)
