"""A Star CSV: what survives reading, what is refused and where, and what is written."""

import csv
import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from star_tracker.domain.scales import AREAS, ClosureReason, CompletedBy, Kind, NotScored
from star_tracker.domain.texts import LONGEST
from star_tracker.models import Family, Parent, Pod, User
from star_tracker.starfile import limits
from star_tracker.starfile.cells import LONGEST_EMAIL
from star_tracker.starfile.checking import check_rows
from star_tracker.starfile.columns import COLUMNS
from star_tracker.starfile.reading import read_cells
from star_tracker.starfile.rows import Fault, StarCells, StarRow
from star_tracker.starfile.writing import cell_texts, get_writer, sort_key, write_rows
from tests.support.star_files import START, TODAY, check, csv_text, places, registration, row, rows_of


def written(rows: list[StarRow]) -> bytes:
    stream = io.BytesIO()
    write_rows(rows, stream)
    return stream.getvalue()


# Odd but valid


INTERIM = {"star_kind": "interim", "star_date": "2018-04-20"}


def test_every_cell_of_a_row_is_read() -> None:
    text = csv_text(
        [
            row(
                council_ref="LCS1",
                closed_on="1/6/2018",
                closure_reason="completed",
                family_routine="n/a",
                home_and_money="",
            )
        ]
    )
    assert check(text).rows == [
        StarRow(
            number=2,
            family_ref="F1",
            council_ref="LCS1",
            parent_ref="P1",
            pod="Crewe",
            practitioner="ana@example.org",
            referred_on=date(2018, 1, 2),
            started_on=date(2018, 1, 10),
            closed_on=date(2018, 6, 1),
            closure_reason=ClosureReason.COMPLETED,
            children=2,
            star=StarCells(
                kind=Kind.START,
                completed_on=date(2018, 1, 20),
                completed_by=CompletedBy.TOGETHER,
                retrospective=False,
                readings=(5, 5, 5, 5, 5, 5, 5, NotScored.NOT_APPLICABLE, NotScored.NOT_DISCUSSED, 5),
            ),
        )
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_byte_order_mark_semicolons_tabs_and_any_line_end_are_read(delimiter: str, mark: str, line_end: str) -> None:
    text = csv_text([START, registration(parent_ref="P2")], delimiter=delimiter)
    assert (
        check(mark + text.replace("\n", line_end)).rows == check(csv_text([START, registration(parent_ref="P2")])).rows
    )


@pytest.mark.parametrize("ref", ["00123", "=F12", "+44", "F1, north", 'the "first"', "Zoë–Łódź", "1e5", "TRUE"])
def test_references_stay_the_text_they_are(ref: str) -> None:
    quoted = '"' + ref.replace('"', '""') + '"'
    [read] = check(csv_text([row(family_ref=quoted)])).rows
    assert read.family_ref == ref
    assert check(written([read])).rows == [read]


@pytest.mark.parametrize(
    ("ref", "cell"),
    [
        ("=F12", "'=F12"),
        ("'=F12", "''=F12"),
        ("-1", "'-1"),
        ("＠ana", "'＠ana"),
        ("'F12", "'F12"),
        ("F=12", "F=12"),
    ],
)
def test_a_reference_like_a_formula_is_written_with_an_apostrophe_and_read_without(ref: str, cell: str) -> None:
    [read] = check(csv_text([row(family_ref=cell)])).rows
    assert read.family_ref == ref
    assert written([read]).decode().splitlines()[1].startswith(f"{cell},")


def test_columns_may_stand_in_any_order_and_their_names_in_any_case() -> None:
    shuffled = csv_text([START], columns=COLUMNS[::-1])
    header, body = shuffled.split("\n", 1)
    assert check(header.replace("_", " ").upper() + "\n" + body).rows == rows_of(START)


def test_optional_columns_may_be_missing() -> None:
    columns = [c for c in COLUMNS if c not in ("council_ref", "closed_on", "closure_reason", "retrospective")]
    assert check(csv_text([START], columns)).rows == rows_of(START)


def test_empty_rows_empty_ends_and_spaces_around_cells_do_not_matter() -> None:
    text = csv_text([row(family_ref=" F1 ", star_kind="Start ", physical_health=" 5")])
    lines = text.splitlines()
    spaced = "\n".join([lines[0] + ",,", "", ", ," + "," * (len(COLUMNS) - 3), lines[1] + ",,"])
    [read] = check(spaced).rows
    assert (read.number, read.family_ref) == (4, "F1")
    assert read.star == rows_of(START)[0].star


def test_references_that_look_the_same_are_read_as_first_written() -> None:
    rows = rows_of(
        row(pod="North Pod", council_ref="LCS 9"),
        row(family_ref=" f1 ", parent_ref="p1", pod="NORTH\u00a0Pod", council_ref="lcs  9", **INTERIM),
        row(family_ref="F2", parent_ref="p1", pod="North\u200c pod"),
    )
    said = [(one.family_ref, one.parent_ref, one.pod, one.council_ref) for one in rows]
    assert said == [("F1", "P1", "North Pod", "LCS 9")] * 2 + [("F2", "p1", "North Pod", "")]


def test_parents_that_look_the_same_are_one_with_one_start_star() -> None:
    [fault] = check(csv_text([row(), row(parent_ref="p1", star_date="2018-01-21")])).faults
    assert (fault.number, fault.column) == (3, "star_kind")


@pytest.mark.parametrize(
    ("above", "delimiter", "number"),
    [
        ("sep=;\n", ";", 2),
        ("sep=,\n", ",", 2),
        ("# our Stars, of 2018; from the old system\n", ",", 2),
        ("Our Stars\n\n", ";", 3),
        ('"Our Stars, 2018",,,\nmade by Ana,\n', ",", 3),
    ],
)
def test_title_or_comment_above_the_header_is_skipped(above: str, delimiter: str, number: int) -> None:
    checked = check(above + csv_text([row()], delimiter=delimiter))
    assert checked.faults == []
    assert [one.number for one in checked.rows] == [number + 1]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            "F1,Crewe\n" + csv_text([row()]),
            "row 1: the header, which names the columns, stands below, in row 2: remove",
        ),
        ("Our Stars\nF1,Crewe\nF2,Crewe\n", "the file: it has no header row that names the columns: put family_ref, "),
        (
            csv_text([row()]).partition("\n")[2],
            "the file: it has no header row that names the columns: put family_ref, ",
        ),
    ],
)
def test_missing_or_misplaced_header_is_one_fault(content: str, says: str) -> None:
    [fault] = check(content).faults
    assert str(fault).startswith(says)


