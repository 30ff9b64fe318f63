"""A sheet of texts that is written row by row holds what XlsxWriter writes cell by cell."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime

import openpyxl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from star_tracker.starfile.text_sheet import TextSheet

ROWS = [
    ("Family", "Pod", "Note"),
    ("F1 & F2", "", "5 < 6 > 4"),
    (" before", "after ", "two\nlines\n"),
    ("'single'", '"double"', "\u202fé 🙂"),
    ("_x0041_", "_", "=1+1"),
    ("", "", "last"),
]


def written(rows: Sequence[Sequence[str]], sheet_class: type[Worksheet]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Stars", sheet_class)
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        for number, texts in enumerate(rows):
            if isinstance(sheet, TextSheet):
                sheet.write_texts(number, texts)
            else:
                for column, text in enumerate(texts):
                    if text:
                        sheet.write_string(number, column, text)
    return stream.getvalue()


def test_texts_by_the_row_are_the_bytes_of_texts_by_the_cell() -> None:
    assert written(ROWS, TextSheet) == written(ROWS, Worksheet)


def test_text_like_markup_of_a_spreadsheet_is_shown_as_it_is() -> None:
    texts = ["<r>1</r>", "<r><t>a</t></r>", "&lt;"]
    sheet = openpyxl.load_workbook(io.BytesIO(written([texts], TextSheet))).worksheets[0]
    assert [cell.value for cell in sheet[1]] == texts
