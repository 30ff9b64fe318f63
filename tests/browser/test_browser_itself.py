"""The browser of the tests draws text and finds what is inaccessible, so that its silence elsewhere means something."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SOUND = "<!doctype html><html lang=en><title>Star</title><main><h1>Star</h1><p>Ten areas</main>"
FAULTY = SOUND.replace("<p>", "<img src='data:,'><p>")


def test_text_is_drawn_with_a_real_font(page: Page) -> None:
    """Without a font every letter is the same box, or nothing at all."""
    page.set_content("<span id=narrow>iiii</span><br><span id=wide>MMMM</span>")
    widths = [page.locator(name).bounding_box() for name in ("#narrow", "#wide")]
    narrow, wide = (box["width"] if box else 0 for box in widths)
    assert 0 < narrow < wide / 2


def test_axe_passes_a_sound_page(page: Page) -> None:
    page.set_content(SOUND)
    assert Axe().run(page).violations_count == 0


def test_axe_finds_an_image_without_a_text(page: Page) -> None:
    page.set_content(FAULTY)
    assert [fault["id"] for fault in Axe().run(page).response["violations"]] == ["image-alt"]
