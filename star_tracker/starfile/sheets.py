"""A spreadsheet's first sheet as rows of text, within bounds: what .xlsx and .ods have in common.

Both are zip archives of XML made by strangers. A few kilobytes can claim 17 thousand million cells or unpack to
gigabytes, and the usual libraries build what the file claims: python-calamine asks for 550 GB and aborts the process,
openpyxl and odfpy hold every element of a row or a document. So the XML is read here as a stream, by expat, and each
part stops at a limit with a fault that says which.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO
from xml.parsers import expat

from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.rows import Fault

MAX_ROWS = 200_000
"""Rows below the header, of every kind of file."""

MAX_COLUMNS = 100
"""Columns in which anything may stand: some more than a Star file has, so that a fault can name them."""

MAX_CELL_LENGTH = 32_767
"""Characters in one cell; Excel's own limit."""

MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
"""Size of the sheet's XML: 200,000 rows as LibreOffice writes them take 600 MB, of which little is held at a time."""

MAX_TOKEN_BYTES = 4 * 1024 * 1024
"""The longest single tag or comment, which expat has to hold whole."""

CHUNK_BYTES = 256 * 1024

Progress = Callable[[float], None]
"""Is told from time to time which part of the work is done, 0 to 1."""

Row = tuple[int, list[str]]
"""A row's number as a spreadsheet counts it, and its cells."""

Handler = Callable[..., None]
"""Called with an element's attributes where it begins, with nothing where it ends."""


class Rows:
    """The rows of a sheet that hold anything, gathered in order."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def add(self, number: int, cells: list[str]) -> None:
        """Keep a row, without the empty cells at its end; an empty row is left out.

        Raises:
            StarFileError: the sheet has too many rows.
        """
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            check_row_count(len(self.rows))
            self.rows.append((number, cells))


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


def open_archive(stream: BinaryIO, kind: str) -> zipfile.ZipFile:
    """The zip archive that an .xlsx or .ods is.

    Raises:
        StarFileError: it is none.
    """
    try:
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise not_a_sheet(kind) from error


def not_a_sheet(kind: str) -> StarFileError:
    """The fault of a file whose name promises a spreadsheet."""
    return StarFileError.of_file(
        f"this is not {kind} spreadsheet, or it is damaged or protected by a password: "
        "open it in your spreadsheet program, save it again without a password, or save it as CSV UTF-8"
    )


def check_member(member: zipfile.ZipInfo, kind: str, limit: int) -> None:
    """Refuse a member of the archive that is encrypted, or larger unpacked than ``limit`` bytes."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or member.flag_bits & 1:
        raise not_a_sheet(kind)
    if member.file_size > limit:
        raise StarFileError.of_file(
            f"the spreadsheet unpacks to more than {limit // 1024**2:,} MB: save it as CSV UTF-8"
        )


def parse_member(
    archive: zipfile.ZipFile,
    name: str,
    kind: str,
    *,
    starts: Mapping[str, Handler],
    ends: Mapping[str, Handler],
    text: Callable[[str], None],
    limit: int,
    progress: Progress | None = None,
) -> None:
    """Read one XML file of the archive as a stream.

    Args:
        archive: the .xlsx or .ods.
        name: the file's name in it.
        kind: what the archive should be, for the message if it is not.
        starts: what to call, with the attributes, where an element of this local name begins; "*" for every other.
        ends: what to call where one ends; "*" for every other.
        text: what to call with each piece of text.
        limit: the largest size, unpacked, in bytes.
        progress: told how much of it is read.

    Raises:
        StarFileError: no such member, no XML, too large, or what a handler raised.
    """
    try:
        member = archive.getinfo(name)
        check_member(member, kind, limit)
        parser = _parser(kind, starts, ends, text)
        fed = 0
        with archive.open(member) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - parser.CurrentByteIndex > MAX_TOKEN_BYTES:
                    raise not_a_sheet(kind)
                if progress:
                    progress(fed / max(member.file_size, 1))
            parser.Parse(b"", True)
    except ParsingDone:
        if progress:
            progress(1)
    except (LookupError, ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error, expat.ExpatError) as error:
        raise not_a_sheet(kind) from error


class ParsingDone(Exception):  # noqa: N818 - not an error
    """A handler raises it to stop reading: the rest of the file does not matter."""


def _parser(
    kind: str, starts: Mapping[str, Handler], ends: Mapping[str, Handler], text: Callable[[str], None]
) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    by_start, by_end = _ByLocalName(starts), _ByLocalName(ends)

    def start(name: str, attributes: dict[str, str]) -> None:
        handler = by_start[name]
        if handler:
            handler(attributes)

    def end(name: str) -> None:
        handler = by_end[name]
        if handler:
            handler()

    def refuse_declaration(*_declaration: Any) -> None:
        raise not_a_sheet(kind)  # no spreadsheet has a DTD; entities in one can grow without end

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse_declaration
    return parser


class _ByLocalName(dict[str, Handler | None]):
    """Handlers by an element's full name, found once by its local part: the .xlsx standard has two namespaces."""

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        self._handlers = handlers

    def __missing__(self, name: str) -> Handler | None:
        handler = self._handlers.get(name.rpartition(" ")[2], self._handlers.get("*"))
        self[name] = handler
        return handler


_WHOLE = re.compile(r"-?\d+(\.0*)?")


def number_text(value: str) -> str:
    """A number of a spreadsheet as people write it: a whole one without decimals, however it is stored.

    >>> number_text("5.0"), number_text("4.5"), number_text("1E3"), number_text("0.1000")
    ('5', '4.5', '1000', '0.1')
    """
    if _WHOLE.fullmatch(value):
        return value.partition(".")[0]
    number = float(value)
    return str(int(number)) if number.is_integer() else repr(number)
