"""A stored return: its page reads as it did when it was signed off, whatever is in it, and its files are the same."""

import json
import string
from csv import DictReader
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.quarters import Quarter
from star_tracker.exports.returns.bundle import Part
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.files import MadeReturn, StoredReturn
from star_tracker.exports.returns.in_short import InShort
from star_tracker.exports.returns.metadata import build_csv_files
from star_tracker.exports.returns.pages import ReturnPage, TablePage, build_page, dump_page, list_changes, load_page
from star_tracker.exports.returns.versions import Signing
from star_tracker.exports.returns.workbook import build_workbook
from star_tracker.exports.tables import Column, Role
from tests.unit.small_service import CHANGE_ROWS, CREWE, EVIL, MACC, small_service
from tests.unit.test_return import small_return

NAMES = st.text(string.ascii_lowercase, min_size=1)
FIGURES = st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
COLUMNS = st.builds(
    Column,
    name=NAMES,
    heading=st.text(),
    definition=st.text(),
    role=st.sampled_from(Role),
    labels=st.dictionaries(st.text(), st.text(), max_size=3),
)


@st.composite
def table_pages(draw: st.DrawFn) -> TablePage:
    columns = draw(st.lists(COLUMNS, min_size=1, max_size=4))
    row = st.tuples(*[FIGURES] * len(columns))
    return TablePage(
        name=draw(NAMES),
        title=draw(st.text()),
        scope=draw(st.text()),
        notes=tuple(draw(st.lists(st.text(), max_size=2))),
        columns=tuple(columns),
        rows=tuple(draw(st.lists(row, max_size=4))),
    )


PAGES = st.builds(
    ReturnPage,
    quarter=st.builds(Quarter, st.integers(1900, 2999), st.integers(1, 4), st.integers(1, 12)),
    profile=st.sampled_from(Profile),
    marks=st.dictionaries(st.text(), st.text(), max_size=2),
    tables=st.lists(table_pages(), max_size=3).map(tuple),
)


def through_json(kept: dict[str, Any]) -> dict[str, Any]:
    """What a database gives back."""
    read: dict[str, Any] = json.loads(json.dumps(kept))
    return read


def with_one_more_improved() -> Return:
    """The small return, where one more of Crewe's parents went from 3 to 5 in well-being."""
    first, *others = CHANGE_ROWS["all_to_date"]
    record = small_service(changes={**CHANGE_ROWS, "all_to_date": [(*first[:-1], first[-1] + 1), *others]})
    return small_return(record=record)


@given(PAGES)
def test_stored_page_loads_unchanged(page: ReturnPage) -> None:
    read = load_page(through_json(dump_page(page)))
    assert read == page
    assert repr(read) == repr(page), "1 and 1.0 are equal, and shown otherwise"


def test_a_page_that_was_stored_before_it_said_anything_in_short_loads_without() -> None:
    page = build_page(small_return())
    stored = through_json(dump_page(page))
    del stored["in_short"]
    assert load_page(stored) == replace(page, in_short=InShort())


@pytest.mark.parametrize("profile", Profile)
def test_stored_return_has_the_page_and_files_of_the_return_it_was_made_from(profile: Profile) -> None:
    return_ = small_return(profile)
    made = MadeReturn(return_)
    kept = StoredReturn(load_page(through_json(dump_page(made.page))), made.picture, made.archive)
    assert kept.page == made.page
    assert [table.rows for table in kept.page.tables] == [tuple(table.list_rows()) for table in return_.tables]
    assert kept.page.picture_text == return_.picture_text
    assert kept.names == made.names
    assert kept.read(Part.WORKBOOK) == build_workbook(return_)
    assert kept.archive == MadeReturn(return_).archive


def test_figures_that_changed_are_listed_and_no_other() -> None:
    old, new = MadeReturn(small_return()).page, MadeReturn(with_one_more_improved()).page
    changes = list_changes(old, new)
    in_crewe = {
        (one.table, one.row, one.column): (one.old, one.new)
        for one in changes
        if one.row.startswith("All to date, Crewe, Your well-being")
    }
    assert (
        in_crewe.items()
        >= {
            ("averages", "All to date, Crewe, Your well-being", "Pairs"): (9, 10),
            ("averages", "All to date, Crewe, Your well-being", "Average at start"): (
                3.3333333333,
                3.3,
            ),  # 30 / 9, 33 / 10
            ("averages", "All to date, Crewe, Your well-being", "Average at latest"): (4.3333333333, 4.4),
            ("change", "All to date, Crewe, Your well-being", "Improved"): (6, 7),
            ("stages", "All to date, Crewe, Your well-being, Accepting help, Trying", "Pairs"): (6, 7),
        }.items()
    )
    assert {one.table for one in changes} == {"averages", "change", "stages"}
    assert "Declined" not in {one.column for one in changes}, "three before and after"
    assert old.fingerprint != new.fingerprint


