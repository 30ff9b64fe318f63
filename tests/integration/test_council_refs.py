"""A council's reference is one family's alone: for two people at once, for a file, and for a record from before."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import Actor
from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.keys import KeyRing
from star_tracker.models import Family, key_ring
from star_tracker.records.families import families as family_records
from star_tracker.records.families.duplicates import find_taken_reference
from star_tracker.records.families.families import NewParent, record_family
from star_tracker.records.imports.importing import check_import, import_rows
from star_tracker.records.key_rotation import rotate_keys
from star_tracker.starfile.errors import StarFileError
from tests.integration.test_command_line import run
from tests.integration.test_keys import NEW, OLD, record_with
from tests.support.apps import TODAY
from tests.support.star_files import check, csv_text, row, rows_of
from tests.support.tiny import BY_SOMEBODY, add_family, by, fill_tiny_service, new_intervention

BEFORE = "010"
"""The migration before the one that this is about."""


def set_council_ref(family_id: int, council_ref: str) -> None:
    """Past every check: as a record from before, or an older process, may have it."""
    db.session.get_one(Family, family_id).council_ref = council_ref
    db.session.commit()


def store_council_ref(family_id: int, council_ref: str) -> None:
    """The same under the old key, whatever other columns the table has."""
    keys = KeyRing([OLD])
    stored = {"ref": keys.encrypt(council_ref) if council_ref else "", "index": keys.index(council_ref)}
    store = text("UPDATE families SET council_ref = :ref, council_index = :index WHERE id = :id")
    db.session.execute(store, stored | {"id": family_id})
    db.session.commit()


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [(("F8", "LCS 9"), ("F9", " lcs 9"), "council_ref"), (("F8", "LCS 8"), ("F8", "LCS 9"), "ref")],
)
def test_second_of_two_simultaneous_families_with_one_reference_has_an_error_at_the_field(
    app: Flask, monkeypatch: pytest.MonkeyPatch, first: tuple[str, str], second: tuple[str, str], field: str
) -> None:
    pod_id = fill_tiny_service().pod
    db.session.commit()
    both_have_checked = Barrier(2)

    def check_and_wait(this: Any, **typed: Any) -> DomainError | None:
        found = find_taken_reference(this, **typed)
        if db.engine.dialect.name == "postgresql":  # on SQLite the second waits before it checks
            both_have_checked.wait(10)
        return found

    monkeypatch.setattr(family_records, "find_taken_reference", check_and_wait)

    def add(typed: tuple[str, str]) -> tuple[str, str]:
        with app.app_context():
            try:
                record_family(
                    by(Actor(email="lead@example.org", user_id=1, roles=frozenset({Role.LEAD}))),
                    ref=typed[0],
                    council_ref=typed[1],
                    parents=[NewParent(ref="P1")],
                    intervention=new_intervention(pod_id, TODAY),
                )
            except DomainError as error:
                return error.field, error.message
        return "", "added"

    with ThreadPoolExecutor(2) as pool:
        added, (wrong, message) = sorted(pool.map(add, (first, second)))
    assert (added, wrong) == (("", "added"), field)
    assert "already" in message
    assert "Somebody else" not in message


def test_the_database_refuses_it_too_and_lets_many_families_have_none(app: Flask) -> None:
    pod_id = fill_tiny_service().pod
    first, second = add_family("F8", pod_id).id, add_family("F9", pod_id).id
    for family_id in (first, second):
        set_council_ref(family_id, "")
    set_council_ref(first, "LCS 9")
    with pytest.raises(IntegrityError):
        set_council_ref(second, "lcs 9")
    db.session.rollback()


@pytest.mark.usefixtures("app")
def test_an_import_at_the_same_moment_as_a_page_is_refused_and_not_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    pod_id = fill_tiny_service().pod
    add_family("F8", pod_id)
    monkeypatch.setattr(
        "star_tracker.records.imports.comparing.list_council_refs", lambda _refs: {}
    )  # as it was just before
    with pytest.raises(DomainError) as refused:
        import_all(row(family_ref="F9", council_ref="C-F8"))
    assert refused.value.field == "council_ref"
    assert db.session.query(Family).filter_by(ref="F9").count() == 0


def import_all(*rows: dict[str, str]) -> None:
    import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")


def test_a_file_in_which_two_families_have_one_is_refused() -> None:
    rows = [
        row(council_ref="LCS-9"),
        row(parent_ref="P2"),
        row(family_ref="F2", council_ref=""),
        row(family_ref="F2", council_ref=" lcs-9", parent_ref="P2"),
        row(family_ref="F2", council_ref="lcs-9", parent_ref="P3"),
        row(family_ref="F3", council_ref="LCS-8"),
    ]
    [fault] = check(csv_text(rows)).faults
    assert str(fault) == (
        "row 5, column council_ref: ' lcs-9' – family 'F1' has this one in row 2: write this family's own, or leave "
        "the cell empty (also in row 6)"
    )


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("do", [import_all, lambda *rows: check_import(rows_of(*rows))])
def test_a_file_with_one_that_another_family_of_the_record_has_is_refused(do: Callable[..., object]) -> None:
    import_all(row(family_ref="F1", council_ref="LCS 77"), row(family_ref="F2"))
    for rows in (
        [row(family_ref="K-9", council_ref="lcs 77"), row(family_ref="K-9", council_ref="lcs 77", parent_ref="P2")],
        [row(family_ref="F2"), row(family_ref="F2", council_ref="lcs 77", parent_ref="P2"), row(family_ref="K-9")],
    ):
        with pytest.raises(StarFileError) as refused:
            do(*rows)
        [fault] = refused.value.faults
        assert (fault.column, fault.value) == ("council_ref", "lcs 77")
        assert fault.number == (2 if len(rows) == 2 else 3)
        assert fault.allowed.startswith(
            "family 'F1' of the record has this one: write this family's own, or leave the cell empty"
        )
    do(row(family_ref="F1", council_ref="LCS 77"), row(family_ref="F2", council_ref="LCS 78"))
    assert db.session.query(Family).count() == 2


def test_the_record_is_asked_under_every_key(database_url: str) -> None:
    with record_with(database_url, OLD):
        import_all(row(family_ref="F1", council_ref="LCS 77"))
    with (
        record_with(database_url, NEW, OLD),
        pytest.raises(StarFileError, match="family 'F1' of the record"),
    ):
        import_all(row(family_ref="F2", council_ref="LCS 77"))


def test_an_upgrade_stops_where_families_share_one_and_names_them(database_url: str) -> None:
    with record_with(database_url, OLD):
        pod_id = fill_tiny_service().pod
        ids = [add_family(f"K-{number}", pod_id).id for number in range(1, 6)]
        db.session.commit()
        downgrade(revision=BEFORE)
        for family_id, council_ref in zip(ids, ("LCS-9", "lcs-9", "", "LCS-9", ""), strict=True):
            store_council_ref(family_id, council_ref)
    stopped = run(database_url, "db", "upgrade")
    assert stopped.returncode == 1
    [line] = [line for line in stopped.stderr.splitlines() if not line.startswith("INFO")]
    assert line.startswith(
        "Error: several families have one council reference (K-1 and K-2 and K-4): restore the backup"
    )
    assert "choose “Change names”" in line
    with record_with(database_url, OLD):
        assert db.session.scalar(text("SELECT version_num FROM alembic_version")) == BEFORE
        store_council_ref(ids[1], "")
        store_council_ref(ids[3], "LCS-8")
        upgrade()
        with pytest.raises(IntegrityError):
            set_council_ref(ids[1], "lcs-8")
        db.session.rollback()


def test_a_rotation_names_the_families_that_share_one_under_two_keys(database_url: str) -> None:
    """A process that has only the old key cannot find what another has entered with the new one."""
    with record_with(database_url, NEW, OLD):
        pod_id = fill_tiny_service().pod
        first, second = add_family("K-1", pod_id).id, add_family("K-2", pod_id).id
        store_council_ref(second, "C-K-1")
        with pytest.raises(DomainError, match=r"\(K-1 and K-2\): choose “Change names”"):
            rotate_keys(BY_SOMEBODY)
        set_council_ref(second, "")
        rotate_keys(BY_SOMEBODY)
    with record_with(database_url, NEW):
        assert db.session.get_one(Family, first).council_ref == "C-K-1"
        assert db.session.get_one(Family, first).council_index == key_ring().index("c-k-1")
