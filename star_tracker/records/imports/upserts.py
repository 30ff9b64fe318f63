"""Inserting rows that may exist already: both databases can, each with an INSERT of its own dialect."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from star_tracker.models import Model

_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_into(session: Session, model: type[Model]) -> Any:
    """An INSERT in the session's dialect, with ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return _INSERT[session.get_bind().dialect.name](model)
