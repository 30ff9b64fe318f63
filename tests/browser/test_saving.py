"""A Star in progress is never lost: cut off, served again, reloaded, signed out, in two windows at once."""

import re
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Dialog, Page, expect

from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS, get_edition
from star_tracker.extensions import db
from star_tracker.models import Draft
from tests.browser.conftest import DESKTOP, TABLET, change_settings, serving
from tests.browser.test_pages import LEAD, PRACTITIONER, check_page
from tests.browser.test_recording import add_family, begin_star
from tests.browser.test_signing_in import give_code, give_password
from tests.support.apps import NOW, make_app
from tests.support.live import LivePerson, forget_last_code, live_person

Open = Callable[..., Page]
LABELS = get_edition("first").areas


@dataclass
class Service:
    """The demonstration behind a server that can be stopped and started again at the same address."""

    app: Flask
    port: int
    running: ExitStack = field(default_factory=ExitStack)

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Answer from now on."""
        self.running.enter_context(serving(self.app, port=self.port))

    def stop(self) -> None:
        """Answer no more."""
        self.running.close()


@pytest.fixture
def service(demo_template: Path, tmp_path: Path) -> Iterator[Service]:
    path = shutil.copy(demo_template, tmp_path / "demo.db")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    service = Service(make_app(f"sqlite:///{path}", web=True), port)
    service.start()
    yield service
    service.stop()


@pytest.fixture
def window(browser: Browser, service: Service) -> Iterator[Page]:
    """A tablet on which the practitioner scores a Star; that a connection fails is no fault of the page."""
    context = browser.new_context(base_url=service.address, viewport=TABLET, has_touch=True)  # type: ignore[arg-type] # a plain dict
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page)
    add_family(page)
    begin_star(page)
    expect_saved(page)  # the scripts have started
    yield page
    context.close()
    assert complaints == []


def sign_in(page: Page, who: str = PRACTITIONER) -> None:
    page.goto("/demo")
    page.get_by_role("button", name=who, exact=True).click()


def choose(page: Page, code: str, value: str) -> None:
    page.locator(f"input[name={code}][value='{value}']").check()


def saved(service: Service | Flask) -> dict[str, str]:
    """What the server has of the Star that was begun last."""
    app = service.app if isinstance(service, Service) else service
    with app.app_context():
        return db.session.query(Draft).order_by(Draft.id.desc()).limit(1).one().values


def left_in(page: Page) -> str:
    """Everything that the page's site has left in the browser."""
    return str(page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie])"))


def expect_saved(page: Page) -> None:
    expect(page.locator("form[data-unsaved='0']")).to_be_attached()
    expect(page.locator("[data-trouble]")).to_be_hidden()


def test_every_change_is_saved_as_it_is_made(window: Page, service: Service) -> None:
    choose(window, "your_wellbeing", "4")
    window.locator("summary", has_text="Note about your well-being").click()
    window.get_by_label("Note about your well-being").type("Sleeps\nagain")
    window.locator("summary", has_text="We see this differently: family routine").click()
    choose(window, "parent_family_routine", "8")
    expect(window.locator("[data-saved]")).to_have_text(re.compile("Saved at"))
    expect_saved(window)
    answers = saved(service)
    assert answers["your_wellbeing"] == "4"
    assert answers["note_your_wellbeing"] == "Sleeps\nagain"
    assert answers["parent_family_routine"] == "8"


def test_what_cannot_be_sent_is_said_kept_and_sent_when_the_connection_is_back(window: Page, service: Service) -> None:
    choose(window, "your_wellbeing", "4")
    expect_saved(window)
    window.context.set_offline(True)
    choose(window, "family_routine", "6")
    choose(window, "home_and_money", "3")
    trouble = window.locator("[data-trouble]")
    expect(trouble).to_contain_text("not saved yet: there is no connection. They are kept in this window")
    check_page(window)
    assert "family_routine" not in saved(service)
    window.context.set_offline(False)
    expect_saved(window)
    assert (saved(service)["family_routine"], saved(service)["home_and_money"]) == ("6", "3")


def test_a_server_that_is_stopped_half_way_and_started_again_loses_nothing(window: Page, service: Service) -> None:
    choose(window, "your_wellbeing", "4")
    expect_saved(window)
    service.stop()
    choose(window, "family_routine", "6")
    expect(window.locator("[data-trouble]")).to_contain_text(
        "1 answer is not saved yet: there is no connection. It is kept"
    )
    window.get_by_role("button", name="Check answers").click()
    expect(window.locator("[data-trouble]")).to_contain_text("1 answer is not saved yet")
    assert "/check" not in window.url, "the page is not left while something is not saved"
    service.start()
    expect_saved(window)
    assert saved(service)["family_routine"] == "6"
    window.get_by_role("button", name="Check answers").click()
    expect(window.get_by_role("heading", name="Check the Star of Mum")).to_be_visible()


