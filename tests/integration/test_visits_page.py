"""How often a cohort's families are seen, worked out by hand, for those who may read them, and only where it is on."""

import csv
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from flask import Flask

from star_tracker.domain.contacts import WhoWent
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import ClosureReason
from star_tracker.records.families.contacts import NewContact, record_contact
from star_tracker.records.families.families import close_intervention
from tests.support.pages import LookingClient, text_of
from tests.support.tiny import BY_SOMEBODY, TinyService, restrict_to
from tests.support.trail import list_looks

PAGE = "/cohort/visits"
CONTACTS = [
    (date(2019, 3, 6), True, WhoWent.WORKER),
    (date(2019, 3, 20), True, WhoWent.WORKER),
    (date(2019, 3, 20), True, WhoWent.PEER_MENTOR),
    (date(2019, 3, 21), False, WhoWent.VOLUNTEER),
    (date(2019, 4, 10), True, WhoWent.WORKER),
]
"""Crewe's. Both families' support began on 3 January: since 6 March there are six weeks, from 28 February to 10 April.

Crewe's was seen in the first, the third and the last of them. Macclesfield's was never seen.
"""


def visit(tiny: TinyService) -> None:
    for day, seen, who_went in CONTACTS:
        contact = NewContact(contacted_on=day, seen=seen, who_went=who_went)
        record_contact(BY_SOMEBODY, intervention_id=tiny.intervention, contact=contact)


@pytest.fixture
def lead(web_app: Flask, client: LookingClient, tiny: TinyService) -> LookingClient:
    with web_app.app_context():
        visit(tiny)
    client.sign_in(tiny.users[Role.LEAD])
    return client


def test_visits_a_week_and_both_engagements_by_pod(web_app: Flask, lead: LookingClient) -> None:
    said = text_of(lead.get(PAGE))
    assert "Families were seen 0.3 times a week: 4 visits in 12 weeks of support." in said
    assert "Visits are recorded since 6 March 2019." in said
    assert "All pods 2 12 4 1 0.3 25% 3 of 12 1 of 2 1 of 2" in said
    assert "Crewe 1 6 4 1 0.7 3 of 6 1 of 1 1 of 1" in said
    assert "Macclesfield 1 6 0 0 0.0 0 of 6 0 of 1 0 of 1" in said
    by_whom = said.partition("Pod Visits Worker Consultant Peer mentor Volunteer")[2]
    assert by_whom.startswith(" All pods 4 3 0 1 0 Crewe 4 3 0 1 0 Macclesfield 0 0 0 0 0"), "an attempt is no visit"
    assert list_looks(web_app)[-1].after == {"chosen": {}, "page": "visits.show"}
    trail = text_of(lead.get("/account/activity"))
    assert "read how often families are seen in the cohort of every pod that they may see" in trail


def test_weeks_end_at_the_cohorts_day_and_begin_with_the_first_contact_of_all(lead: LookingClient) -> None:
    # Three weeks by 20 March, of which the second has no visit; too few to be asked about the latest four.
    said = text_of(lead.get(f"{PAGE}?as-at=20/3/2019"))
    assert "All pods 3 2 0 1 0" in said, "of these weeks alone"
    assert "Crewe 1 3 3 0 1.0 2 of 3 None 1 of 1" in said
    assert "Macclesfield 1 3 0 0 0.0 0 of 3 None 0 of 1" in said
    assert "Crewe 1 6 4 1 0.7" in text_of(lead.get(f"{PAGE}?pod=Crewe&latest-from=9/4/2019")), "Stars are not asked"
    assert "no family in this cohort has a whole week of support" in text_of(lead.get(f"{PAGE}?as-at=5/3/2019"))


def test_a_family_that_disengaged_is_engaged_by_neither(web_app: Flask, lead: LookingClient, tiny: TinyService) -> None:
    with web_app.app_context():
        reason, closed_on = ClosureReason.DISENGAGED, date(2019, 4, 10)
        close_intervention(BY_SOMEBODY, intervention_id=tiny.intervention, closed_on=closed_on, reason=reason)
    assert "Crewe 1 6 4 1 0.7 3 of 6 0 of 1 0 of 1" in text_of(lead.get(PAGE))


def test_files_have_the_same_figures(lead: LookingClient) -> None:
    rows = list(csv.DictReader(StringIO(lead.get(f"{PAGE}/visits.csv").text.removeprefix("\ufeff"))))
    assert [row["pod"] for row in rows] == ["All pods", "Crewe", "Macclesfield"]
    assert {name: rows[0][name] for name in ("weeks", "visits", "attempts", "weeks_seen")} == {
        "weeks": "12",
        "visits": "4",
        "attempts": "1",
        "weeks_seen": "3",
    }
    assert [rows[1][f"visits_by_{who}"] for who in WhoWent] == ["3", "0", "1", "0"]
    assert float(rows[0]["visits_per_week"]) == pytest.approx(1 / 3)
    shares = ("engaged_by_visits", "asked_of_visits", "engaged_by_stars", "asked_of_stars")
    assert [rows[0][name] for name in shares] == ["1", "2", "1", "2"]
    assert rows[0]["cohort"] == "every pod"
    assert lead.get(f"{PAGE}/visits.xlsx").data[:2] == b"PK"


def test_visits_a_week_are_drawn_and_told_by_the_quarter_in_which_a_week_ends(lead: LookingClient) -> None:
    # Of the six weeks of each family, four end in March and two in April.
    page = lead.get(PAGE)
    alt = "by quarter: January to March 2019 0.4 (8 weeks), April to June 2019 0.3 (4 weeks)."
    assert f'alt="Bars of visits by family and week of support, {alt}"' in page.text
    said = text_of(page)
    assert "January to March 2019 8 3 0.4 April to June 2019 4 1 0.3" in said
    for form, begins in (("svg", b"<svg"), ("svg?narrow=1", b"<svg"), ("png?save=1", b"\x89PNG"), ("xlsx", b"PK")):
        assert lead.get(f"{PAGE}/quarters.{form}").data.startswith(begins), form
    rows = list(csv.DictReader(StringIO(lead.get(f"{PAGE}/quarters.csv").text.removeprefix("\ufeff"))))
    assert [(row["quarter"], row["quarter_name"], row["weeks"], row["visits"]) for row in rows] == [
        ("2018-19-Q4", "January to March 2019", "8", "3"),
        ("2019-20-Q1", "April to June 2019", "4", "1"),
    ]
    assert float(rows[0]["visits_per_week"]) == 0.375
    assert lead.get(f"{PAGE}/quarters.csv?as-at=5/3/2019").status_code == 404, "no week of support"


def test_r12_visits_are_those_of_families_that_the_reader_may_read(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        visit(tiny)
    client.sign_in(tiny.users[Role.PRACTITIONER])
    said = text_of(client.get(PAGE))
    assert "4 visits in 6 weeks" in said
    assert "Macclesfield" not in said.partition("Visits by pod")[2]
    with web_app.app_context():
        restrict_to(tiny.family)
    assert "There is nothing to show" in text_of(client.get(PAGE))


def test_page_is_gone_where_visits_are_turned_off(web_app: Flask, lead: LookingClient) -> None:
    assert f'href="{PAGE}"' in lead.get("/cohort").text
    web_app.extensions["star_tracker"] = replace(web_app.extensions["star_tracker"], contacts="off")
    assert f'href="{PAGE}"' not in lead.get("/cohort").text
    assert lead.get(PAGE).status_code == 404
    for file in ("visits.csv", "quarters.csv", "quarters.svg"):
        assert lead.get(f"{PAGE}/{file}").status_code == 404
