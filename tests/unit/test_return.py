"""The return as the council opens it: the workbook in a spreadsheet, the CSV files as text, one set of figures."""

import csv
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from star_tracker.analysis.disclosure import Profile
from star_tracker.analysis.service import ServiceRecord
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.scales import get_edition
from star_tracker.exports.returns.building import build_return, get_built_return
from star_tracker.exports.returns.bundle import Part, parts_of, return_file_names
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.files import MadeReturn
from star_tracker.exports.returns.metadata import build_csv_files
from star_tracker.exports.returns.pages import build_page
from star_tracker.exports.returns.workbook import build_workbook
from tests.unit.small_service import CHANGE_ROWS, CREWE, EVIL, EXCLUDED_ROWS, MACC, small_service

TABLES = [
    "indicators",
    "served",
    "activity",
    "completion",
    "averages",
    "change",
    "stages",
    "closures",
    "re_referrals",
    "exclusions",
    "feedback",
]


def small_return(
    profile: Profile = Profile.RESTRICTED,
    record: ServiceRecord | None = None,
    threshold: int = 8,
    build: Callable[..., Return] = build_return,
    **more: Any,
) -> Return:
    return build(
        record or small_service(),
        profile=profile,
        edition=get_edition("2023"),
        service_name="Starfield Family Service",
        council_name="Cheshire East Council",
        software_version="1.2.3",
        threshold=threshold,
        **more,
    )


def empty_service() -> ServiceRecord:
    return small_service(changes={cohort: [] for cohort in CHANGE_ROWS})


@pytest.fixture(scope="module", params=list(Profile))
def return_(request: pytest.FixtureRequest) -> Return:
    return small_return(request.param)


@pytest.fixture(scope="module")
def workbook_bytes(return_: Return) -> bytes:
    return build_workbook(return_)


@pytest.fixture(scope="module")
def workbook(workbook_bytes: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(workbook_bytes))


@pytest.fixture(scope="module")
def files(return_: Return) -> dict[str, bytes]:
    return build_csv_files(return_)


def read_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode())))


def table_of(sheet: Any) -> list[list[Any]]:
    """The cells of the sheet's one table: headings, then rows."""
    (table,) = sheet.tables.values()
    return [[cell.value for cell in row] for row in sheet[table.ref]]


def find(rows: list[dict[str, str]], **wanted: str) -> dict[str, str]:
    (row,) = [row for row in rows if all(row[column] == value for column, value in wanted.items())]
    return row


# Figures


def test_no_target_is_met_or_missed_before_the_quarter_ends() -> None:
    def judge(*, is_provisional: bool) -> set[object]:
        made = small_return(targets={"engaged": 90}, is_provisional=is_provisional)
        return {row["met"] for row in made.list_records("indicators", indicator="engaged") if row["target"] == 90}

    assert judge(is_provisional=True) == {None}
    assert judge(is_provisional=False) == {"yes", "no", None}, "None where no rate can be given"


def test_a_return_is_made_once_from_what_is_the_same_and_anew_from_what_is_not() -> None:
    made = small_return(build=get_built_return)
    assert small_return(build=get_built_return) is made
    assert small_return(Profile.PUBLISHED, build=get_built_return).profile is Profile.PUBLISHED
    assert small_return(threshold=10, build=get_built_return).threshold == 10
    assert small_return(is_provisional=True, build=get_built_return).is_provisional
    without_pairs = small_return(record=empty_service(), build=get_built_return)
    assert not without_pairs.has_picture
    assert without_pairs.fingerprint != made.fingerprint


def test_restricted_files_hold_exact_figures() -> None:
    files = build_csv_files(small_return())
    averages = find(read_csv(files["averages.csv"]), cohort="all_to_date", pod=CREWE, area="your_wellbeing")
    assert [averages[column] for column in ("n", "mean_start", "mean_latest", "median_start", "median_latest")] == [
        "9",
        "3.3333333333",
        "4.3333333333",
        "3.0",
        "5.0",
    ]
    excluded = {
        (row["pod"], row["reason"]): int(row["parents"])
        for row in read_csv(files["exclusions.csv"])
        if row["parents"] != "0" and row["pod"] != "All pods" and row["reason"] != "all_reasons"
    }
    assert excluded == {(pod, reason): parents for pod, reason, parents in EXCLUDED_ROWS}


