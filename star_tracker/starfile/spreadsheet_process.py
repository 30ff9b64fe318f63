"""The process in which a spreadsheet is read: bytes on standard input become rows of cells on standard output.

It runs as a script, by its path, and imports nothing of Star Tracker: it starts quickly, and has no keys, no settings
and no database. Whatever a file makes the libraries do, it ends this process at the most, which may use only so much
memory and processor time (``spreadsheets`` starts it and says how much).

python-calamine reads .xlsx fast and hides formulas, number formats and error values: where a file has any, openpyxl
takes a second look. xlrd reads .xls, with formats; where its formulas stand is read from the records themselves. No
library tells of an .ods what its formulas are and what its cells show, so that is read here, tag by tag. XML that
declares a document type is refused before it is parsed (``_refuse_document_type``).

Each line that is written is JSON: ``{"sheet": name, "hidden": [names]}``; then a list for each row that holds anything,
its number, which part of the work is done, and its cells; or ``{"formulas": [[row, place, formula], …]}``; and at the
end ``{"end": true}``. A cell is a text, or ``[text, shown, fault]``: see ``_number``.
"""

import contextlib
import json
import math
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from functools import lru_cache
from io import BytesIO, StringIO
from itertools import zip_longest
from struct import unpack_from
from typing import Any
from xml.etree import ElementTree  # see _refuse_document_type  # nosec B405

import python_calamine
import xlrd

Cell = str | tuple[str, str, str]
Row = tuple[int, float, Sequence[Cell], dict[int, str]]
"""A row's number, which part of the work is done, its cells, and its formulas by their place, counted from 0."""

PLAIN_FORMATS = ("", "general", "@", "0", "0.00", "#,##0", "#,##0.00")
"""Formats in which a number looks like itself; with commas, people know what they are."""

PLAIN_NUMBERS = {*map(str, (0, 1, 2, 3, 4, *range(14, 23), 45, 46, 47, 49))}
"""The numbers that every workbook gives to these, and to dates."""

EXACT = 10**15
"""From here on spreadsheet programs, which keep 15 digits, have lost some."""

REMEMBERED = 20_000
"""Numbers and dates that need not be worked out again; most of a sheet repeat one another."""

FORMULA_BEGINS = (b"<f", b":f")
FORMULA_TAG = re.compile(rb"[<:]f[\s/>]")
ERROR_TYPES = (b'"e"', b"'e'")
"""What stands in a worksheet that has formulas or error values."""

CHUNK_BYTES = 1024**2

LAST_COLUMN = 16_384

VALUE_ENDS = (b"/v>", b"/is>")
"""How values end in a worksheet; each ends its cell."""


def main() -> None:
    """Read the kind of spreadsheet that the first argument names, within the limits in the second, which is JSON."""
    limits = json.loads(sys.argv[2])
    _set_limits(limits)
    try:
        for number, done, cells, formulas in READERS[sys.argv[1]](sys.stdin.buffer.read()):
            if formulas:
                some = list(formulas.items())[: limits["columns"] + 1]
                _say({"formulas": [[number, place, _cut(text, limits["characters"])] for place, text in some]})
                break
            if any(cells):
                _say([number, done, _cut_row(cells, limits["columns"], limits["characters"])])
        _say({"end": True})
        sys.stdout.flush()
    except Exception as error:
        if isinstance(error, MemoryError) or re.match("out of memory|Error -4 ", str(error)):  # of expat, of zlib
            sys.exit(limits["out_of_memory"])
        raise


