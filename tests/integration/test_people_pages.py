"""People, as an administrator looks after them: inviting, changing, letting out and in; and who is then where."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from passlib.totp import TOTP
from werkzeug.test import TestResponse

from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import Actor
from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Pod, ServerSession, User, UserRole
from star_tracker.records.accounts.people import close_account
from star_tracker.records.pods import add_pod
from tests.support.apps import COUNCIL, NOW
from tests.support.live import PASSWORD, LiveClient, LivePerson, live_person, new_client
from tests.support.pages import LookingClient, parse_page, path_of, read_token, text_of
from tests.support.tiny import TinyService, by

NEW_PASSWORD = "seven quiet purple wheelbarrows"
INVITED = {"email": "New.Person@Example.org", "name": "Demo new", "roles": ["practitioner"], "pod_ids": "1"}
"""Pod 1 is Crewe."""


@pytest.fixture
def administrator(live_app: Flask) -> LivePerson:
    """An administrator, and two pods."""
    with live_app.app_context():
        db.session.add_all([Pod(name="Crewe", council_id=COUNCIL), Pod(name="Macclesfield", council_id=COUNCIL)])
        return live_person("admin@example.org", roles=[Role.ADMINISTRATOR])


@pytest.fixture
def admin(live_client: LiveClient, administrator: LivePerson) -> LiveClient:
    """The administrator's browser."""
    live_client.enter(administrator)
    return live_client


def pod_id(app: Flask, name: str) -> str:
    with app.app_context():
        return str(db.session.query(Pod).filter_by(name=name).one().id)


def shown_link(response: TestResponse) -> str:
    """The path of the link that an answer shows."""
    fields = [e for e in parse_page(response.text).iter() if e.get("id") == "link"]
    assert len(fields) == 1, response.text
    return str(fields[0].get("value")).removeprefix("https://stars.example.org")


def set_up(client: LiveClient, email: str, password: str = NEW_PASSWORD) -> None:
    """Sign in for the first time: password, app, recovery codes."""
    assert path_of(client.give_password(email, password)) == "/account/authenticator"
    page = client.send("/account/authenticator", {"setup": "authenticator"})
    key = "".join(re.findall(r"Key: ([A-Z2-7-]+)", text_of(page))).replace("-", "")
    code = TOTP(key).generate().token
    assert path_of(client.post("/sign-in/code", data={"code": code, "csrf_token": read_token(page.text)})) == "/"
    client.send("/account/recovery-codes", {})


def add_person(app: Flask, email: str, *roles: Role, pod: str = "", set_up: bool = True) -> LivePerson:
    with app.app_context():
        return live_person(email, roles=roles or [Role.LEAD], pod=pod, set_up=set_up)


def test_an_administrators_day_begins_with_the_people(admin: LiveClient) -> None:
    assert path_of(admin.get("/")) == "/people"
    page = admin.get("/people")
    assert "Demo admin admin@example.org Administrator None Active Set up" in text_of(page)
    for address in ("/people", "/pods", "/settings"):
        assert f'href="{address}"' in page.text


def test_who_is_invited_follows_the_link_and_gets_in_with_their_own_pages(admin: LiveClient, live_app: Flask) -> None:
    response = admin.send("/people/new", INVITED | {"licensed_on": "1/2/2019"})
    assert response.status_code == 200, "the link stands in the answer itself"
    assert "A link for Demo new" in text_of(response)
    link = shown_link(response)
    listed = text_of(admin.get("/people"))
    assert (
        "Demo new new.person@example.org Practitioner Crewe Invited link until 17 April 2019 at 1:00pm Not set up"
        in listed
    )
    assert "Licensed since 1 February 2019. No training recorded." in listed
    invited = new_client(live_app)
    assert "For new.person@example.org" in text_of(invited.get(link))
    assert path_of(invited.send(link, {"password": NEW_PASSWORD})) == "/sign-in"
    set_up(invited, "new.person@example.org")
    assert path_of(invited.get("/")) == "/caseload"
    assert invited.get("/returns").status_code == 403
    assert invited.get("/people").status_code == 403
    assert "Demo new new.person@example.org Practitioner Crewe Active Set up" in text_of(admin.get("/people"))


