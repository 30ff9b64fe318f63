"""Applications for the tests: migrated databases of both kinds, a fixed clock, and people to sign in as.

What takes long and proves nothing twice is done once: a process compiles each template and each SQL statement once, for
all its applications, it builds and checks the files of a return once for what they hold, and passwords are hashed
lightly but where a test is about that. Rules of addresses are compiled at their first use.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from cachetools import LRUCache, cached
from flask import Flask
from flask_migrate import upgrade
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect
from werkzeug.routing import Rule

from star_tracker.app import create_app
from star_tracker.config import Settings
from star_tracker.exports.contents import digest_contents
from star_tracker.exports.returns import bundle
from star_tracker.exports.returns.checks import listing
from star_tracker.extensions import db
from star_tracker.migrating import bind_migrations

NOW = datetime(2019, 4, 10, 12, 0, tzinfo=UTC)
TODAY = date(2019, 4, 10)
COUNCIL = 1
"""The council that every database begins with (migration 018)."""

KEY = "dGhlIGtleSBvZiB0aGUgdGVzdHMsIDMyIGJ5dGVzISE="
"""An encryption key, for invented names."""


LIVE: dict[str, Any] = {
    "demo": False,
    "secret_key": "a secret key for the tests, long enough",
    "address": "https://stars.example.org",
    "proxies": 1,
}
"""Settings of an installation that people sign in to with a password."""


LIGHT_HASH: dict[str, Any] = {"argon2__memory_cost": 64, "argon2__rounds": 1, "argon2__parallelism": 1}
"""How passwords are hashed in the tests, in passlib's words: in a millisecond."""


class CompiledTemplates(BytecodeCache):
    """The compiled templates of this process."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what another application has compiled."""
        if compiled := self._compiled.get(f"{bucket.key} {bucket.checksum}"):
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for the next."""
        self._compiled[f"{bucket.key} {bucket.checksum}"] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()


class RuleBuiltAtUse(Rule):
    """A rule of an address that is compiled when the first such address is written: most tests write few.

    To compile all of them takes 0.1 s an application.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(super(RuleBuiltAtUse, self)._compile_builder(append_unknown))
            return compiled[0](rule, **values)

        return build


Flask.url_rule_class = RuleBuiltAtUse


def _once(work: Callable[..., Any]) -> Callable[..., Any]:
    return cached(LRUCache[bytes, Any](64), key=digest_contents)(work)


bundle.build_part = _once(bundle.build_part)
listing.list_checks = _once(listing.list_checks)

DIALECTS: dict[str, Dialect] = {}
"""By its name, a dialect that knows the database of the tests: one that has connected to it."""

STATEMENTS: dict[Any, Any] = {}
"""The statements that this process has compiled, which SQLAlchemy looks up by dialect among others."""


def make_app(database_url: str, *, web: bool = False, is_hash_light: bool = True, **settings: Any) -> Flask:
    """An application on this database whose clock stands at ``NOW``."""
    values = {"demo": True, "secret_key": "a key for tests", "encryption_keys": (KEY,), "now": lambda: NOW, **settings}
    app = create_app(Settings(database_url=database_url, **values), web=web)
    bind_migrations(app)
    app.testing = True
    app.jinja_env.bytecode_cache = COMPILED
    if web and is_hash_light:
        app.extensions["security"].pwd_context.update(**LIGHT_HASH)
    with app.app_context():
        if dialect := DIALECTS.get(db.engine.name):
            db.engine.dialect = dialect
            db.engine.update_execution_options(compiled_cache=STATEMENTS)
    return app


def migrate_database(database_url: str) -> None:
    """Bring an empty database to the newest migration, and let go of it."""
    app = make_app(database_url)
    with app.app_context():
        upgrade()
        DIALECTS.setdefault(db.engine.name, db.engine.dialect)
        db.engine.dispose()


def make_sqlite_template(folder: Path) -> Path:
    """A migrated SQLite file to copy: faster than migrating anew for each test."""
    path = folder / "template.db"
    migrate_database(f"sqlite:///{path}")
    assert not path.with_name("template.db-wal").exists(), "the copy would miss what is still in the log"
    return path
