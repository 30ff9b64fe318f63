"""The command line as its user meets it: what it prints, what it writes, how it ends.

Two tests start processes of its own, in which nothing is loaded or set before; the others spare them.
"""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

import click
import openpyxl
import pytest

from star_tracker.cli import star_tracker
from star_tracker.domain.scales import AREAS
from star_tracker.extensions import db
from tests.support.apps import KEY, make_app
from tests.support.commands import Ended, run_here
from tests.support.serving import STAR_TRACKER
from tests.support.signing import begin_year_in
from tests.support.star_files import csv_text, registration, row
from tests.support.trail import list_looks

NONE: Mapping[str, str] = {}


def run(database_url: str, *arguments: str, cwd: Path | None = None, settings: Mapping[str, str] = NONE) -> Ended:
    environment = {"STAR_TRACKER_DATABASE_URL": database_url, "STAR_TRACKER_ENCRYPTION_KEYS": KEY, **settings}
    return run_here(*arguments, environment=environment, cwd=cwd)


def run_process(cwd: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [STAR_TRACKER, *arguments], env={**os.environ, **more}, cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.fixture
def loaded(database_url: str, tmp_path: Path) -> str:
    """One pair in Crewe, from 3 to 6 in nine areas and not scored in the last; one parent without a Star."""
    low, high = dict.fromkeys(AREAS, "3"), dict.fromkeys(AREAS, "6")
    rows = [
        row(**low),
        row(**{**high, "progress_to_work": "n/a", "star_kind": "interim", "star_date": "20/04/2018"}),
        registration(parent_ref="P2"),
        row(**{**low, "family_ref": "F2", "pod": "=Macclesfield"}),
    ]
    path = tmp_path / "stars.csv"
    path.write_text(csv_text(rows), encoding="utf-8")
    done = run(database_url, "import", str(path))
    assert done.returncode == 0, done.stderr
    return database_url


def keep_year(database_url: str, first_month: int) -> None:
    """Have the year of the council's contract begin in this month."""
    with make_app(database_url).app_context():
        begin_year_in(first_month)
        db.session.remove()
        db.engine.dispose()


def read_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(path.read_text(encoding="utf-8"))))


def test_help_lists_each_command_as_its_own_help_begins() -> None:
    context = click.Context(star_tracker)
    listed, loaded = context.make_formatter(), context.make_formatter()
    star_tracker.format_commands(context, listed)
    click.Group.format_commands(star_tracker, context, loaded)
    assert listed.getvalue() == loaded.getvalue()


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_are_printed_without_loading_the_application(option: str) -> None:
    program = f"""
import sys
from star_tracker.cli import star_tracker
star_tracker([{option!r}], standalone_mode=False)
print("Loaded:", {{"flask", "sqlalchemy", "pandas"}} & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "Loaded: set()" in done.stdout


def test_pages_are_registered_without_loading_what_draws_or_migrates(tmp_path: Path) -> None:
    program = f"""
