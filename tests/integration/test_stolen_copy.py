"""A copy of the database without the keys confirms no guess, also of a record whose hashes once had no key."""

import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from star_tracker.domain.errors import DomainError
from star_tracker.domain.looks import READ, SEARCH
from star_tracker.extensions import db
from star_tracker.keys import KeyRing, WrongKeyError
from star_tracker.models import AuditEntry, RecordKey
from star_tracker.models.audit import FIRST_HASH
from star_tracker.queries.audit.audit_chain import verify_chain
from star_tracker.records.access_log import log_access
from star_tracker.records.accounts.tries import count_try
from star_tracker.records.families.family_names import rename_family
from star_tracker.records.key_rotation import rotate_keys
from tests.integration.test_command_line import run
from tests.support.apps import KEY, NOW, make_app
from tests.support.databases import copied_database, read_whole_database
from tests.support.postgres import PostgresServer
from tests.support.stolen import hash_without_key, recover
from tests.support.tiny import BY_SOMEBODY, add_family, fill_tiny_service

GUESSES = [
    *(f"{first} {last}" for first, last in product(("Ada", "Kim", "Lou", "Sam"), ("Pomfret-Ashe", "Smith", "Jones"))),
    *("Wobbleton", "Quillfeather", "somebody@example.org"),
    *(f"LCS-{number}" for number in range(70, 80)),
]
RIGHT = {"Kim Pomfret-Ashe", "Wobbleton", "LCS-77", "somebody@example.org"}
WITHOUT_KEY = "007"
"""The last migration before the one that gives the trail a key."""

ENTRIES = 1_003  # more than one batch of the migration


def test_a_copy_without_the_keys_confirms_no_guess(app: Flask) -> None:
    tiny = fill_tiny_service()
    family = add_family("F8", tiny.pod, "P1")
    names: dict[str, Any] = {"name": "Kim Pomfret-Ashe", "council_ref": "LCS-77"}
    rename_family(BY_SOMEBODY, family_id=family.id, **names, parent_names={family.parents[0].id: "Kim Pomfret-Ashe"})
    log_access(BY_SOMEBODY, action=SEARCH, entity="family", details={"text": "Wobbleton"})
    count_try("somebody@example.org", now=NOW)
    assert set(GUESSES) > RIGHT
    assert recover(GUESSES) == set()


