"""The columns of a Star CSV (docs/star-csv.md): their names and order, and how a header is matched to them."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from star_tracker.domain.scales import AREAS
from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.rows import Fault

FAMILY_COLUMNS = ("council_ref",)
"""The columns in which the rows of one family must be the same."""

INTERVENTION_COLUMNS = ("pod", "practitioner", "referred_on", "closed_on", "closure_reason", "children")
"""The columns in which the rows of one intervention must be the same."""

COLUMNS: tuple[str, ...] = (
    "family_ref",
    "council_ref",
    "parent_ref",
    "pod",
    "practitioner",
    "referred_on",
    "started_on",
    "closed_on",
    "closure_reason",
    "children",
    "star_kind",
    "star_date",
    "completed_by",
    "retrospective",
    *AREAS,
)
"""Every column, in the order in which they are written; a file that is read may have them in any order."""

TEXT_COLUMNS = frozenset(("family_ref", "council_ref", "parent_ref", "pod", "practitioner"))
"""The columns of texts, where what a spreadsheet shows counts, not the number or date that it stores."""

LEAST_IN_HEADER = 2
"""A row that names fewer columns is not a header."""

REQUIRED_COLUMNS = frozenset(("family_ref", "parent_ref", "pod", "started_on", "star_kind", "star_date", *AREAS))
"""The columns that every file must have. If one of the others is missing, no row states it."""

POSITION = {column: position for position, column in enumerate(COLUMNS)}


def column_name(heading: str) -> str:
    """The column that a heading means: capitals, and spaces instead of underscores, do not matter.

    >>> column_name(" Family ref ")
    'family_ref'
    """
    return "_".join(heading.lower().replace("_", " ").split())


HEADER_WITHIN = 20
"""The header is among the first rows, this many, that are not empty; above it may be a title or comments."""


def count_columns(cells: Iterable[str]) -> int:
    """How many of these cells name a column: several in a header, hardly one in a title.

    >>> count_columns(["Family ref", "pod", "Stars of 2018"])
    2
    """
    return sum(column_name(cell) in POSITION for cell in cells)


def find_header(rows: Sequence[tuple[int, Sequence[str]]]) -> int:
    """The place of the header row among a file's first rows.

    Rows above it that cannot be data are passed over: a row with one cell, such as a title or ``sep=;``, or a comment.

    Raises:
        StarFileError: no row is a header, or a row above it may be data; one fault.
    """
    counts = [count_columns(cells) for _number, cells in rows]
    place = counts.index(max(counts))
    number = rows[place][0]
    if counts[place] < LEAST_IN_HEADER:
        message = f"it has no header row that names the columns: put {', '.join(COLUMNS)} into its first row"
        raise StarFileError.of_file(message)
    for above, cells in rows[:place]:
        filled = [cell.strip() for cell in cells if cell.strip()]
        if len(filled) > 1 and not filled[0].startswith("#"):
            message = f"the header, which names the columns, stands below, in row {number}: remove what is above it"
            raise StarFileError([Fault(above, "", "", message)])
    return place


def match_header(headings: Sequence[str], number: int) -> list[str]:
    """The columns' names, in the file's order.

    Args:
        headings: the cells of the header row.
        number: the header's row number.

    Raises:
        StarFileError: columns are missing, unknown or there twice; one fault for each.
    """
    names = [column_name(heading) for heading in headings]
    faults = [
        Fault(number, column, "", "this column is missing: add it to the header row, and its cells to each row")
        for column in COLUMNS
        if column in REQUIRED_COLUMNS and column not in names
    ]
    for position, (heading, name) in enumerate(zip(headings, names, strict=True), start=1):
        if name in POSITION:
            if name in names[: position - 1]:
                faults.append(Fault(number, name, heading, "this column is there twice: keep the one that is right"))
        elif name:
            likely = get_close_matches(name, COLUMNS, n=1)
            advice = f"rename it to {likely[0]}, or remove it" if likely else "remove it"
            faults.append(Fault(number, heading.strip(), "", f"a Star file has no such column: {advice}"))
        else:
            faults.append(Fault(number, "", "", f"column {position} has no name: name it, or remove it"))
    if faults:
        raise StarFileError(faults)
    return names