def test_words_may_be_in_capitals_and_empty_cells_have_their_meaning() -> None:
    text = csv_text(
        [row(completed_by="", retrospective="", referred_on="", practitioner="ANA@ⓔxample.org", home_and_money="N/A")]
    )
    [read] = check(text).rows
    assert read.star is not None
    assert (read.star.completed_by, read.star.retrospective) == (CompletedBy.TOGETHER, False)
    assert (read.referred_on, read.practitioner) == (None, "ana@example.org")
    assert read.star.readings[8] is NotScored.NOT_APPLICABLE


def test_empty_cell_contradicts_nothing() -> None:
    rows = rows_of(
        row(closed_on="2018-06-01", closure_reason="completed", council_ref="LCS1"),
        row(star_kind="interim", star_date="2018-04-20", children="", practitioner="", referred_on=""),
        row(started_on="2018-09-01", pod="Macclesfield", star_date="2018-09-02", referred_on="", children="3"),
    )
    assert [r.children for r in rows] == [2, None, 3]


def test_a_history_without_a_start_is_warned_about() -> None:
    checked = check(csv_text([row(star_kind="interim"), row(parent_ref="P2"), registration(parent_ref="P3")]))
    assert [warning.number for warning in checked.warnings] == [2]
    assert "'P1' of family 'F1' has no start Star" in checked.warnings[0].allowed


# Refused

BAD_CELLS = [
    ({"family_ref": ""}, "family_ref"),
    ({"parent_ref": ""}, "parent_ref"),
    ({"pod": ""}, "pod"),
    ({"started_on": ""}, "started_on"),
    ({"star_date": ""}, "star_date"),
    ({"star_kind": ""}, "star_kind"),
    ({"family_ref": "x" * 101}, "family_ref"),
    ({"pod": '"two\nlines"'}, "pod"),
    ({"family_ref": "#REF!"}, "family_ref"),
    ({"practitioner": "Ana"}, "practitioner"),
    ({"star_date": "2018-02-30"}, "star_date"),
    ({"star_date": "13/13/2018"}, "star_date"),
    ({"star_date": "20.01.2018"}, "star_date"),
    ({"star_date": "2018-01-20T10:30:00"}, "star_date"),
    ({"closed_on": "0218-06-01"}, "closed_on"),
    ({"star_kind": "review"}, "star_kind"),
    ({"completed_by": "social worker"}, "completed_by"),
    ({"closure_reason": "finished", "closed_on": "2018-06-01"}, "closure_reason"),
    ({"children": "-1"}, "children"),
    ({"children": "21"}, "children"),
    ({"children": "٣"}, "children"),
    ({"retrospective": "maybe"}, "retrospective"),
    ({"home_and_money": "11"}, "home_and_money"),
    ({"home_and_money": "0"}, "home_and_money"),
    ({"home_and_money": "4.5"}, "home_and_money"),
    ({"home_and_money": "seven"}, "home_and_money"),
    ({"star_date": "2017-12-01"}, "star_date"),
    ({"star_date": "2999-01-01"}, "star_date"),
    ({"closed_on": "2018-01-05", "closure_reason": "completed"}, "closed_on"),
    ({"closed_on": "2019-04-01", "closure_reason": "completed"}, "closed_on"),
    ({"started_on": "2019-04-01", "star_date": "2019-04-01"}, "started_on"),
    ({"referred_on": "2018-01-11"}, "referred_on"),
    ({"closed_on": "2018-06-01"}, "closure_reason"),
    ({"closure_reason": "completed"}, "closed_on"),
]


