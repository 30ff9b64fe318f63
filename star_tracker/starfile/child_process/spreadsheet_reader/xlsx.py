"""Excel workbooks (.xlsx).

python-calamine reads them fast and hides formulas, number formats and error values: where a file may have any, openpyxl
reads it too.
"""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from itertools import zip_longest
from typing import Any
from xml.etree import ElementTree  # see refuse_document_type  # nosec B405

import python_calamine

from .cells import PLAIN_FORMATS, Cell, Row, make_cell
from .messages import choose_sheet
from .xml_parts import refuse_document_type

PLAIN_FORMAT_NUMBERS = {*map(str, (0, 1, 2, 3, 4, *range(14, 23), 45, 46, 47, 49))}
"""The numbers that every workbook gives to plain formats, and to dates."""

FORMULA_BEGINS = (b"<f", b":f")
FORMULA_TAG = re.compile(rb"[<:]f[\s/>]")
ERROR_TYPES = (b'"e"', b"'e'")
"""What a worksheet contains that has formulas or error values."""

VALUE_ENDS = (b"/v>", b"/is>")
"""How values end in a worksheet; each ends its cell."""


def read_xlsx(data: bytes) -> Iterator[Row]:
    """The rows of an Excel workbook, empty ones too."""
    needs_openpyxl = _check_parts(data)
    book = python_calamine.load_workbook(BytesIO(data))
    sheets = book.sheets_metadata
    place = choose_sheet(
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
    openpyxl_rows = _read_with_openpyxl(data, sheet.name) if needs_openpyxl else ()
    rows = ([""] * left + row for row in sheet.iter_rows())  # it gives the empty rows above, not the columns before
    for number, (row, openpyxl_row) in enumerate(zip_longest(rows, openpyxl_rows, fillvalue=()), start=1):
        formulas = {place: _formula(cell.value) for place, cell in enumerate(openpyxl_row) if cell.data_type == "f"}
        both = zip_longest(row, openpyxl_row, fillvalue="") if openpyxl_row else ()
        cells = [_merge(value, cell) for value, cell in both] or [
            value if type(value) is str else make_cell(value) for value in row
        ]
        yield number, min(1, number / height), cells, formulas


def _check_parts(data: bytes) -> bool:
    """Whether the workbook may have what calamine hides; each part is unpacked, and so its checksum compared.

    Raises:
        ValueError: it is another kind of file, or a part declares a document type.
    """
    found = is_workbook = False
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for part in archive.infolist():
            name, content = part.filename.lower(), archive.read(part)
            if name.endswith((".xml", ".rels")):
                refuse_document_type(content)
            is_workbook = is_workbook or name == "xl/workbook.xml"
            found = found or _hides_from_calamine(content)
            if name.endswith("styles.xml"):
                found = found or _has_formats(content)
    if not is_workbook:  # calamine takes other kinds too
        raise ValueError("another kind of spreadsheet")
    return found


def _hides_from_calamine(sheet: bytes) -> bool:
    """Whether a worksheet has formulas, error values or cells of two values; now and then true of one without."""
    return (
        (any(begin in sheet for begin in FORMULA_BEGINS) and FORMULA_TAG.search(sheet) is not None)
        or any(error in sheet for error in ERROR_TYPES)
        or any(sheet.count(end) != sheet.count(end + b"</") for end in VALUE_ENDS)
    )


def _has_formats(styles: bytes) -> bool:
    """Whether cells may show a number otherwise than as its digits or as a date."""
    root = ElementTree.fromstring(styles)  # noqa: S314 - it declares no document type  # nosec B314
    space = root.tag.rpartition("}")[0] + "}" if "}" in root.tag else ""
    codes = {element.get("numFmtId"): element.get("formatCode", "") for element in root.iter(f"{space}numFmt")}
    used = {element.get("numFmtId", "0") for element in root.iterfind(f"{space}cellXfs/{space}xf")}
    return any(_is_format(codes[number]) if number in codes else number not in PLAIN_FORMAT_NUMBERS for number in used)


def _is_format(code: str) -> bool:
    from openpyxl.styles.numbers import is_date_format  # noqa: PLC0415 - takes longer to load than most files to read

    return code.lower() not in PLAIN_FORMATS and not is_date_format(code)


def _read_with_openpyxl(data: bytes, name: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a sheet, from the first on."""
    from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415 - as above

    reader = ExcelReader(BytesIO(data), read_only=True)
    parts = reader.archive.NameToInfo
    # Programs that read .xlsx ignore case in the names of its parts; openpyxl does not.
    by_lower = {part.lower(): info for part, info in parts.items()}
    for part in re.findall('PartName="/([^"]+)"', reader.archive.read("[Content_Types].xml").decode()):
        if part.lower() in by_lower:
            parts.setdefault(part, by_lower[part.lower()])
    reader.read()
    sheet = reader.wb[name]
    sheet.reset_dimensions()
    yield from sheet.iter_rows()


def _merge(value: Any, cell: Any) -> Cell:
    """A cell from calamine's value and openpyxl's cell, which tells errors and formats."""
    if isinstance(cell, str) or cell.value is None:  # openpyxl has no such cell, or an empty one
        return make_cell(value)
    if cell.data_type == "e":
        return str(cell.value)
    if value == "" and isinstance(cell.value, str):  # beside another value that does not count
        return _unescape(cell.value)
    return make_cell(value, cell.number_format)


def _unescape(text: str) -> str:
    """A text without the escapes of an .xlsx, _x0041_ for A."""
    return re.sub("_x([0-9a-fA-F]{4})_", lambda match: chr(int(match[1], 16)), text)


def _formula(value: Any) -> str:
    return value if isinstance(value, str) else getattr(value, "text", "=TABLE()")
