"""R9 where exact figures are seen: an area with few pairs shows its averages alone, and every figure is rounded alike.

25 parents of one pod. In Family routine 20 are scored, from 4.25 on average down to 4; in Home and money all, of whom
one goes down a point; in Social networks two, from 1 to 9 and to 10: by far the largest change, with an interval from
2.15 to 14.85.
"""

import csv
import io
import json
import re
from typing import Any

import pytest
from flask import Flask

from star_tracker.cli.cohort import cohort_command
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS
from star_tracker.records.imports.importing import import_rows
from tests.support.pages import LookingClient, parse_page, text_of, words_of
from tests.support.star_files import row, rows_of
from tests.support.tiny import BY_SOMEBODY, TinyService

NOT_SCORED = dict.fromkeys(AREAS, "")
POD = {"pod": "Rounding"}


def readings(parent: int) -> tuple[dict[str, str], dict[str, str]]:
    """What the start and the latest Star of a parent say."""
    start, latest = {"home_and_money": "4"}, {"home_and_money": "3" if parent == 24 else "4"}
    if parent < 20:
        start["family_routine"], latest["family_routine"] = "4" if parent < 15 else "5", "4"
    if parent < 2:
        start["social_networks"], latest["social_networks"] = "1", "9" if parent else "10"
    return NOT_SCORED | start, NOT_SCORED | latest


@pytest.fixture
def lead(web_app: Flask, client: LookingClient, tiny: TinyService) -> LookingClient:
    rows = []
    for parent in range(25):
        start, latest = readings(parent)
        who = POD | {"family_ref": f"R{parent}", "practitioner": ""}
        rows += [row(**who, **start), row(**who, **latest, star_kind="interim", star_date="2018-04-20")]
    with web_app.app_context():
        import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")
    client.sign_in(tiny.users[Role.LEAD])
    return client


def tables_of(page: str) -> list[list[list[str]]]:
    """Each table's lines, heading and all."""
    tables: list[Any] = [one for one in parse_page(page).iter() if one.tag.endswith("}table")]
    return [
        [[words_of(cell) for cell in line] for line in table.iter() if line.tag.endswith("}tr")] for table in tables
    ]


def test_an_area_with_few_pairs_stands_last_with_n_and_its_averages(lead: LookingClient) -> None:
    page = lead.get("/cohort?pod=Rounding")
    averages, change, outcomes = tables_of(page.text)
    assert averages[1:3] == [
        ["Family routine", "20", "4.3", "4.0", "4.0", "4.0"],
        ["Home and money", "25", "4.0", "4.0", "4.0", "4.0"],
    ]
    assert ["Social networks", "2", "1.0", "9.5", "", ""] in averages[3:]
    assert [line[0] for line in change[1:3]] == ["Home and money", "Family routine"]
    assert ["Social networks", "2", "", "", "", ""] in change[3:]
    assert ["Social networks", *[""] * 6] in outcomes[3:]
    assert "An area with fewer than 10 pairs shows its averages alone, and stands last" in text_of(page)


def test_no_words_rank_it_and_no_axis_makes_room_for_its_interval(lead: LookingClient) -> None:
    page = lead.get("/cohort?pod=Rounding").text
    [star, change, outcomes] = re.findall(r'<img class="app-picture"[^>]* alt="([^"]*)"', page)
    ranked = "Largest changes in areas with 10 pairs or more: Family routine down 0.3, from 4.3 to 4.0."
    assert ranked in star
    assert "in 3 areas; 2 to 25 pairs in each" in star
    assert ranked in change
    assert "Fewer than 10 pairs: Social networks. No figure: 7 areas." in change
    assert "Social networks" not in star
    assert "Largest share improved" not in outcomes
    assert "No pair improved." in outcomes
    drawn = lead.get("/cohort/change.svg?pod=Rounding").text
    assert "fewer than 10 pairs" in drawn
    assert "+1<" in drawn
    assert "+2<" not in drawn, "the axis runs from −1 to +1"
    assert "fewer than 10 pairs" in lead.get("/cohort/outcomes.svg?pod=Rounding").text


def test_where_no_area_has_ten_pairs_only_the_star_is_drawn(lead: LookingClient) -> None:
    page = lead.get("/cohort?pod=Crewe")
    assert "This cohort is small: 1 pair." in text_of(page)
    assert len(tables_of(page.text)) == 1
    assert "Change by area" not in page.text
    assert lead.get("/cohort/star.svg?pod=Crewe").status_code == 200
    for chart in ("change", "outcomes"):
        assert lead.get(f"/cohort/{chart}.svg?pod=Crewe").status_code == 404
        assert lead.get(f"/cohort/{chart}.csv?pod=Crewe").status_code == 200, "the figures are there for a program"


def test_figures_to_download_have_everything_unrounded(lead: LookingClient) -> None:
    rows = {
        line["area"]: line for line in csv.DictReader(io.StringIO(lead.get("/cohort/measures.csv?pod=Rounding").text))
    }
    assert rows["family_routine"]["mean_start"] == "4.25"
    assert rows["family_routine"]["mean_change"] == "-0.25"
    assert float(rows["social_networks"]["ci_low"]) == pytest.approx(8.5 - 12.7062 * 0.5, abs=1e-4)


@pytest.mark.usefixtures("lead")
def test_the_command_line_shows_people_the_same_and_programs_everything(web_app: Flask) -> None:
    def run(form: str) -> str:
        return web_app.test_cli_runner().invoke(cohort_command, ["--pod", "Rounding", "--format", form]).output

    lines = [re.split(r" {2,}", line) for line in run("table").splitlines()]
    at = next(place for place, line in enumerate(lines) if line[0] == "Area")
    assert lines[at + 1] == ["Family routine", "20", "4.25", "4.00", "−0.25", "−0.46 to −0.04", "0", "15", "5"]
    assert lines[at + 2][:5] == ["Home and money", "25", "4.00", "3.96", "−0.04"]
    assert ["Social networks", "2", "1.00", "9.50"] in [line[:4] for line in lines[at + 3 :]]
    [area] = [area for area in json.loads(run("json"))["areas"] if area["area"] == "social_networks"]
    assert (area["mean_change"], area["improved"]) == (8.5, 2)


def test_a_published_return_shows_the_same_rounding(lead: LookingClient) -> None:
    page = lead.get("/returns/1/2018-19-Q4/published/tables/change").text
    [table] = tables_of(page)
    lines = {line[2]: line for line in table if line[:2] == ["All to date", "Rounding"]}
    assert lines["Family routine"][3:5] == ["20", "−0.3"]
    assert lines["Home and money"][3:5] == ["25", "0.0"]
    assert set(lines["Social networks"][3:]) == {"c"}
