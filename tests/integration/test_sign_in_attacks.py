"""Signing in under attack: many tries at one moment, and what others do while a password is hashed."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from passlib.context import CryptContext
from passlib.hash import argon2
from sqlalchemy import text
from werkzeug.test import TestResponse

from star_tracker.domain.permissions import COMMAND_LINE
from star_tracker.domain.tries import FREE_TRIES
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Pod, Tally, User
from star_tracker.records.accounts import tries
from star_tracker.records.accounts.people import reset_second_factor
from star_tracker.records.transactions import begin_write
from star_tracker.web.auth import sign_in_forms as forms
from tests.support.apps import NOW
from tests.support.live import (
    PASSWORD,
    LiveClient,
    LivePerson,
    hash_of_password,
    live_person,
    make_user_link,
    new_client,
)
from tests.support.pages import path_of, read_token, text_of
from tests.support.tiny import by

WRONG = "wrong wrong wrong"
NEW_PASSWORD = "seven quiet purple wheelbarrows"
AT_ONCE = 6
LIGHTER: Any = argon2.using(memory_cost=8, rounds=1, parallelism=1)  # type: ignore[no-untyped-call] # passlib's hints stop here


@pytest.fixture
def lead(live_app_on_both: Flask) -> LivePerson:
    """A service lead who has set everything up."""
    with live_app_on_both.app_context():
        return live_person("lead@example.org")


def list_entries(app: Flask) -> list[tuple[str, str, int | None]]:
    """What the audit trail says of accounts: what was done, by whom, to whom."""
    with app.app_context():
        entries = db.session.query(AuditEntry).filter_by(entity="user").order_by(AuditEntry.id)
        return [(entry.action, entry.actor, entry.entity_id) for entry in entries]


def do_at_once(acts: list[Callable[[], TestResponse]]) -> list[TestResponse]:
    """What each of several browsers is answered that send something at the same moment."""
    meeting = Barrier(len(acts))

    def act(one: Callable[[], TestResponse]) -> TestResponse:
        meeting.wait(60)
        return one()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def prepare(client: LiveClient, address: str, data: dict[str, str]) -> Callable[[], TestResponse]:
    """Open a form's page; what is called then sends the form."""
    sent = {**data, "csrf_token": read_token(client.get(address).text)}
    return lambda: client.post(address, data=sent)


def with_password(app: Flask, person: LivePerson) -> LiveClient:
    """A browser of somebody who has given the password and not yet the code."""
    client = new_client(app)
    assert path_of(client.give_password(person.email)) == "/sign-in/code"
    return client