def test_new_wording_of_the_same_figures_is_no_change() -> None:
    old = MadeReturn(small_return()).page
    new = replace(old, tables=tuple(replace(table, scope="Said better.", notes=()) for table in old.tables))
    assert list_changes(old, new) == []
    assert old.fingerprint == new.fingerprint


def test_added_or_removed_table_is_a_change() -> None:
    page = MadeReturn(small_return()).page
    fewer = replace(page, tables=page.tables[1:])
    came, went = list_changes(fewer, page), list_changes(page, fewer)
    assert {(one.title, one.old) for one in came} == {(page.tables[0].title, "x")}
    assert [(one.row, one.column, one.new, one.old) for one in came] == [
        (one.row, one.column, one.old, one.new) for one in went
    ]


def test_row_that_came_and_row_that_went_are_listed_with_each_figure() -> None:
    more = small_return(record=small_service(pods=(CREWE, MACC, EVIL, "Sandbach")))
    old, new = MadeReturn(small_return()).page, MadeReturn(more).page
    came = [one for one in list_changes(old, new) if one.table == "served"]
    assert [(one.row, one.old, one.new) for one in came] == [
        ("Sandbach, Families", "x", 0),
        ("Sandbach, Parents", "x", 0),
        ("Sandbach, Children", "x", 0),
    ]
    went = [one for one in list_changes(new, old) if one.table == "served"]
    assert [(one.old, one.new) for one in went] == [(0, "x")] * 3


def test_figure_that_became_undefined_is_a_change() -> None:
    page = MadeReturn(small_return()).page
    first = page.tables[0]
    place = [column.name for column in first.columns].index("denominator")
    emptied = replace(first, rows=((*first.rows[0][:place], None, *first.rows[0][place + 1 :]), *first.rows[1:]))
    (change,) = list_changes(page, replace(page, tables=(emptied, *page.tables[1:])))
    assert (change.table, change.new) == ("indicators", None)
    assert change.old == first.rows[0][place]


# What the files of a version say

NOTE = "[A slip](http://b) in one Star: =1+1"


def second_version() -> Return:
    changes = list_changes(MadeReturn(small_return()).page, MadeReturn(with_one_more_improved()).page)
    signing = Signing(
        version=2,
        signed_by="Demo lead",
        signed_at=datetime(2019, 1, 20, 13, 5, tzinfo=UTC),
        note=NOTE,
        changes=tuple(changes),
    )
    return replace(with_one_more_improved(), signing=signing)


def open_workbook(return_: Return) -> Any:
    return openpyxl.load_workbook(BytesIO(build_workbook(return_)))


def cover_of(return_: Return) -> list[str]:
    return [cell.value for cell in open_workbook(return_)["Cover"]["A"]]


def test_workbook_of_a_version_says_who_signed_it_and_why_and_what_it_replaces() -> None:
    return_ = second_version()
    book = open_workbook(return_)
    cover = [cell.value for cell in book["Cover"]["A"]]
    assert cover[0].endswith("October to December 2018 (version 2)")
    assert "Version 2, signed off by Demo lead on 20 January 2019 at 1:05pm." in cover
    assert "It replaces version 1." in cover
    assert f"Reason for this version: {NOTE}" in cover
    assert not [cell for cell in book["Cover"]["A"] if cell.hyperlink or cell.data_type == "f"], "a reason is text"
    figures = build_page(return_).fingerprint
    assert any(figures in str(line) for line in cover)
    assert [(one.name, one.value) for one in book.custom_doc_props.props] == [("SHA-256 of the figures", figures)]
    assert book.properties.contentStatus == "Signed off, version 2"
    assert "signed off by Demo lead" in book.properties.description
    assert book["served"]["A2"].value == "Starfield Family Service, restricted return, version 2"