@pytest.mark.parametrize(("cells", "column"), BAD_CELLS)
def test_each_bad_cell_is_one_fault_that_names_it(cells: dict[str, str], column: str) -> None:
    checked = check(csv_text([registration(parent_ref="P2"), row(**cells)]))
    faults = [fault for fault in checked.faults if fault.column != "star_date" or column == "star_date"]
    assert places(faults) == [(3, column, cells.get(column, "").strip('"'))]
    assert checked.rows == []


def test_fault_names_row_column_value_and_what_is_allowed() -> None:
    [fault] = check(csv_text([row(home_and_money="11")])).faults
    assert str(fault) == (
        "row 2, column home_and_money: '11' – a whole number from 1 to 10, n/a, declined, "
        "or empty if it was not discussed"
    )


def test_all_faults_are_reported_at_once_sorted_by_row_and_column() -> None:
    text = csv_text(
        [
            row(star_date="31/02/2018", home_and_money="11", pod=""),
            row(parent_ref="P2", family_routine="0", star_date="2017-01-01"),
            row(parent_ref="P3", pod="Macclesfield", physical_health="x"),
            row(parent_ref="P3", star_date="2018-02-20"),
        ]
    )
    assert places(check(text).faults) == [
        (2, "pod", ""),
        (2, "star_date", "31/02/2018"),
        (2, "home_and_money", "11"),
        (3, "star_date", "2017-01-01"),
        (3, "family_routine", "0"),
        (4, "pod", "Macclesfield"),
        (4, "physical_health", "x"),
        (5, "star_kind", "start"),
    ]


def test_a_cell_that_cannot_be_read_causes_no_other_fault() -> None:
    text = csv_text(
        [
            row(closed_on="2018-06-31", closure_reason="completed"),
            row(parent_ref="P2", star_date="2018-12-01"),
            row(family_ref="F2", closed_on="2018-06-01", closure_reason="done"),
            row(family_ref="F3", star_kind="first", star_date="2018-01-30"),
            row(family_ref="F3", star_kind="interim", star_date="2018-02-20"),
            row(family_ref="F4", parent_ref=""),
            row(family_ref="F4", parent_ref=""),
        ]
    )
    assert [(number, column) for number, column, _ in places(check(text).faults)] == [
        (2, "closed_on"),
        (4, "closure_reason"),
        (5, "star_kind"),
        (7, "parent_ref"),
        (8, "parent_ref"),
    ]


def test_rows_of_one_intervention_or_family_must_agree() -> None:
    checked = check(
        csv_text(
            [
                row(council_ref="LCS1"),
                row(star_kind="interim", star_date="2018-04-20", pod="Macclesfield"),
                row(star_kind="interim", star_date="2018-07-20", children="3"),
                row(started_on="2018-09-01", star_date="2018-09-02", referred_on="", council_ref="LCS2"),
            ]
        )
    )
    assert places(checked.faults) == [(3, "pod", "Macclesfield"), (4, "children", "3"), (5, "council_ref", "LCS2")]
    assert checked.faults[0].allowed == "'Crewe', as in row 2: rows of one intervention must agree"


def test_the_row_that_differs_from_most_is_at_fault() -> None:
    interims = [row(star_kind="interim", star_date=f"2018-0{month}-20") for month in (4, 7)]
    assert places(check(csv_text([row(children="4"), *interims])).faults) == [(2, "children", "4")]


def test_a_mistake_that_rows_repeat_is_one_fault_that_names_them() -> None:
    closed = {"closed_on": "2018-01-05", "closure_reason": "completed"}
    rows = [registration(parent_ref=f"P{n}", **closed) for n in range(8)]
    [fault] = check(csv_text(rows)).faults
    assert (fault.number, fault.column) == (2, "closed_on")
    assert fault.allowed.endswith("(also in rows 3, 4, 5, 6, 7 and 2 more)")