def _set_limits(limits: dict[str, int]) -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has none, and no such limits
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["seconds"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(OSError, ValueError):  # macOS keeps none of memory; another may be lower already
            resource.setrlimit(what, (most, most + 5))


def _say(message: object) -> None:
    sys.stdout.write(json.dumps(message) + "\n")


def _cut_row(cells: Sequence[Cell], columns: int, characters: int) -> list[Cell]:
    """The cells without the empty ones at the end; of what is too much, no more than shows that."""
    end = len(cells)
    while not cells[end - 1]:
        end -= 1
    if end > columns:
        return [*[""] * min(end - 1, LAST_COLUMN), "…"]
    return [_cut(cell, characters) if isinstance(cell, str) else cell for cell in cells[:end]]


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else f"{text[:characters]}…"


def _choose_sheet(names: Sequence[str], is_visible: Sequence[bool]) -> int:
    """The place of the first sheet that people see; says its name, and those of hidden ones before it."""
    place = is_visible.index(True)
    _say({"sheet": names[place], "hidden": list(names[:place])})
    return place


# Values


@lru_cache(REMEMBERED)
def _number(value: float, code: str) -> Cell:
    """A number as a cell: its digits, what people see of it, and why that cannot be told.

    Args:
        value: as it is stored.
        code: the format in which it is shown.
    """
    text = _digits(value)
    if abs(value) >= EXACT:
        return text, text, "digits"
    code = re.sub(r"_.", "", code.partition(";")[0]) if value >= 0 else code  # without room, and what is for others
    if code.lower() in PLAIN_FORMATS:
        return text
    if re.fullmatch("0{1,50}", code) and text.isdecimal():
        return text, text.zfill(len(code)), ""
    return text, text, "format"


def _digits(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError("no number")
    return str(int(value)) if value == value // 1 else str(value)


@lru_cache(REMEMBERED)
def _day(value: date | time | str) -> Cell:
    text = (value if isinstance(value, str) else value.isoformat()).removesuffix("T00:00:00")
    return text, text, "date"


def _value(value: Any, code: str = "") -> Cell:
    """What a library gives, as a cell."""
    match value:
        case float():
            return _number(value, code)
        case date() | time():
            return _day(value)
        case bool():
            return str(value).upper()
        case timedelta():
            return _day(str(value))
        case _:
            return str(value)


# Excel workbooks


def read_xlsx(data: bytes) -> Iterator[Row]:
    """The rows of an Excel workbook, those without anything too."""
    needs_second_look = _look_through(data)
    book = python_calamine.load_workbook(BytesIO(data))
    sheets = book.sheets_metadata
    place = _choose_sheet(
        [sheet.name for sheet in sheets],
        [
            sheet.visible is python_calamine.SheetVisibleEnum.Visible
            and sheet.typ is python_calamine.SheetTypeEnum.WorkSheet
            for sheet in sheets
        ],
    )
    sheet = book.get_sheet_by_index(place)
    above, left = sheet.start or (0, 0)
    height = above + sheet.height or 1
    looks = _second_look(data, sheet.name) if needs_second_look else ()
    rows = ([""] * left + row for row in sheet.iter_rows())  # the empty rows above are there, the columns before not
    for number, (row, look) in enumerate(zip_longest(rows, looks, fillvalue=()), start=1):
        formulas = {place: _formula(seen.value) for place, seen in enumerate(look) if seen.data_type == "f"}
        seen_cells = zip_longest(row, look, fillvalue="") if look else ()
        cells = [_looked_at(value, seen) for value, seen in seen_cells] or [
            value if type(value) is str else _value(value) for value in row
        ]
        yield number, min(1, number / height), cells, formulas


def _look_through(data: bytes) -> bool:
    """Whether the workbook holds what calamine hides; each part is unpacked and its checksum compared.

    Raises:
        ValueError: it is another kind of file, or a part declares a document type, as no spreadsheet program does.
    """
    found = is_workbook = False
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for part in archive.infolist():
            name, content = part.filename.lower(), archive.read(part)
            if name.endswith((".xml", ".rels")):
                _refuse_document_type(content)
            is_workbook = is_workbook or name == "xl/workbook.xml"
            found = found or _hides_from_calamine(content)
            if name.endswith("styles.xml"):
                found = found or _has_formats(content)
    if not is_workbook:  # calamine takes other kinds too
        raise ValueError("another kind of spreadsheet")
    return found


def _refuse_document_type(xml: bytes) -> None:
    """No spreadsheet program declares entities, which can grow without end.

    Raises:
        ValueError: there is one, or an encoding in which it could not be seen.
    """
    if b"<!DOCTYPE" in xml or b"\0" in xml:
        raise ValueError("a document type")


def _hides_from_calamine(sheet: bytes) -> bool:
    """Whether a worksheet has formulas, error values or cells of two values; now and then true of one that has none."""
    return (
        (any(begin in sheet for begin in FORMULA_BEGINS) and FORMULA_TAG.search(sheet) is not None)
        or any(error in sheet for error in ERROR_TYPES)
        or any(sheet.count(end) != sheet.count(end + b"</") for end in VALUE_ENDS)
    )


def _has_formats(styles: bytes) -> bool:
    """Whether cells may show a number otherwise than as its digits or as a date."""
    root = ElementTree.fromstring(styles)  # noqa: S314 - it declares no document type  # nosec B314
    space = root.tag.rpartition("}")[0] + "}" if "}" in root.tag else ""
    codes = {one.get("numFmtId"): one.get("formatCode", "") for one in root.iter(f"{space}numFmt")}
    used = {one.get("numFmtId", "0") for one in root.iterfind(f"{space}cellXfs/{space}xf")}
    return any(_is_format(codes[number]) if number in codes else number not in PLAIN_NUMBERS for number in used)


def _is_format(code: str) -> bool:
    from openpyxl.styles.numbers import is_date_format  # noqa: PLC0415 - takes longer to load than most files to read

    return code.lower() not in PLAIN_FORMATS and not is_date_format(code)


def _second_look(data: bytes, name: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a sheet as openpyxl tells them, from the first on."""
    from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415 - as above

    reader = ExcelReader(BytesIO(data), read_only=True)
    parts = reader.archive.NameToInfo
    # Programs that read .xlsx do not tell upper from lower case in the names of its parts; openpyxl does.
    by_lower = {part.lower(): info for part, info in parts.items()}
    for part in re.findall('PartName="/([^"]+)"', reader.archive.read("[Content_Types].xml").decode()):
        if part.lower() in by_lower:
            parts.setdefault(part, by_lower[part.lower()])
    reader.read()
    sheet = reader.wb[name]
    sheet.reset_dimensions()
    yield from sheet.iter_rows()


def _looked_at(value: Any, seen: Any) -> Cell:
    """A cell of which calamine tells the value, and openpyxl what else there is."""
    if isinstance(seen, str) or seen.value is None:  # there is none, or nothing in it
        return _value(value)
    if seen.data_type == "e":
        return str(seen.value)
    if value == "" and isinstance(seen.value, str):  # beside another value that does not count
        return _unescape(seen.value)
    return _value(value, seen.number_format)


def _unescape(text: str) -> str:
    """A text without the escapes of an .xlsx, _x0041_ for A."""
    return re.sub("_x([0-9a-fA-F]{4})_", lambda match: chr(int(match[1], 16)), text)


def _formula(value: Any) -> str:
    return value if isinstance(value, str) else getattr(value, "text", "=TABLE()")


# Old Excel workbooks

FORMULA, END = 0x0006, 0x000A


def read_xls(data: bytes) -> Iterator[Row]:
    """The rows of a workbook as Excel wrote them until 2003, those without anything too."""
    book = xlrd.open_workbook(file_contents=data, formatting_info=True, on_demand=True, logfile=StringIO())
    names = book.sheet_names()
    sheet = book.sheet_by_index(_choose_sheet(names, [visibility == 0 for visibility in book._sheet_visibility]))
    formulas = _find_formulas(book.mem, book._sh_abs_posn[sheet.number])
    for number in range(max([sheet.nrows, *(row + 1 for row in formulas)])):
        cells = [_old_value(book, cell) for cell in sheet.row(number)] if number < sheet.nrows else []
        yield number + 1, number / (sheet.nrows or 1), cells, dict.fromkeys(formulas.get(number, ()), "=…")


def _find_formulas(stream: bytes, position: int) -> dict[int, list[int]]:
    """The columns of each row of a sheet in which formulas stand; the sheet's records begin at this position."""
    formulas: dict[int, list[int]] = {}
    code = 0
    while code != END:
        code, length = unpack_from("<HH", stream, position)
        if code == FORMULA:
            row, column = unpack_from("<HH", stream, position + 4)
            formulas.setdefault(row, []).append(column)
        position += 4 + length
    return formulas


def _old_value(book: Any, cell: Any) -> Cell:
    match cell.ctype:
        case xlrd.XL_CELL_NUMBER:
            return _number(cell.value, book.format_map[book.xf_list[cell.xf_index].format_key].format_str)
        case xlrd.XL_CELL_DATE:
            return _day(xlrd.xldate.xldate_as_datetime(cell.value, book.datemode))
        case xlrd.XL_CELL_BOOLEAN:
            return _value(bool(cell.value))
        case xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, "#VALUE!"))
        case _:
            return str(cell.value)


# OpenDocument spreadsheets

CONTENT = "content.xml"

OFFICE, STYLE, TABLE, TEXT = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "style", "table", "text")
)
SHEET, ROW, SHEET_STYLE = f"{TABLE}table", f"{TABLE}table-row", f"{STYLE}style"
NAME, USED_STYLE, STYLE_NAME, SHOWN = f"{TABLE}name", f"{TABLE}style-name", f"{STYLE}name", f"{TABLE}display"
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
ROWS_REPEATED, COLUMNS_REPEATED = f"{TABLE}number-rows-repeated", f"{TABLE}number-columns-repeated"
FORMULA_TEXT, PARAGRAPH, SPACES = f"{TABLE}formula", f"{TEXT}p", f"{TEXT}c"
VALUE_TYPE, NUMBER, TEXT_VALUE = f"{OFFICE}value-type", f"{OFFICE}value", f"{OFFICE}string-value"
DATE, TIME, TRUTH = f"{OFFICE}date-value", f"{OFFICE}time-value", f"{OFFICE}boolean-value"
OUTSIDE_CELLS = frozenset((SHEET, ROW, SHEET_STYLE))
LETTERS = {f"{TEXT}s": " ", f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
UNSEEN = (f"{OFFICE}annotation", f"{TEXT}ruby-text")
MOST_REPEATED = 40_000
"""More cells than a row has, and spaces than a cell may have, are as good as so many."""


def read_ods(data: bytes) -> Iterator[Row]:
    """The rows of an OpenDocument spreadsheet; of empty ones that are repeated, the last."""
    with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(CONTENT) as stream:
        size = archive.getinfo(CONTENT).file_size
        before = b""
        while chunk := stream.read(CHUNK_BYTES):
            _refuse_document_type(before[-16:] + chunk)
            before = chunk
        stream.seek(0)
        number = 0
        # Looked through above: it declares no document type.
        for row in _first_table(ElementTree.iterparse(stream, ("start", "end"))):  # noqa: S314  # nosec B314
            cells, formulas = _open_row(row)
            times = _times(row, ROWS_REPEATED)
            if any(cells) or formulas:
                for below in range(1, times + 1):
                    yield number + below, stream.tell() / size, cells, formulas
            number += times


def _first_table(events: Iterable[tuple[str, Any]]) -> Iterator[Any]:
    """The rows of the first table that people see.

    Raises:
        ValueError: there is none, or a table stands within a cell, which no program writes.
    """
    unseen: set[str] = set()
    names: list[str] = []
    visible: list[bool] = []
    rows = 0
    for event, element in events:
        tag = element.tag
        if tag not in OUTSIDE_CELLS:
            continue
        if event == "start":
            if tag == SHEET:
                if rows:
                    raise ValueError("a table within a cell")
                names.append(element.get(NAME, ""))
                visible.append(element.get(USED_STYLE) not in unseen)
                if visible[-1]:
                    _choose_sheet(names, visible)
            rows += tag == ROW
        elif tag == SHEET_STYLE:
            if any(properties.get(SHOWN) == "false" for properties in element):
                unseen.add(element.get(STYLE_NAME))
        elif tag == ROW:
            rows -= 1
            if visible[-1]:
                yield element
            element.clear()
        elif tag == SHEET and visible[-1]:
            return
    raise ValueError("no table that people see")


def _times(element: Any, name: str) -> int:
    times = element.get(name)
    return 1 if times is None else max(1, int(times))


def _open_row(row: Any) -> tuple[list[Cell], dict[int, str]]:
    """A row's cells, and its formulas by their place."""
    cells: list[Cell] = []
    formulas: dict[int, str] = {}
    for element in row:
        if element.tag in CELLS:
            if (formula := element.get(FORMULA_TEXT)) is not None:
                formulas[len(cells)] = "=" + formula.partition("=")[2]
            cells += [_open_value(element)] * min(_times(element, COLUMNS_REPEATED), MOST_REPEATED)
    return cells, formulas


def _open_value(element: Any) -> Cell:
    shown = "\n".join([_open_text(child) for child in element if child.tag == PARAGRAPH])  # a comment's lie deeper
    match element.get(VALUE_TYPE):
        case "float" | "percentage" | "currency":
            value = float(element.get(NUMBER))
            return _open_number(value, shown)
        case "date":
            return _day(element.get(DATE))
        case "time":
            return _day(element.get(TIME))
        case "boolean":
            return str(element.get(TRUTH)).upper()
        case _:
            return str(element.get(TEXT_VALUE, shown))


@lru_cache(REMEMBERED)
def _open_number(value: float, shown: str) -> Cell:
    if shown.replace(",", "") in ("", _digits(value), f"{value:.2f}"):
        return _number(value, "")
    return _number(value, "0" * len(shown) if shown.isdecimal() else shown)


def _open_text(element: Any) -> str:
    if not len(element):
        return element.text or ""
    pieces = [element.text or ""]
    for child in element:
        if child.tag in LETTERS:
            pieces.append(LETTERS[child.tag] * min(_times(child, SPACES), MOST_REPEATED))
        elif child.tag not in UNSEEN:
            pieces.append(_open_text(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


READERS = {".xlsx": read_xlsx, ".xls": read_xls, ".ods": read_ods}

if __name__ == "__main__":
    main()
