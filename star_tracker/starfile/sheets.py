"""What reading .xlsx and .ods has in common: how much a file may hold, and a cell's value as the text that people see.

Both are zip archives of XML made by strangers, and a few kilobytes can unpack to gigabytes. What an archive declares
is checked here before a library reads it; ``zipfile`` never unpacks more of a member than it declares.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, time
from typing import BinaryIO

from openpyxl.utils import get_column_letter

from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.rows import Fault

MAX_ROWS = 200_000
"""Rows below the header, of every kind of file."""

MAX_COLUMNS = 100
"""Columns in which anything may stand: some more than a Star file has, so that a fault can name them."""

MAX_CELL_LENGTH = 32_767
"""Characters in one cell; Excel's own limit."""

MAX_MEMBERS = 2_000
"""Files in the archive: a few for each sheet, picture and comment."""

MAX_UNPACKED_BYTES = 768 * 1024**2
"""Size of all members unpacked: 200,000 rows take 520 MB as LibreOffice writes them, 230 MB as we do."""

MAX_PART_BYTES = 16 * 1024**2
"""Unpacked size of a member that is no table: styles, pictures and such."""

MAX_RATIO = 500
"""Of unpacked to packed size, above a megabyte. LibreOffice's own files come to 160; the most there can be is 1,032."""

Progress = Callable[[float], None]
"""Is told from time to time which part of the work is done, 0 to 1."""

Row = tuple[int, list[str]]
"""A row's number as a spreadsheet counts it, and its cells."""


def open_archive(stream: BinaryIO, kind: str, tables: tuple[str, ...]) -> zipfile.ZipFile:
    """The zip archive that an .xlsx or .ods is.

    Args:
        stream: the file.
        kind: what it should be, for the message if it is not.
        tables: how the names of the members begin that hold the cells, and may be large.

    Raises:
        StarFileError: it is no archive, is protected by a password, or would unpack to too much.
    """
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise not_a_sheet(kind) from error
    members = archive.infolist()
    if any(m.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or m.flag_bits & 1 for m in members):
        raise not_a_sheet(kind)
    if len(members) > MAX_MEMBERS:
        raise _too_large(f"is made of more than {MAX_MEMBERS:,} parts")
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise _too_large(f"unpacks to more than {MAX_UNPACKED_BYTES // 1024**2:,} MB")
    for member in members:
        if member.file_size > MAX_PART_BYTES and not member.filename.startswith(tables):
            raise _too_large(f"has a part, {member.filename!r}, of more than {MAX_PART_BYTES // 1024**2} MB")
        if member.file_size > max(1024**2, member.compress_size * MAX_RATIO):
            raise _too_large(f"unpacks to more than {MAX_RATIO} times its size")
    return archive


def not_a_sheet(kind: str) -> StarFileError:
    """The fault of a file whose name promises a spreadsheet."""
    return StarFileError.of_file(
        f"this is not {kind} spreadsheet, or it is damaged or protected by a password: "
        "open it in your spreadsheet program, save it again without a password, or save it as CSV UTF-8"
    )


def _too_large(how: str) -> StarFileError:
    return StarFileError.of_file(f"the spreadsheet {how}: save it as CSV UTF-8")


def number_rows(rows: Iterable[list[str]]) -> Iterator[Row]:
    """The rows that hold anything with their numbers, without the empty cells at each row's end.

    Args:
        rows: of a sheet, from row 1 on, with every empty one between them.

    Raises:
        StarFileError: there are too many, or a cell is far to the right or too long.
    """
    filled = 0
    for number, cells in enumerate(rows, start=1):
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            check_cell(number, len(cells), max(map(len, cells)))
            check_row_count(filled)
            filled += 1
            yield number, cells


def check_row_count(rows_before: int) -> None:
    """Refuse one row more than a header and ``MAX_ROWS`` rows."""
    if rows_before > MAX_ROWS:
        raise StarFileError.of_file(f"it has more than {MAX_ROWS:,} rows: split it, each family's rows in one file")


def check_cell(number: int, column: int, length: int) -> None:
    """Refuse a cell that is far to the right, or too long.

    Args:
        number: of its row, counted from 1.
        column: of its column, counted from 1.
        length: in characters.
    """
    if column > MAX_COLUMNS:
        message = f"something stands in column {column}, far right of the table: clear that cell"
        raise StarFileError([Fault(number, "", "", message)])
    if length > MAX_CELL_LENGTH:
        message = f"a cell has more than {MAX_CELL_LENGTH:,} characters: shorten it"
        raise StarFileError([Fault(number, "", "", message)])


def formula_fault(number: int, column: int, formula: str) -> Fault:
    """What is wrong with a cell that holds a formula: the result stored with it may be old, or not there at all."""
    message = (
        "a value, not a formula, here and below: copy the cells and paste them back as values alone (Paste Special), "
        "or save the sheet as CSV UTF-8"
    )
    return Fault(number, get_column_letter(column), formula, message)


def cell_text(value: object) -> str:
    """A cell's value, as the libraries give it, as people write it.

    >>> [cell_text(value) for value in (None, 5.0, 4.5, True, date(2018, 1, 31))]
    ['', '5', '4.5', 'TRUE', '2018-01-31']
    """
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float() if value.is_integer():
            return str(int(value))
        case date() | time():
            return value.isoformat().removesuffix("T00:00:00")
        case _:
            return str(value)
