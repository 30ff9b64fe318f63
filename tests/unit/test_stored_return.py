"""A stored return: its page reads as it did when it was signed off, whatever is in it, and its files are the same."""

import json
import string
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.periods import Quarter
from star_tracker.exports.bundle import build_zip
from star_tracker.exports.pages import ReturnPage, TablePage, dump_page, list_changed_tables, load_page
from star_tracker.exports.return_files import MadeReturn, StoredReturn
from star_tracker.exports.returns import Return
from star_tracker.exports.tables import Column, Role
from star_tracker.exports.workbook import build_workbook
from tests.unit.small_service import CHANGE_ROWS, small_service
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


@pytest.mark.parametrize("profile", Profile)
def test_stored_return_has_the_page_and_files_of_the_return_it_was_made_from(profile: Profile) -> None:
    return_ = small_return(profile)
    made = MadeReturn(return_)
    kept = StoredReturn(load_page(through_json(dump_page(made.page))), made.picture, made.archive)
    assert kept.page == made.page
    assert [table.rows for table in kept.page.tables] == [tuple(table.list_rows()) for table in return_.tables]
    assert kept.page.picture_text == return_.picture_text
    assert kept.names == made.names
    assert kept.workbook == build_workbook(return_)
    assert kept.archive == build_zip(return_)


def test_only_tables_that_changed_are_listed() -> None:
    old, new = MadeReturn(small_return()).page, MadeReturn(with_one_more_improved()).page
    assert list_changed_tables(old, new) == [
        "Average readings at the start and latest Star, by cohort, pod and area",
        "Change from the start to the latest Star, by cohort, pod and area",
        "Pairs by their stage at the start and at the latest Star, by cohort, pod and area",
    ]
    assert old.fingerprint != new.fingerprint


def test_new_wording_of_the_same_figures_is_no_change() -> None:
    old = MadeReturn(small_return()).page
    new = replace(old, tables=tuple(replace(table, scope="Said better.", notes=()) for table in old.tables))
    assert list_changed_tables(old, new) == []
    assert old.fingerprint == new.fingerprint


def test_added_or_removed_table_is_a_change() -> None:
    page = MadeReturn(small_return()).page
    fewer = replace(page, tables=page.tables[1:])
    assert list_changed_tables(fewer, page) == list_changed_tables(page, fewer) == [page.tables[0].title]
