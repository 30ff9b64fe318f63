"""The cohort over time: sentence, tables, pictures and files, and the other day by which quarters are counted.

Twelve parents of Winsford whose intervention started on 10 January 2018, with latest Stars on 20 April 2018: from 4 to
5 in every area, but from 3 to 6 in Boundaries and behaviour. Twelve that started on 1 July, with latest Stars on 15
October: from 4 to 5, but from 3 to 5. Today is 10 April 2019.
"""

import csv
import io
import re
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pypdf
import pytest
from defusedxml.ElementTree import fromstring
from flask import Flask
from pandas.testing import assert_frame_equal

from star_tracker.analysis.cohorts import CohortFilter, count_changes
from star_tracker.analysis.frames import CHANGES, build_frame
from star_tracker.analysis.over_time import Basis
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS, Kind
from star_tracker.queries.figures.cohorts import get_cohort, get_pairs_by_day
from star_tracker.records.imports.importing import import_rows
from tests.integration.test_small_areas import tables_of
from tests.support.pages import LookingClient, parse_page, read_paper, text_of, words_of
from tests.support.star_files import row, rows_of
from tests.support.tiny import BY_SOMEBODY, TinyService, add_family, add_star, fill_tiny_service, new_star
from tests.support.trail import list_looks

FOURS, FIVES = dict.fromkeys(AREAS, "4"), dict.fromkeys(AREAS, "5")
START = "pod=Winsford&quarters-of=start"


@pytest.fixture
def lead(web_app: Flask, client: LookingClient, tiny: TinyService) -> LookingClient:
    rows = []
    for number in range(24):
        first = number < 12
        who = {"family_ref": f"W{number}", "pod": "Winsford", "practitioner": ""}
        who |= {} if first else {"referred_on": "2018-07-01", "started_on": "2018-07-01"}
        rows += [
            row(**who, **FOURS | {"boundaries_and_behaviour": "3"}, star_date="2018-01-20" if first else "2018-07-10"),
            row(
                **who,
                **FIVES | {"boundaries_and_behaviour": "6" if first else "5"},
                star_kind="interim",
                star_date="2018-04-20" if first else "2018-10-15",
            ),
        ]
    with web_app.app_context():
        import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")
    client.sign_in(tiny.users[Role.LEAD])
    return client


def read_csv(lead: LookingClient, query: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(lead.get(f"/cohort/over-time.csv?{query}").text)))


def test_page_begins_with_whether_the_same_areas_rose_most(lead: LookingClient) -> None:
    page = lead.get("/cohort/over-time?pod=Winsford")
    said = text_of(page)
    assert "24 pairs of Stars as at 10 April 2019: Winsford." in said
    for words in (
        "Boundaries and behaviour was among the two areas that rose most in both quarters compared.",
        "Of 20 changes, one for each area and quarter: 20 up.",
        "A parent counts once, in the quarter of the latest Star.",
    ):
        assert words in said
    tables = {
        table[0][0]: table for table in ([[words_of(caption)], *lines] for caption, lines in captioned(page.text))
    }
    assert tables["Boundaries and behaviour"][2:] == [
        ["April to June 2018", "12", "3.0", "6.0", "+3.00", "+3.00 to +3.00"],
        ["July to September 2018", "0", "", "", "", ""],
        ["October to December 2018", "12", "3.0", "5.0", "+2.00", "+2.00 to +2.00"],
    ]
    assert next(iter(tables)) == "Boundaries and behaviour", "largest change first"
    [alt] = re.findall(r'alt="(Small charts[^"]*)"', page.text)
    assert "in 3 quarters: April to December 2018. Highest: Boundaries and behaviour +3.0, April to June 2018." in alt


def captioned(page: str) -> list[tuple[object, list[list[str]]]]:
    captions = [one for one in parse_page(page).iter() if one.tag.endswith("}caption")]
    return list(zip(captions, tables_of(page), strict=True))


