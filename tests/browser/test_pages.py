"""Every page in a real browser: axe, the console under the strict policy, pictures that load, no sideways scroll."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, TABLET

Open = Callable[..., Page]
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # describing all that is in order takes as long as looking
}
WITHOUT_COLOURS = {**WCAG, "rules": {"color-contrast": {"enabled": False}}}
FIND_FAULTS = """async (options) => {
  const { violations } = await axe.run(document, options);
  return violations.map(({ id, help, nodes }) => `${id}: ${help} ${nodes.map((node) => node.html)}`);
}"""
FIND_BROKEN_PICTURES = """async () => {
  for (const picture of document.images) picture.loading = "eager"; // one that is scrolled to later
  await Promise.allSettled([...document.images].map((picture) => picture.decode()));
  return [...document.images].filter((picture) => !picture.naturalWidth).map((picture) => picture.src);
}"""
LEAD, PRACTITIONER = "Demo lead", "Demo practitioner Crewe 1"
ADMINISTRATOR = "Demo administrator"
PAGES = [
    "/caseload",
    "/caseload?state=overdue",
    "/caseload?state=nothing_due",
    "/caseload?whose=nobody",
    "/caseload?whose=nonsense&pod=99",
    "/caseload?page=2",
    "/take-with-me",
    "/offline",
    "/caseload/overview",
    "/caseload/overview?pod=1&page=9",
    "/caseload/overview?pod=99",
    "/caseload/overview?longer-than=6",
    "/caseload/cover",
    "/caseload/cover/new",
    "/families",
    "/families?q=DEMO-00",
    "/families?q=nothing",
    "/families/new",
    "/families/1",
    "/families/1/edit",
    "/families/1/feedback/new",
    "/feedback",
    "/feedback/new",
    "/feedback/1/correct",
    "/feedback/1/withdraw",
    "/families/1/restrict",
    "/families/354",
    "/families/354/restrict",
    "/families/354/restrict/lift",
    "/families/1/parents/new",
    "/families/1/interventions/new",
    "/interventions/390/close",
    "/interventions/340/reopen",
    "/interventions/390/contacts",
    "/interventions/390/transfer",
    "/interventions/1/put-right",
    "/registrations/1",
    "/registrations/1/stars/new",
    "/stars/1",
    "/stars/1/correct",
    "/stars/4/move",
    "/stars/1/withdraw",
    "/stars/1/safety",
    "/caseload/falls",
    "/caseload/falls?answered=1",
    "/stars/1/talk",
    "/stars/2/talk",
    "/stars/2/sheet",
    "/cohort",
    "/cohort?pod=Demoville",
    "/cohort?pod=Crewe&pod=Macclesfield&status=closed&closed-from=1/1/2019&order=star",
    "/cohort?as-at=1/1/1999",
    "/cohort/how-soon",
    "/cohort/side-by-side?pod=Crewe&beside=pod:Macclesfield",
    "/cohort/closing",
    "/cohort/closing?beside=pod:Other team",
    "/cohort/closing?pod=Crewe&beside=pod:Macclesfield&start-level=family_routine-low",
    "/cohort/closing?pod=Demoville&status=closed",
    "/cohort?closed-from=31/2/2019",
    "/cohort/visits",
    "/cohort/visits?pod=Demoville&latest-from=1/1/2019",
    "/cohort/left-out",
    "/cohort/left-out?pod=Demoville&latest-from=1/1/2019",
    "/cohort/families/pair?pod=Crewe&page=2",
    "/cohort/families/one_star_only?status=closed",
    "/cohort/families/no_start_star?pod=Nowhere",
    "/cohort/worked-out",
    "/cohort/worked-out/family_routine?pod=Demoville",
    "/cohort/worked-out?as-at=1/1/1999",
    "/cohort/quality",
    "/cohort/quality?pod=Demoville",
    "/cohort/quality/jump?pod=Crewe",
    "/cohort/quality/alike",
    "/cohort?start-level=family_routine-low&months=6-11&quarter=2018-19-Q4",
    "/cohort?quarter=2018-19-Q4&as-at=1/4/2019",
    "/cohort/side-by-side",
    "/cohort/side-by-side?pod=Crewe&beside=pod:Macclesfield",
    "/cohort/side-by-side?pod=Crewe&beside=nonsense",
    "/cohort/saved",
    "/cohort/saved/new?pod=Crewe",
    "/cohort/over-time",
    "/cohort/over-time?pod=Demoville&quarters-of=start",
    "/cohort/over-time?quarters-of=nonsense",
    "/cohort/stages",
    "/cohort/stages?area=family_routine&order=star",
    "/cohort/stages?pod=Demoville",
    "/cohort/stages?pod=Demoville&area=family_routine",
    "/returns",
    "/returns/1/2018-19-Q3/restricted",
    "/returns/1/2018-19-Q3/published",
    "/returns/1/2018-19-Q3/published/tables/change",
    "/returns/1/2018-19-Q3/restricted/tables/completion",
    "/returns/1/2018-19-Q4/prepare",
    "/returns/1/2019-20-Q1/prepare",
    "/returns/1/2018-19-Q4/prepare/interim_due",
    "/returns/1/2019-20-Q1/prepare/in_progress",
    "/returns/1/2018-19-Q4/prepare/checks/alike",
    "/returns/1/2018-19-Q4/narrative",
    "/returns/1/targets",
    "/returns/1/2018-19-Q4/published/sign-off",
    "/returns/1/2019-20-Q1/published/sign-off",
    "/returns?council=1",
    "/returns/differences",
    "/returns/signed/1",
    "/returns/signed/1/withdraw",
    "/audit",
    "/audit?family=DEMO-0001&from=1/4/2019",
    "/audit?action=withdraw",
    "/audit?action=replace",
    "/audit?person=nobody&from=31/2/2019",
    "/requests",
    "/requests/1",
    "/families/1/readers",
    "/account/activity",
    "/about",
    "/accessibility",
    "/account",
    "/account/reminders",
    "/forgotten",
    "/link/used",
    "/demo",
]
ADMINISTRATORS_PAGES = [
    "/people",
    "/people?state=closed",
    "/people?state=nonsense",
    "/people/new",
    "/people/1",
    "/people/1/edit",
    "/people/1/link",
    "/people/1/close",
    "/people/6/close",
    "/people/9/edit",
    "/people/1/reopen",
    "/people/1/unlock",
    "/people/1/reset",
    "/requests/1",
    "/pods",
    "/pods/new",
    "/pods/1",
    "/pods/1/rename",
    "/pods/1/close",
    "/pods/1/compare",
    "/pods/1/reopen",
    "/pods/1/merge",
    "/pods/1/merge/2",
    "/pods/1/council",
    "/councils",
    "/councils/new",
    "/councils/1",
    "/councils/1/edit",
    "/councils/1/close",
    "/councils/1/reopen",
    "/settings",
]


def check_page(page: Page, options: dict[str, Any] = WCAG) -> None:
    """What must hold of every page."""
    if page.evaluate("!window.axe"):
        page.evaluate(AXE_SCRIPT)
    assert page.evaluate(FIND_FAULTS, options) == [], page.url
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide} px"
    broken = page.evaluate(FIND_BROKEN_PICTURES)
    assert broken == [], page.url
    bare = page.evaluate("[...document.images].filter(i => !i.alt).map(i => i.src)")
    assert bare == [], page.url


def check_page_at_both_widths(page: Page) -> None:
    """What must hold of every page, on a phone and on a desktop, as which it stays."""
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type] # a plain dict
        check_page(page)


def check_pages(page: Page, addresses: Sequence[str]) -> None:
    """Check each page on a phone and on a desktop.

    Colours, which take most of the time, are the same at both widths but for the frame of the page and what few pages
    have beside each other: on a desktop they are looked at once for all addresses that begin alike.
    """
    begun = set()
    for address in addresses:
        page.set_viewport_size(PHONE)  # type: ignore[arg-type] # a plain dict
        response = page.goto(address)
        assert response
        assert not response.request.redirected_from, f"{address} shows no page of its own"
        check_page(page)
        page.set_viewport_size(DESKTOP)  # type: ignore[arg-type] # a plain dict
        beginning = re.split(r"[/?]", address)[1]
        check_page(page, WITHOUT_COLOURS if beginning in begun else WCAG)
        begun.add(beginning)


@pytest.mark.parametrize("third", [0, 1, 2])  # so that the processes of a test run share the work
def test_every_page_is_accessible_and_fits(open_as: Open, third: int) -> None:
    check_pages(open_as(LEAD), PAGES[len(PAGES) * third // 3 : len(PAGES) * (third + 1) // 3])


def test_every_page_of_an_administrator_is_accessible_and_fits(open_as: Open) -> None:
    page = open_as(ADMINISTRATOR)
    missing: list[str] = []
    page.on("response", lambda response: missing.append(response.url) if response.status == 404 else None)
    check_pages(page, ADMINISTRATORS_PAGES)
    assert missing == []


def test_the_council_and_the_administrator_have_pages_of_their_own(open_as: Open) -> None:
    for who, heading in (("Demo council officer", "Quarterly returns"), (ADMINISTRATOR, "People")):
        page = open_as(who)
        assert page.get_by_role("heading", level=1).inner_text() == heading
        check_page(page)
        page.get_by_role("link", name="What I have done").click()
        assert page.get_by_role("heading", level=1).inner_text() == "What I have done"
        check_page(page)
    page.get_by_role("link", name="Audit").click()
    page.get_by_text("Choose entries").click()
    check_page(page)


def test_a_lead_signs_off_and_the_council_reads_it(open_as: Open) -> None:
    lead, council = open_as(LEAD), open_as("Demo council officer")
    lead.goto("/returns/1/2018-19-Q4/published")
    lead.get_by_role("button", name="Sign off this return").click()
    lead.get_by_role("button", name="Sign off this return").click()
    expect(lead.get_by_role("alert")).to_contain_text("There is a problem")
    check_page_at_both_widths(lead)
    lead.get_by_label("I have checked these figures").check()
    lead.get_by_role("button", name="Sign off this return").click()
    expect(lead.get_by_role("alert")).to_contain_text("The return is signed off")
    check_page_at_both_widths(lead)
    council.goto("/returns")
    council.get_by_role("link", name="January to March 2019 published return").click()
    assert "Signed off on 10 April 2019" in council.locator("div.govuk-inset-text").inner_text()
    check_page_at_both_widths(council)
    council.get_by_role("link", name="Version 1", exact=True).click()
    assert "Version 1 of the published return" in council.get_by_role("heading", level=1).inner_text()
    check_page_at_both_widths(council)
    council.get_by_role("link", name="All returns").click()
    council.get_by_role("link", name="January to March 2019 published return").click()
    council.get_by_role("link", name="and what the columns mean in Families, parents and children served").click()
    check_page_at_both_widths(council)


def test_a_cohorts_pictures_can_be_saved(open_as: Open) -> None:
    page = open_as(LEAD)
    page.goto("/cohort?pod=Crewe")
    for name, start in (
        ("picture (PNG) of the cohort star", b"\x89PNG"),
        ("figures (CSV) of the cohort star", b"area"),
        ("slide (PNG)", b"\x89PNG"),
        ("page (PDF)", b"%PDF"),
        ("tables (Excel)", b"PK"),
    ):
        with page.expect_download() as saving:
            page.get_by_role("link", name=name).click()
        assert saving.value.path().read_bytes().startswith(start)


def test_a_filter_can_be_kept_as_a_bookmark(open_as: Open) -> None:
    page = open_as(LEAD)
    page.goto("/cohort")
    page.get_by_text("Choose a cohort").click()
    page.get_by_label("Crewe", exact=True).check()
    page.get_by_label("Interventions").select_option("closed")
    page.get_by_role("button", name="Show this cohort").click()
    kept, said = page.url, page.get_by_text("pairs of Stars as at").inner_text()
    assert "pod=Crewe" in kept
    other = open_as(LEAD)
    other.goto(kept)
    assert other.get_by_text("pairs of Stars as at").inner_text() == said


def test_how_soon_a_comparison_group_closed_is_set_beside_by_keyboard(open_as: Open) -> None:
    page = open_as(LEAD)
    page.goto("/cohort/closing")
    page.get_by_label("Set beside it").select_option("Other team (comparison group)")
    page.get_by_role("button", name="Show side by side").press("Enter")
    expect(page.get_by_text("Difference in how soon")).to_be_visible()
    page.locator("summary", has_text="Show as table").press("Enter")
    expect(page.get_by_role("table", name="Other team (comparison group)")).to_be_visible()
    for link, start in (("picture (PNG)", b"\x89PNG"), ("figures (CSV)", b"days,at_risk")):
        with page.expect_download() as saving:
            page.get_by_role("link", name=link).click()
        assert saving.value.path().read_bytes().startswith(start)


def test_a_cohort_is_seen_at_a_glance_on_a_desktop(open_as: Open) -> None:
    page = open_as(LEAD, DESKTOP)
    for address in ("/cohort", "/cohort?pod=Crewe&status=closed&order=star"):
        page.goto(address)
        for what in (
            page.get_by_text("Average scaling rose in all 10 areas"),
            page.get_by_text("Re-referred", exact=True),
            page.get_by_role("img", name="Star chart"),
            page.get_by_role("img", name="Chart of the mean change"),
        ):
            box = what.bounding_box()
            assert box
            assert box["y"] + box["height"] <= DESKTOP["height"], (address, what)
    star, change = (page.get_by_role("img", name=name).bounding_box() for name in ("Star chart", "Chart of the mean"))
    assert star
    assert change
    assert star["x"] + star["width"] <= change["x"], "beside each other"
    assert change["width"] > star["width"] > 500


def test_a_charts_table_is_one_keypress_away(open_as: Open) -> None:
    page = open_as(LEAD)
    page.goto("/cohort?pod=Crewe")
    table = page.get_by_role("table", name="Change from the start to the latest Star")
    expect(table).to_be_hidden()
    page.locator("summary", has_text="Show as table: Change by area").press("Enter")
    expect(table).to_be_visible()
    check_page(page)


def test_a_choice_is_taken_off_and_the_order_changed_without_javascript(open_as: Open) -> None:
    page = open_as(LEAD, java_script_enabled=False)
    page.goto("/cohort?pod=Crewe&status=closed")
    page.get_by_role("link", name="Show in the Star’s order").click()
    page.get_by_role("link", name="Take off: Crewe").click()
    expect(page.get_by_text("every pod; closed interventions.")).to_be_visible()
    page.get_by_role("link", name="Take off: Closed interventions").click()
    assert page.url.endswith("/cohort?order=star")
    expect(page.get_by_role("link", name="Take off")).to_have_count(0)


def test_panels_stand_beside_each_other_as_there_is_room(open_as: Open) -> None:
    page = open_as(LEAD)
    for size, width in ((DESKTOP, 1128), (TABLET, 744), (PHONE, 360)):
        page.set_viewport_size(size)  # type: ignore[arg-type] # a plain dict
        for address, name in (("/cohort/over-time", "Small charts"), ("/cohort/stages", "Squares")):
            page.goto(address)
            picture = page.get_by_role("img", name=name)
            picture.evaluate("(image) => image.decode()")
            assert picture.evaluate("(image) => image.naturalWidth") == width
            box = picture.bounding_box()
            assert box
            assert box["width"] == width, "text is as large as it was drawn"
    page.locator("summary", has_text="Show as table: Stages by area").press("Enter")
    expect(page.get_by_role("table", name="Family routine: pairs by their stage")).to_be_visible()
    check_page(page)


def test_quarters_and_an_area_are_chosen_without_javascript(open_as: Open) -> None:
    page = open_as(LEAD, java_script_enabled=False)
    page.goto("/cohort/over-time?pod=Crewe")
    page.get_by_role("link", name="Show by the intervention’s start").click()
    expect(page.get_by_text("in the quarter in which the intervention started")).to_be_visible()
    page.get_by_role("link", name="Stages", exact=True).click()
    page.get_by_role("link", name="Family routine", exact=True).click()
    expect(page.get_by_role("table", name="Family routine: pairs by their stage")).to_be_visible()
    page.get_by_role("link", name="Take off: Crewe").click()
    assert page.url.endswith("/cohort/stages?area=family_routine")


def test_the_return_is_downloaded(open_as: Open) -> None:
    page = open_as(LEAD)
    page.goto("/returns")
    page.get_by_label("Quarter").select_option("2018-19-Q3")
    page.get_by_label("Published: small numbers").check()
    page.get_by_role("button", name="Show this return").click()
    with page.expect_download() as saving:
        page.get_by_role("link", name="Workbook (Excel)").click()
    assert saving.value.suggested_filename == "star-return-demo-county-council-2018-19-Q3-published-v1.xlsx"
