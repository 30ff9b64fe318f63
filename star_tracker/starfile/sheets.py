"""What reading .xlsx and .ods has in common: collecting a sheet's rows, and values as the text that people see.

Each cell's place and length are looked at as it comes, so one far to the right, or repeated without end, costs nothing.
"""

from collections.abc import Callable, Iterator
from datetime import date, time

from openpyxl.utils import get_column_letter

from star_tracker.starfile import limits
from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.rows import Fault

Progress = Callable[[float], None]
"""Is told from time to time which part of the work is done, 0 to 1."""

Row = tuple[int, list[str]]
"""A row's number as a spreadsheet counts it, and its cells."""


class RowCollector:
    """Collects the rows that hold anything, without the empty cells at each row's end.

    Raises:
        StarFileError: by ``put``, when a limit of cells is passed; by ``end_row``, if the row has formulas.
    """

    def __init__(self) -> None:
        self._number = 0
        self._cells: list[str] = []
        self._faults: list[Fault] = []
        self._rows: list[tuple[int, int, list[str]]] = []

    def start_row(self, number: int) -> None:
        """A row begins; its number is counted from 1."""
        self._number, self._cells, self._faults = number, [], []

    def put(self, column: int, text: str, times: int = 1) -> None:
        """A text stands in this column, counted from 1; also in the next ones, if it is there several times."""
        if text:
            limits.check_cell(self._number, column + times - 1, len(text))
            self._cells += [""] * (column - 1 - len(self._cells)) + [text] * times

    def put_formula(self, column: int, formula: str) -> None:
        """A formula stands here: the result stored with it may be old, or not there at all."""
        limits.check_cell(self._number, column, len(formula))
        message = (
            "a value, not a formula, here and below: copy the cells and paste them back as values alone (Paste "
            "Special), or save the sheet as CSV UTF-8"
        )
        self._faults.append(Fault(self._number, get_column_letter(column), formula, message))

    def end_row(self, times: int = 1) -> None:
        """The row ends; it is there several times, one below the other, if so said."""
        if self._faults:
            raise StarFileError(self._faults)
        if self._cells:
            self._rows.append((self._number, times, self._cells))

    def take(self) -> Iterator[Row]:
        """The rows collected since they were last taken, one by one however often a row is repeated."""
        rows, self._rows = self._rows, []
        return ((number + below, cells) for number, times, cells in rows for below in range(times))


def number_text(value: float) -> str:
    """A number as people write it.

    >>> [number_text(value) for value in (5, 5.0, 4.5)]
    ['5', '5', '4.5']
    """
    return str(int(value)) if value == value // 1 else str(value)


def day_text(value: date | time | str) -> str:
    """A date or time of day, without midnight.

    >>> [day_text(value) for value in (date(2018, 1, 31), "2018-01-31T00:00:00")]
    ['2018-01-31', '2018-01-31']
    """
    return (value if isinstance(value, str) else value.isoformat()).removesuffix("T00:00:00")
