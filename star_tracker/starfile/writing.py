"""From rows to a Star CSV or workbook, in one canonical form: the same rows in any order give the same bytes.

A reference such as ``=F12`` must be written and read back unchanged, and no spreadsheet may compute it. A CSV has an
apostrophe before it, which reading removes; a workbook marks every cell as text.
"""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import PurePath
from typing import IO, Any

from star_tracker.domain.scales import ClosureReason
from star_tracker.domain.texts import guard_text
from star_tracker.starfile.cells import READING_TEXTS
from star_tracker.starfile.columns import COLUMNS
from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.rows import StarCells, StarRow

LINE_END = "\n"
"""Spreadsheets read either kind of line end; with this one, tools that compare and count lines work too."""

_NO_STAR = ("",) * (len(COLUMNS) - COLUMNS.index("star_kind"))


def sort_key(row: StarRow) -> tuple[Any, ...]:
    """The order of rows in a file: by family, intervention, parent, and the Star's date, kind and who completed it."""
    star = row.star
    place = (star.completed_on, star.kind.place, star.completed_by) if star else (date.min, 0, "")
    return (row.family_ref, row.started_on, row.parent_ref, *place)


def cell_texts(row: StarRow) -> tuple[str, ...]:
    """The row's cells as texts, in the order of ``COLUMNS``."""
    star = row.star
    return (
        row.family_ref,
        row.council_ref,
        row.parent_ref,
        row.pod,
        row.practitioner,
        *_intervention_texts(row.referred_on, row.started_on, row.closed_on, row.closure_reason, row.children),
        *(_star_texts(star) if star else _NO_STAR),
    )


@lru_cache(maxsize=1)
def _intervention_texts(
    referred_on: date | None,
    started_on: date,
    closed_on: date | None,
    closure_reason: ClosureReason | None,
    children: int | None,
) -> tuple[str, ...]:
    """Remembered for the next row, which is mostly of the same intervention."""
    return (
        referred_on.isoformat() if referred_on else "",
        started_on.isoformat(),
        closed_on.isoformat() if closed_on else "",
        closure_reason or "",
        "" if children is None else str(children),
    )


def _star_texts(star: StarCells) -> tuple[str, ...]:
    return (
        star.kind,
        star.completed_on.isoformat(),
        star.completed_by,
        "yes" if star.retrospective else "no",
        *map(READING_TEXTS.__getitem__, star.readings),
    )


_guard = lru_cache(maxsize=1_000)(guard_text)


def _guarded_texts(row: StarRow) -> tuple[str, ...]:
    """The texts of ``cell_texts``, guarded; only the columns of texts may hold anything like a formula."""
    family_ref, council_ref, parent_ref, pod, practitioner, *others = cell_texts(row)
    return (_guard(family_ref), _guard(council_ref), _guard(parent_ref), _guard(pod), _guard(practitioner), *others)


def write_rows(rows: Iterable[StarRow], stream: IO[bytes]) -> None:
    """Write a Star CSV: UTF-8 without a byte-order mark, commas, ISO dates, every word written out, formulas guarded.

    Args:
        rows: in the order of ``sort_key``; they are written as they come, so that a long file needs no memory.
        stream: takes bytes; stays open.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=False)
    try:
        writer = csv.writer(text, lineterminator=LINE_END)
        writer.writerow(COLUMNS)
        writer.writerows(map(_guarded_texts, rows))
    finally:
        text.detach()


def write_workbook(rows: Iterable[StarRow], stream: IO[bytes]) -> None:
    """Write the same table as the first sheet of an .xlsx in which every cell is text.

    Args:
        rows: as for ``write_rows``.
        stream: takes bytes; stays open.
    """
    import xlsxwriter  # noqa: PLC0415 - takes a quarter of the start of every command that imports or exports

    from star_tracker.starfile.text_sheet import TextSheet  # noqa: PLC0415 - as above

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as workbook:
        # A fixed date, so that the same rows give the same bytes.
        workbook.set_properties({"title": "Stars", "created": datetime(2000, 1, 1, tzinfo=UTC)})
        sheet = workbook.add_worksheet("Stars", TextSheet)
        sheet.freeze_panes(1, 0)
        sheet.write_texts(0, COLUMNS)
        for number, row in enumerate(rows, start=1):
            # Reading removes guards here too: a CSV that was saved as a workbook keeps them.
            sheet.write_texts(number, [guard_text(text) if text[:1] == "'" else text for text in cell_texts(row)])


_WRITERS: dict[str, Callable[[Iterable[StarRow], IO[bytes]], None]] = {
    ".csv": write_rows,
    ".xlsx": write_workbook,
}


def get_writer(name: str) -> Callable[[Iterable[StarRow], IO[bytes]], None]:
    """The function that writes a file of this name.

    Raises:
        StarFileError: its ending is neither .csv nor .xlsx.
    """
    extension = PurePath(name).suffix.lower()
    if extension not in _WRITERS:
        raise StarFileError.of_file(
            f"Stars are written as .csv or .xlsx, not {extension or 'without an ending'!r}: choose another name"
        )
    return _WRITERS[extension]
