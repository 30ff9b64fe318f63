"""Workbooks as Excel wrote them until 2003 (.xls).

xlrd reads them, with formats, but does not tell where formulas are: the file's records do.
"""

from collections.abc import Iterator
from io import StringIO
from struct import unpack_from
from typing import Any

import xlrd

from .cells import Cell, Row, date_cell, make_cell, number_cell
from .messages import choose_sheet

FORMULA, END = 0x0006, 0x000A
"""Codes of records."""


def read_xls(data: bytes) -> Iterator[Row]:
    """The rows of an old Excel workbook, empty ones too."""
    book = xlrd.open_workbook(file_contents=data, formatting_info=True, on_demand=True, logfile=StringIO())
    names = book.sheet_names()
    sheet = book.sheet_by_index(choose_sheet(names, [visibility == 0 for visibility in book._sheet_visibility]))
    formulas = _find_formulas(book.mem, book._sh_abs_posn[sheet.number])
    for number in range(max([sheet.nrows, *(row + 1 for row in formulas)])):
        cells = [_read_cell(book, cell) for cell in sheet.row(number)] if number < sheet.nrows else []
        yield number + 1, number / (sheet.nrows or 1), cells, dict.fromkeys(formulas.get(number, ()), "=…")


def _find_formulas(stream: bytes, position: int) -> dict[int, list[int]]:
    """The columns that have a formula, by row, in the sheet whose records begin at this position."""
    formulas: dict[int, list[int]] = {}
    code = 0
    while code != END:
        code, length = unpack_from("<HH", stream, position)
        if code == FORMULA:
            row, column = unpack_from("<HH", stream, position + 4)
            formulas.setdefault(row, []).append(column)
        position += 4 + length
    return formulas


def _read_cell(book: Any, cell: Any) -> Cell:
    match cell.ctype:
        case xlrd.XL_CELL_NUMBER:
            return number_cell(cell.value, book.format_map[book.xf_list[cell.xf_index].format_key].format_str)
        case xlrd.XL_CELL_DATE:
            return date_cell(xlrd.xldate.xldate_as_datetime(cell.value, book.datemode))
        case xlrd.XL_CELL_BOOLEAN:
            return make_cell(bool(cell.value))
        case xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, "#VALUE!"))
        case _:
            return str(cell.value)
