"""Fixtures of the browser tests: this machine's Chromium, and the demonstration service behind a real server.

pytest-playwright brings `page`. Every page that a test opens is watched: an error in the console fails the test.
"""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect
from werkzeug.serving import make_server

from star_tracker.extensions import db
from tests.support.apps import LIVE, make_app
from tests.support.browser import launch_options

DESKTOP = {"width": 1280, "height": 900}
TABLET = {"width": 820, "height": 1180}
PHONE = {"width": 390, "height": 844}

expect.set_options(timeout=30_000)  # a test waits for what it expects; a slow machine is no fault


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start this machine's Chromium instead of the one that Playwright would download."""
    return {**browser_type_launch_args, **launch_options()}


@pytest.fixture
def address(demo_template: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a server with its own copy of the demonstration service, as at the tests' day."""
    path = shutil.copy(demo_template, tmp_path / "demo.db")
    with serving(make_app(f"sqlite:///{path}", web=True)) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def live(demo_template: Path, tmp_path: Path) -> Iterator[Flask]:
    """A server with TLS to which people sign in with a password; ``address`` in its settings is where it is."""
    path = shutil.copy(demo_template, tmp_path / "live.db")
    app = make_app(f"sqlite:///{path}", web=True, **LIVE | {"address": "https://localhost"})
    with serving(app, ssl_context="adhoc") as port:
        change_settings(app, address=f"https://localhost:{port}")
        yield app


@contextmanager
def serving(app: Flask, *, port: int = 0, **options: Any) -> Iterator[int]:
    """Serve an application on a port of this machine, a free one if it is 0."""
    server = make_server("127.0.0.1", port, app, threaded=True, **options)
    server.daemon_threads = False  # type: ignore[attr-defined] # threaded: closing it waits for what is being sent
    if "ssl_context" in options:  # each connection's own thread shakes hands: a slow one keeps nobody else waiting
        server.socket.do_handshake_on_connect = False  # type: ignore[attr-defined] # it is an SSLSocket
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


def change_settings(app: Flask, **values: Any) -> None:
    """Change the settings of a running application, such as its clock."""
    app.extensions["star_tracker"] = replace(app.extensions["star_tracker"], **values)


def let_page_wait(page: Page, milliseconds: int) -> None:
    """Return when a timer of the page has run out, and with it each of the page's own that was to run out before."""
    page.evaluate("time => new Promise((done) => setTimeout(done, time))", milliseconds)


@pytest.fixture
def open_window(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a window of its own at an address; whatever it complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(f"{message.text} ({message.location.get('url')})")

    def open_page(address: str, size: dict[str, int] = DESKTOP, **options: Any) -> Page:
        context = browser.new_context(base_url=address, viewport=size, **options)  # type: ignore[arg-type] # a plain dict
        contexts.append(context)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def open_as(address: str, open_window: Callable[..., Page]) -> Callable[..., Page]:
    """Open a page signed in as one of the demonstration's people, in a window of its own."""

    def open_page(who: str, size: dict[str, int] = DESKTOP, **options: Any) -> Page:
        page = open_window(address, size, **options)
        page.goto("/demo")
        page.get_by_role("button", name=who, exact=True).click()
        return page

    return open_page


@pytest.fixture
def open_live(live: Flask, open_window: Callable[..., Page]) -> Callable[..., Page]:
    """Open the sign-in page of the server with TLS."""

    def open_page(size: dict[str, int] = DESKTOP, **options: Any) -> Page:
        page = open_window(live.extensions["star_tracker"].address, size, **options)
        page.goto("/sign-in")
        return page

    return open_page
