"""The cohort's page at a glance: the answer in words, the key figures, the charts' order, and chips to take off.

Twelve parents of one pod, referred on 2 January 2018 and started on the 10th: from 4 to 5 in every area between 20
January and 20 April, but from 3 to 6 in Boundaries and behaviour. Today is 10 April 2019.
"""

import csv
import re
from io import BytesIO, StringIO
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from defusedxml.ElementTree import fromstring
from flask import Flask

from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS
from star_tracker.records.imports.importing import import_rows
from tests.support.pages import LookingClient, parse_page, read_paper, text_of, words_of
from tests.support.star_files import row, rows_of
from tests.support.tiny import BY_SOMEBODY, TinyService
from tests.support.trail import list_looks

SVG = "{http://www.w3.org/2000/svg}"
FOURS, FIVES = dict.fromkeys(AREAS, "4"), dict.fromkeys(AREAS, "5")


@pytest.fixture
def lead(web_app: Flask, client: LookingClient, tiny: TinyService) -> LookingClient:
    rows = []
    for number in range(12):
        who = {"family_ref": f"W{number}", "pod": "Winsford", "practitioner": ""}
        rows += [
            row(**who, **FOURS | {"boundaries_and_behaviour": "3"}),
            row(**who, **FIVES | {"boundaries_and_behaviour": "6"}, star_kind="interim", star_date="2018-04-20"),
        ]
    with web_app.app_context():
        import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")
    client.sign_in(tiny.users[Role.LEAD])
    return client


def list_links(page: str, css_class: str) -> dict[str, str]:
    """The addresses of the links of this class by their words."""
    links = [one for one in parse_page(page).iter() if css_class in (one.get("class") or "").split()]
    return {words_of(link): link.get("href") for link in links}