def test_the_link_is_kept_nowhere(admin: LiveClient, live_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    response = admin.send("/people/new", INVITED)
    secret = shown_link(response).removeprefix("/link/")
    assert len(secret) > 40
    assert secret not in admin.get("/people").text
    with live_app.app_context():
        for table in ("users", "sessions", "audit_entries"):
            rows = db.session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()
            assert secret not in repr(rows)
        kept = [repr((entry.before, entry.after)) for entry in db.session.query(AuditEntry)]
        kept += [session.data for session in db.session.query(ServerSession)]
    assert secret not in "".join(kept)
    assert secret not in caplog.text


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"email": ""}, "email", "Enter their e-mail address"),
        ({"email": "nobody"}, "email", "like name@example.org"),
        ({"email": "ADMIN@example.org"}, "email", "There is a person with this address already"),
        ({"name": ""}, "name", "Enter their name"),
        ({"name": "Demo\u200bnew"}, "name", "cannot be seen"),
        ({"roles": []}, "roles", "Choose at least one role"),
        ({"roles": ["king"]}, "roles", "Choose from the options in the list"),
        ({"pod_ids": "99"}, "pod_ids", "Choose from the options in the list"),
        ({"pod_ids": []}, "pod_ids", "Choose at least one pod: a practitioner sees the families of their pods"),
        ({"roles": ["council", "lead"]}, "roles", "Council goes with no other role"),
        ({"trained_on": "31/2/2019"}, "trained_on", "Trained in the Star on: enter a real date"),
    ],
)
def test_invalid_invitation_has_errors_and_loses_nothing(
    admin: LiveClient, live_app: Flask, wrong: dict[str, object], field: str, message: str
) -> None:
    response = admin.send("/people/new", INVITED | {"licensed_on": "1.2.2019"} | wrong)
    assert response.status_code == 200
    assert f'<a href="#{field}"' in response.text
    assert message in text_of(response)
    assert 'value="1.2.2019"' in response.text
    for kept in ("New.Person@Example.org", 'value="practitioner" checked'):
        assert kept in response.text or field in ("email", "roles")
    with live_app.app_context():
        assert db.session.query(User).count() == 1


def test_inviting_twice_makes_one_person(admin: LiveClient) -> None:
    link = shown_link(admin.send("/people/new", INVITED))
    for email in (INVITED["email"], "new.person@ⓔxample。org"):
        again = admin.send("/people/new", INVITED | {"email": email})
        assert "There is a person with this address already: find them in the list" in text_of(again)
    assert "2 people." in text_of(admin.get("/people"))
    assert "For new.person@example.org" in text_of(admin.get(link)), "the first link still works"


def test_who_was_named_by_an_import_is_listed_and_invited(admin: LiveClient, live_app: Flask) -> None:
    with live_app.app_context():
        db.session.add(User(email="ana@example.org"))
        db.session.commit()
        known = db.session.query(User).filter_by(email="ana@example.org").one().id
    assert "ana@example.org None None Named by an import, no account" in text_of(admin.get("/people?state=named"))
    assert "They cannot sign in until they are invited" in text_of(admin.get(f"/people/{known}"))
    assert "has no role yet: invite them" in text_of(admin.send(f"/people/{known}/link", {}))
    address = f"/people/new?person={known}"
    assert 'value="ana@example.org"' in admin.get(address).text
    shown_link(admin.send(address, {"email": "ana@example.org", "name": "Demo Ana", "roles": ["lead"]}))
    assert "Demo Ana ana@example.org Service lead None Invited" in text_of(admin.get("/people"))
    assert "2 people." in text_of(admin.get("/people"))


def test_people_are_found_by_state_and_pod(admin: LiveClient, live_app: Flask) -> None:
    add_person(live_app, "crewe@example.org", Role.PRACTITIONER, pod="Crewe")
    closed = add_person(live_app, "gone@example.org")
    admin.send(f"/people/{closed.user_id}/close", {})
    for query, names in (
        (f"pod={pod_id(live_app, 'Crewe')}", ["crewe"]),
        ("state=closed", ["gone"]),
        ("state=active", ["admin", "crewe"]),
        (f"state=closed&pod={pod_id(live_app, 'Crewe')}", []),
        ("state=&pod=", ["admin", "crewe", "gone"]),
    ):
        said = text_of(admin.get(f"/people?{query}"))
        assert re.findall(r"(\w+)@example.org", said) == names, query
    assert "There is a problem" in text_of(admin.get("/people?state=mad"))


