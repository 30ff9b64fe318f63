"""The live star and its keys: it follows the radio buttons and sets them, by touch, by mouse and by keyboard.

The star is drawn in units of its own: its centre is at (176, 185), and its rings are 13.3 apart.
"""

import math
import re
import sqlite3
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from star_tracker.domain.scales import AREAS, get_edition
from tests.browser.conftest import DESKTOP, PHONE, TABLET, let_page_wait
from tests.browser.test_pages import LEAD, PRACTITIONER, check_page
from tests.browser.test_recording import SMALLEST_TARGET, add_family, choose, open_chart, wait_for_scripts
from tests.support.counted import COUNTED

Open = Callable[..., Page]
Record = Callable[[str, object], None]
LABELS = get_edition("first").areas
HEALTH, WELLBEING, NEEDS, *_ = AREAS
BEGINNING = "/registrations/555/stars/new"
"""Of a parent of the demonstration who has no Star yet."""
MOST_KEYS = 25


@pytest.fixture
def open_scoring(open_as: Open) -> Open:
    """Open the page on which a Star is scored."""

    def open_page(size: dict[str, int] = DESKTOP, **options: Any) -> Page:
        page = open_as(LEAD, size, **options)
        page.goto(BEGINNING)
        begin(page)
        wait_for_scripts(page)
        return page

    return open_page


def begin(page: Page) -> None:
    """Begin the Star that is proposed, or go on with it."""
    begins = page.get_by_role("button", name="Begin this Star")
    scores = page.get_by_role("button", name="Save and come back later")
    expect(begins.or_(scores)).to_be_visible()
    if begins.is_visible():
        begins.click()
    expect(scores).to_be_visible()


@pytest.fixture
def open_area_by_area(address: str, tmp_path: Path, open_scoring: Open) -> Open:
    """The same for somebody who prefers one area at a time."""
    with sqlite3.connect(tmp_path / "demo.db") as database:
        database.execute("UPDATE users SET star_layout = 'area'")
    return open_scoring


def radio(page: Page, area: str, value: object) -> Locator:
    """The radio button of a value or a reason."""
    return page.locator(f"input[name='{area}'][value='{value}']")


def chosen(page: Page) -> dict[str, str]:
    """What is chosen, by area."""
    found = page.locator(".app-area input:checked:not([value=''])").all()
    return {str(one.get_attribute("name")): str(one.get_attribute("value")) for one in found}


def spot(page: Page, area: str, value: float) -> tuple[float, float]:
    """Where a value of an area lies in the window. The disc to tap on is 10.5 rings wide each way."""
    box = page.locator(".app-live-star__disc").bounding_box()
    assert box is not None
    ring, angle = box["width"] / 21, math.tau * AREAS.index(area) / 10
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return x + value * ring * math.sin(angle), y - value * ring * math.cos(angle)


def lines(page: Page, series: str = "live") -> list[str]:
    """The stretches of line of a series, each as its points."""
    found = page.locator(f".app-live-star__drawing .app-live-star__{series} .app-live-star__line").all()
    return [str(one.get_attribute("points")) for one in found]


def points(page: Page, series: str = "live") -> dict[str, str]:
    """The values for which there is a point, by area."""
    found = page.locator(f".app-live-star__drawing .app-live-star__{series} [data-area]").all()
    return {str(one.get_attribute("data-area")): str(one.get_attribute("data-value")) for one in found}


def focused(page: Page) -> str:
    """What has the focus: a field's name and value, such as "family_routine 7"."""
    return str(page.evaluate("`${document.activeElement.name} ${document.activeElement.value}`"))


def show_star(page: Page) -> None:
    """Bring the star into the window, large where it is small."""
    larger = page.get_by_role("button", name="Large star")
    if larger.is_visible():
        larger.click()
    page.locator(".app-star").evaluate("star => star.scrollIntoView()")


