"""The server as it is started for real, in processes of its own on 127.0.0.1."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.apps import KEY, LIVE

STAR_TRACKER = str(Path(sys.executable).with_name("star-tracker"))
SECONDS_TO_START = 60
BEHIND_A_PROXY = {"STAR_TRACKER_PROXIES": str(LIVE["proxies"])}


@dataclass(frozen=True)
class Server:
    """A server that answers: its process, its port, and the file to which it says what is wrong."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path


def served_environment(database_url: str) -> dict[str, str]:
    """What an installation sets, but for how TLS is done."""
    return {
        "STAR_TRACKER_DATABASE_URL": database_url,
        "STAR_TRACKER_ENCRYPTION_KEYS": KEY,
        "STAR_TRACKER_SECRET_KEY": LIVE["secret_key"],
        "STAR_TRACKER_ADDRESS": LIVE["address"],
    }


@contextmanager
def serving_star_tracker(
    database_url: str, log: Path, environment: Mapping[str, str] = BEHIND_A_PROXY
) -> Iterator[Server]:
    """``star-tracker serve``, behind a proxy as far as it knows, unless the environment says otherwise."""
    port = find_port()
    command = [STAR_TRACKER, "serve", "--port", str(port)]
    with running(command, {**served_environment(database_url), **environment}, log, port) as server:
        yield server


def find_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
    return port


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str], log: Path, port: int) -> Iterator[Server]:
    """A server from when it answers until the block ends, however it ends."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("STAR_TRACKER_")}
    with log.open("w") as output:
        process = subprocess.Popen(command, env={**plain, **environment}, stdout=output, stderr=output)
    try:
        _wait_until_ready(process, port, log)
        yield Server(process, port, log)
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
