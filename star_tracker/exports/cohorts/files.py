"""A cohort's figures as CSV files and as the document that the command line prints."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from star_tracker.analysis.closing import Closing
from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.analysis.contacts import PodVisits
from star_tracker.analysis.frames import MEASURES
from star_tracker.analysis.over_time import CohortOverTime
from star_tracker.analysis.side_by_side import SideBySide
from star_tracker.analysis.stages import AreaStages
from star_tracker.analysis.summaries import CohortChart, CohortSummary
from star_tracker.analysis.visits_over_time import QuarterVisits
from star_tracker.domain.cohort_choice import LABELS, SPANS
from star_tracker.domain.scales import STAGES, Edition
from star_tracker.exports.csv_files import build_csv

CHART_COLUMNS = {
    CohortChart.STAR: ("area", "n", "mean_start", "mean_latest", "median_start", "median_latest"),
    CohortChart.CHANGE: ("area", "n", "mean_change", "ci_low", "ci_high", "sd_change", "rank_biserial"),
    CohortChart.OUTCOMES: (
        "area",
        "n",
        "improved",
        "maintained",
        "declined",
        "stage_up",
        "stage_same",
        "stage_down",
    ),
}
"""The measures in each chart's file."""

ABOUT = ("cohort", "as_at", "rounding")
"""The last columns of every file: who is in the cohort, the day that the figures are for, and how they are rounded."""

UNROUNDED = "none"

LONGEST_NAME = 120
"""The most characters of a file's name that stay as they are."""


def build_cohort_document(summary: CohortSummary) -> dict[str, Any]:
    """The cohort as plain Python for JSON (docs/command-line.md): unrounded numbers, None where undefined."""
    chosen = summary.selected_by
    filters = {name: day.isoformat() if isinstance(day, date) else day for name, day in vars(chosen).items()}
    filters["pods"] = None if chosen.pods is None else list(chosen.pods)
    del filters["as_at"]
    return {
        "as_at": chosen.as_at.isoformat(),
        "filters": filters,
        "pairs": summary.pairs,
        "excluded": {reason.value: n for reason, n in summary.excluded.items()},
        "areas": summary.areas,
        "stages": summary.stages,
    }


def name_cohort_file(what: str, chosen: CohortFilter, form: str, *, beside: CohortFilter | None = None) -> str:
    """The name of a cohort's file: what is in it, and everything that chooses the cohort.

    Two cohorts' files never have one name: where a name or an address has characters that a file's name cannot have, or
    all of it is too long, a sign worked out from the choice is added.

    >>> quarter = {"closed_from": date(2019, 1, 1), "closed_to": date(2019, 3, 31)}
    >>> name_cohort_file("star", CohortFilter(as_at=date(2019, 4, 10), pods=("Crewe",), **quarter), "svg")
    'cohort-star-Crewe-closed-2019-01-01-to-2019-03-31-as-at-2019-04-10.svg'
    """
    pods, people = chosen.pods or (), [chosen.practitioner] if chosen.practitioner else []
    names = [re.sub(r"[^\w.@+]+", "-", name) for name in (*pods, *people)]
    picks = [f"{name}-{pick}" for name in LABELS if (pick := getattr(chosen, name)) and name != "status"]
    parts = ["cohort", what, *names, *([f"{chosen.status}-only"] if chosen.status else []), *picks]
    for span in SPANS:
        first, last = getattr(chosen, f"{span}_from"), getattr(chosen, f"{span}_to")
        parts += [span] * bool(first or last) + [str(first)] * bool(first) + [f"to-{last}"] * bool(last)
    name = "-".join((*parts, "as-at", str(chosen.as_at)))
    # An @ tells an address from a pod's name, and a hyphen where a name ends.
    is_plain = beside is None and all(re.fullmatch(r"[\w.+]+", pod) for pod in pods) and "-" not in "".join(names)
    if len(name) > LONGEST_NAME or not is_plain:
        sign = hashlib.sha256(repr((chosen, beside) if beside else chosen).encode()).hexdigest()[:8]
        name = f"{name[:LONGEST_NAME]}-{sign}"
    return f"{name}.{form}"