def fill_without_key(url: str) -> None:
    """Make a database whose entries are hashed without a key."""
    with make_app(url).app_context():
        upgrade(revision=WITHOUT_KEY)
        values: list[dict[str, Any]] = [{"after": {"page": "families.show"}}] * ENTRIES
        values[1] = {"action": "rename", "before": {"name": ""}, "after": {"name": "Kim Pomfret-Ashe"}}
        values[-1] = {"action": "search", "after": {"text": "Wobbleton"}}
        last_hash = FIRST_HASH
        for number, value in enumerate(values):
            entry = AuditEntry(at=NOW, actor="ana@example.org", source="192.0.2.7", entity="family", entity_id=number)
            for name, said in ({"action": "read"} | value).items():
                setattr(entry, name, said)
            entry.previous_hash = last_hash
            entry.hash = last_hash = hash_without_key(entry)
            db.session.add(entry)
        db.session.add(RecordKey(fingerprint=KeyRing([KEY]).fingerprints()[0]))
        db.session.flush()
        end = {"entries": ENTRIES, "hash": last_hash}
        db.session.execute(text("UPDATE audit_chain SET entries = :entries, hash = :hash"), end)
        db.session.commit()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_without_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "without_key.db"
    fill_without_key(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_without_key(postgres_server: PostgresServer) -> str:
    postgres_server.make_template("without_key", fill_without_key)
    return "without_key"


@pytest.fixture(params=["sqlite", "postgresql"])
def url_without_key(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database whose trail has no key yet."""
    with copied_database(request, sqlite="sqlite_without_key", postgresql="postgres_without_key") as url:
        yield url


@pytest.fixture
def app_without_key(url_without_key: str) -> Iterator[Flask]:
    app = make_app(url_without_key)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def read_hashes() -> list[str]:
    hashes = list(db.session.scalars(text("SELECT hash FROM audit_entries ORDER BY id")))
    db.session.rollback()
    return hashes


def read_files() -> bytes:
    """Every byte that the database keeps on the disk for its tables."""
    if db.engine.dialect.name == "sqlite":
        return read_whole_database().encode()
    db.session.execute(text("CHECKPOINT"))
    folder, number = db.session.execute(
        text("SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()")
    ).one()
    return b"".join(path.read_bytes() for path in (Path(folder) / "base" / str(number)).iterdir())


def test_upgrade_leaves_a_chain_that_verifies_and_gives_nothing_away(app_without_key: Flask) -> None:
    assert recover(GUESSES) == {"Kim Pomfret-Ashe", "Wobbleton"}, "or this attack is none"
    old = read_hashes()
    upgrade()
    assert recover(GUESSES) == set()
    kept = read_files()
    assert read_hashes()[0].encode() in kept, "or these are not the files"
    assert not [digest for digest in old if digest.encode() in kept]
    log_access(BY_SOMEBODY, action=READ, entity="family", details={"page": "families.show"})
    assert verify_chain().entries == ENTRIES + 2
    entry = db.session.query(AuditEntry).filter_by(entity="audit_chain").one()
    assert (entry.action, entry.after) == ("seal", {"entries": ENTRIES, "last_hash_without_key": old[-1]})


def test_after_the_upgrade_a_hash_noted_before_still_answers_whichever_entry_was_the_last(
    app_without_key: Flask,
) -> None:
    noted = [read_hashes()[place] for place in (0, 500, -1)]
    upgrade()
    assert [verify_chain(expected=digest).expected_is_old for digest in noted] == [True] * 3
    assert not verify_chain(expected=read_hashes()[5]).expected_is_old
    with pytest.raises(DomainError, match="no entry has the expected hash"):
        verify_chain(expected="f" * 64)


def test_after_the_upgrade_the_key_can_be_changed_and_the_old_one_dropped(url_without_key: str) -> None:
    new = KeyRing.new_key()
    with make_app(url_without_key).app_context():
        upgrade()
        noted = verify_chain().hash
        db.engine.dispose()
    with make_app(url_without_key, encryption_keys=(new, KEY)).app_context():
        assert rotate_keys(BY_SOMEBODY)["audit_chain"] == 1
        db.engine.dispose()
    with make_app(url_without_key, encryption_keys=(new,)).app_context():
        log_access(BY_SOMEBODY, action=READ, entity="family", details={"page": "families.show"})
        assert verify_chain(expected=noted).entries == ENTRIES + 3
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE audit_entries SET actor = 'x' WHERE entity_id = 500", "entry 501 was changed or added by hand"),
        ("UPDATE audit_entries SET after = 'x' WHERE entity_id = 500", "entry 501 was changed or added by hand"),
        ("DELETE FROM audit_entries WHERE entity_id = 999", "entry 1001 .*, or one before it is missing"),
        (
            "DELETE FROM audit_entries WHERE entity_id >= 1000",
            "1,003 entries were written, and 1,000 of them are there",
        ),
        ("DELETE FROM audit_chain", "the row of audit_chain was deleted"),
    ],
)
def test_upgrade_refuses_a_chain_that_does_not_verify_and_changes_nothing(
    app_without_key: Flask, statement: str, words: str
) -> None:
    db.session.execute(text(statement))
    db.session.commit()
    before = read_hashes()
    with pytest.raises(DomainError, match=words):
        upgrade()
    assert read_hashes() == before
    assert db.session.scalar(text("SELECT version_num FROM alembic_version")) == WITHOUT_KEY
    assert db.session.scalar(text("SELECT count(hash) FROM audit_chain")) == (0 if "audit_chain" in statement else 1)


def test_upgrade_with_a_wrong_key_fails_and_changes_nothing(url_without_key: str) -> None:
    with make_app(url_without_key, encryption_keys=(KeyRing.new_key(),)).app_context():
        with pytest.raises(WrongKeyError):
            upgrade()
        assert db.session.scalar(text("SELECT hash FROM audit_chain")) == read_hashes()[-1]
        db.session.remove()
        db.engine.dispose()


def test_upgrade_refuses_in_one_line(sqlite_without_key: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{shutil.copy(sqlite_without_key, tmp_path / 'test.db')}"
    with make_app(url).app_context():
        db.session.execute(text("UPDATE audit_entries SET actor = 'x' WHERE entity_id = 500"))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    done = run(url, "db", "upgrade")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == (
        "Error: the audit trail is not as it was written: entry 501 was changed or added by hand, or one before it is "
        "missing. Nothing was changed: find out who did it, or restore a backup, before you upgrade"
    )