def test_the_page_is_not_left_for_one_that_cannot_come(window: Page, service: Service) -> None:
    service.stop()
    window.get_by_role("button", name="Check answers").click()
    expect(window.locator("[data-trouble]")).to_have_text(
        "There is no connection. Your answers are saved: go on when there is one."
    )
    service.start()
    expect_saved(window)
    window.get_by_role("button", name="Check answers").click()
    expect(window.get_by_role("heading", name="Check the Star of Mum")).to_be_visible()


def test_what_is_not_sent_survives_a_reload_and_nobody_can_read_it_there(window: Page, service: Service) -> None:
    service.stop()
    choose(window, "family_routine", "6")
    window.locator("summary", has_text="Note about family routine").click()
    window.get_by_label("Note about family routine").fill("Grandmother moved in")
    expect(window.locator("[data-trouble]")).to_contain_text("2 answers are not saved yet")
    left = left_in(window)
    assert "star-tracker" in left
    assert "Grandmother" not in left
    assert "family_routine" not in left
    service.start()
    window.on("dialog", lambda dialog: dialog.accept())  # "Leave site?"
    window.reload()
    expect_saved(window)
    expect(window.locator("input[name=family_routine][value='6']")).to_be_checked()
    assert saved(service)["note_family_routine"] == "Grandmother moved in"
    assert "star-tracker" not in left_in(window)


def test_what_is_too_long_is_said_and_the_rest_is_saved(window: Page, service: Service) -> None:
    window.locator("summary", has_text="Note about family routine").click()
    window.get_by_label("Note about family routine").fill("x" * 2001)
    choose(window, "your_wellbeing", "4")
    expect(window.locator("[data-trouble]")).to_contain_text(
        "Note about family routine: This can be up to 2,000 characters."
    )
    window.get_by_label("Note about family routine").fill("x" * 2000)
    expect_saved(window)
    assert saved(service)["your_wellbeing"] == "4"
    assert len(saved(service)["note_family_routine"]) == 2000


def test_signing_out_loses_nothing_unasked_and_leaves_nothing(window: Page, service: Service) -> None:
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    window.on("dialog", accept)
    sign_out = window.get_by_role("button", name="Sign out")
    window.context.set_offline(True)
    choose(window, "family_routine", "6")
    expect(window.locator("[data-trouble]")).to_contain_text("1 answer is not saved yet")
    with window.expect_event("dialog"):
        sign_out.click()
    assert asked.pop().startswith("There is no connection, so you are still signed in.")
    assert "star-tracker" in left_in(window)
    window.context.set_offline(False)
    expect_saved(window)
    service.stop()
    choose(window, "home_and_money", "2")
    expect(window.locator("[data-trouble]")).to_contain_text("1 answer is not saved yet")
    with window.expect_event("dialog", lambda dialog: dialog.message.startswith("There is no connection")):
        sign_out.click()
    assert asked == [
        "Something that you entered is not saved yet. If you sign out now, it may be lost. Sign out?",
        "There is no connection, so you are still signed in. What is not saved is kept here. "
        "Sign out when the connection is back.",
    ]
    assert "star-tracker" in left_in(window), "nothing is forgotten before the server has answered"
    service.start()
    sign_out.click()
    expect(window.get_by_role("heading", name="Sign in to the demonstration")).to_be_visible()
    assert saved(service)["home_and_money"] == "2", "it was sent first"
    assert "star-tracker" not in left_in(window)
    assert len(asked) == 2


def test_what_one_person_has_unsent_is_kept_from_the_next_and_for_the_first(window: Page, service: Service) -> None:
    window.on("dialog", lambda dialog: dialog.accept())
    address = window.url
    service.stop()
    choose(window, "family_routine", "6")
    expect(window.locator("[data-trouble]")).to_contain_text("1 answer is not saved yet")
    window.context.clear_cookies()  # the session has ended
    service.start()
    sign_in(window, "Demo practitioner Crewe 2")
    window.goto(address)
    expect_saved(window)
    expect(window.locator("input[name=family_routine][value='6']")).not_to_be_checked()
    choose(window, "home_and_money", "2")
    expect_saved(window)
    window.context.clear_cookies()
    sign_in(window)
    window.goto(address)
    expect_saved(window)
    expect(window.locator("input[name=family_routine][value='6']")).to_be_checked()
    assert (saved(service)["family_routine"], saved(service)["home_and_money"]) == ("6", "2")


