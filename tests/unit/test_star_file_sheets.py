"""A Star file as .xlsx and .ods: what a spreadsheet's cells become, and files made to do harm."""

import io
import random
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from star_tracker.starfile import sheets
from star_tracker.starfile.columns import COLUMNS
from star_tracker.starfile.reading import read_cells
from star_tracker.starfile.writing import write_workbook
from tests.support.star_files import START, check, csv_text, places, registration, row, rows_of

HEADER = list(COLUMNS)


def cells_of(**cells: Any) -> list[Any]:
    """A row's cells, of whatever type."""
    return [{**START, **cells}.get(column) or None for column in COLUMNS]


def xlsx(*rows: list[Any]) -> bytes:
    """A workbook with these rows in its first sheet and something else in its second."""
    book = openpyxl.Workbook()
    for cells in rows:
        book.worksheets[0].append(cells)
    book.create_sheet("Other").append(["something else"])
    return saved(book)


def saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods(*rows: list[Any]) -> bytes:
    """The same as an OpenDocument spreadsheet."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="Stars")
    for cells in rows:
        line = TableRow()
        for cell in cells:
            line.addElement(ods_cell(cell))
        table.addElement(line)
    document.spreadsheet.addElement(table)
    other = Table(name="Other")
    document.spreadsheet.addElement(other)
    stream = io.BytesIO()
    document.write(stream)
    return stream.getvalue()


def ods_cell(value: Any) -> TableCell:
    match value:
        case None:
            return TableCell()
        case bool():
            return TableCell(valuetype="boolean", booleanvalue=str(value).lower())
        case int() | float():
            return TableCell(valuetype="float", value=str(float(value)))
        case date():
            return TableCell(valuetype="date", datevalue=value.isoformat())
    cell = TableCell(valuetype="string")
    cell.addElement(P(text=value))
    return cell


def altered(data: bytes, member: str, old: str, new: str) -> bytes:
    """The archive with one of its files changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == member:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode(), 1)
            after.writestr(name, content)
    return stream.getvalue()


KINDS = pytest.mark.parametrize(("make", "name"), [(xlsx, "stars.xlsx"), (ods, "stars.ods")])


@KINDS
def test_a_sheet_is_read_like_the_same_csv(make: Any, name: str) -> None:
    rows = [row(pod="Zoë’s pod"), registration(parent_ref="P2"), row(parent_ref="P3", home_and_money="n/a")]
    table = [[cells.get(column) for column in COLUMNS] for cells in rows]
    assert check(make(HEADER, *table), name).rows == check(csv_text(rows)).rows


@KINDS
def test_dates_numbers_and_yes_become_the_text_that_people_see(make: Any, name: str) -> None:
    typed = cells_of(
        family_ref=123,
        started_on=date(2018, 1, 10),
        star_date=datetime.fromisoformat("2018-01-20"),
        children=2.0,
        retrospective=True,
        physical_health=5,
        home_and_money=10.0,
    )
    [read] = check(make(HEADER, typed), name).rows
    [same] = rows_of(row(family_ref="123", retrospective="yes", home_and_money="10"))
    assert read == same


@KINDS
def test_a_half_reading_and_a_time_of_day_are_refused_as_they_stand(make: Any, name: str) -> None:
    half_past_ten = datetime.fromisoformat("2018-01-20T10:30")
    checked = check(make(HEADER, cells_of(home_and_money=4.5, star_date=half_past_ten)), name)
    assert places(checked.faults) == [(2, "star_date", "2018-01-20T10:30:00"), (2, "home_and_money", "4.5")]


@KINDS
def test_references_stay_the_text_they_are(make: Any, name: str) -> None:
    for ref in ("00123", "=F12", "F1, north", "1e5", "_x0041_"):
        data = make(HEADER, cells_of(family_ref="F9" if ref == "=F12" else ref))
        if ref == "=F12":  # openpyxl would write a formula
            member = "xl/worksheets/sheet1.xml" if make is xlsx else "content.xml"
            data = altered(data, member, ">F9<", ">=F12<")
        [read] = check(data, name).rows
        assert read.family_ref == ref


@KINDS
def test_rows_keep_their_numbers_and_empty_ends_do_not_matter(make: Any, name: str) -> None:
    table = [[*HEADER, None, None], [None], cells_of(), [], [*cells_of(star_kind="interim", star_date="soon"), None]]
    assert places(check(make(*table), name).faults) == [(5, "star_date", "soon")]


