"""The first sheet of an OpenDocument spreadsheet (.ods) as rows of text.

A document says of a cell or row how often it is repeated: the thousands of empty ones at the end of each row and sheet
are one each, and a few bytes can claim billions. So nothing is repeated before it is known to hold something and to be
within the limits.
"""

from collections.abc import Iterator
from typing import BinaryIO

from star_tracker.starfile import limits
from star_tracker.starfile.archives import Attributes, TagReader, open_archive, read_part
from star_tracker.starfile.sheets import Progress, Row, RowCollector, day_text, number_text

KIND = "an OpenDocument (.ods)"
CONTENT = "content.xml"


def read_opendocument(stream: BinaryIO, progress: Progress) -> Iterator[Row]:
    """The rows of the first sheet that hold anything.

    Raises:
        StarFileError: not such a file, a limit is passed, or a cell holds a formula.
    """
    with open_archive(stream, KIND) as archive:
        sheet = _Sheet()
        for done in read_part(archive, CONTENT, sheet):
            yield from sheet.rows.take()
            progress(done)


def _times(attributes: Attributes, name: str) -> int:
    return max(1, int(attributes.get(name, 1)))


class _Sheet(TagReader):
    """Reads the rows of the document's first sheet."""

    def __init__(self) -> None:
        super().__init__(
            {
                "table:table": self._start_table,
                "table:table-row": self._start_row,
                "table:table-cell": self._start_cell,
                "table:covered-table-cell": self._start_cell,
                "text:p": self._start_paragraph,
                "text:s": self._add_spaces,
                "text:tab": self._add_tab,
                "text:line-break": self._add_line_break,
            },
            {
                "table:table": self.finish,
                "table:table-row": self._end_row,
                "table:table-cell": self._end_cell,
                "table:covered-table-cell": self._end_cell,
                "text:p": self._end_paragraph,
            },
        )
        self.rows = RowCollector()
        self._number = 1
        self._row: Attributes = {}
        self._column = 1
        self._cell: Attributes = {}
        self._cell_depth = 0  # 0 outside any cell
        self._paragraphs = 0

    def _start_row(self, attributes: Attributes) -> None:
        self._row, self._column = attributes, 1
        self.rows.start_row(self._number)

    def _end_row(self) -> None:
        times = _times(self._row, "table:number-rows-repeated")
        self.rows.end_row(times)
        self._number += times

    def _start_cell(self, attributes: Attributes) -> None:
        self._cell, self._cell_depth, self._paragraphs = attributes, self.depth, 0

    def _end_cell(self) -> None:
        times = _times(self._cell, "table:number-columns-repeated")
        shown = self.take_text()
        if "table:formula" in self._cell:
            self.rows.put_formula(self._column, "=" + self._cell["table:formula"].partition("=")[2])
        else:
            self.rows.put(self._column, self._value(shown), times)
        self._column += times
        self._cell_depth = 0

    def _value(self, shown: str) -> str:
        """The cell's value; of a text, what it shows."""
        cell = self._cell
        match cell.get("office:value-type"):
            case "float" | "percentage" | "currency":
                return number_text(float(cell["office:value"]))
            case "date":
                return day_text(cell["office:date-value"])
            case "time":
                return cell["office:time-value"]
            case "boolean":
                return cell["office:boolean-value"].upper()
            case _:
                return cell.get("office:string-value", shown)

    def _start_paragraph(self, _attributes: Attributes) -> None:
        if self._cell_depth and self.depth == self._cell_depth + 1:  # those of a comment lie deeper
            self.collects = True
            if self._paragraphs:
                self.text("\n")
            self._paragraphs += 1

    def _end_paragraph(self) -> None:
        if self.depth == self._cell_depth + 1:
            self.collects = False

    def _add_spaces(self, attributes: Attributes) -> None:
        self.text(" " * min(_times(attributes, "text:c"), limits.MAX_CELL_LENGTH + 1))

    def _add_tab(self, _attributes: Attributes) -> None:
        self.text("\t")

    def _add_line_break(self, _attributes: Attributes) -> None:
        self.text("\n")

    def _start_table(self, _attributes: Attributes) -> None:
        if self._cell_depth:
            raise ValueError("a table within a cell")  # which no program writes
