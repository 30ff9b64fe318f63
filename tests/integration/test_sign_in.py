"""Signing in: a password and a code, what happens after wrong tries, and what ends a session."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from passlib.totp import TOTP

from star_tracker.domain.tries import FREE_TRIES
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Pod, ServerSession, User
from star_tracker.records.accounts.links import INVITATION_LASTS
from tests.support.apps import COUNCIL
from tests.support.live import PASSWORD, LiveClient, LivePerson, live_person, make_user_link, new_client, set_clock
from tests.support.pages import parse_page, path_of, read_token, text_of
from tests.support.tiny import add_family

OTHER_WAYS = ["LEAD@EXAMPLE.ORG", " lead@example.org ", "lead@ⓔxample.org", "lead@example。org", "ｌｅad@example.org"]
"""To write the lead's address."""


@pytest.fixture
def lead(live_app: Flask) -> LivePerson:
    """A service lead who has set everything up."""
    with live_app.app_context():
        return live_person("lead@example.org")


@pytest.fixture
def at(live_app: Flask) -> Callable[[timedelta], None]:
    """Sets the clock to so long after the tests' moment."""
    return partial(set_clock, live_app)


def list_actions(app: Flask) -> list[str]:
    with app.app_context():
        return [entry.action for entry in db.session.query(AuditEntry).filter_by(entity="user").order_by(AuditEntry.id)]


def test_a_password_and_a_code_open_the_first_page(live_client: LiveClient, lead: LivePerson) -> None:
    assert path_of(live_client.give_password(lead.email)) == "/sign-in/code"
    assert path_of(live_client.get("/cohort")) == "/sign-in", "a password alone opens nothing"
    live_client.enter(lead)
    assert live_client.get("/cohort").status_code == 200


def test_after_signing_in_a_person_is_where_they_wanted_to_be(live_client: LiveClient, lead: LivePerson) -> None:
    response = live_client.get("/cohort?pod=Crewe")
    assert response.headers["Location"] == "/sign-in?next=/cohort?pod%3DCrewe"
    address = response.headers["Location"]
    response = live_client.give_password(lead.email, address=address)
    response = live_client.give_code(lead.code(), address=response.headers["Location"])
    assert response.headers["Location"] == "/cohort?pod=Crewe"


def test_nobody_is_sent_to_another_site(live_client: LiveClient, lead: LivePerson) -> None:
    response = live_client.give_password(lead.email, address="/sign-in?next=https://evil.example/")
    assert "evil" not in response.headers.get("Location", "")


def test_wrong_password_and_unknown_address_give_the_same_error(live_client: LiveClient, lead: LivePerson) -> None:
    wrong = live_client.give_password(lead.email, "not the password at all")
    unknown = live_client.give_password("nobody@example.org", "not the password at all")
    assert text_of(wrong) == text_of(unknown)
    assert "The e-mail address or the password is not right" in text_of(wrong)


def test_a_code_opens_once(live_client: LiveClient, live_app: Flask, lead: LivePerson) -> None:
    code = lead.code()
    live_client.give_password(lead.email)
    assert path_of(live_client.give_code(code)) == "/"
    other = new_client(live_app)
    other.give_password(lead.email)
    assert "has been used" in text_of(other.give_code(code))
    assert path_of(other.give_code(lead.code(later=1))) == "/"


def test_a_recovery_code_stands_in_for_the_phone_once(
    live_client: LiveClient, live_app: Flask, lead: LivePerson
) -> None:
    live_client.give_password(lead.email)
    wrong = live_client.send("/sign-in/recovery-code", {"code": "0000-0000-0000"})
    assert "not one of your recovery codes" in text_of(wrong)
    assert path_of(live_client.send("/sign-in/recovery-code", {"code": " 12AB-34cd-56ef "})) == "/"
    other = new_client(live_app)
    other.give_password(lead.email)
    again = other.send("/sign-in/recovery-code", {"code": "12ab-34cd-56ef"})
    assert "not one of your recovery codes" in text_of(again)