@KINDS
def test_something_right_of_the_table_is_named(make: Any, name: str) -> None:
    [fault] = check(make(HEADER, [*cells_of(), "a remark"]), name).faults
    assert (fault.number, "remove 'a remark'" in fault.allowed) == (2, True)
    [fault] = check(make(HEADER, [*cells_of(), *[None] * 80, "a remark"]), name).faults
    assert (fault.number, "column 105" in fault.allowed) == (2, True)


def shared_texts(*rows: list[Any]) -> bytes:
    """A workbook whose texts stand in a part of their own, as in Excel's; openpyxl writes them in their cells."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    return stream.getvalue()


def test_texts_that_a_workbook_shares_are_read_with_their_escapes_and_without_reading_aids() -> None:
    data = shared_texts(HEADER, cells_of(family_ref="=F12", parent_ref="_x0041_", pod="Crewe"))
    aids = "<t>Crewe</t><rPh sb='0' eb='1'><t>kuru</t></rPh>"
    [read] = check(altered(data, "xl/sharedStrings.xml", "<t>Crewe</t>", aids), "a.xlsx").rows
    assert (read.family_ref, read.parent_ref, read.pod) == ("=F12", "_x0041_", "Crewe")


def with_formula(make: Any, formula: str, result: str) -> bytes:
    """A file with a formula in a cell of its second row, and a result stored with it."""
    data = make(HEADER, cells_of(home_and_money=formula if make is xlsx else 7))
    if make is xlsx:
        return altered(data, "xl/worksheets/sheet1.xml", "<v />", f"<v>{result}</v>")
    return altered(data, "content.xml", 'office:value="7.0"', f'table:formula="of:{formula}" office:value="{result}"')


@KINDS
def test_a_formula_is_refused_where_it_stands_whatever_result_is_stored_with_it(make: Any, name: str) -> None:
    [fault] = check(with_formula(make, "=3+4", "7"), name).faults
    assert (fault.number, fault.column, fault.value) == (2, "W", "=3+4")
    assert "paste them back as values" in fault.allowed


def test_a_formula_without_a_result_is_refused_not_taken_for_an_empty_cell() -> None:
    data = ods(HEADER, cells_of(home_and_money=7))
    data = altered(data, "content.xml", 'office:value-type="float" office:value="7.0"', 'table:formula="of:=3+4"')
    assert places(check(data, "a.ods").faults) == [(2, "W", "=3+4")]


def test_formulas_of_every_kind_in_a_row_are_named() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(HEADER)
    book.worksheets[0].append(cells_of(family_ref="=B2", parent_ref=ArrayFormula("C2", "=SUM(A1:A2)")))
    book.worksheets[0].append(cells_of(family_ref="=B3"))
    book.worksheets[0]["J2"] = DataTableFormula("J2")
    faults = check(saved(book), "a.xlsx").faults
    assert places(faults) == [(2, "A", "=B2"), (2, "C", "=SUM(A1:A2)"), (2, "J", "=TABLE()")]


def test_formulas_in_other_sheets_do_not_matter() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(HEADER)
    book.worksheets[0].append(cells_of())
    book.create_sheet("Summary").append(["=COUNTA(Sheet!A:A)"])
    assert check(saved(book), "a.xlsx").rows == rows_of(START)
    summary = '<table:table-row><table:table-cell table:formula="of:=1" office:value="1"/></table:table-row>'
    data = altered(
        ods(HEADER, cells_of()), "content.xml", 'table:name="Other"/>', f'table:name="Other">{summary}</table:table>'
    )
    assert check(data, "a.ods").rows == rows_of(START)


def test_a_failed_formula_is_not_a_reference() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(HEADER)
    book.worksheets[0].append(cells_of())
    book.worksheets[0]["A2"].value = "#N/A"
    assert book.worksheets[0]["A2"].data_type == "e"
    assert places(check(saved(book), "a.xlsx").faults) == [(2, "family_ref", "#N/A")]


def test_dates_counted_from_1904_are_read() -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.worksheets[0].append(HEADER)
    book.worksheets[0].append(cells_of(star_date=date(2018, 1, 20)))
    assert check(saved(book), "a.xlsx").rows == rows_of(START)


def test_an_ods_cell_without_its_comment_and_with_its_spaces() -> None:
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text"))
    comment = f"<office:annotation {spaces}><text:p>Ask <text:s/>Ana</text:p></office:annotation>"
    data = ods(HEADER, cells_of(pod="Crewe"))
    spaced = f"{comment}<text:p>Crewe<text:s text:c='2'/>N</text:p>"
    assert check(altered(data, "content.xml", "<text:p>Crewe</text:p>", spaced), "a.ods").rows[0].pod == "Crewe  N"


def test_ods_text_that_is_not_marked_as_text_is_refused_not_taken_for_an_empty_cell() -> None:
    data = ods(HEADER, cells_of(pod="Crewe"))
    unmarked = '<table:table-cell office:value-type="string"><text:p>Crewe</text:p>'
    data = altered(data, "content.xml", unmarked, unmarked.replace(' office:value-type="string"', ""))
    [fault] = check(data, "a.ods").faults
    assert (fault.number, fault.column) == (2, "D")
    assert "marks as text" in fault.allowed


def test_an_ods_cell_that_has_only_a_comment_is_empty() -> None:
    space = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    comment = f"<office:annotation {space}><text:p>Not yet known</text:p></office:annotation>"
    data = ods(HEADER, cells_of(council_ref=None))
    empty = "<table:table-cell/>"
    data = altered(data, "content.xml", empty, f"<table:table-cell>{comment}</table:table-cell>")
    assert check(data, "a.ods").rows == rows_of(START)


def test_empty_rows_that_an_ods_repeats_are_counted() -> None:
    data = ods(HEADER, [None], cells_of(home_and_money="11"))
    empty = "<table:table-row><table:table-cell/></table:table-row>"
    data = altered(data, "content.xml", empty, empty.replace("row>", "row table:number-rows-repeated='7'>", 1))
    assert places(check(data, "a.ods").faults) == [(9, "home_and_money", "11")]


@KINDS
def test_progress_ends_at_one(make: Any, name: str) -> None:
    told: list[float] = []
    read_cells((name, io.BytesIO(make(HEADER, cells_of()))), told.append)
    assert told[-1] == 1


def test_a_written_workbook_is_read_back_and_twice_the_same() -> None:
    rows = rows_of(
        row(family_ref="=F12", council_ref="https://example.org", pod="_x0041_"), registration(family_ref="00123")
    )
    first, second = io.BytesIO(), io.BytesIO()
    write_workbook(rows, first)
    write_workbook(rows, second)
    assert check(first.getvalue(), "a.xlsx").rows == rows
    assert first.getvalue() == second.getvalue()


# Made to do harm


def sheet_of(xml: str) -> bytes:
    """An .xlsx of a header and these rows."""
    return altered(xlsx(HEADER), "xl/worksheets/sheet1.xml", "</sheetData>", f"{xml}</sheetData>")


def spreadsheet_of(xml: str, *, before: str = "") -> bytes:
    """An .ods of these rows."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "content.xml",
            f"{before}<office:document-content {spaces}><office:body><office:spreadsheet>"
            '<table:table table:name="Stars">'
            f"{xml}</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return stream.getvalue()