@pytest.mark.parametrize(
    ("kinds_and_dates", "number", "column"),
    [
        ([("start", "2018-01-20"), ("start", "2018-02-20")], 3, "star_kind"),
        ([("start", "2018-01-20"), ("closure", "2018-06-01"), ("closure", "2018-06-02")], 4, "star_kind"),
        ([("start", "2018-01-20"), ("interim", "2018-06-30")], 3, "star_date"),
        ([("start", "2018-01-20"), ("interim", "2018-04-01"), ("interim", "2018-04-01")], 4, "star_date"),
        ([("interim", "2018-01-19"), ("start", "2018-01-20")], 3, "star_date"),
        ([("start", "2018-01-20"), ("interim", "2018-01-19")], 3, "star_date"),
    ],
)
def test_r6_holds_among_the_stars_of_a_file(kinds_and_dates: list[tuple[str, str]], number: int, column: str) -> None:
    closed = {"closed_on": "2018-06-01", "closure_reason": "completed"}
    rows = [row(star_kind=kind, star_date=day, **closed) for kind, day in kinds_and_dates]
    assert [(fault.number, fault.column) for fault in check(csv_text(rows)).faults] == [(number, column)]


def test_a_star_28_days_after_closure_is_not_refused() -> None:
    rows_of(row(closed_on="2018-06-01", closure_reason="completed", star_date="2018-06-29"))


def test_a_star_needs_a_scored_area_and_a_row_without_one_needs_none() -> None:
    unscored = dict.fromkeys(AREAS, "")
    checked = check(csv_text([row(**unscored), registration(parent_ref="P2", family_routine="declined")]))
    assert places(checked.faults) == [(2, "", ""), (3, "star_kind", "")]
    assert "score at least one area" in checked.faults[0].allowed
    assert "empty those cells too" in checked.faults[1].allowed


@pytest.mark.parametrize(
    ("columns", "faults"),
    [
        ([c for c in COLUMNS if c not in ("started_on", "family_routine")], ["started_on", "family_routine"]),
        ([*COLUMNS, "pod"], ["pod"]),
        ([*COLUMNS, "", "notes"], ["", "notes"]),
        ([c if c != "closed_on" else "closed_no" for c in COLUMNS], ["closed_no"]),
    ],
)
def test_a_wrong_header_names_each_column(columns: list[str], faults: list[str]) -> None:
    checked = check(csv_text([START], columns))
    assert [(fault.number, fault.column) for fault in checked.faults] == [(1, column) for column in faults]


