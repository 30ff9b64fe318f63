"""The row-level file of a restricted return: rows, data dictionary and checks; and that nothing published has it."""

import csv
import json
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path

import frictionless
import openpyxl
import pytest

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.row_level import PairRow, PairRows, RowLevel, make_pseudonym
from star_tracker.exports.returns import bundle
from star_tracker.exports.returns.bundle import Part, parts_of
from star_tracker.exports.returns.checks.pairs import find_pair_faults
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.files import MadeReturn
from star_tracker.exports.returns.metadata import build_csv_files
from star_tracker.exports.returns.pairs_workbook import build_pairs_workbook
from tests.unit.small_service import CREWE, EVIL, MACC, small_service
from tests.unit.test_return import read_csv, small_return

NONE = [(None, None)] * 10


def scored(**readings: tuple[int, int | None]) -> list[tuple[int | None, int | None]]:
    """A pair of Stars in which these areas are scored: by their places in the Star."""
    return [readings.get(f"a{place}", (None, None)) for place in range(1, 11)]


def row(parent: str, number: int = 1, **values: object) -> PairRow:
    usual = {"council_ref": "", "pod": MACC, "closure_reason": "", "months": 3, "readings": NONE}
    return PairRow(parent=parent, number=number, **(usual | values))  # type: ignore[arg-type] # as the test says


ROWS = (
    row("bcdf", readings=scored(a2=(3, 5), a8=(2, 2)), closure_reason="stepped_down"),
    row("bcdf", 2, pod=EVIL, readings=scored(a2=(4, 3)), months=0, council_ref="=C1"),
    row("wxyz", pod=CREWE, readings=scored(a8=(2, None))),
)


def return_with(*rows: PairRow, left_out: int = 0, has_references: bool = False) -> Return:
    level = RowLevel.REFERENCES if has_references else RowLevel.PSEUDONYMS
    changes = {
        "all_to_date": [
            (MACC, "your_wellbeing", 3, 5, 1),
            (EVIL, "your_wellbeing", 4, 3, 1),
            (MACC, "family_routine", 2, 2, 1),
        ],
        "latest_in_quarter": [],
        "closed_in_quarter": [],
    }
    pairs = PairRows(rows, left_out, has_references)
    return replace(small_return(record=small_service(changes=changes), row_level=level), pairs=pairs)


@pytest.fixture(scope="module")
def made() -> MadeReturn:
    return MadeReturn(return_with(*ROWS))


def test_each_pair_is_a_row_of_a_csv_file_that_its_data_package_explains(made: MadeReturn, tmp_path: Path) -> None:
    files = build_csv_files(made.return_)
    first, second, third = read_csv(files["pairs.csv"])
    assert list(first)[6:13] == [
        *("parent", "pair", "pod", "closure_reason", "closure_reason_label", "months_between"),
        "start_physical_health",
    ]
    assert list(first)[-1] == "latest_progress_to_work"
    assert list(first.values())[6:12] == ["bcdf", "1", MACC, "stepped_down", "Stepped down to early help", "3"]
    assert list(second.values())[6:12] == ["bcdf", "2", f"'{EVIL}", "open", "Open", "0"]
    assert (first["start_your_wellbeing"], first["latest_your_wellbeing"]) == ("3", "5")
    assert (third["start_family_routine"], third["latest_family_routine"]) == ("2", "z")
    assert "council_reference" not in first
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])
    resources = json.loads(files["datapackage.json"])["resources"]
    (fields,) = [one["schema"]["fields"] for one in resources if one["name"] == "pairs"]
    assert all(field["description"] for field in fields)
    (reading,) = [field for field in fields if field["name"] == "start_home_and_money"]
    assert reading["constraints"] == {"minimum": 1, "maximum": 10}


