"""Fixtures of the browser tests: this machine's Chromium, and the demonstration service behind a real server.

pytest-playwright brings `page`. Every page that a test opens is watched: an error in the console fails the test.
"""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from werkzeug.serving import make_server

from star_tracker.extensions import db
from tests.support.apps import make_app
from tests.support.browser import launch_options
from tests.support.demo import make_demo_template

DESKTOP = {"width": 1280, "height": 900}
TABLET = {"width": 820, "height": 1180}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start this machine's Chromium instead of the one that Playwright would download."""
    return {**browser_type_launch_args, **launch_options()}


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's database, to copy."""
    return make_demo_template(tmp_path_factory.mktemp("demo"))


@pytest.fixture
def address(demo_template: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a server with its own copy of the demonstration service, as at the tests' day."""
    path = shutil.copy(demo_template, tmp_path / "demo.db")
    app = make_app(f"sqlite:///{path}", web=True)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def open_as(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Open a page signed in as one of the demonstration's people, in a window of its own."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(f"{message.text} ({message.location.get('url')})")

    def open_page(who: str, size: dict[str, int] = DESKTOP, **options: Any) -> Page:
        context = browser.new_context(base_url=address, viewport=size, **options)  # type: ignore[arg-type] # a plain dict
        contexts.append(context)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/sign-in")
        page.get_by_role("button", name=who, exact=True).click()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