def test_the_line_follows_the_radio_buttons(open_scoring: Open) -> None:
    page = open_scoring()
    assert lines(page) == []
    choose(page, HEALTH, "5")
    assert points(page) == {HEALTH: "5"}
    choose(page, WELLBEING, "8")
    # 5 rings are 66.5 up; 8 rings, 106.4, at 36 degrees are 62.54 to the right and 86.08 up.
    assert lines(page) == ["176,118.5 238.54,98.92"]
    choose(page, WELLBEING, "10")
    assert lines(page) == ["176,118.5 254.18,77.4"]
    page.locator(f"input[name={HEALTH}][value='3']").evaluate(
        "radio => { radio.checked = true; radio.dispatchEvent(new Event('change', { bubbles: true })); }"
    )
    assert lines(page) == ["176,145.1 254.18,77.4"]
    note = page.locator(f".app-live-star__name[data-area={WELLBEING}]").get_by_text("(not scored)")
    expect(note).to_be_hidden()
    choose(page, WELLBEING, "Declined")
    assert lines(page) == []
    assert points(page) == {HEALTH: "3"}
    expect(note).to_be_visible()
    choose(page, WELLBEING, "2")
    expect(note).to_be_hidden()


def test_the_line_breaks_where_an_area_is_not_scored(open_scoring: Open) -> None:
    page = open_scoring()
    for area in AREAS:
        choose(page, area, "4")
    (whole,) = lines(page)
    assert whole.split()[0] == whole.split()[-1], "it returns to where it began"
    assert len(whole.split()) == 11
    choose(page, NEEDS, "Not discussed")
    (broken,) = lines(page)
    assert len(broken.split()) == 9
    choose(page, AREAS[5], "Not discussed")
    assert [len(line.split()) for line in lines(page)] == [2, 6]


def test_what_was_recorded_before_is_drawn_when_the_page_opens(open_as: Open) -> None:
    page = open_as(LEAD)
    page.goto("/stars/1/correct")
    assert points(page) == {area: value for area, value in chosen(page).items() if value.isdecimal()}
    assert points(page)


@pytest.mark.parametrize("options", [{}, {"has_touch": True}], ids=["mouse", "touch"])
def test_tapping_a_spoke_checks_its_radio_button(open_scoring: Open, options: dict[str, bool]) -> None:
    page = open_scoring(TABLET, **options)
    show_star(page)
    page.evaluate("""() => {
        window.heard = [];
        const form = document.querySelector("form[data-star]");
        for (const type of ["input", "change"]) {
            form.addEventListener(type, (event) => heard.push(type + event.target.value));
        }
    }""")
    tap = page.touchscreen.tap if options else page.mouse.click
    for area, value in ((HEALTH, 7), ("family_routine", 1), ("education_and_learning", 10), (HEALTH, 7)):
        tap(*spot(page, area, value))
    tap(*spot(page, "keeping_children_safe", 3.4))
    assert chosen(page) == {
        HEALTH: "7",
        "family_routine": "1",
        "education_and_learning": "10",
        "keeping_children_safe": "3",
    }
    assert page.evaluate("heard") == [type + n for n in ("7", "1", "10", "3") for type in ("input", "change")]
    tap(*spot(page, HEALTH, 0))
    assert len(chosen(page)) == 4, "at the very centre nobody can say which area is meant"


def test_sliding_along_a_spoke_sets_what_it_is_let_go_at(open_scoring: Open) -> None:
    page = open_scoring(TABLET)
    show_star(page)
    readout = page.locator(".app-live-star__readout")
    page.mouse.move(*spot(page, "family_routine", 3))
    page.mouse.down()
    expect(readout).to_have_text("Family routine3Accepting help")
    page.mouse.move(*spot(page, "family_routine", 7), steps=5)
    expect(readout).to_have_text("Family routine7Finding what works")
    assert points(page) == {"family_routine": "7"}
    assert chosen(page) == {}, "nothing is set before it is let go"
    page.mouse.up()
    assert chosen(page) == {"family_routine": "7"}
    expect(readout).to_have_text("Family routine7Finding what works")


@pytest.mark.parametrize("how", ["slid off", "taken away", "to the other side"])
def test_a_slide_that_is_given_up_changes_nothing(open_scoring: Open, how: str) -> None:
    page = open_scoring(TABLET)
    choose(page, HEALTH, "4")
    show_star(page)
    page.mouse.move(*spot(page, HEALTH, 8))
    page.mouse.down()
    assert points(page) == {HEALTH: "8"}
    if how == "slid off":
        page.mouse.move(*spot(page, NEEDS, 8), steps=3)
        expect(page.locator(".app-live-star__readout")).to_have_text("Physical healthas it was")
    elif how == "to the other side":
        page.mouse.move(*spot(page, "education_and_learning", 4), steps=3)
    else:
        page.locator(".app-live-star__disc").dispatch_event("pointercancel", {"pointerId": 1})
    page.mouse.up()
    assert chosen(page) == {HEALTH: "4"}
    assert points(page) == {HEALTH: "4"}


