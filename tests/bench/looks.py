"""Looks: what the log of views costs those who read at once.

``python -m tests.bench.looks`` measures it on SQLite and on PostgreSQL, which writes every commit to the disk. A look
is logged and then the family is read, as its page does. First 1, 4 and 16 threads of one process do so as fast as they
can; then 100 people open a page each every 5 seconds on average, at random moments: 20 looks a second.

*logged* is how long one of them waits for a look to be logged, and *lock* how much of that for the chain's lock: the
time of the one statement that takes it (``FOR UPDATE``, ``BEGIN IMMEDIATE``), which with 1 at once nobody else holds.
*insert* is the time of the statement that adds the entry, which waits for no lock: what it takes more with many than
with one is the machine's doing, not the lock's.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, Engine, event

from star_tracker.domain.context import Context
from star_tracker.domain.looks import READ
from star_tracker.domain.permissions import Actor
from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.queries.families.families import get_family
from star_tracker.records.access_log import log_access
from tests.bench.practitioners import Requests
from tests.bench.report import print_aim, print_heading, print_waits
from tests.support.apps import make_app, migrate_database
from tests.support.postgres import running_server
from tests.support.tiny import fill_tiny_service

READERS = (1, 4, 16)
LOOKS = 800
"""In each round, shared by its readers."""

PEOPLE, SECONDS_BETWEEN_PAGES, SECONDS = 100, 5.0, 30.0
THREADS = 8
"""As ``star-tracker serve`` has: two processes with four each."""

MOST_WAIT = 0.02

INSERT = "INSERT INTO audit_entries"

Waits = tuple[Requests, Requests, Requests]
"""For looks to be logged, and of that for the lock and for the entry to be added."""

_lock_times: list[float] = []
_insert_times: list[float] = []


def measure_looks(name: str, url: str) -> float:
    """Measure one database and print it.

    Returns:
        What 95 of 100 looks of a hundred people wait for the lock at most, in seconds.
    """
    migrate_database(url)
    app = make_app(url)
    with app.app_context():
        family_id = fill_tiny_service().family
        db.session.remove()
    _look(app, family_id)  # compiles the statements
    rounds = {f"{readers} at once": _read_at_once(app, family_id, readers) for readers in READERS}
    rounds[f"{PEOPLE} people"] = _read_at_random(app, family_id)
    shown: dict[str, Requests] = {}
    for what, (logged, lock, insert) in rounds.items():
        speed = f"{len(logged.times) / logged.seconds:.0f} looks a second"
        shown |= {f"{what}, {speed}, logged": logged, f"{what}, lock": lock, f"{what}, insert": insert}
    print_waits(name, shown)
    with app.app_context():
        db.engine.dispose()
    return rounds[f"{PEOPLE} people"][1].percentile(95)


@event.listens_for(Engine, "before_cursor_execute")
def _start_clock(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    if _is_timed(statement):
        connection.info["asked_at"] = time.perf_counter()


@event.listens_for(Engine, "after_cursor_execute")
def _stop_clock(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    if _is_timed(statement):
        times = _insert_times if statement.startswith(INSERT) else _lock_times
        times.append(time.perf_counter() - connection.info["asked_at"])


def _is_timed(statement: str) -> bool:
    return (
        statement.startswith(INSERT)
        or statement == "BEGIN IMMEDIATE"
        or ("audit_chain" in statement and statement.endswith("FOR UPDATE"))
    )


def _look(app: Flask, family_id: int) -> float:
    """Log a look and read the family; the seconds that logging took."""
    now = datetime.now(UTC)
    context = Context(Actor(1, "reader@example.org", frozenset({Role.LEAD})), now, now.date())
    with app.app_context():
        began = time.perf_counter()
        log_access(context, action=READ, entity="family", entity_id=family_id, family_id=family_id, details={})
        logged = time.perf_counter()
        get_family(family_id)
        db.session.remove()
    return logged - began


def _read_at_once(app: Flask, family_id: int, readers: int) -> Waits:
    return _in_threads(readers, [lambda: _look(app, family_id)] * LOOKS)


def _read_at_random(app: Flask, family_id: int) -> Waits:
    """Looks that arrive at random; one that finds all threads busy waits from when it was asked for."""
    chance = random.Random(20181231)
    moments, at = [], 0.0
    while (at := at + chance.expovariate(PEOPLE / SECONDS_BETWEEN_PAGES)) < SECONDS:
        moments.append(at)
    began = time.perf_counter()

    def look_at(moment: float) -> float:
        late = time.perf_counter() - began - moment
        if late < 0:
            time.sleep(-late)
        return max(late, 0.0) + _look(app, family_id)

    return _in_threads(THREADS, [partial(look_at, moment) for moment in moments])


def _in_threads(threads: int, tasks: Sequence[Callable[[], float]]) -> Waits:
    _lock_times.clear()
    _insert_times.clear()
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        times = sorted(pool.map(lambda task: task(), tasks))
    seconds = time.perf_counter() - began
    return Requests(times, seconds), Requests(sorted(_lock_times), seconds), Requests(sorted(_insert_times), seconds)


def main() -> int:
    """Measure both databases and return the exit status."""
    print_heading("Looks")
    waits = {}
    with tempfile.TemporaryDirectory(prefix="star-bench-") as folder, running_server(durable=True) as server:
        waits["SQLite"] = measure_looks("SQLite", f"sqlite:///{Path(folder) / 'looks.db'}")
        with server.database() as url:
            waits["PostgreSQL"] = measure_looks("PostgreSQL", url)
    print()
    for name, wait in waits.items():
        print_aim(
            f"{PEOPLE} people, {name}: 95 of 100 looks wait for the lock at most", wait * 1000, MOST_WAIT * 1000, " ms"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
