"""How much a Star file may hold: files made to do harm, or by accident, are refused with one clear message."""

import io
import random
import struct
import subprocess
import sys
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import get_column_letter

from star_tracker.starfile import limits
from star_tracker.starfile.columns import COLUMNS
from star_tracker.starfile.spreadsheets import READER, READER_FOLDER
from tests.support.spreadsheets import HEADER, KINDS, altered, cells_of, ods, shared_texts, xlsx
from tests.support.star_files import START, check, csv_text, row, rows_of

ROOT = Path(__file__).parents[2]

LARGE = "1000000000"
FAR = get_column_letter(16_384) + "20000"
NOISE = random.Random(1).randbytes(4_500_000).hex()  # hardly packed
X = 'office:value-type="string"><text:p>x</text:p></table:table-cell>'


def sheet_of(xml: str) -> bytes:
    """An .xlsx of a header and these rows."""
    return altered(xlsx(HEADER), "xl/worksheets/sheet1.xml", "</sheetData>", f"{xml}</sheetData>")


def spreadsheet_of(xml: str, *, before: str = "") -> bytes:
    """An .ods of a header and these rows."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    header = "".join(f"<table:table-cell><text:p>{column}</text:p></table:table-cell>" for column in COLUMNS)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "content.xml",
            f"{before}<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="Stars"><table:table-row>{header}</table:table-row>'
            f"{xml}</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return stream.getvalue()


def with_texts(xml: str) -> bytes:
    """An .xlsx that shares these texts."""
    return altered(shared_texts(HEADER), "xl/sharedStrings.xml", "</sst>", f"{xml}</sst>")


def of_parts(number: int) -> bytes:
    """An archive of so many empty files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for place in range(number):
            archive.writestr(f"{place}", b"")
    return stream.getvalue()


SMALLER = {"MAX_ROWS": 2_000, "LAST_ROW": 20_000, "MAX_ROW_LENGTH": 200_000}
"""Limits for these tests, because files that pass the real ones take time to make."""

HEADER_LINE = ",".join(COLUMNS) + "\n"

HARMFUL_CSV = {
    "a million columns": (",".join(f"c{n}" for n in range(1_000_000)), "characters"),
    "a hundred columns too many": (",".join([*COLUMNS, *"x" * 100]), "column 124"),
    "empty columns": ("," * 90_000, "it is empty"),
    "a row that goes on line after line": (HEADER_LINE + '"a\nb",' * 100_000, "characters"),
    "an endless cell": (HEADER_LINE + "x" * 20_000_000, "characters"),
    "an endless cell in quotation marks": (HEADER_LINE + '"' + "x\n" * 10_000_000, "too long"),
    "a long cell": (HEADER_LINE + "x" * 40_000, "32,767 characters"),
    "empty rows without end": (HEADER_LINE + "\n" * 30_000, "below row 20,000"),
    "empty rows before the header": ("\n" * 200_001 + HEADER_LINE, "characters"),
    "rows without end": (HEADER_LINE + ("x" + "," * 23 + "\n") * 2_001, "more than 2,000 rows"),
    "ragged rows without end": (HEADER_LINE + "x\n" * 2_001, "more than 2,000 rows"),
}

HARMFUL_XLSX = {
    "one cell at the far end": (f'<row r="20000"><c r="{FAR}"><v>1</v></c></row>', "more than 2 GB of memory"),
    "a row number without end": (f'<row r="{LARGE}"><c><v>1</v></c></row>', "more than 2 GB of memory"),
    "a row as long as a file": ("<row>" + "<c><v>1</v></c>" * 300_000 + "</row>", "column 16385"),
    "an empty row as long as a file": ("<row>" + "<c/>" * 300_000 + "</row>", None),
    "empty cells at the end of a row": ("<row>" + "<c/>" * 16_384 + "</row>", None),
    "empty rows": ("<row/>" * 15_000, None),
    "rows of formulas": ("<row>" + "<c><f>1</f></c>" * 30_000 + "</row>", "column 101"),
    "one endless text": (
        f'<row><c t="inlineStr"><is><t>{"x" * 50_000_000}</t></is></c></row>',
        "32,767 characters",
    ),
    "one endless formula": (f"<row><c><f>{NOISE}</f></c></row>", "32,767 characters"),
    "one endless number": (f"<row><c><v>{'9' * 30_000}</v></c></row>", "not an Excel"),
    "one endless tag": (f'<row r="{NOISE}"/>', "not an Excel"),
    "one endless comment": (f"<!--{NOISE}-->", None),
    "elements within one another": ("<row>" * 1_000_000 + "</row>" * 1_000_000, None),
    "names without end": ("".join(f"<a{n}/>" for n in range(200_000)), None),
    "rows out of order": ('<row r="9"/><row r="9"/>', None),
    "cells out of order": ('<row><c r="B2"/><c r="A2"/></row>', None),
    "no such text": ('<row><c t="s"><v>999</v></c></row>', "not an Excel"),
    "no such column": ('<row><c r="é1"><v>9</v></c></row>', "not an Excel"),
}

