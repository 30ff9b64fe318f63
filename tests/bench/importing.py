"""Importing and exporting 100,000 Stars: how long it takes, and how long others wait meanwhile.

``python -m tests.bench.importing`` measures it on SQLite and on PostgreSQL, which writes every commit to the disk.
``--stars N`` takes another number of Stars; ``--million`` also makes the record ten times as large, and times what
derives all standings of it: migration 015, and ``db check-derived``. How to read it:

- The import is the command, in a process of its own. What it is compared with happens in the bench's process: the file
  is read to cells of text, and the same rows are inserted into an empty record by the driver alone, in one transaction
  (``executemany``, or COPY), with the same constraints and indexes. *of that computing* leaves out what PostgreSQL's
  server computes.
- Others, in one thread of the bench's process, do one thing after the other, as pages do: log a look and read a family,
  save an answer of a Star in progress, and end the sessions of a practitioner whom the file names. First nothing else
  goes on; then the import does. They share the processors with it.
- Exports are commands too: a second of each is Python's start and the imports of modules.
"""

import argparse
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from flask import Flask
from flask_migrate import downgrade, upgrade

from star_tracker.domain.context import Context
from star_tracker.domain.drafts import FieldChange
from star_tracker.domain.looks import READ
from star_tracker.domain.permissions import Actor
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS, Kind
from star_tracker.extensions import db
from star_tracker.models import Family, Intervention, Model, Parent, Pod, Reading, Registration, Star, User
from star_tracker.queries.families.families import get_family
from star_tracker.records.access_log import log_access
from star_tracker.records.accounts.sessions import end_sessions
from star_tracker.records.derived import check_standings
from star_tracker.records.stars.drafts import save_draft
from star_tracker.records.transactions import write
from star_tracker.starfile.reading import read_cells
from tests.bench.commands import derive_standings, run_export, run_import, write_star_file
from tests.bench.multiplied import multiply_service
from tests.bench.practitioners import Requests
from tests.bench.processes import Measured
from tests.bench.report import print_aim, print_commands, print_heading, print_waits, tell_step
from tests.support.apps import make_app, migrate_database
from tests.support.postgres import running_server
from tests.support.tiny import BY_SOMEBODY, begin_star, fill_tiny_service

STARS, STARS_QUICK, TIMES = 100_000, 10_000, 10
QUIET_SECONDS, PAUSE = 10.0, 0.05
MOST_WAIT, MOST_TIMES, MOST_CSV, MOST_XLSX = 1.0, 5.0, 2.0, 15.0
BEFORE_STANDINGS, WITH_STANDINGS = "014", "015"
IMPORTED: tuple[type[Model], ...] = (Pod, User, Family, Parent, Intervention, Registration, Star, Reading)
"""The tables whose rows are inserted for comparison, in the order of their foreign keys; not the standings."""

FILE, ROWS = "reading the file to cells", "inserting the same rows"


def measure_importing(name: str, url: str, empty_url: str, folder: Path, stars: int) -> None:
    """Measure one database and print it.

    Args:
        name: of the database.
        url: of an empty one, which gets the tiny service and then the file.
        empty_url: of another one, for the rows alone.
        folder: for files.
        stars: how many the file has.
    """
    tell_step(f"{name}: a file of {stars:,} Stars, and others alone")
    file = folder / f"stars-{stars}.csv"
    write_star_file(file, stars)
    migrate_database(url)
    app = make_app(url, now=lambda: datetime.now(UTC))
    others = Others(app)
    done: dict[str, Measured] = {}
    quiet = others.work_while(lambda: time.sleep(QUIET_SECONDS))
    tell_step(f"{name}: the import, and others beside it")
    busy = others.work_while(lambda: done.update({"import": run_import(url, file)}))
    print_waits(
        f"{name}: others",
        {f"{what}, {when}": sorts[what] for what in quiet for when, sorts in (("alone", quiet), ("beside it", busy))},
    )
    tell_step(f"{name}: reading the file, and inserting the same rows")
    done[FILE] = _measure(lambda: read_cells((file.name, io.BytesIO(file.read_bytes()))))
    done[ROWS] = insert_rows(app, empty_url)
    tell_step(f"{name}: exports")
    done |= {f"export, {ending}": run_export(url, folder / f"{name}{ending}") for ending in (".csv", ".xlsx")}
    print_commands({f"{what}, {name}": run for what, run in done.items()})
    longest = max(one.times[-1] for one in busy.values())
    print_aim(f"{name}: others wait at most", longest, MOST_WAIT, " s")
    beside = done["import"].seconds / (done[FILE].seconds + done[ROWS].seconds)
    print_aim(f"{name}: import, beside reading and inserting", beside, MOST_TIMES, " ×")
    print_aim(f"{name}: export, .csv", done["export, .csv"].seconds, MOST_CSV, " s")
    print_aim(f"{name}: export, .xlsx", done["export, .xlsx"].seconds, MOST_XLSX, " s")


