"""The two databases that a record may be in: how they are reached, and in one sentence what is wrong with one."""

import re
import sqlite3
from typing import Any

from sqlalchemy import URL, Engine, ExceptionContext, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from star_tracker.domain.errors import BusyError

WRITTEN = "sqlite:////srv/stars.db or postgresql://name:password@host/database (in a password, @ is written %40)"
DRIVERS = ("sqlite", "postgresql", "postgresql+psycopg")

CONNECTIONS = 8
"""That a process keeps open for four threads: each uses two at a time, its page's and its settings' or session's."""

SECONDS_FOR_A_CONNECTION = 5
"""Before a page says that the database does not answer."""

PATIENT = {
    "connect_timeout": SECONDS_FOR_A_CONNECTION,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""What libpq is told unless the address says otherwise: a server that is gone is noticed, and nobody waits for it."""

UPGRADE = "run star-tracker db upgrade"
SQLITE_FAULTS = {
    "SQLITE_NOTADB": "is no database: set STAR_TRACKER_DATABASE_URL to the record's file",
    "SQLITE_CORRUPT": "is damaged: stop the service and restore the last backup",
    "SQLITE_CANTOPEN": (
        "cannot be opened: its folder must exist, and let this account write; the file must be no folder"
    ),
    "SQLITE_READONLY": "cannot be written to: let this account write the file and its folder",
    "SQLITE_PERM": "cannot be written to: let this account write the file and its folder",
    "SQLITE_FULL": "cannot be written to: the disk is full",
    "SQLITE_IOERR": "cannot be read or written: look at the disk",
}
"""By SQLite's name of the error, or its beginning."""

_BUSY_SQLITE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_BUSY_POSTGRESQL = {"40001", "40P01", "55P03"}
"""Its codes for a serialization failure, a deadlock, and a lock that was not to be had."""


def read_url(text: str) -> URL:
    """The address of a database.

    Raises:
        ValueError: it is none, or another kind's; the message says how one is written and repeats nothing of it, which
            may hold a password.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    # After an @ in a password the rest is taken for the host, and every error would say it.
    if url is None or url.drivername not in DRIVERS or "@" in f"{url.host}{url.database}":
        raise ValueError(f"like {WRITTEN}")
    return url


def engine_options(address: str) -> dict[str, Any]:
    """How SQLAlchemy is to reach it: no value in a log line; and no waiting for a PostgreSQL that is gone."""
    url = read_url(address)
    options: dict[str, Any] = {"hide_parameters": True}
    if url.get_backend_name() == "postgresql":
        options |= {
            "pool_pre_ping": True,
            "pool_size": CONNECTIONS,
            "max_overflow": CONNECTIONS,
            "pool_timeout": 2 * SECONDS_FOR_A_CONNECTION,
            "connect_args": {name: value for name, value in PATIENT.items() if name not in url.query},
        }
    return options


@event.listens_for(Engine, "handle_error")
def _remember_where(context: ExceptionContext) -> None:
    """Keep the address with an error, for whoever is to say which database it is about."""
    if context.engine and context.sqlalchemy_exception:
        vars(context.sqlalchemy_exception)["url"] = context.engine.url


@event.listens_for(Engine, "handle_error")
def _say_busy(context: ExceptionContext) -> None:
    """Every statement of every session that finds the database busy says so in the same way.

    Raises:
        BusyError: somebody else holds a lock for long, or two transactions wait for each other.
    """
    error: Any = context.original_exception
    if isinstance(error, sqlite3.OperationalError):
        is_busy = getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY_SQLITE  # the rest of the code says why
    else:
        is_busy = getattr(error, "sqlstate", None) in _BUSY_POSTGRESQL
    if is_busy:
        raise BusyError from error


def describe_failure(error: BaseException | None) -> str:
    """What is wrong with the database, in one sentence without its password; "" if the error is about something else.

    A table or a column that is missing is something else, on PostgreSQL and SQLite alike.

    Args:
        error: it, or what it was raised from, is SQLAlchemy's.
    """
    while error is not None and not isinstance(error, DBAPIError):
        error = error.__cause__
    if error is None:
        return ""
    url: URL | None = vars(error).get("url")
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorname", "")
        fault = next((words for name, words in SQLITE_FAULTS.items() if code.startswith(name)), "")
        return f"{url.database if url else 'the database'} {fault}" if fault else ""
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return f"PostgreSQL cannot be used ({' '.join(str(error.orig).split())}): check STAR_TRACKER_DATABASE_URL"
    return ""


def is_without_tables(error: DBAPIError) -> bool:
    """Whether a table or a column is missing: the record is not there yet, or is an older one."""
    return getattr(error.orig, "sqlstate", "") in ("42P01", "42703") or bool(
        re.match("no such (table|column)", str(error.orig))
    )
