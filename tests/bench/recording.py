"""Recording: how long practitioners wait who record Stars at the same time, and whether anything of it is lost.

``python -m tests.bench.recording [--quick]`` measures this alone; `make bench` does with the rest. How to read it:

- Each database holds a generated service of 2,500 Stars. ``star-tracker serve`` serves it, in processes of its own, as
  behind a proxy that does TLS; the practitioners are threads of one more process. All share this machine's processors:
  a server with its clients elsewhere would answer sooner.
- In the first round a practitioner thinks for 0.3 to 0.5 seconds before each answer, far less than anybody does beside
  a parent; in the second none thinks at all, which shows what the server can take. Two of them also score one Star
  together: they answer in the same field at the same moment, and both press the last button.
- *hello* is the smallest Flask application, served in the same way, asked as often, by as many, with the same pauses.
- SQLite writes as Star Tracker sets it up: a commit is safe from a crash of the program, and the last ones not from a
  power cut. PostgreSQL writes every commit to the disk, as it does unless it is told otherwise.
- The pages' pictures, style sheet and scripts are not asked for.

A request that is answered otherwise than it should be is an error. Afterwards the record is read: every answer that the
server said it saved must be in a completed Star, every Star there once, and the audit trail whole.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from star_tracker.extensions import db
from tests.bench import practitioners
from tests.bench.commands import run_import, write_star_file
from tests.bench.plans import Person, Plan, RoundPlan, StarPlan
from tests.bench.practitioners import AUTOSAVE, COMPLETE, HELLO, SCORING, RoundDone
from tests.bench.recorded import find_losses
from tests.bench.recorders import PRACTITIONERS, ROUNDS, make_recorders
from tests.bench.report import print_heading, print_requests
from tests.bench.serving import serving_hello
from tests.support.apps import LIVE, make_app, migrate_database
from tests.support.postgres import running_server
from tests.support.serving import serving_star_tracker

STARS_IN_SERVICE = 2_500
STARS_EACH, STARS_EACH_QUICK = 5, 2

LONGEST_COMPLAINT = 1_000
MOST_FAULTS = 12
"""How many are shown for each database: where one thing fails, much that follows from it does too."""


@dataclass(frozen=True)
class Recording:
    """What came of recording on one database: each round, what the record lacks, and what the server complained of."""

    rounds: Sequence[RoundDone]
    losses: Sequence[str]
    complaints: str

    @property
    def faults(self) -> list[str]:
        """All that went wrong."""
        said = [f"the server said: …{self.complaints[-LONGEST_COMPLAINT:]}"] if self.complaints else []
        return [*said, *(error for one in self.rounds for error in one.errors), *self.losses]


def measure_recording(folder: Path, *, quick: bool) -> list[str]:
    """Measure recording on both databases, and print it; what went wrong."""
    stars = STARS_EACH_QUICK if quick else STARS_EACH
    print_heading(f"Recording: {PRACTITIONERS} practitioners at once, {stars} Stars each in each round")
    print(f"{os.cpu_count()} processors, {os.getloadavg()[0]:.1f} processes at work on them as it begins\n")
    file = folder / "recording.csv"
    write_star_file(file, STARS_IN_SERVICE)
    with running_server(durable=True) as server, server.database() as postgresql:
        urls = {"SQLite": f"sqlite:///{folder / 'recording.db'}", "PostgreSQL": postgresql}
        recordings = {database: _record(url, file, folder / f"{database}.log", stars) for database, url in urls.items()}
    _print_rounds(recordings, folder / "hello.log")
    for database, recording in recordings.items():
        errors = sum(len(one.errors) for one in recording.rounds)
        print(f"  {database}: {errors or 'no'} error, {len(recording.losses) or 'no'} lost answer")
    return [
        f"recording, {database}: {fault}" for database, one in recordings.items() for fault in one.faults[:MOST_FAULTS]
    ]


def _record(url: str, file: Path, log: Path, stars: int) -> Recording:
    """Have the Stars recorded in an empty database, and read it afterwards."""
    migrate_database(url)
    run_import(url, file)
    app = make_app(url, web=True, now=lambda: datetime.now(UTC), **LIVE)
    with app.app_context():
        people, rounds = make_recorders(stars)
        db.session.remove()
        with serving_star_tracker(url, log) as server:
            done = _run(Plan(server.port, str(urlsplit(LIVE["address"]).hostname), people, rounds))
        saved = [save for one in done for save in one.saved]
        losses = find_losses(
            [star for one in rounds for star in _list_stars(one)], saved, stars_before=STARS_IN_SERVICE
        )
        db.session.remove()
        db.engine.dispose()
    return Recording(done, losses, log.read_text().strip())


def _print_rounds(recordings: Mapping[str, Recording], log: Path) -> None:
    """A table for each round; a round in which something failed took less than it should, and is left out."""
    whole = {database: recording.rounds for database, recording in recordings.items() if not recording.faults}
    if not whole:
        return
    hello = _greet(next(iter(whole.values())), log)
    for number, (words, _shortest, _longest) in enumerate(ROUNDS):
        rows = {
            f"{what}, {database}": rounds[number].of(what)
            for what in (AUTOSAVE, COMPLETE, SCORING)
            for database, rounds in whole.items()
        }
        print_requests(words, rows, hello[number].of(HELLO))


def _run(plan: Plan) -> list[RoundDone]:
    """Have the practitioners do it, in a process of their own.

    Raises:
        RuntimeError: the process itself failed; the message holds what it said.
    """
    command = [sys.executable, "-m", practitioners.__name__]
    ended = subprocess.run(command, input=json.dumps(asdict(plan)), capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"the practitioners failed:\n{ended.stderr}")
    return [RoundDone.read(one) for one in json.loads(ended.stdout)]


def _greet(rounds: Sequence[RoundDone], log: Path) -> list[RoundDone]:
    """As many requests, in as many rounds, of an application that does nothing."""
    plans = [
        RoundPlan(words, shortest, longest, requests=len(done.times) // PRACTITIONERS)
        for (words, shortest, longest), done in zip(ROUNDS, rounds, strict=True)
    ]
    with serving_hello(log) as port:
        return _run(Plan(port, "127.0.0.1", [Person()] * PRACTITIONERS, plans))


def _list_stars(plan: RoundPlan) -> list[StarPlan]:
    return [*(star for stars in plan.stars for star in stars), *([plan.shared] if plan.shared else [])]


def main() -> int:
    """Measure recording alone and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.recording", description="Time recording.")
    parser.add_argument("--quick", action="store_true", help=f"{STARS_EACH_QUICK} Stars each, not {STARS_EACH}")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory(prefix="star-bench-") as folder:
        faults = measure_recording(Path(folder), quick=quick)
    for fault in faults:
        print(f"  {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
