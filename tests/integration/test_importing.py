"""Importing and exporting Stars on a real database: what is added, left alone, filled or refused."""

import io
import itertools
import shutil
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from star_tracker.cli.files import MOST_FAULTS, export_command, import_command
from star_tracker.domain.permissions import Actor
from star_tracker.domain.scales import AREAS, CompletedBy, Kind
from star_tracker.domain.star_rules import Reading as NewReading
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Family, Intervention, Parent, Pod, Reading, Registration, Star, User
from star_tracker.queries.starfile import count_left_out, list_star_rows
from star_tracker.records.families.families import record_parent
from star_tracker.records.imports.import_result import ImportResult
from star_tracker.records.imports.importing import check_import, import_rows
from star_tracker.records.stars.stars import NewStar, correct_star, withdraw_star
from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.rows import Fault, StarRow
from star_tracker.starfile.writing import cell_texts, sort_key, write_rows
from tests.support.apps import NOW, make_app
from tests.support.services import generate_star_rows
from tests.support.spreadsheets import HEADER, cells_of, with_hidden_sheet
from tests.support.star_files import START, check, csv_text, places, registration, row, rows_of
from tests.support.tiny import by, new_star, record_star

ANA = Actor(email="ana@example.org")
CLOSED = {"closed_on": "2018-06-01", "closure_reason": "completed"}
INTERIM = row(star_kind="interim", star_date="2018-04-20")


def imported(*rows: dict[str, str]) -> ImportResult:
    return import_all(rows_of(*rows))


def import_all(rows: Sequence[StarRow]) -> ImportResult:
    return import_rows(by(ANA), rows, edition="first", source="stars.csv")


def refused(*rows: dict[str, str]) -> list[Fault]:
    before = everything()
    with pytest.raises(StarFileError) as caught:
        imported(*rows)
    assert everything() == before
    return list(caught.value.faults)


def exported() -> bytes:
    stream = io.BytesIO()
    write_rows(list_star_rows(), stream)
    return stream.getvalue()


def everything() -> dict[str, int]:
    """How many rows each table has, and what the export says."""
    tables = (Pod, User, Family, Parent, Intervention, Registration, Star, Reading, AuditEntry)
    counts = {table.__tablename__: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}
    return counts | {"export": hash(exported())}


def audited(action: str = "import") -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


@pytest.mark.usefixtures("app")
def test_all_that_a_file_says_is_recorded() -> None:
    rows = rows_of(
        row(family_ref="00123", council_ref="LCS1", home_and_money="declined", **CLOSED),
        row(family_ref="00123", star_kind="interim", star_date="2018-04-20", completed_by="parent"),
        row(family_ref="00123", parent_ref="P2", retrospective="yes"),
        row(family_ref="00123", started_on="2018-09-01", star_date="2018-09-02", referred_on="", pod="Macclesfield"),
        registration(family_ref="=F12", practitioner="bo@example.org", children=""),
    )
    result = import_all(rows)
    assert result.counts == {
        "pods": 2,
        "people": 2,
        "families": 2,
        "parents": 3,
        "interventions": 3,
        "registrations": 4,
        "stars": 4,
        "updated_families": 0,
        "updated_interventions": 0,
    }
    assert result.pods == ("Crewe", "Macclesfield")
    assert result.people == ("ana@example.org", "bo@example.org")
    family = db.session.scalars(select(Family).where(Family.ref == "00123")).one()
    first, second = family.interventions
    assert (family.council_ref, [parent.ref for parent in family.parents]) == ("LCS1", ["P1", "P2"])
    assert (first.closed_on, first.closure_reason, first.children) == (date(2018, 6, 1), "completed", 2)
    assert (second.referred_on, second.pod.name) == (date(2018, 9, 1), "Macclesfield")
    assert first.practitioner is not None
    assert first.practitioner.roles == []
    stars = first.registrations[0].stars
    assert [(star.kind, star.completed_by, star.edition, star.recorded_at) for star in stars] == [
        ("start", "together", "first", NOW),
        ("interim", "parent", "first", NOW),
    ]
    assert [(reading.area, reading.value, reading.reason) for reading in stars[0].readings][7:] == [
        ("family_routine", 5, None),
        ("home_and_money", None, "declined"),
        ("progress_to_work", 5, None),
    ]