class Others:
    """Somebody who works while something else goes on."""

    def __init__(self, app: Flask) -> None:
        """Give them a family, a Star in progress and a colleague whom the file names."""
        self._app = app
        self._number = 0
        with app.app_context():
            service = fill_tiny_service()
            self._family_id = service.family
            self._draft_id = begin_star(service.empty_registration, Kind.START).id
            colleague = User(email="worker1@example.org")
            db.session.add(colleague)
            db.session.commit()
            self._colleague_id = colleague.id
            db.session.remove()

    def work_while(self, act: Callable[[], object]) -> dict[str, Requests]:
        """How long each sort of work took while ``act`` went on."""
        works = {
            "a look and a family": self._look,
            "an answer": self._save_answer,
            "ending sessions": self._end_sessions,
        }
        times: dict[str, list[float]] = {what: [] for what in works}
        is_over = Event()

        def work() -> None:
            while not is_over.is_set():
                for what, do in works.items():
                    began = time.perf_counter()
                    with self._app.app_context():
                        do()
                        db.session.remove()
                    times[what].append(time.perf_counter() - began)
                is_over.wait(PAUSE)

        thread = Thread(target=work)
        began = time.perf_counter()
        thread.start()
        try:
            act()
        finally:
            is_over.set()
            thread.join()
        seconds = time.perf_counter() - began
        return {what: Requests(sorted(taken), seconds) for what, taken in times.items()}

    def _look(self) -> None:
        now = datetime.now(UTC)
        context = Context(Actor(1, "reader@example.org", frozenset({Role.LEAD})), now, now.date())
        log_access(
            context, action=READ, entity="family", entity_id=self._family_id, family_id=self._family_id, details={}
        )
        get_family(self._family_id)

    def _save_answer(self) -> None:
        was, now = (str(number % 10 + 1) if number else "" for number in (self._number, self._number + 1))
        save_draft(BY_SOMEBODY, draft_id=self._draft_id, changes={AREAS[0]: FieldChange(was, now)})
        self._number += 1

    def _end_sessions(self) -> None:
        with write(BY_SOMEBODY) as transaction:
            end_sessions(transaction.get(User, self._colleague_id))


def insert_rows(app: Flask, empty_url: str) -> Measured:
    """Insert the rows of an application's record into an empty one, by the driver alone."""
    migrate_database(empty_url)
    with app.app_context(), db.engine.connect() as connection:
        rows = {
            model.__table__: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {model.__tablename__}")]
            for model in IMPORTED
        }
        is_sqlite = connection.dialect.name == "sqlite"
    with make_app(empty_url).app_context():
        with db.engine.connect() as connection:
            driver_connection = connection.connection.driver_connection
            assert driver_connection is not None

            def insert_by_executemany() -> None:
                driver_connection.execute("BEGIN IMMEDIATE")
                for table, some in rows.items():
                    places = ", ".join("?" * len(table.c))
                    driver_connection.executemany(f"INSERT INTO {table} VALUES ({places})", some)
                driver_connection.execute("COMMIT")

            def insert_by_copy() -> None:
                with driver_connection.cursor() as cursor:
                    for table, some in rows.items():
                        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                            for row in some:
                                copy.write_row(row)
                driver_connection.commit()

            measured = _measure(insert_by_executemany if is_sqlite else insert_by_copy)
        db.engine.dispose()
    return measured


def measure_a_million(name: str, url: str) -> None:
    """Time what derives all standings, on the record that was imported ten times over."""
    app = make_app(url)
    multiply_service(app, TIMES)
    derive_standings(app)
    with app.app_context():
        stars = db.session.query(Star).count()
        db.session.remove()
        downgrade(revision=BEFORE_STANDINGS)
        runs = {"migration 015": _measure(lambda: upgrade(revision=WITH_STANDINGS))}
        upgrade()
        runs["db check-derived"] = _measure(lambda: check_standings(BY_SOMEBODY, mend=False))
        db.engine.dispose()
    print_commands({f"{what}, {stars:,} Stars, {name}": run for what, run in runs.items()})


def _measure(act: Callable[[], object]) -> Measured:
    """Time something in this process; its memory is not measured."""
    began, computing = time.perf_counter(), time.process_time()
    act()
    return Measured(time.perf_counter() - began, time.process_time() - computing, 0, "")


def main() -> int:
    """Measure both databases and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.importing", description="Time importing and exporting."
    )
    parser.add_argument("--stars", type=int, default=STARS, help=f"in the file, not {STARS:,}")
    parser.add_argument("--million", action="store_true", help="also derive standings of a record ten times as large")
    chosen = parser.parse_args()
    measure_databases(chosen.stars, million=chosen.million)
    return 0


def measure_databases(stars: int, *, million: bool = False) -> None:
    """Measure SQLite and PostgreSQL with so many Stars; ``million``: also a record ten times as large."""
    print_heading(f"Importing {stars:,} Stars")
    print(f"{os.cpu_count()} processors, {os.getloadavg()[0]:.1f} processes at work on them as it begins\n")
    with tempfile.TemporaryDirectory(prefix="star-bench-") as name, running_server(durable=True) as server:
        folder = Path(name)
        with server.database() as postgresql, server.database() as empty:
            urls = {
                "SQLite": (f"sqlite:///{folder / 'stars.db'}", f"sqlite:///{folder / 'rows.db'}"),
                "PostgreSQL": (postgresql, empty),
            }
            for database, (url, empty_url) in urls.items():
                measure_importing(database, url, empty_url, folder, stars)
                if million:
                    measure_a_million(database, url)


if __name__ == "__main__":
    sys.exit(main())
