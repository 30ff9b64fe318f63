"""Servers for the measurements, each in processes of its own on 127.0.0.1: ours as it is served, and the "hello"."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from star_tracker.cli.service import THREADS, WORKERS
from tests.bench.commands import STAR_TRACKER
from tests.support.apps import KEY, LIVE

SECONDS_TO_START = 60


@contextmanager
def serving_star_tracker(database_url: str, log: Path) -> Iterator[int]:
    """``star-tracker serve``, behind a proxy as far as it knows; its port. What it says goes to ``log``."""
    environment = {
        "STAR_TRACKER_DATABASE_URL": database_url,
        "STAR_TRACKER_ENCRYPTION_KEYS": KEY,
        "STAR_TRACKER_SECRET_KEY": LIVE["secret_key"],
        "STAR_TRACKER_ADDRESS": LIVE["address"],
        "STAR_TRACKER_PROXIES": str(LIVE["proxies"]),
    }
    port = _find_port()
    with _running([STAR_TRACKER, "serve", "--port", str(port)], environment, log, port):
        yield port


@contextmanager
def serving_hello(log: Path) -> Iterator[int]:
    """The "hello" by gunicorn with as many workers and threads as ours; its port."""
    port = _find_port()
    options = {"workers": WORKERS, "threads": THREADS, "worker-class": "gthread", "bind": f"127.0.0.1:{port}"}
    flags = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "gunicorn", *flags, "--log-level=warning", "tests.bench.hello:app"]
    with _running(command, {}, log, port):
        yield port


def _find_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
    return port


@contextmanager
def _running(command: Sequence[str], environment: Mapping[str, str], log: Path, port: int) -> Iterator[None]:
    """A server from when it answers until the block ends, however it ends."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("STAR_TRACKER_")}
    with log.open("w") as output:
        process = subprocess.Popen(command, env={**plain, **environment}, stdout=output, stderr=output)
    try:
        _wait_until_ready(process, port, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return when the server takes connections.

    Raises:
        RuntimeError: it stopped, or took too long; the message holds what it said.
    """
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the server did not start:\n{log.read_text()}")
