"""Signing in: how long people wait who sign in at the same moment, and whether anybody gets an error.

``python -m tests.bench.signing_in`` measures it on SQLite and on PostgreSQL. ``star-tracker serve`` serves each, in
processes of its own. Twenty people give their password at once and then their code; meanwhile a colleague who has
signed in opens one family's page after another, which is written down each time. What argon2 takes of the processors
is most of it, on any database: what counts is that nobody gets an error, and that the reader does not wait.
"""

import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Event
from time import perf_counter
from urllib.parse import urlsplit

from passlib.totp import TOTP

from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from tests.bench.browsing import Browser, UnexpectedError, read_hidden_fields
from tests.bench.plans import Person
from tests.bench.practitioners import Requests
from tests.bench.report import print_heading, print_waits
from tests.support.apps import LIVE, make_app, migrate_database
from tests.support.live import PASSWORD, live_person
from tests.support.postgres import running_server
from tests.support.serving import serving_star_tracker
from tests.support.tiny import fill_tiny_service

PEOPLE = 20
PASSWORDS, CODES, READING = "giving the password", "giving the code", "a colleague's page"


@dataclass(frozen=True)
class SigningIn:
    """What came of it: requests of each sort, and what went wrong."""

    requests: dict[str, Requests]
    errors: Sequence[str]


def measure_signing_in(folder: Path) -> list[str]:
    """Measure signing in on both databases, and print it; what went wrong."""
    print_heading(f"Signing in: {PEOPLE} people at once")
    with running_server(durable=True) as server, server.database() as postgresql:
        urls = {"SQLite": f"sqlite:///{folder / 'signing_in.db'}", "PostgreSQL": postgresql}
        done = {database: _sign_in(url, folder / f"signing_in-{database}.log") for database, url in urls.items()}
    for what in (PASSWORDS, CODES, READING):
        print_waits(what, {database: one.requests[what] for database, one in done.items()})
    return [f"signing in, {database}: {error}" for database, one in done.items() for error in one.errors]


def _sign_in(url: str, log: Path) -> SigningIn:
    migrate_database(url)
    app = make_app(url, web=True, now=lambda: datetime.now(UTC), **LIVE)
    with app.app_context():
        family = fill_tiny_service().family
        live = [live_person(f"person{number}@example.org", roles=[Role.LEAD]) for number in range(PEOPLE + 1)]
        db.session.remove()
        db.engine.dispose()
    people = [Person(one.email, PASSWORD, one.totp or "") for one in live]
    with serving_star_tracker(url, log) as server:
        host = str(urlsplit(LIVE["address"]).hostname)
        browsers = [Browser(server.port, host, source=f"192.0.2.{number + 1}") for number in range(len(people))]
        return _run(people, browsers, f"/families/{family}")


def _run(people: Sequence[Person], browsers: Sequence[Browser], page: str) -> SigningIn:
    (reader, reading_in), *signing_in = zip(people, browsers, strict=True)
    meeting, is_over = Barrier(PEOPLE), Event()
    errors = [_attempt(reader, reading_in, None)]
    reading_in.times.clear()
    began = perf_counter()
    with ThreadPoolExecutor(PEOPLE + 1) as pool:
        reading = pool.submit(_read, reading_in, page, is_over)
        errors += pool.map(lambda one: _attempt(one[0], one[1], meeting), signing_in)
        is_over.set()
        errors += reading.result()
    seconds = perf_counter() - began
    times = [time for browser in browsers for time in browser.times]
    return SigningIn(
        {
            what: Requests(sorted(taken for one, taken in times if one == what), seconds)
            for what in (PASSWORDS, CODES, READING)
        },
        [error for error in errors if error],
    )


def _attempt(person: Person, browser: Browser, meeting: Barrier | None) -> str:
    """Sign in when everybody is there; what went wrong, or ""."""
    try:
        token = read_hidden_fields(browser.get("", "/sign-in").text)["csrf_token"]
        if meeting:
            meeting.wait()
        first = {"email": person.email, "password": person.password, "csrf_token": token}
        path = browser.post(PASSWORDS, "/sign-in", first).location
        token = read_hidden_fields(browser.get("", path).text)["csrf_token"]
        code = str(TOTP.from_json(person.totp).generate().token)
        browser.post(CODES, path, {"code": code, "csrf_token": token})
    except (UnexpectedError, OSError) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _read(browser: Browser, page: str, is_over: Event) -> list[str]:
    """One page after another until all have signed in; what went wrong."""
    errors = []
    while not is_over.is_set():
        try:
            browser.get(READING, page)
        except (UnexpectedError, OSError) as error:
            errors.append(f"{type(error).__name__}: {error}")
    return errors


def main() -> int:
    """Measure signing in alone and return the exit status."""
    with tempfile.TemporaryDirectory(prefix="star-bench-") as folder:
        faults = measure_signing_in(Path(folder))
    for fault in faults:
        print(f"  {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
