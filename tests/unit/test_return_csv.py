"""The return's CSV files as an analyst's programs read them: tidy, explained, and a data package that validates."""

import csv
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import frictionless
import pytest

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.quarters import Quarter
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.metadata import build_csv_files
from star_tracker.exports.returns.versions import CellChange, Signing
from tests.unit.small_service import CREWE, EVIL, MACC, small_service
from tests.unit.test_return import TABLES, read_csv, small_return

OF_WHICH_RETURN = "time_period,time_identifier,council,profile,status,version,"
HEADERS = {
    "indicators": "pod,indicator,indicator_label,period,period_label,denominator,numerator,rate,target,met,rate_before,"
    "rate_year_before",
    "served": "pod,unit,unit_label,to_date",
    "activity": "pod,unit,unit_label,open_at_start,started,closed,open_at_end",
    "completion": "pod,kind,kind_label,due,completed,on_time",
    "averages": "cohort,cohort_label,pod,area,area_label,n,mean_start,mean_latest,median_start,median_latest",
    "change": "cohort,cohort_label,pod,area,area_label,n,mean_change,sd_change,ci_low,ci_high,improved,maintained,"
    "declined,stage_up,stage_same,stage_down,rank_biserial",
    "stages": "cohort,cohort_label,pod,area,area_label,from_stage,from_stage_label,to_stage,to_stage_label,pairs",
    "closures": "pod,closure_reason,closure_reason_label,families,children,families_to_date,children_to_date",
    "re_referrals": "pod,referrals,re_referrals,referrals_to_date,re_referrals_to_date",
    "exclusions": "pod,reason,reason_label,parents",
    "feedback": "pod,said_by,said_by_label,number,quotable",
}
SIGNED = Signing(
    version=2,
    signed_by="Demo lead",
    signed_at=datetime(2019, 1, 20, 9, 30, tzinfo=UTC),
    note="A slip",
    changes=(CellChange(table="served", title="Served", row="Crewe, Families", column="Served", old=5, new="x"),),
)


@pytest.fixture(scope="module", params=list(Profile))
def return_(request: pytest.FixtureRequest) -> Return:
    return small_return(request.param)


@pytest.fixture(scope="module")
def files(return_: Return) -> dict[str, bytes]:
    return build_csv_files(return_)


def header_of(files: dict[str, bytes], name: str) -> str:
    return files[f"{name}.csv"].decode().splitlines()[0]


def test_there_is_a_csv_file_for_each_table_and_their_metadata(files: dict[str, bytes]) -> None:
    assert sorted(files) == sorted([*(f"{name}.csv" for name in TABLES), "metadata.json", "datapackage.json"])
    assert {name: header_of(files, name).removeprefix(OF_WHICH_RETURN) for name in TABLES} == HEADERS


def test_a_name_that_begins_like_a_formula_gets_an_apostrophe_in_csv(files: dict[str, bytes]) -> None:
    pods = {row["pod"] for row in read_csv(files["served.csv"])}
    assert pods == {f"'{EVIL}", CREWE, MACC, "All pods"}


@pytest.mark.parametrize("start", list("=+-@\t\r\n＝＋－＠"))
def test_no_cell_of_a_csv_file_begins_like_a_formula(start: str) -> None:
    record = small_service(pods=(CREWE, MACC, EVIL, f'{start}cmd|" /C calc"!A0'))
    for name, data in build_csv_files(small_return(record=record)).items():
        if name.endswith(".csv"):
            for cell in (cell for row in csv.reader(StringIO(data.decode(), newline="")) for cell in row):
                assert not cell.startswith(start) or re.fullmatch(r"-[0-9.]+", cell), (name, cell)


