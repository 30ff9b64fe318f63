"""Into a home without signal: taken along, scored without a connection, sent, met and recorded."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
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


def begin(page: Page, number: int = 0) -> None:
    """Open what was taken along, and begin the Star of one of them."""
    unlock(page)
    page.get_by_role("button", name="Begin a Star").nth(number).click()
    expect(page.get_by_role("heading", level=1, name="Star of")).to_be_visible()


def labels(page: Page, many: int) -> list[str]:
    """The parents that stand first on the page "Take with me"."""
    page.goto("/take-with-me")
    return [page.locator(f"label[for=take-{number}]").inner_text() for number in range(1, many + 1)]


def test_another_person_on_the_tablet_sees_nothing_and_ten_wrong_passwords_leave_nothing(open_as: Open) -> None:
    page = open_as(PRACTITIONER, TABLET, has_touch=True)
    take(page, *labels(page, 1))
    begin(page)
    choose(page, "family_routine", "6")
    expect(page.get_by_text("Kept here at")).to_be_visible()
    page.goto("/demo")
    page.get_by_role("button", name=LEAD, exact=True).click()
    page.goto("/offline")
    expect(page.get_by_text("DEMO-")).to_have_count(0)
    expect(page.get_by_role("button", name="Open", exact=True)).to_be_visible()
    unlock(page)
    page.get_by_role("button", name="Send what was scored").click()
    expect(page.get_by_text("Somebody else is signed in here")).to_be_visible()
    assert read_device(page)[0] == 1, "it was not sent in the other's name, and is still there"
    for tried in range(1, 11):
        unlock(page, f"wrong for the {tried}th time")
        expect(
            page.get_by_text("Nothing is on this device" if tried == 10 else "That password opens nothing")
        ).to_be_visible()
    assert read_device(page)[0] == 0
    unlocked = page.get_by_role("button", name="Open", exact=True)
    page.reload()
    expect(page.get_by_text("Nothing is on this device")).to_be_visible()
    expect(unlocked).to_be_hidden()


def test_a_full_device_says_so_and_what_was_kept_stays(open_as: Open) -> None:
    page = open_as(PRACTITIONER, PHONE, has_touch=True)
    take(page, *labels(page, 1))
    page.add_init_script("""
        const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (...values) {
          const request = put.apply(this, values);
          if (window.isFull) this.transaction.abort(); // as a browser does whose quota is exceeded
          return request;
        };
    """)
    begin(page)
    choose(page, "family_routine", "6")
    expect(page.get_by_text("Kept here at")).to_be_visible()
    page.evaluate("() => { window.isFull = true; }")
    choose(page, "home_and_money", "7")
    expect(page.get_by_role("status").filter(has_text="This device is full")).to_be_in_viewport()
    expect(page.get_by_text("Not kept yet.")).to_be_visible()
    check_page(page)
    page.evaluate("() => { window.isFull = false; }")
    choose(page, "social_networks", "5")
    expect(page.get_by_text("Kept here at")).to_be_visible()
    expect(page.get_by_text("This device is full")).to_be_hidden()
    page.evaluate("() => { window.isFull = true; }")
    choose(page, "education_and_learning", "5")
    expect(page.get_by_text("Not kept yet.")).to_be_visible()
    unlock(page)
    expect(page.get_by_text("Begun: 3 of 10 answered here")).to_be_visible()


def test_exit_this_page_keeps_what_is_unsent_alone(open_as: Open) -> None:
    page = open_as(PRACTITIONER, TABLET, has_touch=True)
    take(page, *labels(page, 2))
    begin(page)
    choose(page, "family_routine", "6")
    expect(page.get_by_text("Kept here at")).to_be_visible()
    page.context.set_offline(True)
    page.keyboard.press("Escape")
    expect(page).to_have_title("New tab")
    page = page.context.new_page()
    unlock(page)
    expect(page.get_by_text("Begun: 1 of 10 answered here")).to_be_visible()
    expect(page.get_by_text("Not begun")).to_have_count(0)


def test_taking_scoring_and_making_ready_by_keyboard_alone(open_as: Open) -> None:
    page = open_as(PRACTITIONER)
    page.goto("/take-with-me")
    press_until(page, "#take-1")
    page.keyboard.press("Space")
    expect(page.get_by_text("1 of up to 8 chosen.")).to_be_visible()
    press_until(page, "#device-password")
    page.keyboard.type("short")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Enter a password of 12 characters or more.")).to_be_in_viewport()
    expect(page.locator("#device-password")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="It is on this device")).to_be_focused()
    press_until(page, "main a[href='/offline']")
    page.keyboard.press("Enter")
    expect(page.locator("#device-password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Stars on this device")).to_be_focused()
    press_until(page, "[data-items] button")
    page.keyboard.press("Enter")
    for digit in "7031958264":
        page.keyboard.press(digit)
    expect(page.get_by_text("10 of 10 answered")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("9 of 10 answered")).to_be_visible()
    page.keyboard.press("4")
    expect(page.locator("[data-finish]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check the answers")).to_be_focused()
    press_until(page, "[data-ready]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("paragraph").filter(has_text="Ready to send")).to_be_visible()
    expect(page.get_by_role("heading", level=1, name="Stars on this device")).to_be_focused()


def test_a_lead_finds_a_parent_and_takes_them_with_one_chosen_before(open_as: Open) -> None:
    page = open_as(LEAD, PHONE, has_touch=True)
    page.goto("/take-with-me")
    page.locator("#take-2").check()
    page.get_by_label("Find a parent on your caseload").fill("demo 364-b")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("1 of up to 8 chosen.")).to_be_visible()
    expect(page.locator("#take-1")).to_be_checked()
    page.get_by_label("DEMO-364-B").check()
    expect(page.get_by_text("2 of up to 8 chosen.")).to_be_in_viewport()
    expect(page.locator("#device-password")).to_be_in_viewport()
    check_page(page)
    page.locator("#device-password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="It is on this device")).to_be_visible()
    unlock(page)
    expect(page.locator("[data-items] button")).to_have_count(2)


def press_until(page: Page, selector: str) -> None:
    """Press Tab until what is meant has the focus."""
    for _ in range(120):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by keyboard")


def test_a_workers_update_leaves_an_open_star_alone(open_as: Open, tmp_path: Path) -> None:
    page = open_as(PRACTITIONER, TABLET, has_touch=True)
    take(page, *labels(page, 1))
    begin(page)
    choose(page, "family_routine", "6")
    with sqlite3.connect(tmp_path / "demo.db") as database:
        values = ("service_name", "Another name of the service", "0001-01-01")
        database.execute("INSERT INTO service_settings (name, value, holds_from) VALUES (?, ?, ?)", values)
    waits = """async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      await registration.update();
      const worker = registration.installing ?? registration.waiting;
      if (worker.state === "installing") await new Promise((done) => (worker.onstatechange = done));
      return Boolean(registration.waiting);
    }"""
    assert page.evaluate(waits), "the new one waits while a page of the old one is open"
    page.context.set_offline(True)
    choose(page, "home_and_money", "7")
    expect(page.get_by_text("Kept here at")).to_be_visible()
    page.close()
    page = page.context.new_page()
    unlock(page)
    expect(page.get_by_text("Begun: 2 of 10 answered here")).to_be_visible()
    expect(page.locator(".app-header__service")).to_have_text("Another name of the service")