@pytest.mark.usefixtures("app")
def test_the_import_leaves_one_audit_row_and_a_second_one_changes_nothing() -> None:
    imported(START, INTERIM, registration(parent_ref="P2"))
    [entry] = audited()
    assert (entry.actor, entry.entity, entry.at) == ("ana@example.org", "star_file", NOW)
    assert entry.after is not None
    assert (entry.after["source"], entry.after["stars"], entry.after["parents"]) == ("stars.csv", 2, 2)
    before = everything()
    again = imported(START, INTERIM, registration(parent_ref="P2"))
    assert set(again.counts.values()) == {0}
    assert again.unchanged_stars == 2
    assert everything() == before


@pytest.mark.usefixtures("app")
def test_a_later_file_adds_to_what_is_there() -> None:
    imported(START)
    result = imported(INTERIM, row(parent_ref="P2"))
    assert (result.stars, result.parents, result.registrations, result.interventions) == (2, 1, 1, 0)
    assert result.warnings == (), "the start Star of P1 is recorded"
    result = imported(START, INTERIM, row(parent_ref="P3", star_kind="interim"))
    assert (result.stars, result.unchanged_stars) == (1, 2)
    assert [warning.number for warning in result.warnings] == [4]


@pytest.mark.usefixtures("app")
def test_blanks_of_the_record_are_filled_and_audited() -> None:
    imported(row(practitioner="", children=""))
    result = imported(row(council_ref="LCS1", practitioner="bo@example.org", children="0", **CLOSED))
    assert (result.updated_families, result.updated_interventions, result.unchanged_stars) == (1, 1, 1)
    assert result.people == ("bo@example.org",)
    db.session.expire_all()
    intervention = db.session.scalars(select(Intervention)).one()
    assert intervention.practitioner is not None
    assert (intervention.practitioner.email, intervention.children) == ("bo@example.org", 0)
    assert [entry.family_id for entry in audited()[1:3]] == [intervention.family_id] * 2
    changes = [(entry.entity, entry.before, entry.after) for entry in audited()[1:3]]
    assert changes == [
        ("family", {"council_ref": ""}, {"council_ref": "LCS1"}),
        (
            "intervention",
            {"closed_on": None, "closure_reason": None, "children": None, "practitioner_id": None},
            {
                "closed_on": "2018-06-01",
                "closure_reason": "completed",
                "children": 0,
                "practitioner_id": intervention.practitioner_id,
            },
        ),
    ]


@pytest.mark.usefixtures("app")
def test_what_contradicts_the_record_is_refused_with_every_fault() -> None:
    imported(row(council_ref="LCS1", **CLOSED), INTERIM)
    other = {"council_ref": "LCS2", "pod": "Macclesfield", "children": "3", "referred_on": "2018-01-01"}
    faults = refused(row(**other), row(star_kind="interim", star_date="2018-04-20", **other), row(family_ref="F2"))
    assert {(fault.number, fault.column, fault.value) for fault in faults} == {
        (2, column, value) for column, value in other.items()
    }
    allowed = {fault.column: fault.allowed for fault in faults}
    assert allowed["pod"] == (
        "the record says 'Crewe': write that, or change the record in Star Tracker (also in row 3)"
    )
    assert allowed["children"].startswith("the record says '2': write that, leave the cell empty, or change")


@pytest.mark.usefixtures("app")
def test_a_recorded_star_never_changes() -> None:
    imported(START)
    faults = refused(row(completed_by="worker", retrospective="yes", home_and_money="6", family_routine=""))
    assert places(faults) == [
        (2, "completed_by", "worker"),
        (2, "retrospective", "yes"),
        (2, "family_routine", ""),
        (2, "home_and_money", "6"),
    ]
    assert faults[3].allowed == "the record says 5, and a completed Star never changes: correct it in Star Tracker"


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ({"star_date": "2018-02-20"}, (2, "star_kind", "start")),
        ({"star_kind": "interim", "star_date": "2018-01-19"}, (2, "star_date", "2018-01-19")),
        ({"star_kind": "closure", "star_date": "2018-05-01"}, (2, "star_kind", "closure")),
        ({"star_kind": "interim", "star_date": "2018-06-30"}, (2, "star_date", "2018-06-30")),
    ],
)
def test_r6_holds_between_the_file_and_the_record(cells: dict[str, str], place: tuple[int, str, str]) -> None:
    imported(row(**CLOSED), row(star_kind="closure", star_date="2018-05-30"))
    assert places(refused(row(**cells))) == [place]


