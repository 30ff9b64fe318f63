"""Two cohorts beside each other on the page: what is offered, what is said, whose families, and the files.

Twelve parents of Winsford go from 4 to 6 in every area, twelve of Northwich from 2 or 3 to 6.
"""

import csv
from io import StringIO

import pytest
from flask import Flask
from sqlalchemy import select

from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS
from star_tracker.extensions import db
from star_tracker.models import Pod
from star_tracker.records.imports.importing import import_rows
from star_tracker.records.pods import compare_with_pod
from tests.support.pages import LookingClient, text_of
from tests.support.star_files import row, rows_of
from tests.support.tiny import BY_SOMEBODY, TinyService, save_for_leads
from tests.support.trail import list_looks

PAGE = "/cohort/side-by-side"


@pytest.fixture
def lead(web_app: Flask, client: LookingClient, tiny: TinyService) -> LookingClient:
    rows = []
    for pod in ("Winsford", "Northwich"):
        for number in range(12):
            who = {"family_ref": f"{pod}{number}", "pod": pod, "practitioner": ""}
            first = "4" if pod == "Winsford" else str(2 + number % 2)
            rows += [
                row(**who, **dict.fromkeys(AREAS, first)),
                row(**who, **dict.fromkeys(AREAS, "6"), star_kind="interim", star_date="2018-04-20"),
            ]
    with web_app.app_context():
        import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")
    client.sign_in(tiny.users[Role.LEAD])
    return client


def test_two_pods_stand_side_by_side_without_a_difference(lead: LookingClient) -> None:
    page = lead.get(f"{PAGE}?pod=Winsford&beside=pod:Northwich")
    said = text_of(page)
    assert "Winsford. Beside it: Northwich" in said
    assert "12 pairs of Stars as at 10 April 2019, and 12 pairs as at 10 April 2019." in said
    assert "Neither is a comparison group: what differs between them says nothing of anybody’s work." in said
    assert "They start apart in 10 areas, most in Physical health: 4.0 and 2.5 on average." in said
    assert "Your well-being 12 4.0 6.0 +2.0 12 2.5 6.0 +3.5" in said
    assert "Difference of the changes" not in said


def test_a_comparison_group_has_differences_with_interval_and_p_value(web_app: Flask, lead: LookingClient) -> None:
    with web_app.app_context():
        northwich = db.session.scalars(select(Pod.id).where(Pod.name == "Northwich")).one()
        compare_with_pod(BY_SOMEBODY, pod_id=northwich, is_comparison=True)
    said = text_of(lead.get(f"{PAGE}?pod=Winsford&beside=pod:Northwich"))
    # 12 changes of 2, and six each of 3 and 4: the mean differs by 1.5, ± t(11) 2.201 × 0.5222 / √12.
    assert "Your well-being 12 4.0 6.0 +2.0 12 2.5 6.0 +3.5 −1.50 (−1.83 to −1.17) below 0.001" in said
    assert "Difference of the changes" in said
    assert "Families were not allocated by chance unless the service says so" in said


def test_every_pod_stands_in_one_table_by_name(lead: LookingClient) -> None:
    said = text_of(lead.get(PAGE))
    table = said[said.index("Every pod, by area") :]
    assert table.index("Northwich") < table.index("Winsford")
    assert "Your well-being n = 1 +3.5 +3.2 to +3.8 n = 12 +2.0 +2.0 to +2.0 n = 12" in table


def test_everything_that_can_be_chosen_can_stand_beside(web_app: Flask, lead: LookingClient, tiny: TinyService) -> None:
    with web_app.app_context():
        saved = save_for_leads(tiny).id
    said = text_of(lead.get(f"{PAGE}?pod=Winsford"))
    for offered in ("The same, 12 months earlier", "Every pod", "Crewe", "Families of ", "Open in Crewe (crewe; open"):
        assert offered in said
    for beside, words in (
        ("before", "The same, 12 months earlier"),
        ("all", "Every pod"),
        (f"saved:{saved}", "Open in Crewe (crewe; open interventions)"),
    ):
        assert f"Beside it: {words}" in text_of(lead.get(f"{PAGE}?pod=Winsford&beside={beside}"))
    gone = text_of(lead.get(f"{PAGE}?pod=Winsford&beside=saved:999"))
    assert "What was to be set beside this cohort is not offered any more." in gone


def test_a_practitioner_sets_only_their_own_beside(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    said = text_of(client.get(f"{PAGE}?pod=Crewe"))
    assert "Macclesfield" not in said
    assert "All families that you may see" in said
    assert "is not offered any more" in text_of(client.get(f"{PAGE}?pod=Crewe&beside=pod:Macclesfield"))
    assert client.get(f"{PAGE}/star.svg?pod=Crewe&beside=pod:Macclesfield").status_code == 404


def test_a_look_is_one_entry_with_both_choices_and_files_have_names_of_their_own(
    web_app: Flask, lead: LookingClient
) -> None:
    chosen = "?pod=Winsford&beside=pod:Northwich"
    lead.get(f"{PAGE}{chosen}")
    assert lead.get(f"{PAGE}/change.svg{chosen}").mimetype == "image/svg+xml"
    assert [(look.after or {})["chosen"] for look in list_looks(web_app)] == [
        {"pod": ["Winsford"], "beside": ["pod:Northwich"]}
    ]
    names = {
        lead.get(f"{PAGE}/star.csv?pod=Winsford&beside={beside}").headers["Content-Disposition"]
        for beside in ("pod:Northwich", "before", "all")
    }
    assert len(names) == 3
    rows = list(csv.DictReader(StringIO(lead.get(f"{PAGE}/change.csv{chosen}").text)))
    told = ("cohort", "as_at", "area_name", "n", "mean_change", "rounding")
    assert [tuple(one[name] for name in told) for one in rows if one["area"] == "family_routine"] == [
        ("Winsford", "2019-04-10", "Family routine", "12", "2.0", "none"),
        ("Northwich", "2019-04-10", "Family routine", "12", "3.5", "none"),
    ]
