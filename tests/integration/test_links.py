"""Links by which a password is chosen: asking for one takes nothing away, tells nothing, and is possible so often."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from star_tracker.domain.tries import LINKS_FOR_ACCOUNT, LINKS_FOR_NETWORK
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, PasswordLink, User
from star_tracker.records.accounts.links import REMOVED_AT_A_TIME
from star_tracker.records.transactions import begin_write
from tests.support.apps import NOW
from tests.support.databases import counted_queries, read_whole_database
from tests.support.live import LivePerson, live_installation, live_person, make_user_link, new_client, set_clock
from tests.support.pages import path_of, read_token, text_of
from tests.support.smtp import Mailbox, link_in, running_mail_server

NEW_PASSWORD = "seven quiet purple wheelbarrows"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with running_mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def mailing_app(database_url: str, mailbox: Mailbox) -> Iterator[Flask]:
    """An installation that sends e-mail, on SQLite and on PostgreSQL."""
    with live_installation(database_url, mail=mailbox.settings) as app:
        yield app


@pytest.fixture
def lead(mailing_app: Flask) -> LivePerson:
    with mailing_app.app_context():
        return live_person("lead@example.org")


def ask(app: Flask, email: str, *, source: str = "192.0.2.1") -> TestResponse:
    """Ask for a link, from a network of one's own."""
    client, headers = new_client(app), {"X-Forwarded-For": source}
    token = read_token(client.get("/forgotten", headers=headers).text)
    sent = {"email": email, "csrf_token": token}
    response = client.post("/forgotten", data=sent, headers=headers, buffered=True)
    assert "If there is an account with that address" in text_of(client.get("/sign-in"))
    return response


def test_asking_does_the_same_whether_or_not_there_is_an_account(mailing_app: Flask, lead: LivePerson) -> None:
    """How long an answer takes then tells nothing either."""
    with mailing_app.app_context():
        closed, named = live_person("closed@example.org"), live_person("named@example.org", roles=[])
        begin_write()
        db.session.get_one(User, closed.user_id).active = False
        db.session.commit()
    ask(mailing_app, "first@example.org")  # which writes down the record's key
    done = {}
    for email in (lead.email, "nobody@example.org", closed.email, named.email, "no address"):
        with counted_queries(mailing_app) as done[email]:
            ask(mailing_app, email)
    assert len(done[lead.email]) > 10
    for email, statements in done.items():
        assert statements == done[lead.email], email


def test_a_few_links_an_hour_are_sent_for_an_account(mailing_app: Flask, mailbox: Mailbox, lead: LivePerson) -> None:
    for email in ("lead@example.org", "LEAD@ⓔxample.org", "nobody@example.org", " lead@example.org", lead.email):
        ask(mailing_app, email)
    assert len(mailbox.messages) == LINKS_FOR_ACCOUNT
    set_clock(mailing_app, timedelta(minutes=59))
    ask(mailing_app, lead.email)
    assert len(mailbox.messages) == LINKS_FOR_ACCOUNT
    set_clock(mailing_app, timedelta(hours=1))
    ask(mailing_app, lead.email)
    assert len(mailbox.messages) == LINKS_FOR_ACCOUNT + 1


def test_simultaneous_link_requests_stay_within_the_limit(
    mailing_app: Flask, mailbox: Mailbox, lead: LivePerson
) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _number: ask(mailing_app, lead.email), range(6)))
    assert len(mailbox.messages) == LINKS_FOR_ACCOUNT


def test_a_network_asks_for_so_many_links_and_takes_none_from_the_others(
    mailing_app: Flask, mailbox: Mailbox, lead: LivePerson
) -> None:
    for number in range(LINKS_FOR_NETWORK):
        ask(mailing_app, f"nobody{number}@example.org", source=f"2001:db8:0:1::{number + 1}")
    ask(mailing_app, lead.email, source="2001:db8:0:1::ffff")
    assert mailbox.messages == []
    for _ in range(LINKS_FOR_ACCOUNT):
        ask(mailing_app, lead.email, source="2001:db8:0:2::1")
    assert len(mailbox.messages) == LINKS_FOR_ACCOUNT


