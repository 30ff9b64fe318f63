"""What a lead signed off stays as it was: in the record, on both databases, whatever is corrected afterwards."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from csv import DictReader
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.context import Context
from star_tracker.domain.errors import AlteredError, DomainError, NotFoundError
from star_tracker.domain.permissions import Actor
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import Kind
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, SignedReturn, Star
from star_tracker.models.returns import PROFILES
from star_tracker.queries.returns.altered_returns import check_signed_returns
from star_tracker.queries.returns.signed_returns import (
    SigningHistory,
    compare_with,
    get_signing_history,
    get_stored_return,
    is_standing,
    list_signing_histories,
)
from star_tracker.records.returns.sign_off import sign_off_return, withdraw_sign_off
from star_tracker.records.stars.stars import correct_star
from tests.integration.test_command_line import run
from tests.support.apps import COUNCIL, NOW
from tests.support.signing import begin_year_in, get_council, make_return, sign_off
from tests.support.tiny import BY_SOMEBODY, TinyService, add_star, by, fill_tiny_service, new_star

QUARTER = Quarter(2018, 4)  # 1 January to 31 March 2019
THREE_TABLES = [
    "Average readings at the start and latest Star, by cohort, pod and area",
    "Change from the start to the latest Star, by cohort, pod and area",
    "Pairs by their stage at the start and at the latest Star, by cohort, pod and area",
]


@pytest.fixture
def service(app: Flask) -> TinyService:
    """The tiny service, whose one parent with Stars went from all 4s to all 6s within the quarter."""
    tiny = fill_tiny_service()
    add_star(tiny.registration, new_star(Kind.INTERIM, date(2019, 3, 20), 6))
    return tiny


@pytest.fixture
def lead(service: TinyService) -> int:
    return service.users[Role.LEAD]


def correct_to(value: int) -> None:
    """Correct the interim Star of 20 March to this value in every area."""
    star = db.session.query(Star).filter_by(completed_on=date(2019, 3, 20), withdrawn_at=None).one()
    correct_star(
        BY_SOMEBODY,
        star_id=star.id,
        star=new_star(Kind.INTERIM, date(2019, 3, 20), value),
        reason="A slip",
    )


def withdraw(lead: int, signed_id: int, reason: str = "Two families were missing") -> SignedReturn:
    return withdraw_sign_off(by(Actor(lead, "lead@example.org")), signed_id=signed_id, reason=reason)


def mean_latest(archive: bytes) -> set[str]:
    """Crewe's averages at the latest Star, as the CSV file of the .zip gives them."""
    with ZipFile(BytesIO(archive)) as files:
        (name,) = [name for name in files.namelist() if name.endswith("/averages.csv")]
        rows = list(DictReader(StringIO(files.read(name).decode())))
    return {row["mean_latest"] for row in rows if row["pod"] == "Crewe" and row["cohort"] == "all_to_date"}


def standing() -> SignedReturn:
    signed = get_signing_history(get_council(), QUARTER, Profile.RESTRICTED).standing
    assert signed is not None
    return signed


def versions() -> list[int]:
    return [signed.version for signed in get_signing_history(get_council(), QUARTER, Profile.RESTRICTED).versions]


def refused(field: str, words: str, attempt: Callable[[], object]) -> None:
    with pytest.raises(DomainError, match=words) as caught:
        attempt()
    assert caught.value.field == field


def test_what_was_signed_stays_when_the_record_is_corrected(lead: int) -> None:
    sign_off(lead, QUARTER)
    before = get_stored_return(standing())
    correct_to(7)
    db.session.expire_all()
    after = get_stored_return(standing())
    assert (after.page, after.picture, after.archive) == (before.page, before.picture, before.archive)
    assert after.picture is not None
    assert after.picture.startswith(b"<svg")
    assert mean_latest(after.archive) == {"6.0"}
    assert mean_latest(make_return(QUARTER).archive) == {"7.0"}


def test_the_figures_that_a_correction_changed_are_listed(lead: int) -> None:
    sign_off(lead, QUARTER)
    assert get_signing_history(get_council(), QUARTER, Profile.RESTRICTED).list_changes(make_return(QUARTER).page) == []
    correct_to(7)
    changes = get_signing_history(get_council(), QUARTER, Profile.RESTRICTED).list_changes(make_return(QUARTER).page)
    assert list(dict.fromkeys(one.title for one in changes)) == THREE_TABLES
    latest = {(one.old, one.new) for one in changes if one.column == "Average at latest"}
    assert latest == {(6.0, 7.0)}, "in every area, pod and cohort"


