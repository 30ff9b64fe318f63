"""One cohort computed in several ways, timed side by side, and the answers compared."""

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

from star_tracker.analysis.cohorts import Cohort, CohortFilter
from star_tracker.domain.permissions import Reader
from star_tracker.extensions import db
from star_tracker.queries.figures.cohorts import get_cohort
from tests.bench import by_orm, by_pandas
from tests.bench.by_duckdb import DuckDBCopy

MOST_RUNS = 60
SECONDS_PER_WAY = 4.0

OURS, DUCKDB, ON_POSTGRESQL = "Star Tracker", "DuckDB", "Star Tracker on PostgreSQL"
FOR_PRACTITIONER = "for a practitioner"
"""The same families (none is restricted), asked for by who may not read them all (R12)."""

PANDAS, PANDAS_READ = "pandas, tables read", "pandas, frames at hand"
ORM = "ORM and a loop"

Way = Callable[[], Cohort]


@dataclass(frozen=True)
class Timing:
    """How long one way took, in seconds, and its answer."""

    runs: tuple[float, ...]
    answer: Cohort

    @property
    def best(self) -> float:
        """The shortest run: the work itself, with the least disturbance by others on this machine."""
        return min(self.runs)

    @property
    def median(self) -> float:
        """The run in the middle."""
        return median(self.runs)


def time_ways(selected_by: CohortFilter, copy: DuckDBCopy, *, only_duckdb: bool) -> dict[str, Timing]:
    """Every way to compute a cohort of the app's SQLite database, each up to the same ``Cohort`` that a page gets.

    Ours and DuckDB run in turn, so that what disturbs one disturbs the other. The others take minutes and many
    gigabytes where there are a million Stars: ``only_duckdb`` leaves them out.
    """
    timings = _time_in_turn(
        {OURS: lambda: our_cohort(selected_by), DUCKDB: lambda: copy.get_cohort(selected_by)},
    )
    if only_duckdb:
        return timings
    timings |= _time_in_turn({PANDAS: lambda: _pandas_cohort(selected_by)})
    timings |= _time_pandas_read(selected_by)
    return timings | _time_in_turn({ORM: lambda: _orm_cohort(selected_by)})


def time_ours(selected_by: CohortFilter, reader: Reader | None = None) -> Timing:
    """Our way alone, on the app's database."""
    return _time_in_turn({OURS: lambda: our_cohort(selected_by, reader)})[OURS]


def find_difference(expected: Cohort, cohort: Cohort) -> str | None:
    """What two answers say differently; None if they are equal."""
    if cohort.pairs != expected.pairs:
        return f"{cohort.pairs} pairs, not {expected.pairs}"
    if cohort.excluded != expected.excluded:
        return f"excluded {dict(cohort.excluded)}, not {dict(expected.excluded)}"
    if not cohort.changes.equals(expected.changes):
        return f"{len(cohort.changes)} rows of changes differ from the expected {len(expected.changes)}"
    return None


def our_cohort(selected_by: CohortFilter, reader: Reader | None = None) -> Cohort:
    """As a page asks for it: the session is let go of at the end."""
    try:
        return get_cohort(selected_by, reader=reader)
    finally:
        db.session.remove()


def _time_pandas_read(selected_by: CohortFilter) -> dict[str, Timing]:
    frames = by_pandas.read_frames()
    db.session.remove()
    return _time_in_turn({PANDAS_READ: lambda: by_pandas.compute_cohort(frames, selected_by)})


def _pandas_cohort(selected_by: CohortFilter) -> Cohort:
    try:
        return by_pandas.compute_cohort(by_pandas.read_frames(), selected_by)
    finally:
        db.session.remove()


def _orm_cohort(selected_by: CohortFilter) -> Cohort:
    try:
        return by_orm.get_cohort(selected_by)
    finally:
        db.session.remove()


def _time_in_turn(ways: Mapping[str, Way]) -> dict[str, Timing]:
    """Each way once to warm up, which counts only if it is very slow, then in turn for a few seconds."""
    gc.collect()
    answers: dict[str, Cohort] = {}
    runs: dict[str, list[float]] = {}
    for name, way in ways.items():
        seconds, answers[name] = _time(way)
        runs[name] = [seconds] if seconds > SECONDS_PER_WAY else []
    for _ in range(MOST_RUNS):
        for name, way in ways.items():
            if sum(runs[name]) < SECONDS_PER_WAY:
                runs[name].append(_time(way)[0])
    return {name: Timing(tuple(runs[name]), answers[name]) for name in ways}


def _time(way: Way) -> tuple[float, Cohort]:
    began = time.perf_counter()
    answer = way()
    return time.perf_counter() - began, answer