def test_published_files_hold_disclosed_figures() -> None:
    files = build_csv_files(small_return(Profile.PUBLISHED))
    change = read_csv(files["change.csv"])
    crewe = find(change, cohort="all_to_date", pod=CREWE, area="your_wellbeing")  # 9 pairs: 6 up, 3 down
    assert [crewe[c] for c in ("n", "mean_change", "improved", "maintained", "declined")] == [
        "10",
        "1.0",
        "c",
        "0",
        "c",
    ]
    few = find(change, cohort="all_to_date", pod=MACC, area="your_wellbeing")  # 4 pairs
    assert [few[c] for c in ("n", "mean_change", "sd_change", "improved", "declined")] == ["c", "c", "c", "c", "c"], (
        "not even a 0 beside a handful of parents"
    )
    moves = {(line["pod"], line["area"]) for line in read_csv(files["stages.csv"]) if line["cohort"] == "all_to_date"}
    assert (MACC, "your_wellbeing") not in moves
    assert ("All pods", "your_wellbeing") in moves
    everybody = find(change, cohort="all_to_date", pod="All pods", area="your_wellbeing")  # 13 pairs: 10 up, 3 down
    assert [everybody[c] for c in ("n", "mean_change", "improved", "declined")] == ["15", "1.3", "10", "c"]
    nobody = find(change, cohort="closed_in_quarter", pod="All pods", area="your_wellbeing")
    assert [nobody[c] for c in ("n", "mean_change", "improved")] == ["0", "z", "0"]
    reasons = find(read_csv(files["exclusions.csv"]), pod=MACC, reason="no_counted_star")
    assert reasons["parents"] == "c", "9, which would tell how few have one Star only"


def test_a_return_made_before_the_quarter_ended_says_so_on_every_file() -> None:
    made = replace(small_return(), is_provisional=True)
    workbook = openpyxl.load_workbook(BytesIO(build_workbook(made)))
    assert "provisional: the quarter has not ended" in workbook["Cover"]["A1"].value
    assert "provisional" in workbook["served"]["A2"].value
    assert json.loads(build_csv_files(made)["metadata.json"])["provisional"] is True
    assert "provisional" not in small_return().title


@pytest.mark.parametrize("threshold", [6, 8, 10])
def test_no_published_file_or_sheet_holds_a_count_of_1_to_t_less_1(threshold: int) -> None:
    return_ = small_return(Profile.PUBLISHED, threshold=threshold)
    shown = {
        row[column.name]
        for table in return_.tables
        for row in read_csv(build_csv_files(return_)[f"{table.name}.csv"])
        for column in table.columns
        if column.role == "count"
    }
    assert {int(count) % 5 for count in shown if count != "c"} == {0}
    assert ("5" in shown) == (threshold == 6)  # 6 or 7 of something
    book = openpyxl.load_workbook(BytesIO(build_workbook(return_)))
    for table in return_.tables:
        headings, *rows = table_of(book[table.name])
        places = [headings.index(column.heading) for column in table.columns if column.role == "count"]
        assert {row[place] % 5 for row in rows for place in places if row[place] != "[c]"} <= {0}


def test_another_threshold_is_refused() -> None:
    with pytest.raises(ValueError, match="6, 8, 10"):
        small_return(threshold=5)


# The workbook


def test_the_sheets_are_summary_cover_contents_notes_one_for_each_table_and_the_picture(workbook: Workbook) -> None:
    place = TABLES.index("stages") + 1
    sheets = [*TABLES[:place], "stages_matrix", *TABLES[place:], "change_chart", "indicators_chart"]
    assert workbook.sheetnames == ["summary", "Cover", "Contents", "Notes", *sheets, "cohort_star"]


def test_every_sheet_has_its_title_in_a1_and_no_merged_cell(workbook: Workbook) -> None:
    for sheet in workbook:
        assert isinstance(sheet["A1"].value, str)
        assert not sheet.merged_cells.ranges
    assert workbook["served"]["A1"].value == "Families, parents and children served since the service began, by pod"


