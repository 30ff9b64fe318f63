"""The live star: it follows the radio buttons, and sets them when it is tapped."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from star_tracker.domain.scales import AREAS
from tests.browser.conftest import DESKTOP, PHONE, TABLET
from tests.browser.test_pages import LEAD, check_page
from tests.browser.test_recording import choose
from tests.support.scoring import chosen, lines, points, radio, rewrite, show_star, spot, swipe

Open = Callable[..., Page]
HEALTH, WELLBEING, NEEDS, *_ = AREAS


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
    choose(page, WELLBEING, "Declined")
    assert lines(page) == []
    assert points(page) == {HEALTH: "3"}
    expect(page.locator(f".app-live-star__name[data-area={WELLBEING}]")).to_contain_text("(not scored)")


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
    expect(readout).to_have_text("Family routine3")
    page.mouse.move(*spot(page, "family_routine", 7), steps=5)
    expect(readout).to_have_text("Family routine7")
    assert points(page) == {"family_routine": "7"}
    assert chosen(page) == {}, "nothing is set before it is let go"
    page.mouse.up()
    assert chosen(page) == {"family_routine": "7"}
    expect(readout).to_have_text("Family routine7")


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
    assert page.evaluate("scrollY") > before


@pytest.mark.parametrize("options", [{}, {"has_touch": True}], ids=["mouse", "touch"])
def test_a_name_leads_to_its_question(open_scoring: Open, options: dict[str, bool]) -> None:
    page = open_scoring(**options)
    question = page.get_by_role("group", name="Home and money")
    show_star(page)
    expect(question).not_to_be_in_viewport()
    name = page.locator(".app-live-star__name[data-area=home_and_money]")
    if options:
        name.tap()
    else:
        name.click()
    expect(question).to_be_in_viewport(ratio=1)
    expect(page.locator(".app-live-star__name--current")).to_have_text("Home andmoney")
    assert chosen(page) == {}


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


def test_earlier_stars_may_come_with_the_page(open_scoring: Open) -> None:
    page = open_scoring()
    earlier = '[{"caption": "Start", "values": {"physical_health": 5, "your_wellbeing": 8}}]'
    rewrite(page, lambda html: html.replace("data-live-star>", f"data-live-star data-earlier='{earlier}'>"))
    assert points(page, "earlier") == {HEALTH: "5", WELLBEING: "8"}


def test_the_parents_own_value_is_a_diamond(open_scoring: Open) -> None:
    page = open_scoring()
    own = '<fieldset class="govuk-fieldset"><legend>Own</legend>{}</fieldset>'.format(
        "".join(f'<label><input type="radio" name="parent_{HEALTH}" value="{n}"> {n}</label>' for n in ("", 3, 5))
    )
    rewrite(page, lambda html: html.replace('<details class="govuk-details app-note"', own + "<details", 1))
    choose(page, HEALTH, "7")
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
    expect(line).to_have_css("stroke", "rgb(29, 112, 184)")
    page.get_by_label("Start", exact=True).check()
    expect(line).to_have_css("stroke", "rgb(0, 112, 60)")
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
        if beside:
            expect(page.locator(".app-live-star__drawing")).to_be_in_viewport(ratio=1)
        else:
            expect(page.locator(".app-live-star__drawing")).not_to_be_in_viewport()


def test_the_star_can_be_seen_in_high_contrast_and_keeps_still(open_scoring: Open) -> None:
    page = open_scoring(forced_colors="active", color_scheme="dark", reduced_motion="reduce")
    choose(page, HEALTH, "5")
    choose(page, WELLBEING, "8")
    line = page.locator(".app-live-star__drawing .app-live-star__live .app-live-star__line")
    expect(line).not_to_have_css("stroke", "rgb(29, 112, 184)")
    name = page.locator(".app-live-star__name text").first
    expect(name).to_have_css("fill", page.evaluate("getComputedStyle(document.querySelector('h1')).color"))
    page.locator(".app-live-star__name[data-area=progress_to_work]").click()
    assert page.evaluate("document.querySelector('[data-area=progress_to_work]').getBoundingClientRect().top") < 900