def test_two_windows_see_each_others_answers_and_ask_where_they_differ(
    window: Page, service: Service, browser: Browser
) -> None:
    other = browser.new_context(base_url=service.address, viewport=DESKTOP).new_page()  # type: ignore[arg-type] # a plain dict
    sign_in(other, LEAD)
    other.goto(window.url)
    expect(other.get_by_text("wrote in this Star last, on")).to_be_visible()
    choose(window, "home_and_money", "3")
    expect_saved(window)
    window.context.set_offline(True)
    choose(other, "family_routine", "9")
    choose(other, "social_networks", "2")
    expect_saved(other)
    expect(other.locator("input[name=home_and_money][value='3']")).to_be_checked()
    choose(window, "family_routine", "6")
    window.context.set_offline(False)
    asked = window.locator("[data-met=family_routine]")
    expect(asked).to_contain_text("Family routine: Demo lead has entered 9 meanwhile; here it says 6. Which is right?")
    expect(window.locator("input[name=social_networks][value='2']")).to_be_checked()
    check_page(window)
    assert saved(service)["family_routine"] == "9"
    window.get_by_role("button", name="Check answers").click()
    assert "/check" not in window.url, "first the two agree"
    asked.get_by_role("button", name="Keep 6").click()
    expect_saved(window)
    assert saved(service)["family_routine"] == "6"
    other.context.close()


def test_who_still_types_when_a_colleague_records_the_star_is_told(
    window: Page, service: Service, browser: Browser
) -> None:
    for code in AREAS:
        choose(window, code, "5")
    expect_saved(window)
    other = browser.new_context(base_url=service.address, viewport=DESKTOP).new_page()  # type: ignore[arg-type] # a plain dict
    sign_in(other, LEAD)
    other.goto(f"{window.url}/check")
    other.get_by_role("button", name="Record this Star").click()
    expect(other.get_by_role("heading", name="Your Star, 10 April 2019")).to_be_visible()
    other.context.close()
    window.locator("summary", has_text="Note about family routine").click()
    window.get_by_label("Note about family routine").fill("Said at the door")
    expect(window.locator("[data-trouble]")).to_contain_text(
        "Somebody has recorded this Star. 1 answer is not saved yet"
    )
    expect(window.get_by_label("Note about family routine")).to_have_value("Said at the door")
    check_page(window)
    window.get_by_role("link", name="See the recorded Star").click()
    expect(window.get_by_role("heading", name="Start Star of 10 April 2019")).to_be_visible()


def test_an_untouched_answer_never_overwrites_a_colleagues(window: Page, service: Service, browser: Browser) -> None:
    choose(window, "family_routine", "5")
    expect_saved(window)
    other = browser.new_context(base_url=service.address, viewport=DESKTOP).new_page()  # type: ignore[arg-type] # a plain dict
    sign_in(other, LEAD)
    other.goto(window.url)
    expect_saved(other)
    choose(other, "family_routine", "9")
    expect_saved(other)
    other.context.close()
    window.get_by_role("button", name="Check answers").click()  # before this page has asked what others did
    expect(window.get_by_role("row", name="Family routine 9")).to_be_visible()
    assert saved(service)["family_routine"] == "9"


@pytest.mark.parametrize("how", ["click", "Escape", "Shift"])
def test_leaving_asks_nothing_and_what_is_unsent_is_there_again(window: Page, service: Service, how: str) -> None:
    change_settings(service.app, exit_address=f"{service.address}/static/images/icon.svg")
    dialogs: list[str] = []

    def accept(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.accept()

    window.on("dialog", accept)
    address = window.url
    window.locator("summary", has_text="Note about family routine").click()
    window.get_by_label("Note about family routine").type("He is at the d")
    if how == "click":
        window.get_by_role("button", name="Exit this page").click()
    else:
        for _press in range(3 if how == "Shift" else 1):
            window.keyboard.press(how)
    window.wait_for_url("**/icon.svg")
    assert dialogs == []
    assert "He is" not in left_in(window)
    sign_in(window)
    window.goto(address)
    expect(window.get_by_label("Note about family routine")).to_have_value("He is at the d")
    expect_saved(window)
    assert saved(service)["note_family_routine"] == "He is at the d"


def test_a_session_that_ends_loses_nothing(live: Flask, browser: Browser) -> None:
    with live.app_context():
        person = live_person("someone@example.org", roles=[Role.PRACTITIONER], pod="Crewe")
    address = live.extensions["star_tracker"].address
    context = browser.new_context(base_url=address, viewport=TABLET)  # type: ignore[arg-type] # a plain dict
    page = context.new_page()
    page.goto("/sign-in")
    give_password(page, person.email)
    give_code(page, person)
    add_family(page)
    begin_star(page)
    choose(page, "your_wellbeing", "4")
    expect_saved(page)
    change_settings(live, now=lambda: NOW + timedelta(minutes=21))
    choose(page, "family_routine", "6")
    expect(page.locator("[data-trouble]")).to_contain_text("You have been signed out. 1 answer is not saved yet")
    change_settings(live, now=lambda: NOW + timedelta(minutes=22))
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Sign in again").click()
    sign_in_again(live, page, person)
    expect(page.get_by_role("heading", name="Start Star of Mum")).to_be_visible()
    expect_saved(page)
    expect(page.locator("input[name=family_routine][value='6']")).to_be_checked()
    answers = saved(live)
    assert (answers["your_wellbeing"], answers["family_routine"]) == ("4", "6")
    context.close()


def sign_in_again(live: Flask, page: Page, person: LivePerson) -> None:
    forget_last_code(live, person)
    give_password(page, person.email)
    give_code(page, person)
