"""The talk after a Star by touch, with the parent beside one: agree on two areas, then the sheet to take home."""

import io
from collections.abc import Callable

import pypdf
import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import PHONE, TABLET
from tests.browser.test_pages import LEAD, PRACTITIONER, check_page
from tests.browser.test_recording import SMALLEST_TARGET

Open = Callable[..., Page]


def open_talk(page: Page) -> None:
    """The talk about the last Star of DEMO-340, a family that agreed something at each Star before."""
    page.goto("/families?q=DEMO-340")
    page.get_by_role("link", name="DEMO-340").click()
    page.get_by_role("button", name="Star chart of DEMO-340-A").click()
    page.get_by_role("button", name="The talk about the last Star").click()
    expect(page.get_by_role("heading", name="What matters most next")).to_be_visible()


def agree(page: Page, area: str, action: str) -> None:
    """Tap an area's chip, and write what is agreed about it."""
    chip = page.locator(".app-talk__part").get_by_role("checkbox", name=area, exact=True).first
    if not chip.is_checked():
        chip.click()
    page.get_by_role("group", name=area, exact=True).get_by_label("What we agreed").fill(action)


def clear_chips(page: Page) -> None:
    """Tap every chip that is on."""
    for chip in page.locator(".app-talk__part input[name^=area_]").all():
        if chip.is_checked():
            chip.click()


@pytest.mark.parametrize(
    "options",
    [{"size": TABLET, "has_touch": True}, {"size": PHONE, "has_touch": True}, {"java_script_enabled": False}],
    ids=["tablet", "phone", "no-script"],
)
def test_two_areas_are_agreed_and_taken_home(open_as: Open, options: dict[str, bool]) -> None:
    page = open_as(PRACTITIONER, **options)
    open_talk(page)
    expect(page.get_by_role("heading", name="What we agreed last time")).to_be_visible()
    page.get_by_role("radio", name="Done", exact=True).first.click()
    clear_chips(page)
    expect(page.locator("textarea")).to_have_count(10)
    expect(page.locator("textarea:visible")).to_have_count(0)
    agree(page, "Family routine", "Tea together at five")
    agree(page, "Social networks", "")
    if "java_script_enabled" not in options:
        check_page(page)
    page.get_by_role("button", name="Save what we agreed").click()
    expect(page.get_by_role("alert")).to_contain_text("Write what was agreed")
    agree(page, "Social networks", "Go to the group at the library")
    page.get_by_role("button", name="Save what we agreed").click()
    expect(page.get_by_text("What we agreed was saved")).to_be_visible()
    page.get_by_role("button", name="Show the sheet to print").click()
    expect(page.get_by_text("Tea together at five")).to_be_visible()
    expect(page.get_by_role("button", name="Print this sheet")).to_be_visible(
        visible="java_script_enabled" not in options
    )
    if "java_script_enabled" not in options:
        check_page(page)
    with page.expect_download() as saving:
        page.get_by_role("button", name="Download it as a PDF").click()
    [paper] = pypdf.PdfReader(saving.value.path()).pages
    assert "Go to the group at the library" in " ".join(paper.extract_text().split())


def test_the_sheet_prints_on_one_page_without_its_buttons(open_as: Open) -> None:
    page = open_as(PRACTITIONER)
    open_talk(page)
    clear_chips(page)
    for area in ("Family routine", "Social networks", "Home and money"):
        agree(page, area, "We walk to school together each morning and write down how it went. " * 7)
    page.get_by_role("group", name="Family routine").get_by_label("By whom").fill("Everybody at home")
    page.get_by_role("button", name="Save what we agreed").click()
    expect(page.get_by_text("What we agreed was saved")).to_be_visible()
    page.get_by_label("Show who you work with").check()
    page.get_by_role("button", name="Show the sheet to print").click()
    expect(page.get_by_role("heading", name="Your Star", exact=True)).to_be_visible()
    [paper] = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    said = " ".join(paper.extract_text().split())
    assert said.startswith("Your Star")
    assert said.endswith("under licence.")
    assert "Print this sheet" not in said
    assert (round(paper.mediabox.width), round(paper.mediabox.height)) == (595, 842)


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_what_is_tapped_is_large_enough(open_as: Open, size: dict[str, int]) -> None:
    page = open_as(PRACTITIONER, size)
    open_talk(page)
    targets = [
        *page.locator("main summary").all(),
        *page.locator("main .govuk-radios__input, main .govuk-checkboxes__input, input[name^=area_]").all(),
    ]
    assert len(targets) >= 5
    for target in targets:
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= SMALLEST_TARGET, target.evaluate("element => element.outerHTML")


def test_what_is_done_to_keep_the_children_safe_is_saved_beside_what_is_being_agreed(open_as: Open) -> None:
    page = open_as(LEAD, PHONE, has_touch=True)
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    page.goto("/caseload/falls")
    page.locator(".app-case__parent a").first.click()
    agree(page, "Family routine", "Bed at eight")
    page.get_by_label("What is being done to keep the children safe?").fill("The grandmother stays")
    page.get_by_role("button", name="Save this").click()
    expect(page.get_by_text("The grandmother stays")).to_be_visible()
    expect(page.get_by_label("What we agreed").locator("visible=true")).to_have_value("Bed at eight")
    assert asked == [], "nothing is lost, so nothing is asked"
    check_page(page)
