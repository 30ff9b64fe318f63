"""The bar above a Star that is scored, the first number in view, an answer cleared and the last one taken back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from star_tracker.domain.scales import AREAS
from tests.browser.conftest import DESKTOP, PHONE, TABLET
from tests.browser.test_live_star import HEALTH, WELLBEING, begin, chosen, focused, points, radio, spot
from tests.browser.test_pages import LEAD, check_page
from tests.browser.test_recording import choose, wait_for_scripts

Open = Callable[..., Page]


def open_scoring(open_as: Open, size: dict[str, int] = DESKTOP, registration: int = 555, **options: bool) -> Page:
    """Open the page on which a Star of a parent of the demonstration is scored."""
    page = open_as(LEAD, size, **options)
    page.goto(f"/registrations/{registration}/stars/new")
    begin(page)
    wait_for_scripts(page)
    return page


def all_saved(page: Page) -> None:
    """Wait until every answer is with the service."""
    expect(page.locator("form[data-unsaved='0']")).to_be_attached()
    expect(page.locator("[data-saved]")).to_have_text(re.compile("Saved at [0-9]+:[0-9]+[ap]m[.]"))


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["phone", "tablet"])
def test_the_first_number_is_in_view_without_scrolling(open_as: Open, size: dict[str, int]) -> None:
    page = open_as(LEAD, size, has_touch=True)
    page.goto("/families?q=DEMO-340")
    page.get_by_role("link", name="DEMO-340").first.click()
    page.get_by_role("button", name=re.compile("Record a Star|Go on with the Star")).first.click()
    begin(page)
    wait_for_scripts(page)
    expect(page.get_by_text("What we agreed last time")).to_be_visible()
    for scoring in (page, open_scoring(open_as, size, has_touch=True)):
        assert scoring.evaluate("scrollY") == 0
        expect(scoring.locator(".app-scale__item-label").first).to_be_in_viewport(ratio=1)
        box = scoring.locator(".app-scale__item").first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < size["height"] - 100, "with room for a browser's own bars"


def test_the_bar_stays_and_says_whose_it_is_how_much_is_answered_and_saved(open_as: Open) -> None:
    for size in (DESKTOP, TABLET, PHONE):
        page = open_scoring(open_as, size)
        for area in AREAS[:2]:
            choose(page, area, "4" if size is DESKTOP else "5" if size is TABLET else "6")
        choose(page, AREAS[-1], "Declined")
        bar = page.locator("[data-bar]")
        for words in ("DEMO-407-B", "3 of 10 answered"):
            expect(bar.get_by_text(words)).to_be_in_viewport(ratio=1)
        all_saved(page)
        expect(bar.get_by_text("Saved at")).to_be_in_viewport(ratio=1)
        strip = page.locator("[data-strip]").bounding_box()
        assert strip is not None
        assert strip["y"] == 0
        assert strip["height"] <= 70
        check_page(page)
    page.reload()
    expect(page.get_by_text("3 of 10 answered")).to_be_visible()


def test_an_answer_is_cleared_and_comes_back_by_undo(open_as: Open) -> None:
    page = open_scoring(open_as)
    clear = page.get_by_role("button", name="Clear the answer: Physical health")
    expect(clear).to_be_hidden()
    expect(page.get_by_role("radio", name="No answer yet")).to_have_count(0)
    choose(page, HEALTH, "7")
    all_saved(page)
    clear.click()
    assert chosen(page) == {}
    assert points(page) == {}
    assert focused(page) == f"{HEALTH} 1"
    expect(clear).to_be_hidden()
    expect(page.get_by_text("0 of 10 answered")).to_be_visible()
    all_saved(page)
    page.reload()
    wait_for_scripts(page)
    assert chosen(page) == {}, "it is cleared with the service too"
    choose(page, HEALTH, "Declined")
    clear.click()
    page.get_by_role("button", name="Undo").click()
    assert chosen(page) == {HEALTH: "declined"}
    all_saved(page)
    page.reload()
    assert chosen(page) == {HEALTH: "declined"}


def test_the_last_answers_are_taken_back_by_button_and_by_keyboard(open_as: Open) -> None:
    page = open_scoring(open_as, TABLET)
    undo = page.locator("[data-undo]")
    expect(undo).to_have_attribute("aria-disabled", "true")
    page.mouse.click(*spot(page, HEALTH, 7))
    choose(page, WELLBEING, "3")
    choose(page, WELLBEING, "Not discussed")
    expect(undo).to_have_accessible_name(re.compile(r"Undo\s+Your well-being, Not discussed"))
    undo.click()
    assert chosen(page) == {HEALTH: "7", WELLBEING: "3"}
    expect(page.get_by_role("status").filter(has_text="Your well-being: 3, as before.")).to_be_attached()
    expect(undo).to_be_focused()
    page.keyboard.press("Control+z")
    assert chosen(page) == {HEALTH: "7"}
    assert focused(page) == f"{WELLBEING} 1"
    page.keyboard.press("9")
    page.locator("summary", has_text="Note about your well-being").click()
    note = page.get_by_label("Note about your well-being")
    note.press_sequentially("So")
    note.press("Control+z")
    assert chosen(page) == {HEALTH: "7", WELLBEING: "9"}, "in a field the key is the field's own"
    for _ in range(2):
        undo.click()
    assert chosen(page) == {}
    expect(undo).to_have_attribute("aria-disabled", "true")
    all_saved(page)
    page.reload()
    assert chosen(page) == {}


def test_undo_leaves_what_a_colleague_has_entered_meanwhile(open_as: Open) -> None:
    page, colleague = open_scoring(open_as), open_scoring(open_as)
    choose(page, HEALTH, "7")
    choose(page, WELLBEING, "2")
    all_saved(page)
    colleague.reload()
    wait_for_scripts(colleague)
    choose(colleague, WELLBEING, "8")
    all_saved(colleague)
    expect(radio(page, WELLBEING, 8)).to_be_checked()
    page.locator("[data-undo]").click()
    assert chosen(page) == {WELLBEING: "8"}


def test_the_stage_of_each_value_is_named_with_it(open_as: Open) -> None:
    for size in (DESKTOP, PHONE):
        page = open_scoring(open_as, size)
        area = page.get_by_role("group", name="Physical health", exact=True)
        for value, stage in (
            (1, "Stuck"),
            (4, "Accepting help"),
            (5, "Trying"),
            (6, "Trying"),
            (8, "Finding what works"),
        ):
            expect(area.get_by_role("radio", name=str(value), exact=True)).to_have_accessible_description(stage)
        number = area.locator(".app-scale__item").nth(9).bounding_box()
        stage_box = area.locator(".app-scale__stage", has_text="Effective parenting").bounding_box()
        assert number is not None
        assert stage_box is not None
        assert 0 <= stage_box["y"] - number["y"] - number["height"] < 12, "right below its value"
        assert stage_box["x"] <= number["x"]
        assert number["x"] + number["width"] <= stage_box["x"] + stage_box["width"] + 1
