"""Small Star files, written out where they are tested."""

import io
from collections.abc import Iterable, Sequence
from datetime import date

from star_tracker.domain.scales import AREAS
from star_tracker.starfile.checking import CheckedFile, check_rows
from star_tracker.starfile.columns import COLUMNS
from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.reading import read_cells
from star_tracker.starfile.rows import Fault, StarRow

TODAY = date(2019, 3, 31)

FIVES = dict.fromkeys(AREAS, "5")

START = {
    "family_ref": "F1",
    "parent_ref": "P1",
    "pod": "Crewe",
    "practitioner": "ana@example.org",
    "referred_on": "2018-01-02",
    "started_on": "2018-01-10",
    "children": "2",
    "star_kind": "start",
    "star_date": "2018-01-20",
    "completed_by": "together",
    "retrospective": "no",
    **FIVES,
}
"""The cells of a row that nothing is wrong with."""


def row(**cells: str) -> dict[str, str]:
    """``START`` with other cells."""
    return {**START, **cells}


def registration(**cells: str) -> dict[str, str]:
    """A row without a Star."""
    return {**{column: cell for column, cell in START.items() if column in COLUMNS[:10]}, **cells}


def csv_text(rows: Iterable[dict[str, str]], columns: Sequence[str] = COLUMNS, delimiter: str = ",") -> str:
    """A CSV of cells that need no quotation marks."""
    lines = [columns, *([cells.get(column, "") for column in columns] for cells in rows)]
    return "".join(delimiter.join(line) + "\n" for line in lines)


def check(content: str | bytes, name: str = "stars.csv", today: date = TODAY) -> CheckedFile:
    """Read and check a file; one that cannot be read at all has its faults too."""
    data = content.encode() if isinstance(content, str) else content
    try:
        return check_rows(read_cells((name, io.BytesIO(data))), today=today)
    except StarFileError as error:
        return CheckedFile([], list(error.faults), [])


def rows_of(*rows: dict[str, str]) -> list[StarRow]:
    """The checked rows of a file without faults."""
    checked = check(csv_text(rows))
    assert checked.faults == []
    return checked.rows


def places(faults: Iterable[Fault]) -> list[tuple[int, str, str]]:
    """Row, column and value of each fault."""
    return [(fault.number, fault.column, fault.value) for fault in faults]
