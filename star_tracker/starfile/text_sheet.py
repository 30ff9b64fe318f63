"""A workbook's sheet whose cells are all texts, written a row at a time.

XlsxWriter handles each cell by itself, which takes most of the time of writing 2.4 million of them. This sheet
writes the same bytes, with one mend: XlsxWriter takes a text such as ``<r>1</r>`` for markup of its own.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9a-fA-F]{4}_)")
"""In an .xlsx, _x0041_ is another way to write A; where the text itself contains this, its first _ is escaped.

XlsxWriter's own function misses the second of two that share an underscore, _x0041_x0042_.
"""


class TextSheet(Worksheet):  # type: ignore[misc] # XlsxWriter has no hints
    """A sheet of a workbook with the option ``constant_memory``; an empty text is an empty cell."""

    def write_texts(self, row: int, texts: Sequence[str]) -> None:
        """Write the next row; its number counts from 0."""
        self._check_dimensions(row, 0)  # it also notes how far the sheet reaches
        self._check_dimensions(row, len(texts) - 1)
        self._write_single_row(row)
        name = row + 1
        cells = [
            f'<c r="{_name_column(column)}{name}" t="inlineStr">{_write_text(text)}</c>'
            for column, text in enumerate(texts)
            if text
        ]
        self.fh.write(f'<row r="{name}">{"".join(cells)}</row>')


_name_column = lru_cache(xl_col_to_name)


@lru_cache(maxsize=10_000)
def _write_text(text: str) -> str:
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<is><t{space}>{escape(_LIKE_AN_ESCAPE.sub('_x005F_', text), quote=False)}</t></is>"
