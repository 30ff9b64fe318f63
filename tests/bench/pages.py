"""`python -m tests.bench.pages`: what a page takes, beside a bare page that reads the same rows from the same database.

Both are asked in this process, without a network, one after the other in short turns: what is printed is the shortest
turn of each. *Processor* is this process's time alone; the database's own is in the requests a second. Statements are
those that reach the database. The aims are those of the project's plan: what a page of ours, signed in, permitted and
logged, reaches of a bare one's requests a second. ``--quick`` takes fewer turns and leaves out PostgreSQL.
"""

import argparse
import json
import math
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from star_tracker.domain.drafts import JUMP_REASON
from star_tracker.domain.scales import AREAS
from star_tracker.extensions import db
from star_tracker.models import Intervention, Registration, Star, User
from star_tracker.seed import seed_demonstration
from star_tracker.seed.people import list_practitioner_emails
from tests.bench.bare import JUMP, make_bare_app
from tests.bench.report import milliseconds, print_heading, print_least, print_table
from tests.support.apps import NOW, TODAY, make_app, migrate_database
from tests.support.pages import LookingClient, path_of
from tests.support.postgres import running_server
from tests.support.recording import begin, read_fields, score
from tests.support.statements import listing_statements

TURN_SECONDS = 0.4
TURNS, QUICK_TURNS = 9, 3
COMPLETED_A_TURN = 4


@dataclass(frozen=True)
class Taken:
    """What one request takes at best: seconds until the answer is there, of which so many are this process's."""

    seconds: float
    processor: float
    statements: int
    size: int


Ask = Callable[[], bytes]
"""Makes one request and returns the body of its answer."""


@contextmanager
def demonstration(url: str) -> Iterator[Flask]:
    """Our application on a new database that holds the demonstration."""
    migrate_database(url)
    app = make_app(url, web=True)
    app.testing = False
    with app.app_context():
        seed_demonstration(anchor=TODAY, now=NOW)
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


class Asker:
    """Somebody signed in to our application, and nobody in particular in the bare one."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            self.bare = make_bare_app(db.engine, app.extensions["star_tracker"])
            self.person = db.session.scalars(
                select(User).where(User.email == list_practitioner_emails("Crewe")[0])
            ).one()
            practitioner_id = self.person.id
            self.registration_ids = list(
                db.session.scalars(
                    select(Registration.id)
                    .join(Intervention, Intervention.id == Registration.intervention_id)
                    .where(
                        Intervention.practitioner_id == practitioner_id,
                        Intervention.closed_on.is_(None),
                        Registration.stars.any(Star.is_counted & (Star.completed_on < TODAY)),
                        ~Registration.stars.any(Star.completed_on >= TODAY),
                        ~Registration.drafts.any(),
                    )
                )
            )
            self.family_id = db.session.scalars(
                select(Registration.family_id)
                .join(Star, Star.registration_id == Registration.id)
                .where(Registration.id.in_(self.registration_ids))
                .group_by(Registration.family_id)
                .order_by(func.count().desc(), Registration.family_id)
            ).first()
            db.session.remove()
        self.practitioner_id = practitioner_id
        self.client = LookingClient(app, app.response_class)
        self.client.sign_in(practitioner_id)

    def get(self, path: str) -> Ask:
        """A page of ours."""
        return partial(_ask, self.app, self._environ(path))

    def autosave(self) -> Ask:
        """One answer after the other of a Star in progress, as the page's script sends them."""
        draft = path_of(begin(self.client, self.registration_ids.pop(), self._about()))
        known = read_fields(self.client.get(draft).text)
        was, values = "", cycle("34567")

        def save() -> bytes:
            nonlocal was
            value = next(values)
            sent = {AREAS[0]: value, "was": json.dumps({AREAS[0]: was})}
            about = {"revision": known["revision"], "csrf_token": known["csrf_token"]}
            said = json.loads(_ask(self.app, self._environ(draft, sent | about, accept="application/json")))
            assert said["saved"] == {AREAS[0]: value}, said
            known["revision"], was = str(said["revision"]), value
            return b""

        return save

    def complete(self) -> Ask:
        """One Star after the other; what comes before its last button is not in what is measured."""
        buttons = iter([self._make_ready(registration_id) for registration_id in self.registration_ids])
        return lambda: _ask(self.app, next(buttons), status=302)

    def _make_ready(self, registration_id: int) -> dict[str, Any]:
        """The request of the last button."""
        draft = path_of(begin(self.client, registration_id, self._about()))
        score(self.client, draft, dict.fromkeys(AREAS, "5"))
        reasons = {f"{JUMP_REASON}{area}": JUMP for area in AREAS}
        return self._environ(f"{draft}/check", read_fields(self.client.get(f"{draft}/check").text) | reasons)

    def _about(self) -> dict[str, str]:
        return {"kind": "interim", "completed_on": f"{TODAY:%d/%m/%Y}", "completed_by": "together"}

    def _environ(self, path: str, data: Mapping[str, str] | None = None, accept: str = "text/html") -> dict[str, Any]:
        cookie = self.client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        assert cookie
        headers = {"Cookie": f"{cookie.key}={cookie.value}", "Accept": accept}
        return _make_environ(path, data, headers)

    def get_bare(self, path: str) -> Ask:
        """A page of the bare application."""
        return partial(_ask, self.bare, _make_environ(path))

    def record_bare(self) -> Ask:
        """Insert a Star with its readings."""
        return partial(_ask, self.bare, _make_environ(f"/registrations/{self.registration_ids[0]}/stars", {}))