@pytest.mark.usefixtures("app")
def test_a_file_cannot_close_an_intervention_long_before_a_recorded_star() -> None:
    imported(START, row(star_kind="interim", star_date="2018-08-01"))
    [fault] = refused(registration(**CLOSED), registration(parent_ref="P2"))
    assert (fault.number, fault.column, fault.value) == (2, "closed_on", "2018-06-01")
    assert "a Star of 1 August 2018 is recorded" in fault.allowed


@pytest.mark.usefixtures("app")
def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    imported(START)
    before = everything()
    rows = rows_of(INTERIM, row(family_ref="F2", pod="Macclesfield", practitioner="bo@example.org"))
    result = check_import(rows)
    assert everything() == before
    assert import_all(rows) == result
    with pytest.raises(StarFileError):
        check_import(rows_of(row(children="9")))


@pytest.mark.usefixtures("app")
def test_the_record_goes_on_after_an_import() -> None:
    imported(START)
    family = db.session.scalars(select(Family)).one()
    intervention = family.interventions[0]
    record_parent(by(ANA), family_id=family.id, ref="P2", intervention_ids=[intervention.id])
    star = NewStar(
        kind=Kind.INTERIM,
        completed_on=date(2018, 5, 1),
        completed_by=CompletedBy.TOGETHER,
        retrospective=False,
        edition="first",
        readings={area: NewReading(value=6) for area in AREAS},
    )
    registration_id = db.session.scalars(
        select(Registration.id).join(Parent, Parent.id == Registration.parent_id).where(Parent.ref == "P1")
    ).one()
    record_star(by(ANA), registration_id=registration_id, star=star)
    assert imported(START, row(family_ref="F2")).stars == 1


@pytest.mark.usefixtures("app")
def test_a_withdrawn_star_is_not_exported() -> None:
    imported(START)
    [star_id] = db.session.scalars(select(Star.id))
    withdraw_star(by(ANA), star_id=star_id, reason="another family's")
    assert b",start," not in exported()
    assert b"F1,,P1,Crewe" in exported()


@pytest.mark.usefixtures("app")
def test_what_the_format_cannot_say_is_counted() -> None:
    imported(START)
    db.session.add(Family(ref="F9", parents=[Parent(ref="P9")]))
    db.session.commit()
    assert count_left_out() == {"families": 1, "parents": 1, "interventions": 0}
    assert b"F9" not in exported()


@pytest.mark.usefixtures("app")
def test_an_export_imported_into_an_empty_database_is_the_same_export(sqlite_template: Path, tmp_path: Path) -> None:
    odd = rows_of(
        row(family_ref="00123", parent_ref="é"),
        row(family_ref="00123", parent_ref="Z"),
        row(family_ref="00123", parent_ref="a", **{"star_kind": "interim", "family_routine": "n/a"}),
        row(family_ref="=F12", star_date="2018-01-10"),
        row(family_ref="=F12", star_kind="interim", star_date="2018-01-10"),
        row(family_ref="Zoë’s", practitioner="", council_ref="a b"),
        registration(family_ref="zebra", children="0"),
    )
    import_all([*odd, *generate_star_rows(150, seed=1)])
    first = exported()
    rows = list(list_star_rows())
    assert [sort_key(r) for r in rows] == sorted(sort_key(r) for r in rows)
    assert [r.number for r in rows] == list(range(2, 2 + len(rows)))
    assert sorted(cell_texts(r) for r in [*odd, *generate_star_rows(150, seed=1)]) == sorted(map(cell_texts, rows))
    other = make_app(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'other.db')}")
    with other.app_context():
        import_all(rows)
        assert exported() == first
        db.session.remove()
        db.engine.dispose()


# The commands

Invoke = Callable[..., Any]


