"""Signing in as a person does: the link, a password, the app's code, a passkey, the end of a session, leaving."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from passlib.totp import TOTP
from playwright.sync_api import Locator, Page, expect

from star_tracker.domain.roles import Role
from tests.browser.conftest import DESKTOP, PHONE, TABLET, change_settings
from tests.browser.test_pages import check_page
from tests.support.apps import NOW
from tests.support.live import PASSWORD, LivePerson, forget_last_code, live_person, make_user_link

Open = Callable[..., Page]
NEW_PASSWORD = "seven quiet purple wheelbarrows"


@pytest.fixture
def practitioner(live: Flask) -> LivePerson:
    """A practitioner of Crewe, who has set everything up."""
    with live.app_context():
        return live_person("crewe@example.org", roles=[Role.PRACTITIONER], pod="Crewe")


def add_passkey_device(page: Page) -> None:
    """A device that makes passkeys, and says yes by itself."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def give_password(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Continue").click()


def let_time_pass(page: Page, *, until: Locator) -> None:
    """Move the page's clock on in steps, between which the server has time to answer, until something shows."""
    for _ in range(60):
        page.clock.run_for(30_000)
        page.wait_for_timeout(100)
        if until.is_visible():
            return
    expect(until).to_be_visible()


def give_code(page: Page, person: LivePerson) -> None:
    page.get_by_label("Code").fill(person.code())
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_new_person_gets_in_and_adds_a_passkey(live: Flask, open_live: Open, size: dict[str, int]) -> None:
    with live.app_context():
        person = live_person("new@example.org", set_up=False)
    page = open_live(size)
    add_passkey_device(page)
    check_page(page)
    page.goto(make_user_link(live, person))
    check_page(page)
    page.get_by_label("New password").fill("password1234")
    page.get_by_role("button", name="Keep this password").click()
    expect(page.get_by_role("alert")).to_contain_text("would be guessed")
    check_page(page)
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Keep this password").click()
    give_password(page, person.email, NEW_PASSWORD)
    check_page(page)
    page.get_by_role("button", name="Show the code to scan").click()
    check_page(page)
    key = re.sub("[^A-Z2-7]", "", page.locator(".app-key").inner_text())
    page.get_by_label("Code").fill(str(TOTP(key).generate().token))
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("button", name="Make new codes").click()
    expect(page.locator(".app-codes li")).to_have_count(8)
    check_page(page)
    page.goto("/account")
    page.get_by_role("link", name="Passkeys").click()
    page.get_by_label("Name of a new passkey").fill("Work tablet")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey was added.")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Sign out").click()
    give_password(page, person.email, NEW_PASSWORD)
    check_page(page)
    page.get_by_role("button", name="Use a passkey").click()
    check_page(page)
    page.get_by_role("button", name="Use the passkey").click()
    expect(page.get_by_role("heading", name="Caseload")).to_be_visible()


def test_a_passkey_is_no_second_step_for_another_account(
    live: Flask, open_live: Open, practitioner: LivePerson
) -> None:
    with live.app_context():
        thief = live_person("thief@example.org", roles=[Role.COUNCIL])
    page = open_live()
    add_passkey_device(page)
    give_password(page, practitioner.email)
    give_code(page, practitioner)
    page.goto("/account/passkeys")
    page.get_by_label("Name of a new passkey").fill("Work tablet")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey was added.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    give_password(page, thief.email)
    page.goto("/sign-in/passkey")
    page.get_by_role("button", name="Use the passkey").click()
    expect(page.get_by_text("This passkey belongs to another account")).to_be_visible()
    page.goto("/families")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_pages_of_an_account_are_accessible(open_live: Open, practitioner: LivePerson) -> None:
    page = open_live(PHONE)
    give_password(page, practitioner.email, "wrong wrong wrong")
    expect(page.get_by_role("alert")).to_contain_text("is not right")
    check_page(page)
    give_password(page, practitioner.email)
    page.goto("/sign-in/recovery-code")
    check_page(page)
    page.goto("/sign-in/code")
    give_code(page, practitioner)
    for address in ("/account", "/account/password", "/account/authenticator", "/account/passkeys", "/sign-in/again"):
        page.goto(address)
        check_page(page)


def test_everything_works_by_keyboard(open_live: Open, practitioner: LivePerson) -> None:
    page = open_live()
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(practitioner.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Code").focus()
    page.keyboard.type(practitioner.code())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Caseload")).to_be_visible()


def test_a_session_about_to_end_is_said_and_can_be_prolonged(
    live: Flask, open_live: Open, practitioner: LivePerson
) -> None:
    page = open_live(TABLET)
    give_password(page, practitioner.email)
    give_code(page, practitioner)
    page.goto("/families/new")
    page.clock.install()
    page.reload()
    change_settings(live, now=lambda: NOW + timedelta(minutes=18, seconds=2))
    dialog = page.get_by_role("dialog", name="You will be signed out soon")
    let_time_pass(page, until=dialog)
    check_page(page)
    dialog.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_be_hidden()
    change_settings(live, now=lambda: NOW + timedelta(minutes=36))
    page.goto("/families")
    expect(page.get_by_role("heading", name="Families")).to_be_visible()


def test_what_is_typed_when_the_session_ends_is_kept(live: Flask, open_live: Open, practitioner: LivePerson) -> None:
    page = open_live(TABLET)
    give_password(page, practitioner.email)
    give_code(page, practitioner)
    page.clock.install()
    page.goto("/families/new")
    page.get_by_label("Family reference").fill("F-HALF")
    with page.expect_response("**/session/typed*"):  # which counts as being there
        page.clock.run_for(2_000)
    change_settings(live, now=lambda: NOW + timedelta(minutes=19, seconds=57))
    let_time_pass(page, until=page.get_by_role("heading", name="Sign in"))
    forget_last_code(live, practitioner)
    give_password(page, practitioner.email)
    give_code(page, practitioner)
    expect(page.get_by_role("heading", name="What you were writing is kept")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Go on with it").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was recorded yet")
    expect(page.get_by_label("Family reference")).to_have_value("F-HALF")


@pytest.mark.parametrize("how", ["click", "Escape"])
def test_leaving_takes_one_click_or_one_key(live: Flask, open_live: Open, practitioner: LivePerson, how: str) -> None:
    change_settings(live, exit_address=f"{live.extensions['star_tracker'].address}/forgotten")
    page = open_live(TABLET)
    give_password(page, practitioner.email)
    give_code(page, practitioner)
    page.goto("/families")
    page.get_by_role("link", name="DEMO-").first.click()
    expect(page.get_by_role("heading", name="Family DEMO-")).to_be_visible()
    family = page.url
    if how == "click":
        page.get_by_role("button", name="Exit this page").click()
    else:
        page.locator(".govuk-exit-this-page__indicator").wait_for(state="attached")  # the scripts have started
        page.keyboard.press(how)
    expect(page.get_by_role("heading", name="I cannot sign in")).to_be_visible()
    page.goto(family)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
