"""A cohort's tables as accessible workbooks: Cover, a sheet for each table, Notes."""

from datetime import date

import pandas as pd

from star_tracker.analysis.disclosure import LEAST_PAIRS
from star_tracker.analysis.summaries import CohortSummary
from star_tracker.domain.days import long_date
from star_tracker.domain.scales import Edition
from star_tracker.domain.texts import lower_first, upper_first
from star_tracker.exports.cohorts.files import FiguresTable
from star_tracker.exports.cohorts.tables import describe_columns, list_cohort_tables
from star_tracker.exports.definitions import CHANGE_NOTE, LICENCE, MEASURED, UNDEFINED_MEANS, WORDS
from star_tracker.exports.tables import NamedTable
from star_tracker.exports.workbook_sheets import AccessibleWorkbook

_PLACES = 2
_EXACT = (
    "Every figure is exact and unrounded: a cell shows two decimals of a measure and holds ten. An area with fewer "
    f"than {LEAST_PAIRS} pairs has its change here too: one family can move it, and somebody may know which one. "
    "Not to be published; what may be published is the return made for that."
)


def build_figures_workbook(
    table: FiguresTable,
    edition: Edition,
    *,
    title: str,
    words: str,
    service_name: str,
    software_version: str,
    as_at: date,
) -> bytes:
    """One table as an .xlsx file: Cover, figures, Notes; the same table gives the same bytes.

    Args:
        table: the figures.
        edition: the edition whose areas they are about.
        title: what the table shows.
        words: who is in the cohort.
        service_name: whose figures they are.
        software_version: the version of Star Tracker.
        as_at: the day that the figures are for.
    """
    words = upper_first(words)
    columns = describe_columns(table, edition)
    named = NamedTable(
        name="figures",
        title=title,
        scope=f"{words}. As at {long_date(as_at)}.",
        source=f"Star Tracker: the records of {service_name}",
        columns=columns,
        frame=pd.DataFrame(table.rows, columns=list(table.columns), dtype=object),
    )
    heading = f"{service_name}: {title}, as at {long_date(as_at)}"
    workbook = AccessibleWorkbook(title=heading, subject=words, author=service_name, comments=_EXACT, made_for=as_at)
    workbook.write_cover(
        heading,
        intro=[f"Who is in it: {words}.", _EXACT],
        about=[
            f"Sheet figures: {title}.",
            "The sheet Notes explains every word and column.",
            CHANGE_NOTE,
            f"Source: {service_name}, Star Tracker {software_version}.",
            LICENCE,
        ],
    )
    workbook.write_table(named, subtitle=service_name, marks=UNDEFINED_MEANS, places=_PLACES)
    workbook.write_notes(
        marks=UNDEFINED_MEANS,
        words={**WORDS, **{f"Rule {number}": rule for number, rule in MEASURED.items()}},
        tables=[named],
        csv=" In the CSV files the cell is empty.",
    )
    return workbook.finish()


def build_cohort_workbook(
    summary: CohortSummary, edition: Edition, *, words: str, service_name: str, software_version: str
) -> bytes:
    """The .xlsx file; the same cohort gives the same bytes. The arguments are those of ``list_cohort_tables``."""
    words = upper_first(words)
    tables = list_cohort_tables(summary, edition, words=words, service_name=service_name)
    title = f"{service_name}: Family Star Plus cohort as at {long_date(summary.selected_by.as_at)}"
    workbook = AccessibleWorkbook(
        title=title, subject=words, author=service_name, comments=_EXACT, made_for=summary.selected_by.as_at
    )
    left_out = ", ".join(f"{n} with {lower_first(reason.label)}" for reason, n in summary.excluded.items())
    workbook.write_cover(
        title,
        intro=[
            f"Who is in it: {words}.",
            summary.in_numbers,
            f"Parents with no pair are left out: {left_out}.",
            _EXACT,
        ],
        about=[
            *(f"Sheet {table.name}: {table.title}." for table in tables),
            "The sheet Notes explains every word and column.",
            CHANGE_NOTE,
            f"Source: {service_name}, Star Tracker {software_version}.",
            LICENCE,
        ],
    )
    for table in tables:
        workbook.write_table(table, subtitle=service_name, marks=UNDEFINED_MEANS, places=_PLACES)
    workbook.write_notes(
        marks=UNDEFINED_MEANS,
        words={**WORDS, **{f"Rule {number}": rule for number, rule in MEASURED.items()}},
        tables=tables,
        csv=" In the CSV files the cell is empty.",
    )
    return workbook.finish()
