"""A chart that is read mark by mark: under the pointer, by touch and by the arrow keys; else it stays a picture."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_pages import LEAD, check_page_at_both_widths

Open = Callable[..., Page]

MOST = "Boundaries and behaviour: 3.6 at the start, 5.5 latest, change +1.9 (95% interval +1.8 to +2.1), 455 pairs"
"""The largest change of the demonstration, as its table has it."""


def words_of(page: Page) -> str:
    """The words beside the mark that is framed."""
    shown = page.locator(".app-marks__words:not([hidden])")
    expect(shown).to_have_count(1)
    return shown.inner_text()


def test_the_arrow_keys_read_a_chart_and_escape_stays_on_the_page(open_as: Open) -> None:
    page = open_as(LEAD, DESKTOP)
    page.goto("/cohort")
    reader = page.get_by_role("slider", name=re.compile("Marks of the chart: Chart of the mean change"))
    reader.focus()
    expect(reader).to_have_attribute("aria-valuetext", "Use the arrow keys to read the chart mark by mark")
    page.keyboard.press("ArrowDown")
    expect(reader).to_have_attribute("aria-valuetext", MOST)
    assert words_of(page) == MOST
    page.keyboard.press("End")
    expect(reader).to_have_attribute("aria-valuetext", re.compile("^Progress to work: 4.0 at the start, 4.2 latest, "))
    check_page_at_both_widths(page)
    reader.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Escape")
    expect(page.locator(".app-marks__words:not([hidden])")).to_have_count(0)
    assert page.url.endswith("/cohort")


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "touch"])
def test_a_mark_says_what_it_is_where_it_is_pointed_at(open_as: Open, *, touch: bool) -> None:
    page = open_as(LEAD, PHONE if touch else DESKTOP, has_touch=touch)
    page.goto("/cohort")
    picture = page.get_by_role("img", name=re.compile("^Chart of the mean change"))
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box
    page.get_by_role("slider", name=re.compile("Marks of the chart: Chart of the mean change")).focus()
    page.keyboard.press("Home")
    ring = page.locator(".app-marks__ring:not([hidden])").bounding_box()
    page.keyboard.press("Escape")
    assert ring
    middle = (ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2)
    if touch:
        page.touchscreen.tap(*middle)
    else:
        page.mouse.move(*middle)
    assert words_of(page) == MOST
    assert box["y"] <= middle[1] <= box["y"] + box["height"]


def test_a_chart_whose_marks_cannot_be_fetched_stays_a_picture(open_as: Open) -> None:
    page = open_as(LEAD, DESKTOP)
    page.goto("/cohort")
    page.route("**/*.svg*", lambda route: route.fulfill(body="Sign in again"))
    reader = page.get_by_role("slider").first
    reader.focus()
    expect(reader).to_have_attribute("aria-valuetext", re.compile("^The marks of this chart cannot be read"))
    expect(page.get_by_role("img", name=re.compile("^Chart of the mean change"))).to_be_visible()


def test_without_javascript_there_is_the_picture_alone(open_as: Open) -> None:
    page = open_as(LEAD, DESKTOP, java_script_enabled=False)
    page.goto("/cohort")
    expect(page.get_by_role("img", name=re.compile("^Chart of the mean change"))).to_be_visible()
    expect(page.get_by_role("slider")).to_have_count(0)
