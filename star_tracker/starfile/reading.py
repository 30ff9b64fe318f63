"""From a file to cells of text: the kind of file, its header row, and rows in the columns' order.

Every cell is the text that a person sees, so that ``00123`` and ``=F12`` survive; the apostrophe that guards a text
from becoming a formula (``domain.texts``) is removed. Rows are read one by one, so that a file that exceeds a limit is
refused before the rest is read.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path, PurePath
from typing import BinaryIO

from star_tracker.domain.figures import write_count
from star_tracker.domain.texts import unguard_text
from star_tracker.starfile import limits
from star_tracker.starfile.columns import COLUMNS, HEADER_WITHIN, TEXT_COLUMNS, find_header, match_header
from star_tracker.starfile.delimited import read_delimited
from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.rows import Fault
from star_tracker.starfile.sheets import Progress, Row, Value, tell_nobody
from star_tracker.starfile.spreadsheets import KINDS, open_spreadsheet


@dataclass(frozen=True, slots=True)
class Cells:
    """A file's rows below its header.

    Attributes:
        rows: the number of each row, as a spreadsheet counts it, and its cells in the order of ``columns.COLUMNS``.
        faults: rows that are left out of ``rows`` because they are longer or shorter than the header, and cells of a
            spreadsheet of which it is not known what people see.
        note: what people should know about how it was read; "" if nothing.
    """

    rows: list[tuple[int, tuple[str, ...]]]
    faults: list[Fault]
    note: str = ""


def read_cells(source: Path | tuple[str, BinaryIO], progress: Progress = tell_nobody) -> Cells:
    """The cells of a Star CSV, or of the first visible sheet of an .xlsx, .xls or .ods.

    Args:
        source: a path, or a file's name (whose ending is the kind of file) and its seekable content.
        progress: is told how much has been read, 0 to 1.

    Raises:
        StarFileError: it cannot be read, or its header lacks columns or has unknown ones.
    """
    name, content = (source.name, source.open("rb")) if isinstance(source, Path) else source
    with content if isinstance(source, Path) else nullcontext():
        limits.check_file_size(content.seek(0, os.SEEK_END))
        content.seek(0)
        match PurePath(name).suffix.lower():
            case ".csv":
                return _arrange(read_delimited(content.read()), padded=False)
            case extension if extension in KINDS:
                with open_spreadsheet(content, extension, progress) as spreadsheet:
                    cells = _arrange(spreadsheet.rows, padded=True)
                    return replace(cells, note=spreadsheet.note)
            case extension:
                raise StarFileError.of_file(
                    f"a file whose name ends in {extension!r} cannot be read: "
                    "save it as .xlsx, .xls, .ods or “CSV UTF-8” (.csv)"
                )


def _arrange(rows: Iterable[Row], *, padded: bool) -> Cells:
    """Match the header and put each row's cells in the order of ``COLUMNS``; a missing column is empty.

    Args:
        rows: those of the file, with the header among the first.
        padded: whether empty cells at the end of a row may be missing, as in a spreadsheet.
    """
    filled = _filled_rows(rows)
    first = list(islice(filled, HEADER_WITHIN))
    if not first:
        raise StarFileError.of_file(f"it is empty: its first row must name the columns, {', '.join(COLUMNS)}")
    place = find_header(first)
    number, headings = first[place]
    names = match_header(_without_empty_end(headings), number)
    width = len(names)
    pick = itemgetter(*(names.index(column) if column in names else width for column in COLUMNS))
    text_places = [place for place, name in enumerate(names) if name in TEXT_COLUMNS]
    arranged: list[tuple[int, tuple[str, ...]]] = []
    faults: list[Fault] = []
    for number, cells in chain(first[place + 1 :], filled):
        if len(cells) > width:
            cells = _without_empty_end(cells, width)
        elif padded:
            cells = [*cells, *[""] * (width - len(cells))]
        if len(cells) != width:
            faults.append(_ragged(number, cells, width))
            continue
        for place in text_places:
            cell = cells[place]
            if isinstance(cell, Value):
                cells[place] = cell.shown
                if cell.fault:
                    faults.append(Fault(number, names[place], cell.shown, cell.fault))
        texts = [unguard_text(cell.strip()) if "'" in cell else cell for cell in cells]
        arranged.append((number, pick([*texts, ""])))
    return Cells(arranged, faults)


def _filled_rows(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows that are not empty.

    Raises:
        StarFileError: they exceed a limit.
    """
    filled = characters = 0
    for number, cells in rows:
        is_filled = any(map(str.strip, cells))
        filled += is_filled
        characters += sum(map(len, cells))
        limits.check_row(number, filled, characters)
        if is_filled:
            limits.check_cell(number, len(_without_empty_end(cells)), max(map(len, cells)))
            yield number, cells


def _without_empty_end(cells: Sequence[str], width: int = 0) -> list[str]:
    """The cells without empty ones at the end, but at least the first ``width``."""
    end = len(cells)
    while end > width and not cells[end - 1].strip():
        end -= 1
    return list(cells[:end])


def _ragged(number: int, cells: Sequence[str], width: int) -> Fault:
    if len(cells) < width:
        advice = "write every cell, the empty ones too"
    else:
        extra = ", ".join(repr(cell[:40]) for cell in cells[width : width + 3])
        advice = f"remove {extra}, or put a cell that holds a comma in quotation marks"
    return Fault(number, "", "", f"the row has {write_count(len(cells), 'cell')} and the header {width}: {advice}")
