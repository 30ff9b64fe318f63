"""What each cell of a Star CSV may hold (docs/star-csv.md), with a reader for each column.

A reader turns the cell's text into its value, or raises a ``CellError`` that says what is allowed. Most cells of a file
repeat one another, so a reader remembers what it has read.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from star_tracker.domain.accounts import fold_address
from star_tracker.domain.days import YEARS, parse_day
from star_tracker.domain.scales import (
    ALL_PODS,
    AREAS,
    HIGHEST,
    LOWEST,
    MOST_CHILDREN,
    ClosureReason,
    CompletedBy,
    Kind,
    NotScored,
)
from star_tracker.domain.texts import LONGEST, check_text, fold_text
from star_tracker.starfile.columns import COLUMNS

LONGEST_EMAIL = 254

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

WRITTEN_DATE = "2018-01-31 or 31/01/2018"
ALLOWED_READING = f"a whole number from {LOWEST} to {HIGHEST}, n/a, declined, or empty if it was not discussed"


class CellError(ValueError):
    """A cell holds something that is not allowed; the message says what is."""


class Reader(dict[str, T]):
    """Reads the cells of one column: ``reader[cell]`` is the value.

    Raises:
        CellError: by ``reader[cell]``; the message says what is allowed.
    """

    def __init__(self, read: Callable[[str], T]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: str) -> T:
        value = self[cell] = self._read(cell.strip())
        return value


def _text(cell: str, longest: int = LONGEST) -> str:
    try:
        check_text(cell, longest)
    except ValueError as error:
        raise CellError(str(error)) from error
    return cell


def _required_text(what: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if not fold_text(cell):
            raise CellError(f"{what}; this cell must not be empty")
        return _text(cell)

    return read


def _as_first_written(read: Callable[[str], str]) -> Callable[[str], str]:
    """Read texts that count as the same (R13) as the first of them in the file is written."""
    first: dict[str, str] = {}

    def read_the_same(cell: str) -> str:
        text = read(cell)
        return first.setdefault(fold_text(text), text)

    return read_the_same


def _pod(cell: str) -> str:
    if fold_text(cell) == fold_text(ALL_PODS):
        raise CellError(f"a pod's name; {ALL_PODS!r} is what the return calls the whole service")
    return _required_text("the pod's name")(cell)


def _email(cell: str) -> str:
    if cell and not re.fullmatch(r"[^\s@,;<>]+@[^\s@,;<>]+", cell):
        raise CellError("one e-mail address, such as ana@example.org, or empty")
    return _text(fold_address(cell), LONGEST_EMAIL)


def _date(cell: str) -> date | None:
    """The date in a cell, or None if it is empty.

    >>> _date("1/2/2018")
    datetime.date(2018, 2, 1)
    """
    if not cell:
        return None
    try:
        day = parse_day(cell)
    except ValueError as error:
        raise CellError(f"a date that exists, written {WRITTEN_DATE}") from error
    if day.year not in YEARS:
        raise CellError(f"a date from {YEARS[0]} to {YEARS[-1]}, written {WRITTEN_DATE}")
    return day


def _required_date(cell: str) -> date:
    day = _date(cell)
    if day is None:
        raise CellError(f"a date, written {WRITTEN_DATE}; this cell must not be empty")
    return day


def _word(words: Iterable[E], *, empty: str) -> Callable[[str], E | None]:
    known = {str(word): word for word in words}
    *most, last = known
    allowed = f"{', '.join(most)} or {last}, or empty{empty}"

    def read(cell: str) -> E | None:
        if cell and cell.lower() not in known:
            raise CellError(allowed)
        return known.get(cell.lower())

    return read


def _retrospective(cell: str) -> bool:
    # A spreadsheet's own yes and no become TRUE and FALSE.
    if cell.lower() not in ("yes", "no", "", "true", "false"):
        raise CellError("yes or no, or empty, which means no")
    return cell.lower() in ("yes", "true")


def _children(cell: str) -> int | None:
    if not cell:
        return None
    if not re.fullmatch(r"\d{1,2}", cell, re.ASCII) or int(cell) > MOST_CHILDREN:
        raise CellError(f"a whole number from 0 to {MOST_CHILDREN}, or empty")
    return int(cell)


_READINGS: dict[str, int | NotScored] = {
    "": NotScored.NOT_DISCUSSED,
    "n/a": NotScored.NOT_APPLICABLE,
    "declined": NotScored.DECLINED,
} | {str(value): value for value in range(LOWEST, HIGHEST + 1)}

READING_TEXTS = {value: text for text, value in _READINGS.items()}
"""How each reading is written."""


def _reading(cell: str) -> int | NotScored:
    try:
        return _READINGS[cell.lower()]
    except KeyError:
        raise CellError(ALLOWED_READING) from None


def new_readers() -> list[Reader[Any]]:
    """A new reader for each of ``COLUMNS``, in their order."""
    day, reading = Reader(_date), Reader(_reading)
    readers: dict[str, Reader[Any]] = {
        "family_ref": Reader(_as_first_written(_required_text("the family's reference"))),
        "council_ref": Reader(_as_first_written(_text)),
        "parent_ref": Reader(_required_text("the parent's reference")),
        "pod": Reader(_as_first_written(_pod)),
        "practitioner": Reader(_email),
        "referred_on": day,
        "started_on": Reader(_required_date),
        "closed_on": day,
        "closure_reason": Reader(_word(ClosureReason, empty=" while the intervention is open")),
        "children": Reader(_children),
        "star_kind": Reader(_word(Kind, empty=" in a row without a Star")),
        "star_date": day,
        "completed_by": Reader(_word(CompletedBy, empty=", which means together")),
        "retrospective": Reader(_retrospective),
    }
    readers.update(dict.fromkeys(AREAS, reading))
    return [readers[column] for column in COLUMNS]