def read_query(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


def test_page_begins_with_what_the_figures_say(lead: LookingClient) -> None:
    said = text_of(lead.get("/cohort?pod=Winsford"))
    sentence = "Average scaling rose in all 10 areas; most in Boundaries and behaviour, from 3.0 to 6.0 (12 parents)."
    assert said.index(sentence) < said.index("Parents with a pair") < said.index("Cohort star")
    assert "Too few pairs to say how average scaling changed: no area has 10." in text_of(lead.get("/cohort?pod=Crewe"))


def test_key_figures_stand_with_their_numbers_and_the_period_before(lead: LookingClient) -> None:
    said = text_of(lead.get("/cohort?pod=Winsford"))
    for figure in (
        "Parents with a pair 100% 12 of 12 parents Before: 0% (0 of 12)",
        "Improved in most areas 100% 12 of 12 pairs Before: None",
        # Interims due on 20 April, answered that day, and on 20 July, not answered; before, start Stars on 7 February.
        "Stars on time 50% 12 of 24 due Before: 100% (12 of 12)",
        "Closed successfully None Before: None",
        "Re-referred None Before: 0% (0 of 12)",
        "Stars, closures and referrals: 11 April 2018 to 10 April 2019. Before: 11 April 2017 to 10 April 2018, "
        "and pairs as at 10 April 2018.",
    ):
        assert figure in said


def test_a_share_of_fewer_than_ten_has_no_percentage(lead: LookingClient) -> None:
    said = text_of(lead.get("/cohort?pod=Crewe"))
    assert "Parents with a pair 1 of 2 parents Before: None" in said
    assert "%" not in said


def test_areas_stand_by_change_or_in_the_stars_order_as_the_address_says(lead: LookingClient) -> None:
    address = "/cohort?pod=Winsford&status=open"
    for order, first, other in (
        ("", "Boundaries and behaviour", "Show in the Star’s order"),
        ("star", "Physical health", "Show the largest change first"),
    ):
        page = lead.get(f"{address}&order={order}" if order else address)
        table = text_of(page).split("Change from the start to the latest Star")[1]
        assert re.search(f"Rank-biserial {first} 12", table)
        drawn = lead.get(f"/cohort/change.svg?pod=Winsford&status=open&order={order}").text
        names = re.findall("Boundaries and behaviour|Physical health", drawn.split("</desc>")[1])
        assert names[0] == first
        link = list_links(page.text, "govuk-link")[other]
        assert read_query(link) == {"pod": ["Winsford"], "status": ["open"]} | ({} if order else {"order": ["star"]})
        [alt] = re.findall(r'alt="(Chart of the mean change[^"]*)"', page.text)
        assert ("largest first" in alt) == (order == "")


def test_each_choice_is_a_chip_that_takes_itself_off(lead: LookingClient) -> None:
    address = "/cohort?pod=Winsford&pod=Crewe&status=closed&closed-from=1/1/2018&as-at=9/4/2019&order=star"
    chips = list_links(lead.get(address).text, "app-chip")
    all_chosen = read_query(address)
    without = {
        "Winsford": all_chosen | {"pod": ["Crewe"]},
        "Crewe": all_chosen | {"pod": ["Winsford"]},
        "Closed interventions": {name: kept for name, kept in all_chosen.items() if name != "status"},
        "Closed from 1 January 2018": {name: kept for name, kept in all_chosen.items() if name != "closed-from"},
        "As at 9 April 2019": {name: kept for name, kept in all_chosen.items() if name != "as-at"},
    }
    assert {
        words.removeprefix("Take off: ").removesuffix("×"): read_query(href) for words, href in chips.items()
    } == without
    assert list_links(lead.get("/cohort?order=star").text, "app-chip") == {}
    person = list_links(lead.get("/cohort?practitioner=practitioner%40example.org").text, "app-chip")
    assert person == {"Take off: Demo practitioner×": "/cohort"}


def test_every_picture_says_what_it_is(lead: LookingClient) -> None:
    shown = fromstring(lead.get("/cohort/star.svg?pod=Winsford").text)
    assert [element.tag for element in shown][:2] == [f"{SVG}title", f"{SVG}desc"]
    title, description = (element.text or "" for element in list(shown)[:2])
    assert title == "Cohort star"
    for words in (
        "Winsford",
        "As at 10 April 2019. n = 12 pairs of Stars; 12 in each area.",
        "Source: Family support service, Star Tracker.",
        "© Triangle Consulting Social Enterprise Limited",
    ):
        assert words in description
    for chart, title in (
        ("star", "Cohort star"),
        ("change", "Change by area"),
        ("outcomes", "Improved, maintained, declined"),
    ):
        saved = fromstring(lead.get(f"/cohort/{chart}.svg?pod=Winsford&save=1").text)
        written = " ".join("".join(text.itertext()) for text in saved.iter(f"{SVG}text"))
        assert {title, "Winsford", "Source:"} <= {word for word in (title, "Winsford", "Source:") if word in written}
        assert "n = 12 pairs of Stars" in written
        assert "under licence" in written


def test_figures_say_in_every_row_who_is_in_them_and_the_day(lead: LookingClient) -> None:
    chosen = "pod=Winsford&status=open&as-at=9/4/2019"
    header, first, *rest = csv.reader(StringIO(lead.get(f"/cohort/change.csv?{chosen}").text))
    columns = "area area_name n mean_change ci_low ci_high sd_change rank_biserial cohort as_at rounding"
    assert header == columns.split()
    about = ["Winsford; open interventions", "2019-04-09", "none"]
    assert first == ["physical_health", "Physical health", "12", "1.0", "1.0", "1.0", "0.0", "1.0", *about]
    assert [row[-3:] for row in rest] == [about] * 9


def test_the_whole_view_can_be_taken_away(web_app: Flask, lead: LookingClient) -> None:
    links = list_links(lead.get("/cohort?pod=Winsford&order=star").text, "govuk-link")
    chosen = {"pod": ["Winsford"], "order": ["star"]}
    for name, start in (
        ("slide (PNG)", b"\x89PNG"),
        ("slide (SVG)", b"<svg"),
        ("page (PDF)", b"%PDF"),
        ("tables (Excel)", b"PK"),
    ):
        assert read_query(links[name]) == chosen
        assert lead.get(links[name]).data.startswith(start)
    looks = list_looks(web_app)[1:]
    assert [(look.action, look.entity, (look.after or {})["chosen"]) for look in looks] == [
        ("download", "cohort", chosen)
    ] * 4
    assert [(look.after or {})["file"].partition("-Winsford-as-at-2019-04-10.") for look in looks] == [
        (f"cohort-{what}", "-Winsford-as-at-2019-04-10.", form)
        for what, form in (("slide", "png"), ("slide", "svg"), ("view", "pdf"), ("tables", "xlsx"))
    ]


def test_the_whole_view_has_what_the_page_says(lead: LookingClient) -> None:
    chosen = "pod=Winsford&order=star"
    first, second = read_paper(lead.get(f"/cohort/view.pdf?{chosen}").data)
    sentence = "Average scaling rose in all 10 areas; most in Boundaries and behaviour, from 3.0 to 6.0 (12 parents)."
    for words in ("Winsford. As at 10 April 2019. n = 12 pairs", sentence, "Stars on time 50% 12 of 24 due"):
        assert words in first
    assert "Rank-biserial Physical health 12 4.0 5.0 +1.00" in second, "in the Star's order"
    assert sentence in text_of(lead.get(f"/cohort?{chosen}"))
    assert f"<title>{sentence}</title>" in lead.get(f"/cohort/slide.svg?{chosen}").text
    book = openpyxl.load_workbook(BytesIO(lead.get(f"/cohort/tables.xlsx?{chosen}").data))
    rows = {row[1].value: [cell.value for cell in row[2:]] for row in book["averages"].rows}
    assert rows["boundaries_and_behaviour"] == [12, 3, 6, 3, 6]


def test_a_small_cohort_has_no_slide_and_an_empty_one_no_file(lead: LookingClient) -> None:
    links = list_links(lead.get("/cohort?pod=Crewe").text, "govuk-link")
    assert {"page (PDF)", "tables (Excel)"} <= set(links)
    assert not {"slide (PNG)", "slide (SVG)"} & set(links)
    assert lead.get("/cohort/slide.png?pod=Crewe").status_code == 404
    for name in ("slide.png", "view.pdf", "tables.xlsx"):
        assert lead.get(f"/cohort/{name}?as-at=1/1/2017").status_code == 404
        assert lead.get(f"/cohort/{name}?pod=Nowhere").status_code == 400


def test_a_practitioners_file_names_whose_families_are_meant(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    words = "the families that Demo practitioner may see"
    assert next(csv.DictReader(StringIO(client.get("/cohort/star.csv").text)))["cohort"] == words
    assert words.removeprefix("t") in client.get("/cohort/star.svg?save=1").text
    assert "the families that you may see" in text_of(client.get("/cohort"))
    _first, second = read_paper(client.get("/cohort/view.pdf").data)
    assert "All figures hold the families that Demo practitioner may see" in second


def test_a_file_is_named_after_its_cohort(lead: LookingClient) -> None:
    chosen = "pod=Winsford&latest-from=1/4/2018&latest-to=30/6/2018"
    for what in ("star.csv", "change.png", "measures.csv"):
        header = lead.get(f"/cohort/{what}?save=1&{chosen}").headers["Content-Disposition"]
        name, form = what.split(".")
        assert f"cohort-{name}-Winsford-latest-2018-04-01-to-2018-06-30-as-at-2019-04-10.{form}" in header
