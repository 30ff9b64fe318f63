"""What a table of the return is, apart from how a workbook or a CSV file shows it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import pandas as pd

from star_tracker.analysis.disclosure import Figure, Spec
from star_tracker.domain.figures import round_half_up, write_figure
from star_tracker.domain.scales import TOTALS

DECIMALS = 10
"""Decimals of a written measure: far more than are meaningful, but without the noise of the last digits."""


class Role(StrEnum):
    """What a column holds, which decides how R9 and a spreadsheet treat it."""

    CODE = "code"
    NAME = "name"  # free text that somebody typed
    NUMBER = "number"  # a version's, or which of several: it counts nobody
    READING = "reading"  # one parent's, of 1 to 10: in row-level files alone
    COUNT = "count"
    MEASURE = "measure"
    FIGURE = "figure"  # a count or a measure, from row to row; disclosed before


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: in lower_snake_case, for the CSV file and ``metadata.json``.
        heading: its name for a person.
        definition: one sentence or two that a council officer can rely on.
        role: what it holds.
        labels: for a code, what a person reads instead.
        code_heading: for codes that the workbook shows beside their labels, the heading of the codes.
        divides: for a count of a part, the name of the column before it that counts the whole.
        rate_of: for a percentage, the names of the columns that it divides.
        is_disclosed: whether its figures come from a signed return, as they were disclosed there.
    """

    name: str
    heading: str
    definition: str
    role: Role = Role.COUNT
    labels: Mapping[str, str] = field(default_factory=dict)
    code_heading: str = ""
    divides: str = ""
    rate_of: tuple[str, str] | None = None
    is_disclosed: bool = False

    @property
    def holds_words(self) -> bool:
        """Whether its cells are words, not figures."""
        return self.role in (Role.CODE, Role.NAME)


@dataclass(frozen=True, kw_only=True)
class NamedTable:
    """A table of the return, disclosed and ready to write.

    Attributes:
        name: in lower_snake_case: the CSV file's and the sheet's name.
        title: what the table shows, on one line.
        scope: whom it counts.
        source: where the figures come from.
        columns: in order.
        frame: a column for each of ``columns``; figures as ``disclosure.disclose`` gives them.
        notes: sentences that readers of this table need.

    Raises:
        ValueError: the frame has other columns.
    """

    name: str
    title: str
    scope: str
    source: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if list(self.frame.columns) != names:
            raise ValueError(f"{self.name}: expected columns {names}, got {list(self.frame.columns)}")

    @property
    def sheet_table(self) -> str:
        """What the table on its sheet is called: a workbook must not call a table as a cell, and none twice."""
        return f"{self.name}_table"

    def list_rows(self) -> list[tuple[Figure, ...]]:
        """The rows as plain Python: str, int, float (to ``DECIMALS`` decimals), None where undefined."""
        rounded = [
            [
                float(round_half_up(value, DECIMALS)) if isinstance(value, float) else value
                for value in self.frame[column.name].to_numpy(object)  # iterating over texts themselves is slow
            ]
            for column in self.columns
        ]
        return list(zip(*rounded, strict=True))

    def list_records(self) -> list[dict[str, Figure]]:
        """The same rows, each by the names of the columns."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.list_rows()]


@dataclass(frozen=True, kw_only=True)
class TableChart:
    """A bar chart that a spreadsheet program draws from a table: its first column's names, its last one's figures.

    Attributes:
        axis: what the bars measure.
        text: the alternative text.
        places: the decimals that stand at the bars.
    """

    axis: str
    text: str
    places: int


@dataclass(frozen=True)
class DrawnTable:
    """A table in which every figure is a number, and the chart that is drawn from it."""

    table: NamedTable
    chart: TableChart


def write_cell(figure: Figure, labels: Mapping[str, str], places: int) -> str:
    """A cell as people read it: a code's label, a count, a measure with so many decimals, or "" if undefined."""
    if isinstance(figure, float):
        return write_figure(figure, places)
    if isinstance(figure, int):
        return f"{figure:,}"
    return "" if figure is None else labels.get(figure, figure)


def find_totals(columns: Sequence[Column], rows: Sequence[Sequence[Figure]]) -> frozenset[int]:
    """The numbers of the rows that count everything, such as all pods; the first is 0."""
    places = [place for place, column in enumerate(columns) if column.holds_words]
    return frozenset(number for number, row in enumerate(rows) if any(row[place] in TOTALS for place in places))


def title_without(title: str, groups: Collection[str]) -> str:
    """A table's title for a part of it that is about one of each of these groups.

    >>> title_without("Pairs, by cohort, pod and area", {"cohort", "pod"}), title_without("Served, by pod", {"pod"})
    ('Pairs, by area', 'Served')
    """
    what, by, grouped = title.partition(", by ")
    kept = [group for group in re.split(", | and ", grouped) if group not in groups]
    return what + (by + ", ".join(kept) if any(kept) else "")


def spec_of(columns: tuple[Column, ...]) -> Spec:
    """How R9 treats these columns."""
    return Spec(
        counts=tuple(column.name for column in columns if column.role is Role.COUNT),
        parts={column.name: column.divides for column in columns if column.divides},
        measures=tuple(
            column.name
            for column in columns
            if column.role is Role.MEASURE and not column.rate_of and not column.is_disclosed
        ),
        rates={column.name: column.rate_of for column in columns if column.rate_of},
    )
