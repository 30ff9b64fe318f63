"""Fixtures that every kind of test may ask for."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from flask import Flask, has_request_context
from hypothesis import Phase, settings
from sqlalchemy import Connection, Engine, event

from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from tests.support.apps import make_app, make_sqlite_template, migrate_database
from tests.support.caseloads import SmallCaseload, fill_caseload
from tests.support.commands import FailingCommands
from tests.support.counted import COUNTED
from tests.support.databases import copied_database
from tests.support.demo import make_demo_template
from tests.support.live import LiveClient, live_installation
from tests.support.pages import LookingClient, SignIn
from tests.support.postgres import PostgresServer, running_server
from tests.support.serving import BEHIND_A_PROXY, served_environment
from tests.support.tiny import TinyService, fill_tiny_service

# Making and removing a PostgreSQL database means 600 files: on a disk it takes ten times as long as in memory.
MEMORY = Path("/dev/shm")
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2 * 1024**3:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

# A machine that is busy with other tests is no reason to fail.
settings.register_profile("star-tracker", deadline=None)
settings.load_profile("star-tracker")
# For `make mutants`: few examples, always the same, and no search for the smallest that fails.
settings.register_profile(
    "mutants", deadline=None, max_examples=20, derandomize=True, phases=(Phase.explicit, Phase.generate)
)


@event.listens_for(Engine, "before_cursor_execute")
def refuse_to_read_then_write(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    """In a request each transaction that writes says so as it begins: SQLite fails others, and only under load."""
    if has_request_context() and statement.startswith(("INSERT", "UPDATE", "DELETE")):
        assert connection.get_execution_options().get("writes"), statement


def pytest_collection_finish() -> None:
    """Have the garbage collector leave alone what is loaded by now, and look at the rest less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests counted."""
    for report in terminalreporter.getreports("passed"):
        for name, words in report.user_properties:
            if name == COUNTED:
                terminalreporter.write_line(str(words))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server, one in each process of the test run, started at its first use."""
    with running_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a new, empty PostgreSQL database."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    return make_sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a migrated, empty PostgreSQL database to copy."""
    postgres_server.make_template("migrated", migrate_database)
    return "migrated"


@pytest.fixture(scope="session")
def tiny_template(sqlite_template: Path) -> tuple[Path, TinyService]:
    """A SQLite file with the tiny service, and what it holds."""
    path = sqlite_template.with_name("tiny.db")
    shutil.copy(sqlite_template, path)
    app = make_app(f"sqlite:///{path}")
    with app.app_context():
        tiny = fill_tiny_service()
        db.session.remove()
        db.engine.dispose()
    return path, tiny


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A SQLite file with the demonstration, to copy; the processes of one test run make one between them."""
    if worker_id == "master":
        return make_demo_template(tmp_path_factory.mktemp("demo"))
    folder = tmp_path_factory.getbasetemp().parent / "demo"
    folder.mkdir(exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        path = folder / "demo.db"
        return path if path.exists() else make_demo_template(folder)


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated SQLite database: empty, or with the tiny service if the test asks for ``tiny``."""
    template = request.getfixturevalue("tiny_template")[0] if "tiny" in request.fixturenames else sqlite_template
    return f"sqlite:///{shutil.copy(template, tmp_path / 'test.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a migrated, empty database: the test runs on SQLite and on PostgreSQL."""
    with copied_database(request, sqlite="sqlite_template", postgresql="postgres_template") as url:
        yield url


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """An application without pages, in whose context the test runs, on SQLite and on PostgreSQL."""
    app = make_app(database_url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database without tables; its environment names a council and a first month of its own."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'test.db'}" if is_sqlite else request.getfixturevalue("postgres_url")
    app = make_app(url, council_name="Of the environment", year_starts_in=9)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> FailingCommands:
    """Commands that fail, with the settings of an installation but for its database."""
    for name, value in {**served_environment(""), **BEHIND_A_PROXY}.items():
        monkeypatch.setenv(name, value)
    return FailingCommands(monkeypatch, capsys)


@pytest.fixture
def web_app(sqlite_url: str) -> Iterator[Flask]:
    """An application with pages, on SQLite."""
    app = make_app(sqlite_url, web=True)
    app.test_client_class = LookingClient
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def tiny(web_app: Flask, tiny_template: tuple[Path, TinyService]) -> TinyService:
    """The tiny service, in the application with pages."""
    return tiny_template[1]


@pytest.fixture
def client(web_app: Flask) -> LookingClient:
    """A browser without JavaScript, which looks at every page it fetches; nobody is signed in."""
    client = web_app.test_client()
    assert isinstance(client, LookingClient)
    return client


@pytest.fixture
def small(web_app: Flask, tiny: TinyService) -> SmallCaseload:
    """The tiny service with a small caseload, in which each parent stands otherwise."""
    with web_app.app_context():
        return fill_caseload(tiny)


@pytest.fixture
def sign_in(web_app: Flask) -> SignIn:
    """Open the application in a browser of its own, signed in as this person."""

    def open_as(user_id: int) -> LookingClient:
        client = web_app.test_client()
        assert isinstance(client, LookingClient)
        client.sign_in(user_id)
        return client

    return open_as


@pytest.fixture
def practitioner(sign_in: SignIn, tiny: TinyService) -> LookingClient:
    """The tiny service's practitioner, signed in."""
    return sign_in(tiny.users[Role.PRACTITIONER])


@pytest.fixture
def lead(sign_in: SignIn, tiny: TinyService) -> LookingClient:
    """The tiny service's lead, signed in."""
    return sign_in(tiny.users[Role.LEAD])


@pytest.fixture
def council(sign_in: SignIn, tiny: TinyService) -> LookingClient:
    """The tiny service's council officer, signed in."""
    return sign_in(tiny.users[Role.COUNCIL])


@pytest.fixture
def live_app(sqlite_url: str) -> Iterator[Flask]:
    """An application as an installation serves it: people sign in with a password and a code."""
    with live_installation(sqlite_url) as app:
        yield app


@pytest.fixture
def live_app_on_both(database_url: str) -> Iterator[Flask]:
    """The same, on SQLite and on PostgreSQL."""
    with live_installation(database_url) as app:
        yield app


@pytest.fixture
def live_client(live_app: Flask) -> LiveClient:
    """A browser without JavaScript at such an installation."""
    client = live_app.test_client()
    assert isinstance(client, LiveClient)
    return client
