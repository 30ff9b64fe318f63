"""What is typed in a form is never lost: without a connection, after the session, after leaving, in two windows."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from star_tracker.domain.roles import Role
from tests.browser.conftest import TABLET, change_settings, let_page_wait
from tests.browser.test_pages import ADMINISTRATOR, LEAD, check_page
from tests.browser.test_saving import left_in, sign_in, sign_in_again
from tests.browser.test_signing_in import give_code, give_password
from tests.browser.test_talk import open_talk
from tests.support.apps import NOW
from tests.support.live import LivePerson, live_person

Open = Callable[..., Page]
WORDS = "Granny fetches them on Fridays"
SAVE = "Save what we agreed"

WAIT_FOR_KEPT = """async (wanted) => {
  const count = () => Object.keys(sessionStorage).filter((name) => name.startsWith("star-tracker")).length;
  while (count() !== wanted) await new Promise((done) => setTimeout(done, 10));
}"""


@pytest.fixture
def tablet(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A tablet at the demonstration; that a connection fails is no fault of a page."""
    context = browser.new_context(base_url=address, viewport=TABLET)  # type: ignore[arg-type] # a plain dict
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    context.close()
    assert complaints == []


@pytest.fixture
def talk(tablet: BrowserContext) -> Page:
    """The talk, with something typed that is not saved."""
    page = tablet.new_page()
    page.on("dialog", lambda dialog: dialog.accept())  # "Leave site?"
    sign_in(page)
    open_talk(page)
    type_words(page)
    return page


@pytest.fixture
def person(live: Flask) -> LivePerson:
    with live.app_context():
        return live_person("crewe@example.org", roles=[Role.PRACTITIONER], pod="Crewe")


def chip(page: Page, area: str = "Family routine") -> Locator:
    return page.get_by_role("group", name="Areas that matter most now").get_by_role("checkbox", name=area, exact=True)


def action(page: Page) -> Locator:
    return page.locator("#action_8")  # of family routine; it is shown while that chip is on


def type_words(page: Page) -> None:
    chip(page).check()
    action(page).fill(WORDS)
    expect_kept(page)


def expect_kept(page: Page) -> None:
    """In the window, and nobody can read it there."""
    page.evaluate(WAIT_FOR_KEPT, 1)
    assert "Granny" not in left_in(page)


def expect_nothing_kept(page: Page) -> None:
    page.evaluate(WAIT_FOR_KEPT, 0)


def expect_back(page: Page) -> None:
    expect(page.get_by_text("What you had typed here is back. It is not saved yet.")).to_be_visible()
    expect(action(page)).to_have_value(WORDS)
    expect(chip(page)).to_be_checked()


def show_neutral_page(page: Page) -> None:
    """Show a page of our own where a person who leaves would see the weather."""

    def leave(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.fulfill(body="rain")

    page.route("**/leave", leave)


def save(page: Page) -> None:
    """It can be saved, and nothing of it is left in the window."""
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_text("What we agreed was saved")).to_be_visible()
    expect(page.locator("textarea", has_text=WORDS)).to_have_count(1)
    expect_nothing_kept(page)


def test_without_a_connection_a_form_stays_and_is_sent_later(talk: Page) -> None:
    talk.context.set_offline(True)
    talk.get_by_role("button", name=SAVE).click()
    trouble = talk.locator("[data-trouble]")
    expect(trouble).to_have_text(
        "This is not sent: there is no connection. What you typed is kept in this window. Try again when there is one."
    )
    check_page(talk)
    expect(action(talk)).to_have_value(WORDS)
    talk.context.set_offline(False)
    expect(trouble).to_have_text("The connection is back. This is not sent yet: try again now.")
    let_page_wait(talk, 1000)  # GOV.UK's button takes no second click within a second
    save(talk)


def test_what_is_typed_survives_a_reload_and_can_be_let_go(talk: Page) -> None:
    talk.reload()
    expect_back(talk)
    check_page(talk)
    talk.get_by_role("button", name="Let it go").click()
    expect(action(talk)).not_to_have_value(WORDS)
    expect_nothing_kept(talk)


def test_what_was_refused_is_not_forgotten(talk: Page) -> None:
    action(talk).fill("")
    by_whom = talk.get_by_role("group", name="Family routine", exact=True).get_by_label("By whom")
    by_whom.fill(WORDS)
    talk.get_by_role("button", name=SAVE).click()
    expect(talk.get_by_role("alert")).to_contain_text("Write what was agreed")
    address = talk.url
    talk.goto("/caseload")
    talk.goto(address)
    expect(by_whom).to_have_value(WORDS)