import sys
from star_tracker.app import create_app
from star_tracker.config import Settings
create_app(Settings(demo=True, secret_key="a key for tests", database_url="sqlite:///{tmp_path / "new.db"}"))
print("Loaded:", {{"altair", "alembic", "gptables", "scipy"}} & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "Loaded: set()" in done.stdout


def test_commands_about_the_record_load_no_page_nothing_that_migrates_and_no_pandas(tmp_path: Path) -> None:
    program = f"""
import sys
from star_tracker.app import create_app
from star_tracker.cli import COMMANDS, star_tracker
from star_tracker.config import Settings
for name in COMMANDS.keys() - {{"cohort", "db", "demo", "return", "serve"}}:
    star_tracker.get_command(None, name)
create_app(Settings(database_url="sqlite:///{tmp_path / "new.db"}"), web=False)
print("Loaded:", {{"star_tracker.web", "alembic", "numpy", "pandas", "xlsxwriter"}} & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "Loaded: set()" in done.stdout


def test_cohort_as_json_has_the_documented_shape_and_figures(loaded: str) -> None:
    done = run(loaded, "cohort", "--as-at", "2019-03-31", "--format", "json")
    document = json.loads(done.stdout)
    assert list(document) == ["as_at", "filters", "pairs", "excluded", "areas", "stages"]
    assert document["as_at"] == "2019-03-31"
    assert document["pairs"] == 1
    assert document["excluded"] == {"no_counted_star": 1, "no_start_star": 0, "one_star_only": 1}
    assert [area["area"] for area in document["areas"]] == list(AREAS)
    assert document["areas"][0] == {
        "area": "physical_health",
        "n": 1,
        "mean_start": 3,
        "mean_latest": 6,
        "mean_change": 3,
        "sd_change": None,
        "ci_low": None,
        "ci_high": None,
        "median_start": 3,
        "median_latest": 6,
        "improved": 1,
        "maintained": 0,
        "declined": 0,
        "stage_up": 1,
        "stage_same": 0,
        "stage_down": 0,
        "rank_biserial": 1,
    }
    assert document["areas"][9]["n"] == 0
    assert document["areas"][9]["mean_change"] is None
    assert document["stages"][0] == {"area": "physical_health", "from": "accepting_help", "to": "trying", "n": 1}
    assert len(document["stages"]) == 9


def test_cohort_document_contains_the_filters(loaded: str) -> None:
    arguments = ["--pod", "Crewe", "--status", "open", "--latest-from", "1/4/2018", "--format", "json"]
    document = json.loads(run(loaded, "cohort", *arguments).stdout)
    assert document["filters"]["pods"] == ["Crewe"]
    assert document["filters"]["status"] == "open"
    assert document["filters"]["latest_from"] == "2018-04-01"
    assert document["pairs"] == 1


def test_the_table_says_what_was_chosen(loaded: str) -> None:
    filters = ["--pod", "Crewe", "--practitioner", "ana@example.org", "--status", "open", "--latest-to", "1/4/2018"]
    table = run(loaded, "cohort", *filters).stdout
    assert "\nChosen: Crewe; ana@example.org; open interventions; latest Star to 1 April 2018\n" in table


def test_what_is_there_already_is_not_overwritten_unless_asked(sqlite_url: str, tmp_path: Path) -> None:
    workbook = tmp_path / "out" / "star-return-the-council-2018-19-Q3-restricted-draft.xlsx"
    workbook.parent.mkdir()
    file = tmp_path / "all.csv"
    for path, *arguments in (
        (file, "export", str(file)),
        (workbook, "return", "2018-19-Q3", "--out", str(workbook.parent)),
    ):
        path.write_text("mine")
        refused = run(sqlite_url, *map(str, arguments))
        assert (refused.returncode, path.read_text()) == (1, "mine")
        assert f"{path} is there already, and is left as it is: choose another" in refused.stderr
        done = run(sqlite_url, *map(str, arguments), "--overwrite")
        assert done.returncode == 0, done.stderr
        assert path.read_bytes() != b"mine"
    assert file.stat().st_mode & 0o777 == 0o600


def test_cohort_as_a_table_and_as_csv(loaded: str) -> None:
    table = run(loaded, "cohort", "--as-at", "31/03/2019").stdout
    assert table.startswith("As at 2019-03-31: 1 pair\nChosen: every pod\n")
    assert "Your well-being" in table
    rows = list(csv.DictReader(StringIO(run(loaded, "cohort", "--format", "csv").stdout)))
    assert len(rows) == 10
    assert rows[0]["mean_change"] == "3.0"
    assert rows[9]["mean_change"] == ""
    told = [rows[0][name] for name in ("area", "area_name", "cohort", "rounding")]
    assert told == ["physical_health", "Physical health", "every pod", "none"]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["cohort", "--pod", "Nowhere"], 1, "there is no pod 'Nowhere'; the pods are =Macclesfield, Crewe"),
        (["cohort", "--practitioner", "nobody@example.org"], 1, "there is no practitioner"),
        (["cohort", "--as-at", "2018-02-30"], 2, "2018-02-30"),
        (["cohort", "--as-at", "2998-01-01"], 2, "'--as-at': enter today's date or one before"),
        (
            ["cohort", "--closed-from", "2018-02-02", "--closed-to", "2018-02-01"],
            2,
            "'--closed-to': enter the date of “Closed from” or one after",
        ),
        (["cohort", "--status", "open", "--closed-to", "2018-02-01"], 2, "'--status': an open one has no closing date"),
        (["cohort", "--status", "ajar"], 2, "ajar"),
        (["return", "2018-19-Q5", "--out", "x"], 2, "write it like 2018-19-Q3"),
        (["return", "2998-99-Q3", "--out", "x"], 1, "nothing to return yet"),
        (["return", "2018-19-Q3"], 2, "--out"),
        (["return", "2018-19-Q3", "--out", "/proc/nowhere"], 1, "cannot be written to"),
        (["return", "2018-19-Q3", "--profile", "secret", "--out", "x"], 2, "secret"),
        (["import", "missing.csv"], 2, "missing.csv"),
        (["serve"], 1, "STAR_TRACKER_SECRET_KEY"),
        (["fly"], 2, "fly"),
    ],
)
def test_failing_command_exits_with_its_status_and_a_clear_line(
    loaded: str, tmp_path: Path, arguments: list[str], status: int, words: str
) -> None:
    done = run(loaded, *arguments, cwd=tmp_path)
    assert done.returncode == status, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    if status == 1:
        assert len(done.stderr.strip().splitlines()) == 1


def test_database_that_was_never_upgraded_gives_a_one_line_error(tmp_path: Path) -> None:
    done = run(f"sqlite:///{tmp_path / 'new.db'}", "cohort")
    assert done.returncode == 1
    assert "run star-tracker db upgrade" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DISCLOSURE_THRESHOLD", "7", "must be one of"),
        ("START_DUE_DAYS", "soon", "whole number"),
        ("YEAR_STARTS_IN", "13", "whole number from 1 to 12"),
        ("EDITION", "1066", "no edition '1066'"),
        ("TIME_ZONE", "Crewe", "Europe/London"),
        ("DATABASE_URL", "nonsense", "STAR_TRACKER_DATABASE_URL"),
    ],
)
def test_a_setting_that_cannot_be_names_its_variable(tmp_path: Path, name: str, value: str, words: str) -> None:
    setting = {f"STAR_TRACKER_{name}": value}
    done = run(f"sqlite:///{tmp_path / 'new.db'}", "cohort", settings=setting)
    assert done.returncode == 1
    assert f"STAR_TRACKER_{name}" in done.stderr
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_return_writes_a_workbook_and_a_folder_of_the_same_figures(loaded: str, tmp_path: Path) -> None:
    done = run(loaded, "return", "2018-19-Q3", "--profile", "published", "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "out" / "star-return-the-council-2018-19-Q3-published-draft"
    metadata = json.loads((folder / "metadata.json").read_text())
    assert metadata["as_at"] == "2018-12-31"
    served = read_csv(folder / "served.csv")
    whole = [(line["unit"], line["to_date"]) for line in served if line["pod"] == "All pods"]
    assert whole == [("families", "c"), ("parents", "c"), ("children", "c")]
    book = openpyxl.load_workbook(tmp_path / "out" / "star-return-the-council-2018-19-Q3-published-draft.xlsx")
    assert "served" in [name.lower() for name in book.sheetnames]
    pods = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert pods == [], "a pod whose name begins with = stays text"


def test_a_return_of_restricted_figures_is_exact(loaded: str, tmp_path: Path) -> None:
    run(loaded, "return", "2018-19-Q3", "--out", str(tmp_path))
    served = read_csv(tmp_path / "star-return-the-council-2018-19-Q3-restricted-draft" / "served.csv")
    whole = [(line["unit"], line["to_date"]) for line in served if line["pod"] == "All pods"]
    assert whole == [("families", "2"), ("parents", "3"), ("children", "4")]


def test_a_quarter_is_of_the_year_that_the_councils_contract_keeps(loaded: str, tmp_path: Path) -> None:
    keep_year(loaded, 9)
    done = run(loaded, "return", "2018-19-Q1", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "star-return-the-council-2018-19-Q1-restricted-draft"
    metadata = json.loads((folder / "metadata.json").read_text())
    assert (metadata["from"], metadata["as_at"]) == ("2018-09-01", "2018-11-30")
    assert metadata["rules"]["R8"] == "Quarters are of the contract year, September to August."


@pytest.mark.parametrize(("month", "quarter", "example"), [(1, "2018-19-Q3", "2018-Q3"), (9, "2018-Q3", "2018-19-Q3")])
def test_a_quarter_of_another_kind_of_year_is_a_wrong_argument(
    sqlite_url: str, tmp_path: Path, month: int, quarter: str, example: str
) -> None:
    keep_year(sqlite_url, month)
    done = run(sqlite_url, "return", quarter, "--out", "x", cwd=tmp_path)
    assert done.returncode == 2
    said = f"Invalid value for 'QUARTER': '{quarter}' is not a quarter of a contract year; write it like {example}"
    assert said in done.stderr
    assert not (tmp_path / "x").exists()


def test_the_same_data_make_the_same_bytes(loaded: str, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    settings = {"STAR_TRACKER_DATABASE_URL": loaded, "STAR_TRACKER_ENCRYPTION_KEYS": KEY}
    run(loaded, "return", "2018-19-Q3", "--out", str(one))
    run_process(tmp_path, "return", "2018-19-Q3", "--out", str(two), **settings)
    names = [path.relative_to(one) for path in one.rglob("*.*")]
    assert len(names) > 9
    for name in names:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def test_commands_that_show_the_record_are_logged(loaded: str, tmp_path: Path) -> None:
    filters = ["--pod", "Crewe", "--pod", "=Macclesfield", "--status", "open", "--latest-from", "1/4/2018"]
    for arguments in (
        ["export", "all.csv"],
        ["return", "2018-19-Q3", "--out", "returns"],
        ["cohort", *filters],
        ["cohort", "--practitioner", "ana@example.org", "--as-at", "2018-12-31", "--format", "json"],
        ["import", "all.csv", "--dry-run"],
    ):
        done = run(loaded, *arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    app = make_app(loaded)
    looks = list_looks(app)
    with app.app_context():
        db.engine.dispose()
    assert {(look.actor, look.source) for look in looks} == {("command line", "command line")}
    imported, *others, compared = [(look.action, look.entity, look.after) for look in looks]
    chosen = {"pod": ["=Macclesfield", "Crewe"], "status": ["open"], "latest-from": ["2018-04-01"]}
    assert others == [
        ("download", "star_file", {"file": "all.csv"}),
        ("download", "return", {"file": "star-return-the-council-2018-19-Q3-restricted-draft.zip"}),
        ("read", "cohort", {"chosen": chosen}),
        ("read", "cohort", {"chosen": {"practitioner": ["ana@example.org"], "as-at": ["2018-12-31"]}}),
    ]
    for (action, entity, said), name in ((imported, "stars.csv"), (compared, "all.csv")):
        assert (action, entity) == ("read", "star_file"), "faults and warnings say what the record holds"
        assert str(said).startswith(f"{{'source': '{name} (SHA-256 ")


def test_a_file_of_a_header_alone_has_nothing_to_import(loaded: str, tmp_path: Path) -> None:
    path = tmp_path / "header.csv"
    path.write_text(csv_text([]), encoding="utf-8")
    done = run(loaded, "import", str(path))
    assert (done.returncode, done.stdout.strip()) == (0, "header.csv has no rows below its header: nothing to import")


def test_without_any_setting_the_record_is_a_file_in_the_instance_folder(tmp_path: Path) -> None:
    rows = [row(), row(star_kind="interim", star_date="2018-04-20")]
    (tmp_path / "stars.csv").write_text(csv_text(rows), encoding="utf-8")
    for arguments in (["db", "upgrade"], ["import", "stars.csv"], ["cohort", "--format", "json"]):
        done = run_process(tmp_path, *arguments)
        assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["pairs"] == 1
    assert (tmp_path / "instance" / "star-tracker.db").exists()
    assert (tmp_path / "instance" / "encryption.key").exists()
