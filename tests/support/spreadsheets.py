"""Small .xlsx, .xls and .ods files, and how to alter them."""

import io
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from star_tracker.starfile.columns import COLUMNS
from tests.support.star_files import START

HEADER = list(COLUMNS)


def cells_of(**cells: Any) -> list[Any]:
    """A row's cells, of whatever type."""
    return [{**START, **cells}.get(column) or None for column in COLUMNS]


def xlsx(*rows: list[Any]) -> bytes:
    """A workbook with these rows in its first sheet and something else in its second."""
    book = openpyxl.Workbook()
    for cells in rows:
        book.worksheets[0].append(cells)
    book.create_sheet("Other").append(["something else"])
    return saved(book)


def with_hidden_sheet(*rows: list[Any]) -> bytes:
    """A workbook with a hidden sheet before the one that has these rows."""
    book = openpyxl.Workbook()
    for cells in rows:
        book.worksheets[0].append(cells)
    book.create_sheet("Last year", 0).append(HEADER)
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1
    return saved(book)


def saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods(*rows: list[Any]) -> bytes:
    """The same as an OpenDocument spreadsheet."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="Stars")
    for cells in rows:
        line = TableRow()
        for cell in cells:
            line.addElement(ods_cell(cell))
        table.addElement(line)
    document.spreadsheet.addElement(table)
    other = Table(name="Other")
    document.spreadsheet.addElement(other)
    stream = io.BytesIO()
    document.write(stream)
    return stream.getvalue()


def ods_cell(value: Any) -> TableCell:
    match value:
        case None:
            return TableCell()
        case bool():
            return TableCell(valuetype="boolean", booleanvalue=str(value).lower())
        case int() | float():
            return TableCell(valuetype="float", value=str(float(value)))
        case date():
            return TableCell(valuetype="date", datevalue=value.isoformat())
    cell = TableCell(valuetype="string")
    cell.addElement(P(text=value))
    return cell


def xls(*rows: list[Any]) -> bytes:
    """The same as a workbook of Excel 97."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Stars")
    for number, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            if cell is not None:
                sheet.write(number, place, cell, xls_format("dd/mm/yyyy" if isinstance(cell, date) else "General"))
    book.add_sheet("Other").write(0, 0, "something else")
    return saved(book)


def xls_format(code: str) -> Any:
    return xlwt.easyxf(num_format_str=code)


def altered(data: bytes, member: str, old: str, new: str) -> bytes:
    """The archive with one of its files changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == member:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode(), 1)
            after.writestr(name, content)
    return stream.getvalue()


def shared_texts(*rows: list[Any]) -> bytes:
    """A workbook whose texts stand in a part of their own, as in Excel's; openpyxl writes them in their cells."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    return stream.getvalue()


ALL_KINDS = pytest.mark.parametrize(
    ("make", "name"), [(xlsx, "stars.xlsx"), (ods, "stars.ods"), (xls, "stars.xls")], ids=["xlsx", "ods", "xls"]
)
KINDS = pytest.mark.parametrize(("make", "name"), [(xlsx, "stars.xlsx"), (ods, "stars.ods")])