def test_quarters_are_those_of_the_interventions_start_if_so_chosen(lead: LookingClient) -> None:
    page = lead.get("/cohort/over-time?pod=Winsford&order=star")
    [link] = [one for one in parse_page(page.text).iter() if words_of(one) == "Show by the intervention’s start"]
    chosen = parse_qs(urlsplit(link.get("href")).query)
    assert chosen == {"pod": ["Winsford"], "order": ["star"], "quarters-of": ["start"]}
    said = text_of(lead.get(link.get("href")))
    assert "January to March 2018 12 3.0 6.0" in said
    assert "July to September 2018 12 3.0 5.0" in said
    assert "A parent counts once, in the quarter in which the intervention started." in said
    assert "Physical health" in said.split("95% interval")[0], "in the Star's order"
    chips = [one for one in parse_page(page.text).iter() if one.get("class") == "app-chip"]
    [chip] = [
        one for one in parse_page(lead.get(f"/cohort/over-time?{START}").text).iter() if one.get("class") == "app-chip"
    ]
    assert len(chips) == 1
    assert chip.get("href") == "/cohort/over-time?quarters-of=start", "taking a choice off keeps the quarters"


def test_another_choice_of_quarters_is_refused_at_its_field(lead: LookingClient) -> None:
    page = lead.get("/cohort/over-time?quarters-of=nonsense")
    assert "There is a problem Choose one of the options in the list" in text_of(page)
    assert "Winsford" in text_of(page), "the form is there"
    assert lead.get("/cohort/over-time.csv?quarters-of=nonsense").status_code == 400


def test_small_quarters_have_their_averages_and_no_picture(lead: LookingClient) -> None:
    page = lead.get("/cohort/over-time?pod=Crewe")
    assert "Too few pairs to compare quarters: in none do 3 areas have 10 pairs." in text_of(page)
    assert ["April to June 2019", "1", "4.0", "6.0", "", ""] in tables_of(page.text)[0]
    assert "April to June 2019 is not over: it is counted to 10 April 2019." in text_of(page)
    assert "<picture>" not in page.text
    assert lead.get("/cohort/over-time.svg?pod=Crewe").status_code == 404
    assert [line["mean_change"] for line in read_csv(lead, "pod=Crewe")] == ["2.0"] * 10, "a program gets everything"
    assert "There is nothing to draw: no parent" in text_of(lead.get("/cohort/over-time?pod=Macclesfield"))


def test_csv_says_what_it_is_and_has_names_beside_codes(lead: LookingClient) -> None:
    lines = read_csv(lead, "pod=Winsford")
    assert len(lines) == 30
    [line] = [one for one in lines if one["quarter"] == "2018-19-Q3" and one["area"] == "boundaries_and_behaviour"]
    assert line == line | {
        "quarter_name": "October to December 2018",
        "quarter_of": "Latest Star",
        "area_name": "Boundaries and behaviour",
        "n": "12",
        "mean_start": "3.0",
        "mean_change": "2.0",
        "improved": "12",
        "cohort": "Winsford",
        "as_at": "2019-04-10",
        "rounding": "none",
    }
    gap = [one for one in lines if one["quarter"] == "2018-19-Q2"]
    assert {(one["n"], one["mean_start"], one["mean_change"]) for one in gap} == {("0", "", "")}
    assert {one["quarter_of"] for one in read_csv(lead, START)} == {"Start of the intervention"}


def test_files_say_what_they_are_and_have_names_of_their_own(lead: LookingClient) -> None:
    saved = lead.get("/cohort/over-time.svg?pod=Winsford&save=1")
    assert "cohort-over-time-by-latest-Winsford-as-at-2019-04-10.svg" in saved.headers["Content-Disposition"]
    written = " ".join(
        "".join(text.itertext()) for text in fromstring(saved.text).iter("{http://www.w3.org/2000/svg}text")
    )
    for words in (
        "Change over time",
        "Winsford",
        "n = 24 pairs of Stars, by the quarter of the latest Star.",
        "licence",
    ):
        assert words in written
    png = lead.get(f"/cohort/over-time.png?{START}&save=1")
    assert png.data.startswith(b"\x89PNG")
    assert "cohort-over-time-by-start-Winsford" in png.headers["Content-Disposition"]
    for columns, width in ((1, 360), (2, 744), (3, 1128)):
        drawn = fromstring(lead.get(f"/cohort/over-time.svg?pod=Winsford&columns={columns}").text)
        assert drawn.get("width") == str(width)
        assert drawn[0].text == "Change over time"
    assert lead.get("/cohort/over-time.svg?pod=Winsford&columns=4").status_code == 404


