"""`make bench`: cohorts of 2,500 to 1,000,000 Stars beside other ways to them; pages, importing and recording.

How to read what it prints:

- Each service has a table for the whole of it, one for a single pod and one for what closed in a quarter. *best* is
  the shortest run and *median* the run in the middle; ratios are of best to best within one run of the bench, because
  seconds differ from machine to machine and from hour to hour. Every way ends with the same ``Cohort``, and SQLite and
  DuckDB are warm: their files are in memory, their statements prepared. The service of a million Stars is the one
  before it ten times over (``multiplied``), and is compared with DuckDB alone.
- *for a practitioner* is the same statement with whose families it holds (R12); leads and returns ask without.
- *pandas, tables read* reads every row into frames each time, as a page by pandas would; *frames at hand* does not.
- *peak memory above the idle app* is explained in ``memory.py``.
- Commands are run in processes of their own: their time includes Python's start, their memory is all they hold.
  *of that computing* is what a machine with nothing else to do would have taken, had it not to wait for PostgreSQL.
- *Aims* are those of the project's plan. One that is not met fails nothing, because machines differ.

It ends with status 1 if any two answers differ (pairs, excluded, or the (area, start, latest, n) table), or if anything
failed or was lost in recording. ``pages.py``, ``importing.py``, ``returning.py`` and ``recording.py`` explain what they
print.
``--quick``, which is `make bench Q=1`, takes some five minutes: it leaves out the two large services, measures pages on
SQLite alone, and imports and records fewer Stars. ``--cohorts`` leaves out all but cohorts.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from flask import Flask

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.domain.permissions import Reader
from star_tracker.extensions import db
from star_tracker.queries.accounts.people import list_pods
from tests.bench import importing, pages, returning
from tests.bench.by_duckdb import DuckDBCopy
from tests.bench.commands import (
    derive_standings,
    find_difference_in_print,
    make_untidy,
    run_cohort,
    run_import,
    write_star_file,
)
from tests.bench.memory import measure_query
from tests.bench.multiplied import multiply_service
from tests.bench.processes import Measured
from tests.bench.recording import measure_recording
from tests.bench.report import print_aim, print_commands, print_heading, print_memory, print_timings, tell_step
from tests.bench.ways import (
    DUCKDB,
    FOR_PRACTITIONER,
    ON_POSTGRESQL,
    OURS,
    Timing,
    find_difference,
    time_ours,
    time_ways,
)
from tests.support.apps import make_app, migrate_database
from tests.support.postgres import PostgresServer, running_server

SMALL, LARGE, TIMES = 2_500, 100_000, 10
LARGEST = LARGE * TIMES
AS_AT = date(2018, 9, 30)
WHOLE, POD, QUARTER = "whole service", "one pod", "closed in one quarter"
FILTERS = {
    WHOLE: CohortFilter(as_at=AS_AT),
    POD: CohortFilter(as_at=AS_AT, pods=("Pod 01",)),
    QUARTER: CohortFilter(as_at=AS_AT, closed_from=date(2018, 7, 1), closed_to=AS_AT),
}


class ServiceBench:
    """What is measured of one service.

    Attributes:
        stars: how many it has.
        times: how often the service that is imported is in it.
        timings: by scope (a key of ``FILTERS``) and way.
        derived: seconds in which all standings were derived again, by database.
        memory: of our query, by scope, in megabytes.
        commands: by what was run.
        differences: where two answers are not the same.
    """

    def __init__(self, stars: int, *, times: int = 1) -> None:
        self.stars = stars
        self.times = times
        self.derived: dict[str, float] = {}
        self.timings: dict[str, dict[str, Timing]] = {}
        self.memory: dict[str, float | None] = {}
        self.commands: dict[str, Measured] = {}
        self.differences: list[str] = []

    def run(self, folder: Path, server: PostgresServer) -> None:
        """Measure all, print it, and note where answers differ."""
        print_heading(f"{self.stars:,} Stars, as at {AS_AT}")
        tell_step(f"cohorts of {self.stars:,} Stars")
        print(f"{os.cpu_count()} processors, {os.getloadavg()[0]:.1f} processes at work on them as it begins\n")
        file = folder / f"stars-{self.stars}.csv"
        write_star_file(file, self.stars // self.times)
        sqlite_url = f"sqlite:///{folder / f'service-{self.stars}.db'}"
        with self._service("SQLite", sqlite_url, file), duckdb_copy(folder / f"copy-{self.stars}.duckdb") as copy:
            for scope, selected_by in FILTERS.items():
                self.timings[scope] = time_ways(selected_by, copy, only_duckdb=self.times > 1)
                self.memory[scope] = measure_query(sqlite_url, selected_by)
            self._time_for_practitioner(OURS)
            self._run_cohort("SQLite", sqlite_url)
        with server.database() as url, self._service("PostgreSQL", url, file):
            for scope, selected_by in FILTERS.items():
                self.timings[scope][ON_POSTGRESQL] = time_ours(selected_by)
            self._time_for_practitioner(ON_POSTGRESQL)
            self._run_cohort("PostgreSQL", url)
        self._compare()
        for scope, timings in self.timings.items():
            print_timings(scope, timings)
        print_memory(self.memory)
        print_commands(self.commands)
        for database, seconds in self.derived.items():
            print(f"All standings derived again, {database}: {seconds:.1f} s")

    @contextmanager
    def _service(self, database: str, url: str, file: Path) -> Iterator[Flask]:
        """The app on a database that holds the service, in its context."""
        migrate_database(url)
        self.commands[f"import, {database}"] = run_import(url, file)
        app = make_app(url)
        make_untidy(app)
        if self.times > 1:
            multiply_service(app, self.times)
        self.derived[database] = derive_standings(app)
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()

    def _time_for_practitioner(self, database: str) -> None:
        """The pod's cohort as a practitioner of that pod is shown it, who has chosen nothing."""
        pod_ids = frozenset(pod.id for pod in list_pods() if pod.name in (FILTERS[POD].pods or ()))
        timing = time_ours(FILTERS[WHOLE], Reader(user_id=1, pod_ids=pod_ids))
        self.timings[POD][f"{database}, {FOR_PRACTITIONER}"] = timing

    def _run_cohort(self, database: str, url: str) -> None:
        for scope, selected_by in FILTERS.items():
            command = f"cohort, {scope}, {database}"
            self.commands[command] = run_cohort(url, selected_by)
            difference = find_difference_in_print(self.timings[scope][OURS].answer, self.commands[command].output)
            if difference:
                self.differences.append(f"{self.stars:,} Stars, {command}: {difference}")

    def _compare(self) -> None:
        for scope, timings in self.timings.items():
            for way, timing in timings.items():
                difference = find_difference(timings[DUCKDB].answer, timing.answer)
                if difference:
                    self.differences.append(f"{self.stars:,} Stars, {scope}, {way}: {difference}")

    def print_aims(self) -> None:
        """Nowhere slower than DuckDB, in little memory."""
        for scope, timings in self.timings.items():
            for way in (OURS, ON_POSTGRESQL):
                ratio = timings[way].best / timings[DUCKDB].best
                print_aim(f"{scope} of {self.stars:,} Stars, {way}", ratio, 1, f" × {DUCKDB}")
        print_aim(f"memory of the query, whole service of {self.stars:,} Stars", self.memory[WHOLE], 100, " MB")