def test_recovery_codes_and_the_authenticators_secret_are_encrypted(live_app: Flask, lead: LivePerson) -> None:
    with live_app.app_context():
        stored = db.session.connection().exec_driver_sql("SELECT mf_recovery_codes, tf_totp_secret FROM users").one()
    assert all(value.startswith("gAAAA") for value in stored)


def test_a_new_person_chooses_a_password_and_sets_up_an_app_before_anything_else(
    live_client: LiveClient, live_app: Flask
) -> None:
    with live_app.app_context():
        person = live_person("new@example.org", set_up=False)
    address = make_user_link(live_app, person)
    assert "new@example.org" in text_of(live_client.get(address))
    response = live_client.send(address, {"password": "seven quiet purple wheelbarrows"})
    assert path_of(response) == "/sign-in"
    response = live_client.give_password(person.email, "seven quiet purple wheelbarrows")
    assert path_of(response) == "/account/authenticator"
    assert path_of(live_client.get("/cohort")) == "/sign-in"
    page = live_client.send("/account/authenticator", {"setup": "authenticator"})
    assert "Scan this picture" in text_of(page)
    assert "img-src 'self' data:;" in page.headers["Content-Security-Policy"]
    key = "".join(re.findall(r"Key: ([A-Z2-7-]+)", text_of(page)))
    code = TOTP(key.replace("-", "")).generate().token
    done = live_client.post("/sign-in/code", data={"code": code, "csrf_token": read_token(page.text)})
    assert path_of(done) == "/"
    assert path_of(live_client.get("/")) == "/account/recovery-codes", "the first thing to do"
    codes = text_of(live_client.send("/account/recovery-codes", {}))
    assert len(re.findall(r"[0-9a-f]{4}(?:-[0-9a-f]{4}){2}", codes)) == 8
    assert path_of(live_client.get("/")) == "/caseload"


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("elevenchars", "at least 12 characters"),
        ("password1234", "would be guessed"),
        ("qwertyuiop123", "would be guessed"),
        ("new@example.org", "would be guessed"),
        ("", "Enter a password"),
    ],
)
def test_a_password_that_would_be_guessed_is_refused(
    live_client: LiveClient, live_app: Flask, password: str, message: str
) -> None:
    with live_app.app_context():
        person = live_person("new@example.org", set_up=False)
    address = make_user_link(live_app, person)
    assert message in text_of(live_client.send(address, {"password": password}))
    assert path_of(live_client.send(address, {"password": "ångström würfel 北京 lamp"})) == "/sign-in"


def test_a_link_works_once_and_until_a_newer_one(
    live_client: LiveClient, live_app: Flask, lead: LivePerson, at: Callable[[timedelta], None]
) -> None:
    old = make_user_link(live_app, lead)
    new = make_user_link(live_app, lead)
    assert "does not work any more" in text_of(live_client.get(old))
    live_client.send(new, {"password": "seven quiet purple wheelbarrows"})
    assert "does not work any more" in text_of(live_client.get(new))
    late = make_user_link(live_app, lead)
    at(INVITATION_LASTS + timedelta(seconds=1))
    assert "does not work any more" in text_of(live_client.get(late))


def test_wrong_tries_must_wait_then_lock_and_the_lock_opens_after_an_hour(
    live_client: LiveClient, live_app: Flask, lead: LivePerson, at: Callable[[timedelta], None]
) -> None:
    now = timedelta(0)
    for number in range(1, 11):
        said = text_of(live_client.give_password(lead.email, "wrong wrong wrong"))
        assert "Wait" not in said or number == 10, number
        if number == 3:
            said = text_of(live_client.give_password(lead.email))
            assert "Wait 2 seconds, then try again" in said, "even with the right password"
        now += timedelta(minutes=3)
        at(now)
    assert "Wait an hour, or ask your administrator" in text_of(live_client.give_password(lead.email))
    assert "lock" in list_actions(live_app)
    at(now + timedelta(hours=1))
    assert path_of(live_client.give_password(lead.email)) == "/sign-in/code"


