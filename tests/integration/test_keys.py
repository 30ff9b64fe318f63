"""What is secret is encrypted in both databases, and the key can be changed while everything still reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from flask import Flask
from sqlalchemy import text

from star_tracker.domain.roles import Role
from star_tracker.domain.scales import CompletedBy, Kind
from star_tracker.domain.star_rules import Reading
from star_tracker.extensions import Base, db
from star_tracker.keys import OTHER_KEY, KeyRing, WrongKeyError
from star_tracker.models import AuditEntry, Family, Model, Parent, RecordKey, Star, User, key_ring
from star_tracker.queries.audit.audit_chain import verify_chain
from star_tracker.queries.families.families import list_families
from star_tracker.records import key_rotation
from star_tracker.records.key_rotation import list_renewals, rotate_keys
from star_tracker.records.pods import add_pod
from star_tracker.records.stars.stars import correct_star, withdraw_star
from tests.integration.test_command_line import run
from tests.support.apps import KEY, make_app
from tests.support.commands import FailingCommands
from tests.support.databases import read_whole_database
from tests.support.pages import LookingClient, text_of
from tests.support.serving import find_port
from tests.support.star_files import csv_text, registration
from tests.support.tiny import (
    BY_SOMEBODY,
    TinyService,
    add_family,
    add_star,
    all_areas,
    fill_tiny_service,
    new_star,
)

Record = TypeVar("Record", bound=Model)
OLD, NEW = KEY, KeyRing.new_key()
SECRETS = (
    "Quillfeather",  # a family's name
    "Pomfret-Ashe",  # a parent's
    "LCS-77-Zebra",  # the council's reference
    "frightened of lightning",  # a note
    "mistaken for a cousin",  # a reason to withdraw
    "the tablet slipped",  # a reason to correct
    "Demo practitioner",  # a person of the service
    "Wobbleton",  # what was searched for
)


@contextmanager
def app_with(database_url: str, *keys: str, web: bool = True) -> Iterator[Flask]:
    """An application with these keys, newest first."""
    app = make_app(database_url, web=web, encryption_keys=keys)
    app.test_client_class = LookingClient
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()


@contextmanager
def record_with(database_url: str, *keys: str) -> Iterator[None]:
    """The record of such an application, which has migrations in place of pages."""
    with app_with(database_url, *keys, web=False) as app, app.app_context():
        yield


def fill_with_secrets(database_url: str) -> None:
    """Record each of ``SECRETS`` with the old key, through the pages or the functions that they call."""
    with app_with(database_url, OLD) as app:
        with app.app_context():
            tiny = record_secrets()
        send_secrets(app, tiny)


def record_secrets() -> TinyService:
    tiny = fill_tiny_service()
    family = add_family("F8", tiny.pod, "P1")
    family.name, family.parents[0].name, family.council_ref = "The Quillfeathers", "Kim Pomfret-Ashe", "LCS-77-Zebra"
    db.session.commit()
    readings = all_areas(5) | {"family_routine": Reading(value=4, note="The boy is frightened of lightning")}
    registration = family.interventions[0].registrations[0].id
    first = add_star(registration, new_star(Kind.START, date(2019, 2, 1), readings))
    withdraw_star(BY_SOMEBODY, star_id=first.id, reason="She was mistaken for a cousin")
    second = add_star(registration, new_star(Kind.START, date(2019, 2, 1), readings))
    corrected = replace(new_star(Kind.START, date(2019, 2, 1), readings), completed_by=CompletedBy.WORKER)
    correct_star(BY_SOMEBODY, star_id=second.id, star=corrected, reason="I think the tablet slipped")
    return tiny


def send_secrets(app: Flask, tiny: TinyService) -> None:
    client = app.test_client()
    assert isinstance(client, LookingClient)
    client.sign_in(tiny.users[Role.PRACTITIONER])
    assert client.get("/families?q=Wobbleton").status_code == 200
    intervention = {"pod_id": tiny.pod, "referred_on": "1/3/2019", "started_on": "1/3/2019", "children": "1"}
    new = {"ref": "F9", "council_ref": "LCS-77-Zebra-9", "parent_ref_1": "P1", "practitioner_id": "", **intervention}
    assert client.send("/families/new", new).status_code == 302


def every(model: type[Record]) -> list[Record]:
    return db.session.query(model).order_by(text("id")).all()


def read_secrets() -> str:
    """The same as the record reads."""
    db.session.expire_all()
    said = [
        *(f"{family.name} {family.council_ref}" for family in every(Family)),
        *(parent.name for parent in every(Parent)),
        *(user.name for user in every(User)),
        *(f"{star.withdrawn_reason} {[reading.note for reading in star.readings]}" for star in every(Star)),
        *(f"{entry.before} {entry.after}" for entry in every(AuditEntry)),
    ]
    return "\n".join(said)


def test_no_secret_is_in_the_database_as_it_was_typed(database_url: str) -> None:
    fill_with_secrets(database_url)
    with record_with(database_url, OLD):
        stored, read = read_whole_database(), read_secrets()
    assert "F8" in stored, "a family's own reference is not secret, and shows that the whole database was read"
    for secret in SECRETS:
        assert secret in read
        assert secret.casefold() not in stored.casefold(), secret


def test_after_a_rotation_the_new_key_alone_reads_everything(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_rotation, "ROWS_AT_A_TIME", 3)
    fill_with_secrets(database_url)
    with record_with(database_url, OLD):
        before, last_hash = read_secrets(), verify_chain().hash
    with record_with(database_url, NEW, OLD):
        assert [family.ref for family in list_families(reader=None, search="lcs-77-zebra").rows] == ["F8"], (
            "found meanwhile"
        )
        renewed = rotate_keys(BY_SOMEBODY)
        assert renewed["families"] == 4, "every family has a reference of the council's"
        assert renewed["users"] == 5
        assert renewed["parents"] == 1
        assert renewed["readings"] == 3
        assert rotate_keys(BY_SOMEBODY) == {}, "nothing is left to do"
    with record_with(database_url, NEW):
        entry = every(AuditEntry)[-1]
        assert (entry.action, entry.entity, entry.after) == ("rotate", "record_key", renewed)
        assert read_secrets() == f"{before}\nNone {renewed}"
        assert [family.ref for family in list_families(reader=None, search="LCS-77-ZEBRA").rows] == ["F8"]
        assert verify_chain(expected=last_hash).entries == entry.id
        assert db.session.scalars(text("SELECT fingerprint FROM record_keys")).all() == KeyRing([NEW]).fingerprints()
        add_family("F10", every(Family)[0].interventions[0].pod_id)
    with record_with(database_url, OLD):
        with pytest.raises(WrongKeyError):
            read_secrets()
        with pytest.raises(WrongKeyError):
            verify_chain()
        with pytest.raises(WrongKeyError):
            add_family("F11", 1)


def test_an_interrupted_rotation_is_finished_by_the_next(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_with_secrets(database_url)
    with record_with(database_url, OLD):
        before = read_secrets()
    with record_with(database_url, NEW, OLD):
        with monkeypatch.context() as patch:
            patch.setattr(key_rotation, "ROWS_AT_A_TIME", 2)
            encrypt, calls = KeyRing.encrypt, count()

            def encrypt_some(ring: KeyRing, said: str) -> str:
                if next(calls) == 9:
                    raise KeyboardInterrupt
                return encrypt(ring, said)

            patch.setattr(KeyRing, "encrypt", encrypt_some)
            with pytest.raises(KeyboardInterrupt):
                rotate_keys(BY_SOMEBODY)
        assert read_secrets() == before, "both keys read what lies between"
        assert db.session.query(RecordKey).count() == 2
        rotate_keys(BY_SOMEBODY)
    with record_with(database_url, NEW):
        assert read_secrets().startswith(before)
        assert verify_chain().entries


@pytest.mark.usefixtures("app")
def test_no_encrypted_column_is_forgotten() -> None:
    renewed = {table.name: set(list_renewals(table)) for table in Base.metadata.sorted_tables if list_renewals(table)}
    assert renewed == {
        "account_requests": {"reason", "answer"},
        "audit_chain": {"key"},
        "audit_entries": {"before", "after"},
        "drafts": {"answers"},
        "families": {"name", "council_ref", "council_index"},
        "kept_forms": {"form"},
        "parents": {"name"},
        "feedback": {"words", "withdrawn_reason"},
        "narratives": {"went_well", "to_improve", "case_studies"},
        "priorities": {"action", "by_whom"},
        "pseudonyms": {"token"},
        "readings": {"note", "jump_reason"},
        "reopenings": {"reason"},
        "safety_answers": {"words"},
        "saved_cohorts": {"name", "choice"},
        "sessions": {"data"},
        "signed_returns": {"note", "withdrawn_reason"},
        "stars": {"withdrawn_reason"},
        "transfers": {"reason"},
        "typed_forms": {"entries"},
        "users": {"name", "tf_totp_secret", "mf_recovery_codes"},
    }
    assert key_ring().is_newest(key_ring().encrypt("Ada"))


def test_the_command_makes_a_key_and_changes_it(database_url: str) -> None:
    fill_with_secrets(database_url)
    made = run("", "keys", "new")
    key = made.stdout.strip()
    KeyRing([key])
    assert "STAR_TRACKER_ENCRYPTION_KEYS" in made.stderr
    both: dict[str, Any] = {"STAR_TRACKER_ENCRYPTION_KEYS": f"{key},{OLD}"}
    done = run(database_url, "keys", "rotate", settings=both)
    assert done.returncode == 0, done.stderr
    assert "families 4, users 5, parents 1, sessions 1, stars 2, readings 3" in done.stdout
    assert "already" in run(database_url, "keys", "rotate", settings=both).stdout
    for keys, words in ((OLD, "encrypted with another key"), ("no-key", "STAR_TRACKER_ENCRYPTION_KEYS")):
        wrong: dict[str, Any] = {"STAR_TRACKER_ENCRYPTION_KEYS": keys}
        done = run(database_url, "keys", "rotate", settings=wrong)
        assert done.returncode == 1
        assert words in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_page_with_a_wrong_key_says_so_in_plain_words(sqlite_url: str) -> None:
    fill_with_secrets(sqlite_url)
    with app_with(sqlite_url, NEW) as app:
        response = app.test_client().get("/demo")
        assert response.status_code == 500
        assert "does not have the key" in text_of(response)


COMMANDS = {
    "audit": ["verify"],
    "backup": ["{folder}/copy.db"],
    "export": ["{folder}/all.csv"],
    "import": ["{folder}/stars.csv", "--dry-run"],
    "keys": ["rotate"],
    "return": ["2018-19-Q3", "--out", "{folder}"],
    "serve": ["--port", str(find_port())],
    "user": ["add", "new@example.org"],
}
"""Every command that reads or writes something encrypted."""


@pytest.mark.parametrize("keys", [[NEW], [NEW, OLD]], ids=["none of the record's", "not all of the record's"])
def test_no_command_goes_on_without_every_key_of_the_record(
    database_url: str, keys: list[str], tmp_path: Path, commands: FailingCommands
) -> None:
    fill_with_secrets(database_url)
    if len(keys) > 1:
        with record_with(database_url, *keys):
            add_pod(BY_SOMEBODY, name="Written with the newer key")
    (tmp_path / "stars.csv").write_text(csv_text([registration()]))
    for command, arguments in COMMANDS.items():
        if command == "backup" and database_url.startswith("postgresql"):
            continue
        given = [argument.format(folder=tmp_path) for argument in arguments]
        said = commands.said_by(
            command, *given, STAR_TRACKER_DATABASE_URL=database_url, STAR_TRACKER_ENCRYPTION_KEYS=NEW
        )
        assert said.splitlines() == [f"Error: {OTHER_KEY}"], command
    assert {path.name for path in tmp_path.iterdir() if not path.name.startswith("test.db")} == {"stars.csv"}