FAR = get_column_letter(16_384) + "1048576"

LARGE = "1000000000"
NOISE = random.Random(1).randbytes(4_500_000).hex()  # hardly packed, so that it is unpacked
X = 'office:value-type="string"><text:p>x</text:p></table:table-cell>'

HARMFUL_XLSX = {
    "one cell at the far end": (f'<row r="1048576"><c r="{FAR}"><v>1</v></c></row>', "column 16384"),
    "a row number without end": (f'<row r="{LARGE}"><c><v>1</v></c></row>', None),
    "a row as long as a file": ("<row>" + "<c/>" * 300_000 + "</row>", "500 times its size"),
    "empty rows": ("<row/>" * 150_000, None),
    "empty rows without end": ("<row/>" * 300_000, "500 times its size"),
    "one endless text": (f'<row><c t="inlineStr"><is><t>{NOISE}</t></is></c></row>', "32,767 characters"),
    "one endless tag": (f'<row r="{NOISE}"/>', "not an Excel"),
    "no such text": ('<row><c t="s"><v>999</v></c></row>', "not an Excel"),
    "no such column": ('<row><c r="é1"><v>9</v></c></row>', "not an Excel"),
}

HARMFUL_ODS = {
    "a row repeated without end": (
        f'<table:table-row table:number-rows-repeated="{LARGE}"><table:table-cell {X}</table:table-row>',
        "more than 200,000 rows",
    ),
    "a value repeated without end": (
        f'<table:table-row><table:table-cell table:number-columns-repeated="{LARGE}" {X}</table:table-row>',
        f"column {LARGE}",
    ),
    "empty cells without end": (
        f'<table:table-row table:number-rows-repeated="{LARGE}">'
        f'<table:table-cell table:number-columns-repeated="{LARGE}"/></table:table-row>',
        "it is empty",
    ),
    "spaces without end": (
        f'<table:table-row><table:table-cell><text:p><text:s text:c="{LARGE}"/>x</text:p></table:table-cell>'
        "</table:table-row>",
        "32,767 characters",
    ),
    "empty cells in the middle of many rows": (
        '<table:table-row><table:table-cell table:number-columns-repeated="16000"/><table:table-cell/>'
        "</table:table-row>" * 1_500,
        "too many cells",
    ),
    "a long text repeated": (
        '<table:table-row table:number-rows-repeated="20000"><table:table-cell office:value-type="string">'
        f"<text:p>{'x' * 30_000}</text:p></table:table-cell></table:table-row>",
        "too many cells",
    ),
    "a sheet that something far below makes large": (
        f'<table:table-row><table:table-cell table:number-columns-repeated="50" {X}</table:table-row>'
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row>'
        f"<table:table-row><table:table-cell {X}</table:table-row>",
        "too many cells",
    ),
    "another sheet that is large": (
        '</table:table><table:table table:name="Other"><table:table-row table:number-rows-repeated="1000000">'
        f'<table:table-cell table:number-columns-repeated="16384" {X}</table:table-row>',
        "too many cells",
    ),
    "a table within a cell": (
        "<table:table-row><table:table-cell><table:table><table:table-row/></table:table></table:table-cell>"
        "</table:table-row>",
        "not an OpenDocument",
    ),
    "text that would be left out": (
        '<table:table-row><table:table-cell office:value-type="string"><text:p><![CDATA[x]]></text:p>'
        "</table:table-cell></table:table-row>",
        "not an OpenDocument",
    ),
    "a repeat that is no number": (
        '<table:table-row table:number-rows-repeated="many"></table:table-row>',
        "not an OpenDocument",
    ),
}