@pytest.mark.parametrize("typed", OTHER_WAYS)
def test_an_address_written_in_another_way_signs_in(live_client: LiveClient, lead: LivePerson, typed: str) -> None:
    assert path_of(live_client.give_password(typed)) == "/sign-in/code"


def test_every_way_to_write_an_address_counts_for_its_account(live_client: LiveClient, lead: LivePerson) -> None:
    for typed in OTHER_WAYS[-FREE_TRIES:]:
        assert "is not right" in text_of(live_client.give_password(typed, "wrong wrong wrong"))
    for typed in [lead.email, *OTHER_WAYS]:
        assert "Wait 2 seconds" in text_of(live_client.give_password(typed)), typed


def test_what_is_no_address_is_counted_too(live_client: LiveClient) -> None:
    for typed in ("no address", "NO ADDRESS", "ｎo address"):
        live_client.give_password(typed, "wrong wrong wrong")
    assert "Wait 2 seconds" in text_of(live_client.give_password(" No address", "wrong wrong wrong"))


def test_wrong_tries_are_forgotten_after_an_hour(
    live_client: LiveClient, lead: LivePerson, at: Callable[[timedelta], None]
) -> None:
    for _ in range(FREE_TRIES):
        live_client.give_password(lead.email, "wrong wrong wrong")
    at(timedelta(hours=1))
    for _ in range(FREE_TRIES):
        assert "is not right" in text_of(live_client.give_password(lead.email, "wrong wrong wrong"))


def test_a_right_password_and_a_right_code_after_wrong_ones_have_nobody_wait(
    live_client: LiveClient, lead: LivePerson, at: Callable[[timedelta], None]
) -> None:
    for _ in range(FREE_TRIES):
        live_client.give_password(lead.email, "wrong wrong wrong")
    at(timedelta(seconds=5))
    assert path_of(live_client.give_password(lead.email)) == "/sign-in/code"
    assert path_of(live_client.give_code(lead.code())) == "/"


def test_an_address_without_an_account_locks_alike(
    live_client: LiveClient, lead: LivePerson, at: Callable[[timedelta], None]
) -> None:
    for number in range(10):
        at(timedelta(minutes=3 * number))
        said = [
            text_of(live_client.give_password(email, "wrong wrong wrong"))
            for email in (lead.email, "nobody@example.org")
        ]
        assert said[0] == said[1], number


def test_wrong_codes_lock_too_and_a_new_password_opens_the_lock(
    live_client: LiveClient, live_app: Flask, lead: LivePerson, at: Callable[[timedelta], None]
) -> None:
    live_client.give_password(lead.email)
    for number in range(10):
        at(timedelta(minutes=3 * number))
        code = "000000" if number % 2 else "0000-0000-0000"
        live_client.send("/sign-in/code" if number % 2 else "/sign-in/recovery-code", {"code": code})
    assert "too many wrong tries" in text_of(live_client.give_code(lead.code()))
    address = make_user_link(live_app, lead)
    new_client(live_app).send(address, {"password": "seven quiet purple wheelbarrows"})
    other = new_client(live_app)
    other.give_password(lead.email, "seven quiet purple wheelbarrows")
    assert path_of(other.give_code(lead.code())) == "/"


def test_a_failure_names_the_account_or_says_nothing_of_what_was_typed(
    live_client: LiveClient, live_app: Flask, lead: LivePerson
) -> None:
    live_client.give_password("my-password-by-mistake@example.org", "x")
    live_client.give_password("LEAD@ⓔxample.org", "x")
    with live_app.app_context():
        entries = db.session.query(AuditEntry).filter_by(action="fail to sign in").order_by(AuditEntry.id)
        assert [(entry.actor, entry.entity_id, entry.after, entry.source) for entry in entries] == [
            ("", None, None, "127.0.0.1"),
            (lead.email, lead.user_id, None, "127.0.0.1"),
        ]


