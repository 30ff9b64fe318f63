"""Nothing lies over a control: "Exit this page" has a strip of its own, and all else is seen and tapped below it."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, TABLET
from tests.browser.test_pages import PRACTITIONER, check_page
from tests.browser.test_recording import add_family, begin_star
from tests.browser.test_talk import open_talk

Open = Callable[..., Page]
NARROW = {"width": 320, "height": 640}
SIZES = [DESKTOP, TABLET, PHONE, NARROW]
TROUBLE = (
    "3 answers are not saved yet: there is no connection. They are kept in this window, so do not close it: what is "
    "kept is sent as soon as there is one."
)

# Scrolls through the page, and asks of each control in view below the strip whether its upper edge, its middle and its
# lower edge could be pressed.
FIND_COVERED = """() => {
  const covered = [];
  let seen = 0;
  function look() {
    const { bottom: strip } = document.querySelector(".app-strip").getBoundingClientRect();
    const star = document.querySelector(".app-star__picture"); // small and above the questions, on a phone
    const isAbove = star && innerWidth < 820 && getComputedStyle(star).position === "sticky";
    const exit = document.querySelector(".govuk-exit-this-page__button").getBoundingClientRect();
    if (exit.top < 0 || exit.bottom > innerHeight) covered.push(`at ${scrollY} one cannot leave`);
    for (const control of document.querySelectorAll("main *, nav *, footer *")) {
      if (!control.matches("a[href], button, input, select, textarea, summary, .app-live-star__name text")) continue;
      if (!control.checkVisibility({ visibilityProperty: true }) || control.type === "hidden") continue;
      const box = control.getClientRects()[0];
      if (!box) continue; // text of a drawing that is not shown, which Chromium calls visible
      const isBelow = isAbove && control.closest(".app-star__areas");
      const edge = isBelow ? Math.max(strip, star.getBoundingClientRect().bottom) : strip;
      for (const y of [box.top + 2, (box.top + box.bottom) / 2, box.bottom - 2]) {
        if (y <= edge || y >= innerHeight - 1) continue;
        seen += 1;
        const hit = document.elementFromPoint((box.left + box.right) / 2, y);
        const isHit = control.contains(hit) || hit?.closest("label, .app-live-star__name")?.contains(control);
        if (isHit || hit?.closest("label")?.control === control) continue;
        covered.push(`${control.outerHTML.slice(0, 150)} at ${scrollY} beneath ${hit?.outerHTML.slice(0, 150)}`);
      }
    }
  }
  const end = document.documentElement.scrollHeight - innerHeight;
  for (let top = 0; top < end; top += Math.floor(innerHeight / 5) - 7) {
    scrollTo({ top, behavior: "instant" });
    look();
  }
  scrollTo({ top: end, behavior: "instant" });
  look();
  return { seen, covered };
}"""

# What has the focus, if it is covered or out of sight and stays so; else nothing.
FIND_HIDDEN = """async () => {
  const element = document.activeElement, strip = document.querySelector(".app-strip");
  const star = element.closest(".app-star__areas") && document.querySelector(".app-star__picture");
  if (element === document.body || strip.contains(element)) return [];
  for (let frame = 0; frame < 30; frame += 1) {
    const { top, bottom } = element.getBoundingClientRect(), { top: from, bottom: to } = strip.getBoundingClientRect();
    const isAbove = star && innerWidth < 820 && getComputedStyle(star).position === "sticky";
    const edge = isAbove ? star.getBoundingClientRect().bottom : to;
    if ((top >= edge || bottom <= from) && bottom > 0 && top < innerHeight && frame > 3) return [];
    await new Promise(requestAnimationFrame);
  }
  return [element.outerHTML.slice(0, 150)];
}"""


def walk(page: Page) -> None:
    """Scroll through the page in windows of four sizes and press nothing: each control in view could be pressed."""
    for size in SIZES:
        page.set_viewport_size(size)  # type: ignore[arg-type] # a plain dict
        found = page.evaluate(FIND_COVERED)
        assert found["covered"] == [], size
        assert found["seen"] > 30


def go_through_by_keyboard(page: Page) -> None:
    """Nothing that takes the focus, forwards or backwards, is hidden beneath the strip (WCAG 2.4.11)."""
    hidden: list[str] = []
    for key in ("Tab", "Shift+Tab"):
        for _ in range(42):
            page.keyboard.press(key)
            hidden += page.evaluate(FIND_HIDDEN)
    assert hidden == []


def test_no_control_lies_beneath_anything_wherever_a_page_is_scrolled_to(open_as: Open) -> None:
    page = open_as(PRACTITIONER)
    add_family(page)
    begin_star(page)
    page.locator("summary", has_text="Note about physical health").click()
    walk(page)
    page.locator("[data-trouble]").evaluate("(box, words) => { box.hidden = false; box.textContent = words; }", TROUBLE)
    walk(page)
    go_through_by_keyboard(page)
    check_page(page)
    open_talk(page)
    page.locator("details").evaluate_all("parts => parts.forEach((part) => (part.open = true))")
    walk(page)
    go_through_by_keyboard(page)
    page.get_by_role("link", name="Family DEMO-340").click()
    walk(page)
