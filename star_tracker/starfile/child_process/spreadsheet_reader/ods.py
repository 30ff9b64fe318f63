"""OpenDocument spreadsheets (.ods), read tag by tag: no library gives both their formulas and what their cells show."""

import zipfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.etree import ElementTree  # see refuse_document_type  # nosec B405

from .cells import CACHE_SIZE, Cell, Row, date_cell, number_cell, write_digits
from .messages import choose_sheet
from .xml_parts import refuse_document_type

CONTENT = "content.xml"
CHUNK_BYTES = 1024**2

OFFICE, STYLE, TABLE, TEXT = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "style", "table", "text")
)
SHEET, ROW, SHEET_STYLE = f"{TABLE}table", f"{TABLE}table-row", f"{STYLE}style"
NAME, USED_STYLE, STYLE_NAME, SHOWN = f"{TABLE}name", f"{TABLE}style-name", f"{STYLE}name", f"{TABLE}display"
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
ROWS_REPEATED, COLUMNS_REPEATED = f"{TABLE}number-rows-repeated", f"{TABLE}number-columns-repeated"
FORMULA_TEXT, PARAGRAPH, SPACES = f"{TABLE}formula", f"{TEXT}p", f"{TEXT}c"
VALUE_TYPE, NUMBER, TEXT_VALUE = f"{OFFICE}value-type", f"{OFFICE}value", f"{OFFICE}string-value"
DATE, TIME, TRUTH = f"{OFFICE}date-value", f"{OFFICE}time-value", f"{OFFICE}boolean-value"
OUTSIDE_CELLS = frozenset((SHEET, ROW, SHEET_STYLE))
LETTERS = {f"{TEXT}s": " ", f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
HIDDEN = (f"{OFFICE}annotation", f"{TEXT}ruby-text")
MOST_REPEATED = 40_000
"""More cells than a row has, and more spaces than a cell may have: more repetitions than these are not made."""


def read_ods(data: bytes) -> Iterator[Row]:
    """The rows of an OpenDocument spreadsheet that are not empty."""
    with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(CONTENT) as stream:
        size = archive.getinfo(CONTENT).file_size
        before = b""
        while chunk := stream.read(CHUNK_BYTES):
            refuse_document_type(before[-16:] + chunk)
            before = chunk
        stream.seek(0)
        number = 0
        # Checked above: it declares no document type.
        for row in _first_table(ElementTree.iterparse(stream, ("start", "end"))):  # noqa: S314  # nosec B314
            cells, formulas = _read_row(row)
            repeats = _count_repeats(row, ROWS_REPEATED)
            if any(cells) or formulas:
                for below in range(1, repeats + 1):
                    yield number + below, stream.tell() / size, cells, formulas
            number += repeats


def _first_table(events: Iterable[tuple[str, Any]]) -> Iterator[Any]:
    """The rows of the first visible table.

    Raises:
        ValueError: there is none, or a table is within a cell, which no program writes.
    """
    hidden_styles: set[str] = set()
    names: list[str] = []
    visible: list[bool] = []
    open_rows = 0
    for event, element in events:
        tag = element.tag
        if tag not in OUTSIDE_CELLS:
            continue
        if event == "start":
            if tag == SHEET:
                if open_rows:
                    raise ValueError("a table within a cell")
                names.append(element.get(NAME, ""))
                visible.append(element.get(USED_STYLE) not in hidden_styles)
                if visible[-1]:
                    choose_sheet(names, visible)
            open_rows += tag == ROW
        elif tag == SHEET_STYLE:
            if any(properties.get(SHOWN) == "false" for properties in element):
                hidden_styles.add(element.get(STYLE_NAME))
        elif tag == ROW:
            open_rows -= 1
            if visible[-1]:
                yield element
            element.clear()
        elif tag == SHEET and visible[-1]:
            return
    raise ValueError("no visible table")


def _count_repeats(element: Any, name: str) -> int:
    repeats = element.get(name)
    return 1 if repeats is None else max(1, int(repeats))


def _read_row(row: Any) -> tuple[list[Cell], dict[int, str]]:
    """A row's cells, and its formulas by their place."""
    cells: list[Cell] = []
    formulas: dict[int, str] = {}
    for element in row:
        if element.tag in CELLS:
            if (formula := element.get(FORMULA_TEXT)) is not None:
                formulas[len(cells)] = "=" + formula.partition("=")[2]
            cells += [_read_cell(element)] * min(_count_repeats(element, COLUMNS_REPEATED), MOST_REPEATED)
    return cells, formulas


def _read_cell(element: Any) -> Cell:
    shown = "\n".join([_read_text(child) for child in element if child.tag == PARAGRAPH])  # a comment's are deeper
    match element.get(VALUE_TYPE):
        case "float" | "percentage" | "currency":
            return _read_number(float(element.get(NUMBER)), shown)
        case "date":
            return date_cell(element.get(DATE))
        case "time":
            return date_cell(element.get(TIME))
        case "boolean":
            return str(element.get(TRUTH)).upper()
        case _:
            return str(element.get(TEXT_VALUE, shown))


@lru_cache(CACHE_SIZE)
def _read_number(value: float, shown: str) -> Cell:
    if shown.replace(",", "") in ("", write_digits(value), f"{value:.2f}"):
        return number_cell(value, "")
    return number_cell(value, "0" * len(shown) if shown.isdecimal() else shown)


def _read_text(element: Any) -> str:
    if not len(element):
        return element.text or ""
    pieces = [element.text or ""]
    for child in element:
        if child.tag in LETTERS:
            pieces.append(LETTERS[child.tag] * min(_count_repeats(child, SPACES), MOST_REPEATED))
        elif child.tag not in HIDDEN:
            pieces.append(_read_text(child))
        pieces.append(child.tail or "")
    return "".join(pieces)
