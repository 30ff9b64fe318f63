"""How much memory one cohort query takes above the idle app, in a process of its own that then ends.

``python -m tests.bench.memory DATABASE_URL AS_AT [POD]`` imports what the query imports, makes the app, runs a trivial
statement, and takes the resident memory there as *idle*. It then resets the kernel's high-water mark, runs the query
once, and prints idle and the new high-water mark in megabytes. SQLite maps its file into memory, so the pages of it
that the query reads are counted too. Linux only.
"""

import gc
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import text

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.extensions import db
from star_tracker.queries.figures.cohorts import get_cohort
from tests.bench.processes import MEGABYTE, run_measured
from tests.support.apps import make_app


def measure_query(database_url: str, selected_by: CohortFilter) -> float | None:
    """Peak memory of the query above the idle app in megabytes; None where the kernel does not tell."""
    if not Path("/proc/self/clear_refs").exists():
        return None
    chosen = {name: str(value) for name, value in vars(selected_by).items() if isinstance(value, date)}
    command = [sys.executable, "-m", __name__, database_url, json.dumps(chosen), *(selected_by.pods or ())]
    idle, peak = run_measured(command, {}).output.split()
    return float(peak) - float(idle)


def main(database_url: str, days: str, *pods: str) -> None:
    """Print idle and peak."""
    chosen: dict[str, Any] = {name: date.fromisoformat(day) for name, day in json.loads(days).items()}
    selected_by = CohortFilter(pods=pods or None, **chosen)
    with make_app(database_url).app_context():
        db.session.execute(text("SELECT 1")).all()
        db.session.remove()
        gc.collect()
        idle = _status("VmRSS")
        Path("/proc/self/clear_refs").write_text("5")
        get_cohort(selected_by, reader=None)
        print(idle, _status("VmHWM"))


def _status(name: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / MEGABYTE
    raise RuntimeError(f"/proc/self/status has no {name}")


if __name__ == "__main__":
    main(*sys.argv[1:])