HARMFUL: dict[str, tuple[str, Callable[[], bytes], str | None]] = {
    "ods: entities that grow": (
        "a.ods",
        lambda: spreadsheet_of("&b;", before='<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'),
        "not an OpenDocument",
    ),
    "ods: an .xlsx in disguise": ("a.ods", lambda: xlsx(HEADER), "not an OpenDocument"),
    "xlsx: an .ods in disguise": ("a.xlsx", lambda: ods(HEADER), "not an Excel"),
    "xlsx: half a file": ("a.xlsx", lambda: xlsx(HEADER)[:3000], "not an Excel"),
}
for what, (xml, says) in HARMFUL_XLSX.items():
    HARMFUL[f"xlsx: {what}"] = ("a.xlsx", partial(sheet_of, xml), says)
for what, (xml, says) in HARMFUL_ODS.items():
    HARMFUL[f"ods: {what}"] = ("a.ods", partial(spreadsheet_of, xml), says)


@pytest.mark.parametrize(("name", "make", "says"), HARMFUL.values(), ids=HARMFUL)
def test_a_harmful_file_is_refused_or_harmless_and_takes_little_memory(name: str, make: Any, says: str | None) -> None:
    data = make()
    tracemalloc.start()
    try:
        faults = check(data, name).faults
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 64 * 1024 * 1024
    if says is None:
        assert faults == []
    else:
        [fault] = faults
        assert says in fault.allowed


@KINDS
def test_a_file_that_unpacks_to_gigabytes_is_refused_unread(
    make: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit, says in (
        ("MAX_PART_BYTES", "has a part"),
        ("MAX_UNPACKED_BYTES", "unpacks to more than"),
        ("MAX_MEMBERS", "more than 3 parts"),
    ):
        monkeypatch.setattr(sheets, limit, 3)
        [fault] = check(make(HEADER, cells_of()), name).faults
        assert says in fault.allowed


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("declaration", [ENTITIES, OUTSIDE])
@pytest.mark.parametrize(
    ("member", "root"),
    [
        ("[Content_Types].xml", "<Types"),
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
    monkeypatch.setattr(sheets, "MAX_ROWS", 1)
    [fault] = check(make(HEADER, cells_of(), cells_of(parent_ref="P2")), name).faults
    assert "more than 1 rows" in fault.allowed
