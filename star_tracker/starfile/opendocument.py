"""The first sheet of an OpenDocument spreadsheet (.ods) as rows of text, read by python-calamine.

calamine builds what a file claims: 10,000 rows of two cells that each say they are repeated 16,000 times take it 9 GB,
and where memory runs out it aborts the process. It also leaves out, in silence, text that is not marked as text, and
tells of no formula. So expat looks at the document first, and calamine is given a copy of the very bytes that expat
saw: of an archive that contradicts itself, two programs may read different parts.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any, BinaryIO
from xml.parsers import expat

from openpyxl.utils import get_column_letter
from python_calamine import CalamineError, CalamineWorkbook

from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.rows import Fault
from star_tracker.starfile.sheets import (
    Progress,
    Row,
    cell_text,
    check_cell,
    check_row_count,
    formula_fault,
    not_a_sheet,
    number_rows,
    open_archive,
)

KIND = "an OpenDocument (.ods)"
CONTENT = "content.xml"

MAX_BUILT_BYTES = 1024**3
"""What calamine may build, as it is added up here: within a few percent, or more than calamine then takes."""

CELL_BYTES = 64
"""A cell without its text: calamine keeps a value and a formula of each."""

CHUNK_BYTES = 1024**2

_CELLS = frozenset(("table:table-cell", "table:covered-table-cell"))
_TABLE = _CELLS | {"table:table", "table:table-row"}
_FILLED = {"table:formula", "office:value-type", "office:value", "office:string-value"} | {
    f"office:{kind}-value" for kind in ("date", "time", "boolean")
}


def read_opendocument(stream: BinaryIO, progress: Progress | None = None) -> list[Row]:
    """The rows of the first sheet that hold anything.

    Raises:
        StarFileError: not such a file, a limit is passed, or a cell holds a formula or text not marked as text.
    """
    damaged = (CalamineError, LookupError, ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error)
    try:
        with open_archive(stream, KIND, (CONTENT,)) as archive:
            copy = _checked_copy(archive, progress)
        sheet = CalamineWorkbook.from_filelike(copy).get_sheet_by_index(0)
        return list(number_rows([cell_text(value) for value in cells] for cells in sheet.iter_rows()))
    except (*damaged, expat.ExpatError) as error:
        raise not_a_sheet(KIND) from error


def _checked_copy(archive: zipfile.ZipFile, progress: Progress | None) -> BinaryIO:
    """A document of the same cells, when it is known that calamine can build them."""
    check = _Check()
    # As calamine does, take names as they are written, and bytes as UTF-8 whatever the document declares.
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = check.start, check.end
    parser.CharacterDataHandler = check.text
    # No spreadsheet program writes these: entities can grow without end, and calamine leaves out CDATA sections.
    parser.StartDoctypeDeclHandler = parser.StartCdataSectionHandler = _refuse
    member = archive.getinfo(CONTENT)
    copy = io.BytesIO()
    with archive.open(member) as content, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as checked:
        checked.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        checked.writestr("META-INF/manifest.xml", "<manifest/>")
        with checked.open(CONTENT, "w") as out:
            while chunk := content.read(CHUNK_BYTES):
                parser.Parse(chunk, False)
                out.write(chunk)
                if progress:
                    progress(content.tell() / member.file_size)
            parser.Parse(b"", True)
    copy.seek(0)
    return copy


def _refuse(*_declaration: Any) -> None:
    raise not_a_sheet(KIND)


def _times(attributes: Mapping[str, str], name: str) -> int:
    return max(1, int(attributes.get(name, 1)))


class _Check:
    """Follows the tags of a document, refuses what calamine would not tell of, and adds up what it would build.

    In a row calamine builds an empty cell as soon as another cell follows, and a filled one as often as it is repeated.
    Then it builds each sheet again as a rectangle up to the last row and column in which anything stands. So the
    thousands of empty cells at the end of each row, and of empty rows at the end of each sheet, cost nothing.
    """

    def __init__(self) -> None:
        self._built = 0
        self._in_first_sheet = True
        self._faults: list[Fault] = []
        self._rows = self._filled_rows = self._height = self._width = 0
        self._row: Mapping[str, str] = {}
        self._row_bytes = self._column = self._empty = self._filled_to = 0
        self._cell: Mapping[str, str] = {}
        self._depth = 0  # of elements in the present cell, itself included; 0 is outside any
        self._length = 0
        self._in_paragraph = self._shows_text = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self._depth:
            self._depth += 1
            if name in _TABLE:
                raise not_a_sheet(KIND)  # nor does any program write a table within a cell
            if name == "text:s":
                self._length += _times(attributes, "text:c")
            elif name == "text:p" and self._depth == 2:  # those of a comment lie deeper
                self._in_paragraph = True
        elif name in _CELLS:
            self._cell, self._depth, self._length, self._shows_text = attributes, 1, 0, False
        elif name == "table:table-row":
            self._row = attributes
            self._row_bytes = self._column = self._empty = self._filled_to = 0

    def text(self, text: str) -> None:
        """Text stands here."""
        self._length += len(text)
        if self._in_paragraph and not text.isspace():
            self._shows_text = True

    def end(self, name: str) -> None:
        """An element ends."""
        if self._depth:
            self._depth -= 1
            if self._depth == 1:
                self._in_paragraph = False
            elif not self._depth:
                self._end_cell(_times(self._cell, "table:number-columns-repeated"))
        elif name == "table:table-row":
            self._end_row(_times(self._row, "table:number-rows-repeated"))
        elif name == "table:table":
            self._built += self._height * self._width * CELL_BYTES
            self._rows = self._height = self._width = 0
            self._in_first_sheet = False

    def _end_cell(self, times: int) -> None:
        self._column += self._empty
        self._row_bytes += self._empty * CELL_BYTES
        filled = not _FILLED.isdisjoint(self._cell)
        if self._in_first_sheet and (filled or self._shows_text):
            check_cell(self._rows + 1, self._column + times, self._length)
            self._check_value(self._rows + 1, self._column + 1, filled)
        if filled:
            self._empty = 0
            self._column += times
            self._filled_to = self._column
            self._row_bytes += times * (CELL_BYTES + 2 * (self._length + sum(map(len, self._cell.values()))))
        else:
            self._empty = times

    def _check_value(self, number: int, column: int, filled: bool) -> None:
        if "table:formula" in self._cell:
            formula = "=" + self._cell["table:formula"].partition("=")[2]
            self._faults.append(formula_fault(number, column, formula))
        elif not filled:
            message = "text that the file marks as text: open it in LibreOffice and save it again, or as CSV UTF-8"
            self._faults.append(Fault(number, get_column_letter(column), "", message))

    def _end_row(self, times: int) -> None:
        if self._faults:
            raise StarFileError(self._faults)
        self._rows += times
        if self._filled_to:
            self._filled_rows += times
            if self._in_first_sheet:
                check_row_count(self._filled_rows - 1)
            self._height = self._rows
            self._width = max(self._width, self._filled_to)
            self._row_bytes *= times
        self._built += self._row_bytes
        if self._built + self._height * self._width * CELL_BYTES > MAX_BUILT_BYTES:
            raise StarFileError.of_file(
                "it has too many cells, or something stands far below the table: "
                "copy the table into a new spreadsheet, or save it as CSV UTF-8"
            )
