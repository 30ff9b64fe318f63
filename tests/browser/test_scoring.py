"""Going through the ten areas of a Star: by keyboard, by touch, all on a page or one at a time."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from star_tracker.domain.scales import AREAS, get_edition
from tests.browser.conftest import DESKTOP, PHONE, TABLET
from tests.browser.test_pages import PRACTITIONER, check_page
from tests.browser.test_recording import SMALLEST_TARGET, add_family, choose
from tests.support.scoring import SCORING, chosen, focused, prefer_layout, radio, show_star, spot

Open = Callable[..., Page]
LABELS = get_edition("first").areas
HEALTH, WELLBEING, NEEDS, *_ = AREAS
MOST_KEYS = 25


def test_a_star_is_scored_by_keyboard_in_few_keystrokes(open_as: Open, capsys: pytest.CaptureFixture[str]) -> None:
    page = open_as(PRACTITIONER)
    add_family(page)
    page.get_by_role("button", name="Record a Star for Mum").click()
    expect(radio(page, HEALTH, 1)).to_be_focused()
    expect(page.get_by_role("heading", name="Record a Star for Mum")).to_be_in_viewport()
    keystrokes = 0
    for key in ("7", "0", "3", "1", "9", "5", "8", "2", "6", "4", "Enter"):
        page.keyboard.press(key)
        keystrokes += 1
    expect(page.get_by_role("heading", name="Star chart of Mum")).to_be_visible()
    expect(page.get_by_role("row", name="Your well-being 10")).to_be_visible()
    expect(page.get_by_role("row", name="Progress to work 4")).to_be_visible()
    with capsys.disabled():
        print(f"\nBy keyboard: {keystrokes} keystrokes for ten areas and the end.")
    assert keystrokes <= MOST_KEYS


def test_arrows_change_a_value_or_go_between_areas(open_scoring: Open) -> None:
    page = open_scoring()
    assert focused(page) == f"{HEALTH} 1"
    page.keyboard.press("ArrowDown")
    assert focused(page) == f"{WELLBEING} 1"
    page.keyboard.press("5")
    assert focused(page) == f"{NEEDS} 1"
    page.keyboard.press("ArrowUp")
    assert focused(page) == f"{WELLBEING} 5"
    page.keyboard.press("ArrowRight")
    assert focused(page) == f"{WELLBEING} 6"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert focused(page) == f"{HEALTH} 1"
    assert chosen(page) == {WELLBEING: "6"}
    radio(page, AREAS[-1], 1).focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-finish]")).to_be_focused()


def test_keys_score_only_where_they_should(open_scoring: Open) -> None:
    page = open_scoring()
    page.get_by_label("Date completed").fill("")
    page.keyboard.type("1/2/2019")
    expect(page.get_by_label("Date completed")).to_have_value("1/2/2019")
    page.locator("input[name=kind]:checked").focus()
    page.keyboard.press("7")
    assert chosen(page) == {}
    radio(page, HEALTH, 1).focus()
    page.keyboard.press("Alt+7")
    assert chosen(page) == {}
    page.keyboard.down("7")
    page.keyboard.down("7")  # held down: the browser repeats it
    page.keyboard.up("7")
    assert chosen(page) == {HEALTH: "7"}, "one area, not all that follow"


def test_the_keys_are_told_of_once(open_scoring: Open) -> None:
    page = open_scoring()
    areas = page.get_by_role("group", name="The ten areas")
    expect(areas).to_have_accessible_description(re.compile("1 to 9 score an area and go on"))
    assert page.locator("[aria-describedby=star-keys]").count() == 1
    expect(page.locator("#star-keys")).to_be_visible()
    tablet = open_scoring(TABLET, has_touch=True, is_mobile=True)
    expect(tablet.locator("#star-keys")).to_be_hidden()
    assert "physical" not in focused(tablet), "there the focus would look like a value that is proposed"


@pytest.mark.parametrize("layout", ["on the star", "one area at a time"])
def test_a_star_is_scored_in_ten_taps(
    open_as: Open, layout: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = open_as(PRACTITIONER, TABLET, has_touch=True)
    add_family(page)
    prefer_layout(tmp_path / "demo.db", "page" if layout == "on the star" else "area")
    page.get_by_role("button", name="Record a Star for Mum").tap()
    expect(page.locator(".app-live-star__drawing")).to_be_attached()
    show_star(page)
    taps = 0
    for number, area in enumerate(AREAS):
        if layout == "on the star":
            page.touchscreen.tap(*spot(page, area, number + 1))
        else:
            radio(page, area, number + 1).tap()
        taps += 1
    page.get_by_role("button", name="Record this Star").tap()
    expect(page.get_by_role("row", name="Physical health 1")).to_be_visible()
    expect(page.get_by_role("row", name="Progress to work 10")).to_be_visible()
    with capsys.disabled():
        print(f"\nBy touch, {layout}: {taps} taps and the one that ends it.")
    assert taps == 10


def test_the_next_question_comes_into_view_after_a_tap(open_scoring: Open) -> None:
    page = open_scoring(PHONE, has_touch=True, reduced_motion="reduce")
    for area, following in pairwise(AREAS):
        radio(page, area, 6).tap()
        expect(page.get_by_role("group", name=LABELS[following])).to_be_in_viewport(ratio=1)
    before = page.evaluate("scrollY")
    radio(page, AREAS[-2], 7).tap()
    assert page.evaluate("scrollY") == before, "what is in view stays where it is"


def test_one_area_at_a_time_goes_on_by_itself_after_a_tap(open_area_by_area: Open) -> None:
    page = open_area_by_area(TABLET, has_touch=True)
    progress, finish = page.locator("[data-progress]"), page.locator("[data-finish]")
    expect(progress).to_have_text("Area 1 of 10")
    assert page.locator(".app-area:visible").count() == 1
    radio(page, HEALTH, 6).tap()
    expect(progress).to_have_text("Area 2 of 10")
    assert focused(page) == f"{WELLBEING} 1"
    assert page.locator(".app-area:visible").count() == 1
    radio(page, WELLBEING, 6).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(600)
    expect(progress).to_have_text("Area 2 of 10")  # whoever chooses with the arrows is still choosing
    choose(page, WELLBEING, "Declined")
    page.wait_for_timeout(600)
    expect(progress).to_have_text("Area 2 of 10")  # a reason may want a note
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    expect(progress).to_have_text("Area 4 of 10")
    page.get_by_role("button", name="Back").click()
    expect(progress).to_have_text("Area 3 of 10")
    page.keyboard.press("Enter")
    expect(progress).to_have_text("Area 4 of 10")
    expect(finish).to_be_hidden()
    page.locator(".app-live-star__name[data-area=progress_to_work]").click()
    expect(progress).to_have_text("Area 10 of 10")
    expect(finish).to_be_visible()
    assert page.url.endswith(SCORING), "nothing was sent"
    assert chosen(page) == {HEALTH: "6", WELLBEING: "declined"}


def test_one_area_at_a_time_by_the_star_and_by_the_keys(open_area_by_area: Open) -> None:
    page = open_area_by_area()
    progress = page.locator("[data-progress]")
    page.keyboard.press("3")
    expect(progress).to_have_text("Area 2 of 10")
    assert focused(page) == f"{WELLBEING} 1"
    page.keyboard.press("ArrowUp")
    assert focused(page) == f"{HEALTH} 3"
    show_star(page)
    page.mouse.click(*spot(page, "family_routine", 8))
    expect(progress).to_have_text("Area 9 of 10")
    for area in AREAS:
        page.mouse.click(*spot(page, area, 5))
    expect(page.locator("[data-finish]")).to_be_visible()
    assert chosen(page) == dict.fromkeys(AREAS, "5")


def test_what_is_missing_can_be_reached_one_area_at_a_time(open_area_by_area: Open) -> None:
    page = open_area_by_area()
    page.keyboard.press("3")
    page.locator(".app-live-star__name[data-area=progress_to_work]").click()
    page.get_by_role("button", name="Record this Star").click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    expect(page.locator("[data-progress]")).to_have_text("Area 2 of 10")
    summary.get_by_role("link", name="Home and money").click()
    expect(page.get_by_role("group", name="Home and money")).to_be_in_viewport()
    assert focused(page) == "home_and_money 1"
    assert page.locator(".app-area:visible").count() == 1
    check_page(page)


def test_one_area_at_a_time_works_without_the_script(open_area_by_area: Open) -> None:
    page = open_area_by_area(TABLET, java_script_enabled=False)
    for area in AREAS[:-1]:
        expect(page.get_by_role("group", name=LABELS[area])).to_be_visible()
        assert page.locator(".app-area:visible").count() == 1
        choose(page, area, "4")
        page.get_by_role("button", name="Next").click()
    expect(page.locator("[data-progress]")).to_have_text("Area 10 of 10")
    expect(page.get_by_role("button", name="Record this Star")).to_be_visible()
    assert len(chosen(page)) == 9
    expect(page.locator("[data-live-words]").first).to_be_hidden()
    expect(page.locator("#star-keys")).to_be_hidden()
    page.get_by_role("button", name="Record this Star").click()
    expect(page.get_by_text("Progress to work: choose a value from 1 to 10").first).to_be_visible()


@pytest.mark.parametrize("size", [DESKTOP, TABLET, PHONE], ids=["desktop", "tablet", "phone"])
def test_both_ways_of_scoring_are_accessible_and_fit(open_scoring: Open, tmp_path: Path, size: dict[str, int]) -> None:
    page = open_scoring(size)
    for area in AREAS[:5]:
        choose(page, area, "Declined" if area == NEEDS else "7")
    check_page(page)
    prefer_layout(tmp_path / "demo.db", "area")
    page.reload()
    check_page(page)
    for target in page.locator(".app-area:visible input[type=radio], .app-area:visible button").all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= SMALLEST_TARGET


def test_the_focus_is_not_taken_from_whoever_was_quicker_than_the_script(open_scoring: Open) -> None:
    page = open_scoring()
    held: list[Route] = []
    page.route("**/star.js", lambda route: held.append(route))
    page.reload(wait_until="commit")
    page.get_by_label("Date completed").focus()
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    expect(page.locator(".app-live-star__drawing")).to_be_attached()
    expect(page.get_by_label("Date completed")).to_be_focused()
