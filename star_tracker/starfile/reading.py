"""From a file to cells of text: which kind of file it is, its header row, and rows in the columns' order.

Every cell stays the text that a person sees, so that ``00123`` and ``=F12`` survive. Spreadsheets are read by
``workbooks`` and ``opendocument``, CSV here.
"""

import csv
import io
import os
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path, PurePath
from typing import BinaryIO

from star_tracker.starfile.columns import COLUMNS, POSITION, column_name, match_header
from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.opendocument import read_opendocument
from star_tracker.starfile.rows import Fault
from star_tracker.starfile.sheets import MAX_COLUMNS, Progress, Row, check_row_count
from star_tracker.starfile.workbooks import read_workbook

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Size of a file: a CSV of 200,000 rows takes about 30 MB."""

DELIMITERS = ",;\t"

_SAVE_AS_UTF_8 = (
    "in Excel choose File, Save As, “CSV UTF-8 (Comma delimited)”; "
    "in LibreOffice choose File, Save As, “Text CSV”, tick “Edit filter settings” and choose “Unicode (UTF-8)”"
)


@dataclass(frozen=True, slots=True)
class Cells:
    """A file's rows below its header.

    Attributes:
        rows: the number of each row, as a spreadsheet counts it, and its cells in the order of ``columns.COLUMNS``.
        faults: the rows that are left out of ``rows`` because they are longer or shorter than the header.
    """

    rows: list[tuple[int, tuple[str, ...]]]
    faults: list[Fault]


def read_cells(source: Path | tuple[str, BinaryIO], progress: Progress | None = None) -> Cells:
    """The cells of a Star CSV, or of the first sheet of an .xlsx or .ods.

    Args:
        source: a path, or a file's name (its end says which kind it is) and its seekable content.
        progress: told how much is read, 0 to 1.

    Raises:
        StarFileError: it cannot be read, or its header lacks columns or has unknown ones.
    """
    name, content = (source.name, source.open("rb")) if isinstance(source, Path) else source
    with content if isinstance(source, Path) else nullcontext():
        if content.seek(0, os.SEEK_END) > MAX_FILE_BYTES:
            raise StarFileError.of_file(
                f"it is larger than {MAX_FILE_BYTES // 1024**2} MB: split it, each family's rows in one file"
            )
        content.seek(0)
        match PurePath(name).suffix.lower():
            case ".csv":
                return _arrange(_read_csv(content.read()), padded=False)
            case ".xlsx":
                return _arrange(read_workbook(content, progress), padded=True)
            case ".ods":
                return _arrange(read_opendocument(content, progress), padded=True)
            case extension:
                raise StarFileError.of_file(
                    f"a file whose name ends in {extension!r} cannot be read: "
                    "save it as .xlsx, .ods or “CSV UTF-8” (.csv)"
                )


def _read_csv(data: bytes) -> Iterable[Row]:
    """The rows of a CSV in UTF-8, with commas, semicolons or tabs: whichever finds the most columns in the header."""
    if data.startswith(b"PK\x03\x04"):
        raise StarFileError.of_file("this is a spreadsheet, not a CSV: give its name the right ending, .xlsx or .ods")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise StarFileError.of_file(
            f"it is not in UTF-8 (the first character that is not stands in line {line}): {_SAVE_AS_UTF_8}"
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise StarFileError.of_file(
            f"line {line} has a NUL character, so this is no CSV or it is damaged: {_SAVE_AS_UTF_8}"
        )
    header = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=lambda candidate: _columns_found(header, candidate))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, cells
    except csv.Error as error:
        message = (
            f"quotation marks do not match here, or a cell is too long ({error}): a cell that holds a comma, "
            'a line break or a quotation mark is written in quotation marks, and each " in it twice'
        )
        raise StarFileError([Fault(number + 1, "", "", message)]) from error


def _columns_found(header: str, delimiter: str) -> int:
    return sum(column_name(heading.strip(' "\r')) in POSITION for heading in header.split(delimiter))


def _arrange(rows: Iterable[Row], *, padded: bool) -> Cells:
    """Match the header and put each row's cells in the order of ``COLUMNS``; a column that is not there is empty.

    Args:
        rows: of the file, the header first.
        padded: whether empty cells at a row's end may be missing, as in a spreadsheet.
    """
    filled = ((number, cells) for number, cells in rows if any(map(str.strip, cells)))
    number, headings = next(filled, (0, []))
    if not headings:
        raise StarFileError.of_file(f"it is empty: its first row must name the columns, {', '.join(COLUMNS)}")
    if len(headings) > MAX_COLUMNS:
        raise StarFileError.of_file(f"the header has more than {MAX_COLUMNS} columns: remove those to the right")
    names = match_header(_without_empty_end(headings), number)
    width = len(names)
    pick = itemgetter(*(names.index(column) if column in names else width for column in COLUMNS))
    arranged: list[tuple[int, tuple[str, ...]]] = []
    faults: list[Fault] = []
    for number, cells in filled:
        if len(cells) > width:
            cells = _without_empty_end(cells, width)
        elif padded:
            cells = [*cells, *[""] * (width - len(cells))]
        if len(cells) != width:
            faults.append(_ragged(number, cells, width))
            continue
        check_row_count(len(arranged) + 1)
        arranged.append((number, pick([*cells, ""])))
    return Cells(arranged, faults)


def _without_empty_end(cells: Sequence[str], width: int = 0) -> list[str]:
    """The cells without the empty ones after the first ``width`` of them."""
    end = len(cells)
    while end > width and not cells[end - 1].strip():
        end -= 1
    return list(cells[:end])


def _ragged(number: int, cells: Sequence[str], width: int) -> Fault:
    if len(cells) < width:
        advice = "write every cell, the empty ones too"
    else:
        extra = ", ".join(repr(cell[:40]) for cell in cells[width : width + 3])
        advice = f"remove {extra}, or put a cell that holds a comma in quotation marks"
    return Fault(number, "", "", f"the row has {len(cells)} cells and the header {width}: {advice}")
