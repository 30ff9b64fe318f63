"""Starting: how long the command line takes to answer, and the servers to their first page.

``python -m tests.bench.starting`` starts real processes, one after another, and prints the best and the median of
their runs. *of that computing* is processor time, which depends less on what else the machine does; a server's is that
of all its processes, from its start until it has stopped. *demo, again* finds its families made already. Python's
compiled files and the database are in memory after a first start, which is not counted.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from urllib.error import URLError
from urllib.request import Request, urlopen

from tests.bench.processes import run_measured
from tests.bench.report import print_aim, print_heading, print_starts
from tests.support.apps import KEY, LIVE, migrate_database
from tests.support.serving import BEHIND_A_PROXY, STAR_TRACKER, find_port, served_environment

RUNS, SERVER_RUNS = 20, 5
VERSION, HELP, SERVE, DEMO = "--version", "--help", "serve, to the first page", "demo, again, to the first page"
MOST_SECONDS = {VERSION: 0.3, SERVE: 1.5, DEMO: 2.0}
PATIENCE = 120

Start = tuple[float, float]
"""Seconds from the start to the answer, and seconds of processor."""


def measure_starting(folder: Path) -> dict[str, list[Start]]:
    """Every start, by what was started."""
    database_url = f"sqlite:///{folder / 'stars.db'}"
    migrate_database(database_url)
    serving = {**served_environment(database_url), **BEHIND_A_PROXY}
    demo = {"STAR_TRACKER_INSTANCE": str(folder / "demo"), "STAR_TRACKER_ENCRYPTION_KEYS": KEY}
    return {
        VERSION: [_run_command("--version") for _ in range(RUNS + 1)][1:],
        HELP: [_run_command("--help") for _ in range(RUNS + 1)][1:],
        SERVE: [_start_server("serve", "/sign-in", serving) for _ in range(SERVER_RUNS + 1)][1:],
        DEMO: [_start_server("demo", "/", demo) for _ in range(SERVER_RUNS + 1)][1:],
    }


def _run_command(*arguments: str) -> Start:
    done = run_measured([STAR_TRACKER, *arguments], {})
    return done.seconds, done.processor


def _start_server(command: str, path: str, environment: Mapping[str, str]) -> Start:
    """Start a server, wait for its first page and stop it.

    Raises:
        RuntimeError: it ended before it answered, or took too long.
    """
    port = find_port()
    plain = {name: value for name, value in os.environ.items() if not name.startswith("STAR_TRACKER_")}
    began = time.perf_counter()
    process = subprocess.Popen(
        [STAR_TRACKER, command, "--port", str(port)], env={**plain, **environment}, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for_page(process, f"http://127.0.0.1:{port}{path}", began)
        seconds = time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGTERM)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return seconds, usage.ru_utime + usage.ru_stime


def _wait_for_page(process: subprocess.Popen[bytes], address: str, began: float) -> None:
    request = Request(address, headers={"Host": LIVE["address"].removeprefix("https://"), "X-Forwarded-Proto": "https"})
    while process.poll() is None and time.perf_counter() - began < PATIENCE:
        try:
            with urlopen(request, timeout=PATIENCE) as answer:
                answer.read()
            return
        except (URLError, ConnectionError):
            time.sleep(0.01)
    raise RuntimeError(f"no page at {address}")


def main(_arguments: Sequence[str]) -> int:
    """Measure, print and return the exit status."""
    print_heading("Starting")
    print(f"{os.cpu_count()} processors, {os.getloadavg()[0]:.1f} processes at work on them as it begins\n")
    with tempfile.TemporaryDirectory(prefix="star-bench-") as folder:
        starts = measure_starting(Path(folder))
    print_starts(starts)
    for what, most in MOST_SECONDS.items():
        print_aim(f"star-tracker {what}", median(seconds for seconds, _processor in starts[what]), most, " s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
