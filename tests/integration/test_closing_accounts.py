"""A closed account: who takes on what was open, in one step; and nobody is given anything new.

The practitioner of the tiny service, who belongs to both pods here, has A and B open in Crewe and C in Macclesfield,
and closed D; a buddy of Crewe and the practitioner of Macclesfield may take them on.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask

from star_tracker.domain.errors import DomainError
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import ClosureReason
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Family, Intervention, Pod, Transfer, User, UserRole
from star_tracker.records.accounts.people import close_account
from star_tracker.records.families.families import close_intervention, record_intervention
from star_tracker.records.families.transfers import ACCOUNT_CLOSED, NewTransfer, transfer_intervention
from tests.integration.test_importing import imported
from tests.integration.test_records import refused
from tests.support.apps import TODAY
from tests.support.caseloads import Added, add_case, listed_refs
from tests.support.pages import LookingClient, path_of, text_of, whole_text_of
from tests.support.star_files import places, row
from tests.support.tiny import BY_SOMEBODY, TinyService, fill_tiny_service, new_intervention, restrict_to

LEFT = "The account of Demo practitioner was closed: choose another practitioner"


@dataclass(frozen=True)
class Leaving:
    """Ids: who leaves and who may go on, and the families."""

    leaver: int
    buddy: int
    crewe: int
    macclesfield: int
    a: Added
    b: Added
    c: Added
    d: Added


def fill(tiny: TinyService) -> Leaving:
    leaver = db.session.get_one(User, tiny.users[Role.PRACTITIONER])
    crewe, macclesfield = (db.session.get_one(Pod, pod_id) for pod_id in (tiny.pod, tiny.other_pod))
    leaver.pods = [crewe, macclesfield]
    buddy = User(email="buddy@example.org", name="Demo buddy", roles=[UserRole(role=Role.PRACTITIONER)], pods=[crewe])
    db.session.add(buddy)
    db.session.commit()
    leaver_id, buddy_id, started_on = leaver.id, buddy.id, date(2019, 1, 3)
    pods = {"A": tiny.pod, "B": tiny.pod, "C": tiny.other_pod, "D": tiny.pod}
    cases = [add_case(ref, pod_id, started_on, leaver_id) for ref, pod_id in pods.items()]
    ended: dict[str, Any] = {"closed_on": date(2019, 4, 9), "reason": ClosureReason.COMPLETED}
    close_intervention(BY_SOMEBODY, intervention_id=cases[3].intervention, **ended)
    return Leaving(leaver_id, buddy_id, tiny.pod, tiny.other_pod, *cases)


@pytest.fixture
def tiny_record(app: Flask) -> TinyService:
    return fill_tiny_service()


@pytest.fixture
def leaving(tiny_record: TinyService) -> Leaving:
    return fill(tiny_record)


@pytest.fixture
def shown(web_app: Flask, tiny: TinyService) -> Leaving:
    """The same, in the application with pages."""
    with web_app.app_context():
        return fill(tiny)


@pytest.fixture
def admin(client: LookingClient, tiny: TinyService, shown: Leaving) -> LookingClient:
    client.sign_in(tiny.users[Role.ADMINISTRATOR])
    return client


def close(leaving: Leaving, successors: dict[int, int | None]) -> User:
    return close_account(BY_SOMEBODY, user_id=leaving.leaver, successors=successors)


def whose(*cases: Added) -> list[int | None]:
    db.session.expire_all()
    return [db.session.get_one(Intervention, case.intervention).practitioner_id for case in cases]


def test_closing_an_account_transfers_what_is_open_within_each_pod(leaving: Leaving, tiny_record: TinyService) -> None:
    elsewhere = tiny_record.practitioner_elsewhere
    close(leaving, {leaving.crewe: leaving.buddy, leaving.macclesfield: elsewhere})
    assert whose(leaving.a, leaving.b, leaving.c) == [leaving.buddy, leaving.buddy, elsewhere]
    assert whose(leaving.d) == [leaving.leaver], "a closed intervention keeps whose it was"
    assert not db.session.get_one(User, leaving.leaver).active
    kept = [
        (own.from_practitioner_id, own.to_practitioner_id, own.from_pod_id == own.to_pod_id, own.transferred_on)
        for own in db.session.query(Transfer).order_by(Transfer.intervention_id)
    ]
    assert kept == [(leaving.leaver, to, True, TODAY) for to in (leaving.buddy, leaving.buddy, elsewhere)]
    assert {own.reason for own in db.session.query(Transfer)} == {ACCOUNT_CLOSED}
    entries = db.session.query(AuditEntry).filter_by(action="transfer", entity="intervention").all()
    assert {entry.family_id for entry in entries} == {leaving.a.family, leaving.b.family, leaving.c.family}
    assert db.session.query(AuditEntry).filter_by(action="deactivate", entity_id=leaving.leaver).count() == 1


def test_open_interventions_may_be_left_without_a_practitioner(leaving: Leaving) -> None:
    close(leaving, {leaving.crewe: None, leaving.macclesfield: None})
    assert whose(leaving.a, leaving.b, leaving.c) == [None, None, None]
    assert db.session.query(Transfer).filter_by(to_practitioner_id=None).count() == 3


@pytest.mark.parametrize(
    ("choose", "field", "words"),
    [
        (lambda own: {own.crewe: None}, "", "has open interventions in Macclesfield too: choose who takes them on"),
        (
            lambda own: {own.crewe: None, own.macclesfield: own.buddy},
            "successor_{macclesfield}",
            "Demo buddy does not belong to that pod",
        ),
        (lambda own: {own.crewe: own.leaver, own.macclesfield: None}, "successor_{crewe}", LEFT),
    ],
)
def test_a_hand_over_that_cannot_be_closes_no_account(
    leaving: Leaving, choose: Callable[[Leaving], dict[int, int | None]], field: str, words: str
) -> None:
    with refused(field.format_map(vars(leaving)), words):
        close(leaving, choose(leaving))
    assert db.session.get_one(User, leaving.leaver).active
    assert whose(leaving.a, leaving.b, leaving.c) == [leaving.leaver] * 3
    assert db.session.query(Transfer).count() == 0


def test_closed_account_is_given_no_new_intervention(leaving: Leaving) -> None:
    close(leaving, {leaving.crewe: leaving.buddy, leaving.macclesfield: None})
    with refused("practitioner_id", LEFT):
        add_case("E", leaving.crewe, date(2019, 4, 1), leaving.leaver)
    again = new_intervention(leaving.crewe, TODAY, practitioner_id=leaving.leaver)
    parents = [parent.id for parent in db.session.get_one(Family, leaving.d.family).parents]
    with refused("practitioner_id", LEFT):
        record_intervention(BY_SOMEBODY, family_id=leaving.d.family, parent_ids=parents, intervention=again)
    back = NewTransfer(pod_id=leaving.crewe, practitioner_id=leaving.leaver, transferred_on=TODAY, reason="Back")
    with refused("practitioner_id", LEFT):
        transfer_intervention(BY_SOMEBODY, intervention_id=leaving.a.intervention, transfer=back)
    with refused("people_ids", "Choose from the practitioners in the list"):
        restrict_to(leaving.a.family, leaving.leaver)


def test_a_new_family_goes_to_a_practitioner_of_its_pod(tiny_record: TinyService) -> None:
    for user_id in (tiny_record.users[Role.LEAD], 999):
        with refused("practitioner_id", "Choose one of the practitioners in the list"):
            add_case("E", tiny_record.pod, date(2019, 4, 1), user_id)
    with refused("practitioner_id", "Demo elsewhere does not belong to that pod"):
        add_case("E", tiny_record.pod, date(2019, 4, 1), tiny_record.practitioner_elsewhere)
    assert db.session.query(Family).filter_by(ref="E").count() == 0


@pytest.mark.parametrize("given", ["a new family", "a transfer"])
def test_an_account_closed_while_it_is_given_something_keeps_nothing_open(
    app: Flask, leaving: Leaving, given: str
) -> None:
    close(leaving, {leaving.crewe: leaving.buddy, leaving.macclesfield: None})
    db.session.get_one(User, leaving.leaver).active = True
    db.session.commit()
    to_leaver = NewTransfer(pod_id=leaving.crewe, practitioner_id=leaving.leaver, transferred_on=TODAY, reason="Back")

    def give(number: int) -> None:
        if given == "a transfer":
            case = (leaving.a, leaving.b)[number % 2]
            transfer_intervention(BY_SOMEBODY, intervention_id=case.intervention, transfer=to_leaver)
        else:
            add_case(f"E{number}", leaving.crewe, date(2019, 4, 1), leaving.leaver)

    def attempt(number: int) -> str:
        with app.app_context():
            try:
                if number == 1:
                    close(leaving, {leaving.crewe: leaving.buddy, leaving.macclesfield: None})
                else:
                    give(number)
            except DomainError as error:
                return error.message
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(attempt, range(4), timeout=60))
    db.session.expire_all()
    has_left = not db.session.get_one(User, leaving.leaver).active
    left_open = db.session.query(Intervention).filter_by(practitioner_id=leaving.leaver, closed_on=None).count()
    assert has_left == (answers[1] == "done"), answers
    assert not (has_left and left_open), answers


def test_intervention_given_while_an_account_is_being_closed_prevents_it(
    leaving: Leaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("star_tracker.records.accounts.people.lock_open_interventions", lambda _this, _user_id: [])
    with refused("", "The open interventions of Demo practitioner changed at the same moment: try again"):
        close(leaving, {leaving.crewe: None, leaving.macclesfield: None})
    assert db.session.get_one(User, leaving.leaver).active


def test_an_import_names_who_has_left_with_a_warning_where_the_intervention_is_open(leaving: Leaving) -> None:
    close(leaving, {leaving.crewe: leaving.buddy, leaving.macclesfield: None})
    email = "practitioner@example.org"
    still_open = row(family_ref="I1", practitioner=email)
    ended = row(family_ref="I2", practitioner=email, closed_on="2018-06-01", closure_reason="completed")
    result = imported(still_open, ended)
    assert (result.interventions, places(result.warnings)) == (2, [(2, "practitioner", email)])
    assert "this account was closed, and the intervention is open" in result.warnings[0].allowed


def test_the_page_asks_who_takes_on_what_and_shows_numbers_alone(
    admin: LookingClient, tiny: TinyService, shown: Leaving
) -> None:
    address = f"/people/{shown.leaver}/close"
    page = admin.get(address)
    said = text_of(page)
    assert "Who takes on what is open in Crewe? 2 open interventions Choose a practitioner Demo buddy Nobody" in said
    assert "Who takes on what is open in Macclesfield? 1 open intervention Choose a practitioner Demo elsewhere" in said
    for ref in ("A-P", "Family A", "/families/"):
        assert ref not in whole_text_of(page)
    unsaid = admin.send(address, {f"successor_{shown.crewe}": str(shown.buddy)})
    assert "Choose who takes on what is open in Macclesfield" in text_of(unsaid)
    assert f'href="#successor_{shown.macclesfield}"' in unsaid.text
    assert f'value="{shown.buddy}" selected' in unsaid.text, "what was chosen is kept"
    chosen = {f"successor_{shown.crewe}": str(shown.buddy), f"successor_{shown.macclesfield}": "nobody"}
    closed = admin.send(address, chosen)
    assert "The account of Demo practitioner was closed." in text_of(admin.get(path_of(closed)))
    admin.sign_in(tiny.users[Role.LEAD])
    told = "Transferred from Demo practitioner (Crewe) to Demo buddy (Crewe)"
    said = text_of(admin.get(f"/families/{shown.a.family}"))
    assert told in said
    assert ACCOUNT_CLOSED in said
    assert "C" in listed_refs(admin.get("/caseload?whose=nobody").text)
    assert listed_refs(admin.get(f"/caseload?whose={shown.buddy}").text) == ["A", "B"]


def test_open_interventions_of_an_already_closed_account_are_handed_over(
    web_app: Flask, admin: LookingClient, shown: Leaving
) -> None:
    with web_app.app_context():
        db.session.get_one(User, shown.leaver).active = False
        db.session.commit()
    page = admin.get(f"/people/{shown.leaver}")
    assert "Open interventions: 2 in Crewe, 1 in Macclesfield. They are nobody’s until" in text_of(page)
    assert f'href="/people/{shown.leaver}/close"' in page.text
    chosen = {f"successor_{shown.crewe}": str(shown.buddy), f"successor_{shown.macclesfield}": "nobody"}
    done = admin.get(path_of(admin.send(f"/people/{shown.leaver}/close", chosen)))
    assert "The open interventions of Demo practitioner were handed over." in text_of(done)
    assert "Open interventions:" not in text_of(done)
    with web_app.app_context():
        assert whose(shown.a, shown.b, shown.c) == [shown.buddy, shown.buddy, None]


def test_only_active_practitioners_are_offered_for_a_new_family(
    web_app: Flask, client: LookingClient, tiny: TinyService, shown: Leaving
) -> None:
    with web_app.app_context():
        db.session.get_one(User, shown.leaver).active = False
        db.session.add(User(email="imported@example.org", name="Demo imported"))
        db.session.commit()
    client.sign_in(tiny.users[Role.LEAD])
    for address in (
        "/families/new",
        f"/families/{shown.d.family}/interventions/new",
        f"/interventions/{shown.b.intervention}/transfer",
        f"/families/{shown.b.family}/restrict",
    ):
        page = client.get(address).text.partition('id="main-content"')[2]
        assert "Demo buddy" in page, address
        assert not [name for name in ("practitioner", "lead", "imported") if f">Demo {name}" in page], address