@contextmanager
def duckdb_copy(path: Path) -> Iterator[DuckDBCopy]:
    """The tables of the app's database in DuckDB."""
    copy = DuckDBCopy(db.engine, path)
    try:
        yield copy
    finally:
        copy.close()


def print_aims(benches: Sequence[ServiceBench]) -> None:
    """Each aim of the plan, and whether it is met."""
    print_heading("Aims")
    for bench in benches:
        bench.print_aims()
        if bench.stars == LARGE:
            for database in ("SQLite", "PostgreSQL"):
                done = bench.commands[f"import, {database}"]
                print_aim(f"import of {LARGE:,} Stars, {database}, time", done.seconds, 20, " s")
                print_aim(f"import of {LARGE:,} Stars, {database}, memory", done.peak, 500, " MB")


def main() -> int:
    """Run the bench and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Time cohorts, pages, importing, returns and recording (see the docstring).",
    )
    parser.add_argument("--quick", action="store_true", help=f"only the service of {SMALL:,} Stars")
    parser.add_argument("--cohorts", action="store_true", help="leave out pages, importing, returns and recording")
    chosen = parser.parse_args()
    benches = [ServiceBench(SMALL)]
    if not chosen.quick:
        benches += [ServiceBench(LARGE), ServiceBench(LARGEST, times=TIMES)]
    with tempfile.TemporaryDirectory(prefix="star-bench-") as folder, running_server() as server:
        for bench in benches:
            bench.run(Path(folder), server)
    print_aims(benches)
    faults: list[str] = []
    if not chosen.cohorts:
        tell_step("pages")
        pages.measure_databases(quick=chosen.quick)
        importing.measure_databases(importing.STARS_QUICK if chosen.quick else importing.STARS)
        returning.measure_returns(returning.STARS_QUICK if chosen.quick else returning.STARS)
        tell_step("recording")
        with tempfile.TemporaryDirectory(prefix="star-bench-") as folder:
            faults += measure_recording(Path(folder), quick=chosen.quick)
    differences = [difference for bench in benches for difference in bench.differences]
    print(f"\n{len(differences)} answers differ." if differences else "\nAll answers are the same.")
    for fault in [*differences, *faults]:
        print(f"  {fault}")
    return 1 if differences or faults else 0


if __name__ == "__main__":
    sys.exit(main())
