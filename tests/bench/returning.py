"""Returns: how long one takes, with all its files and the checks that read them back, and the memory that it holds.

``python -m tests.bench.returning`` makes returns by the command, each in a process of its own, on SQLite: of the
demonstration, and of a service of 100,000 Stars (``--stars N``: of another number) in 80 pods, for both profiles. Their
time includes Python's start. The files are written, and nothing is signed off.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from star_tracker.analysis.disclosure import Profile
from tests.bench.commands import run_import, run_return, write_star_file
from tests.bench.report import print_aim, print_commands, print_heading, tell_step
from tests.support.apps import migrate_database
from tests.support.demo import make_demo_template

STARS, STARS_QUICK = 100_000, 10_000
DEMO, DEMO_COUNCIL = "the demonstration", "Demo County Council"
QUARTER = "2018-19-Q3"
MOST_SECONDS_DEMO, MOST_SECONDS, MOST_MEGABYTES = 5.0, 30.0, 1_000.0


def measure_returns(stars: int) -> None:
    """Measure the returns of the demonstration and of a service with so many Stars, and print them."""
    print_heading("Returns")
    print(f"{os.cpu_count()} processors, {os.getloadavg()[0]:.1f} processes at work on them as it begins\n")
    with tempfile.TemporaryDirectory(prefix="star-bench-") as name:
        folder = Path(name)
        tell_step("returns: the demonstration")
        demo = f"sqlite:///{make_demo_template(folder)}"
        _measure(demo, DEMO, folder / "demo", MOST_SECONDS_DEMO, DEMO_COUNCIL)
        many = f"{stars:,} Stars"
        tell_step(f"returns: {many}")
        _measure(_import_service(folder, stars), many, folder / "many", MOST_SECONDS)


def _measure(url: str, what: str, folder: Path, most_seconds: float, council: str = "") -> None:
    """Make the returns of one record for both profiles, and print what they took beside the aims."""
    runs = {profile: run_return(url, QUARTER, profile, folder, council=council) for profile in Profile}
    print_commands({f"return, {profile}, {what}": run for profile, run in runs.items()})
    print_aim(f"return of {what}, time", max(run.seconds for run in runs.values()), most_seconds, " s")
    print_aim(f"return of {what}, computing", max(run.processor for run in runs.values()), most_seconds, " s")
    print_aim(f"return of {what}, memory", max(run.peak for run in runs.values()), MOST_MEGABYTES, " MB")


def _import_service(folder: Path, stars: int) -> str:
    """The address of a record that holds a generated service."""
    url = f"sqlite:///{folder / 'many.db'}"
    migrate_database(url)
    file = folder / "stars.csv"
    write_star_file(file, stars)
    run_import(url, file)
    return url


def main() -> int:
    """Measure and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.returning", description="Time returns.")
    parser.add_argument("--stars", type=int, default=STARS, help=f"of the generated service, not {STARS:,}")
    measure_returns(parser.parse_args().stars)
    return 0


if __name__ == "__main__":
    sys.exit(main())
