"""What docs/security.md says and no other test shows."""

import json
import re
import time
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet
from flask import Flask
from itsdangerous import TimestampSigner
from psycopg.abc import Query
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from star_tracker.config import MailSettings
from star_tracker.extensions import db
from star_tracker.keys import KeyRing, WrongKeyError
from star_tracker.mail import send_mail
from star_tracker.models import AuditEntry, ServerSession, User
from star_tracker.queries.audit.audit_chain import verify_chain
from star_tracker.web.platform.downloads import send_bytes
from tests.support.apps import LIVE, make_app
from tests.support.live import (
    PASSWORD,
    LiveClient,
    LivePerson,
    live_installation,
    live_person,
    make_user_link,
    new_client,
)
from tests.support.pages import path_of, read_token, text_of
from tests.support.postgres import PostgresServer
from tests.support.tiny import fill_tiny_service

DOCUMENT = Path(__file__).parents[2] / "docs" / "security.md"
LONGEST_PASSWORD = ("violet teapot under nine umbrellas, " * 4)[:128]
WRONG = {"email": "nobody@example.org", "password": "wrong wrong wrong"}


@pytest.fixture
def lead(live_app: Flask) -> LivePerson:
    with live_app.app_context():
        return live_person("lead@example.org")


def test_passwords_are_kept_as_argon2id(sqlite_url: str) -> None:
    with live_installation(sqlite_url, is_hash_light=False) as app:
        with app.app_context():
            person = live_person()
        new_client(app).send(make_user_link(app, person), {"password": LONGEST_PASSWORD})
        with app.app_context():
            password = str(db.session.get_one(User, person.user_id).password)
    assert password.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_password_may_have_128_characters_and_counts_to_the_last(live_client: LiveClient, lead: LivePerson) -> None:
    live_client.enter(lead)
    new = {"new_password": LONGEST_PASSWORD, "new_password_confirm": LONGEST_PASSWORD}
    assert path_of(live_client.send("/account/password", {"password": PASSWORD, **new})) == "/account"
    live_client.post("/sign-out", data={"csrf_token": read_token(live_client.get("/about").text)})
    assert "is not right" in text_of(live_client.give_password(lead.email, LONGEST_PASSWORD[:-1] + "x"))
    assert path_of(live_client.give_password(lead.email, LONGEST_PASSWORD)) == "/sign-in/code"


def test_password_fields_hide_what_is_typed_and_let_a_password_manager_fill_it(live_client: LiveClient) -> None:
    (field,) = re.findall(r"<input[^>]*name=\"password\"[^>]*>", live_client.get("/sign-in").text)
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in field


@pytest.mark.parametrize("address", ["/account/authenticator", "/account/passkeys", "/account/recovery-codes"])
def test_changing_how_one_signs_in_asks_for_the_password_after_a_quarter_of_an_hour(
    live_client: LiveClient, live_app: Flask, lead: LivePerson, address: str
) -> None:
    live_client.enter(lead)
    assert live_client.get(address).status_code == 200
    with live_app.app_context():
        row = db.session.query(ServerSession).filter_by(user_id=lead.user_id).one()
        kept = json.loads(row.data) | {"fs_paa": time.time() - 15 * 60 - 1}
        row.data = json.dumps({name: value for name, value in kept.items() if name != "fs_gexp"})
        db.session.commit()
    assert path_of(live_client.get(address)) == "/sign-in/again"


def start_passkey(client: LiveClient) -> tuple[str, dict[str, str]]:
    """The address with the signed state of a passkey that is being added, and what is sent there."""
    page = client.send("/account/passkeys", {"name": "Work tablet", "usage": "secondary"}).text
    (address,) = re.findall(r'action="(/account/passkeys/[^"]+)"', page)
    return address, {"csrf_token": read_token(page), "credential": "{}"}


def test_a_passkeys_state_that_was_changed_is_refused(live_client: LiveClient, lead: LivePerson) -> None:
    live_client.enter(lead)
    address, form = start_passkey(live_client)
    assert path_of(live_client.post(address[:-4] + "AAAA", data=form)) == "/account/passkeys"
    assert "That did not work: begin again" in text_of(live_client.get("/account/passkeys"))


