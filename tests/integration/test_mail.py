"""E-mail, by a real mail server: the invitation, the forgotten password, and a server that takes no mail."""

import re
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_ssl_devcert

from star_tracker.config import MailSettings
from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.mail import MailError, send_mail
from star_tracker.models import AuditEntry
from tests.support.apps import LIVE, make_app
from tests.support.live import LiveClient, live_person, new_client
from tests.support.pages import parse_page, path_of, read_token, text_of
from tests.support.smtp import SENDER, Mailbox, free_port, link_in, mail_settings, running_mail_server, wait_until_sent

NEW_PASSWORD = "seven quiet purple wheelbarrows"
INVITED = {"email": "new@example.org", "name": "Demo new", "roles": ["lead"]}


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with running_mail_server() as mailbox:
        yield mailbox


def make_mailing_app(database_url: str, mail: MailSettings) -> Flask:
    app = make_app(database_url, web=True, **LIVE, mail=mail)
    app.test_client_class = LiveClient
    return app


@pytest.fixture
def mailing(sqlite_url: str, mailbox: Mailbox) -> Iterator[LiveClient]:
    """A browser at an installation that sends e-mail; nobody is signed in."""
    app = make_mailing_app(sqlite_url, mailbox.settings)
    yield new_client(app)
    with app.app_context():
        db.engine.dispose()


def enter_as_administrator(client: LiveClient) -> None:
    with client.application.app_context():
        administrator = live_person("admin@example.org", roles=[Role.ADMINISTRATOR])
    client.enter(administrator)


def test_an_invitation_by_mail_lets_its_reader_choose_a_password(mailing: LiveClient, mailbox: Mailbox) -> None:
    enter_as_administrator(mailing)
    assert 'value="mail" checked' in mailing.get("/people/new").text
    response = mailing.send("/people/new", INVITED | {"delivery": "mail"})
    said = text_of(mailing.get(path_of(response)))
    assert "A link is on its way to new@example.org. It works once, within 7 days." in said
    (message,) = mailbox.messages
    assert (message["To"], message["From"]) == ("new@example.org", SENDER)
    assert message["Subject"] == "Star Tracker: choose your password"
    assert "Family support service" in message.get_content()
    link = link_in(message)
    assert link.removeprefix("/link/") not in said
    invited = new_client(mailing.application)
    assert "For new@example.org" in text_of(invited.get(link))
    assert path_of(invited.send(link, {"password": NEW_PASSWORD})) == "/sign-in"
    assert path_of(invited.give_password("new@example.org", NEW_PASSWORD)) == "/account/authenticator"


def test_a_link_may_be_shown_instead_of_sent(mailing: LiveClient, mailbox: Mailbox) -> None:
    enter_as_administrator(mailing)
    response = mailing.send("/people/new", INVITED | {"delivery": "show"})
    assert "https://stars.example.org/link/" in response.text
    assert mailbox.messages == []


def test_a_new_link_by_mail_takes_the_place_of_the_old_one(mailing: LiveClient, mailbox: Mailbox) -> None:
    enter_as_administrator(mailing)
    page = path_of(mailing.send("/people/new", INVITED | {"delivery": "mail"}))
    mailing.send(f"{page}/link", {"delivery": "mail"})
    old, new = (link_in(message) for message in mailbox.messages)
    invited = new_client(mailing.application)
    assert "does not work any more" in text_of(invited.get(old))
    assert path_of(invited.send(new, {"password": NEW_PASSWORD})) == "/sign-in"


def test_link_is_shown_with_an_error_if_the_mail_server_does_not_answer(sqlite_url: str) -> None:
    client = new_client(make_mailing_app(sqlite_url, mail_settings(free_port())))
    enter_as_administrator(client)
    response = client.send("/people/new", INVITED | {"delivery": "mail"})
    assert response.status_code == 200
    assert "The e-mail could not be sent: copy the link and hand it over yourself" in text_of(response)
    shown = next(e for e in parse_page(response.text).iter() if e.get("id") == "link")
    link = str(shown.get("value")).removeprefix("https://stars.example.org")
    assert "For new@example.org" in text_of(new_client(client.application).get(link))
    assert "new@example.org Service lead None Invited" in text_of(client.get("/people")), (
        "they are invited all the same"
    )