def test_the_metadata_explain_every_column_rule_and_mark(return_: Return, files: dict[str, bytes]) -> None:
    metadata = json.loads(files["metadata.json"])
    assert {name: [c["name"] for c in table["columns"]] for name, table in metadata["tables"].items()} == {
        name: f"{OF_WHICH_RETURN}{header}".split(",") for name, header in HEADERS.items()
    }
    assert all(column["definition"] for table in metadata["tables"].values() for column in table["columns"])
    assert (metadata["quarter"], metadata["as_at"]) == ("2018-19-Q3", "2018-12-31")
    assert metadata["profile"] == return_.profile
    assert metadata["threshold"] == (8 if return_.profile == Profile.PUBLISHED else None)
    assert metadata["software"] == {"name": "Star Tracker", "version": "1.2.3"}
    assert {"R1", "R2", "R3", "R4", "R5", "R7", "R8", "R9", "R10"} <= set(metadata["rules"])
    assert set(metadata["marks"]) == ({"z", "c"} if return_.profile == Profile.PUBLISHED else {"z"})
    assert files["metadata.json"].decode() == json.dumps(metadata, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def test_no_figure_of_a_csv_file_is_blank(files: dict[str, bytes]) -> None:
    for name in TABLES:
        assert all(all(row.values()) for row in read_csv(files[f"{name}.csv"])), name


def test_every_row_says_of_which_return_it_is_so_that_files_can_be_stacked(files: dict[str, bytes]) -> None:
    signed = build_csv_files(replace(small_return(), signing=SIGNED))
    autumn = replace(small_return(record=replace(small_service(), quarter=Quarter(2018, 2, first_month=9))))
    for name in TABLES:
        stacked = [*read_csv(files[f"{name}.csv"]), *read_csv(signed[f"{name}.csv"])]
        stacked += read_csv(build_csv_files(replace(autumn, is_provisional=True))[f"{name}.csv"])
        told = {tuple(row[column] for column in OF_WHICH_RETURN.split(",") if column) for row in stacked}
        council = "Cheshire East Council"
        assert told == {
            ("201819", "Financial year Q3", council, read_csv(files["served.csv"])[0]["profile"], "draft", "z"),
            ("201819", "Financial year Q3", council, "restricted", "signed", "2"),
            ("201819", "Contract year from September Q2", council, "restricted", "provisional", "z"),
        }


def test_what_a_row_is_about_stands_before_its_figures_with_a_label_beside_each_code(return_: Return) -> None:
    for table in return_.tables:
        is_figure = [not column.holds_words for column in table.columns]
        assert is_figure == sorted(is_figure), table.name
    averages = read_csv(build_csv_files(return_)["averages.csv"])
    assert {(row["area"], row["area_label"]) for row in averages} == set(return_.edition.areas.items())


@pytest.mark.parametrize("made", [small_return(), small_return(Profile.PUBLISHED), None], ids=[*Profile, "signed"])
def test_data_package_validates_and_gives_every_figure_its_type(made: Return | None, tmp_path: Path) -> None:
    made = made or replace(small_return(record=small_service(pods=(CREWE, MACC, EVIL, "z"))), signing=SIGNED)
    for name, data in build_csv_files(made).items():
        (tmp_path / name).write_bytes(data)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["name", "type", "note", "rowNumber", "fieldName"])
    package = frictionless.Package(str(tmp_path / "datapackage.json"))
    assert [resource.name for resource in package.resources] == [table.name for table in made.file_tables]
    for table in made.tables:
        resource = package.get_table_resource(table.name)
        rows = resource.read_rows()
        assert len(rows) == len(table.frame)
        for row, figures in zip(rows, table.list_records(), strict=True):
            for column, figure in figures.items():
                is_pod = column == "pod"
                expected = None if figure in ("c", "z") and not is_pod else f"'{EVIL}" if figure == EVIL else figure
                assert expected == (float(row[column]) if isinstance(expected, float) else row[column])
        assert all(field.description for field in resource.schema.fields)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [(",Crewe,", ",,", "constraint-error"), (",13,", ",,", "type-error"), ("Crewe", "Crewe ", "hash-count")],
)
def test_data_package_does_not_validate_what_is_not_as_it_was(old: str, new: str, fault: str, tmp_path: Path) -> None:
    for name, data in build_csv_files(small_return()).items():
        changed = data.replace(old.encode(), new.encode()) if name == "change.csv" else data
        (tmp_path / name).write_bytes(changed)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert fault in {kind for (kind,) in report.flatten(["type"])}