def test_every_sheet_between_cover_and_picture_has_one_table_without_a_blank_cell(workbook: Workbook) -> None:
    for name in ["Contents", "Notes", *TABLES]:
        cells = table_of(workbook[name])
        assert len(cells) > 1
        assert all(cell not in (None, "") for row in cells for cell in row), name


def test_every_title_is_a_heading_and_nothing_else_is(workbook: Workbook) -> None:
    headings = {(sheet.title, c.coordinate) for sheet in workbook for row in sheet for c in row if c.style != "Normal"}
    assert headings == {(name, "A1") for name in workbook.sheetnames}
    assert {sheet["A1"].style for sheet in workbook} == {"Heading 1"}
    assert {(sheet["A1"].font.sz, sheet["A1"].font.b) for sheet in workbook} == {(16, True)}


def test_the_document_is_in_british_english(workbook: Workbook) -> None:
    assert workbook.properties.language == "en-GB"


def test_the_document_has_a_title_and_the_day_of_its_figures(workbook: Workbook) -> None:
    assert workbook.properties.title == (
        "Starfield Family Service: Family Star Plus return for Cheshire East Council, October to December 2018 (draft)"
    )
    assert workbook.properties.created == datetime(2018, 12, 31, tzinfo=UTC).replace(tzinfo=None)


def test_the_contents_list_and_link_every_other_sheet(workbook: Workbook) -> None:
    _, *rows = table_of(workbook["Contents"])
    others = [name for name in workbook.sheetnames if name != "Contents"]
    assert [row[0] for row in rows] == others
    links = [cell.hyperlink.location for cell in workbook["Contents"]["A"] if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in others]


def test_the_workbook_holds_the_figures_of_the_csv_files_to_the_last_digit(
    return_: Return, workbook: Workbook, files: dict[str, bytes]
) -> None:
    for table in return_.tables:
        headings, *rows = table_of(workbook[table.name])
        tidy = read_csv(files[f"{table.name}.csv"])
        assert len(rows) == len(tidy)
        for row, expected in zip(rows, tidy, strict=True):
            shown = dict(zip(headings, row, strict=True))
            for column in table.columns:
                cell, figure = shown[column.heading], expected[column.name]
                if column.labels:
                    assert cell == column.labels[figure]
                elif column.name == "pod":
                    assert cell == figure.removeprefix("'")
                else:
                    assert str(float(cell)) == str(float(figure)) if figure not in ("z", "c") else cell == f"[{figure}]"


def test_areas_are_named_and_keep_their_codes_beside_them(workbook: Workbook) -> None:
    headings, first, *_ = table_of(workbook["averages"])
    assert headings[:4] == ["Cohort", "Pod", "Area", "Area code"]
    assert first[:4] == ["All to date", "All pods", "Physical health", "physical_health"]
    stages = {row[4] for row in table_of(workbook["stages"])[1:]}
    assert stages <= {"Stuck", "Accepting help"}
    assert "Accepting help" in stages


def test_totals_come_first_and_stand_out_in_workbook_and_page(workbook: Workbook, return_: Return) -> None:
    page = {table.name: table for table in build_page(return_).tables}
    for name in TABLES:
        sheet = workbook[name]
        (table,) = sheet.tables.values()
        rows = [row for row in sheet[table.ref][1:]]
        totals = [
            number for number, row in enumerate(rows) if {row[0].value, row[1].value} & {"All pods", "All reasons"}
        ]
        bold = [{cell.font.b for cell in row} for row in rows]
        assert [number for number, fonts in enumerate(bold) if fonts == {True}] == totals == sorted(page[name].totals)
        assert 0 in totals, name
        assert all(fonts in ({True}, {False}) for fonts in bold)
    reasons = [row[:2] for row in table_of(workbook["closures"])[1:]]
    assert reasons[:2] == [["All pods", "All reasons"], ["All pods", "Closed successfully"]]
    assert reasons[8:10] == [[EVIL, "All reasons"], [EVIL, "Closed successfully"]]