def test_a_finger_scrolls_the_page_beside_the_star_and_not_upon_it(open_scoring: Open) -> None:
    page = open_scoring(PHONE, has_touch=True)
    show_star(page)
    before = page.evaluate("scrollY")
    swipe(page, spot(page, "education_and_learning", 9), -80)
    assert page.evaluate("scrollY") == before
    assert chosen(page) == {"education_and_learning": "3"}, "80 pixels are 6 rings"
    name = page.locator(".app-live-star__name[data-area=home_and_money]").bounding_box()
    assert name is not None
    swipe(page, (name["x"] + 20, name["y"] + 20), -80)
    page.wait_for_function("before => scrollY > before", arg=before)


def swipe(page: Page, place: tuple[float, float], down: float) -> None:
    """Put a finger down, move it up or down so many pixels, and lift it."""
    touch = page.context.new_cdp_session(page)
    x, y = place
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11):
        moved = {"x": x, "y": y + down * step / 10}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [moved]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    let_page_wait(page, 200)


@pytest.mark.parametrize("options", [{}, {"has_touch": True}], ids=["mouse", "touch"])
def test_a_name_leads_to_its_question(open_scoring: Open, options: dict[str, bool]) -> None:
    page = open_scoring(**options)
    question = page.get_by_role("group", name="Home and money", exact=True)
    show_star(page)
    expect(question).not_to_be_in_viewport()
    name = page.locator(".app-live-star__name[data-area=home_and_money]")
    if options:
        name.tap()
    else:
        name.click()
    expect(question).to_be_in_viewport(ratio=1)
    expect(page.locator(".app-live-star__name--current > text")).to_have_text("Home andmoney")
    assert chosen(page) == {}


def test_a_star_is_scored_by_keyboard_in_few_keystrokes(open_as: Open, record_property: Record) -> None:
    page = open_as(PRACTITIONER)
    add_family(page)
    page.get_by_role("button", name="Record a Star for Mum").click()
    page.get_by_role("button", name="Begin this Star").focus()
    page.keyboard.press("Enter")
    expect(radio(page, HEALTH, 1)).to_be_focused()
    expect(page.get_by_role("heading", name="Start Star of Mum")).to_be_in_viewport()
    keystrokes = 0
    for key in ("7", "0", "3", "1", "9", "5", "8", "2", "6", "4", "Enter"):
        page.keyboard.press(key)
        keystrokes += 1
    expect(page.get_by_role("heading", name="Check the Star of Mum")).to_be_visible()
    while page.evaluate("document.activeElement.textContent.trim()") != "Record this Star":
        page.keyboard.press("Shift+Tab")
        keystrokes += 1
    page.keyboard.press("Enter")
    keystrokes += 1
    open_chart(page)
    expect(page.get_by_role("row", name="Your well-being 10")).to_be_visible()
    expect(page.get_by_role("row", name="Progress to work 4")).to_be_visible()
    record_property(COUNTED, f"By keyboard: {keystrokes} keystrokes from the first area to the recorded Star.")
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
    page.get_by_text("About this Star").click()
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
    expect(tablet.get_by_role("group", name="The ten areas")).to_have_accessible_description("")
    assert "physical" not in focused(tablet), "there the focus would look like a value that is proposed"


@pytest.mark.parametrize("layout", ["on the star", "one area at a time"])
def test_a_star_is_scored_in_ten_taps(open_as: Open, layout: str, tmp_path: Path, record_property: Record) -> None:
    page = open_as(PRACTITIONER, TABLET, has_touch=True)
    add_family(page)
    with sqlite3.connect(tmp_path / "demo.db") as database:
        database.execute("UPDATE users SET star_layout = ?", ("page" if layout == "on the star" else "area",))
    page.get_by_role("button", name="Record a Star for Mum").tap()
    page.get_by_role("button", name="Begin this Star").tap()
    wait_for_scripts(page)
    show_star(page)
    taps = 0
    for number, area in enumerate(AREAS):
        if layout == "on the star":
            page.touchscreen.tap(*spot(page, area, number + 1))
        else:
            radio(page, area, number + 1).tap()
        taps += 1
    page.get_by_role("button", name="Check answers").tap()
    page.get_by_role("button", name="Record this Star").tap()
    open_chart(page)
    expect(page.get_by_role("row", name="Physical health 1")).to_be_visible()
    expect(page.get_by_role("row", name="Progress to work 10")).to_be_visible()
    record_property(COUNTED, f"By touch, {layout}: {taps} taps, then Check answers and Record this Star.")
    assert taps == 10