def test_a_passkeys_state_that_is_old_is_refused(
    live_client: LiveClient, lead: LivePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_client.enter(lead)
    address, form = start_passkey(live_client)
    late = int(time.time() + timedelta(minutes=31).total_seconds())
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: late)
    live_client.post(address, data=form | {"csrf_token": read_token(live_client.get("/account").text)})
    assert "That took too long: begin again" in text_of(live_client.get("/account"))


def test_an_installation_has_no_demonstration_no_listing_and_no_trace(live_client: LiveClient) -> None:
    assert live_client.get("/demo").status_code == 404
    assert live_client.get("/static/").status_code == 404
    assert live_client.get("/static/build/").status_code == 404
    for address in ("/sign-in", "/static/build/app.css"):
        assert live_client.open(address, method="TRACE").status_code == 405


def test_who_asks_is_what_the_trusted_proxy_says(live_client: LiveClient, live_app: Flask) -> None:
    form = WRONG | {"csrf_token": read_token(live_client.get("/sign-in").text)}
    live_client.post("/sign-in", data=form, headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
    with live_app.app_context():
        assert db.session.query(AuditEntry).one().source == "203.0.113.9", "the last one: the rest anybody may write"


def test_a_form_from_another_site_is_refused(live_client: LiveClient) -> None:
    form = WRONG | {"csrf_token": read_token(live_client.get("/sign-in").text)}
    refused = live_client.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert (refused.status_code, "could not use what was sent" in text_of(refused)) == (400, True)


def test_a_line_break_makes_no_second_header(live_app: Flask) -> None:
    mail = MailSettings(host="localhost", port=1, security="none", user="", password="", sender="stars@example.org")
    with live_app.app_context(), pytest.raises(ValueError, match="linefeed"):
        send_mail(mail, "a@example.org\r\nBcc: b@example.org", "Subject", "Text")
    with live_app.test_request_context():
        sent = send_bytes(b"", 'a"\r\nSet-Cookie: x=1;.csv')
    assert sent.headers["Content-Disposition"] == "attachment; filename*=UTF-8''a%22%0D%0ASet-Cookie%3A%20x%3D1%3B.csv"


def test_what_was_encrypted_and_then_changed_is_not_decrypted() -> None:
    keys = KeyRing([Fernet.generate_key().decode()])
    hidden = keys.encrypt("Ada")
    changed = hidden[:40] + ("A" if hidden[40] != "A" else "B") + hidden[41:]
    with pytest.raises(WrongKeyError):
        keys.decrypt(changed)


def read_rights() -> list[bytes]:
    """The statements of the document that give the application's account its rights."""
    block = DOCUMENT.read_text(encoding="utf-8").partition("```sql\n")[2].partition("```")[0]
    statements = [" ".join(statement.split()) for statement in re.sub(r"--.*", "", block).split(";")]
    return [statement.encode() for statement in statements if statement]


def test_postgresql_lets_the_applications_account_add_to_the_audit_trail_and_change_nothing_in_it(
    postgres_server: PostgresServer, postgres_template: str
) -> None:
    with postgres_server.database(template=postgres_template) as url:
        with psycopg.connect(url, autocommit=True) as owner:
            for statement in read_rights():
                query: Query = statement
                owner.execute(query)
        app = make_app(url.replace("postgres@", "star_tracker_app@"), web=True, **LIVE)
        app.test_client_class = LiveClient
        with app.app_context():
            tiny = fill_tiny_service()
            person = live_person("someone@example.org")
        client = app.test_client()
        assert isinstance(client, LiveClient)
        client.enter(person)
        for address in (f"/families/{tiny.family}", "/families?q=x", "/cohort", "/audit"):
            assert client.get(address).status_code == 200, address
        with app.app_context():
            assert verify_chain().entries > 4
            for forbidden in (
                "UPDATE audit_entries SET actor = 'nobody'",
                "DELETE FROM audit_entries",
                "TRUNCATE audit_entries",
                "DELETE FROM audit_chain",
            ):
                with pytest.raises(ProgrammingError, match="permission denied"):
                    db.session.execute(text(forbidden))
                db.session.rollback()
            db.session.remove()
            db.engine.dispose()
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute("DROP OWNED BY star_tracker_app")
            owner.execute("DROP ROLE star_tracker_app")
