"""The command line on a service's database: importing its file, printing its cohort, making its return."""

import json
import time
from pathlib import Path

from flask import Flask
from sqlalchemy import select, text

from star_tracker.analysis.cohorts import Cohort, CohortFilter
from star_tracker.analysis.summaries import summarise_cohort
from star_tracker.exports.cohorts.files import build_cohort_document
from star_tracker.extensions import db
from star_tracker.models import Registration, key_ring
from star_tracker.records.standings import renew_standings
from star_tracker.records.transactions import write_transaction
from star_tracker.starfile.writing import write_rows
from tests.bench.processes import Measured, run_measured
from tests.support.apps import KEY
from tests.support.services import generate_star_rows
from tests.support.serving import STAR_TRACKER

SEED = 20181231


def write_star_file(path: Path, stars: int) -> None:
    """The Star CSV of a generated service."""
    with path.open("wb") as stream:
        write_rows(generate_star_rows(stars, SEED), stream)


def run_import(database_url: str, file: Path) -> Measured:
    """``star-tracker import FILE`` into a migrated database."""
    return _run(database_url, "import", str(file))


def run_export(database_url: str, file: Path) -> Measured:
    """``star-tracker export FILE``."""
    return _run(database_url, "export", str(file))


def run_return(database_url: str, quarter: str, profile: str, folder: Path, *, council: str = "") -> Measured:
    """``star-tracker return QUARTER``, of the only council if none is named; its files go into a new folder."""
    named = ("--council", council) if council else ()
    return _run(database_url, "return", quarter, "--profile", profile, *named, "--out", str(folder / profile))


def run_cohort(database_url: str, selected_by: CohortFilter) -> Measured:
    """``star-tracker cohort --format json``."""
    chosen = [argument for pod in selected_by.pods or () for argument in ("--pod", pod)]
    for option, day in (("--closed-from", selected_by.closed_from), ("--closed-to", selected_by.closed_to)):
        chosen += [option, day.isoformat()] if day else []
    return _run(database_url, "cohort", "--as-at", selected_by.as_at.isoformat(), "--format", "json", *chosen)


def find_difference_in_print(expected: Cohort, printed: str) -> str | None:
    """Whether the printed document is not that of this cohort."""
    document = json.loads(json.dumps(build_cohort_document(summarise_cohort(expected))))
    return None if json.loads(printed) == document else "another document than the cohort's"


def make_untidy(app: Flask) -> None:
    """Give the record what an import cannot: withdrawn Stars, and closure Stars on the day of the last interim one.

    It goes past every write of the product, so the standings must be derived again (``derive_standings``).
    """
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(
            text("UPDATE stars SET withdrawn_at = :at, withdrawn_reason = :reason WHERE id % 40 = 0"),
            {"at": "2018-06-01 12:00:00", "reason": key_ring().encrypt("wrong family")},
        )
        connection.execute(
            text(
                """
                UPDATE stars SET completed_on = (
                    SELECT max(interim.completed_on) FROM stars AS interim
                    WHERE interim.registration_id = stars.registration_id AND interim.kind = 'interim'
                )
                WHERE kind = 'closure' AND id % 10 = 1 AND EXISTS (
                    SELECT * FROM stars AS interim
                    WHERE interim.registration_id = stars.registration_id AND interim.kind = 'interim'
                )
                """
            )
        )


def derive_standings(app: Flask) -> float:
    """Derive the standings of every registration again; how many seconds it took."""
    with app.app_context():
        began = time.perf_counter()
        with write_transaction() as session:
            renew_standings(session, session.scalars(select(Registration.id)).all())
            if session.get_bind().dialect.name == "postgresql":
                session.execute(text("ANALYZE"))
        db.engine.dispose()
        return time.perf_counter() - began


def _run(database_url: str, *arguments: str) -> Measured:
    environment = {"STAR_TRACKER_DATABASE_URL": database_url, "STAR_TRACKER_ENCRYPTION_KEYS": KEY}
    return run_measured([STAR_TRACKER, *arguments], environment)