def test_the_workbook_of_rows_has_its_own_data_dictionary(made: MadeReturn) -> None:
    workbook = openpyxl.load_workbook(BytesIO(build_pairs_workbook(made.return_)))
    assert workbook.sheetnames == ["Cover", "Contents", "Notes", "pairs"]
    sheet = workbook["pairs"]
    (table,) = sheet.tables.values()
    cells = list(sheet[table.ref])
    numbers = [cell for line in cells for cell in line if isinstance(cell.value, int)]
    assert {cell.alignment.horizontal for cell in numbers} == {"right"}
    headings, *rows = [[cell.value for cell in line] for line in cells]
    assert all(cell not in (None, "") for line in rows for cell in line)
    assert {one["A1"].style for one in workbook} == {"Heading 1"}
    assert workbook.properties.language == "en-GB"
    assert rows[0][:5] == ["bcdf", 1, MACC, "Stepped down to early help", 3]
    assert rows[0][6] == 3
    assert rows[0][5] == "[z]"
    explained = {line[1] for line in workbook["Notes"].values if line[1]}
    assert set(headings) <= explained
    said = " ".join(str(cell) for line in workbook["Cover"].values for cell in line)
    assert "Each row is about one parent: it is for the commissioner alone" in said
    assert "Draft, not signed off" in said


def test_references_have_a_column_only_where_the_agreement_allows_them() -> None:
    (first, second, _third) = read_csv(build_csv_files(return_with(*ROWS, has_references=True))["pairs.csv"])
    assert (first["council_reference"], second["council_reference"]) == ("none recorded", "'=C1")


def test_no_published_return_has_rows() -> None:
    with pytest.raises(ValueError, match="no row-level data"):
        replace(small_return(Profile.PUBLISHED), pairs=PairRows(ROWS, 0, has_references=False))
    with pytest.raises(ValueError, match="no row-level data"):
        small_return(Profile.PUBLISHED, row_level=RowLevel.PSEUDONYMS)
    published = small_return(Profile.PUBLISHED)
    assert Part.PAIRS not in parts_of(published)
    assert "pairs.csv" not in build_csv_files(published)


def test_a_return_without_its_rows_builds_no_file_of_them() -> None:
    with pytest.raises(ValueError, match="without its rows"):
        build_pairs_workbook(small_return(row_level=RowLevel.PSEUDONYMS))


def test_rows_that_are_not_the_pairs_counted_fail_the_check(made: MadeReturn) -> None:
    def find(return_: Return) -> list[str]:
        rows = build_pairs_workbook(return_)
        return list(find_pair_faults(return_, {MadeReturn(return_).names.name_of(Part.PAIRS): rows}))

    assert find(made.return_) == []
    assert find(return_with(ROWS[0], ROWS[2])) == [
        "pairs: your_wellbeing has 1 row with both readings, and 2 pairs are counted"
    ]
    other = replace(ROWS[1], readings=scored(a2=(4, 2)))
    (fault,) = find(return_with(ROWS[0], other, ROWS[2]))
    assert fault == "pairs: your_wellbeing changes by 0.0 in the rows, not by 0.5"
    files = {made.names.name_of(Part.PAIRS): build_pairs_workbook(return_with(*ROWS[:2], ROWS[1]))}
    assert next(find_pair_faults(made.return_, files)).startswith("sheet pairs: wxyz, Crewe, Open, Parent: bcdf")


def test_very_many_pairs_are_in_the_csv_file_alone(monkeypatch: pytest.MonkeyPatch, made: MadeReturn) -> None:
    assert made.return_.pair_count == 28
    assert Part.PAIRS in made.parts
    monkeypatch.setattr(bundle, "MOST_ROWS", 27)
    assert Part.PAIRS not in made.parts
    assert "pairs.csv" in build_csv_files(made.return_)
    assert list(find_pair_faults(made.return_, {})) == []


def test_a_pseudonym_is_random_and_no_spreadsheet_takes_it_for_a_number_or_a_formula() -> None:
    made = {make_pseudonym() for _ in range(200)}
    assert len(made) == 200
    assert all(len(one) == 16 and one.isalpha() and one.islower() and not set(one) & set("aeiou") for one in made)


def test_the_rows_are_no_part_of_the_figures_that_are_compared(made: MadeReturn) -> None:
    without = replace(made.return_, pairs=None, row_level=RowLevel.NONE)
    assert without.fingerprint == made.return_.fingerprint
    assert "pairs" not in {table.name for table in made.page.tables}
    assert next(csv.reader(StringIO(build_csv_files(made.return_)["pairs.csv"].decode())))[0] == "time_period"