def _make_environ(
    path: str, data: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    method = "GET" if data is None else "POST"
    return dict(EnvironBuilder(path=path, method=method, data=data, headers=Headers(headers or {})).get_environ())


def _ask(app: Flask, environ: Mapping[str, Any], status: int = 200) -> bytes:
    """Make one request of an application.

    Raises:
        RuntimeError: it answers otherwise.
    """
    body = environ["wsgi.input"]
    body.seek(0)
    parts, said, _headers = run_wsgi_app(app, dict(environ))
    answer = b"".join(parts)
    if not said.startswith(str(status)):
        raise RuntimeError(f"{environ['PATH_INFO']}: {said}")
    return answer


def measure(app: Flask, asks: Mapping[str, Ask], turns: int) -> dict[str, Taken]:
    """What each takes at best; they take turns, so that what else the machine does meets all of them."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in asks}
    sizes, statements = {}, {}
    for name, ask in asks.items():
        ask()  # compiles templates and statements
        with listing_statements(app) as asked:
            sizes[name] = len(ask())
        statements[name] = len(asked)
    for _ in range(turns):
        for name, ask in asks.items():
            taken[name].append(_take_turn(ask))
    return {name: _best(taken[name], statements[name], sizes[name]) for name in asks}


def _best(turns: Sequence[tuple[float, float]], statements: int, size: int) -> Taken:
    """The shortest turn, and the one with the least processor time: on a busy machine they differ."""
    seconds, processor = map(min, zip(*turns, strict=True))
    return Taken(seconds, processor, statements, size)


def _take_turn(ask: Ask, most: float = math.inf) -> tuple[float, float]:
    """The mean time and processor time of a request, in one turn of so many requests at most."""
    number, began, computed = 0, time.perf_counter(), time.process_time()
    while number < most and time.perf_counter() - began < TURN_SECONDS:
        ask()
        number += 1
    return (time.perf_counter() - began) / number, (time.process_time() - computed) / number


def measure_completing(app: Flask, ask: Ask, number: int) -> Taken:
    """What completing a Star takes at best, in turns of ``COMPLETED_A_TURN``: each Star can be completed once."""
    with listing_statements(app) as asked:
        ask()
    turns = [_take_turn(ask, COMPLETED_A_TURN) for _ in range((number - 1) // COMPLETED_A_TURN)]
    return _best(turns, len(asked), 0)


PAIRS = (
    (ABOUT := "About the figures", BARE_ABOUT := "bare template", 0.5),
    (FAMILY_PAGE := "a family's page", BARE_FAMILY := "bare page of its rows", 0.4),
    (CASELOAD := "a practitioner's caseload", BARE_CASELOAD := "bare page of its rows, caseload", 0.3),
    (AUTOSAVE := "autosave", BARE_INSERT := "bare insert of ten readings", 0.4),
    (COMPLETE := "completing a Star", BARE_INSERT, 0.5),
)
"""What is compared with what, and the share of its requests a second that is aimed at."""


def measure_database(name: str, url: str, turns: int) -> None:
    """Measure all on one database, and print it."""
    print_heading(f"Pages of the demonstration on {name}")
    with demonstration(url) as app:
        asker = Asker(app)
        asks = {
            ABOUT: asker.get("/about"),
            BARE_ABOUT: asker.get_bare("/about"),
            FAMILY_PAGE: asker.get(f"/families/{asker.family_id}"),
            BARE_FAMILY: asker.get_bare(f"/families/{asker.family_id}"),
            CASELOAD: asker.get("/caseload"),
            BARE_CASELOAD: asker.get_bare(f"/caseload/{asker.practitioner_id}"),
            AUTOSAVE: asker.autosave(),
            BARE_INSERT: asker.record_bare(),
        }
        taken = measure(app, asks, turns)
        taken[COMPLETE] = measure_completing(app, asker.complete(), len(asker.registration_ids))
    rows = [("request", "takes", "of that processor", "a second", "statements", "bytes")]
    rows += [
        (
            f"  {what}",
            milliseconds(done.seconds),
            milliseconds(done.processor),
            f"{1 / done.seconds:,.0f}",
            str(done.statements),
            f"{done.size:,}",
        )
        for what, done in taken.items()
    ]
    print_table(rows)
    for what, bare, aim in PAIRS:
        print_least(f"{what} to {bare}", taken[bare].seconds / taken[what].seconds, aim)
    print("  by processor time of this process:", end="")
    print(*(f" {what} × {taken[bare].processor / taken[what].processor:.2f}" for what, bare, _aim in PAIRS), sep=",")


def main() -> None:
    """Measure on SQLite, and on PostgreSQL."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pages", description="Time pages (see the docstring).")
    parser.add_argument("--quick", action="store_true", help="fewer turns, and SQLite alone")
    measure_databases(quick=parser.parse_args().quick)


def measure_databases(*, quick: bool) -> None:
    """Measure SQLite, and PostgreSQL too unless it must be quick."""
    turns = QUICK_TURNS if quick else TURNS
    with tempfile.TemporaryDirectory(prefix="star-bench-") as folder:
        measure_database("SQLite", f"sqlite:///{Path(folder) / 'pages.db'}", turns)
    if not quick:
        with running_server() as server, server.database() as url:
            measure_database("PostgreSQL", url, turns)


if __name__ == "__main__":
    main()