def test_signing_out_ends_every_session_everywhere(live_client: LiveClient, live_app: Flask, lead: LivePerson) -> None:
    tablet = new_client(live_app)
    tablet.enter(lead)
    live_client.enter(lead)
    assert tablet.get("/cohort").status_code == 200
    live_client.post("/sign-out", data={"csrf_token": read_token(live_client.get("/about").text)})
    assert path_of(live_client.get("/cohort")) == "/sign-in"
    assert path_of(tablet.get("/cohort")) == "/sign-in"
    with live_app.app_context():
        assert db.session.query(ServerSession).filter_by(user_id=lead.user_id).count() == 0


def test_changing_the_password_ends_the_other_sessions(
    live_client: LiveClient, live_app: Flask, lead: LivePerson
) -> None:
    tablet = new_client(live_app)
    tablet.enter(lead)
    live_client.enter(lead)
    new = "seven quiet purple wheelbarrows"
    both = {"new_password": new, "new_password_confirm": new}
    assert "not your password" in text_of(live_client.send("/account/password", {"password": "x" * 12, **both}))
    assert path_of(live_client.send("/account/password", {"password": PASSWORD, **both})) == "/account"
    assert live_client.get("/cohort").status_code == 200
    assert path_of(tablet.get("/cohort")) == "/sign-in"


def test_who_was_deactivated_is_out_at_once(live_client: LiveClient, live_app: Flask, lead: LivePerson) -> None:
    live_client.enter(lead)
    with live_app.app_context():
        db.session.get_one(User, lead.user_id).active = False
        db.session.commit()
    assert path_of(live_client.get("/cohort")) == "/sign-in"
    assert "is not right" in text_of(live_client.give_password(lead.email))


def test_the_browser_holds_a_token_that_the_database_does_not(
    live_client: LiveClient, live_app: Flask, lead: LivePerson
) -> None:
    live_client.enter(lead)
    cookie = live_client.get_cookie("__Host-session", domain="stars.example.org")
    assert cookie is not None
    assert (cookie.secure, cookie.http_only, cookie.same_site, cookie.path) == (True, True, "Lax", "/")
    with live_app.app_context():
        stored = db.session.connection().exec_driver_sql("SELECT * FROM sessions").all()
    assert cookie.value not in repr(stored)


def test_no_browser_is_remembered_beyond_its_session(
    live_client: LiveClient, lead: LivePerson, at: Callable[[timedelta], None]
) -> None:
    live_client.send("/sign-in", {"email": lead.email, "password": PASSWORD, "remember": "y"})
    live_client.give_code(lead.code())
    assert live_client.get("/cohort").status_code == 200
    assert live_client.get_cookie("remember_token", domain="stars.example.org") is None
    at(timedelta(hours=9))
    assert path_of(live_client.get("/cohort")) == "/sign-in"


def test_the_password_given_again_changes_the_token(live_client: LiveClient, lead: LivePerson) -> None:
    live_client.enter(lead)
    before = live_client.get_cookie("__Host-session", domain="stars.example.org")
    live_client.send("/sign-in/again", {"password": PASSWORD})
    after = live_client.get_cookie("__Host-session", domain="stars.example.org")
    assert before
    assert after
    assert before.value != after.value
    assert live_client.get("/cohort").status_code == 200


def test_signing_in_gives_a_new_token(live_client: LiveClient, lead: LivePerson) -> None:
    live_client.get("/sign-in")
    before = live_client.get_cookie("__Host-session", domain="stars.example.org")
    live_client.enter(lead)
    after = live_client.get_cookie("__Host-session", domain="stars.example.org")
    assert before
    assert after
    assert before.value != after.value


def test_a_session_ends_after_twenty_idle_minutes_and_after_eight_hours(
    live_client: LiveClient, lead: LivePerson, at: Callable[[timedelta], None]
) -> None:
    live_client.enter(lead)
    for minutes in range(0, 8 * 60 + 1, 19):
        at(timedelta(minutes=minutes))
        assert live_client.get("/cohort").status_code == 200, minutes
    at(timedelta(hours=8, seconds=1))
    assert path_of(live_client.get("/cohort")) == "/sign-in"


