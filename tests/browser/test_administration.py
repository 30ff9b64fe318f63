"""An administrator invites somebody, closes an account, and asks a second person to agree."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from star_tracker.domain.roles import Role
from tests.browser.conftest import PHONE
from tests.browser.test_pages import check_page_at_both_widths
from tests.browser.test_signing_in import give_code, give_password
from tests.support.live import LivePerson, live_person

Open = Callable[..., Page]


@pytest.fixture
def administrator(live: Flask) -> LivePerson:
    """An administrator who has set everything up."""
    with live.app_context():
        return live_person("admin@example.org", roles=[Role.ADMINISTRATOR])


def invite(page: Page, administrator: LivePerson) -> None:
    """Sign in, and invite somebody; the page with the link is then open."""
    give_password(page, administrator.email)
    give_code(page, administrator)
    expect(page.get_by_role("heading", level=1)).to_have_text("People")
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_label("E-mail address").fill("new@example.org")
    page.get_by_label("Name").fill("Demo new")
    page.get_by_label("Practitioner").check()
    page.get_by_label("Crewe", exact=True).check()
    page.get_by_role("button", name="Invite this person").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A link for Demo new")


def test_the_link_is_copied_with_a_button(open_live: Open, administrator: LivePerson) -> None:
    page = open_live()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    invite(page, administrator)
    check_page_at_both_widths(page)
    page.get_by_role("button", name="Copy").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.get_by_label("One-time link").input_value()
    page.get_by_role("link", name="I have copied it: go on").click()
    expect(page.get_by_text("Invited", exact=True)).to_be_visible()
    check_page_at_both_widths(page)


def test_without_javascript_the_link_is_there_to_copy_by_hand(open_live: Open, administrator: LivePerson) -> None:
    page = open_live(java_script_enabled=False)
    invite(page, administrator)
    assert "/link/" in page.get_by_label("One-time link").input_value()
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)


def test_a_pod_is_merged_by_keyboard_alone(open_as: Open) -> None:
    page = open_as("Demo administrator")
    page.goto("/pods")
    page.get_by_role("link", name="Macclesfield").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Merge into another pod").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Crewe").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Merge Macclesfield into Crewe")
    page.get_by_role("button", name="Merge Macclesfield into Crewe").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Macclesfield was merged into Crewe")).to_be_visible()


def test_what_a_closed_account_had_open_is_handed_over_by_keyboard_alone(open_as: Open) -> None:
    page = open_as("Demo administrator")
    page.get_by_role("link", name="Demo practitioner Crewe 2").click()
    page.get_by_role("button", name="Close account").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Close this account").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Choose who takes on what is open in Crewe")
    check_page_at_both_widths(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Who takes on what is open in Crewe?")).to_be_focused()
    page.keyboard.type("Demo practitioner Crewe 4")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The account of Demo practitioner Crewe 2 was closed.")).to_be_visible()
    check_page_at_both_widths(page)


def test_a_second_person_finds_a_request_where_they_begin_and_agrees_without_javascript(open_as: Open) -> None:
    page = open_as("Demo lead", PHONE, java_script_enabled=False)
    page.get_by_role("link", name="1 request about an account waits for your answer").click()
    page.get_by_role("link", name="Answer the request for a reset of the second step").click()
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("The second step of Demo practitioner Macclesfield 4 was reset")).to_be_visible()
    page.goto("/caseload")
    expect(page.get_by_text("waits for your answer")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Demo practitioner Macclesfield 4").click()
    page.get_by_role("button", name="I know of this").click()
    expect(page.get_by_role("button", name="I know of this")).to_have_count(0)
