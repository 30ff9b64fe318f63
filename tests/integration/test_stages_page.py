"""The cohort by stages: all areas and one, shares, files, and what is shown of few pairs.

Twenty parents of Winsford, all from 4 (Accepting help) to 5 (Trying), but in Family routine: eight from 2 to 9, ten
from 6 to 5 within Trying, and two from 6 to 4. In Social networks nine are scored. Today is 10 April 2019.
"""

import csv
import io
import re

import pytest
from defusedxml.ElementTree import fromstring
from flask import Flask

from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS
from star_tracker.records.imports.importing import import_rows
from tests.integration.test_small_areas import tables_of
from tests.support.pages import LookingClient, text_of
from tests.support.star_files import row, rows_of
from tests.support.tiny import BY_SOMEBODY, TinyService
from tests.support.trail import list_looks

MOVES = [("2", "9")] * 8 + [("6", "5")] * 10 + [("6", "4")] * 2
ROUTINE = "pod=Winsford&area=family_routine"


@pytest.fixture
def lead(web_app: Flask, client: LookingClient, tiny: TinyService) -> LookingClient:
    rows = []
    for number, (start, latest) in enumerate(MOVES):
        who = {"family_ref": f"W{number}", "pod": "Winsford", "practitioner": ""}
        networks = {"social_networks": "4" if number < 9 else ""}
        rows += [
            row(**who, **dict.fromkeys(AREAS, "4") | networks | {"family_routine": start}),
            row(
                **who,
                **dict.fromkeys(AREAS, "5") | networks | {"family_routine": latest},
                star_kind="interim",
                star_date="2018-04-20",
            ),
        ]
    with web_app.app_context():
        import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")
    client.sign_in(tiny.users[Role.LEAD])
    return client


def read_csv(lead: LookingClient, query: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(lead.get(f"/cohort/stages.csv?{query}").text)))


def test_all_areas_stand_as_squares_with_tables_behind(lead: LookingClient) -> None:
    page = lead.get("/cohort/stages?pod=Winsford&order=star")
    said = text_of(page)
    assert "20 pairs of Stars as at 10 April 2019: Winsford." in said
    assert (
        "Of the 9 areas with 10 pairs or more, the largest share moved up a stage or more in 8 areas: 100% in each."
        in said
    )
    assert "Fewer than 10 pairs, and not compared: Social networks." in said
    moves, *squares = tables_of(page.text)
    assert moves[1] == ["Physical health", "20", "100% (20)", "0% (0)", "0% (0)"]
    assert ["Family routine", "20", "40% (8)", "50% (10)", "10% (2)"] in moves
    assert moves[-1] == ["Social networks", "9", "", "", ""]
    assert len(squares) == 9, "none of the area with nine pairs"
    [alt] = re.findall(r'alt="(Squares of[^"]*)"', page.text)
    assert "Fewer than 10 pairs: Social networks." in alt


def test_one_area_is_a_table_of_stages_by_the_editions_names(lead: LookingClient) -> None:
    page = lead.get(f"/cohort/stages?{ROUTINE}")
    assert (
        "In Family routine 40% (8 of 20 parents) moved up a stage or more, 50% (10 of 20) stayed in the same stage and "
        "10% (2 of 20) moved down."
    ) in text_of(page)
    [square] = tables_of(page.text)
    assert square == [
        [
            "At the start",
            "Stuck 1–2",
            "Accepting help 3–4",
            "Trying 5–6",
            "Finding what works 7–8",
            "Effective parenting 9–10",
            "All",
        ],
        ["Stuck 1–2", "0", "0", "0", "0", "8", "8"],
        ["Accepting help 3–4", "0", "0", "0", "0", "0", "0"],
        ["Trying 5–6", "0", "2", "10", "0", "0", "12"],
        ["Finding what works 7–8", "0", "0", "0", "0", "0", "0"],
        ["Effective parenting 9–10", "0", "0", "0", "0", "0", "0"],
        ["All", "0", "2", "10", "0", "8", "20"],
    ]
    assert 'href="/cohort/stages?pod=Winsford&amp;area=home_and_money"' in page.text
    assert 'href="/cohort/stages?pod=Winsford"' in page.text


def test_area_with_few_pairs_shows_their_number_alone(lead: LookingClient) -> None:
    page = lead.get("/cohort/stages?pod=Winsford&area=social_networks")
    assert "Too few pairs to say who moved between stages: Social networks has 9." in text_of(page)
    assert tables_of(page.text) == [[["Area", "Pairs", "Up", "Same", "Down"], ["Social networks", "9", "", "", ""]]]
    assert lead.get("/cohort/stages.svg?pod=Winsford&area=social_networks").status_code == 404
    small = lead.get("/cohort/stages?pod=Crewe")
    assert "no area has 10" in text_of(small)
    assert {line[1] for line in tables_of(small.text)[0][1:]} == {"1"}
    assert "%" not in text_of(small)
    assert "There is nothing to draw: no parent" in text_of(lead.get("/cohort/stages?pod=Macclesfield"))


def test_unknown_area_is_refused_at_its_field(lead: LookingClient) -> None:
    page = lead.get("/cohort/stages?area=happiness")
    assert "There is a problem Choose one of the options in the list" in text_of(page)
    assert lead.get("/cohort/stages.csv?area=happiness").status_code == 400


def test_csv_has_every_move_with_names_and_says_what_it_is(lead: LookingClient) -> None:
    assert len(read_csv(lead, "pod=Winsford")) == 250
    lines = read_csv(lead, ROUTINE)
    assert len(lines) == 25
    assert lines[4] == {
        "area": "family_routine",
        "area_name": "Family routine",
        "n": "20",
        "from_stage": "stuck",
        "from_stage_name": "Stuck",
        "to_stage": "effective_parenting",
        "to_stage_name": "Effective parenting",
        "pairs": "8",
        "cohort": "Winsford",
        "as_at": "2019-04-10",
        "rounding": "none",
    }
    assert sum(int(line["pairs"]) for line in lines) == 20


def test_pictures_of_all_areas_and_of_one_say_what_they_are(lead: LookingClient) -> None:
    every, one = (lead.get(f"/cohort/stages.svg?save=1&{chosen}") for chosen in ("pod=Winsford", ROUTINE))
    assert "cohort-stages-Winsford-as-at-2019-04-10.svg" in every.headers["Content-Disposition"]
    assert "cohort-stages-family_routine-Winsford-as-at-2019-04-10.svg" in one.headers["Content-Disposition"]
    for saved, squares in ((every, 9), (one, 1)):
        drawn = fromstring(saved.text)
        written = ["".join(text.itertext()) for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
        assert written.count("Stuck 1–2") == squares
        assert "Stages at the start and at the latest Star" in written
        assert "As at 10 April 2019. n = 20 pairs of Stars." in written
    assert lead.get(f"/cohort/stages.png?save=1&{ROUTINE}").data.startswith(b"\x89PNG")


def test_page_is_one_entry_with_its_picture_and_a_file_another(web_app: Flask, lead: LookingClient) -> None:
    lead.get("/cohort/stages?pod=Winsford")
    lead.get("/cohort/stages.svg?pod=Winsford&columns=1")
    lead.get(f"/cohort/stages.csv?{ROUTINE}")
    with web_app.app_context():
        first, file = list_looks(web_app)
    assert (first.entity, first.after) == ("cohort", {"page": "cohort_stages.show", "chosen": {"pod": ["Winsford"]}})
    assert file.after
    assert file.after["chosen"] == {"pod": ["Winsford"], "area": ["family_routine"]}
    assert "(Winsford, stages in Family routine)" in text_of(lead.get("/audit"))
