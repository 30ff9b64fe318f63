"""What is typed is shown whole: long words and foreign letters widen no page, and paper holds what is read."""

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdf
import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from star_tracker.extensions import db
from star_tracker.models import Family, Pod, Priority, Reading, User
from tests.browser.conftest import DESKTOP, TABLET, serving
from tests.browser.test_pages import ADMINISTRATOR, ADMINISTRATORS_PAGES, LEAD, PAGES, check_page
from tests.support.apps import make_app

Open = Callable[..., Page]
NARROW = {"width": 320, "height": 640}
ADDRESS = f"https://example.org/{'a' * 130}"
WIDE = "W" * 90
COMBINING = "Z\u0351\u036b\u0343" * 20


@pytest.fixture
def hostile(demo_template: Path, tmp_path: Path) -> Iterator[tuple[Flask, str]]:
    """The demonstration behind a server, and its address."""
    app = make_app(f"sqlite:///{shutil.copy(demo_template, tmp_path / 'demo.db')}", web=True)
    with serving(app) as port:
        yield app, f"http://127.0.0.1:{port}"


def spoil(app: Flask) -> None:
    """Fill in what nobody should type, and somebody will."""
    with app.app_context():
        db.session.connection(execution_options={"writes": True})
        for number in (1, 340, 354, 390):
            family = db.session.get_one(Family, number)
            family.ref, family.council_ref, family.name = f"A{number}{WIDE}", f"C{number}{WIDE}", "דנה" * 30
            for parent in family.parents:
                parent.ref, parent.name = f"{parent.id}{WIDE}", "فاطمة" * 18
        for user in db.session.query(User):
            user.name = f"{user.name} {'M' * 70}"
        for pod in db.session.query(Pod):
            pod.name = f"{pod.name}{'Q' * 80}"
        for agreed in db.session.query(Priority):
            agreed.action, agreed.by_whom = ADDRESS, COMBINING
        for reading in db.session.query(Reading).filter(Reading.star_id < 4):
            reading.note = ADDRESS
        db.session.commit()


def test_no_page_scrolls_sideways_whatever_is_typed(hostile: tuple[Flask, str], open_window: Open) -> None:
    app, address = hostile
    pages = {LEAD: PAGES, ADMINISTRATOR: ADMINISTRATORS_PAGES}
    windows = {who: open_window(address, NARROW) for who in pages}
    for who, page in windows.items():
        page.goto("/demo")
        page.get_by_role("button", name=who, exact=True).click()
    spoil(app)
    wide = []
    for who, page in windows.items():
        for each in pages[who]:
            page.goto(each)
            excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            wide += [(each, excess)] if excess > 0 else []
    assert wide == []


def test_a_return_shows_all_its_columns_or_that_there_are_more(open_as: Open) -> None:
    page = open_as(LEAD, DESKTOP)
    page.goto("/returns/1/2018-19-Q3/restricted/tables/change")
    table = page.get_by_role("region", name="Change from the start to the latest Star, by cohort, pod and area")
    hint = page.get_by_text("The table goes on: scroll it sideways.")
    assert table.evaluate("box => box.scrollWidth - box.clientWidth") == 0
    expect(hint).to_be_hidden()
    page.set_viewport_size(TABLET)  # type: ignore[arg-type] # a plain dict
    expect(hint).to_be_visible()
    check_page(page)
    table.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    expect(table).not_to_have_js_property("scrollLeft", 0)


PAPERS = {
    "/cohort": ("Cohort", "Pairs whose latest value"),
    "/returns/1/2018-19-Q3/restricted": ("Return for", "Parents who are in no pair"),
    "/returns/1/2018-19-Q3/restricted/tables/change": ("Rank-biserial correlation", "What the columns mean"),
    "/families/340": ("Family DEMO-340", "What was agreed"),
    "/caseload?whose=everybody": ("Caseload", "Family DEMO-310"),
    "/audit": ("Audit", "Demo lead"),
}


def test_a_printed_page_has_what_is_read_and_nothing_to_press(open_as: Open) -> None:
    page = open_as(LEAD)
    for where, words in PAPERS.items():
        page.goto(where)
        papers = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
        said = " ".join(" ".join(paper.extract_text() for paper in papers).split())
        assert [word for word in words if word not in said] == [], where
        pressed = (
            "Sign out",
            "Exit this page",
            "Download",
            "(/",
            "Choose",
            "Add a parent",
            "What I have done",
            "Take away",
        )
        assert [word for word in pressed if word in said] == [], where
        assert (papers[0].mediabox.width > papers[0].mediabox.height) == where.startswith("/returns"), where
