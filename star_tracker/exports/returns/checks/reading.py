"""The finished files, read back and compared with the return's tables; each function yields what differs, in words."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from io import BytesIO, StringIO
from typing import Any

import pandas as pd
from pypdf import PdfReader
from python_calamine import CalamineWorkbook, load_workbook

from star_tracker.analysis.disclosure import Figure
from star_tracker.domain.figures import round_half_up
from star_tracker.domain.scales import ALL_PODS
from star_tracker.domain.texts import unguard_text
from star_tracker.exports.definitions import UNDEFINED
from star_tracker.exports.returns.bundle import Part, names_of
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.indicators import write_indicators
from star_tracker.exports.returns.metadata import DATA_PACKAGE, METADATA
from star_tracker.exports.returns.pages import build_page, dump_page, load_page
from star_tracker.exports.returns.report import SHOWN, list_shown, title_of, write_row
from star_tracker.exports.tables import Column, NamedTable, Role
from star_tracker.exports.workbook_sheets import SHORTHAND

_NEAR = 1e-9


def find_csv_faults(return_: Return, files: Mapping[str, bytes]) -> Iterator[str]:
    """Cells of the CSV files that are not those of the tables; a code's label that is not its own."""
    folder = names_of(return_).folder
    for table in return_.file_tables:
        name = f"{table.name}.csv"
        rows = list(csv.DictReader(StringIO(files[f"{folder}/{name}"].decode(), newline="")))
        found = [[_read_csv_cell(row, column) for column in table.columns] for row in rows]
        yield from compare_rows(name, table, table.list_rows(), found)
        for row in rows:
            for column in table.columns:
                if column.labels and row[f"{column.name}_label"] != column.labels.get(row[column.name]):
                    yield f"{name}: {row[column.name]} is labelled {row[f'{column.name}_label']}"


def _read_csv_cell(row: Mapping[str, str], column: Column) -> Figure:
    cell = row.get(column.name)
    if cell is None:
        return "no such column"
    if column.holds_words:
        return unguard_text(cell)
    return None if cell == UNDEFINED else _read_number(cell)


def _read_number(cell: str) -> Figure:
    """The number of a cell, or its text."""
    try:
        return float(cell)
    except ValueError:
        return cell


def find_workbook_faults(return_: Return, files: Mapping[str, bytes]) -> Iterator[str]:
    """Cells of the workbook's tables that are not those of the return."""
    content = files[names_of(return_).name_of(Part.WORKBOOK)]
    with load_workbook(BytesIO(content), load_tables=True) as book:
        for table in (return_.summary, *return_.sheet_tables):
            found = read_sheet(book, table)
            yield from compare_rows(f"sheet {table.name}", table, table.list_rows(), found, return_.places)


def read_sheet(book: CalamineWorkbook, table: NamedTable) -> list[list[Figure]]:
    """The rows of a table's sheet, in codes again; [] if the sheet has no table."""
    if table.sheet_table not in (book.table_names or ()):
        return []
    read = book.get_table_by_name(table.sheet_table)
    place_of = {heading: place for place, heading in enumerate(read.columns)}
    places = [place_of[column.heading] for column in table.columns]
    return [
        [_read_sheet_cell(row[place], column) for place, column in zip(places, table.columns, strict=True)]
        for row in read.to_python()
    ]


def _read_sheet_cell(cell: Any, column: Column) -> Figure:
    if column.labels:
        return next((code for code, label in column.labels.items() if label == cell), cell)
    if column.holds_words:
        return str(cell)
    if cell == SHORTHAND[UNDEFINED]:
        return None
    return next((mark for mark, shorthand in SHORTHAND.items() if shorthand == cell), cell)


def find_page_faults(return_: Return) -> Iterator[str]:
    """Cells of the page, as it is stored, that are not those of the tables."""
    page = load_page(json.loads(json.dumps(dump_page(build_page(return_)))))
    tables = {table.name: table for table in page.tables}
    for table in return_.tables:
        yield from compare_rows(f"the page’s table {table.name}", table, table.list_rows(), tables[table.name].rows)


def read_report(return_: Return, files: Mapping[str, bytes]) -> str:
    """What the report says, without white space, which a PDF has wherever a line breaks."""
    pages = PdfReader(BytesIO(files[names_of(return_).name_of(Part.REPORT)])).pages
    return _squash(page.extract_text() for page in pages)


