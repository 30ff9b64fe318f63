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
    group = page.get_by_role("group", name=LABELS[area], exact=True)
    group.get_by_role("radio", name=answer, exact=True).click()


def add_family(page: Page) -> None:
    """Add a family with one parent, whose page is then open."""
    page.goto("/families/new")
    page.get_by_label("Family reference").fill("F-NEW")
    page.get_by_label("Parent reference").fill("Mum")
    page.get_by_label("Date of referral").fill("1/3/2019")
    page.get_by_label("Date the intervention started").fill("4/3/2019")
    page.get_by_role("button", name="Add this family").click()
    expect(page.get_by_role("heading", name="Family F-NEW")).to_be_visible()


def wait_for_scripts(page: Page) -> None:
    """Until the scripts of the page on which a Star is scored have started, if the browser runs any."""
    expect(page.locator("body:not(.govuk-frontend-supported), form[data-unsaved]").first).to_be_attached()


def begin_star(page: Page) -> None:
    """Begin the start Star that is proposed, from the family's page."""
    page.get_by_role("button", name="Record a Star for Mum").click()
    page.get_by_role("button", name="Begin this Star").click()
    expect(page.get_by_role("heading", name="Start Star of Mum")).to_be_visible()
    wait_for_scripts(page)


def open_chart(page: Page) -> None:
    """From the talk that follows a recorded Star to the parent's chart."""
    expect(page.get_by_role("heading", name="Your Star, 10 April 2019")).to_be_visible()
    page.get_by_role("link", name="Family F-NEW").click()
    page.get_by_role("button", name="Star chart of Mum").click()
    expect(page.get_by_role("heading", name="Star chart of Mum")).to_be_visible()


@pytest.mark.parametrize("options", [{"has_touch": True}, {"java_script_enabled": False}], ids=["touch", "no-script"])
def test_a_star_is_recorded_on_a_tablet(open_as: Open, options: dict[str, bool]) -> None:
    page = open_as(PRACTITIONER, TABLET, **options)
    add_family(page)
    begin_star(page)
    for code in AREAS[:-1]:
        choose(page, code, "4")
    choose(page, AREAS[-1], "Not applicable")
    if "has_touch" in options:
        check_page(page)
    page.get_by_role("button", name="Check answers").click()
    expect(page.get_by_role("heading", name="Check the Star of Mum")).to_be_visible()
    if "has_touch" in options:
        check_page(page)
    page.get_by_role("button", name="Record this Star").click()
    open_chart(page)
    expect(page.get_by_role("row", name="Progress to work Not applicable")).to_be_visible()
    if "has_touch" in options:
        check_page(page)


def test_without_javascript_one_area_at_a_time(open_as: Open) -> None:
    page = open_as(PRACTITIONER, TABLET, java_script_enabled=False)
    add_family(page)
    begin_star(page)
    page.get_by_role("button", name="Show one area at a time").click()
    for place, code in enumerate(AREAS):
        expect(page.get_by_text(f"Area {place + 1} of 10")).to_be_visible()
        expect(page.locator(".app-area:visible")).to_have_count(1)
        choose(page, code, "7")
        if not place:  # a slip, and taken back
            page.locator(".app-area:visible").get_by_role("button", name="Next").click()
            page.get_by_role("button", name="Back area").click()
            choose(page, code, "No answer yet")
            page.locator(".app-area:visible").get_by_role("button", name="Next").click()
            expect(page.get_by_text("0 of 10 answered")).to_be_visible()
            page.get_by_role("button", name="Back area").click()
            choose(page, code, "7")
        if place < 9:
            page.locator(".app-area:visible").get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Check answers").click()
    page.get_by_role("button", name="Record this Star").click()
    open_chart(page)
    expect(page.get_by_role("row", name="Family routine 7")).to_be_visible()


def test_what_is_missing_is_said_and_nothing_is_lost(open_as: Open) -> None:
    page = open_as(PRACTITIONER, PHONE)
    add_family(page)
    begin_star(page)
    for code in AREAS[1:]:
        choose(page, code, "7")
    page.locator("summary", has_text="Note about physical health").click()
    page.get_by_label("Note about physical health").fill("We will talk about it next time")
    page.get_by_role("button", name="Check answers").click()
    expect(page.get_by_text("1 area has no answer yet")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Answer Physical health").click()
    expect(page.get_by_label("Note about physical health")).to_have_value("We will talk about it next time")
    assert page.locator("input[value='7']:checked").count() == 9
    choose(page, AREAS[0], "Declined")
    page.get_by_role("button", name="Check answers").click()
    page.get_by_role("button", name="Record this Star").click()
    expect(page.get_by_role("heading", name="Your Star, 10 April 2019")).to_be_visible()


def test_a_jump_is_asked_about(open_as: Open) -> None:
    page = open_as(PRACTITIONER, TABLET)
    add_family(page)
    begin_star(page)
    for code in AREAS:
        choose(page, code, "3")
    page.get_by_role("button", name="Check answers").click()
    page.get_by_role("button", name="Record this Star").click()
    page.get_by_role("link", name="Family F-NEW").click()
    page.get_by_role("button", name="Record a Star for Mum").click()
    page.get_by_role("button", name="Begin this Star").click()
    for code in AREAS:
        choose(page, code, "8" if code == "family_routine" else "4")
    page.get_by_role("button", name="Check answers").click()
    expect(page.get_by_role("heading", name="Family routine went from 3 to 8. Is that right?")).to_be_visible()
    page.get_by_role("button", name="Record this Star").click()
    expect(page.get_by_role("alert")).to_contain_text("Family routine: say what is behind this change")
    check_page(page)
    page.get_by_label("What is behind the change in family routine?").fill("Bedtimes hold since the new shifts")
    page.get_by_role("button", name="Record this Star").click()
    expect(page.get_by_text("Family routine went from 3 to 8")).to_be_visible()


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_values_are_large_enough_to_tap(open_as: Open, size: dict[str, int]) -> None:
    page = open_as(PRACTITIONER, size)
    add_family(page)
    begin_star(page)
    for details in page.locator("summary", has_text="We see this differently").all():
        details.click()
    targets = page.locator(".app-area input[type=radio]").all()
    assert len(targets) == 240
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
