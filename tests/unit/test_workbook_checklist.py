"""The workbook beside the Analysis Function's checklist for accessible spreadsheets: each point that a program can ask.

https://analysisfunction.civilservice.gov.uk/policy-store/making-spreadsheets-accessible-a-brief-checklist-of-the-basics/
"""

import re
from dataclasses import replace
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.feedback import SaidBy
from star_tracker.exports.returns.narrative import Narrative, Quote
from star_tracker.exports.returns.workbook import build_workbook
from tests.unit.test_return import small_return
from tests.unit.test_return_csv import SIGNED

LEAST_SIZE = 12  # points
MARKS = {"c", "z", "x", "[c]", "[z]", "[x]"}
LINK = "FF0000FF"


@pytest.fixture(scope="module", params=["restricted, signed", "published"])
def content(request: pytest.FixtureRequest) -> bytes:
    narrative = Narrative(
        went_well="Parents stayed.", quotes=(Quote(words="We & they *talk* again.", said_by=SaidBy.PARENT),)
    )
    if request.param == "published":
        return build_workbook(small_return(Profile.PUBLISHED, narrative=narrative))
    return build_workbook(replace(small_return(narrative=narrative), signing=SIGNED))


@pytest.fixture(scope="module")
def book(content: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(content))


def cells_of(sheet: Any) -> list[Any]:
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


def table_cells(sheet: Any) -> list[list[Any]]:
    (table,) = sheet.tables.values()
    return [list(row) for row in sheet[table.ref]]


# Tables


def test_each_table_is_marked_up_alone_on_its_sheet_and_named_without_spaces(book: Workbook) -> None:
    tables = [table for sheet in book for table in sheet.tables.values()]
    assert all(len(sheet.tables) <= 1 for sheet in book)
    assert [sheet.title for sheet in book if not sheet.tables] == ["Cover", "narrative", "cohort_star"]
    assert len({table.name for table in tables}) == len(tables)
    assert all(re.fullmatch(r"[a-z_]+", table.name) for table in tables)


def test_each_table_has_one_row_of_headings_each_of_them_once(book: Workbook) -> None:
    for sheet in (sheet for sheet in book if sheet.tables):
        (table,) = sheet.tables.values()
        headings = [cell.value for cell in table_cells(sheet)[0]]
        assert table.headerRowCount == 1
        assert all(isinstance(heading, str) and heading.strip() == heading for heading in headings)
        assert len(set(headings)) == len(headings)
        assert headings == [column.name for column in table.tableColumns]


def test_no_table_has_a_blank_row_column_or_cell(book: Workbook) -> None:
    for sheet in (sheet for sheet in book if sheet.tables):
        assert all(cell.value not in (None, "") for row in table_cells(sheet) for cell in row), sheet.title


def test_each_table_begins_in_column_a_and_nothing_stands_below_or_beside_it(book: Workbook) -> None:
    for sheet in (sheet for sheet in book if sheet.tables):
        table = table_cells(sheet)
        assert table[0][0].column == 1
        assert sheet.max_row == table[-1][0].row
        assert sheet.max_column == table[0][-1].column


def test_no_cell_is_merged_split_or_hidden_and_nothing_is_frozen_filtered_or_grouped(book: Workbook) -> None:
    for sheet in book:
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes is None
        assert sheet.sheet_view.pane is None
        assert sheet.auto_filter.ref is None
        assert all(table.autoFilter is None for table in sheet.tables.values())
        sizes = [*sheet.row_dimensions.values(), *sheet.column_dimensions.values()]
        assert not any(size.hidden or size.outlineLevel for size in sizes)
        assert sheet.sheet_state == "visible"
        assert not sheet.protection.sheet


def test_numbers_are_numbers_and_stand_at_the_right(book: Workbook) -> None:
    for sheet in (sheet for sheet in book if sheet.tables):
        for cell in (cell for row in table_cells(sheet)[1:] for cell in row):
            assert not (isinstance(cell.value, str) and re.fullmatch(r"-?[\d.,]+%?", cell.value)), cell
            if isinstance(cell.value, int | float):
                assert cell.alignment.horizontal == "right"


def test_text_in_tables_is_wrapped_or_fits(book: Workbook) -> None:
    for sheet in (sheet for sheet in book if sheet.tables):
        assert all(cell.alignment.wrap_text for row in table_cells(sheet) for cell in row), sheet.title


# Words and marks


def test_every_mark_is_in_brackets_and_explained_above_its_table_and_in_the_notes(book: Workbook) -> None:
    noted = {cell.value for cell in book["Notes"]["B"]}
    for sheet in (sheet for sheet in book if sheet.tables and sheet.title not in ("Contents", "Notes")):
        used = {str(cell.value) for row in table_cells(sheet)[1:] for cell in row} & {
            "c",
            "z",
            "x",
            "[c]",
            "[z]",
            "[x]",
        }
        explained = {str(cell.value)[:3] for cell in sheet["A"] if re.match(r"\[\w\]: ", str(cell.value))}
        assert used == explained <= noted, sheet.title


