"""The first worksheet of an Excel workbook (.xlsx) as rows of text, read by openpyxl.

openpyxl refuses XML that declares entities if defusedxml is installed, which this package requires.
"""

import os
import warnings
from collections.abc import Iterator
from contextlib import closing
from typing import Any, BinaryIO

from openpyxl import load_workbook

from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.sheets import (
    Progress,
    Row,
    cell_text,
    check_cell,
    formula_fault,
    not_a_sheet,
    number_rows,
    open_archive,
)

KIND = "an Excel (.xlsx)"
TABLES = ("xl/worksheets/", "xl/sharedStrings.xml")

LAST_ROW = 1_048_576
"""Of any worksheet. openpyxl fills the gap before a row that claims a larger number with that many empty ones."""

ROWS_A_STEP = 1_000
"""Rows between one word on the progress and the next."""


def read_workbook(stream: BinaryIO, progress: Progress | None = None) -> list[Row]:
    """The rows of the first worksheet that hold anything. Text stays as it is, even where it begins with "=".

    Raises:
        StarFileError: not such a file, a limit of ``sheets`` is passed, or a cell holds a formula.
    """
    open_archive(stream, KIND, TABLES).close()
    size = stream.seek(0, os.SEEK_END)
    rows = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells what it passes over: conditional formats, lists of choices …
        try:
            with closing(load_workbook(stream, read_only=True, keep_links=False)) as book:
                for row in number_rows(_row_texts(book.worksheets[0])):
                    rows.append(row)
                    if progress and not len(rows) % ROWS_A_STEP:
                        progress(stream.tell() / size)
        except StarFileError:
            raise
        except Exception as error:  # whatever openpyxl stumbles over in a damaged part
            raise not_a_sheet(KIND) from error
    if progress:
        progress(1)
    return rows


def _row_texts(sheet: Any) -> Iterator[list[str]]:
    """The text of each row's cells, up to the last that is there."""
    sheet.reset_dimensions()  # what the file says of its size; each row is then as long as its own last cell
    for number, cells in enumerate(sheet.iter_rows(max_row=LAST_ROW), start=1):
        formulas = [cell for cell in cells if cell.data_type == "f"]
        if formulas:
            check_cell(number, formulas[-1].column, 0)
            raise StarFileError(formula_fault(number, cell.column, _formula(cell.value)) for cell in formulas)
        yield [_text(cell.value) for cell in cells]


def _text(value: object) -> str:
    # A text that looks like an escape, _x0041_, is stored as _x005F_x0041_; openpyxl undoes that in shared texts only.
    return value.replace("x005F_", "") if isinstance(value, str) else cell_text(value)


def _formula(value: object) -> str:
    # An array formula is an object that holds its text; that of a data table has none.
    return value if isinstance(value, str) else getattr(value, "text", "=TABLE()")
