"""The demonstration service in a SQLite file, for the tests of pages and the browser tests: made once, then copied."""

from pathlib import Path

from star_tracker.extensions import db
from star_tracker.seed import seed_demonstration, sign_off_demonstration
from tests.support.apps import NOW, TODAY, make_app, make_sqlite_template


def make_demo_template(folder: Path) -> Path:
    """A SQLite file with the demonstration as at ``TODAY``: copying it takes milliseconds, making it a few seconds."""
    path = make_sqlite_template(folder).rename(folder / "demo.db")
    app = make_app(f"sqlite:///{path}")
    with app.app_context():
        seed_demonstration(anchor=TODAY, now=NOW)
        sign_off_demonstration(anchor=TODAY, now=NOW, settings=app.extensions["star_tracker"])
        db.session.remove()
        db.engine.dispose()
    assert not path.with_name("demo.db-wal").exists(), "the copy would miss what is still in the log"
    return path