def test_the_next_question_comes_into_view_after_a_tap(open_scoring: Open) -> None:
    page = open_scoring(PHONE, has_touch=True, reduced_motion="reduce")
    for area, following in pairwise(AREAS):
        radio(page, area, 6).tap()
        expect(page.get_by_role("group", name=LABELS[following], exact=True)).to_be_in_viewport(ratio=1)
    before = page.evaluate("scrollY")
    radio(page, AREAS[-2], 7).tap()
    assert page.evaluate("scrollY") == before, "what is in view stays where it is"


def test_one_area_at_a_time_goes_on_by_itself_after_a_tap(open_area_by_area: Open) -> None:
    page = open_area_by_area(TABLET, has_touch=True)
    address = page.url
    progress, finish = page.locator("[data-progress]"), page.locator("[data-finish]")
    expect(progress).to_have_text("Area 1 of 10")
    assert page.locator(".app-area:visible").count() == 1
    radio(page, HEALTH, 6).tap()
    expect(progress).to_have_text("Area 2 of 10")
    assert focused(page) == f"{WELLBEING} 1"
    assert page.locator(".app-area:visible").count() == 1
    radio(page, WELLBEING, 6).focus()
    page.keyboard.press("ArrowRight")
    let_page_wait(page, 600)
    expect(progress).to_have_text("Area 2 of 10")  # whoever chooses with the arrows is still choosing
    choose(page, WELLBEING, "Declined")
    let_page_wait(page, 600)
    expect(progress).to_have_text("Area 2 of 10")  # a reason may want a note
    page.get_by_role("button", name="Next area").click()
    page.get_by_role("button", name="Next area").click()
    expect(progress).to_have_text("Area 4 of 10")
    page.get_by_role("button", name="Back area").click()
    expect(progress).to_have_text("Area 3 of 10")
    page.keyboard.press("Enter")
    expect(progress).to_have_text("Area 4 of 10")
    expect(finish).to_be_hidden()
    page.locator(".app-live-star__name[data-area=progress_to_work]").click()
    expect(progress).to_have_text("Area 10 of 10")
    expect(finish).to_be_visible()
    assert page.url == address, "the page was not left"
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
    page.get_by_role("button", name="Check answers").click()
    page.get_by_role("link", name="Answer Home and money").click()
    expect(page.get_by_role("group", name="Home and money", exact=True)).to_be_in_viewport()
    assert page.locator(".app-area:visible").count() == 1
    expect(page.locator("[data-progress]")).to_have_text("Area 9 of 10")


def test_earlier_stars_lie_beneath_and_are_told_in_words(open_scoring: Open) -> None:
    page = open_scoring()
    assert lines(page, "earlier") == []
    expect(page.locator(".app-live-star__key")).to_be_hidden()
    page.evaluate(
        "stars => import('/static/build/live_star.js').then((module) => module.showEarlier(stars))",
        [{"caption": "Start, 3 May 2018", "values": {HEALTH: 5, WELLBEING: 8, NEEDS: None}}],
    )
    assert lines(page, "earlier") == ["176,118.5 238.54,98.92"]
    key = page.get_by_role("listitem").filter(has_text="Start, 3 May 2018")
    expect(key).to_contain_text("Physical health 5, Your well-being 8, Meeting emotional needs not scored")
    check_page(page)


def test_earlier_stars_come_once_this_one_is_scored(open_as: Open) -> None:
    page = open_as(LEAD)
    page.goto("/registrations/439/stars/new")  # its parent has a start Star and two interim ones
    begin(page)
    for area in AREAS[:-1]:
        choose(page, area, "5")
    expect(page.locator("form[data-unsaved='0']")).to_be_attached()
    assert lines(page, "earlier") == []
    assert "2018" not in page.content(), "nor are they anywhere in the page"
    choose(page, AREAS[-1], "5")
    expect(page.get_by_role("listitem").filter(has_text="Start, 17 August 2018")).to_be_attached()
    assert len(page.locator(".app-live-star__drawing .app-live-star__earlier .app-live-star__line").all()) >= 2
    page.reload()
    expect(page.get_by_role("listitem").filter(has_text="Start, 17 August 2018")).to_be_attached()
    check_page(page)