def test_figures_are_shown_with_few_decimals(workbook: Workbook, return_: Return) -> None:
    sheet = workbook["averages"]
    formats = {cell.number_format for row in sheet.iter_rows() for cell in row if isinstance(cell.value, float)}
    assert formats == {"0.0;−0.0" if return_.profile == Profile.PUBLISHED else "0.00;−0.00"}


@pytest.mark.parametrize(
    "name", ["=EVIL", "{=1+1}", "+1", "@SUM(1)", "[a](http://b)", "***", "$$x$$", "mailto:a@b.c", "12"]
)
def test_pod_name_is_written_as_plain_text(name: str) -> None:
    return_ = small_return(
        record=small_service(pods=(CREWE, MACC, EVIL, name) if name != EVIL else (CREWE, MACC, EVIL))
    )
    workbook = openpyxl.load_workbook(BytesIO(build_workbook(return_)))
    cells = [cell for row in workbook["served"].iter_rows() for cell in row if cell.value == name]
    assert len(cells) == 3
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in cells)


def test_the_marks_on_a_sheet_are_explained_on_it_and_in_the_notes(workbook: Workbook, return_: Return) -> None:
    notes = {row[1] for row in table_of(workbook["Notes"])[1:]}
    marks = {"[c]", "[z]"} if return_.profile == Profile.PUBLISHED else {"[z]"}
    assert marks <= notes
    for name in TABLES:
        sheet = workbook[name]
        used = {cell for row in table_of(sheet)[1:] for cell in row} & {"c", "z", "[c]", "[z]"}
        explained = {mark for mark in ("[c]", "[z]") if any(str(c.value).startswith(f"{mark}: ") for c in sheet["A"])}
        assert explained == used <= marks


def test_the_notes_define_every_column(workbook: Workbook) -> None:
    defined = {row[1] for row in table_of(workbook["Notes"])[1:]} | {"Area code"}
    for name in TABLES:
        assert set(table_of(workbook[name])[0]) <= defined


def test_cover_has_profile_day_and_acknowledgement(workbook: Workbook, return_: Return) -> None:
    cover = " ".join(str(cell.value) for cell in workbook["Cover"]["A"])
    assert "Cheshire East Council" in cover
    assert "31 December 2018" in cover
    assert "© Triangle Consulting Social Enterprise" in cover
    assert return_.profile_text.replace(" c,", " [c],").replace(" c, so", " [c], so") in cover
    assert "1.2.3" in cover


def test_the_cohort_star_has_its_picture_and_alternative_text(workbook_bytes: bytes, return_: Return) -> None:
    with ZipFile(BytesIO(workbook_bytes)) as parts:
        drawings = [parts.read(name).decode() for name in parts.namelist() if "drawings/drawing" in name]
        (picture,) = [parts.read(name) for name in parts.namelist() if name.startswith("xl/media/")]
    (drawing,) = [one for one in drawings if "<xdr:pic>" in one]
    assert f'descr="{return_.picture_text}"' in drawing
    assert "Your well-being up 1.3, from 3.2 to 4.5" in return_.picture_text
    assert picture.startswith(b"\x89PNG")
    assert re.search(r"<xdr:to><xdr:col>0<.*<xdr:row>4<", drawing)  # in one cell, or it would be squashed


def test_a_published_picture_draws_only_what_may_be_published() -> None:
    exact, published = small_return(), small_return(Profile.PUBLISHED)
    assert exact.star_measures["mean_start"].notna().sum() == 2
    assert published.star_measures["mean_start"].notna().sum() == 1  # Family routine has 3 pairs
    assert "No figure: 9 areas" in published.picture_text


@pytest.mark.parametrize(
    ("profile", "record", "why"),
    [
        (Profile.RESTRICTED, empty_service(), "no parent has a pair of Stars as at 31 December 2018"),
        (
            Profile.PUBLISHED,
            small_service(changes={**CHANGE_ROWS, "all_to_date": [(CREWE, "your_wellbeing", 3, 5, 7)]}),
            "no area has the 8 pairs that it takes to publish an average",
        ),
    ],
)
def test_picture_sheet_without_a_picture_says_why(profile: Profile, record: ServiceRecord, why: str) -> None:
    return_ = small_return(profile, record)
    data = build_workbook(return_)
    sheet = openpyxl.load_workbook(BytesIO(data))["cohort_star"]
    assert return_.picture is None
    assert why in sheet["A2"].value
    assert not any(name.startswith("xl/media/") for name in ZipFile(BytesIO(data)).namelist())