def test_signing_again_replaces_and_keeps_the_earlier_version(lead: int) -> None:
    first = sign_off(lead, QUARTER).id
    correct_to(7)
    sign_off(lead, QUARTER, note="Corrected", now=NOW + timedelta(days=1))
    history = get_signing_history(get_council(), QUARTER, Profile.RESTRICTED)
    assert [signed.version for signed in history.versions] == [2, 1]
    assert history.replaced is not None
    assert history.replaced.id == first
    assert mean_latest(get_stored_return(standing()).archive) == {"7.0"}
    assert mean_latest(get_stored_return(history.replaced).archive) == {"6.0"}
    assert (standing().note, standing().signed_at) == ("Corrected", NOW + timedelta(days=1))


def files_of(signed: SignedReturn) -> dict[str, bytes]:
    """The files of the .zip by their names without a folder."""
    with ZipFile(BytesIO(signed.archive)) as files:
        return {name.rpartition("/")[2]: files.read(name) for name in files.namelist()}


def test_files_of_a_version_are_built_as_that_version(lead: int) -> None:
    first = sign_off(lead, QUARTER, note="")
    assert "star-return-the-council-2018-19-Q4-restricted-v1.xlsx" in files_of(first)
    said = json.loads(files_of(first)["metadata.json"])
    assert (said["version"], said["signed_by"], said["replaces_version"]) == (1, "Demo lead", None)
    assert said["signed_at"] == "2019-04-10T13:00:00+01:00", "in the service's time"
    assert "changes.csv" not in files_of(first)
    correct_to(7)
    second = sign_off(lead, QUARTER, note="A slip")
    said = json.loads(files_of(second)["metadata.json"])
    assert (said["version"], said["replaces_version"], said["note"]) == (2, 1, "A slip")
    assert said["sha256_of_figures"] == make_return(QUARTER).page.fingerprint
    changed = list(DictReader(StringIO(files_of(second)["changes.csv"].decode())))
    assert {(row["old"], row["new"]) for row in changed if row["column"] == "Average at latest"} == {("6.0", "7.0")}


def test_another_version_needs_a_reason(lead: int) -> None:
    first = sign_off(lead, QUARTER, note="").id
    correct_to(7)
    refused("note", "Say why: the council reads this reason", lambda: sign_off(lead, QUARTER, note=" "))
    withdraw(lead, first)
    refused("note", "Say why: the council reads this reason", lambda: sign_off(lead, QUARTER, note=""))
    assert versions() == [1]
    second = sign_off(lead, QUARTER, note="Complete now")
    assert (second.version, second.note) == (2, "Complete now")
    assert "changes.csv" not in files_of(second), "withdrawn figures are not repeated"


