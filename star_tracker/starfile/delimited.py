"""A CSV as rows of text: UTF-8, with commas, semicolons or tabs."""

import csv
import io
from collections.abc import Iterator
from itertools import chain

from star_tracker.starfile import limits
from star_tracker.starfile.columns import HEADER_WITHIN, LEAST_IN_HEADER, count_columns
from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.rows import Fault
from star_tracker.starfile.sheets import Row

DELIMITERS = ",;\t"
MOST_IN_A_CELL = 128 * 1024
"""Characters that csv reads into one cell: far more than are allowed (``limits``), far fewer than a file may have."""

_SAVE_AS_UTF_8 = (
    "in Excel choose File, Save As, “CSV UTF-8 (Comma delimited)”; "
    "in LibreOffice choose File, Save As, “Text CSV”, tick “Edit filter settings” and choose “Unicode (UTF-8)”"
)


def read_delimited(data: bytes) -> Iterator[Row]:
    """The rows of a CSV. Its delimiter is the one with which the header line names the most columns.

    Raises:
        StarFileError: a row cannot be read, or holds too much.
    """
    if data.startswith(b"PK\x03\x04"):
        raise StarFileError.of_file("this is a spreadsheet, not a CSV: give its name the right ending, .xlsx or .ods")
    csv.field_size_limit(MOST_IN_A_CELL)  # it is the process's, and another library may have changed it
    lines = _Lines(data)
    begin = lines.take_until_header()
    delimiter = max(DELIMITERS, key=lambda candidate: _count_columns_found(begin[-1], candidate))
    reader = csv.reader(chain(begin, lines), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            lines.row_length = 0
            yield number, cells
    except csv.Error as error:
        message = (
            f"quotation marks do not match here, or a cell is too long ({error}): a cell that holds a comma, "
            'a line break or a quotation mark is written in quotation marks, and each " in it twice'
        )
        raise StarFileError([Fault(number + 1, "", "", message)]) from error


def _count_columns_found(header: str, delimiter: str) -> int:
    return count_columns(heading.strip(' "\r\n') for heading in header.split(delimiter))


class _Lines(Iterator[str]):
    """The lines of a file; refuses a row that is too long, which csv would build in memory.

    Attributes:
        row_length: characters read since the last complete row; the caller sets it to 0 after each row.
    """

    def __init__(self, data: bytes) -> None:
        self.row_length = 0
        self._data = data
        self._text = io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", newline="")

    def __next__(self) -> str:
        """The next line, with its end.

        Raises:
            StarFileError: it is not UTF-8, has a NUL character, or the row is too long.
        """
        try:
            line = self._text.readline(limits.MAX_ROW_LENGTH + 1)
        except UnicodeDecodeError as error:
            raise StarFileError.of_file(
                "it is not in UTF-8 (the first character that is not stands in line "
                f"{_find_line_not_in_utf_8(self._data)}): {_SAVE_AS_UTF_8}"
            ) from error
        if "\0" in line:
            number = self._data.count(b"\n", 0, self._data.index(b"\0")) + 1
            raise StarFileError.of_file(
                f"line {number} has a NUL character, so this is no CSV or it is damaged: {_SAVE_AS_UTF_8}"
            )
        self.row_length += len(line)
        if self.row_length > limits.MAX_ROW_LENGTH:
            raise StarFileError.of_file(
                f"it has a row of more than {limits.MAX_ROW_LENGTH:,} characters: "
                "check its quotation marks and line ends, or save it as CSV UTF-8 again"
            )
        if not line:
            raise StopIteration
        return line

    def take_until_header(self) -> list[str]:
        """The first lines, up to the header line if there is one; [""] if the file has no lines."""
        lines = []
        filled = 0
        for line in self:
            lines.append(line)
            if line.strip("\r\n"):
                filled += 1
                self.row_length = 0
            if max(_count_columns_found(line, delimiter) for delimiter in DELIMITERS) >= LEAST_IN_HEADER:
                return lines
            if filled == HEADER_WITHIN:
                break
        return lines or [""]


def _find_line_not_in_utf_8(data: bytes) -> int:
    """The number of the first line that is not UTF-8, counted from 1."""
    for number, line in enumerate(io.BytesIO(data), start=1):
        try:
            line.decode()
        except UnicodeDecodeError:
            return number
    raise ValueError("every line is UTF-8")