def test_a_misspelt_column_is_recognised() -> None:
    columns = [c if c != "closed_on" else "closed_no" for c in COLUMNS]
    assert "rename it to closed_on" in check(csv_text([START], columns)).faults[0].allowed


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"", "its first row must name the columns"),
        ("a.csv", b"\n , \n", "its first row must name the columns"),
        ("a.csv", csv_text([row(pod="Zoë's pod")]).encode("latin-1"), "not in UTF-8 .* line 2.* “CSV UTF-8"),
        ("a.csv", csv_text([START]).encode("utf-16"), "not in UTF-8"),
        ("a.csv", csv_text([row(pod="Cre\0we")]), "line 2 has a NUL character"),
        ("a.csv", b"PK\x03\x04 and so on", "a spreadsheet, not a CSV"),
        ("a.csv", csv_text([row(pod='"Crewe')]), "quotation marks do not match"),
        ("a.csv", csv_text([row(pod='"Crewe" north')]), "quotation marks do not match"),
        ("a.doc", b"", "'.doc' cannot be read"),
        ("stars", b"", "'' cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name: str, content: str | bytes, says: str) -> None:
    [fault] = check(content, name).faults
    assert re.search(says, fault.allowed)


def test_too_many_rows_or_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ROWS", 2)
    text = csv_text([registration(parent_ref=f"P{n}") for n in range(3)])
    assert "more than 2 rows" in check(text).faults[0].allowed
    assert check(text.rsplit("\n", 2)[0]).faults == []
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", len(text) - 1)
    assert "larger than" in check(text).faults[0].allowed


def test_longest_texts_of_a_file_fit_the_columns_of_the_record() -> None:
    columns = (Family.ref, Parent.ref, Pod.name)
    assert {column.type.length for column in columns} == {LONGEST}
    assert User.email.type.length == LONGEST_EMAIL


# Written


def test_a_file_is_written_in_one_form() -> None:
    rows = rows_of(
        row(completed_by="", retrospective="TRUE", home_and_money="N/A", family_routine="", star_date="20/1/2018"),
        registration(family_ref="00002", referred_on="1/1/2018"),
    )
    assert written(sorted(rows, key=sort_key)).decode() == (
        ",".join(COLUMNS) + "\n"
        "00002,,P1,Crewe,ana@example.org,2018-01-01,2018-01-10,,,2,,,,,,,,,,,,,,\n"
        "F1,,P1,Crewe,ana@example.org,2018-01-02,2018-01-10,,,2,start,2018-01-20,together,yes,5,5,5,5,5,5,5,,n/a,5\n"
    )


def test_other_kinds_of_file_are_not_written() -> None:
    with pytest.raises(Exception, match=r"written as \.csv or \.xlsx, not '\.ods'"):
        get_writer("stars.ods")


BEGINNINGS = st.text("'=+-@＝＋－＠", max_size=3)
LETTERS = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Cn", "Zl", "Zp"))
TEXTS = st.builds(str.__add__, BEGINNINGS, st.text(LETTERS, min_size=1, max_size=12)).filter(
    lambda text: text == text.strip() and not text.startswith(("#", "Err:"))
)
DAYS = st.dates(date(2015, 1, 1), date(2018, 6, 30))
READINGS = st.sampled_from([*range(1, 11), *NotScored])


@st.composite
def families(draw: st.DrawFn) -> list[StarRow]:
    """The rows of one family with an intervention and parents."""
    started_on, closed = draw(DAYS), draw(st.booleans())
    closed_on = started_on + timedelta(days=draw(st.integers(0, 200)))
    shared: dict[str, Any] = {
        "family_ref": draw(TEXTS),
        "council_ref": draw(st.just("") | TEXTS),
        "pod": draw(TEXTS),
        "practitioner": draw(st.sampled_from(["", "ana@example.org"])),
        "referred_on": draw(st.none() | st.just(started_on)),
        "started_on": started_on,
        "closed_on": closed_on if closed else None,
        "closure_reason": draw(st.sampled_from(list(ClosureReason))) if closed else None,
        "children": draw(st.none() | st.integers(0, 20)),
    }
    rows = []
    for parent in draw(st.lists(TEXTS, min_size=1, max_size=3, unique=True)):
        days = sorted(draw(st.lists(st.integers(0, 28), max_size=4, unique=True)))
        for place, day in enumerate(days):
            readings = (draw(st.integers(1, 10)), *draw(st.tuples(*([READINGS] * 9))))
            star = StarCells(
                kind=Kind.INTERIM if place else Kind.START,
                completed_on=started_on + timedelta(days=day),
                completed_by=draw(st.sampled_from(list(CompletedBy))),
                retrospective=draw(st.booleans()),
                readings=readings,
            )
            rows.append(StarRow(number=0, parent_ref=parent, star=star, **shared))
        if not days:
            rows.append(StarRow(number=0, parent_ref=parent, star=None, **shared))
    return rows


@given(rows=families())
def test_what_is_written_is_read_back(rows: list[StarRow]) -> None:
    check_written_and_read_back(rows, "a.csv")


@settings(max_examples=40)  # each starts a process
@given(rows=families())
def test_written_workbook_is_read_back(rows: list[StarRow]) -> None:
    check_written_and_read_back(rows, "a.xlsx")


def check_written_and_read_back(rows: list[StarRow], name: str) -> None:
    stream = io.BytesIO()
    get_writer(name)(rows, stream)
    checked = check(stream.getvalue(), name)
    assert checked.faults == []
    assert [cell_texts(r) for r in checked.rows] == [cell_texts(r) for r in rows]
    assert [r.star for r in checked.rows] == [r.star for r in rows]


@given(families())
def test_no_cell_of_a_written_csv_begins_like_a_formula(rows: list[StarRow]) -> None:
    cells = [cell for line in csv.reader(io.StringIO(written(rows).decode())) for cell in line]
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r＝＋－＠"))]


def test_a_fault_of_the_file_as_a_whole_names_no_row() -> None:
    assert str(Fault(0, "", "", "it is empty")) == "the file: it is empty"


def test_progress_is_told_from_the_first_row_to_the_last_intervention() -> None:
    families = [row(family_ref=f"F{number}") for number in range(2_500)]
    cells = read_cells(("stars.csv", io.BytesIO(csv_text(families).encode())))
    told: list[float] = []
    check_rows(cells, today=TODAY, progress=told.append)
    assert told == pytest.approx([0, 0.2, 0.4, 0.5, 0.7, 0.9])
