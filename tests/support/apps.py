"""Applications for the tests: migrated databases of both kinds, a fixed clock, and people to sign in as."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade

from star_tracker import create_app
from star_tracker.config import Settings
from star_tracker.extensions import db

NOW = datetime(2019, 4, 10, 12, 0, tzinfo=UTC)
TODAY = date(2019, 4, 10)
KEY = "dGhlIGtleSBvZiB0aGUgdGVzdHMsIDMyIGJ5dGVzISE="
"""An encryption key, for invented names."""


LIVE: dict[str, Any] = {
    "demo": False,
    "secret_key": "a secret key for the tests, long enough",
    "address": "https://stars.example.org",
    "proxies": 1,
}
"""Settings of an installation that people sign in to with a password."""


def make_app(database_url: str, *, web: bool = False, **settings: Any) -> Flask:
    """An application on this database whose clock stands at ``NOW``."""
    values = {"demo": True, "secret_key": "a key for tests", "encryption_keys": (KEY,), "now": lambda: NOW, **settings}
    app = create_app(Settings(database_url=database_url, **values), web=web)
    app.testing = True
    return app


def migrate_database(database_url: str) -> None:
    """Bring an empty database to the newest migration, and let go of it."""
    app = make_app(database_url)
    with app.app_context():
        upgrade()
        db.engine.dispose()


def make_sqlite_template(folder: Path) -> Path:
    """A migrated SQLite file to copy: faster than migrating anew for each test."""
    path = folder / "template.db"
    migrate_database(f"sqlite:///{path}")
    assert not path.with_name("template.db-wal").exists(), "the copy would miss what is still in the log"
    return path