def test_idling_ends_it_and_asking_how_long_is_no_sign_of_life(
    live_client: LiveClient, lead: LivePerson, at: Callable[[timedelta], None]
) -> None:
    live_client.enter(lead)
    for minutes, seconds_left in ((5, 15 * 60), (19, 60)):
        at(timedelta(minutes=minutes))
        assert live_client.get("/session").get_json()["seconds"] == seconds_left
    at(timedelta(minutes=20, seconds=1))
    assert live_client.get("/session").get_json() == {"seconds": 0}
    assert path_of(live_client.get("/cohort")) == "/sign-in"


def test_what_was_sent_too_late_is_kept_until_the_same_person_is_back(
    live_client: LiveClient, live_app: Flask, at: Callable[[timedelta], None], lead: LivePerson
) -> None:
    live_client.enter(lead)
    token = read_token(live_client.get("/families/new").text)
    at(timedelta(minutes=21))
    typed: dict[str, Any] = {
        "ref": "F-LATE",
        "parent_ref_1": "P1",
        "parent_name_2": "Ada",
        "parent_ref_2": "P2",
        "csrf_token": token,
    }
    assert path_of(live_client.post("/families/new", data=typed)) == "/sign-in"
    with live_app.app_context():
        other = live_person("other@example.org")
    colleague = new_client(live_app)
    colleague.enter(other)
    assert path_of(colleague.get("/")) == "/caseload", "it is nobody else's"
    live_client.enter(lead)
    assert path_of(live_client.get("/")) == "/kept"
    page = live_client.get("/kept")
    fields = {
        str(element.get("name")): str(element.get("value"))
        for element in parse_page(page.text).iter()
        if str(element.tag).endswith("input") and element.get("name")
    }
    assert fields["ref"] == "F-LATE"
    again = live_client.post("/families/new", data=fields)
    assert "Nothing was recorded yet. This is what you had typed" in text_of(again)
    assert all(f'value="{typed}"' in again.text for typed in ("F-LATE", "Ada", "P2"))
    assert path_of(live_client.get("/kept")) == "/", "it is kept once"


def test_exports_ask_for_the_password_again_after_a_quarter_of_an_hour(
    live_client: LiveClient, live_app: Flask, lead: LivePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    with live_app.app_context():
        crewe = Pod(name="Crewe", council_id=COUNCIL)
        db.session.add(crewe)
        db.session.commit()
        add_family("F1", crewe.id)
    live_client.enter(lead)
    address = "/returns/1/2018-19-Q4/restricted/workbook"
    assert live_client.get(address).status_code == 200
    monkeypatch.setattr("star_tracker.web.auth.access.FRESH", timedelta(0))
    response = live_client.get(address)
    assert response.headers["Location"] == f"/sign-in/again?next={address}"
    monkeypatch.undo()
    assert "not your password" in text_of(live_client.send("/sign-in/again", {"password": "wrong wrong"}))
    done = live_client.send(response.headers["Location"], {"password": PASSWORD, "next": address})
    assert done.headers["Location"] == address


def test_leaving_ends_the_session_and_shows_a_neutral_page(live_client: LiveClient, lead: LivePerson) -> None:
    live_client.enter(lead)
    elsewhere = live_client.get("/leave", headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.headers["Location"] == "https://www.bbc.co.uk/weather"
    assert live_client.get("/cohort").status_code == 200, "another site's link ends nothing"
    assert live_client.get("/leave", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302
    assert path_of(live_client.get("/cohort")) == "/sign-in"


def test_another_hosts_name_is_refused(live_client: LiveClient) -> None:
    assert live_client.get("/sign-in", base_url="https://evil.example").status_code == 400


def test_what_happens_to_an_account_is_in_the_audit_trail(
    live_client: LiveClient, live_app: Flask, lead: LivePerson
) -> None:
    live_client.give_password(lead.email, "wrong wrong wrong")
    live_client.enter(lead)
    live_client.send("/account/recovery-codes", {})
    live_client.post("/sign-out", data={"csrf_token": read_token(live_client.get("/about").text)})
    assert list_actions(live_app) == ["fail to sign in", "sign in", "make recovery codes", "sign out"]
