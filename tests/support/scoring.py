"""The page on which a Star is scored, as the browser tests find their way about it.

The star is drawn in units of its own: its centre is at (176, 185), and its rings are 13.3 apart.
"""

import math
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Locator, Page, Route

from star_tracker.domain.scales import AREAS

SCORING = "/registrations/1/stars/new"


def prefer_layout(database: Path, layout: str) -> None:
    """Let everybody of a demonstration's SQLite file prefer "page", or "area": one area at a time."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE users SET star_layout = ?", (layout,))


def radio(page: Page, area: str, value: object) -> Locator:
    """The radio button of a value or a reason."""
    return page.locator(f"input[name='{area}'][value='{value}']")


def chosen(page: Page) -> dict[str, str]:
    """What is chosen, by area."""
    found = page.locator(".app-area input:checked").all()
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
    """Bring the star into the window."""
    page.locator(".app-star").evaluate("star => star.scrollIntoView()")


def rewrite(page: Page, change: Callable[[str], str]) -> None:
    """Change the scoring page on its way to the browser, as another version of the server would send it."""

    def fulfil(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=change(response.text()))

    page.route("**" + SCORING, fulfil)
    page.goto(SCORING)


def swipe(page: Page, place: tuple[float, float], down: float) -> None:
    """Put a finger down, move it up or down so many pixels, and lift it."""
    touch = page.context.new_cdp_session(page)
    x, y = place
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11):
        moved = {"x": x, "y": y + down * step / 10}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [moved]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(200)