def find_report_faults(return_: Return, text: str) -> Iterator[str]:
    """Rows whose figures the report does not have after its table's title, one row after another.

    Names are not looked for: a PDF can hold the letters of some scripts in another order.
    """
    for headline in write_indicators(return_.list_records("indicators", pod=ALL_PODS)):
        if _squash(headline[1:]) not in text:
            yield f"report: {headline[0]}: {', '.join(headline[1:])} is not there"
    for name in SHOWN:
        place = max(text.find(_squash([title_of(return_.find_table(name))])), 0)
        columns, rows = list_shown(return_, name)
        for row in rows:
            written = write_row(return_, columns, row)
            figures = [cell for cell, column in zip(written, columns, strict=True) if not column.holds_words]
            found = text.find(_squash(figures), place)
            if found < 0:
                yield f"report: {name}, {_describe(columns, row)}: {', '.join(figures)} is not there"
                break
            place = found + len(_squash(figures))


def _squash(texts: Iterable[str]) -> str:
    """Texts without white space, as one."""
    return "".join("".join(texts).split())


def find_chart_faults(return_: Return) -> Iterator[str]:
    """Figures that the charts draw and the tables do not have."""
    where = {"cohort": "all_to_date", "pod": ALL_PODS}
    for name in ("averages", "change"):
        tabled = {str(cells["area"]): cells for cells in return_.list_records(name, **where)}
        for measured in return_.star_measures.to_dict("records"):
            for column in return_.find_table(name).columns:
                drawn = measured.get(column.name)
                if column.holds_words or pd.isna(drawn):
                    continue
                figure = tabled[measured["area"]][column.name]
                if not _is_same(figure, float(drawn)):
                    yield f"chart: {measured['area']}, {column.heading}: {drawn} instead of {_write(figure)}"


def find_naming_faults(return_: Return, files: Mapping[str, bytes], report: str) -> Iterator[str]:
    """Files that the data package describes as they are not, and files that name another fingerprint."""
    names = names_of(return_)
    package = json.loads(files[f"{names.folder}/{DATA_PACKAGE}"])
    for resource in package["resources"]:
        content = files[f"{names.folder}/{resource['path']}"]
        if (resource["bytes"], resource["hash"]) != (len(content), f"sha256:{sha256(content).hexdigest()}"):
            yield f"{DATA_PACKAGE}: {resource['path']} has another size or SHA-256"
    metadata = json.loads(files[f"{names.folder}/{METADATA}"])
    with load_workbook(BytesIO(files[names.name_of(Part.WORKBOOK)])) as book:
        cover = book.get_sheet_by_name("Cover").to_python()
    names_it = {
        DATA_PACKAGE: package["sha256_of_figures"] == return_.fingerprint,
        METADATA: metadata["sha256_of_figures"] == return_.fingerprint,
        "report": return_.fingerprint in report,
        "workbook": return_.fingerprint in " ".join(str(cell) for row in cover for cell in row),
    }
    yield from (f"{name} does not name {return_.fingerprint}" for name, does in names_it.items() if not does)


def compare_rows(
    where: str,
    table: NamedTable,
    expected: Sequence[Sequence[Figure]],
    found: Sequence[Sequence[Figure]],
    places: int | None = None,
) -> Iterator[str]:
    """What differs between the rows of a table and those that were found, cell by cell.

    ``places``: decimals that a sheet shows; what would show as nought may be nought there.
    """
    if len(expected) != len(found):
        yield f"{where}: {len(found)} rows instead of {len(expected)}"
        return
    for wanted, row in zip(expected, found, strict=True):
        for column, figure, cell in zip(table.columns, wanted, row, strict=True):
            is_nought = places is not None and isinstance(figure, float) and cell == round_half_up(figure, places) == 0
            if not _is_same(figure, cell) and not is_nought:
                about = _describe(table.columns, wanted)
                yield f"{where}: {about}, {column.heading}: {_write(cell)} instead of {_write(figure)}"


def _is_same(figure: Figure, cell: Figure) -> bool:
    if isinstance(figure, int | float) and isinstance(cell, int | float):
        return abs(figure - cell) < _NEAR
    if isinstance(figure, str) and isinstance(cell, str):
        return figure.split() == cell.split()
    return figure == cell


def _describe(columns: Iterable[Column], row: Iterable[Figure]) -> str:
    """What a row is about, in words."""
    pairs = zip(columns, row, strict=True)
    return ", ".join(column.labels.get(str(cell), str(cell)) for column, cell in pairs if column.role in _WORDS)


_WORDS = (Role.CODE, Role.NAME)


def _write(figure: Figure) -> str:
    return "no figure" if figure is None else str(figure)
