"""The tables behind a cohort's charts, with the columns of the return's."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from star_tracker.analysis.contacts import LATEST_WEEKS
from star_tracker.analysis.summaries import CohortChart, CohortSummary
from star_tracker.domain.contacts import WhoWent
from star_tracker.domain.interventions import ENGAGED_AFTER
from star_tracker.domain.scales import Edition
from star_tracker.exports.cohorts.files import CHART_COLUMNS, FiguresTable
from star_tracker.exports.columns import columns_of
from star_tracker.exports.definitions import CHANGE_NOTE
from star_tracker.exports.tables import Column, NamedTable, Role

_OF_FILES: Mapping[str, tuple[str, str]] = {
    "area": ("Area code", "One of the ten outcome areas of the Family Star Plus, by its code."),
    "area_name": ("Area", "The area's name."),
    "quarter": ("Quarter code", "The quarter of the financial year (R8), by its code."),
    "quarter_name": ("Quarter", "Its months."),
    "quarter_of": ("Quarter of", "The day that says to which quarter a pair belongs."),
    "from_stage": ("Stage code at start", "The stage of the start reading, by its code."),
    "from_stage_name": ("Stage at start", "The stage of the start reading."),
    "to_stage": ("Stage code at latest", "The stage of the latest reading, by its code."),
    "to_stage_name": ("Stage at latest", "The stage of the latest reading."),
    "pairs": ("Pairs that moved so", "How many pairs went from the one stage to the other, or stayed."),
    "months_between": ("Months between", "Whole months between the two Stars."),
    "days": ("Days", "Days since the intervention started."),
    "at_risk": ("Open before", "Interventions that were still open and known about just before that day."),
    "closed_successfully": ("Closed successfully", "The share closed successfully by that day, from 0 to 1."),
    "closed_otherwise": ("Closed otherwise", "The share closed in another way by that day, from 0 to 1."),
    "still_open": ("Still open", "The share still open after that day, from 0 to 1."),
    "interventions": ("Interventions", "Interventions with a whole week of support since visits are recorded."),
    "weeks": ("Weeks of support", "Their whole weeks, of seven days each from the intervention's first day."),
    "visits": ("Visits", "Contacts in these weeks at which the family was seen, whoever went."),
    **{
        f"visits_by_{who}": (
            f"By the {who.label.lower()}",
            f"Of these visits, those for which the {who.label.lower()} went.",
        )
        for who in WhoWent
    },
    "attempts": ("Not in", "Contacts in these weeks at which nobody was seen."),
    "visits_per_week": ("Visits a week", "Visits divided by weeks of support."),
    "weeks_seen": ("Weeks seen", "Weeks of support with a visit."),
    "engaged_by_visits": (
        "Engaged by visits",
        f"Of those asked: seen in their latest {LATEST_WEEKS} weeks of support, and not ended as disengaged.",
    ),
    "asked_of_visits": ("Asked of visits", f"Interventions with {LATEST_WEEKS} such weeks of support or more."),
    "engaged_by_stars": (
        "Engaged by Stars",
        "Of those asked: a parent completed a Star together with the worker, and it did not end as disengaged.",
    ),
    "asked_of_stars": (
        "Asked of Stars",
        f"Interventions that began {ENGAGED_AFTER.days} days before that day or earlier.",
    ),
    "cohort": ("Cohort", "Who is in the cohort."),
    "as_at": ("As at", "The day that the figures are for."),
    "rounding": ("Rounding", "How the figures are rounded."),
}
"""The heading and the definition of what only a cohort's files have."""

_COUNTS = frozenset(
    {"pairs", "days", "at_risk", "interventions", "weeks", "visits", "attempts", "weeks_seen"}
    | {"engaged_by_visits", "asked_of_visits", "engaged_by_stars", "asked_of_stars"}
    | {f"visits_by_{who}" for who in WhoWent}
)
_MEASURES = frozenset({"closed_successfully", "closed_otherwise", "still_open", "visits_per_week"})


def describe_columns(table: FiguresTable, edition: Edition) -> tuple[Column, ...]:
    """The columns of a file's table as its workbook explains them."""
    known = {column.name: column for columns in columns_of(edition).values() for column in columns}
    found = []
    for name in table.columns:
        if name not in _OF_FILES:
            found.append(known[name])
            continue
        role = Role.COUNT if name in _COUNTS else Role.MEASURE if name in _MEASURES else Role.NAME
        found.append(Column(name, *_OF_FILES[name], role))
    return tuple(found)


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
