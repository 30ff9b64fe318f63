"""The whole record as one file, as it stands at one instant."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from star_tracker.extensions import db


def get_address() -> URL:
    """The database of the current application."""
    return db.engine.url


def copy_sqlite_file(to: Path) -> None:
    """Copy the record, with what is still in its write-ahead log, by SQLite's own backup; who writes goes on writing.

    Args:
        to: an empty file, or none yet.

    Raises:
        sqlite3.Error: it cannot be written; the disk is full, perhaps.
    """
    with closing(db.engine.raw_connection()) as source, closing(sqlite3.connect(to)) as copy:
        assert isinstance(source.driver_connection, sqlite3.Connection)  # noqa: S101 - only SQLite is asked
        source.driver_connection.backup(copy)


def finish_sqlite_copy(copied: Path) -> str:
    """Make a copy one file that needs nothing beside it, and have SQLite check it.

    Returns:
        What is wrong with it; "" if nothing is.
    """
    with closing(sqlite3.connect(copied)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
        (found,) = copy.execute("PRAGMA integrity_check").fetchone()
    return "" if found == "ok" else str(found)
