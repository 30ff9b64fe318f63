"""Commands in a process of their own: how long each takes, and the most memory that it holds.

A process's peak also counts what its parent held when it was started, so a command is started by a small process that
holds nothing: this module, run as ``python -m tests.bench.processes COMMAND…``.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Measured:
    """A command that has ended well.

    Attributes:
        seconds: from its start to its end, Python's own start and imports included.
        processor: seconds of those in which it computed; the rest it waited, for a database server or its turn.
        peak: megabytes of its largest resident set.
        output: what it printed.
    """

    seconds: float
    processor: float
    peak: float
    output: str


def run_measured(command: Sequence[str], environment: Mapping[str, str]) -> Measured:
    """Run a command to its end.

    Raises:
        RuntimeError: it failed; the message holds what it printed.
    """
    done = subprocess.run(
        [sys.executable, "-m", __name__, *command],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return Measured(**json.loads(done.stdout))


def main(command: list[str]) -> int:
    """Run the command, print what was measured as JSON, and return its exit status."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    measured = {
        "seconds": seconds,
        "processor": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss * 1024 / MEGABYTE,
        "output": output,
    }
    print(json.dumps(measured))
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
