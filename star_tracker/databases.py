"""Connecting to SQLite or PostgreSQL, and describing in one sentence what is wrong with the database."""

import re
import sqlite3
from typing import Any

from sqlalchemy import URL, Engine, ExceptionContext, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from star_tracker.domain.errors import BusyError

URL_EXAMPLES = "sqlite:////srv/stars.db or postgresql://name:password@host/database (in a password, @ is written %40)"
DRIVERS = ("sqlite", "postgresql", "postgresql+psycopg")

CONNECTIONS = 8
"""The pool size of a process with four threads, each of which uses two: its page's, and its settings' or session's."""

SECONDS_FOR_A_CONNECTION = 5
"""How long a page waits before it says that the database does not answer."""

CONNECT_ARGS = {
    "connect_timeout": SECONDS_FOR_A_CONNECTION,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""libpq's parameters, unless the URL sets them: a server that is gone is noticed soon."""

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
"""By the beginning of SQLite's name for the error."""

_BUSY_SQLITE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_BUSY_POSTGRESQL = {"40001", "40P01", "55P03"}
"""The codes for a serialization failure, a deadlock, and a lock that was not available."""


def read_url(text: str) -> URL:
    """Parse the URL of a database.

    Raises:
        ValueError: it is not valid, or for another kind of database; the message has examples, but nothing of the URL,
            which may contain a password.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    # After an unescaped @ the rest of a password is taken for the host, which error messages would contain.
    if url is None or url.drivername not in DRIVERS or "@" in f"{url.host}{url.database}":
        raise ValueError(f"like {URL_EXAMPLES}")
    return url


def engine_options(address: str) -> dict[str, Any]:
    """SQLAlchemy's engine options: no values in logs, and no waiting for a PostgreSQL server that is gone."""
    url = read_url(address)
    options: dict[str, Any] = {"hide_parameters": True}
    if url.get_backend_name() == "postgresql":
        options |= {
            "pool_pre_ping": True,
            "pool_size": CONNECTIONS,
            "max_overflow": CONNECTIONS,
            "pool_timeout": 2 * SECONDS_FOR_A_CONNECTION,
            "connect_args": {name: value for name, value in CONNECT_ARGS.items() if name not in url.query},
        }
    return options


@event.listens_for(Engine, "handle_error")
def _attach_url(context: ExceptionContext) -> None:
    """Attach the URL to an error, for ``describe_failure``."""
    if context.engine and context.sqlalchemy_exception:
        vars(context.sqlalchemy_exception)["url"] = context.engine.url


@event.listens_for(Engine, "handle_error")
def _raise_busy(context: ExceptionContext) -> None:
    """Turn every error that means a busy database into the same exception.

    Raises:
        BusyError: somebody else has held a lock for too long, or there was a deadlock.
    """
    error: Any = context.original_exception
    if isinstance(error, sqlite3.OperationalError):
        is_busy = getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY_SQLITE  # the higher bits say why
    else:
        is_busy = getattr(error, "sqlstate", None) in _BUSY_POSTGRESQL
    if is_busy:
        raise BusyError from error


def describe_failure(error: BaseException | None) -> str:
    """What is wrong with the database, in one sentence without its password; "" if the error has another cause.

    A missing table or column counts as another cause.

    Args:
        error: SQLAlchemy's error, or one that was raised from it.
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


def lacks_tables(error: DBAPIError) -> bool:
    """Whether a table or a column is missing, because the database was never created or not upgraded."""
    return getattr(error.orig, "sqlstate", "") in ("42P01", "42703") or bool(
        re.match("no such (table|column)", str(error.orig))
    )
