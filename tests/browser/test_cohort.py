"""A lead's questions about a cohort, as a person asks them: with a mouse, by keyboard alone, and without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, TABLET
from tests.browser.test_pages import LEAD, check_page_at_both_widths

Open = Callable[..., Page]


def go_to(page: Page, name: str) -> None:
    """Move the focus to a link, button or field by Tab alone."""
    for _ in range(120):
        page.keyboard.press("Tab")
        says = page.evaluate(
            "(document.activeElement.labels?.[0] || document.activeElement).textContent.trim().replace(/\\s+/g, ' ')"
        )
        if says.startswith(name):
            return
    raise AssertionError(f"{name!r} is not reached by Tab")


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}], ids=["script", "no-script"])
def test_a_lead_chooses_compares_saves_opens_again_and_downloads(open_as: Open, options: dict[str, bool]) -> None:
    page = open_as(LEAD, DESKTOP, **options)
    page.goto("/cohort")
    page.get_by_text("Choose a cohort").click()
    page.get_by_label("Crewe", exact=True).check()
    page.get_by_text("More choices").click()
    page.get_by_label("Level at the start").select_option("Family routine low at the start (1 to 4)")
    page.get_by_role("button", name="Show this cohort").click()
    expect(page.get_by_text("regression to the mean")).to_be_visible()
    page.get_by_role("link", name="Side by side").click()
    page.get_by_label("Set beside it").select_option("Macclesfield")
    page.get_by_role("button", name="Show side by side").click()
    expect(page.get_by_role("heading", name="Beside it: Macclesfield")).to_be_visible()
    expect(page.get_by_role("img", name="Star chart of the average scaling")).to_be_visible()
    with page.expect_download() as saving:
        page.get_by_role("link", name="picture (PNG) of change by area").click()
    assert saving.value.path().read_bytes().startswith(b"\x89PNG")
    page.get_by_role("link", name="Save this cohort").click()
    page.get_by_label("Name").fill("Crewe, low in routine")
    page.get_by_label("Every service lead").check()
    page.get_by_role("button", name="Save this cohort").click()
    expect(page.get_by_text("The cohort “Crewe, low in routine” was saved.")).to_be_visible()
    page.get_by_role("link", name="Crewe, low in routine", exact=True).click()
    expect(page.get_by_text("Crewe; Family routine low at the start (1 to 4).")).to_be_visible()
    page.get_by_role("link", name="Take off: Crewe").click()
    expect(page.get_by_text("every pod; Family routine low at the start")).to_be_visible()


def test_every_question_is_reached_by_keyboard_alone(open_as: Open) -> None:
    page = open_as(LEAD, TABLET)
    page.goto("/cohort")
    for name, heading in (
        ("Over time", "Cohort over time"),
        ("Stages", "Cohort by stages"),
        ("Side by side", "Cohorts side by side"),
        ("Who is not in it", "Who is not in"),
        ("Check the record", "Check the record"),
        ("At a glance", "Cohort"),
    ):
        go_to(page, name)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    go_to(page, "Show as table: Cohort star")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table").first).to_be_visible()
    check_page_at_both_widths(page)
