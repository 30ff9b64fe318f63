"""Files that an import must refuse whole, each with all its faults: what people's spreadsheets really look like."""

import pytest

from star_tracker.domain.scales import AREAS
from star_tracker.starfile.columns import COLUMNS
from tests.support.star_files import FIVES, START, check, csv_text, places, row

CLOSED = {"closed_on": "2018-06-01", "closure_reason": "completed"}

REFUSED = {
    "value-out-of-range": (
        [
            START,
            row(parent_ref="P2", home_and_money="11"),
            row(parent_ref="P3", family_routine="0"),
            row(parent_ref="P4", your_wellbeing="4.5"),
            row(parent_ref="P5", social_networks="seven"),
        ],
        [
            (3, "home_and_money", "11"),
            (4, "family_routine", "0"),
            (5, "your_wellbeing", "4.5"),
            (6, "social_networks", "seven"),
        ],
    ),
    "dates": (
        [
            row(parent_ref="P1", star_date="2018-02-30"),
            row(parent_ref="P2", star_date="2017-12-01"),
            row(parent_ref="P3", star_date="2999-01-01"),
            row(parent_ref="P4", star_date="13/13/2018"),
            row(parent_ref="P5", closed_on="2018-01-05", closure_reason="completed"),
        ],
        [
            (2, "star_date", "2018-02-30"),
            (3, "star_date", "2017-12-01"),
            (4, "star_date", "2999-01-01"),
            (5, "star_date", "13/13/2018"),
            (6, "closed_on", "2018-01-05"),
        ],
    ),
    "two-starts": ([START, row(star_date="2018-02-20")], [(3, "star_kind", "start")]),
    "two-closures": (
        [
            row(**CLOSED),
            row(star_kind="closure", star_date="2018-06-01", **CLOSED),
            row(star_kind="closure", star_date="2018-06-02", **CLOSED),
        ],
        [(4, "star_kind", "closure")],
    ),
    "star-after-closure": (
        [row(**CLOSED), row(star_kind="interim", star_date="2018-07-15", **CLOSED)],
        [(3, "star_date", "2018-07-15")],
    ),
    "closed-without-reason": (
        [row(closed_on="2018-06-01"), row(family_ref="F2", parent_ref="P2", closure_reason="completed")],
        [(2, "closure_reason", ""), (3, "closed_on", "")],
    ),
    "disagreeing-rows": (
        [
            START,
            row(pod="Macclesfield", star_kind="interim", star_date="2018-04-20"),
            row(children="3", star_kind="interim", star_date="2018-07-20"),
        ],
        [(3, "pod", "Macclesfield"), (4, "children", "3")],
    ),
    "unknown-words": (
        [
            row(parent_ref="P1", star_kind="review"),
            row(parent_ref="P2", completed_by="social worker"),
            row(parent_ref="P3", closed_on="2018-06-01", closure_reason="finished"),
            row(parent_ref="P4", children="-1"),
            row(parent_ref="P5", retrospective="maybe"),
        ],
        [
            (2, "star_kind", "review"),
            (3, "completed_by", "social worker"),
            (4, "closure_reason", "finished"),
            (5, "children", "-1"),
            (6, "retrospective", "maybe"),
        ],
    ),
    "nothing-scored": ([row(**dict.fromkeys(AREAS, ""))], [(2, "", "")]),
    "missing-required": (
        [row(family_ref=""), row(parent_ref=""), row(pod=""), row(parent_ref="P9", star_date="")],
        [(2, "family_ref", ""), (3, "parent_ref", ""), (4, "pod", ""), (5, "star_date", "")],
    ),
}


@pytest.mark.parametrize(("rows", "faults"), REFUSED.values(), ids=REFUSED)
def test_all_faults_of_the_file_are_named(rows: list[dict[str, str]], faults: list[tuple[int, str, str]]) -> None:
    checked = check(csv_text(rows))
    assert places(checked.faults) == faults
    assert checked.rows == []


def test_missing_columns_are_each_named() -> None:
    columns = [column for column in COLUMNS if column not in ("started_on", "boundaries_and_behaviour")]
    assert places(check(csv_text([START], columns)).faults) == [
        (1, "started_on", ""),
        (1, "boundaries_and_behaviour", ""),
    ]


def test_ragged_rows_are_each_named() -> None:
    header, whole = csv_text([START]).splitlines()
    faults = check(f"{header}\nF1,,P1,Crewe\n{whole},extra,cells\n").faults
    assert [(fault.number, fault.allowed.split(":")[0]) for fault in faults] == [
        (2, "the row has 4 cells and the header 24"),
        (3, "the row has 26 cells and the header 24"),
    ]
    assert "'extra', 'cells'" in faults[1].allowed


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("latin-1.csv", csv_text([row(pod="Zoë's pod", **FIVES)]).encode("latin-1"), "not in UTF-8"),
        ("empty.csv", b"", "it is empty"),
        ("not-a-workbook.xlsx", b"family_ref,parent_ref\n", "this is not an Excel (.xlsx) spreadsheet"),
    ],
)
def test_a_file_that_is_not_what_it_seems_has_one_fault(name: str, content: bytes, says: str) -> None:
    [fault] = check(content, name).faults
    assert fault.number == 0
    assert fault.allowed.startswith(("it is ", "this is "))
    assert says in fault.allowed