def test_a_tablet_that_slept_until_the_session_had_ended_loses_nothing(
    live: Flask, browser: Browser, person: LivePerson
) -> None:
    address = live.extensions["star_tracker"].address
    context = browser.new_context(base_url=address, viewport=TABLET)  # type: ignore[arg-type] # a plain dict
    page = context.new_page()
    page.goto("/sign-in")
    give_password(page, person.email)
    give_code(page, person)
    open_talk(page)
    type_words(page)
    change_settings(live, now=lambda: NOW + timedelta(minutes=40))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # it wakes
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in_again(live, page, person)
    expect_back(page)
    other = context.new_page()
    change_settings(live, now=lambda: NOW + timedelta(minutes=80))
    other.goto("/sign-in")
    sign_in_again(live, other, person)
    save(page)  # with the session of the other tab
    context.close()


def test_somebody_elses_session_takes_nothing_and_shows_nothing(talk: Page) -> None:
    other = talk.context.new_page()
    sign_in(other, LEAD)
    talk.get_by_role("button", name=SAVE).click()
    expect(talk.locator("[data-trouble]")).to_contain_text("somebody else has signed in in this browser")
    talk.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(talk.get_by_role("heading", name="Sign in to the demonstration")).to_be_visible()
    sign_in(talk, LEAD)
    open_talk(talk)
    expect(action(talk)).not_to_have_value(WORDS)
    sign_in(talk)
    open_talk(talk)
    expect_back(talk)


@pytest.mark.parametrize("how", ["click", "Shift"])
def test_leaving_is_at_once_and_what_was_typed_comes_back(talk: Page, how: str) -> None:
    show_neutral_page(talk)
    if how == "click":
        talk.get_by_role("button", name="Exit this page").click()
    else:
        for _press in range(3 if how == "Shift" else 1):
            talk.keyboard.press(how)
    expect(talk.get_by_text("rain")).to_be_visible()
    talk.goto("/families")
    expect(talk.get_by_role("heading", name="Sign in to the demonstration")).to_be_visible()
    assert "Granny" not in left_in(talk)
    sign_in(talk)
    expect(talk.get_by_text("What you typed is not saved. It is kept in this window.")).to_be_visible()
    check_page(talk)
    talk.get_by_role("link", name="Go on with it").click()
    expect_back(talk)
    save(talk)


def test_escape_first_closes_what_is_open(talk: Page) -> None:
    show_neutral_page(talk)
    action(talk).evaluate(
        "field => field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', isComposing: true, bubbles: true}))"
    )
    talk.locator("#session-end").evaluate("dialog => dialog.showModal()")
    talk.keyboard.press("Escape")
    expect(talk.locator("#session-end")).to_be_hidden()
    talk.get_by_label("Language", exact=True).evaluate("field => { field.focus(); field.showPicker(); }")
    talk.keyboard.press("Escape")
    expect(action(talk)).to_have_value(WORDS)
    talk.keyboard.press("Escape")
    expect(talk.get_by_text("rain")).to_be_visible()


def test_what_a_colleague_has_changed_meanwhile_is_not_overwritten(talk: Page, open_as: Open) -> None:
    other = open_as(LEAD)
    open_talk(other)
    chip(other).check()
    action(other).fill("Ring the council")
    other.get_by_role("button", name=SAVE).click()
    expect(other.get_by_text("What we agreed was saved")).to_be_visible()
    talk.reload()
    expect(talk.get_by_text("This has changed since you typed it")).to_be_visible()
    expect(talk.locator(".app-typed")).to_contain_text(f"Family routine, What we agreed{WORDS}")
    expect(talk.locator("textarea", has_text="Ring the council")).to_have_count(1)
    expect(talk.locator("textarea", has_text=WORDS)).to_have_count(0)


FORMS = [
    "/families/new",
    "/families/1/edit",
    "/families/1/restrict",
    "/families/1/parents/new",
    "/families/1/interventions/new",
    "/interventions/390/transfer",
    "/interventions/390/close",
    "/stars/1/correct",
    "/stars/4/move",
    "/stars/1/withdraw",
    "/returns/signed/1/withdraw",
]
ADMINISTRATORS_FORMS = ["/people/new", "/people/1/edit", "/pods/new", "/settings"]


def test_every_form_keeps_what_is_typed(tablet: BrowserContext) -> None:
    page = tablet.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    for who, addresses in ((LEAD, FORMS), (ADMINISTRATOR, ADMINISTRATORS_FORMS)):
        sign_in(page, who)
        for address in addresses:
            page.goto(address)
            field = page.locator("main form[method=post]").locator("textarea, input.govuk-input").first
            field.fill("12")
            page.reload()
            expect(field, address).to_have_value("12")


def test_what_is_typed_in_the_talk_is_there_on_another_device_after_the_browser_was_closed(
    talk: Page, browser: Browser, address: str
) -> None:
    expect(talk.get_by_text("and not saved yet.")).to_be_visible()
    talk.context.close()
    other = browser.new_context(base_url=address, viewport=TABLET)  # type: ignore[arg-type] # a plain dict
    page = other.new_page()
    sign_in(page)
    open_talk(page)
    expect_back(page)
    save(page)
    open_talk(page)
    expect(page.get_by_text("What you had typed here is back")).to_have_count(0)
    other.close()