def test_a_forgotten_password_is_chosen_anew_by_mail(mailing: LiveClient, mailbox: Mailbox) -> None:
    with mailing.application.app_context():
        lead = live_person("lead@example.org")
    token = read_token(mailing.get("/forgotten").text)
    sent = {"email": " Lead@Example.org ", "csrf_token": token}
    response = mailing.post("/forgotten", data=sent, buffered=True)
    assert path_of(response) == "/sign-in"
    (message,) = mailbox.messages
    assert message["To"] == lead.email
    assert "The link works once, for an hour" in message.get_content()
    link = link_in(message)
    reader = new_client(mailing.application)
    chosen = {"password": NEW_PASSWORD, "csrf_token": read_token(reader.get(link).text)}
    assert path_of(reader.post(link, data=chosen, buffered=True)) == "/sign-in"
    assert "A password was chosen for your Star Tracker account" in mailbox.messages[1].get_content()
    assert path_of(reader.give_password(lead.email, NEW_PASSWORD)) == "/sign-in/code"
    assert path_of(reader.give_code(lead.code())) == "/"
    assert "does not work any more" in text_of(new_client(mailing.application).get(link))


def test_address_without_an_account_gets_the_same_answer_and_no_mail(mailing: LiveClient, mailbox: Mailbox) -> None:
    with mailing.application.app_context():
        live_person("lead@example.org")
    said = []
    for email in ("lead@example.org", "nobody@example.org"):
        token = read_token(mailing.get("/forgotten").text)
        mailing.post("/forgotten", data={"email": email, "csrf_token": token}, buffered=True)
        said.append(text_of(mailing.get("/sign-in")))
    assert said[0] == said[1]
    assert "If there is an account with that address, a link is on its way to it" in said[0]
    assert [message["To"] for message in mailbox.messages] == ["lead@example.org"]


def test_a_dead_server_does_not_tell_whether_there_is_an_account(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = new_client(make_mailing_app(sqlite_url, mail_settings(free_port())))
    with client.application.app_context():
        live_person("lead@example.org")
    token = read_token(client.get("/forgotten").text)
    client.post("/forgotten", data={"email": "lead@example.org", "csrf_token": token}, buffered=True)
    assert "a link is on its way to it" in text_of(client.get("/sign-in"))
    wait_until_sent()
    assert "an e-mail could not be sent: ConnectionRefusedError" in caplog.text
    assert not re.search(r"/link/|lead@", caplog.text)
    with client.application.app_context():
        assert db.session.query(AuditEntry).filter_by(action="ask for a link").count() == 1


def test_a_mail_server_without_a_good_certificate_gets_nothing(tmp_path: Path) -> None:
    certificate, key = make_ssl_devcert(str(tmp_path / "own"), host="127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with running_mail_server(ssl_context=context) as mailbox:
        with pytest.raises(MailError, match="could not be sent"):
            send_mail(replace(mailbox.settings, security="tls"), "someone@example.org", "Hello", "A link")
        assert mailbox.messages == []


def test_person_is_notified_when_their_account_is_closed_or_changed(mailing: LiveClient, mailbox: Mailbox) -> None:
    with mailing.application.app_context():
        person = live_person("someone@example.org")
    enter_as_administrator(mailing)
    mailing.send(f"/people/{person.user_id}/reset", {}).close()
    mailing.send(f"/people/{person.user_id}/close", {}).close()
    told = [message.get_content() for message in mailbox.messages if message["To"] == person.email]
    assert "reset the second step" in told[0]
    assert "closed your Star Tracker account" in told[1]
