"""Handing a return over by a real mail server: who is told, what the e-mail holds, and what the lead reads of it."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from star_tracker.domain.hand_over import News, write_hand_over
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.models import Council, SignedReturn, User, UserRole
from star_tracker.queries.returns.hand_overs import get_hand_over, list_addresses_to_tell
from star_tracker.records.returns.hand_over import begin_hand_over
from star_tracker.web.figures.returns.hand_over import hand_over
from tests.support.apps import COUNCIL, NOW
from tests.support.pages import LookingClient, read_token, text_of
from tests.support.smtp import Mailbox, free_port, mail_settings, running_mail_server
from tests.support.tiny import BY_SOMEBODY, TinyService

THERE = "/returns/1/2018-19-Q4/restricted"
QUARTER = Quarter(2018, 4)


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with running_mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def lead(web_app: Flask, tiny: TinyService) -> LookingClient:
    client = web_app.test_client()
    assert isinstance(client, LookingClient)
    client.sign_in(tiny.users[Role.LEAD])
    return client


def send_mail_by(app: Flask, port: int) -> None:
    app.extensions["star_tracker"] = replace(app.extensions["star_tracker"], mail=mail_settings(port))


def add_officer(app: Flask, email: str, *, active: bool = True) -> None:
    with app.app_context():
        council = db.session.get_one(Council, COUNCIL)
        roles = [UserRole(role=Role.COUNCIL)]
        db.session.add(User(email=email, name="Hidden-Name", roles=roles, councils=[council], active=active))
        db.session.commit()


def sign(lead: LookingClient, **data: str) -> str:
    """Sign the return off, and return what the next page says."""
    page = lead.get(THERE)
    checked = text_of(page).rpartition("which every file names too: ")[2].strip()
    sent = {"csrf_token": read_token(page.text), "has_checked": "y", "fingerprint": checked} | data
    return text_of(lead.post(f"{THERE}/sign-off", data=sent, follow_redirects=True))


def hand_over_one(app: Flask, tiny: TinyService) -> str:
    """Hand over a version that was signed off before, and return what the lead reads of it."""
    with app.app_context():
        signed = SignedReturn(
            council_id=COUNCIL,
            starts_on=QUARTER.starts_on,
            profile="published",
            version=1,
            signed_at=NOW,
            signed_by_id=tiny.users[Role.LEAD],
            page={},
            archive=b"",
        )
        db.session.add(signed)
        db.session.commit()
    with app.test_request_context():
        return str(hand_over(db.session.get_one(SignedReturn, 1), QUARTER))


def test_the_councils_people_are_told_once_and_who_could_not_be_is_named_to_the_lead_alone(
    web_app: Flask, tiny: TinyService, lead: LookingClient, mailbox: Mailbox
) -> None:
    send_mail_by(web_app, mailbox.port)
    add_officer(web_app, "a-gone@example.org")
    add_officer(web_app, "closed@example.org", active=False)
    mailbox.keeper.refused.add("a-gone@example.org")
    said = sign(lead)
    outcome = (
        "An e-mail told 1 person of the council. No e-mail could be sent to a-gone@example.org: tell them yourself."
    )
    assert f"The return is signed off: The council sees it now. {outcome}" in said
    assert f"Version 1: {outcome}" in said
    (message,) = mailbox.messages
    assert message["To"] == "council@example.org"
    assert not re.search("Demo lead|Hidden-Name|Crewe|council@|lead@", message.get_content())
    with web_app.app_context():
        assert not begin_hand_over(BY_SOMEBODY, signed_id=1, addresses=["council@example.org"], news=News.SIGNED_OFF), (
            "once"
        )
    trail = text_of(lead.get("/audit"))
    assert "told the council by e-mail of a signed return" in trail
    assert "could not tell everybody of the council by e-mail of a signed return" in trail
    officer = web_app.test_client()
    assert isinstance(officer, LookingClient)
    officer.sign_in(tiny.users[Role.COUNCIL])
    assert "e-mail" not in text_of(officer.get(THERE))


def test_the_councils_people_are_told_of_a_withdrawal_without_its_reason(
    web_app: Flask, tiny: TinyService, lead: LookingClient, mailbox: Mailbox
) -> None:
    sign(lead)
    send_mail_by(web_app, mailbox.port)
    answer = lead.send("/returns/signed/1/withdraw", {"reason": "Crewe was counted twice"})
    said = text_of(lead.get(answer.location))
    assert "The sign-off was withdrawn: The council sees this return no more. An e-mail told 1 person" in said
    message = mailbox.messages[-1]
    assert (message["To"], message["Subject"]) == ("council@example.org", "Star Tracker: a return is withdrawn")
    first, then, *_ = filter(None, message.get_content().splitlines())
    assert first.endswith("for January to March 2019, version 1, is withdrawn: do not use its figures or files.")
    assert then.startswith("Sign in to read why: ")
    assert not re.search("counted twice|Demo lead", message.get_content())
    assert "told the council by e-mail of the withdrawal of a signed return" in text_of(lead.get("/audit"))


def test_the_lead_is_told_where_the_mail_server_does_not_answer(web_app: Flask, tiny: TinyService) -> None:
    add_officer(web_app, "second@example.org")
    send_mail_by(web_app, free_port())
    said = hand_over_one(web_app, tiny)
    assert said == "No e-mail could be sent to council@example.org and second@example.org: tell them yourself."
    with web_app.app_context():
        assert str(get_hand_over(1)) == said


def test_nobody_is_told_without_a_mail_server_nor_of_another_council(web_app: Flask, tiny: TinyService) -> None:
    assert hand_over_one(web_app, tiny) == ""
    with web_app.app_context():
        assert get_hand_over(1) is None
        assert list_addresses_to_tell(COUNCIL) == ["council@example.org"]
        assert list_addresses_to_tell(COUNCIL + 1) == []


def test_the_email_has_the_quarter_and_where_to_sign_in_and_no_figure() -> None:
    def write(version: int) -> str:
        return write_hand_over(
            service_name="Demo service", quarter=QUARTER, profile="published", version=version, address="https://stars"
        )

    assert write(1) == (
        "The published return of Demo service for January to March 2019 is signed off.\n\n"
        "Sign in to read it and to take its files: https://stars/returns\n\n"
        "This e-mail holds no figure and needs no answer. You get it because you read these returns.\n"
    )
    assert " is signed off. It is version 2: do not use an earlier one.\n" in write(2)
