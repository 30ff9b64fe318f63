"""An intervention's course in a real browser: closed and reopened by touch, transferred by keyboard, on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from star_tracker.domain.scales import AREAS
from tests.browser.conftest import PHONE, TABLET
from tests.browser.test_pages import LEAD, PRACTITIONER, check_page
from tests.browser.test_recording import SMALLEST_TARGET, add_family, begin_star, choose

Open = Callable[..., Page]
BOX = "Close without the closure Star of Mum"


def record_start(page: Page) -> None:
    """Record the start Star of the family whose page is open, and come back to it."""
    address = page.url
    begin_star(page)
    for code in AREAS:
        choose(page, code, "4")
    page.get_by_role("button", name="Check answers").click()
    page.get_by_role("button", name="Record this Star").click()
    expect(page.get_by_role("heading", name="Your Star, 10 April 2019")).to_be_visible()
    page.goto(address)


@pytest.mark.parametrize("options", [{"has_touch": True}, {"java_script_enabled": False}], ids=["touch", "no-script"])
def test_an_intervention_is_closed_without_its_closure_star_and_reopened(
    open_as: Open, options: dict[str, bool]
) -> None:
    page = open_as(PRACTITIONER, TABLET, **options)
    looks = "has_touch" in options
    press = "tap" if looks else "click"

    def do(role: str, name: str) -> None:
        getattr(page.get_by_role(role, name=name), press)()  # type: ignore[arg-type] # a role's name

    add_family(page)
    record_start(page)
    do("link", "Close this intervention")
    expect(page.get_by_role("heading", name="First, the closure Star of Mum")).to_be_visible()
    expect(page.get_by_role("button", name="Record the closure Star")).to_be_visible()
    expect(page.get_by_role("button", name="We could not see the parent")).to_be_visible()
    page.get_by_label("Date it closed").fill("10/4/2019")
    page.get_by_label("Family moved away").check()
    do("button", "Close this intervention")
    expect(page.get_by_role("alert")).to_contain_text("Record the closure Star of Mum first")
    expect(page.get_by_label("Date it closed")).to_have_value("10/4/2019")
    expect(page.get_by_label("Family moved away")).to_be_checked()
    if looks:
        check_page(page)
    page.get_by_label(BOX).check()
    do("button", "Close this intervention")
    expect(page.get_by_text("Closure Star due by 10 April 2019")).to_be_visible()
    do("link", "Reopen this intervention")
    expect(page.get_by_role("heading", name="Reopen the intervention")).to_be_visible()
    if looks:
        check_page(page)
    page.get_by_label("Why?").fill("They are not moving after all")
    do("button", "Reopen this intervention")
    expect(page.get_by_text("They are not moving after all")).to_be_visible()
    expect(page.get_by_role("link", name="Close this intervention")).to_be_visible()
    if looks:
        check_page(page)


def test_an_intervention_is_transferred_by_keyboard_alone(open_as: Open) -> None:
    page = open_as(PRACTITIONER)
    add_family(page)
    page.get_by_role("link", name="Transfer this intervention").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Transfer the intervention for family F-NEW")).to_be_visible()
    check_page(page)
    page.get_by_label("Pod").focus()
    page.keyboard.type("Mac")
    page.keyboard.press("Tab")
    page.keyboard.type("Demo practitioner Macclesfield 2")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.type("They live in Macclesfield now")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Family F-NEW was transferred to Macclesfield")).to_be_visible()
    check_page(page)
    lead = open_as(LEAD)
    lead.goto("/families?q=F-NEW")
    lead.get_by_role("link", name="F-NEW").click()
    expect(lead.get_by_text("to Demo practitioner Macclesfield 2 (Macclesfield)")).to_be_visible()


def test_a_likely_duplicate_is_warned_of_and_added_when_it_is_another(open_as: Open) -> None:
    page = open_as(PRACTITIONER, TABLET, has_touch=True)
    for ref in ("F-ONE", "F-TWO"):
        page.goto("/families/new")
        page.get_by_label("Family reference").fill(ref)
        page.get_by_label("What you call them").fill("Demo family Willow")
        page.get_by_label("Parent reference").fill("Mum")
        page.get_by_label("Date of referral").fill("1/3/2019")
        page.get_by_label("Date the intervention started").fill("4/3/2019")
        page.get_by_role("button", name="Add this family").tap()
        expect(page.get_by_text("Family F-ONE was added" if ref == "F-ONE" else "Look here first")).to_be_visible()
    check_page(page)
    with page.expect_popup() as opening:
        page.get_by_role("link", name="opens in a new tab").tap()
    expect(opening.value.get_by_role("heading", name="Family F-ONE")).to_be_visible()
    page.get_by_label("This is another family: add it").check()
    page.get_by_role("button", name="Add this family").tap()
    expect(page.get_by_role("heading", name="Family F-TWO")).to_be_visible()


def test_a_familys_course_fits_a_phone_and_its_stars_are_large_enough_to_tap(open_as: Open) -> None:
    page = open_as(LEAD, PHONE)
    for ref in ("DEMO-225", "DEMO-390"):
        page.goto(f"/families?q={ref}")
        page.get_by_role("link", name=ref).click()
        check_page(page)
        targets = [*page.locator(".app-multiples__link").all(), *page.locator(".app-course__deed").all()]
        assert targets
        for target in targets:
            box = target.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= SMALLEST_TARGET
    expect(page.get_by_text("Reopened")).to_be_visible()


def test_a_phone_shows_what_is_next_for_a_parent_first_and_the_rest_unfolds_by_keyboard(open_as: Open) -> None:
    page = open_as(PRACTITIONER, PHONE)
    page.goto("/families/364")
    expect(page.get_by_role("button", name="Record a Star for DEMO-364-A")).to_be_in_viewport(ratio=1)
    rename = page.get_by_role("button", name="Change names")
    expect(rename).not_to_be_visible()
    page.get_by_role("link", name="All families").focus()
    for key in ("Tab", "Enter", *["Tab"] * 4):
        page.keyboard.press(key)
    expect(rename).to_be_focused()
    check_page(page)
