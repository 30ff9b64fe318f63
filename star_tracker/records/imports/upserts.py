"""Inserting rows that may exist already: both databases can, each with an INSERT of its own dialect."""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from star_tracker.models import Model

_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_into(connection: Connection, model: type[Model]) -> Any:
    """An INSERT in the connection's dialect, with ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return _INSERT[connection.dialect.name](model)
