"""A backup while people record: a whole, checked file that holds all that was recorded before it began."""

import os
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

from flask import Flask

from star_tracker.domain.looks import READ
from star_tracker.domain.permissions import COMMAND_LINE
from star_tracker.extensions import db
from star_tracker.models import AuditEntry
from star_tracker.records.access_log import log_access
from tests.integration.test_command_line import run
from tests.support.apps import make_app
from tests.support.commands import FailingCommands
from tests.support.tiny import by

WRITERS = 3


class Writers:
    """People who go on writing entries of the audit trail until they are told to stop."""

    def __init__(self, app: Flask) -> None:
        self._app, self._stop = app, threading.Event()
        self._wrote = threading.Semaphore(0)
        self.written: list[str] = []
        self._threads = [threading.Thread(target=self._write, args=[number]) for number in range(WRITERS)]

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        self.wait_for(20)
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, more: int) -> None:
        """Return when so many more entries are written."""
        for _ in range(more):
            assert self._wrote.acquire(timeout=60)

    def _write(self, number: int) -> None:
        with self._app.app_context():
            turn = 0
            while not self._stop.is_set():
                name = f"{number}-{turn}"
                log_access(by(COMMAND_LINE), action=READ, entity="family", details={"page": name})
                self.written.append(name)
                self._wrote.release()
                turn += 1


def list_entries(url: str) -> list[AuditEntry]:
    app = make_app(url)
    with app.app_context():
        entries = db.session.query(AuditEntry).order_by(AuditEntry.id).all()
        db.session.remove()
        db.engine.dispose()
    return entries


def test_a_backup_made_while_people_record_is_whole_and_misses_nothing(sqlite_url: str, tmp_path: Path) -> None:
    app = make_app(sqlite_url)
    folder = tmp_path / "backups"
    folder.mkdir()
    file = folder / "copy.db"
    with Writers(app) as writers:
        before = set(writers.written)
        done = run(sqlite_url, "backup", str(file))
        writers.wait_for(20)  # they were never stopped
    with app.app_context():
        db.engine.dispose()
    assert done.returncode == 0, done.stderr
    assert f"Copied the whole record to {file}: {file.stat().st_size:,} bytes" in done.stdout
    assert "The encryption keys are not in it" in done.stderr
    assert os.listdir(folder) == ["copy.db"], "nothing is needed beside it"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with closing(sqlite3.connect(file)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert copy.execute("PRAGMA journal_mode").fetchall() == [("delete",)]
    entries = list_entries(f"sqlite:///{file}")
    assert before <= {entry.after["page"] for entry in entries if entry.after and entry.action == READ}
    of_backups = [(entry.action, entry.actor, entry.after) for entry in entries if entry.entity == "backup"]
    assert of_backups == [("download", "command line", {"file": "copy.db"})]
    verified = run(f"sqlite:///{file}", "audit", "verify")
    assert verified.returncode == 0, verified.stderr
    assert verified.stdout.split()[-1] in done.stdout


def test_a_backup_overwrites_nothing(sqlite_url: str, tmp_path: Path, commands: FailingCommands) -> None:
    file = tmp_path / "copy.db"
    file.write_text("something else")
    said = commands.said_by("backup", str(file), STAR_TRACKER_DATABASE_URL=sqlite_url)
    assert said == f"Error: {file} is there already, and is left as it is: choose another name\n"
    assert file.read_text() == "something else"
    assert list_entries(sqlite_url) == []


def test_a_backup_that_cannot_be_written_leaves_nothing(
    sqlite_url: str, tmp_path: Path, commands: FailingCommands
) -> None:
    said = commands.said_by("backup", str(tmp_path / "not" / "there.db"), STAR_TRACKER_DATABASE_URL=sqlite_url)
    assert said.startswith("Error: ")
    assert "there.db cannot be written: No such file or directory" in said
    assert len(said.splitlines()) == 1
    assert {name.partition("-")[0] for name in os.listdir(tmp_path)} == {"test.db"}


def test_backup_of_an_altered_trail_is_kept_with_a_warning(
    sqlite_url: str, tmp_path: Path, commands: FailingCommands
) -> None:
    app = make_app(sqlite_url)
    with app.app_context():
        for page in ("one", "two"):
            log_access(by(COMMAND_LINE), action=READ, entity="family", details={"page": page})
        db.session.connection(execution_options={"writes": True})
        db.session.query(AuditEntry).filter_by(id=1).update({"actor": "somebody else"})
        db.session.commit()
        db.engine.dispose()
    file = tmp_path / "copy.db"
    said = commands.said_by("backup", str(file), STAR_TRACKER_DATABASE_URL=sqlite_url)
    assert f"{file} was written as the record is, and its audit trail has a fault: entry 1 does not say" in said
    assert len(list_entries(f"sqlite:///{file}")) == 3


def test_a_record_in_postgresql_is_copied_by_its_own_command(
    postgres_url: str, tmp_path: Path, commands: FailingCommands
) -> None:
    url = postgres_url.replace("postgres@", "postgres:hush-hush@")
    said = commands.said_by("backup", str(tmp_path / "copy.dump"), STAR_TRACKER_DATABASE_URL=url)
    assert said.startswith("Error: the record is in PostgreSQL")
    assert f"pg_dump --format=custom --file={tmp_path}/copy.dump 'postgresql://postgres@/test_" in said
    assert len(said.splitlines()) == 1
    assert "hush" not in said
