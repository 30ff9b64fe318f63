"""The checks of a return's files: each passes on what was built, and fails on what was changed, and says where."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import openpyxl
import pandas as pd
import pytest

from star_tracker.analysis.disclosure import SUPPRESSED, Profile
from star_tracker.exports.returns.bundle import Part
from star_tracker.exports.returns.checks import adding
from star_tracker.exports.returns.checks.listing import list_checks
from star_tracker.exports.returns.checks.result import Check, find_failed
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.files import MadeReturn
from star_tracker.exports.returns.report import build_report
from tests.unit.small_service import CREWE, EVIL, MACC, small_service
from tests.unit.test_return import empty_service, small_return
from tests.unit.test_return_csv import SIGNED

NAMED = "عربى =1 'z"
AREA = {"cohort": "all_to_date", "pod": CREWE, "area": "your_wellbeing"}
OF_AREA = "all_to_date, Crewe, your_wellbeing"


@pytest.fixture(scope="module")
def made() -> MadeReturn:
    return MadeReturn(small_return())


@pytest.fixture(scope="module")
def published() -> MadeReturn:
    return MadeReturn(small_return(Profile.PUBLISHED))


def failed(checks: list[Check]) -> list[str]:
    return [fault for check in checks for fault in check.faults]


def changed(return_: Return, name: str, column: str, figure: Any, **where: str) -> Return:
    """The return with another figure in one cell of a table, which its files do not know of."""
    table = return_.find_table(name)
    frame = table.frame.copy().astype(object)
    is_row = pd.concat([frame[key] == value for key, value in where.items()], axis="columns").all(axis="columns")
    assert is_row.sum() == 1
    frame.loc[is_row, column] = figure
    tables = tuple(replace(one, frame=frame) if one is table else one for one in return_.tables)
    return replace(return_, tables=tables)


def find_faults(return_: Return, name: str) -> list[str]:
    """What one of the functions of ``adding`` finds."""
    find: Callable[[Return], Any] = getattr(adding, name)
    return list(find(return_))


@pytest.mark.parametrize(
    "return_",
    [
        replace(small_return(record=small_service(pods=(CREWE, MACC, EVIL, NAMED)), threshold=6), signing=SIGNED),
        small_return(Profile.PUBLISHED, threshold=6),
        small_return(Profile.PUBLISHED, record=empty_service()),
    ],
    ids=["signed", "published", "without pairs"],
)
def test_what_was_built_passes_every_check(return_: Return) -> None:
    checks = MadeReturn(return_).checks
    assert failed(checks) == []
    assert len(checks) == 14
    assert find_failed(checks) == ""


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        (
            "change.csv",
            ",9,1.0,",
            ",8,1.0,",
            "change.csv: All to date, Crewe, Your well-being, Pairs: 8.0 instead of 9",
        ),
        ("served.csv", "Families", "Family", "served.csv: families is labelled Family"),
        ("served.csv", ",5\n", ",z\n", "served.csv: All pods, Families, Served to date: no figure instead of 5"),
        ("feedback.csv", "\n", "\n\n1\n", "feedback.csv: 13 rows instead of 12"),
        ("metadata.json", '"sha256_of_figures": "', '"sha256_of_figures": "0', "metadata.json does not name "),
        ("datapackage.json", '"bytes": ', '"bytes": 1', "datapackage.json: indicators.csv has another size or SHA-256"),
    ],
)
def test_csv_file_that_was_changed_is_told_by_its_cell(
    made: MadeReturn, name: str, old: str, new: str, says: str
) -> None:
    path = f"{made.names.folder}/{name}"
    content = made.files[path].decode()
    assert old in content
    files = made.files | {path: content.replace(old, new, 1).encode()}
    assert failed(list_checks(made.return_, files))[0].startswith(says)
    assert says in find_failed(list_checks(made.return_, files))


def test_workbook_that_was_changed_is_told_by_its_cell(made: MadeReturn) -> None:
    path = made.names.name_of(Part.WORKBOOK)
    book = openpyxl.load_workbook(BytesIO(made.files[path]))
    (cell,) = [row[3] for row in book["completion"].iter_rows() if [one.value for one in row[:2]] == [CREWE, "Start"]]
    cell.value = 1
    buffer = BytesIO()
    book.save(buffer)
    assert failed(list_checks(made.return_, made.files | {path: buffer.getvalue()})) == [
        "sheet completion: Crewe, Start, Completed: 1.0 instead of 2"
    ]


def test_report_of_other_figures_is_told_by_its_row(made: MadeReturn) -> None:
    other = changed(made.return_, "re_referrals", "referrals", 77, pod=MACC)
    files = made.files | {made.names.name_of(Part.REPORT): build_report(other)}
    found = failed(list_checks(made.return_, files))
    assert found[0] == "report: re_referrals, Macclesfield: 2, 0, 4, 0 is not there"
    assert found[1:] == [f"report does not name {made.return_.fingerprint}"]


def test_chart_of_other_figures_is_told_by_its_area(made: MadeReturn) -> None:
    measures = made.return_.star_measures.copy()
    measures.loc[measures["area"] == "your_wellbeing", "mean_latest"] = 4.5
    other = replace(made.return_, star_measures=measures)
    assert failed(list_checks(other, made.files)) == [
        "chart: your_wellbeing, Average at latest: 4.5 instead of 4.5384615385"
    ]


@pytest.mark.parametrize(
    ("check", "name", "column", "figure", "where", "says"),
    [
        ("find_outcome_faults", "change", "improved", 7, AREA, f"change: {OF_AREA}: improved, maintained, "),
        (
            "find_outcome_faults",
            "change",
            "stage_down",
            4,
            AREA,
            f"change: {OF_AREA}: stage_up, stage_same, stage_down: ",
        ),
        ("find_stage_faults", "change", "n", 10, AREA, f"stages: {OF_AREA}: 3 + 6 is not 10"),
        ("find_average_faults", "averages", "n", 8, AREA, f"{OF_AREA}: averages rest on 8 pairs, change on 9"),
        ("find_average_faults", "averages", "mean_start", 3.3, AREA, f"{OF_AREA}: 4.3333333333 − 3.3 is not 1.0"),
        (
            "find_activity_faults",
            "activity",
            "closed",
            2,
            {"pod": CREWE, "unit": "families"},
            "activity: Crewe, families: 0 + 2 − 2 is not 1",
        ),
        (
            "find_part_faults",
            "completion",
            "on_time",
            3,
            {"pod": CREWE, "kind": "start"},
            "completion: Crewe, start: On time 3 of 2",
        ),
        (
            "find_part_faults",
            "indicators",
            "rate",
            34.0,
            {"pod": "All pods", "indicator": "engaged", "period": "quarter"},
            "indicators: All pods, engaged, quarter: 34.0% is not ",
        ),
        (
            "find_total_faults",
            "exclusions",
            "parents",
            13,
            {"pod": "All pods", "reason": "all_reasons"},
            "exclusions: All pods, all_reasons, parents: 13 of 0, 1, 11",
        ),
        (
            "find_total_faults",
            "closures",
            "families",
            3,
            {"pod": CREWE, "closure_reason": "all_reasons"},
            "closures: all_reasons, Crewe, families: 3 of 0, 1, 0, 0, 0, 0, 0",
        ),
        (
            "find_indicator_faults",
            "re_referrals",
            "re_referrals",
            2,
            {"pod": CREWE},
            "indicators: Crewe, re_referred, quarter: numerator 1; the table has [2]",
        ),
    ],
)
def test_figures_that_do_not_agree_are_told(
    made: MadeReturn, check: str, name: str, column: str, figure: Any, where: dict[str, str], says: str
) -> None:
    assert find_faults(made.return_, check) == []
    found = find_faults(changed(made.return_, name, column, figure, **where), check)
    assert any(fault.startswith(says) for fault in found)


def test_stages_are_added_up_for_every_pair(made: MadeReturn) -> None:
    table = made.return_.find_table("stages")
    fewer = replace(table, frame=table.frame.iloc[1:])
    other = replace(made.return_, tables=tuple(fewer if one is table else one for one in made.return_.tables))
    assert len(find_faults(other, "find_stage_faults")) == 1


@pytest.mark.parametrize(
    ("name", "column", "figure", "where", "says"),
    [
        ("change", "n", 12, AREA, f"change: {OF_AREA}: Pairs is 12"),
        (
            "change",
            "n",
            SUPPRESSED,
            AREA,
            f"change: {OF_AREA}: Average change is 1.0, where n is c",
        ),
        (
            "exclusions",
            "parents",
            1,
            {"pod": CREWE, "reason": "no_counted_star"},
            "exclusions: Crewe, no_counted_star: ",
        ),
    ],
)
def test_number_that_must_not_be_published_is_told(
    published: MadeReturn, name: str, column: str, figure: Any, where: dict[str, str], says: str
) -> None:
    found = find_faults(changed(published.return_, name, column, figure, **where), "find_small_numbers")
    assert found[0].startswith(says)


def test_rounded_figures_need_not_add_up_but_cannot_be_anything(published: MadeReturn) -> None:
    """Of 13 pairs, shown as 15, 10 improved: 8 to 12 of 13 to 17 can be, 20 cannot."""
    everybody = AREA | {"pod": "All pods"}
    for improved, faults in ((5, 0), (15, 0), (25, 1)):
        other = changed(published.return_, "change", "improved", improved, **everybody)
        other = changed(other, "change", "declined", 0, **everybody)
        assert len(find_faults(other, "find_outcome_faults")) == faults + (improved == 5)
