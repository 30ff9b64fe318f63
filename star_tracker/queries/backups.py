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
    """Copy the record, including its write-ahead log, by SQLite's own backup; writing can go on meanwhile.

    Args:
        to: an empty file, or one that does not exist yet.

    Raises:
        sqlite3.Error: it cannot be written; perhaps the disk is full.
    """
    with closing(db.engine.raw_connection()) as source, closing(sqlite3.connect(to)) as copy:
        assert isinstance(source.driver_connection, sqlite3.Connection)  # noqa: S101 - only called for SQLite
        source.driver_connection.backup(copy)


def finish_sqlite_copy(copied: Path) -> str:
    """Make the copy a single file that needs no other, and have SQLite check it.

    Returns:
        What is wrong with it; "" if nothing.
    """
    with closing(sqlite3.connect(copied)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
        (result,) = copy.execute("PRAGMA integrity_check").fetchone()
    return "" if result == "ok" else str(result)