@dataclass(frozen=True)
class FiguresTable:
    """The table of a file: the names of its columns, and its rows; unrounded, None where undefined."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def build_csv(self) -> bytes:
        """The CSV file, with blanks where a figure is undefined."""
        return build_csv(self.columns, self.rows)


def list_cohort_figures(
    summary: CohortSummary, chart: CohortChart | None = None, *, labels: Mapping[str, str], words: str
) -> FiguresTable:
    """R5's measures, or those that a chart shows, one row for each area.

    Args:
        summary: the figures.
        chart: which chart; None for every measure.
        labels: the areas' names by code.
        words: who is in the cohort.
    """
    columns = CHART_COLUMNS[chart] if chart else tuple(summary.areas[0])
    return _list_figures(columns, [(words, summary.selected_by.as_at, summary.areas)], names={"area": labels})


def list_stages_figures(
    summary: CohortSummary, stages: Sequence[AreaStages], edition: Edition, *, words: str
) -> FiguresTable:
    """How many pairs went from each stage to each: a row for each move that there can be in each of these areas.

    Args:
        summary: the cohort's figures.
        stages: the areas' pairs.
        edition: names areas and stages.
        words: as for ``list_cohort_figures``.
    """
    moves = [
        {"area": one.area, "n": one.n, "from_stage": before, "to_stage": after, "pairs": n}
        for one in stages
        for before, row in zip(STAGES, one.moves, strict=True)
        for after, n in zip(STAGES, row, strict=True)
    ]
    return _list_figures(
        ("area", "n", "from_stage", "to_stage", "pairs"),
        [(words, summary.selected_by.as_at, moves)],
        names={"area": edition.areas, "from_stage": edition.stages, "to_stage": edition.stages},
    )


def list_over_time_figures(course: CohortOverTime, labels: Mapping[str, str], *, words: str) -> FiguresTable:
    """R5's measures of every quarter shown, a row for each quarter and area.

    Args:
        course: the cohort's figures by quarter.
        labels: the areas' names by code.
        words: as for ``list_cohort_figures``.
    """
    records = [
        {"quarter": str(one.quarter), "quarter_of": course.basis.label} | area
        for one in course.quarters
        for area in one.areas
    ]
    quarters = {str(one.quarter): one.quarter.label for one in course.quarters}
    return _list_figures(
        ("quarter", "quarter_of", *MEASURES),
        [(words, course.selected_by.as_at, records)],
        names={"quarter": quarters, "area": labels},
    )


def list_two_cohorts_figures(both: SideBySide, names: tuple[str, str], labels: Mapping[str, str]) -> FiguresTable:
    """R5's measures of two cohorts, one row for each cohort and area; ``names`` say who is in them."""
    cohorts = [
        (name, one.selected_by.as_at, one.areas) for name, one in zip(names, (both.first, both.second), strict=True)
    ]
    return _list_figures(tuple(both.first.areas[0]), cohorts, names={"area": labels})


def list_closing_figures(closings: Sequence[Closing], names: Sequence[str]) -> FiguresTable:
    """The shares closed by each day on which something changed, 0 to 1, one row for each cohort and day."""
    columns = ("days", "at_risk", "closed_successfully", "closed_otherwise", "still_open")
    cohorts = [
        (
            name,
            closing.selected_by.as_at,
            [dict(zip(columns, (*step, step.still_open), strict=True)) for step in closing.steps],
        )
        for name, closing in zip(names, closings, strict=True)
    ]
    return _list_figures(columns, cohorts, names={})


def list_how_soon_figures(
    by_months: Mapping[str, Sequence[Mapping[str, Any]]], labels: Mapping[str, str], *, words: str, as_at: date
) -> FiguresTable:
    """R5's measures by months between the two Stars, one row for each span of months and area."""
    rows = [{"months_between": months, **area} for months, areas in by_months.items() for area in areas]
    return _list_figures(("months_between", *MEASURES), [(words, as_at, rows)], names={"area": labels})


def list_visits_figures(pods: Sequence[PodVisits], *, words: str, as_at: date) -> FiguresTable:
    """How often families were seen, one row for each pod and one for all; shares as two numbers each."""
    records = [
        {
            "pod": one.pod,
            "interventions": one.interventions,
            "weeks": one.weeks,
            "visits": one.visits,
            **{f"visits_by_{who}": number for who, number in one.by_whom.items()},
            "attempts": one.attempts,
            "visits_per_week": one.per_week,
            "weeks_seen": one.seen.part,
            "engaged_by_visits": one.by_visits.part,
            "asked_of_visits": one.by_visits.whole,
            "engaged_by_stars": one.by_stars.part,
            "asked_of_stars": one.by_stars.whole,
        }
        for one in pods
    ]
    return _list_figures(tuple(records[0]), [(words, as_at, records)], names={})


def list_quarters_of_visits(quarters: Sequence[QuarterVisits], *, words: str, as_at: date) -> FiguresTable:
    """Visits by family and week of support, one row for each quarter."""
    columns = ("quarter", "weeks", "visits", "visits_per_week")
    records = [
        dict(zip(columns, (str(one.quarter), one.weeks, one.visits, one.per_week), strict=True)) for one in quarters
    ]
    names = {"quarter": {str(one.quarter): one.quarter.label for one in quarters}}
    return _list_figures(columns, [(words, as_at, records)], names=names)


def _list_figures(
    columns: Sequence[str],
    cohorts: Iterable[tuple[str, date, Iterable[Mapping[str, Any]]]],
    *,
    names: Mapping[str, Mapping[str, str]],
) -> FiguresTable:
    """Figures of cohorts as one tidy table: each row with ``ABOUT``.

    Args:
        columns: the keys of the records that become columns.
        cohorts: for each cohort who is in it, the day that its figures are for, and its records.
        names: for a column of codes, what they are called: a column beside it, such as ``area_name``.
    """
    rows = []
    for words, as_at, records in cohorts:
        for record in records:
            named = {f"{code}_name": called[record[code]] for code, called in names.items()}
            rows.append(dict(record) | named | dict(zip(ABOUT, (words, as_at, UNROUNDED), strict=True)))
    header = [part for column in columns for part in (column, f"{column}_name") if part == column or column in names]
    columns = (*header, *ABOUT)
    return FiguresTable(columns, [tuple(row[column] for column in columns) for row in rows])
