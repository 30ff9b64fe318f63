"""A Star file as .xlsx, .xls and .ods: what a spreadsheet's cells become."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from star_tracker.starfile.columns import COLUMNS
from star_tracker.starfile.reading import read_cells
from star_tracker.starfile.writing import write_workbook
from tests.support.spreadsheets import (
    ALL_KINDS,
    HEADER,
    KINDS,
    altered,
    cells_of,
    ods,
    saved,
    shared_texts,
    with_hidden_sheet,
    xls_format,
    xlsx,
)
from tests.support.star_files import START, check, csv_text, places, registration, row, rows_of


@ALL_KINDS
def test_a_sheet_is_read_like_the_same_csv(make: Any, name: str) -> None:
    rows = [row(pod="Zoë’s pod"), registration(parent_ref="P2"), row(parent_ref="P3", home_and_money="n/a")]
    table = [[cells.get(column) for column in COLUMNS] for cells in rows]
    assert check(make(HEADER, *table), name).rows == check(csv_text(rows)).rows


@ALL_KINDS
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


@ALL_KINDS
def test_a_half_reading_and_a_time_of_day_are_refused_as_they_stand(make: Any, name: str) -> None:
    half_past_ten = datetime.fromisoformat("2018-01-20T10:30")
    checked = check(make(HEADER, cells_of(home_and_money=4.5, star_date=half_past_ten)), name)
    assert places(checked.faults) == [(2, "star_date", "2018-01-20T10:30:00"), (2, "home_and_money", "4.5")]


@KINDS
def test_references_stay_the_text_they_are(make: Any, name: str) -> None:
    for ref in ("00123", "=F12", "F1, north", "1e5", "_x0041_"):
        data = make(HEADER, cells_of(family_ref="F9" if ref == "=F12" else ref))
        member = "xl/worksheets/sheet1.xml" if make is xlsx else "content.xml"
        if ref == "=F12":  # openpyxl would write a formula
            data = altered(data, member, ">F9<", ">=F12<")
        if ref == "_x0041_" and make is xlsx:  # openpyxl writes what spreadsheet programs show as A
            data = altered(data, member, ref, "_x005F_x0041_")
        [read] = check(data, name).rows
        assert read.family_ref == ref


@ALL_KINDS
def test_rows_keep_their_numbers_and_empty_ends_do_not_matter(make: Any, name: str) -> None:
    table = [[*HEADER, None, None], [None], cells_of(), [], [*cells_of(star_kind="interim", star_date="soon"), None]]
    assert places(check(make(*table), name).faults) == [(5, "star_date", "soon")]


@ALL_KINDS
def test_rows_below_empty_ones_and_formulas_keep_their_places(make: Any, name: str) -> None:
    assert places(check(make([], [], HEADER, [], cells_of(star_date="soon")), name).faults) == [
        (5, "star_date", "soon")
    ]
    indented = check(make([], [None, *HEADER], [None, *cells_of()]), name).faults
    assert [(fault.number, fault.allowed) for fault in indented] == [(2, "column 1 has no name: name it, or remove it")]
    if make is xlsx:
        beyond = make([], HEADER, cells_of(), [], [None, "=1"])
        assert places(check(beyond, name).faults) == [(5, "B", "=1")]


@ALL_KINDS
def test_cell_right_of_the_table_is_a_fault(make: Any, name: str) -> None:
    [fault] = check(make(HEADER, [*cells_of(), "a remark"]), name).faults
    assert (fault.number, "remove 'a remark'" in fault.allowed) == (2, True)
    [fault] = check(make(HEADER, [*cells_of(), *[None] * 80, "a remark"]), name).faults
    assert (fault.number, "column 105" in fault.allowed) == (2, True)


def test_texts_that_a_workbook_shares_are_read_with_their_escapes_and_without_reading_aids() -> None:
    data = shared_texts(HEADER, cells_of(family_ref="=F12", parent_ref="_x0041_", pod="Crewe"))
    aids = "<t>Crewe</t><rPh sb='0' eb='1'><t>kuru</t></rPh>"
    [read] = check(altered(data, "xl/sharedStrings.xml", "<t>Crewe</t>", aids), "a.xlsx").rows
    assert (read.family_ref, read.parent_ref, read.pod) == ("=F12", "_x0041_", "Crewe")


def with_formula(make: Any, formula: str, result: str) -> bytes:
    """A file with a formula in a cell of its second row, and a result stored with it."""
    data = make(HEADER, cells_of(home_and_money=formula if make is xlsx else 7))
    if make is xlsx:
        return altered(data, "xl/worksheets/sheet1.xml", "<v></v>", f"<v>{result}</v>")
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
    faults = check(saved(book), "a.xlsx").faults
    assert places(faults) == [(2, "family_ref", "#N/A")]
    assert "#N/A is an error value, which a spreadsheet writes where it found no value" in faults[0].allowed


def test_dates_counted_from_1904_are_read() -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.worksheets[0].append(HEADER)
    book.worksheets[0].append(cells_of(star_date=date(2018, 1, 20)))
    assert check(saved(book), "a.xlsx").rows == rows_of(START)


def test_ods_cell_is_read_without_its_comment_and_with_its_spaces() -> None:
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text"))
    comment = f"<office:annotation {spaces}><text:p>Ask <text:s/>Ana</text:p></office:annotation>"
    data = ods(HEADER, cells_of(pod="Crewe"))
    spaced = f"{comment}<text:p>Crewe<text:s text:c='2'/>N</text:p>"
    assert check(altered(data, "content.xml", "<text:p>Crewe</text:p>", spaced), "a.ods").rows[0].pod == "Crewe  N"


def test_ods_text_that_is_not_marked_as_text_is_read_as_it_is_shown() -> None:
    data = ods(HEADER, cells_of(pod="Crewe"))
    unmarked = '<table:table-cell office:value-type="string"><text:p>Crewe</text:p>'
    data = altered(data, "content.xml", unmarked, unmarked.replace(' office:value-type="string"', ""))
    assert check(data, "a.ods").rows == rows_of(START)


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


@ALL_KINDS
def test_progress_ends_at_one(make: Any, name: str) -> None:
    told: list[float] = []
    read_cells((name, io.BytesIO(make(HEADER, cells_of()))), told.append)
    assert told[-1] == 1


@KINDS
def test_the_apostrophe_of_a_csv_is_taken_off_in_a_sheet_that_was_made_from_it(make: Any, name: str) -> None:
    for cell, ref in (("'=F12", "=F12"), ("''=F12", "'=F12"), ("'F12", "'F12")):
        [read] = check(make(HEADER, cells_of(family_ref=cell)), name).rows
        assert read.family_ref == ref


def test_a_written_workbook_shows_a_reference_like_a_formula_as_it_is() -> None:
    stream = io.BytesIO()
    write_workbook(rows_of(row(family_ref="=F12"), row(family_ref="''=F12")), stream)
    sheet = openpyxl.load_workbook(stream).worksheets[0]
    assert [(cell.value, cell.data_type) for cell in sheet["A"][1:]] == [("=F12", "s"), ("''=F12", "s")]


def test_a_written_workbook_is_read_back_and_twice_the_same() -> None:
    rows = rows_of(
        row(family_ref="=F12", council_ref="https://example.org", pod="_x0041_x0042_"),
        row(family_ref="_x005F_x000D_"),
        registration(family_ref="00123"),
    )
    first, second = io.BytesIO(), io.BytesIO()
    write_workbook(rows, first)
    write_workbook(rows, second)
    assert check(first.getvalue(), "a.xlsx").rows == rows
    assert first.getvalue() == second.getvalue()


# What libraries hide


def formatted(name: str, column: str, value: Any, code: str, shown: str) -> bytes:
    """A file in whose second row a number or a date is shown in a format."""
    place = HEADER.index(column)
    if name.endswith(".ods"):
        data = ods(HEADER, cells_of(**{column: value}))
        stored = f'office:value="{float(value)}"'
        return altered(data, "content.xml", f"{stored}/>", f"{stored}><text:p>{shown}</text:p></table:table-cell>")
    cells = cells_of(**{column: None})
    stream = io.BytesIO()
    if name.endswith(".xls"):
        book = xlwt.Workbook()
        sheet = book.add_sheet("Stars")
        for number, row_cells in enumerate((HEADER, cells)):
            for number_of_column, cell in enumerate(row_cells):
                if cell is not None:
                    sheet.write(number, number_of_column, cell)
        sheet.write(1, place, value, xls_format(code))
        return saved(book)
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, cells)
        sheet.write(1, place, value, book.add_format({"num_format": code}))
    return stream.getvalue()


NAMES = pytest.mark.parametrize("name", ["a.xlsx", "a.ods", "a.xls"])


@NAMES
def test_number_shown_with_leading_zeros_is_read_as_shown_where_a_text_belongs(name: str) -> None:
    [read] = check(formatted(name, "family_ref", 42, "00000", "00042"), name).rows
    assert read.family_ref == "00042"
    assert check(formatted(name, "home_and_money", 5, "00", "05"), name).rows == rows_of(START)


@NAMES
@pytest.mark.parametrize(("code", "shown"), [('"LCS "0', "LCS 7001"), ("00-00", "70-01"), ("0%", "700100%")])
def test_number_in_another_format_is_refused_where_a_text_belongs(name: str, code: str, shown: str) -> None:
    [fault] = check(formatted(name, "council_ref", 7001, code, shown), name).faults
    assert (fault.number, fault.column, fault.value) == (2, "council_ref", "7001")
    assert "format the cell as text" in fault.allowed


@ALL_KINDS
def test_reference_of_which_the_spreadsheet_made_a_date_or_lost_digits_is_refused(make: Any, name: str) -> None:
    faults = check(make(HEADER, cells_of(family_ref=date(2026, 3, 1), council_ref=12345678901234567)), name).faults
    assert [(fault.number, fault.column) for fault in faults] == [(2, "family_ref"), (2, "council_ref")]
    assert "made a date" in faults[0].allowed
    assert "15 digits" in faults[1].allowed


def hidden_first(name: str) -> bytes:
    if name.endswith(".xlsx"):
        return with_hidden_sheet(HEADER, cells_of())
    if name.endswith(".xls"):
        book = xlwt.Workbook()
        book.add_sheet("Last year").visibility = 1
        sheet = book.add_sheet("Sheet")
        for place, (heading, cell) in enumerate(zip(HEADER, cells_of(), strict=True)):
            sheet.write(0, place, heading)
            sheet.write(1, place, cell)
        book.set_active_sheet(1)
        return saved(book)
    style = (
        '<office:automatic-styles><style:style xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
        'style:name="h"><style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    )
    data = altered(ods(HEADER, cells_of()), "content.xml", "<office:body>", f"{style}<office:body>")
    hidden = '<table:table table:name="Last year" table:style-name="h"><table:table-row/></table:table>'
    stars = '<table:table table:name="Stars">'
    return altered(data, "content.xml", stars, hidden + stars.replace("Stars", "Sheet"))


@NAMES
def test_first_sheet_that_is_not_hidden_is_read_and_named(name: str) -> None:
    data = hidden_first(name)
    assert check(data, name).rows == rows_of(START)
    note = read_cells((name, io.BytesIO(data))).note
    assert note == "The sheet “Sheet” is read; hidden before it and not read: “Last year”"


def test_escape_in_a_workbook_is_the_character_that_it_stands_for() -> None:
    data = xlsx(HEADER, cells_of(family_ref="_x0046_1", pod="Crewe_x000D_North"))
    assert places(check(data, "a.xlsx").faults) == [(2, "pod", "Crewe\rNorth")]
    [read] = check(xlsx(HEADER, cells_of(family_ref="_x0046_1_x005F_x0041_")), "a.xlsx").rows
    assert read.family_ref == "F1_x0041_"


@pytest.mark.parametrize("value", ["F1", "F2"])
def test_cell_with_a_text_of_its_own_and_a_value_is_read_as_its_text(value: str) -> None:
    data = altered(xlsx(HEADER, cells_of()), "xl/worksheets/sheet1.xml", "F1</t></is>", f"F1</t></is><v>{value}</v>")
    assert check(data, "a.xlsx").rows == rows_of(START)


@pytest.mark.parametrize("column", ["family_ref", "home_and_money"])
def test_parts_of_a_workbook_are_found_by_names_in_any_case(column: str) -> None:
    stream = io.BytesIO()
    data = formatted("a.xlsx", column, 5, "00", "05")
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(stream, "w") as after:
        for part in before.namelist():
            after.writestr(
                part.replace("sharedStrings", "SharedStrings").replace("styles", "Styles"), before.read(part)
            )
    [read] = check(stream.getvalue(), "a.xlsx").rows
    assert read.family_ref == ("05" if column == "family_ref" else "F1")


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/theme/theme1.xml", "docProps/core.xml", "xl/sharedStrings.xml"])
def test_workbook_without_a_part_is_read_if_nothing_is_lost(part: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(shared_texts(HEADER, cells_of()))) as before, zipfile.ZipFile(stream, "w") as after:
        for name in before.namelist():
            if name != part:
                after.writestr(name, before.read(name))
    checked = check(stream.getvalue(), "a.xlsx")
    if part == "xl/sharedStrings.xml":
        assert "not an Excel" in checked.faults[0].allowed
    else:
        assert checked.rows == rows_of(START)


def test_formula_in_an_old_workbook_is_refused_where_it_stands() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Stars")
    for place, (heading, cell) in enumerate(zip(HEADER, cells_of(), strict=True)):
        sheet.write(0, place, heading)
        sheet.write(1, place, xlwt.Formula("3+4") if heading == "home_and_money" else cell)
    assert places(check(saved(book), "a.xls").faults) == [(2, "W", "=…")]


def test_old_workbook_that_is_something_else_is_refused() -> None:
    for content in (b"<html><table><tr><td>family_ref", xlsx(HEADER, cells_of()), b""):
        [fault] = check(content, "a.xls").faults
        assert "this is not an Excel 97–2003 (.xls) spreadsheet" in fault.allowed