def test_asking_leaves_the_invitation_and_whichever_is_used_first_uses_up_both(
    mailing_app: Flask, mailbox: Mailbox
) -> None:
    with mailing_app.app_context():
        person = live_person("new@example.org", set_up=False)
    invitation = make_user_link(mailing_app, person)
    ask(mailing_app, person.email)
    ask(mailing_app, person.email)
    older, asked_for = (link_in(message) for message in mailbox.messages)
    reader = new_client(mailing_app)
    for link in (invitation, older):
        assert "For new@example.org" in text_of(reader.get(link))
    assert path_of(reader.send(asked_for, {"password": NEW_PASSWORD})) == "/sign-in"
    for link in (invitation, older, asked_for):
        assert "does not work any more" in text_of(reader.get(link))


def test_a_new_invitation_replaces_the_old_one_and_leaves_what_was_asked_for(
    mailing_app: Flask, mailbox: Mailbox, lead: LivePerson
) -> None:
    old = make_user_link(mailing_app, lead)
    ask(mailing_app, lead.email)
    new, asked_for = make_user_link(mailing_app, lead), link_in(mailbox.messages[0])
    reader = new_client(mailing_app)
    works = {link: "For lead@example.org" in text_of(reader.get(link)) for link in (old, new, asked_for)}
    assert works == {old: False, new: True, asked_for: True}
    set_clock(mailing_app, timedelta(hours=1, seconds=1))
    works = {link: "For lead@example.org" in text_of(reader.get(link)) for link in (new, asked_for)}
    assert works == {new: True, asked_for: False}


def test_a_changed_password_uses_up_every_link(mailing_app: Flask, mailbox: Mailbox, lead: LivePerson) -> None:
    link = make_user_link(mailing_app, lead)
    client = new_client(mailing_app)
    client.enter(lead)
    changed = {"password": "violet teapot under nine umbrellas", "new_password": NEW_PASSWORD}
    assert path_of(client.send("/account/password", {**changed, "new_password_confirm": NEW_PASSWORD})) == "/account"
    assert "does not work any more" in text_of(new_client(mailing_app).get(link))


def test_a_slow_mail_server_holds_up_neither_the_answer_nor_the_next_page(
    mailing_app: Flask, mailbox: Mailbox, lead: LivePerson
) -> None:
    mailbox.keeper.is_open.clear()
    ask(mailing_app, lead.email)  # the answer is read and closed
    assert new_client(mailing_app).get("/sign-in").status_code == 200
    assert mailbox.keeper.kept == []
    mailbox.keeper.is_open.set()
    assert len(mailbox.messages) == 1


def test_asking_is_in_the_audit_trail_without_an_address_that_has_no_account(
    mailing_app: Flask, lead: LivePerson
) -> None:
    ask(mailing_app, "nobody@example.org")
    ask(mailing_app, "LEAD@ⓔxample.org")
    with mailing_app.app_context():
        entries = db.session.query(AuditEntry).filter_by(action="ask for a link").order_by(AuditEntry.id)
        assert [(entry.actor, entry.entity_id) for entry in entries] == [("", None), (lead.email, lead.user_id)]
        assert "nobody" not in read_whole_database()


def test_links_whose_time_is_over_are_removed_some_at_a_time(mailing_app: Flask) -> None:
    old = NOW - timedelta(seconds=1)
    with mailing_app.app_context():
        begin_write()
        more = range(REMOVED_AT_A_TIME + 9)
        db.session.add_all(PasswordLink(secret_hash=f"{number}", kind="reset", expires_at=old) for number in more)
        db.session.commit()
    left = []
    for number in range(2):
        ask(mailing_app, f"nobody{number}@example.org")
        with mailing_app.app_context():
            left.append(db.session.query(PasswordLink).filter(PasswordLink.expires_at == old).count())
    assert left == [9, 0]