def test_missing_licence_is_shown_only_for_people_who_need_one(admin: LiveClient, live_app: Flask) -> None:
    add_person(live_app, "council@example.org", Role.COUNCIL)
    add_person(live_app, "lead@example.org", Role.LEAD)
    said = text_of(admin.get("/people"))
    assert said.count("No licence recorded. No training recorded.") == 1


def test_a_persons_details_are_changed_and_hold_at_once(admin: LiveClient, live_app: Flask) -> None:
    person = add_person(live_app, "someone@example.org", Role.PRACTITIONER, pod="Crewe")
    theirs = new_client(live_app)
    theirs.enter(person)
    address = f"/people/{person.user_id}/edit"
    begun = admin.get(address).text
    assert 'value="Demo someone"' in begun
    assert 'value="practitioner" checked' in begun
    changed = {"name": "Demo other", "roles": ["lead", "administrator"], "pod_ids": pod_id(live_app, "Macclesfield")}
    page = admin.get(path_of(admin.send(address, changed | {"trained_on": "2/3/2019"})))
    said = text_of(page)
    assert "The details of Demo other were saved" in said
    assert (
        "Roles Service lead, administrator Pods Macc" in said or "Roles Administrator, service lead Pods Macc" in said
    )
    assert "No licence recorded. Trained on 2 March 2019." in said
    assert theirs.get("/returns").status_code == 200
    assert "Choose at least one role" in text_of(admin.send(address, {"name": "Demo other"}))


def test_who_is_deactivated_is_out_at_once_and_in_again_when_the_account_is_reopened(
    admin: LiveClient, live_app: Flask
) -> None:
    lead = add_person(live_app, "lead@example.org")
    theirs = new_client(live_app)
    theirs.enter(lead)
    assert theirs.get("/cohort").status_code == 200
    page = admin.get(path_of(admin.send(f"/people/{lead.user_id}/close", {})))
    assert "The account of Demo lead was closed" in text_of(page)
    assert "Account Closed" in text_of(page)
    assert path_of(theirs.get("/cohort")) == "/sign-in"
    assert "is not right" in text_of(theirs.give_password(lead.email))
    assert "This account is closed: reopen it first" in text_of(admin.send(f"/people/{lead.user_id}/link", {}))
    admin.send(f"/people/{lead.user_id}/reopen", {})
    theirs.enter(lead)
    assert theirs.get("/cohort").status_code == 200


def test_closing_twice_is_written_once(admin: LiveClient, live_app: Flask) -> None:
    lead = add_person(live_app, "lead@example.org")
    for _ in range(2):
        assert path_of(admin.send(f"/people/{lead.user_id}/close", {})) == f"/people/{lead.user_id}"
    with live_app.app_context():
        assert db.session.query(AuditEntry).filter_by(action="deactivate").count() == 1


def test_a_reset_second_step_is_set_up_anew(admin: LiveClient, live_app: Flask) -> None:
    lead = add_person(live_app, "lead@example.org")
    theirs = new_client(live_app)
    theirs.enter(lead)
    page = admin.get(path_of(admin.send(f"/people/{lead.user_id}/reset", {})))
    assert "The second step of Demo lead was reset" in text_of(page)
    assert "Second step Not set up" in text_of(page)
    assert path_of(theirs.get("/cohort")) == "/sign-in", "their sessions ended"
    set_up(theirs, lead.email, PASSWORD)
    assert path_of(theirs.get("/")) == "/caseload"


def test_a_locked_account_is_unlocked(admin: LiveClient, live_app: Flask) -> None:
    lead = add_person(live_app, "lead@example.org")
    theirs = new_client(live_app)
    for number in range(10):
        later = NOW + timedelta(minutes=2 * number)
        live_app.extensions["star_tracker"] = replace(live_app.extensions["star_tracker"], now=lambda at=later: at)
        theirs.give_password(lead.email, "wrong wrong wrong")
    assert "ask your administrator to unlock" in text_of(theirs.give_password(lead.email))
    assert "Demo lead lead@example.org Service lead None Locked" in text_of(admin.get("/people?state=locked"))
    admin.send(f"/people/{lead.user_id}/unlock", {})
    assert "0 people." in text_of(admin.get("/people?state=locked"))
    assert path_of(theirs.give_password(lead.email)) == "/sign-in/code"