HARMFUL_ODS = {
    "a row repeated without end": (
        f'<table:table-row table:number-rows-repeated="{LARGE}"><table:table-cell {X}</table:table-row>',
        "more than 2,000 rows",
    ),
    "a value repeated without end": (
        f'<table:table-row><table:table-cell table:number-columns-repeated="{LARGE}" {X}</table:table-row>',
        "column 16385",
    ),
    "empty cells without end": (
        f'<table:table-row table:number-rows-repeated="{LARGE}">'
        f'<table:table-cell table:number-columns-repeated="{LARGE}"/></table:table-row>',
        None,
    ),
    "spaces without end": (
        f'<table:table-row><table:table-cell><text:p><text:s text:c="{LARGE}"/>x</text:p></table:table-cell>'
        "</table:table-row>",
        "32,767 characters",
    ),
    "a value without end": (
        f'<table:table-row><table:table-cell office:string-value="{"x" * 40_000}"/></table:table-row>',
        "32,767 characters",
    ),
    "empty cells in the middle of many rows": (
        '<table:table-row><table:table-cell table:number-columns-repeated="16000"/><table:table-cell/>'
        "</table:table-row>" * 1_500,
        None,
    ),
    "a long text repeated": (
        '<table:table-row table:number-rows-repeated="2000"><table:table-cell table:number-columns-repeated="2">'
        f"<text:p>{'x' * 30_000}</text:p></table:table-cell></table:table-row>",
        "67,108,864 characters",
    ),
    "something far below": (
        '<table:table-row table:number-rows-repeated="2000000"><table:table-cell/></table:table-row>'
        f"<table:table-row><table:table-cell {X}</table:table-row>",
        "below row 20,000",
    ),
    "another sheet that is large": (
        '</table:table><table:table table:name="Other"><table:table-row table:number-rows-repeated="1000000">'
        f'<table:table-cell table:number-columns-repeated="16384" {X}</table:table-row>',
        None,
    ),
    "a table within a cell": (
        "<table:table-row><table:table-cell><table:table><table:table-row/></table:table></table:table-cell>"
        "</table:table-row>",
        "not an OpenDocument",
    ),
    "a repeat that is no number": (
        '<table:table-row table:number-rows-repeated="many"></table:table-row>',
        "not an OpenDocument",
    ),
}

HARMFUL: dict[str, tuple[str, Callable[[], str | bytes], str | None]] = {
    "ods: entities that grow": (
        "a.ods",
        lambda: spreadsheet_of("&b;", before='<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'),
        "not an OpenDocument",
    ),
    "ods: an .xlsx in disguise": ("a.ods", lambda: xlsx(HEADER), "not an OpenDocument"),
    "xlsx: an .ods in disguise": ("a.xlsx", lambda: ods(HEADER), "not an Excel"),
    "xlsx: half a file": ("a.xlsx", lambda: xlsx(HEADER)[:3000], "not an Excel"),
    "xlsx: no workbook in it": (
        "a.xlsx",
        lambda: altered(xlsx(HEADER), "_rels/.rels", '/officeDocument"', '/something"'),
        "not an Excel",
    ),
    "xlsx: texts without end": ("a.xlsx", lambda: with_texts("<si/>" * 1_000_001), None),
    "xlsx: a shared text without end": ("a.xlsx", lambda: with_texts(f"<si><t>{NOISE}</t></si>"), None),
    "xlsx: large styles": (
        "a.xlsx",
        lambda: altered(xlsx(HEADER), "xl/styles.xml", "<fonts", f"<!--{NOISE}--><fonts"),
        None,
    ),
    "xlsx: parts without end": ("a.xlsx", lambda: of_parts(50_000), "more than 2,000 parts"),
    "ods: parts without end": ("a.ods", lambda: of_parts(50_000), "more than 2,000 parts"),
}
HARMFUL |= {f"csv: {what}": ("a.csv", partial(str, text), says) for what, (text, says) in HARMFUL_CSV.items()}
HARMFUL |= {f"xlsx: {what}": ("a.xlsx", partial(sheet_of, xml), says) for what, (xml, says) in HARMFUL_XLSX.items()}
HARMFUL |= {f"ods: {what}": ("a.ods", partial(spreadsheet_of, xml), says) for what, (xml, says) in HARMFUL_ODS.items()}