def test_a_table_without_rows_says_so() -> None:
    sheet = openpyxl.load_workbook(BytesIO(build_workbook(small_return(record=empty_service()))))["stages"]
    assert not sheet.tables
    assert sheet["A3"].value == "There is nothing to list."


def words_of(return_: Return) -> str:
    """Every text of the workbook and of the CSV files."""
    workbook = openpyxl.load_workbook(BytesIO(build_workbook(return_)))
    cells = [str(cell.value) for sheet in workbook for row in sheet.iter_rows() for cell in row]
    return " ".join([*cells, *(data.decode() for data in build_csv_files(return_).values())])


def test_the_return_says_that_its_quarter_is_of_the_financial_year() -> None:
    words = words_of(small_return())
    assert words.count("Quarters are of the financial year, April to March.") == 2, "in the Notes and the metadata"
    assert "contract year" not in words


def test_the_return_of_another_year_says_which_and_never_the_financial_year() -> None:
    made = small_return(
        record=replace(small_service(), quarter=Quarter(2018, 2, first_month=9), as_at=date(2019, 2, 28))
    )
    words = words_of(made)
    assert words.count("Quarters are of the contract year, September to August.") == 2
    assert "financial year" not in words
    assert "Quarter: December 2018 to February 2019 (2018-19-Q2). Every figure stands as at 28 February 2019" in words
    assert "Stars due, completed and on time in December 2018 to February 2019, by pod" in words
    metadata = json.loads(build_csv_files(made)["metadata.json"])
    assert [metadata[key] for key in ("quarter", "from", "as_at")] == ["2018-19-Q2", "2018-12-01", "2019-02-28"]


def test_the_same_three_months_have_the_same_figures_in_every_kind_of_year() -> None:
    contract = small_return(record=replace(small_service(), quarter=Quarter(2018, 4, first_month=1)))
    names = return_file_names(contract.council_name, contract.quarter, contract.profile)
    assert names.name_of(Part.WORKBOOK) == "star-return-cheshire-east-council-2018-Q4-restricted-draft.xlsx"

    def rows_of(made: Return, name: str) -> list[dict[str, str]]:
        """The rows, without which quarter they are of, and without the year to date."""
        rows = read_csv(build_csv_files(made)[f"{name}.csv"])
        shared = [{key: cell for key, cell in row.items() if not key.startswith("time_")} for row in rows]
        return [row for row in shared if row.get("period") != "year_to_date"]

    for name in TABLES:
        assert rows_of(contract, name) == rows_of(small_return(), name)


def test_no_text_of_the_return_speaks_of_impact(workbook: Workbook, files: dict[str, bytes]) -> None:
    texts = [str(cell.value) for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert "impact" not in " ".join([*texts, *(data.decode() for data in files.values())]).lower()


# All of it


def test_the_same_data_give_the_same_bytes(return_: Return, workbook_bytes: bytes, files: dict[str, bytes]) -> None:
    again = small_return(return_.profile)
    assert build_workbook(again) == workbook_bytes
    assert build_csv_files(again) == files
    assert MadeReturn(again).archive == MadeReturn(return_).archive


def test_the_zip_holds_the_workbook_and_the_folder_of_csv_files(
    return_: Return, workbook_bytes: bytes, files: dict[str, bytes]
) -> None:
    names = return_file_names(return_.council_name, Quarter(2018, 3), return_.profile)
    assert names.name_of(Part.WORKBOOK) == f"star-return-cheshire-east-council-2018-19-Q3-{return_.profile}-draft.xlsx"
    with ZipFile(BytesIO(MadeReturn(return_).archive)) as archive:
        assert archive.read(names.name_of(Part.WORKBOOK)) == workbook_bytes
        folder = {f"{names.folder}/{name}" for name in files}
        assert set(archive.namelist()) == {names.name_of(part) for part in parts_of(return_)} | folder
        assert {entry.date_time for entry in archive.infolist()} == {(2018, 12, 31, 0, 0, 0)}
