"""Recording a Star as a practitioner does: by touch on a tablet, by keyboard alone, and without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from star_tracker.domain.scales import AREAS, get_edition
from tests.browser.conftest import PHONE, TABLET
from tests.browser.test_pages import PRACTITIONER, check_page

Open = Callable[..., Page]
LABELS = get_edition("first").areas
SMALLEST_TARGET = 44


def choose(page: Page, area: str, answer: str) -> None:
    """Tap a value or a reason of one area."""
    page.get_by_role("group", name=LABELS[area]).get_by_role("radio", name=answer, exact=True).click()


def add_family(page: Page) -> None:
    """Add a family with one parent, whose page is then open."""
    page.goto("/families/new")
    page.get_by_label("Family reference").fill("F-NEW")
    page.get_by_label("Parents").fill("Mum")
    page.get_by_label("Date of referral").fill("1/3/2019")
    page.get_by_label("Date the intervention started").fill("4/3/2019")
    page.get_by_role("button", name="Add this family").click()
    expect(page.get_by_role("heading", name="Family F-NEW")).to_be_visible()


@pytest.mark.parametrize("options", [{"has_touch": True}, {"java_script_enabled": False}], ids=["touch", "no-script"])
def test_a_star_is_recorded_on_a_tablet(open_as: Open, options: dict[str, bool]) -> None:
    page = open_as(PRACTITIONER, TABLET, **options)
    add_family(page)
    page.get_by_role("button", name="Record a Star for Mum").click()
    for code in AREAS[:-1]:
        choose(page, code, "4")
    choose(page, AREAS[-1], "Not applicable")
    page.get_by_role("button", name="Record this Star").click()
    expect(page.get_by_role("heading", name="Star chart of Mum")).to_be_visible()
    expect(page.get_by_role("row", name="Progress to work Not applicable")).to_be_visible()
    if "has_touch" in options:
        check_page(page)


def test_a_star_is_recorded_by_keyboard_alone(open_as: Open) -> None:
    page = open_as(PRACTITIONER)
    add_family(page)
    expect(page.get_by_role("alert")).to_be_focused()  # the page's script has moved the focus to its message
    page.get_by_role("button", name="Record a Star for Mum").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Record a Star for Mum")).to_be_visible()
    expect(page.locator(f"#{AREAS[0]}")).to_be_focused()  # where scoring begins
    for _ in range(60):
        name, kind = page.evaluate("[document.activeElement.name, document.activeElement.type]")
        if name in AREAS and kind == "radio":
            page.keyboard.press("Space")
            for _ in range(2):
                page.keyboard.press("ArrowRight")
        if page.evaluate("document.activeElement.id") == "submit":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name="Family routine 3")).to_be_visible()


def test_what_is_missing_is_said_and_nothing_is_lost(open_as: Open) -> None:
    page = open_as(PRACTITIONER, PHONE)
    add_family(page)
    page.get_by_role("button", name="Record a Star for Mum").click()
    for code in AREAS[1:]:
        choose(page, code, "7")
    page.locator("summary", has_text="Note about physical health").click()
    page.get_by_label("Note about physical health").fill("We will talk about it next time")
    page.get_by_role("button", name="Record this Star").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Physical health: choose a value from 1 to 10")
    check_page(page)
    summary.get_by_role("link").click()
    assert page.evaluate("document.activeElement.name") == AREAS[0], "the link leads to the area"
    expect(page.get_by_label("Note about physical health")).to_have_value("We will talk about it next time")
    assert page.locator("input[value='7']:checked").count() == 9
    choose(page, AREAS[0], "Declined")
    page.get_by_role("button", name="Record this Star").click()
    expect(page.get_by_role("heading", name="Star chart of Mum")).to_be_visible()


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_values_are_large_enough_to_tap(open_as: Open, size: dict[str, int]) -> None:
    page = open_as(PRACTITIONER, size)
    add_family(page)
    page.get_by_role("button", name="Record a Star for Mum").click()
    targets = page.locator(".app-area input[type=radio]").all()
    assert len(targets) == 130
    for target in targets:
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= SMALLEST_TARGET, target.get_attribute("value")


def test_the_keyboard_skips_to_the_content(open_as: Open) -> None:
    page = open_as(PRACTITIONER)
    page.goto("/families")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")
