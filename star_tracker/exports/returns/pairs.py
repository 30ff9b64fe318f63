"""The row-level table of a restricted return: one row for each pair, by a pseudonym, and what its columns mean."""

from collections.abc import Iterator, Mapping
from datetime import date

import pandas as pd

from star_tracker.analysis.disclosure import Figure
from star_tracker.domain.days import long_date
from star_tracker.domain.figures import write_count
from star_tracker.domain.row_level import PairRow, PairRows
from star_tracker.domain.scales import ClosureReason, Edition
from star_tracker.exports.tables import Column, NamedTable, Role

PAIRS = "pairs"
"""The name of the sheet and of the CSV file."""

OPEN = "open"
NO_REFERENCE = "none recorded"

STANDINGS: Mapping[str, str] = {OPEN: "Open", **ClosureReason.labels()}
"""How an intervention stands, by its code."""

_PARENT = Column(
    "parent",
    "Parent",
    "A random pseudonym: the same for this parent in every file that this council gets, and another in any other "
    "council's. It follows from nothing in the record, and the order of the rows tells nothing.",
    Role.NAME,
)
_REFERENCE = Column(
    "council_reference",
    "Council reference",
    "The council's own reference of the family, as the agreement allows. It is left out where another council's pods "
    "have helped the family too, because it may be theirs.",
    Role.NAME,
)
_NUMBER = Column(
    "pair",
    "Pair",
    "Which of the parent's pairs this is, from 1 in the order of their interventions: each has its own.",
    Role.NUMBER,
)
_POD = Column("pod", "Pod", "The team that the intervention is in.", Role.NAME)
_STANDING = Column(
    "closure_reason",
    "Closed, and why",
    "How the intervention had ended by the quarter's last day, or that it was open.",
    Role.CODE,
    STANDINGS,
)
_MONTHS = Column(
    "months_between", "Months between", "Whole months from the day of the start Star to that of the latest Star."
)


def list_pair_columns(edition: Edition, *, has_references: bool) -> tuple[Column, ...]:
    """The columns in order; ``edition`` names the areas."""
    of_parent = (_PARENT, _REFERENCE) if has_references else (_PARENT,)
    return (*of_parent, _NUMBER, _POD, _STANDING, _MONTHS, *_list_readings(edition))


def _list_readings(edition: Edition) -> Iterator[Column]:
    for star in ("start", "latest"):
        for area, label in edition.areas.items():
            yield Column(
                f"{star}_{area}",
                f"{star.capitalize()}: {label}",
                f"The reading of 1 to 10 for {label} in the {star} Star.",
                Role.READING,
            )


def build_pairs_table(pairs: PairRows, *, edition: Edition, as_at: date, service_name: str) -> NamedTable:
    """The table, in the order of the pseudonyms."""
    columns = list_pair_columns(edition, has_references=pairs.has_references)
    cells = [_list_cells(row, has_reference=pairs.has_references) for row in pairs.rows]
    return NamedTable(
        name=PAIRS,
        title="Pairs to date, row by row",
        scope=f"Every pair of a family that is not restricted, in the pods of this council. As at {long_date(as_at)}.",
        source=f"Star Tracker: the records of {service_name}",
        columns=columns,
        frame=pd.DataFrame(cells, columns=[column.name for column in columns], dtype=object),
        notes=(
            "Each row is about one parent: it is for the commissioner alone, is never published, and must not be "
            "passed on or joined with other data to tell who the parent is.",
            describe_left_out(pairs.left_out),
        ),
    )


def describe_left_out(left_out: int) -> str:
    """How many pairs have no row."""
    if not left_out:
        return "The other tables count the same pairs."
    have = write_count(left_out, "pair has", "pairs have")
    return f"{have} no row, because access to the family's record is restricted; the other tables count them."


def _list_cells(row: PairRow, *, has_reference: bool) -> list[Figure]:
    reference = [row.council_ref or NO_REFERENCE] if has_reference else []
    readings = [*(start for start, _ in row.readings), *(latest for _, latest in row.readings)]
    return [row.parent, *reference, row.number, row.pod, row.closure_reason or OPEN, row.months, *readings]
