"""What somebody finds who has the database and no key, and what it is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import event, text

from star_tracker.extensions import Base, db


def read_whole_database() -> str:
    """Everything in the current application's database: a SQLite file's bytes and its log's, or every column."""
    if db.engine.dialect.name == "sqlite":
        path = Path(str(db.engine.url.database))
        files = [path, *path.parent.glob(f"{path.name}-*")]
        return "".join(file.read_bytes().decode("utf-8", "replace") for file in files)
    found = []
    for table in Base.metadata.sorted_tables:
        rows = db.session.execute(text(f'SELECT CAST(t AS text) FROM "{table.name}" AS t'))
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
