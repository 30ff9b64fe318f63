"""A second person agrees: as the administrator, that person and the account's owner see it on pages and in e-mails."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from star_tracker.domain.permissions import COMMAND_LINE
from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.models import Pod, User
from star_tracker.records.accounts.people import make_new_link
from tests.integration.test_mail import make_mailing_app
from tests.integration.test_people_pages import NEW_PASSWORD, shown_link
from tests.support.apps import COUNCIL
from tests.support.live import LiveClient, LivePerson, live_person, new_client
from tests.support.pages import LookingClient, path_of, read_token, text_of
from tests.support.smtp import Mailbox, running_mail_server
from tests.support.tiny import TinyService, ask_for_reset, by

WHY = {"reason": "They lost their phone and came to the office"}
WAITS = "1 request about an account waits for your answer"
YES, NO = {"decision": "agree"}, {"decision": "refuse", "answer": "They know nothing of it"}


@pytest.fixture
def ada(live_app: Flask) -> LivePerson:
    """An administrator, in a service with a pod."""
    with live_app.app_context():
        db.session.add(Pod(name="Crewe", council_id=COUNCIL))
        return live_person("ada@example.org", roles=[Role.ADMINISTRATOR])


@pytest.fixture
def lead(live_app: Flask) -> LivePerson:
    with live_app.app_context():
        return live_person("lead@example.org", roles=[Role.LEAD])


@pytest.fixture
def owner(live_app: Flask) -> LivePerson:
    with live_app.app_context():
        return live_person("owner@example.org", roles=[Role.PRACTITIONER])


def enter(person: LivePerson, app: Flask) -> LiveClient:
    client = new_client(app)
    client.enter(person)
    return client


def first_page(client: LookingClient) -> str:
    return text_of(client.get(path_of(client.get("/"))))


def test_a_link_is_asked_for_agreed_to_and_made(
    live_app: Flask, ada: LivePerson, lead: LivePerson, owner: LivePerson
) -> None:
    asking, answering, owning = (enter(person, live_app) for person in (ada, lead, owner))
    address = f"/people/{owner.user_id}/link"
    said = text_of(asking.get(address))
    assert "Demo owner uses this account, so that somebody else has to agree first" in said
    assert "Whoever of these answers first: Demo lead Demo owner is told too." in said
    assert '<a href="#reason"' in asking.send(address, {"reason": " "}).text
    asked = asking.get(path_of(asking.send(address, WHY)))
    assert "They are asked." in text_of(asked)
    assert (
        "A new link for Demo owner, asked for by Demo ada on 10 April 2019 at 1:00pm. Waits for an answer"
        in text_of(asked)
    )
    assert "Waits for an answer" in text_of(asking.get(address)), "it cannot be asked for twice"
    assert "Demo ada asks for a new link for your account." in first_page(owning)
    assert WAITS in first_page(answering)
    listed = answering.get("/requests")
    assert "Demo ada asks for a new link for Demo owner, until 17 April 2019 at 1:00pm." in text_of(listed)
    page = answering.get("/requests/1")
    said = text_of(page)
    assert "Who asks Demo ada, ada@example.org For whom Demo owner, owner@example.org Why They lost their phone" in said
    assert "ask Demo owner yourself, face to face or on a number that you know" in said
    assert "Choose whether you agree" in text_of(answering.send("/requests/1", {}))
    answered = answering.get(path_of(answering.send("/requests/1", YES)))
    assert "You agreed. Demo ada can make the link now, and hands it over; nobody else sees it." in text_of(answered)
    assert WAITS not in first_page(answering)
    assert "Demo lead agreed to a new link for Demo owner: make it now" in first_page(asking)
    assert "Demo lead agreed to this." in text_of(asking.get(address))
    link = shown_link(asking.send(address, {}))
    assert "make it now" not in first_page(asking)
    assert "so that somebody else has to agree first" in text_of(asking.get(address)), "once"
    notice = "Demo ada made a link by which your password can be changed, and Demo lead agreed."
    assert f"On 10 April 2019 at 1:00pm, {notice}" in first_page(owning)
    page = owning.get("/caseload")
    owning.post("/requests/1/seen", data={"csrf_token": read_token(page.text)})
    assert notice not in first_page(owning)
    assert path_of(new_client(live_app).send(link, {"password": NEW_PASSWORD})) == "/sign-in"


def test_a_reset_is_done_when_a_second_administrator_agrees(
    live_app: Flask, ada: LivePerson, owner: LivePerson
) -> None:
    with live_app.app_context():
        ben = live_person("ben@example.org", roles=[Role.ADMINISTRATOR])
    asking, answering, owning = (enter(person, live_app) for person in (ada, ben, owner))
    asking.send(f"/people/{owner.user_id}/reset", WHY)
    assert WAITS in first_page(answering)
    assert "Their app, passkeys and recovery codes are forgotten at once" in text_of(answering.get("/requests/1"))
    done = answering.get(path_of(answering.send("/requests/1", YES)))
    assert "The second step of Demo owner was reset: they set up an app when they sign in next." in text_of(done)
    assert path_of(owning.get("/caseload")) == "/sign-in", "their sessions ended"
    assert path_of(owning.give_password(owner.email)) == "/account/authenticator"
    said = text_of(asking.get(f"/people/{owner.user_id}"))
    assert "A reset of the second step for Demo owner, asked for by Demo ada" in said
    assert "Demo ben agreed on 10 April 2019 at 1:00pm; done on" in said


def test_a_refusal_needs_a_reason_which_the_asker_reads(
    live_app: Flask, ada: LivePerson, lead: LivePerson, owner: LivePerson
) -> None:
    asking, answering = enter(ada, live_app), enter(lead, live_app)
    asking.send(f"/people/{owner.user_id}/reset", WHY)
    without = answering.send("/requests/1", NO | {"answer": " "})
    assert "Say why you refuse: whoever asked reads it" in text_of(without)
    assert '<a href="#answer"' in without.text
    assert "You refused. Demo ada is told, and why." in text_of(
        answering.get(path_of(answering.send("/requests/1", NO)))
    )
    said = "Demo lead refused on 10 April 2019 at 1:00pm: “They know nothing of it”"
    assert said in text_of(asking.get(f"/people/{owner.user_id}"))
    late = answering.get("/requests/1")
    token = read_token(late.text)
    again = answering.post("/requests/1", data=YES | {"csrf_token": token})
    assert "There is a problem Somebody else refused this already" in text_of(again)
    assert "Second step Set up" in text_of(asking.get(f"/people/{owner.user_id}"))


def test_requester_may_withdraw_their_request_but_not_answer_it(
    live_app: Flask, ada: LivePerson, lead: LivePerson, owner: LivePerson
) -> None:
    asking = enter(ada, live_app)
    asking.send(f"/people/{owner.user_id}/reset", WHY)
    page = asking.get("/requests/1")
    assert "Somebody else answers this" in text_of(page)
    assert 'name="decision"' not in page.text
    this = {"csrf_token": read_token(page.text)}
    assert "Somebody else answers this" in text_of(asking.post("/requests/1", data=YES | this))
    withdrawn = asking.get(path_of(asking.post("/requests/1/withdraw", data=this)))
    assert "The request was withdrawn." in text_of(withdrawn)
    assert "It was withdrawn." in text_of(withdrawn)
    assert "This request was answered or ran out already" in text_of(
        asking.get(path_of(asking.post("/requests/1/withdraw", data=this)))
    )
    assert WAITS not in first_page(enter(lead, live_app))
    other = enter(lead, live_app)
    token = read_token(other.get("/caseload").text)
    assert other.post("/requests/1/withdraw", data={"csrf_token": token}).status_code == 403


def test_step_that_nobody_else_can_approve_is_explained_and_the_owner_notified(
    live_app: Flask, ada: LivePerson, owner: LivePerson
) -> None:
    asking, owning = enter(ada, live_app), enter(owner, live_app)
    alone = "Nobody else is asked to agree, because there is no other administrator or service lead who can sign in."
    for step in ("link", "reset"):
        assert alone in text_of(asking.get(f"/people/{owner.user_id}/{step}"))
    shown_link(asking.send(f"/people/{owner.user_id}/link", {}))
    said = first_page(owning)
    assert "Demo ada made a link by which your password can be changed." in said
    assert "If you did not ask for it, tell another administrator and the service lead at once" in said


def test_for_somebody_who_was_invited_nobody_else_is_asked(live_app: Flask, ada: LivePerson, lead: LivePerson) -> None:
    with live_app.app_context():
        new = live_person("new@example.org")
        db.session.get_one(User, new.user_id).password = None
        db.session.commit()
    asking = enter(ada, live_app)
    page = asking.get(f"/people/{new.user_id}/link")
    assert "agree" not in text_of(page)
    shown_link(asking.send(f"/people/{new.user_id}/link", {}))


def test_owner_is_notified_of_a_link_from_the_command_line(live_app: Flask, ada: LivePerson, owner: LivePerson) -> None:
    with live_app.app_context():
        make_new_link(by(COMMAND_LINE), user_id=owner.user_id)
    notice = "somebody on the command line made a link by which your password can be changed."
    assert notice in first_page(enter(owner, live_app))


def test_an_answer_needs_the_password_given_a_short_while_ago(
    live_app: Flask, ada: LivePerson, lead: LivePerson, owner: LivePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(ada, live_app).send(f"/people/{owner.user_id}/reset", WHY)
    answering = enter(lead, live_app)
    monkeypatch.setattr("star_tracker.web.auth.access.FRESH", timedelta(0))
    assert path_of(answering.get("/requests/1")) == "/sign-in/again"


def test_a_lead_reads_in_the_trail_what_they_agreed_to_and_who_leads_and_nothing_else_of_people(
    live_app: Flask, ada: LivePerson, lead: LivePerson, owner: LivePerson
) -> None:
    asking, answering = enter(ada, live_app), enter(lead, live_app)
    asking.send("/people/new", {"email": "new@example.org", "name": "Demo new", "roles": ["lead"]})
    asking.send(f"/people/{owner.user_id}/reset", WHY)
    answering.send("/requests/1", YES)
    for client in (answering, asking):
        said = text_of(client.get("/audit"))
        assert "Demo ada asked for a reset of the second step for Demo owner" in said
        assert "Why" not in said
        assert "Demo lead agreed to the request for a reset of the second step for Demo owner" in said
        assert "Demo ada changed who administers or leads: Demo new" in said
        assert ("invited Demo new" in said) == (client is asking)
    assert "Demo lead agreed to the request" in text_of(answering.get("/account/activity"))


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with running_mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def mailing(sqlite_url: str, mailbox: Mailbox) -> Iterator[Flask]:
    app = make_mailing_app(sqlite_url, mailbox.settings)
    yield app
    with app.app_context():
        db.engine.dispose()


def told(mailbox: Mailbox) -> list[tuple[str, str]]:
    """To whom what was said since the last time, in one line."""
    said = sorted((str(mail["To"]), " ".join(mail.get_content().split())) for mail in mailbox.messages)
    mailbox.messages.clear()
    return said


def test_mails_about_requests_contain_no_name_and_no_reason(mailing: Flask, mailbox: Mailbox) -> None:
    with mailing.app_context():
        ada = live_person("ada@example.org", roles=[Role.ADMINISTRATOR])
        lead = live_person("lead@example.org", roles=[Role.LEAD])
        owner = live_person("owner@example.org", roles=[Role.LEAD])
    asking, answering = enter(ada, mailing), enter(lead, mailing)
    asks = "ada@example.org asks for a new link for owner@example.org"
    asking.send(f"/people/{owner.user_id}/link", WHY).close()
    (to_lead, first), (to_owner, second) = told(mailbox)
    assert (to_lead, to_owner) == (lead.email, owner.email)
    assert first.startswith(f"{asks}, and somebody else has to agree.")
    assert first.endswith("https://stars.example.org/requests/1")
    assert second.startswith(f"{asks}. Somebody else has to agree before it is done.")
    assert "tell an administrator and the service lead at once" in second
    answering.send("/requests/1", YES).close()
    [(to_ada, third)] = told(mailbox)
    assert to_ada == ada.email
    assert third.startswith("lead@example.org agreed to a new link for owner@example.org. You can make the link now:")
    asking.send(f"/people/{owner.user_id}/link", {"delivery": "show"}).close()
    [(to_owner, fourth)] = told(mailbox)
    assert to_owner == owner.email
    assert fourth.startswith(
        "ada@example.org made a link by which the password of your Star Tracker account can be changed"
    )
    assert "lead@example.org agreed." in fourth
    asking.send(f"/people/{owner.user_id}/reset", WHY).close()
    told(mailbox)
    answering.send("/requests/2", NO).close()
    answers = told(mailbox)
    assert [to for to, _said in answers] == [ada.email, owner.email]
    assert "lead@example.org refused a reset of the second step for owner@example.org" in answers[0][1]
    for _to, said in [("", first), ("", second), ("", third), ("", fourth), *answers]:
        assert "Demo" not in said
        assert WHY["reason"] not in said
        assert NO["answer"] not in said


def test_administrators_and_leads_are_notified_when_one_is_added_or_removed(mailing: Flask, mailbox: Mailbox) -> None:
    with mailing.app_context():
        ada = live_person("ada@example.org", roles=[Role.ADMINISTRATOR])
        live_person("ben@example.org", roles=[Role.ADMINISTRATOR])
        live_person("lead@example.org", roles=[Role.LEAD])
        council = live_person("council@example.org", roles=[Role.COUNCIL])
    client = enter(ada, mailing)
    deeds = [
        ("/people/new", {"email": "new@example.org", "name": "New", "roles": ["lead"], "delivery": "show"}),
        (f"/people/{council.user_id}/edit", {"name": "Demo council", "roles": ["administrator", "lead"]}),
        (f"/people/{council.user_id}/edit", {"name": "Demo other", "roles": ["administrator", "lead"]}),
        (f"/people/{council.user_id}/close", {}),
    ]
    said = []
    for address, form in deeds:
        client.send(address, form).close()
        said.append({to: words for to, words in told(mailbox) if to != "council@example.org"})
    changed = "ada@example.org changed that."
    for found, words in (
        (said[0], f"new@example.org is service lead in Star Tracker now: {changed}"),
        (said[1], f"council@example.org is administrator and service lead in Star Tracker now: {changed}"),
        (said[3], f"council@example.org is neither administrator nor service lead in Star Tracker now: {changed}"),
    ):
        assert sorted(found) == ["ben@example.org", "lead@example.org"]
        assert all(one.startswith(words) for one in found.values()), found
    assert said[2] == {}


def test_in_the_demonstration_a_request_waits_and_is_answered(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        ask_for_reset(tiny.practitioner_elsewhere, tiny.users[Role.ADMINISTRATOR])
    client.sign_in(tiny.users[Role.LEAD])
    assert WAITS in first_page(client)
    client.send("/requests/1", YES)
    client.sign_in(tiny.practitioner_elsewhere)
    assert "Demo administrator reset your second step, and Demo lead agreed." in first_page(client)