def test_a_new_link_takes_the_place_of_the_old_one(admin: LiveClient, live_app: Flask) -> None:
    old = shown_link(admin.send("/people/new", INVITED))
    with live_app.app_context():
        user_id = db.session.query(User).filter_by(email="new.person@example.org").one().id
    new = shown_link(admin.send(f"/people/{user_id}/link", {}))
    assert "does not work any more" in text_of(new_client(live_app).get(old))
    assert path_of(new_client(live_app).send(new, {"password": NEW_PASSWORD})) == "/sign-in"


def test_nobody_closes_their_own_account_or_takes_the_last_administrator_away(
    admin: LiveClient, administrator: LivePerson, live_app: Flask
) -> None:
    own = f"/people/{administrator.user_id}"
    assert "You cannot close your own account: ask another administrator" in text_of(admin.send(f"{own}/close", {}))
    no_more = {"name": "Demo admin", "roles": ["council"]}
    refused = admin.send(f"{own}/edit", no_more)
    assert "Nobody would be left to administer: make somebody else an administrator first" in text_of(refused)
    assert '<a href="#roles"' in refused.text
    second = add_person(live_app, "second@example.org", Role.ADMINISTRATOR)
    assert path_of(admin.send(f"{own}/edit", no_more)) == "/", "there is another now: they give the role away"
    assert admin.get("/people").status_code == 403
    other = new_client(live_app)
    other.enter(second)
    other.send(f"{own}/close", {})
    assert "Account Closed" in text_of(other.get(own))


def test_two_administrators_who_close_each_others_account_at_once_leave_one(app: Flask) -> None:
    users = [User(email=f"{name}@example.org", roles=[UserRole(role=Role.ADMINISTRATOR)]) for name in ("ada", "ben")]
    db.session.add_all(users)
    db.session.commit()
    add_pod(by(Actor()), name="Crewe")  # the first write of all registers the record's key
    ids = [user.id for user in users]
    db.session.rollback()

    def close(own: int, other: int) -> str:
        with app.app_context():
            try:
                close_account(by(Actor(user_id=own)), user_id=other, successors={})
            except DomainError as error:
                return error.message
            return "done"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(close, ids, reversed(ids)))
    assert sorted(answer[:6] for answer in answers) == ["Nobody", "done"], answers
    db.session.rollback()
    assert db.session.query(User).filter_by(active=True).count() == 1


def test_people_need_a_password_given_a_short_while_ago(
    admin: LiveClient, live_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("star_tracker.web.auth.access.FRESH", timedelta(0))
    for address in ("/people", "/people/new", "/people/1", "/people/1/close", "/settings", "/pods/1/merge/2"):
        assert path_of(admin.get(address)) == "/sign-in/again", address


def test_what_an_administrator_does_is_in_the_audit_trail(
    admin: LiveClient, administrator: LivePerson, live_app: Flask
) -> None:
    admin.send("/people/new", INVITED)
    with live_app.app_context():
        entry = db.session.query(AuditEntry).filter_by(action="invite").one()
        assert (entry.actor, entry.source, entry.entity) == (administrator.email, "127.0.0.1", "user")
        assert entry.after == {
            "name": "Demo new",
            "roles": ["practitioner"],
            "pods": ["Crewe"],
            "licensed_on": None,
            "trained_on": None,
        }


def test_in_the_demonstration_people_are_added_without_links(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.ADMINISTRATOR])
    response = client.send("/people/new", INVITED | {"email": "new@example.org"})
    said = text_of(client.get(path_of(response)))
    assert "In the demonstration there are no passwords and so no links" in said
    assert "Account Active" in said
    assert "Demo new" in client.get("/demo").text
    user_id = int(path_of(response).rpartition("/")[2])
    client.get(path_of(client.send(f"/people/{user_id}/close", {})))
    assert "Demo new" not in client.get("/demo").text
