"""The first sheet of an OpenDocument spreadsheet (.ods) as rows of text."""

from collections.abc import Mapping
from typing import BinaryIO

from star_tracker.starfile.sheets import (
    MAX_CELL_LENGTH,
    MAX_COLUMNS,
    MAX_UNPACKED_BYTES,
    ParsingDone,
    Progress,
    Row,
    Rows,
    check_cell,
    number_text,
    open_archive,
    parse_member,
)

KIND = "an OpenDocument (.ods)"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "


def read_opendocument(stream: BinaryIO, progress: Progress | None = None) -> list[Row]:
    """The rows of the first sheet that hold anything.

    Raises:
        StarFileError: not such a file, or a limit of ``sheets`` is passed.
    """
    sheet = _Sheet()
    with open_archive(stream, KIND) as archive:
        parse_member(
            archive,
            "content.xml",
            KIND,
            starts={
                "table": sheet.start_table,
                "table-row": sheet.start_row,
                "table-cell": sheet.start_cell,
                "covered-table-cell": sheet.start_cell,
                "p": sheet.start_paragraph,
                "s": sheet.start_spaces,
                "*": sheet.start_other,
            },
            ends={
                "table": sheet.end_table,
                "table-row": sheet.end_row,
                "table-cell": sheet.end_cell,
                "covered-table-cell": sheet.end_cell,
                "*": sheet.end_other,
            },
            text=sheet.add_text,
            limit=MAX_UNPACKED_BYTES,
            progress=progress,
        )
    return sheet.rows.rows


class _Sheet:
    """What has been read so far.

    A cell's text is in the paragraphs right below it; those of a comment on the cell, or of a picture in it, lie
    deeper. ``_depth`` counts the elements open in the present cell, itself included; 0 is outside any.
    """

    def __init__(self) -> None:
        self.rows = Rows()
        self._tables = 0
        self._number = 0
        self._row_repeats = 1
        self._column = 0
        self._cells: list[str] = []
        self._cell: Mapping[str, str] = {}
        self._depth = 0
        self._in_paragraph = False
        self._text: list[str] = []
        self._length = 0

    def start_table(self, _attributes: Mapping[str, str]) -> None:
        self._tables += 1

    def end_table(self) -> None:
        self._tables -= 1
        if not self._tables:
            raise ParsingDone

    def start_row(self, attributes: Mapping[str, str]) -> None:
        if self._depth:
            self._depth += 1
        elif self._tables:
            self._row_repeats = int(attributes.get(f"{_TABLE}number-rows-repeated", 1))
            self._column = 0
            self._cells = []

    def end_row(self) -> None:
        if self._depth:
            self._depth -= 1
        elif self._tables:
            if any(self._cells):
                for number in range(self._number + 1, self._number + 1 + self._row_repeats):
                    self.rows.add(number, self._cells.copy())
            self._number += self._row_repeats

    def start_cell(self, attributes: Mapping[str, str]) -> None:
        if self._depth:
            self._depth += 1
        elif self._tables:
            self._cell = attributes
            self._depth = 1
            self._text = []
            self._length = 0

    def end_cell(self) -> None:
        if self._depth == 1:
            value = self._value()
            repeats = int(self._cell.get(f"{_TABLE}number-columns-repeated", 1))
            if value:
                check_cell(self._number + 1, self._column + repeats, len(value))
            self._cells.extend([value] * min(repeats, MAX_COLUMNS - len(self._cells)))
            self._column += repeats
        self.end_other()

    def _value(self) -> str:
        match self._cell.get(f"{_OFFICE}value-type"):
            case "float" | "percentage" | "currency":
                return number_text(self._cell[f"{_OFFICE}value"])
            case "date":
                return self._cell[f"{_OFFICE}date-value"].removesuffix("T00:00:00")
            case "boolean":
                return self._cell[f"{_OFFICE}boolean-value"].upper()
            case _:
                return self._cell.get(f"{_OFFICE}string-value") or "".join(self._text)

    def start_paragraph(self, _attributes: Mapping[str, str]) -> None:
        if self._depth == 1:
            self._in_paragraph = True
            if self._text:
                self._text.append("\n")
        self.start_other(_attributes)

    def start_spaces(self, attributes: Mapping[str, str]) -> None:
        self.add_text(" " * min(int(attributes.get(f"{_TEXT}c", 1)), MAX_CELL_LENGTH))
        self.start_other(attributes)

    def start_other(self, _attributes: Mapping[str, str]) -> None:
        if self._depth:
            self._depth += 1

    def end_other(self) -> None:
        if self._depth:
            self._depth -= 1
            if self._depth == 1:
                self._in_paragraph = False

    def add_text(self, text: str) -> None:
        if self._in_paragraph:
            self._length += len(text)
            check_cell(self._number + 1, self._column + 1, self._length)
            self._text.append(text)
