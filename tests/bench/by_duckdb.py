"""The cohort by DuckDB, from a copy of the tables in a database file of its own.

DuckDB's best effort: dates and enumerations instead of texts, small integers, only the columns that it needs, a
statement prepared once, each Star grouped in one pass, every core. (An index would not help: DuckDB joins by hashing.)
"""

from pathlib import Path

import duckdb
import pandas as pd
from sqlalchemy import Engine, text

from star_tracker.analysis.cohorts import Cohort, CohortFilter
from star_tracker.analysis.frames import CHANGES, build_frame
from star_tracker.domain.scales import AREAS, CompletedBy, Exclusion, Kind


def _enumeration(values: type[Kind] | type[CompletedBy]) -> str:
    """In the order of R2: of one day's Stars the interim comes before the closure."""
    return f"ENUM ({', '.join(repr(value.value) for value in values)})"


ROWS_AT_A_TIME = 500_000

COPIED = {
    "pods": {"id": "INTEGER", "name": "VARCHAR"},
    "interventions": {"id": "INTEGER", "pod_id": "INTEGER", "started_on": "DATE", "closed_on": "DATE"},
    "registrations": {"id": "INTEGER", "intervention_id": "INTEGER"},
    "stars": {
        "id": "INTEGER",
        "registration_id": "INTEGER",
        "kind": _enumeration(Kind),
        "completed_on": "DATE",
        "completed_by": _enumeration(CompletedBy),
        "withdrawn_at": "TIMESTAMP",
    },
    "readings": {"star_id": "INTEGER", "area": "UTINYINT", "value": "UTINYINT"},
}

COHORT = """
WITH histories AS MATERIALIZED (
    SELECT
        max(star.id) FILTER (star.kind = 'start') AS start_id,
        CASE
            WHEN max(star.completed_on) FILTER (star.kind <> 'start')
                >= min(star.completed_on) FILTER (star.kind = 'start')
            THEN arg_max(star.id, (star.completed_on, star.kind, star.id)) FILTER (star.kind <> 'start')
        END AS latest_id,
        count(star.id) > 0 AS has_counted_star
    FROM registrations AS registration
    JOIN interventions AS intervention ON intervention.id = registration.intervention_id
    LEFT JOIN stars AS star
        ON star.registration_id = registration.id
        AND star.withdrawn_at IS NULL
        AND star.completed_by <> 'parent'
        AND star.completed_on <= $1::DATE
    WHERE intervention.started_on <= $1::DATE {condition}
    GROUP BY registration.id
)
SELECT
    CASE
        WHEN latest_id IS NOT NULL THEN 'pair'
        WHEN start_id IS NOT NULL THEN 'one_star_only'
        WHEN has_counted_star THEN 'no_start_star'
        ELSE 'no_counted_star'
    END AS standing,
    NULL AS area, NULL AS start, NULL AS latest, count(*) AS n
FROM histories
GROUP BY standing
UNION ALL
SELECT NULL, start.area, start.value, latest.value, count(*)
FROM histories
JOIN readings AS start ON start.star_id = start_id
JOIN readings AS latest ON latest.star_id = latest_id AND latest.area = start.area
WHERE start.value IS NOT NULL AND latest.value IS NOT NULL
GROUP BY ALL
"""

OF_POD = "AND intervention.pod_id IN (SELECT id FROM pods WHERE name = $2)"
CLOSED_IN = "AND intervention.closed_on BETWEEN $2::DATE AND $3::DATE"


class DuckDBCopy:
    """A service's tables in DuckDB."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._connection = duckdb.connect(str(path))
        with engine.connect() as connection:
            for table, columns in COPIED.items():
                typed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
                cast = ", ".join(f"{column}::{kind}" for column, kind in columns.items())
                self._connection.execute(f"CREATE TABLE {table} ({typed})")
                select = text(f"SELECT {', '.join(columns)} FROM {table}")
                for frame in pd.read_sql_query(select, connection, chunksize=ROWS_AT_A_TIME):
                    self._connection.register("copied", frame)
                    self._connection.execute(f"INSERT INTO {table} SELECT {cast} FROM copied")
                    self._connection.unregister("copied")
        self._connection.execute("CHECKPOINT")
        for name, condition in {"whole": "", "pod": OF_POD, "quarter": CLOSED_IN}.items():
            self._connection.execute(f"PREPARE {name} AS {COHORT.format(condition=condition)}")

    def get_cohort(self, selected_by: CohortFilter) -> Cohort:
        """The cohort of the whole service, of one pod or of those closed in a quarter."""
        rows = self._connection.execute(_call(selected_by)).fetchall()
        standings = {standing: n for standing, *_, n in rows if standing}
        changes = sorted((area, start, latest, n) for _, area, start, latest, n in rows if area)
        return Cohort(
            selected_by=selected_by,
            pairs=standings.get("pair", 0),
            excluded={reason: standings.get(reason, 0) for reason in Exclusion},
            changes=build_frame(CHANGES, [(AREAS[area - 1], *rest) for area, *rest in changes]),
        )

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _call(selected_by: CohortFilter) -> str:
    if selected_by.closed_from:
        return f"EXECUTE quarter('{selected_by.as_at}', '{selected_by.closed_from}', '{selected_by.closed_to}')"
    if selected_by.pods is None:
        return f"EXECUTE whole('{selected_by.as_at}')"
    (pod,) = selected_by.pods
    return f"EXECUTE pod('{selected_by.as_at}', '{pod}')"
