"""Into a home without signal: taken along, scored without a connection, sent, met and recorded."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from star_tracker.domain.scales import AREAS, get_edition
from tests.browser.conftest import PHONE, TABLET
from tests.browser.test_pages import LEAD, PRACTITIONER, check_page
from tests.browser.test_recording import choose

Open = Callable[..., Page]
LABELS = get_edition("first").areas
PASSWORD = "a long walk in the rain"
NOTE, AGREED = "Grandmother reads with them", "Bed at eight on school nights"

READ_DEVICE = """async () => {
  const text = [];
  const answer = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
  const database = await answer(indexedDB.open("star-tracker"));
  const all = await answer(database.transaction("taken").objectStore("taken").getAll());
  database.close();
  const read = (buffer) => new TextDecoder("latin1").decode(buffer);
  for (const { items, ...rest } of all) {
    text.push(JSON.stringify(rest), ...items.map((one) => JSON.stringify({ ...one, hidden: read(one.hidden) })));
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) text.push(request.url, await (await cache.match(request)).text());
  }
  return [all.length, text.join("\\n")];
}"""


def read_device(page: Page) -> Any:
    """How many people have something on the device, and every byte of it and of what the worker keeps, as text."""
    return page.evaluate(READ_DEVICE)


def take(page: Page, *parents: str) -> None:
    page.goto("/take-with-me")
    for parent in parents:
        page.get_by_label(parent).check()
    page.locator("#device-password").fill(PASSWORD)
    page.get_by_role("button", name="Take onto this device").click()
    expect(page.get_by_role("heading", name="It is on this device")).to_be_visible()


def unlock(page: Page, password: str = PASSWORD) -> None:
    page.goto("/offline")
    page.locator("#device-password").fill(password)
    page.get_by_role("button", name="Open", exact=True).click()


def test_a_star_is_scored_without_a_connection_and_recorded_once(open_as: Open) -> None:
    page = open_as(PRACTITIONER, TABLET, has_touch=True)
    page.goto("/caseload")
    page.get_by_role("button", name="Take with me").click()
    check_page(page)
    label = page.locator("label[for=take-1]").inner_text()
    take(page, label)
    page.context.set_offline(True)
    page.close()

    page = page.context.new_page()
    unlock(page, "not the password at all")
    expect(page.get_by_text("That password opens nothing")).to_be_visible()
    unlock(page)
    page.get_by_role("button", name="Begin a Star").click()
    expect(page.get_by_role("heading", level=1, name="Star of")).to_be_visible()
    for code in AREAS[:-1]:
        choose(page, code, "5")
    area = page.locator(f"[data-area={AREAS[0]}]")
    area.locator("summary").first.click()
    area.get_by_role("textbox").fill(NOTE)
    page.get_by_label("Area", exact=True).first.select_option(label=LABELS["family_routine"])
    page.get_by_label("What we agreed").first.fill(AGREED)
    check_page(page)
    expect(page.get_by_text("Kept here at")).to_be_visible()
    page.close()

    page = page.context.new_page()
    unlock(page)
    expect(page.get_by_text("Begun: 9 of 10 answered here")).to_be_visible()
    check_page(page)
    people, stored = read_device(page)
    words = [NOTE, AGREED, PASSWORD, "DEMO-", "Demo family", "Demo practitioner"]
    assert people == 1
    assert [word for word in words if word in stored] == []
    page.get_by_role("button", name="Go on with the Star").click()
    expect(area_note(page)).to_have_value(NOTE)
    page.get_by_role("button", name="Check answers").click()
    page.get_by_role("button", name="Mark what has no answer as not discussed").click()
    page.get_by_role("button", name="Ready to send").click()
    expect(page.get_by_role("paragraph").filter(has_text="Ready to send")).to_be_visible()
    page.get_by_role("button", name="Send what was scored").click()
    expect(page.get_by_text("There is no connection")).to_be_visible()

    page.context.set_offline(False)
    page.get_by_role("button", name="Send what was scored").click()
    page.get_by_role("link", name="Check and record the Star of").click()
    expect(page.get_by_text(NOTE)).to_be_visible()
    assert read_device(page)[0] == 0
    for reason in page.locator("textarea:visible").all():
        reason.fill("It is so")
    page.get_by_role("button", name="Record this Star").click()
    expect(page.get_by_text("This was agreed while the Star was scored")).to_be_visible()
    expect(page.get_by_label("What we agreed").locator("visible=true")).to_have_value(AGREED)
    page.get_by_role("button", name="Save what we agreed").click()
    expect(page.get_by_text("What we agreed was saved")).to_be_visible()
    expect(page.get_by_text("This was agreed while")).to_have_count(0)


def area_note(page: Page) -> Any:
    return page.locator(f"[name=note_{AREAS[0]}]")


def test_a_colleagues_answer_is_asked_about_and_signing_out_leaves_nothing(open_as: Open) -> None:
    page = open_as(PRACTITIONER, PHONE, has_touch=True)
    page.goto("/take-with-me")
    label = page.locator("label[for=take-1]").inner_text()
    number = page.locator("#take-1").input_value()
    take(page, label)
    unlock(page)
    page.get_by_role("button", name="Begin a Star").click()
    choose(page, "family_routine", "6")
    choose(page, "home_and_money", "7")
    expect(page.get_by_text("Kept here at")).to_be_visible()
    colleague = open_as(LEAD)
    colleague.goto(f"/registrations/{number}/stars/new")
    colleague.get_by_role("button", name="Begin this Star").click()
    choose(colleague, "family_routine", "3")
    expect(colleague.get_by_text("Saved at")).to_be_visible()
    page.get_by_role("button", name="Back to the list").click()
    page.get_by_role("button", name="Send what was scored").click()
    expect(page.get_by_text("Demo lead has entered 3 meanwhile; here it says 6")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Keep 6").click()
    page.get_by_role("button", name="Send what was scored").click()
    expect(page.get_by_role("link", name="Check and record the Star of")).to_be_visible()
    colleague.reload()
    routine = colleague.get_by_role("group", name=LABELS["family_routine"], exact=True)
    expect(routine.get_by_role("radio", name="6", exact=True)).to_be_checked()
    take(page, page.locator("label[for=take-2]").inner_text() if page.goto("/take-with-me") else "")
    assert read_device(page)[0] == 1
    page.reload()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to the demonstration")).to_be_visible()
    assert read_device(page)[0] == 0
