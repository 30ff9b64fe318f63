"""Inserting what may be there already: both databases can, each by an INSERT of its own."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from star_tracker.models import Model

_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_into(session: Session, model: type[Model]) -> Any:
    """An INSERT of this session's database, which has ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return _INSERT[session.get_bind().dialect.name](model)