@pytest.mark.parametrize(
    ("address", "said", "cells"),
    [
        (
            "/cohort/over-time",
            "Boundaries and behaviour +3.0 +3.0 to +3.0 n = 12",
            ["Boundaries and behaviour", "2018-19-Q1", 12, 3],
        ),
        ("/cohort/stages", "Boundaries and behaviour 24 100% 0% 0%", ["Boundaries and behaviour", 24, "Trying", 24]),
        ("/cohort/side-by-side/change", "Boundaries and behaviour 24 3.0 5.5 +2.5 0", ["Boundaries and behaviour", 24]),
        ("/cohort/how-soon/months", "Boundaries and behaviour n = 0 +2.5", ["3 to 5 months", 24, 2.5]),
    ],
)
def test_a_page_about_a_cohort_is_taken_away_on_paper_and_its_figures_as_a_workbook(
    lead: LookingClient, address: str, said: str, cells: list[object]
) -> None:
    chosen = "pod=Winsford&beside=before"
    data = lead.get(f"{address}.pdf?{chosen}").data
    words = " ".join(read_paper(data))
    assert "Winsford" in words
    assert "as at 10 April 2019" in words
    assert "there is no comparison group" in words
    assert said in words, words
    root: Any = pypdf.PdfReader(io.BytesIO(data)).root_object
    assert root["/MarkInfo"]["/Marked"]
    book = openpyxl.load_workbook(io.BytesIO(lead.get(f"{address}.xlsx?{chosen}").data))
    assert book.sheetnames == ["Cover", "figures", "Notes"]
    rows = [[cell.value for cell in row] for row in book["figures"].rows]
    assert any(all(cell in row for cell in cells) for row in rows), rows


def test_page_is_one_entry_with_its_pictures_and_a_file_another(web_app: Flask, lead: LookingClient) -> None:
    lead.get("/cohort/over-time?pod=Winsford")
    for picture in ("columns=1", "columns=2"):
        lead.get(f"/cohort/over-time.svg?pod=Winsford&{picture}")
    lead.get(f"/cohort/over-time.csv?{START}")
    with web_app.app_context():
        first, file = list_looks(web_app)
    assert (first.entity, first.after) == ("cohort", {"page": "cohort_over_time.show", "chosen": {"pod": ["Winsford"]}})
    assert file.after
    assert file.after["chosen"] == {"pod": ["Winsford"], "quarters-of": ["start"]}
    assert "(Winsford, by quarter of the intervention's start)" in text_of(lead.get("/audit"))


@pytest.mark.usefixtures("app")
def test_pairs_of_every_day_are_the_cohorts() -> None:
    """On both databases: the days' numbers and values together are those that the cohort counts at once."""
    tiny = fill_tiny_service()
    for number, latest in enumerate((date(2019, 4, 5), date(2019, 4, 5), date(2019, 4, 8))):
        registration = add_family(f"D{number}", tiny.pod).interventions[0].registrations[0].id
        add_star(registration, new_star(Kind.START, date(2019, 1, 10), 3))
        add_star(registration, new_star(Kind.INTERIM, latest, 5 + number))
    chosen = CohortFilter(as_at=date(2019, 4, 10))
    cohort = get_cohort(chosen, reader=None)
    for basis, days in (
        (Basis.LATEST, {date(2019, 4, 5): 3, date(2019, 4, 8): 1}),
        (Basis.START, {date(2019, 1, 3): 4}),
    ):
        found = get_pairs_by_day(chosen, basis, reader=None)
        assert {day: n for day, (n, _values) in found.days.items()} == days
        assert found.excluded == cohort.excluded
        changes = count_changes("".join(values for _n, values in found.days.values()))
        assert_frame_equal(build_frame(CHANGES, changes), cohort.changes)
    assert sum(cohort.excluded.values()) == 2