def test_workbook_of_a_draft_says_that_it_is_one() -> None:
    book = open_workbook(small_return())
    assert any(str(line).startswith("Draft, not signed off") for line in cover_of(small_return()))
    assert book.properties.contentStatus == "Draft"
    assert book["served"]["A2"].value == "Starfield Family Service, restricted return, draft"
    assert "changes" not in book.sheetnames


def test_metadata_of_a_draft_and_of_a_version_differ_in_the_status_and_not_in_the_figures() -> None:
    draft, signed = (
        json.loads(build_csv_files(one)["metadata.json"]) for one in (with_one_more_improved(), second_version())
    )
    keys = ("status", "version", "signed_by", "signed_at", "replaces_version", "note")
    assert [draft[key] for key in keys] == ["draft", None, None, None, None, ""]
    assert [signed[key] for key in keys] == ["signed off", 2, "Demo lead", "2019-01-20T13:05:00+00:00", 1, NOTE]
    assert draft["sha256_of_figures"] == signed["sha256_of_figures"] == build_page(second_version()).fingerprint


def test_files_of_a_version_have_it_in_their_names() -> None:
    made = MadeReturn(second_version())
    assert made.names.name_of(Part.WORKBOOK) == "star-return-cheshire-east-council-2018-19-Q3-restricted-v2.xlsx"
    assert (
        MadeReturn(small_return()).names.archive == "star-return-cheshire-east-council-2018-19-Q3-restricted-draft.zip"
    )
    stored = StoredReturn(made.page, made.picture, made.archive)
    assert stored.names == made.names
    assert stored.read(Part.WORKBOOK) == made.read(Part.WORKBOOK)


def test_return_that_was_signed_before_names_had_versions_still_opens() -> None:
    made = MadeReturn(small_return())
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("star-return-2018-19-Q3-restricted.xlsx", b"workbook")
        archive.writestr("star-return-2018-19-Q3-restricted/served.csv", b"pod")
    stored = StoredReturn(made.page, None, buffer.getvalue())
    assert stored.read(Part.WORKBOOK) == b"workbook"
    assert stored.names.archive == "star-return-2018-19-Q3-restricted.zip"


def test_new_version_lists_what_changed_as_sheet_and_csv_file() -> None:
    return_ = second_version()
    rows = list(DictReader(StringIO(build_csv_files(return_)["changes.csv"].decode())))
    pairs = {"table": "averages", "row": "All to date, Crewe, Your well-being", "column": "Pairs"}
    assert any(row.items() >= (pairs | {"old": "9", "new": "10"}).items() for row in rows)
    book = open_workbook(return_)
    assert book.sheetnames[-4:] == ["changes", "change_chart", "indicators_chart", "cohort_star"]
    sheet = book["changes"]
    (table,) = sheet.tables.values()
    cells = list(sheet[table.ref])
    assert [cell.value for cell in cells[0]] == ["Table", "Row", "Figure", "Before", "Now"]
    assert len(cells) == len(rows) + 1 == 25
    shown = {
        tuple(cell.value for cell in row[:3]): [(cell.value, cell.number_format) for cell in row[3:]] for row in cells
    }
    assert shown["averages", "All to date, Crewe, Your well-being", "Pairs"] == [(9, "#,##0"), (10, "#,##0")]
    average = shown["averages", "All to date, Crewe, Your well-being", "Average at start"]
    assert average == [(3.3333333333, "0.00;−0.00"), (3.3, "0.00;−0.00")]
    assert "changes" in json.loads(build_csv_files(return_)["metadata.json"])["tables"]
    assert [table.name for table in build_page(return_).tables] == [
        table.name for table in build_page(small_return()).tables
    ]


def test_after_a_withdrawal_the_withdrawn_figures_are_not_repeated() -> None:
    signing = Signing(
        version=2,
        signed_by="Demo lead",
        signed_at=datetime(2019, 1, 20, 13, 5, tzinfo=UTC),
        note="A slip",
        is_predecessor_withdrawn=True,
    )
    return_ = replace(small_return(), signing=signing)
    assert "Version 1 was withdrawn before: do not use it." in cover_of(return_)
    assert "changes.csv" not in build_csv_files(return_)
    assert json.loads(build_csv_files(return_)["metadata.json"])["replaces_version"] is None


def test_same_version_gives_the_same_bytes() -> None:
    assert MadeReturn(second_version()).archive == MadeReturn(second_version()).archive
