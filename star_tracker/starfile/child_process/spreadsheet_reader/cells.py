"""Cells made from the values that the libraries give."""

import math
import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Any

Cell = str | tuple[str, str, str]
Row = tuple[int, float, Sequence[Cell], dict[int, str]]
"""A row's number, the part of the work that is done, its cells, and its formulas by their place, counted from 0."""

PLAIN_FORMATS = ("", "general", "@", "0", "0.00", "#,##0", "#,##0.00")
"""Formats in which a number looks like itself; with commas, people know what they are."""

FIRST_INEXACT = 10**15
"""Spreadsheet programs keep 15 digits: from this number on some are lost."""

CACHE_SIZE = 20_000
"""Numbers and dates that need not be worked out again: most cells of a sheet repeat one another."""


@lru_cache(CACHE_SIZE)
def number_cell(value: float, code: str) -> Cell:
    """A number as a cell: its digits, what people see, and why that is not known ("" if it is).

    Args:
        value: as it is stored.
        code: the format in which it is shown.
    """
    text = write_digits(value)
    if abs(value) >= FIRST_INEXACT:
        return text, text, "digits"
    # Without the space that _ leaves for a character, and the sections for other numbers.
    code = re.sub(r"_.", "", code.partition(";")[0]) if value >= 0 else code
    if code.lower() in PLAIN_FORMATS:
        return text
    if re.fullmatch("0{1,50}", code) and text.isdecimal():
        return text, text.zfill(len(code)), ""
    return text, text, "format"


def write_digits(value: float) -> str:
    """The number without a format.

    Raises:
        ValueError: it is infinite, or not a number.
    """
    if not math.isfinite(value):
        raise ValueError("no number")
    return str(int(value)) if value == value // 1 else str(value)


@lru_cache(CACHE_SIZE)
def date_cell(value: date | time | str) -> Cell:
    """A date or a time as a cell; what people see of it is not known."""
    text = (value if isinstance(value, str) else value.isoformat()).removesuffix("T00:00:00")
    return text, text, "date"


def make_cell(value: Any, code: str = "") -> Cell:
    """A value from a library as a cell; ``code`` is the format of a number."""
    match value:
        case float():
            return number_cell(value, code)
        case date() | time():
            return date_cell(value)
        case bool():
            return str(value).upper()
        case timedelta():
            return date_cell(str(value))
        case _:
            return str(value)
