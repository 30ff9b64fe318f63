"""The tables behind a cohort's charts, with the columns of the return's."""

from typing import Any

import pandas as pd

from star_tracker.analysis.summaries import CohortChart, CohortSummary
from star_tracker.domain.scales import Edition
from star_tracker.exports.cohorts.files import CHART_COLUMNS
from star_tracker.exports.definitions import CHANGE_NOTE, columns_of
from star_tracker.exports.tables import NamedTable

_STAGES = ("area", "from_stage", "to_stage", "pairs")


def list_cohort_tables(
    summary: CohortSummary, edition: Edition, *, words: str, service_name: str
) -> tuple[NamedTable, ...]:
    """Averages, change, outcomes and moves between stages: exact, of every area.

    Args:
        summary: the figures.
        edition: names areas and stages.
        words: who is in the cohort.
        service_name: whose figures they are.
    """
    of_return = columns_of(edition)
    columns = {column.name: column for name in ("averages", "change", "stages") for column in of_return[name]}
    moves = [
        {"area": move["area"], "from_stage": move["from"], "to_stage": move["to"], "pairs": move["n"]}
        for move in summary.stages
    ]

    def table(name: str, title: str, names: tuple[str, ...], records: list[dict[str, Any]], *notes: str) -> NamedTable:
        return NamedTable(
            name=name,
            title=title,
            scope=f"{words}. {summary.in_numbers}",
            source=f"Star Tracker: the records of {service_name}",
            columns=tuple(columns[column] for column in names),
            frame=pd.DataFrame(records, columns=list(names), dtype=object),
            notes=notes,
        )

    return (
        table(
            "averages",
            "Average readings at the start and latest Star, by area",
            CHART_COLUMNS[CohortChart.STAR],
            summary.areas,
            "Readings are from 1 to 10; higher is better.",
        ),
        table(
            "change",
            "Change from the start to the latest Star, by area",
            CHART_COLUMNS[CohortChart.CHANGE],
            summary.areas,
            CHANGE_NOTE,
        ),
        table(
            "outcomes",
            "Pairs that improved, were maintained and declined, and by stage, by area",
            CHART_COLUMNS[CohortChart.OUTCOMES],
            summary.areas,
        ),
        table(
            "stages",
            "Pairs by their stage at the start and at the latest Star, by area",
            _STAGES,
            moves,
            "Only the moves that occur are listed.",
        ),
    )