def test_version_that_was_withdrawn_while_the_next_was_built_is_not_said_to_be_replaced(
    lead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sign_off(lead, QUARTER).id
    correct_to(7)

    def withdraw_meanwhile(*args: Any) -> Any:
        changes = compare_with(*args)
        withdraw(lead, first)
        return changes

    monkeypatch.setattr("star_tracker.records.returns.sign_off.compare_with", withdraw_meanwhile)
    refused("has_checked", "Somebody else has signed off or withdrawn", lambda: sign_off(lead, QUARTER))
    assert versions() == [1]


def test_command_tells_which_version_a_file_is_of(lead: int, database_url: str, tmp_path: Path) -> None:
    first = files_of(sign_off(lead, QUARTER))
    correct_to(7)
    second = sign_off(lead, QUARTER)
    name = "star-return-the-council-2018-19-Q4-restricted-v2"
    for data, found in (
        (second.archive, f"{name}.zip: version 2 of"),
        (files_of(second)[f"{name}.xlsx"], f"{name}.xlsx: version 2 of"),
        (first["averages.csv"], "star-return-the-council-2018-19-Q4-restricted-v1/averages.csv: version 1 of"),
    ):
        file = tmp_path / "renamed"
        file.write_bytes(data)
        done = run(database_url, "return", "verify", str(file))
        assert done.returncode == 0, done.stderr
        state = "it stands" if "version 2" in found else "the newest is version 2"
        assert done.stdout == (
            f"{found} the restricted return for The council, January to March 2019, "
            f"signed off on 10 April 2019 at 1:00pm by Demo lead; {state}\n"
        )
    for name in ("served.csv", "datapackage.json"):  # its figures are the same in both versions; its version is not
        file.write_bytes(first[name])
        [told] = run(database_url, "return", "verify", str(file)).stdout.splitlines()
        assert f"v1/{name}: version 1 of" in told
    file.write_bytes(first["averages.csv"] + b"x")
    done = run(database_url, "return", "verify", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert "renamed is no file of a signed return: a draft, or changed since it was signed off" in done.stderr


def test_command_trusts_no_return_that_was_altered(lead: int, database_url: str, tmp_path: Path) -> None:
    signed = sign_off(lead, QUARTER)
    (tmp_path / "forged").write_bytes(b"forged")
    signed.archive = b"forged"
    db.session.commit()
    done = run(database_url, "return", "verify", str(tmp_path / "forged"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "is not what was signed off: its archive was changed since" in done.stderr


def test_signing_what_is_signed_already_changes_nothing(lead: int) -> None:
    first = sign_off(lead, QUARTER).id
    entries = db.session.query(AuditEntry).count()
    assert sign_off(lead, QUARTER, note="Once more").id == first
    assert versions() == [1]
    assert db.session.query(AuditEntry).count() == entries


def test_several_clicks_at_once_sign_once(app: Flask, lead: int) -> None:
    def click(_number: int) -> str:
        with app.app_context():
            try:
                sign_off(lead, QUARTER)
            except DomainError as error:
                return error.field
            return "signed"

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(click, range(4)))
    assert "signed" in answers
    assert versions() == [1]


def test_the_two_profiles_of_a_quarter_are_signed_apart(lead: int) -> None:
    sign_off(lead, QUARTER, Profile.PUBLISHED)
    assert get_signing_history(get_council(), QUARTER, Profile.RESTRICTED).standing is None
    assert versions() == []
    sign_off(lead, QUARTER)
    assert versions() == [1]


def test_withdrawn_sign_off_is_hidden_but_kept(lead: int) -> None:
    sign_off(lead, QUARTER)
    correct_to(7)
    second = sign_off(lead, QUARTER).id
    withdraw(lead, second)
    history = get_signing_history(get_council(), QUARTER, Profile.RESTRICTED)
    assert history.standing is None, "nor does the first stand again"
    assert history.latest is not None
    assert (history.latest.id, history.latest.withdrawn_reason) == (second, "Two families were missing")
    sign_off(lead, QUARTER)
    assert versions() == [3, 2, 1]
    assert is_standing(standing())


def test_what_cannot_be_withdrawn_is_refused(lead: int) -> None:
    first = sign_off(lead, QUARTER).id
    refused("reason", "Say why", lambda: withdraw(lead, first, "  "))
    correct_to(7)
    second = sign_off(lead, QUARTER).id
    refused("reason", "already been withdrawn or replaced", lambda: withdraw(lead, first))
    withdraw(lead, second)
    refused("reason", "already been withdrawn or replaced", lambda: withdraw(lead, second))
    with pytest.raises(NotFoundError):
        withdraw(lead, second + 1)


@pytest.mark.parametrize(("today", "is_refused"), [(date(2019, 3, 31), True), (date(2019, 4, 1), False)])
def test_a_quarter_is_signed_off_after_its_last_day(lead: int, today: date, is_refused: bool) -> None:
    made = make_return(QUARTER, today=today)

    def sign() -> SignedReturn:
        actor = Actor(lead, "lead@example.org")
        return sign_off_return(
            Context(actor, NOW, today),
            council=get_council(),
            made=made,
            checked=made.page.fingerprint,
            note="",
        )

    if is_refused:
        refused("", "January to March 2019 has not ended: its return can be signed off after 31 March 2019", sign)
        assert versions() == []
    else:
        assert sign().version == 1


def test_figures_that_the_lead_did_not_see_are_not_signed(lead: int) -> None:
    seen = make_return(QUARTER).page.fingerprint
    correct_to(7)
    by_lead = by(Actor(lead, "lead@example.org"))
    refused(
        "has_checked",
        "The record has changed since you opened this page",
        lambda: sign_off_return(by_lead, council=get_council(), made=make_return(QUARTER), checked=seen, note=""),
    )
    assert versions() == []


def test_the_audit_trail_says_who_signed_what(lead: int) -> None:
    signed = sign_off(lead, QUARTER, note="For the meeting in May")
    digest = sha256(signed.archive).hexdigest()
    withdraw(lead, signed.id)
    entries = db.session.query(AuditEntry).filter_by(entity="signedreturn").order_by(AuditEntry.id).all()
    recorded, withdrawn = entries
    assert (recorded.action, recorded.actor, recorded.entity_id) == ("record", "lead@example.org", signed.id)
    assert recorded.after is not None
    assert {name: recorded.after[name] for name in ("starts_on", "profile", "version", "note")} == {
        "starts_on": "2019-01-01",
        "profile": "restricted",
        "version": 1,
        "note": "For the meeting in May",
    }
    assert recorded.after["sha256_of_archive"] == digest
    assert not {"page", "picture", "archive"} & set(recorded.after), "files are no part of the trail"
    assert withdrawn.action == "withdraw"
    assert withdrawn.after is not None
    assert withdrawn.after["withdrawn_reason"] == "Two families were missing"


ALTERED: dict[str, Callable[[SignedReturn], object]] = {
    "page": lambda signed: signed.page | {"picture_text": "Everything improved"},
    "picture": lambda _signed: None,
    "archive": lambda signed: signed.archive + b"x",
}
"""What somebody may make of each part in the database."""


@pytest.mark.parametrize("part", ALTERED)
def test_signed_return_that_was_altered_is_not_handed_out(lead: int, part: str) -> None:
    sign_off(lead, QUARTER, Profile.PUBLISHED)
    signed = sign_off(lead, QUARTER)
    assert check_signed_returns() == 2
    setattr(signed, part, ALTERED[part](signed))
    db.session.commit()
    for check in (lambda: get_stored_return(standing()), check_signed_returns):
        with pytest.raises(AlteredError) as caught:
            check()
        assert caught.value.message == (
            f"signed return {signed.id} (restricted, for The council, of the quarter from 1 January 2019, version 1) "
            f"is not what was signed off: its {part} was changed since"
        )


@pytest.mark.parametrize("change", ["DELETE FROM audit_entries", "UPDATE audit_entries SET actor = 'x'"])
def test_signed_return_whose_entry_does_not_hold_is_not_handed_out(lead: int, change: str) -> None:
    sign_off(lead, QUARTER)
    db.session.execute(text(f"{change} WHERE entity = 'signedreturn'"))
    db.session.commit()
    with pytest.raises(AlteredError, match="its entry in the audit trail is missing or was changed"):
        get_stored_return(standing())


def test_of_a_return_signed_before_the_other_parts_were_recorded_the_archive_is_compared(
    lead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        hash_parts = SignedReturn.hash_parts
        archive = "sha256_of_archive"
        patch.setattr(SignedReturn, "hash_parts", lambda signed: {archive: hash_parts(signed)[archive]})
        signed = sign_off(lead, QUARTER)
    assert get_stored_return(standing()).archive == signed.archive
    signed.archive += b"x"
    db.session.commit()
    with pytest.raises(AlteredError, match="its archive was changed"):
        get_stored_return(standing())


def test_the_command_compares_what_was_signed_off(lead: int, database_url: str) -> None:
    sign_off(lead, QUARTER)
    done = run(database_url, "audit", "verify")
    assert done.stdout.splitlines()[1:] == ["Signed returns, all as they were signed off: 1"], done.stderr


def test_histories_are_listed_newest_quarter_first(lead: int) -> None:
    for quarter, profile in (
        (Quarter(2018, 3), Profile.PUBLISHED),
        (QUARTER, Profile.PUBLISHED),
        (QUARTER, Profile.RESTRICTED),
    ):
        sign_off(lead, quarter, profile)

    def listed(first_month: int) -> list[SigningHistory]:
        return list_signing_histories(begin_year_in(first_month))

    assert [(str(history.quarter), history.profile) for history in listed(4)] == [
        ("2018-19-Q4", "restricted"),
        ("2018-19-Q4", "published"),
        ("2018-19-Q3", "published"),
    ]
    assert [str(history.quarter) for history in listed(1)] == ["2019-Q1", "2019-Q1", "2018-Q4"]
    labels = [history.quarter.label for history in listed(9)]
    assert labels == ["January to March 2019", "January to March 2019", "October to December 2018"], "no other months"


@pytest.mark.parametrize(
    "values",
    [
        {"version": 1},
        {"version": 0},
        {"profile": "secret"},
        {"withdrawn_at": NOW},
        {"withdrawn_at": NOW, "withdrawn_reason": "A slip"},
        {"withdrawn_reason": "A slip"},
    ],
    ids=str,
)
def test_the_database_itself_refuses_what_cannot_be(lead: int, values: dict[str, Any]) -> None:
    row = {
        "council_id": COUNCIL,
        "starts_on": QUARTER.starts_on,
        "profile": "restricted",
        "signed_at": NOW,
        "signed_by_id": lead,
        "page": {},
        "archive": b"",
    }
    db.session.add(SignedReturn(**row, version=1))
    db.session.flush()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(SignedReturn(**row | {"version": 2} | values))
    db.session.add(SignedReturn(**row, version=2))
    db.session.flush()


def test_the_database_knows_every_profile() -> None:
    assert set(PROFILES) == set(Profile)
