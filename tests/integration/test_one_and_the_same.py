"""What looks the same is one and the same (R13): for a page, a file, a search, the database, a record from before."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from star_tracker.domain.errors import DomainError
from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.keys import KeyRing
from star_tracker.models import Family, Parent, Pod, User, key_ring
from star_tracker.queries.accounts.people import find_cohort_pods, get_user_by_email
from star_tracker.queries.audit.audit import AuditFilter, list_entries
from star_tracker.records.families.families import record_parent
from star_tracker.records.families.family_names import rename_family
from star_tracker.records.imports.import_result import ImportResult
from star_tracker.records.imports.importing import import_rows
from star_tracker.records.pods import add_pod
from tests.integration.test_command_line import run
from tests.integration.test_keys import OLD, record_with
from tests.support.apps import COUNCIL
from tests.support.pages import LookingClient, path_of, text_of
from tests.support.star_files import csv_text, registration, row, rows_of
from tests.support.tiny import BY_SOMEBODY, TinyService, add_family, fill_tiny_service

BEFORE = "013"
"""The migration before the one that this is about."""

REF, OTHERWISE = "Siân 9", " SIA\u0302N\u00a0\u200d9 "


def import_all(*rows: dict[str, str]) -> ImportResult:
    return import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")


def name_family(family_id: int, name: str, **parent_names: str) -> None:
    """Name a family, and its parents by their references."""
    with_ref = {parent.ref: parent.id for parent in db.session.get_one(Family, family_id).parents}
    by_id = {with_ref[ref]: name for ref, name in parent_names.items()}
    rename_family(BY_SOMEBODY, family_id=family_id, name=name, council_ref="", parent_names=by_id)


@pytest.mark.usefixtures("app")
def test_a_second_that_looks_the_same_is_refused_wherever_it_is_added() -> None:
    tiny = fill_tiny_service()
    family_id = add_family(REF, tiny.pod, REF).id
    add_pod(BY_SOMEBODY, name=REF)
    adding: list[tuple[str, Callable[[], object]]] = [
        ("ref", lambda: add_family(OTHERWISE, tiny.pod)),
        ("ref", lambda: record_parent(BY_SOMEBODY, family_id=family_id, ref=OTHERWISE, intervention_ids=[])),
        ("name", lambda: add_pod(BY_SOMEBODY, name=OTHERWISE)),
    ]
    for field, add in adding:
        with pytest.raises(DomainError, match="already") as refused:
            add()
        assert refused.value.field == field
    assert db.session.get_one(Family, family_id).ref == REF, "it is shown as it was typed"


@pytest.mark.usefixtures("app")
def test_the_database_refuses_it_too_and_what_shows_nothing() -> None:
    tiny = fill_tiny_service()
    for twice in (
        [Family(ref=REF), Family(ref=OTHERWISE)],
        [Parent(family_id=tiny.family, ref=REF, name=""), Parent(family_id=tiny.family, ref=OTHERWISE, name="")],
        [Pod(name=REF, council_id=COUNCIL), Pod(name=OTHERWISE, council_id=COUNCIL)],
        [Pod(name="ALL  pods", council_id=COUNCIL)],
        [Family(ref="\u200d")],
    ):
        db.session.add_all(twice)
        with pytest.raises(IntegrityError):
            db.session.commit()
        db.session.rollback()


@pytest.mark.usefixtures("app")
def test_every_look_up_finds_it_however_it_is_typed() -> None:
    tiny = fill_tiny_service()
    add_family(REF, tiny.pod)
    db.session.get_one(Pod, tiny.pod).name = REF
    db.session.commit()
    assert find_cohort_pods(pods=[OTHERWISE], practitioner="LEAD@example.org\u200b") == (REF,)
    assert get_user_by_email("\u00a0Lead@Example.org ") == db.session.get_one(User, tiny.users[Role.LEAD])
    assert len(list_entries(AuditFilter(families=True, family_ref=OTHERWISE), below=None).entries) == 4


@pytest.mark.usefixtures("app")
def test_a_file_that_spells_the_record_otherwise_changes_nothing() -> None:
    whole = row(family_ref=REF, parent_ref="Pà", pod="Siân’s", council_ref="LCS 9")
    import_all(whole)
    again = import_all(
        {**whole, "family_ref": OTHERWISE, "parent_ref": "PA\u0300", "pod": "SIA\u0302N’S", "council_ref": "lcs  9"}
    )
    assert (again.counts, again.unchanged_stars) == (dict.fromkeys(again.counts, 0), 1)
    new = import_all(registration(family_ref=OTHERWISE, parent_ref="pb", pod="siân’s"))
    assert (new.families, new.pods, new.parents) == (0, (), 1)


@pytest.mark.usefixtures("app")
def test_a_second_open_intervention_is_a_warning_in_the_file_and_beside_the_record() -> None:
    later = registration(started_on="2018-06-01", referred_on="2018-06-01")
    [warning] = import_all(row(), later, registration(family_ref="F2")).warnings
    assert str(warning).startswith("row 3, column started_on: '2018-06-01' – family 'F1' has another open intervention")
    ended = registration(closed_on="2018-05-01", closure_reason="completed", family_ref="F3")
    assert import_all(ended, {**later, "family_ref": "F3"}).warnings == ()
    [beside] = import_all({**later, "family_ref": "F2"}).warnings
    assert "of 10 January 2018: a family has one at a time" in beside.allowed


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("o’brien", True),
        ("O'Brien", True),
        ("sian", True),
        ("SIÂN", True),
        ("f 1", True),
        ("c- f1", False),
        ("obrien", False),
    ],
)
def test_a_family_is_found_however_it_is_typed(
    web_app: Flask, client: LookingClient, tiny: TinyService, wanted: str, found: bool
) -> None:
    with web_app.app_context():
        name_family(tiny.family, "The O‘Briens", P2="Siân")
    client.sign_in(tiny.users[Role.PRACTITIONER])
    assert f"{int(found)} famil" in text_of(client.get("/families", query_string={"q": wanted}))


def test_a_name_that_is_written_otherwise_is_warned_of(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        name_family(tiny.family, "Siân O’Brien")
    client.sign_in(tiny.users[Role.PRACTITIONER])
    new = {"ref": "F9", "name": "SIAN  O'BRIEN", "parent_ref_1": "P1", "pod_id": str(tiny.pod), "practitioner_id": ""}
    warned = client.send("/families/new", new | {"referred_on": "1/2/2019", "started_on": "1/2/2019"})
    assert "Look at family F1 first" in text_of(warned)


def test_each_parent_has_boxes_with_a_reference_proposed_and_nothing_typed_is_lost(
    client: LookingClient, tiny: TinyService
) -> None:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    new = {"ref": "F9", "council_ref": "", "parent_name_1": "Ada", "parent_ref_1": "p2", "more": "Add another parent"}
    assert 'name="parent_ref_1" type="text" value="P1"' in " ".join(client.get("/families/new").text.split())
    page = client.send("/families/new", new)
    assert "There is a problem" not in page.text
    assert all(f'value="{typed}"' in page.text for typed in ("F9", "Ada", "p2", "P1"))
    assert "Parent 2" in text_of(page)
    del new["more"]
    more = {"parent_name_2": "", "parent_ref_2": "P1", "parent_ref_3": "", "parent_name_3": ""}
    days = {"referred_on": "1/2/2019", "started_on": "1/2/2019", "pod_id": str(tiny.pod), "practitioner_id": ""}
    added = path_of(client.send("/families/new", new | more | days))
    assert "Parents P1, p2 (Ada)" in text_of(client.get(added))
    assert 'value="P3"' in client.get(f"{added}/parents/new").text


def store(statement: str, **values: object) -> None:
    """Past the models, which know the tables of today."""
    db.session.execute(text(statement), values)
    db.session.commit()


def test_an_upgrade_stops_at_what_looks_the_same_and_then_fills_what_is_compared(database_url: str) -> None:
    with record_with(database_url, OLD):
        tiny = fill_tiny_service()
        council_ref = "LCS\u00a0 9"
        downgrade(revision=BEFORE)
        store("UPDATE pods SET name = :name WHERE id = :id", name="CREWE ", id=tiny.other_pod)
        store(
            "UPDATE families SET ref = 'f1', council_ref = :ref, council_index = 'older' WHERE id = :id",
            ref=KeyRing([OLD]).encrypt(council_ref),
            id=tiny.other_family,
        )
        store("UPDATE parents SET ref = 'p1' WHERE family_id = :id AND ref = 'P2'", id=tiny.family)
    stops = (
        (
            "several pods have one and the same name (CREWE  and Crewe): restore the backup from before this upgrade",
            "pods",
            "name",
        ),
        (
            "several families have one and the same reference (F1 with the id 1 and f1 with the id 2): no page",
            "families",
            "ref",
        ),
        (
            "several parents of a family have one and the same reference (P1 of family F1 with the id 1 and p1 of",
            "parents",
            "ref",
        ),
    )
    for says, table, column in stops:
        with record_with(database_url, OLD):
            with pytest.raises(DomainError) as stopped:
                upgrade()
            assert stopped.value.message.startswith(says)
            assert db.session.scalar(text("SELECT version_num FROM alembic_version")) == BEFORE
            store(f"UPDATE {table} SET {column} = 'Siân 2' WHERE id = 2")
    with record_with(database_url, OLD):
        upgrade()
        assert db.session.query(Family).filter_by(ref_folded="siân 2").one().council_index == key_ring().index("lcs 9")
        assert db.session.query(Pod).filter_by(name_folded="siân 2").one().id == 2
        assert [parent.ref_folded for parent in db.session.get_one(Family, tiny.family).parents] == ["p1", "siân 2"]


def test_all_warnings_are_printed_when_they_are_asked_for(sqlite_url: str, tmp_path: Path) -> None:
    rows = [row(family_ref=f"F{number}", star_kind="interim") for number in range(21)]
    path = tmp_path / "stars.csv"
    path.write_text(csv_text(rows), encoding="utf-8")
    some = run(sqlite_url, "import", str(path), "--dry-run").stdout.splitlines()
    assert some[-1] == "  … and 1 more: star-tracker import --dry-run --all-warnings prints them"
    every = run(sqlite_url, "import", str(path), "--dry-run", "--all-warnings").stdout.splitlines()
    assert [line for line in every if line.startswith("  row")][-1].startswith("  row 22: parent 'P1' of family 'F20'")
    assert every[:-1] == [*some[:-1], *every[len(some) - 1 : -1]]