def test_simultaneous_guesses_get_no_more_tries_than_successive_ones(live_app_on_both: Flask, lead: LivePerson) -> None:
    guesses = [
        prepare(new_client(live_app_on_both), "/sign-in", {"email": typed, "password": WRONG})
        for typed in [lead.email, "LEAD@ⓔxample.org"] * (AT_ONCE // 2)
    ]
    answers = [text_of(answer) for answer in do_at_once(guesses)]
    assert sum("is not right" in answer for answer in answers) == FREE_TRIES
    assert sum("Wait 2 seconds" in answer for answer in answers) == len(guesses) - FREE_TRIES
    assert list_entries(live_app_on_both) == [("fail to sign in", lead.email, lead.user_id)] * FREE_TRIES


@pytest.mark.parametrize(("address", "code"), [("/sign-in/code", ""), ("/sign-in/recovery-code", "12ab-34cd-56ef")])
def test_a_code_that_is_sent_several_times_at_once_opens_once(
    live_app_on_both: Flask, lead: LivePerson, monkeypatch: pytest.MonkeyPatch, address: str, code: str
) -> None:
    monkeypatch.setattr("star_tracker.domain.tries.FREE_TRIES", AT_ONCE)
    browsers = [with_password(live_app_on_both, lead) for _ in range(AT_ONCE)]
    sent = {"code": code or lead.code()}
    answers = do_at_once([prepare(browser, address, sent) for browser in browsers])
    assert [answer.headers.get("Location") for answer in answers].count("/") == 1
    assert [action for action, *_ in list_entries(live_app_on_both)].count("sign in") == 1
    assert [browser.get("/cohort").status_code for browser in browsers].count(200) == 1


def test_a_link_that_is_followed_several_times_at_once_sets_one_password(
    live_app_on_both: Flask, lead: LivePerson
) -> None:
    link = make_user_link(live_app_on_both, lead)
    passwords = [f"{NEW_PASSWORD} {number}" for number in range(AT_ONCE)]
    browsers = [new_client(live_app_on_both) for _ in passwords]
    answers = do_at_once(
        [prepare(one, link, {"password": password}) for one, password in zip(browsers, passwords, strict=True)]
    )
    chosen = [password for password, answer in zip(passwords, answers, strict=True) if answer.status_code == 302]
    assert len(chosen) == 1
    assert sum("does not work any more" in answer.text for answer in answers) == AT_ONCE - 1
    assert path_of(new_client(live_app_on_both).give_password(lead.email, chosen[0])) == "/sign-in/code"
    assert [action for action, *_ in list_entries(live_app_on_both)].count("choose password") == 1


def test_the_password_given_again_and_the_one_to_be_changed_are_counted_too(
    live_app_on_both: Flask, lead: LivePerson
) -> None:
    client = new_client(live_app_on_both)
    client.enter(lead)
    new = {"new_password": NEW_PASSWORD, "new_password_confirm": NEW_PASSWORD}
    for address, more in (("/sign-in/again", {}), ("/account/password", new), ("/account/password", new)):
        assert "not your password" in text_of(client.send(address, {"password": WRONG, **more}))
    for address, more in (("/sign-in/again", {}), ("/account/password", new)):
        assert "Wait 2 seconds" in text_of(client.send(address, {"password": PASSWORD, **more}))
    assert list_entries(live_app_on_both)[1:] == [("fail to sign in", lead.email, lead.user_id)] * 3


def test_a_new_password_that_is_refused_is_no_wrong_try(live_app_on_both: Flask, lead: LivePerson) -> None:
    client = new_client(live_app_on_both)
    client.enter(lead)
    for new, why in (("password1234", "would be guessed"), (PASSWORD, "differs from the one you have")):
        sent = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
        assert why in text_of(client.send("/account/password", sent))
    with live_app_on_both.app_context():
        assert db.session.query(Tally).count() == 0


def test_a_right_password_alone_forgets_no_wrong_code(live_app_on_both: Flask, lead: LivePerson) -> None:
    for _ in range(FREE_TRIES):
        with_password(live_app_on_both, lead).give_code("000000")
    client = new_client(live_app_on_both)
    assert "Wait 2 seconds" in text_of(client.give_password(lead.email))


def test_a_wrong_passkey_is_counted_and_in_the_audit_trail(live_app_on_both: Flask, lead: LivePerson) -> None:
    client = with_password(live_app_on_both, lead)
    page = client.send("/sign-in/passkey", {}).text
    address = page.partition('action="')[2].partition('"')[0]
    for _ in range(FREE_TRIES):
        client.post(address, data={"credential": "{}", "csrf_token": read_token(page)})
    assert "That did not work: begin again" in text_of(client.get("/sign-in/passkey"))
    assert list_entries(live_app_on_both) == [("fail to sign in", lead.email, lead.user_id)] * FREE_TRIES
    assert "Wait 2 seconds" in text_of(client.give_code(lead.code()))


@contextmanager
def during_hashing(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> Iterator[None]:
    """Have something happen whenever a password is hashed or compared."""
    with monkeypatch.context() as patch:
        for name in ("hash", "verify"):
            original = getattr(CryptContext, name)

            def hashed(self: Any, *args: Any, original: Any = original, **more: Any) -> Any:
                act()
                return original(self, *args, **more)

            patch.setattr(CryptContext, name, hashed)
        yield


def test_nobody_waits_for_a_password_that_is_hashed(
    live_app_on_both: Flask, lead: LivePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No connection is taken meanwhile, and whatever a colleague writes meanwhile stands in nobody's way."""
    held = []

    def colleague_writes() -> None:
        held.append(db.engine.pool.checkedout())  # type: ignore[attr-defined] # of a pool that counts
        with db.engine.connect().execution_options(writes=True) as connection:
            pod = "INSERT INTO pods (name, name_folded, council_id) SELECT :name, :name, min(id) FROM councils"
            connection.execute(text(pod), {"name": f"Pod {len(held)}"})
            connection.commit()

    client = new_client(live_app_on_both)
    link = make_user_link(live_app_on_both, lead)
    new = {"new_password": PASSWORD, "new_password_confirm": PASSWORD}
    with during_hashing(monkeypatch, colleague_writes):
        client.give_password("nobody@example.org")
        client.give_password(lead.email, WRONG)
        assert path_of(client.send(link, {"password": NEW_PASSWORD})) == "/sign-in"
        assert path_of(client.give_password(lead.email, NEW_PASSWORD)) == "/sign-in/code"
        assert path_of(client.give_code(lead.code())) == "/"
        assert path_of(client.send("/sign-in/again", {"password": NEW_PASSWORD})) == "/"
        assert path_of(client.send("/account/password", {"password": NEW_PASSWORD, **new})) == "/account"
    assert held == [0] * 7
    with live_app_on_both.app_context():
        assert db.session.query(Pod).count() == 7


def test_a_password_that_is_replaced_while_it_is_compared_lets_nobody_in(
    live_app_on_both: Flask, lead: LivePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = [make_user_link(live_app_on_both, lead)]

    def owner_chooses_another() -> None:
        if links:
            with ThreadPoolExecutor(1) as elsewhere:
                browser = new_client(live_app_on_both)
                elsewhere.submit(browser.send, links.pop(), {"password": NEW_PASSWORD}).result()

    thief = new_client(live_app_on_both)
    with during_hashing(monkeypatch, owner_chooses_another):
        assert "changed a moment ago" in text_of(thief.give_password(lead.email))
    assert path_of(thief.get("/sign-in/code")) == "/sign-in"


def test_a_password_that_is_replaced_while_it_is_changed_stays_replaced(
    live_app_on_both: Flask, lead: LivePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    thief = new_client(live_app_on_both)
    thief.enter(lead)
    links, hashed = [make_user_link(live_app_on_both, lead)], []

    def owner_chooses_another() -> None:
        hashed.append(1)
        if len(hashed) == 2:  # the password was compared, and now the new one is hashed
            with ThreadPoolExecutor(1) as elsewhere:
                browser = new_client(live_app_on_both)
                elsewhere.submit(browser.send, links.pop(), {"password": NEW_PASSWORD}).result()

    new = {"new_password": "eight loud orange harmonicas", "new_password_confirm": "eight loud orange harmonicas"}
    with during_hashing(monkeypatch, owner_chooses_another):
        said = text_of(thief.send("/account/password", {"password": PASSWORD, **new}))
    assert "Your password was changed at the same moment" in said
    assert path_of(new_client(live_app_on_both).give_password(lead.email, NEW_PASSWORD)) == "/sign-in/code"


def test_a_second_step_that_is_reset_while_its_code_is_sent_lets_nobody_in(
    live_app_on_both: Flask, lead: LivePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = with_password(live_app_on_both, lead)
    send = prepare(client, "/sign-in/code", {"code": lead.code()})

    def count_try(*args: Any, **more: Any) -> tries.Try:
        reset_second_factor(by(COMMAND_LINE), user_id=lead.user_id)
        return tries.count_try(*args, **more)

    monkeypatch.setattr(forms, "count_try", count_try)
    assert "changed a moment ago" in text_of(send())
    with live_app_on_both.app_context():
        assert db.session.get_one(User, lead.user_id).tf_totp_secret is None


def test_password_with_outdated_hash_parameters_is_rehashed_once(live_app_on_both: Flask, lead: LivePerson) -> None:
    with live_app_on_both.app_context():
        begin_write()
        db.session.get_one(User, lead.user_id).password = LIGHTER.hash(PASSWORD)
        db.session.commit()
    with_password(live_app_on_both, lead)
    with live_app_on_both.app_context():
        hashed = str(db.session.get_one(User, lead.user_id).password)
    assert hashed.split("$")[:4] == hash_of_password().split("$")[:4]
    with_password(live_app_on_both, lead)
    with live_app_on_both.app_context():
        assert db.session.get_one(User, lead.user_id).password == hashed


def test_tries_that_decide_nothing_any_more_are_removed_some_at_a_time(live_app_on_both: Flask) -> None:
    old, more = NOW - timedelta(hours=1), tries.REMOVED_AT_A_TIME + 20
    with live_app_on_both.app_context():
        begin_write()
        rows = [Tally(counted="sign_in", keyed_index=f"{number}", times=3, at=old) for number in range(more)]
        db.session.add_all([*rows, Tally(counted="link", keyed_index="young", times=1, at=NOW)])
        db.session.commit()
    client = new_client(live_app_on_both)
    left = []
    for number in range(2):
        client.give_password(f"nobody{number}@example.org", WRONG)
        with live_app_on_both.app_context():
            left.append(db.session.query(Tally).filter(Tally.at == old).count())
    assert left == [20, 0]
    with live_app_on_both.app_context():
        assert db.session.query(Tally).count() == 3