def test_the_parents_own_value_is_a_diamond(open_scoring: Open) -> None:
    page = open_scoring()
    choose(page, HEALTH, "7")
    page.locator("summary", has_text="We see this differently: physical health").click()
    page.locator(f"input[name=parent_{HEALTH}][value='']").focus()
    page.keyboard.press("3")
    assert chosen(page) == {HEALTH: "7", f"parent_{HEALTH}": "3"}, "the value that counts is another"
    # Its middle is 3 rings, 39.9, above the centre.
    diamond = page.locator(".app-live-star__drawing .app-live-star__own")
    expect(diamond).to_have_attribute("points", "176,137.1 184,145.1 176,153.1 168,145.1")
    expect(page.locator(".app-live-star__key")).to_contain_text("The parent’s own value")


def test_a_start_looks_as_the_printed_start_does(open_scoring: Open) -> None:
    page = open_scoring()
    choose(page, HEALTH, "5")
    choose(page, WELLBEING, "5")
    line = page.locator(".app-live-star__drawing .app-live-star__live .app-live-star__line")
    expect(line).to_have_css("stroke", "rgb(0, 112, 60)")
    page.get_by_text("About this Star").click()
    page.get_by_label("Interim", exact=True).check()
    expect(line).to_have_css("stroke", "rgb(29, 112, 184)")
    page.get_by_label("Start", exact=True).check()
    expect(line).to_have_css("stroke-width", "3px")


def test_the_star_stands_where_there_is_room(open_scoring: Open) -> None:
    for size, beside in ((DESKTOP, True), (TABLET, True), (PHONE, False)):
        page = open_scoring(size)
        star, areas = page.locator(".app-live-star").bounding_box(), page.locator(".app-star__areas").bounding_box()
        assert star is not None
        assert areas is not None
        assert (star["x"] + star["width"] <= areas["x"]) is beside
        assert (star["y"] + star["height"] <= areas["y"]) is not beside
        assert star["width"] >= 0.4 * size["width"]
        radio(page, AREAS[-1], 6).click()
        expect(page.locator(".app-live-star__window")).to_be_in_viewport(ratio=0.99)


def test_on_a_phone_the_small_star_stays_and_is_made_large(open_scoring: Open) -> None:
    page = open_scoring(PHONE, has_touch=True)
    star = page.locator(".app-live-star__window")
    radio(page, AREAS[-1], 6).tap()
    expect(page.locator(".app-live-star__readout")).to_have_text("Progress to work6Trying")
    expect(star).to_be_in_viewport(ratio=1)
    box = star.bounding_box()
    assert box is not None
    assert box["width"] <= 140
    page.touchscreen.tap(box["x"] + 66, box["y"] + 40)
    assert chosen(page) == {AREAS[-1]: "6"}, "too small to be scored on, it is made large instead"
    page.touchscreen.tap(*spot(page, HEALTH, 7))
    assert chosen(page) == {AREAS[-1]: "6", HEALTH: "7"}
    page.get_by_role("button", name="Small star").tap()
    box = star.bounding_box()
    assert box is not None
    assert box["width"] <= 140


@pytest.mark.parametrize("size", [DESKTOP, TABLET, PHONE], ids=["desktop", "tablet", "phone"])
def test_both_ways_of_scoring_are_accessible_and_fit(open_scoring: Open, tmp_path: Path, size: dict[str, int]) -> None:
    page = open_scoring(size)
    for area in AREAS[:5]:
        choose(page, area, "Declined" if area == NEEDS else "7")
    check_page(page)
    with sqlite3.connect(tmp_path / "demo.db") as database:
        database.execute("UPDATE users SET star_layout = 'area'")
    page.reload()
    check_page(page)
    for target in page.locator(".app-area:visible input[type=radio], .app-area:visible button").all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= SMALLEST_TARGET


def test_the_star_can_be_seen_in_high_contrast_and_keeps_still(open_scoring: Open) -> None:
    page = open_scoring(forced_colors="active", color_scheme="dark", reduced_motion="reduce")
    choose(page, HEALTH, "5")
    choose(page, WELLBEING, "8")
    line = page.locator(".app-live-star__drawing .app-live-star__live .app-live-star__line")
    expect(line).not_to_have_css("stroke", "rgb(0, 112, 60)")
    name = page.locator(".app-live-star__name text").first
    expect(name).to_have_css("fill", page.evaluate("getComputedStyle(document.querySelector('h1')).color"))
    page.locator(".app-live-star__name[data-area=progress_to_work]").click()
    assert page.evaluate("document.querySelector('[data-area=progress_to_work]').getBoundingClientRect().top") < 900