def test_no_text_is_in_a_box_a_comment_or_a_picture_without_words(content: bytes, book: Workbook) -> None:
    with ZipFile(BytesIO(content)) as parts:
        names = parts.namelist()
        drawings = "".join(
            parts.read(name).decode() for name in names if "/drawings/" in name and name.endswith(".xml")
        )
    assert not [name for name in names if re.search("vba|comments|externalLink|ctrlProp|printerSettings", name)]
    assert "<xdr:sp>" not in drawings
    assert drawings.count("<xdr:pic>") == 1
    assert drawings.count("<xdr:graphicFrame") == 2, "the charts of change and of the indicators"
    assert len(re.findall(r'descr="[^"]{40,}"', drawings)) == 3
    assert all(cell.comment is None for sheet in book for cell in cells_of(sheet))
    figures = " ".join(str(cell.value) for cell in cells_of(book["cohort_star"]))
    assert "Its figures are in the sheet averages." in figures


def test_text_is_large_enough_black_or_a_link_without_italics_or_filling(book: Workbook) -> None:
    for sheet in book:
        for cell in cells_of(sheet):
            font = cell.font
            assert font.sz >= LEAST_SIZE, (sheet.title, cell.coordinate)
            assert font.name == "Arial"
            assert not font.i
            assert cell.fill.fill_type is None
            if font.color is not None and font.color.type == "rgb" and font.color.rgb != "FF000000":
                assert (font.color.rgb, font.u, bool(cell.hyperlink)) == (LINK, "single", True)


# Sheets


def test_the_first_sheet_says_what_the_return_says_and_leads_to_the_others(book: Workbook) -> None:
    sheet = book.worksheets[0]
    assert sheet.title == "summary"
    lines = [str(cell.value) for cell in sheet["A"]]
    assert lines[0].startswith("Starfield Family Service: Family Star Plus return for Cheshire East Council")
    assert any(line.startswith(("Version 2, signed off by Demo lead", "Draft, not signed off")) for line in lines)
    assert any(line.startswith("Average scaling rose") for line in lines)
    assert {cell.hyperlink.location for cell in sheet["A"] if cell.hyperlink} == {"'Cover'!A1", "'Contents'!A1"}
    headings, engagement, *_ = [[cell.value for cell in row] for row in table_cells(sheet)]
    assert headings[:5] == ["Indicator", "Of how many", "How many", "Rate, %", "Target, %"]
    published = lines[1].endswith("draft")
    assert engagement[0] == "Engagement"
    assert engagement[1] == ("[c]" if published else 3)


def test_sheets_are_named_for_what_they_hold_and_none_is_empty(book: Workbook) -> None:
    assert all(re.fullmatch(r"[A-Za-z_]{5,31}", name) for name in book.sheetnames)
    assert len({name.lower() for name in book.sheetnames}) == len(book.sheetnames)
    assert all(len(cells_of(sheet)) > 1 for sheet in book)


def test_every_sheet_begins_in_a1_with_a_title_that_is_the_only_heading_and_says_what_follows(book: Workbook) -> None:
    for sheet in book:
        assert isinstance(sheet["A1"].value, str)
        assert [cell.coordinate for cell in cells_of(sheet) if cell.style == "Heading 1"] == ["A1"]
        if sheet.tables:
            assert any(str(cell.value).startswith("This worksheet contains one table.") for cell in sheet["A"])


def test_every_sheet_opens_at_a1_and_the_first_sheet_is_open(book: Workbook) -> None:
    assert book.active is book.worksheets[0]
    assert [sheet.sheet_view.tabSelected for sheet in book] == [True, *([None] * (len(book.worksheets) - 1))]
    for sheet in book:
        assert {(one.activeCell, one.sqref) for one in sheet.sheet_view.selection} <= {("A1", "A1")}
        assert sheet.sheet_view.topLeftCell in (None, "A1")


def test_no_link_leads_out_of_the_file_and_each_says_where_it_leads(book: Workbook) -> None:
    links = [cell for sheet in book for cell in cells_of(sheet) if cell.hyperlink]
    assert all(cell.hyperlink.target is None for cell in links)
    for cell in links:
        name = cell.hyperlink.location.partition("!")[0].strip("'")
        assert name in book.sheetnames
        assert name in cell.value


def test_the_document_has_a_title_an_author_and_a_language(book: Workbook) -> None:
    assert all((book.properties.title, book.properties.creator, book.properties.subject))
    assert book.properties.language == "en-GB"


# On paper


def test_every_sheet_prints_as_wide_as_a_page_with_its_number_and_its_headings_on_each(book: Workbook) -> None:
    for sheet in book:
        assert sheet.page_setup.paperSize == 9  # A4
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddFooter is not None
        assert sheet.page_setup.fitToWidth in (None, 1)  # one page unless it says otherwise
        assert sheet.page_setup.fitToHeight == 0 or sheet.title == "cohort_star"
        assert sheet.oddFooter.right.text == "Page &P of &N"
        assert "Cheshire East Council, October to December 2018" in str(sheet.oddFooter.left.text)
        if sheet.tables:
            first = table_cells(sheet)[0][0].row
            assert sheet.print_title_rows == f"${first}:${first}"
        else:
            assert sheet.page_setup.orientation == "portrait"