@pytest.mark.parametrize(("name", "make", "says"), HARMFUL.values(), ids=HARMFUL)
def test_a_harmful_file_is_refused_or_harmless_and_takes_little_memory(
    name: str, make: Any, says: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit, small in SMALLER.items():
        monkeypatch.setattr(limits, limit, small)
    content = make()
    data = content.encode() if isinstance(content, str) else content
    tracemalloc.start()
    try:
        faults = check(data, name).faults
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 * 1024**2 + len(data)
    if says is None:
        assert faults == []
    else:
        [fault] = faults
        assert says in fault.allowed


@KINDS
def test_a_file_that_is_large_in_any_way_is_refused_unread(
    make: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit, says in (
        ("MAX_READING_SECONDS", "seconds to read"),
        ("MAX_UNPACKED_BYTES", "unpacks to more than"),
        ("MAX_PARTS", "more than 0 parts"),
        ("MAX_FILE_BYTES", "larger than 0 MB"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(limits, limit, 0)
            [fault] = check(make(HEADER, cells_of()), name).faults
        assert says in fault.allowed


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("declaration", [ENTITIES, OUTSIDE])
@pytest.mark.parametrize(
    ("member", "root"),
    [
        ("_rels/.rels", "<Relationships"),
        ("xl/workbook.xml", "<workbook"),
        ("xl/styles.xml", "<styleSheet"),
        ("xl/sharedStrings.xml", "<sst"),
        ("xl/worksheets/sheet1.xml", "<worksheet"),
    ],
)
def test_no_part_of_a_workbook_may_declare_entities(member: str, root: str, declaration: str) -> None:
    data = shared_texts(HEADER, cells_of())
    assert check(data, "a.xlsx").faults == []
    [fault] = check(altered(data, member, root, declaration + root), "a.xlsx").faults
    assert "not an Excel" in fault.allowed


def test_what_an_archive_hides_behind_its_declared_size_is_not_read() -> None:
    """Calamine by itself reads on to the end, whatever size and checksum are declared."""
    seen = zipfile.ZipFile(io.BytesIO(ods(HEADER, cells_of()))).read("content.xml")
    hidden = f'<table:table-row table:number-rows-repeated="{LARGE}"><table:table-cell {X}</table:table-row>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", seen + f'<table:table table:name="Stars">{hidden}</table:table>'.encode())
        [member] = archive.infolist()
    data = stream.getvalue()
    for before, after in ((member.CRC, zlib.crc32(seen)), (member.file_size, len(seen))):
        data = data.replace(struct.pack("<L", before), struct.pack("<L", after))
    assert check(data, "a.ods").rows == rows_of(START)


@KINDS
def test_too_many_rows_are_refused(make: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ROWS", 1)
    [fault] = check(make(HEADER, cells_of(), cells_of(parent_ref="P2")), name).faults
    assert "more than 1 rows" in fault.allowed


def test_a_file_that_takes_too_long_to_read_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PROCESSOR_SECONDS", 1)
    endless = "<c><f>" + "+1" * 10_000 + "</f></c>"
    [fault] = check(sheet_of("<row>" + endless * 16_000 + "</row>"), "a.xlsx").faults
    assert "more than 1 seconds to read" in fault.allowed


def test_file_with_too_many_faults_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FAULTS", 3)
    faults = check(csv_text([row(parent_ref=f"P{n}", star_kind="first", pod="") for n in range(9)])).faults
    assert "more than 3 faults" in faults[0].allowed
    assert [fault.number for fault in faults] == [0, 2, 2, 3, 3]


def test_a_message_repeats_only_the_beginning_of_a_long_cell() -> None:
    [fault] = check(csv_text([row(family_ref="x" * 30_000)])).faults
    assert len(str(fault)) < 300
    assert fault.value == "x" * 30_000


def test_the_documentation_lists_the_limits() -> None:
    text = (ROOT / "docs" / "star-csv.md").read_text()
    for limit in (
        f"{limits.MAX_FILE_BYTES // 1024**2} MB",
        f"{limits.MAX_UNPACKED_BYTES // 1024**2} MB",
        f"{limits.MAX_READING_MEMORY // 1024**3} GB",
        *(
            f"{limit:,}"
            for limit in (
                limits.MAX_ROWS,
                limits.LAST_ROW,
                limits.MAX_COLUMNS,
                limits.MAX_CELL_LENGTH,
                limits.MAX_ROW_LENGTH,
                limits.MAX_FILE_BYTES,
                limits.MAX_PARTS,
                limits.MAX_PROCESSOR_SECONDS,
                limits.MAX_READING_SECONDS,
                limits.MAX_FAULTS,
            )
        ),
    ):
        assert limit in text, limit


def test_program_that_reads_a_spreadsheet_imports_nothing_else_of_star_tracker() -> None:
    program = (
        f"import sys, {READER}.__main__ as reader; "
        "print(len(reader.READERS), *[name for name in sys.modules if name.startswith('star_tracker')])"
    )
    environment = {"PYTHONPATH": str(READER_FOLDER)}
    done = subprocess.run([sys.executable, "-P", "-c", program], env=environment, capture_output=True, check=True)
    assert done.stdout.split() == [b"3"]
