"""A worksheet of an Excel workbook, tag by tag: its rows, and the texts to which its cells refer."""

from collections.abc import Container, Sequence
from datetime import datetime
from functools import lru_cache

from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel

from star_tracker.starfile import limits
from star_tracker.starfile.archives import Attributes, Ends, Starts, TagReader
from star_tracker.starfile.sheets import RowCollector, day_text, number_text

REMEMBERED = 20_000
"""Numbers and columns that need not be worked out again; most of a sheet repeat one another."""


class _TextReader(TagReader):
    """Reads texts that may be made of several runs, without the reading aids above some of them."""

    def __init__(self, starts: Starts, ends: Ends) -> None:
        super().__init__(
            {"t": self.start_value, "rPh": self._start_aid, **starts},
            {"t": self.end_value, "rPh": self._end_aid, **ends},
        )
        self._in_aid = False

    def start_value(self, _attributes: Attributes) -> None:
        """What stands here is a text, or what is stored of a value."""
        self.collects = not self._in_aid

    def end_value(self) -> None:
        """It ends."""
        self.collects = False

    def _start_aid(self, _attributes: Attributes) -> None:
        self._in_aid = True

    def _end_aid(self) -> None:
        self._in_aid = False

    def take_value(self) -> str:
        """What was collected. A text that looks like an escape, _x0041_, is stored as _x005F_x0041_."""
        return self.take_text().replace("x005F_", "")


class SharedTexts(_TextReader):
    """Reads the texts to which cells refer by their place in ``texts``."""

    def __init__(self) -> None:
        super().__init__({}, {"si": self._end_text})
        self.texts: list[str] = []
        self._characters = 0

    def _end_text(self) -> None:
        text = self.take_value()
        self.texts.append(text)
        self._characters += len(text)
        limits.check_shared_texts(len(self.texts), self._characters)


class Worksheet(_TextReader):
    """Reads the cells of a worksheet into ``rows``.

    Args:
        texts: to which cells refer by their place.
        date_styles: the numbers of the styles that show a number as a date or time.
        epoch: the day from which dates are counted.
    """

    def __init__(self, texts: Sequence[str], date_styles: Container[str], epoch: datetime) -> None:
        super().__init__(
            {"row": self._start_row, "c": self._start_cell, "f": self._start_formula, "v": self.start_value},
            {
                "row": self._end_row,
                "c": self._end_cell,
                "f": self._end_formula,
                "v": self.end_value,
                "sheetData": self.finish,
            },
        )
        self.rows = RowCollector()
        self._texts, self._date_styles, self._epoch = texts, date_styles, epoch
        self._number = self._column = 0
        self._cell: Attributes = {}
        self._formula = ""
        self._number_text = lru_cache(REMEMBERED)(self._work_out_number_text)

    def _start_row(self, attributes: Attributes) -> None:
        number = int(attributes.get("r", self._number + 1))
        if number <= self._number:
            raise ValueError("rows out of order")
        self._number, self._column = number, 0
        self.rows.start_row(number)

    def _end_row(self) -> None:
        self.rows.end_row()

    def _start_cell(self, attributes: Attributes) -> None:
        place = attributes.get("r")
        column = _column(place.rstrip("0123456789")) if place else self._column + 1
        if not self._column < column <= limits.LAST_COLUMN:
            raise ValueError("cells out of order, or without end")
        self._cell, self._column, self._formula = attributes, column, ""

    def _end_cell(self) -> None:
        value = self.take_value()
        if self._formula:
            self.rows.put_formula(self._column, self._formula)
        elif value:
            self.rows.put(self._column, self._shown(value))

    def _start_formula(self, attributes: Attributes) -> None:
        self.collects = True
        self._formula = "=TABLE()" if attributes.get("t") == "dataTable" else "="

    def _end_formula(self) -> None:
        self.collects = False
        self._formula += self.take_text()

    def _shown(self, value: str) -> str:
        """What people see of a cell in which this value is stored."""
        match self._cell.get("t", "n"):
            case "s":
                return self._texts[int(value)]
            case "n":
                return self._number_text(value, self._cell.get("s") in self._date_styles)
            case "b":
                return "TRUE" if int(value) else "FALSE"
            case "d":
                return day_text(value)
            case _:
                return value

    def _work_out_number_text(self, value: str, is_date: bool) -> str:
        number = float(value) if set(value) & set(".eE") else int(value)
        if not is_date:
            return number_text(number)
        try:
            return day_text(from_excel(number, self._epoch))
        except (OverflowError, ValueError):  # of which Excel shows a row of #
            return "#VALUE!"


@lru_cache(REMEMBERED)
def _column(letters: str) -> int:
    return column_index_from_string(letters)
