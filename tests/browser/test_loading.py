"""How a page comes: nothing moves once it is seen, and it does not wait for what is below."""

import time
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PHONE
from tests.browser.test_pages import LEAD
from tests.browser.test_recording import wait_for_scripts

Open = Callable[..., Page]

NOTE_SHIFTS = """window.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, sources } of list.getEntries())
    window.shifts.push([value, sources.map(({ node }) => node?.outerHTML?.slice(0, 120))]);
}).observe({ type: "layout-shift", buffered: true });"""
READ_SHIFTS = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(shifts))))"
PAGES = ["/cohort", "/returns/1/2018-19-Q3/restricted", "/caseload", "/families/340", "/stars/2/talk"]
WORST = 0.05


def send_late(route: Route) -> None:
    """A script comes after the page has been painted, as on a slow connection."""
    time.sleep(0.1)
    route.continue_()


def test_nothing_moves_once_a_page_is_seen(open_as: Open) -> None:
    page = open_as(LEAD, PHONE)
    page.goto("/registrations/340/stars/new")
    page.get_by_role("button", name="Begin this Star").click()
    wait_for_scripts(page)
    scoring = page.url
    page.route("**/*.js*", send_late)
    page.add_init_script(NOTE_SHIFTS)
    for address in (*PAGES, scoring):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        shifts = page.evaluate(READ_SHIFTS)
        assert sum(value for value, _moved in shifts) < WORST, (address, shifts)


def test_every_script_of_a_star_is_asked_for_at_once(open_as: Open) -> None:
    page = open_as(LEAD)
    page.goto("/stars/1/correct")
    expect(page.locator("[data-drawn-as]")).to_be_visible()  # the scripts have started
    asked = page.locator("link[rel=modulepreload]").evaluate_all("links => links.map(({ href }) => href)")
    loaded = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert set(asked) == {address for address in loaded if ".js?" in address}
    assert any("/merging.js?" in address for address in asked)


def test_the_returns_picture_is_small_and_not_waited_for_and_is_there_to_be_printed(open_as: Open) -> None:
    page = open_as(LEAD, PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("load", lambda _page: asked.append("load"))
    with page.expect_response("**/star") as answer:
        page.goto("/returns/1/2018-19-Q3/restricted")
    assert asked.index("load") < asked.index(answer.value.url)
    assert answer.value.headers["content-type"].startswith("image/svg+xml")
    assert len(answer.value.body()) < 60_000
    expect(page.get_by_role("img", name="Star chart")).not_to_have_js_property("naturalWidth", 0)
