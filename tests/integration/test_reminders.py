"""Weekly reminders by a real mail server, and calendars at a secret address: numbers and references, and no name."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import update

from star_tracker.domain.reminders import get_week
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import Kind
from star_tracker.domain.tries import CALENDAR_READS, WRONG_CALENDARS
from star_tracker.extensions import db
from star_tracker.keys import KeyRing
from star_tracker.models import AuditEntry, CalendarAddress, Family, Parent, Priority, Reminder, Star, User
from star_tracker.records.accounts.people import close_account, reopen_account
from star_tracker.records.accounts.reminders import ask_for_reminders, make_calendar_address, open_calendar, take_week
from tests.support.apps import KEY, NOW, TODAY, make_app
from tests.support.caseloads import SmallCaseload, fill_caseload
from tests.support.commands import Ended, run_here
from tests.support.pages import LookingClient, parse_page, path_of, text_of
from tests.support.smtp import Mailbox, free_port, running_mail_server
from tests.support.tiny import BY_SOMEBODY, TinyService, add_star, fill_tiny_service, new_star, restrict_to
from tests.support.trail import list_looks

PAGE = "/account/reminders"


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with running_mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def reminded(sqlite_url: str) -> Iterator[Flask]:
    """The practitioner and the lead want reminders; the families have names. Every Star is overdue by now."""
    app = make_app(sqlite_url)
    with app.app_context():
        tiny = fill_tiny_service()
        for role in (Role.PRACTITIONER, Role.LEAD):
            for _ in range(2):
                ask_for_reminders(BY_SOMEBODY, user_id=tiny.users[role])
        for record in (*db.session.query(Family), *db.session.query(Parent)):
            record.name = "Hidden-Name"
        db.session.commit()
    yield app
    with app.app_context():
        db.engine.dispose()


def change_reminders(app: Flask, model: type[Reminder] | type[User], **values: object) -> None:
    with app.app_context():
        db.session.connection(execution_options={"writes": True})
        db.session.execute(update(model).values(**values))
        db.session.commit()


def remind(app: Flask, port: int, *options: str, **settings: str) -> Ended:
    environment: Mapping[str, str] = {
        "STAR_TRACKER_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "STAR_TRACKER_ENCRYPTION_KEYS": KEY,
        "STAR_TRACKER_ADDRESS": "https://stars.example.org",
        "STAR_TRACKER_MAIL_SERVER": f"127.0.0.1:{port}",
        "STAR_TRACKER_MAIL_SECURITY": "none",
        "STAR_TRACKER_MAIL_SENDER": "stars@example.org",
        **settings,
    }
    return run_here("remind", *options, environment=environment)


def test_each_is_reminded_once_a_week_of_their_own_caseload_without_a_name(reminded: Flask, mailbox: Mailbox) -> None:
    last_week = get_week(datetime.now(ZoneInfo("Europe/London")).date()) - timedelta(days=7)
    change_reminders(reminded, Reminder, sent_for=last_week)
    dry = remind(reminded, mailbox.port, "--dry-run")
    assert dry.stdout.splitlines() == [
        "practitioner@example.org: nothing is due",
        "lead@example.org: would be sent 3 overdue",
    ]
    assert mailbox.messages == []
    first = remind(reminded, mailbox.port)
    assert (first.returncode, first.stdout.splitlines()[1]) == (0, "lead@example.org: sent 3 overdue")
    again = remind(reminded, mailbox.port)
    assert again.stdout.splitlines()[1] == "lead@example.org: sent before"
    (message,) = mailbox.messages
    assert (message["To"], message["Subject"]) == ("lead@example.org", "Star Tracker: what is due")
    said = message.get_content()
    assert "- 3 overdue" in said
    assert "Your caseload: https://stars.example.org/caseload" in said
    for secret in ("Hidden-Name", "F1", "F2", "P1"):
        assert secret not in said
    with reminded.app_context():
        trail = db.session.query(AuditEntry).filter_by(entity="reminder").order_by(AuditEntry.id)
        assert [(entry.action, entry.actor) for entry in trail] == [
            ("record", "tests@example.org"),
            ("record", "tests@example.org"),
            ("remind", "command line"),
        ], "asked for twice, recorded once"


def test_what_could_not_be_sent_is_sent_by_the_next_run(reminded: Flask, mailbox: Mailbox) -> None:
    before = len(mailbox.messages)
    failed = remind(reminded, free_port())
    assert failed.returncode == 1
    assert "lead@example.org: The e-mail could not be sent" in failed.stderr
    assert "1 reminder for the week of" in failed.stderr
    assert remind(reminded, mailbox.port).stdout.splitlines()[1] == "lead@example.org: sent 3 overdue"
    assert len(mailbox.messages) == before + 1


def test_a_closed_account_gets_none_and_without_a_mail_server_the_command_says_what_to_set(reminded: Flask) -> None:
    change_reminders(reminded, User, active=False)
    said = remind(reminded, free_port()).stdout
    assert said.count("they read no family any more") == 2
    unset = remind(reminded, free_port(), STAR_TRACKER_MAIL_SERVER="")
    assert (unset.returncode, "set STAR_TRACKER_MAIL_SERVER" in unset.stderr) == (1, True)


def test_a_week_is_taken_once_whoever_sends(app: Flask) -> None:
    tiny = fill_tiny_service()
    ask_for_reminders(BY_SOMEBODY, user_id=tiny.users[Role.LEAD])
    reminder = db.session.query(Reminder.id).one()[0]
    weeks = (date(2019, 4, 8), date(2019, 4, 8), date(2019, 4, 1), date(2019, 4, 15))
    assert [take_week(BY_SOMEBODY, reminder_id=reminder, week=week) for week in weeks] == [True, False, False, True]


@pytest.fixture
def caseload(web_app: Flask, tiny: TinyService) -> SmallCaseload:
    with web_app.app_context():
        filled = fill_caseload(tiny)
        for record in (*db.session.query(Family), *db.session.query(Parent)):
            record.name = "Hidden-Name"
        db.session.commit()
        return filled


def make_address(client: LookingClient) -> str:
    """Press the button, and read the address off the page."""
    page = client.send(PAGE, {"deed": "make"})
    (field,) = [one for one in parse_page(page.text).iter() if one.get("id") == "address"]
    return str(field.get("value")).removeprefix("http://localhost")


def read_events(client: LookingClient, address: str) -> list[tuple[date, str]]:
    answer = client.get(address)
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Hidden-Name" not in answer.text
    events = Calendar.from_ical(answer.text).walk("VEVENT")
    return [(event.decoded("dtstart"), str(event["summary"])) for event in events]


def test_a_calendar_has_what_is_due_on_ones_caseload_by_reference_and_kind_alone(
    web_app: Flask, client: LookingClient, tiny: TinyService, caseload: SmallCaseload
) -> None:
    practitioner = tiny.users[Role.PRACTITIONER]
    with web_app.app_context():
        restrict_to(caseload.later.family, practitioner)
    client.sign_in(practitioner)
    address = make_address(client)
    secret = address.removeprefix("/calendar/").removesuffix(".ics")
    assert len(secret) == 64
    assert secret not in client.get(PAGE).text, "it is shown once"
    with web_app.app_context():
        assert secret not in repr(db.session.query(AuditEntry.before, AuditEntry.after).all())
        assert db.session.query(CalendarAddress).one().keyed_index != secret
    stranger = web_app.test_client()
    assert isinstance(stranger, LookingClient)
    assert read_events(stranger, address) == [
        (date(2019, 1, 31), "LATE LATE-P: start Star due"),
        (date(2019, 4, 17), "SOON SOON-P: start Star due"),
        (date(2019, 4, 29), "LONG LONG-P: start Star due"),
    ], "not the restricted family, though its practitioner reads it"
    read_events(stranger, address)
    assert [look.actor for look in list_looks(web_app) if look.entity == "calendar"] == ["practitioner@example.org"]
    said = text_of(client.get("/account/activity"))
    assert "read what is due on their caseload, by their private calendar address, for the first time that day" in said
    assert f"last read on {TODAY.day} April 2019" in text_of(client.get(PAGE))


def test_a_calendar_has_the_days_agreed_until_somebody_says_what_came_of_it(
    web_app: Flask, client: LookingClient, tiny: TinyService, caseload: SmallCaseload
) -> None:
    may, june = date(2019, 5, 1), date(2019, 6, 1)
    with web_app.app_context():
        stars = {
            star.kind: star.id for star in db.session.query(Star).filter_by(registration_id=caseload.done.registration)
        }
        hers = add_star(caseload.later.registration, new_star(Kind.START, date(2019, 4, 1))).id
        restrict_to(caseload.later.family, tiny.users[Role.PRACTITIONER])
        outcome = {"outcome": "done", "reviewed_with_id": stars["closure"]}
        said = "Hidden-Name"
        db.session.connection(execution_options={"writes": True})
        db.session.add_all(
            [
                Priority(star_id=stars["start"], area="family_routine", action=said, by_when=may, **outcome),
                Priority(star_id=stars["closure"], area="family_routine", action=said, by_whom=said, by_when=june),
                Priority(star_id=stars["closure"], area="home_and_money", action=said, by_when=june),
                Priority(star_id=stars["closure"], area="social_networks", action=said),
                Priority(star_id=hers, area="family_routine", action=said, by_when=june),
            ]
        )
        db.session.commit()
    client.sign_in(tiny.users[Role.PRACTITIONER])
    events = read_events(web_app.test_client(), make_address(client))  # type: ignore[arg-type] # it is the app's own
    assert [event for event in events if "Star due" not in event[1]] == [
        (june, "DONE DONE-P: what was agreed is due"),
    ], "once for a day, though it has nothing more due; nothing of the restricted family, no area, no word of it"


def test_another_address_a_removed_one_and_a_closed_account_open_nothing(
    web_app: Flask, client: LookingClient, tiny: TinyService, caseload: SmallCaseload
) -> None:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    first = make_address(client)
    second = make_address(client)
    stranger = web_app.test_client()
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200
    assert path_of(client.send(PAGE, {"deed": "remove"})) == PAGE
    assert stranger.get(second).status_code == 404
    third = make_address(client)
    with web_app.app_context():
        db.session.execute(update(User).where(User.id == tiny.users[Role.PRACTITIONER]).values(active=False))
        db.session.commit()
    assert stranger.get(third).status_code == 404
    for nonsense in ("x", "0" * 64, "%00", "é" * 300):
        assert stranger.get(f"/calendar/{nonsense}.ics").status_code == 404


def test_closing_an_account_ends_both_for_good(web_app: Flask, client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    address = make_address(client)
    client.send(PAGE, {"deed": "remind"})
    with web_app.app_context():
        close_account(BY_SOMEBODY, user_id=tiny.users[Role.PRACTITIONER], successors={})
        reopen_account(BY_SOMEBODY, user_id=tiny.users[Role.PRACTITIONER])
        assert db.session.query(Reminder).count() == 0
    assert web_app.test_client().get(address).status_code == 404


def test_addresses_are_read_and_guessed_so_often_and_no_more(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    address = make_address(client)
    stranger = web_app.test_client()
    assert {stranger.get(address).status_code for _ in range(CALENDAR_READS)} == {200}
    assert stranger.get(address).status_code == 429
    assert {stranger.get("/calendar/0.ics").status_code for _ in range(WRONG_CALENDARS)} == {404}
    assert stranger.get("/calendar/1.ics").status_code == 429
    settings = web_app.extensions["star_tracker"]
    web_app.extensions["star_tracker"] = replace(settings, now=lambda: NOW + timedelta(hours=2))
    assert stranger.get(address).status_code == 200


def test_an_address_goes_on_with_a_new_key_beside_the_old_one(sqlite_url: str) -> None:
    with make_app(sqlite_url).app_context():
        tiny = fill_tiny_service()
        secret = make_calendar_address(BY_SOMEBODY, user_id=tiny.users[Role.PRACTITIONER])
    new = KeyRing.new_key()
    with make_app(sqlite_url, encryption_keys=(new, KEY)).app_context():
        assert open_calendar(secret, source="", now=NOW, today=TODAY) is not None
        keyed_index = db.session.query(CalendarAddress).one().keyed_index
        assert keyed_index == KeyRing([new]).index(secret), "once read, the new key alone finds it"
        db.session.remove()
        db.engine.dispose()


def test_who_reads_no_family_or_has_none_of_their_own_makes_no_address(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    assert "calendar" not in text_of(client.get(PAGE))
    client.send(PAGE, {"deed": "make"})
    client.send(PAGE, {"deed": "remind"})
    assert "You get it at lead@example.org, since 10 April 2019." in text_of(client.get(PAGE))
    client.send(PAGE, {"deed": "end"})
    assert "Remind me each week" in text_of(client.get(PAGE))
    with web_app.app_context():
        assert db.session.query(CalendarAddress).count() == db.session.query(Reminder).count() == 0
    client.sign_in(tiny.users[Role.ADMINISTRATOR])
    trail = text_of(client.get("/audit"))
    assert "removed a weekly reminder by e-mail" in trail
    assert "Reminders by e-mail" not in client.get("/account").text