@pytest.fixture
def invoke(app: Flask) -> Invoke:
    return app.test_cli_runner().invoke


def test_the_commands_say_what_they_did(invoke: Invoke, tmp_path: Path) -> None:
    file, out = tmp_path / "stars.csv", tmp_path / "out.csv"
    file.write_text(csv_text([START, row(parent_ref="P2", star_kind="interim")]))
    dry = invoke(import_command, [str(file), "--dry-run"])
    assert (dry.exit_code, dry.stdout.splitlines()[0]) == (
        0,
        "Would import: pods 1, people 1, families 1, parents 2, interventions 1, registrations 2, stars 2",
    )
    real = invoke(import_command, [str(file)])
    assert real.exit_code == 0
    assert real.stdout.replace("Imported", "Would import") == dry.stdout
    assert "New pods: Crewe" in real.stdout
    assert "1 warning:\n  row 3: parent 'P2'" in real.stdout
    again = invoke(import_command, [str(file)])
    assert again.stdout.startswith("Imported: nothing, all of it is recorded already\n")
    assert (invoke(export_command, [str(out)]).exit_code, out.read_bytes()) == (0, exported())
    [entry] = audited()
    assert entry.after is not None
    assert entry.after["source"].startswith("stars.csv (SHA-256 ")


def test_import_names_the_sheet_that_it_reads_where_hidden_ones_come_before(invoke: Invoke, tmp_path: Path) -> None:
    file = tmp_path / "stars.xlsx"
    file.write_bytes(with_hidden_sheet(HEADER, cells_of()))
    lines = invoke(import_command, [str(file), "--dry-run"]).stdout.splitlines()
    assert lines[0] == "The sheet “Sheet” is read; hidden before it and not read: “Last year”"
    assert lines[1].startswith("Would import: pods 1")


def test_a_refused_file_prints_its_faults_and_one_line_on_standard_error(invoke: Invoke, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(csv_text([row(parent_ref=f"P{n}", home_and_money="11") for n in range(MOST_FAULTS + 5)]))
    result = invoke(import_command, [str(file)])
    assert result.exit_code == 1
    assert result.stderr == "Error: bad.csv has 205 faults, and nothing was imported\n"
    lines = result.stdout.splitlines()
    assert lines[0].startswith("  row 2, column home_and_money: '11' – a whole number")
    assert (len(lines), lines[-1]) == (MOST_FAULTS + 1, "  … and 5 more")
    assert everything()["families"] == 0


def test_an_export_that_fails_leaves_the_old_file(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "out.csv"
    file.write_text("the last export")
    monkeypatch.setattr("star_tracker.cli.files.list_star_rows", lambda: itertools.repeat(None))
    assert invoke(export_command, [str(file)]).exit_code == 1
    assert (file.read_text(), list(tmp_path.glob(".*"))) == ("the last export", [])
    result = invoke(export_command, [str(tmp_path / "out.ods")])
    assert (result.exit_code, "written as .csv or .xlsx" in result.stderr) == (1, True)


@pytest.mark.usefixtures("app")
def test_a_star_that_was_withdrawn_or_corrected_since_does_not_come_back() -> None:
    rows = rows_of(row(), INTERIM)
    import_all(rows)
    start, interim = db.session.query(Star).order_by(Star.completed_on)
    moved = new_star(Kind.START, date(2018, 1, 21), 5)
    correct_star(by(ANA), star_id=start.id, star=moved, reason="Wrong day")
    withdraw_star(by(ANA), star_id=interim.id, reason="Wrong family")
    entries = db.session.query(AuditEntry).count()
    again = import_all(rows)
    assert again.stars == 0
    assert len([warning for warning in again.warnings if "withdrawn or corrected since" in str(warning)]) == 2
    assert db.session.query(Star).filter_by(withdrawn_at=None).one().completed_on == date(2018, 1, 21)
    assert db.session.query(AuditEntry).count() == entries


def test_no_pod_may_be_called_what_the_return_calls_the_whole_service() -> None:
    [fault] = check(csv_text([row(pod="all pods")])).faults
    assert (fault.column, fault.value) == ("pod", "all pods")
    assert "whole service" in fault.allowed
