"""What in the record is worth a second look, found by hand in families that each have one thing to find.

All are of Winsford and started on 10 January 2018 with a start Star on the 20th: 4 in every area, but 5 in Home and
money. They closed on 1 January 2019, but for the two of the gaps. Today is 10 April 2019.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from flask import Flask

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.domain.record_checks import Check
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS, Exclusion, Kind, get_edition
from star_tracker.domain.star_rules import Reading
from star_tracker.extensions import db
from star_tracker.models import Family
from star_tracker.queries.figures.cohorts import get_cohort
from star_tracker.queries.figures.record_checks import count_findings, list_findings_of
from star_tracker.records.imports.importing import import_rows
from tests.support.pages import LookingClient, items_of, lines_of, links_of, text_of
from tests.support.services import generate_star_rows
from tests.support.star_files import row, rows_of
from tests.support.tiny import BY_SOMEBODY, TinyService, add_family, add_star, new_star, restrict_to
from tests.support.trail import list_looks

MOSTLY_FOURS = dict.fromkeys(AREAS, "4") | {"home_and_money": "5"}
CLOSED = {"closed_on": "2019-01-01", "closure_reason": "completed"}
StarOf = tuple[str, str, Mapping[str, str]]
START: StarOf = ("start", "2018-01-20", {})
FAMILIES: Mapping[str, list[StarOf]] = {
    "ALIKE": [("start", "2018-01-20", {"home_and_money": "4"}), ("interim", "2018-04-20", {})],
    "CLOSE": [START, ("interim", "2018-02-16", {})],
    "FIRST": [("interim", "2018-04-20", {})],
    "JUMP": [START, ("interim", "2018-04-20", {"family_routine": "8", "progress_to_work": "7"})],
    "LATER": [START, ("closure", "2018-06-01", {}), ("interim", "2018-07-01", {})],
    "MONTH": [START, ("interim", "2018-02-17", {})],
    "OPEN": [START, ("interim", "2018-07-21", {}), ("interim", "2018-10-10", {})],
    "SINCE": [START, ("interim", "2018-07-20", {}), ("interim", "2018-10-09", {})],
}
IN_WINSFORD = "Winsford, started on 10 January 2018"
FOUND: Mapping[Check, list[str]] = {
    Check.NO_START: ["P1 Family FIRST The first that counts is the interim Star of 20 April 2018"],
    Check.OUT_OF_ORDER: ["P1 Family LATER Interim Star of 1 July 2018 follows the closure Star of 1 June 2018"],
    Check.CLOSE: ["P1 Family CLOSE 27 days: start Star of 20 January 2018, interim Star of 16 February 2018"],
    Check.ALIKE: ["P1 Family ALIKE Start Star of 20 January 2018: 4 in every area"],
    Check.JUMP: ["P1 Family JUMP Interim Star of 20 April 2018: Family routine from 4 to 8"],
    Check.GAP: [
        "P1 Family OPEN No Star between 20 January 2018 and 21 July 2018",
        "P1 Family SINCE No Star since 9 October 2018",
    ],
}


@pytest.fixture
def lead(web_app: Flask, client: LookingClient, tiny: TinyService) -> LookingClient:
    rows = [
        row(
            family_ref=ref,
            pod="Winsford",
            practitioner="",
            star_kind=kind,
            star_date=day,
            **({} if ref in ("OPEN", "SINCE") else CLOSED),
            **{**MOSTLY_FOURS, **values},
        )
        for ref, stars in FAMILIES.items()
        for kind, day, values in stars
    ]
    with web_app.app_context():
        import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")
    client.sign_in(tiny.users[Role.LEAD])
    return client


@pytest.mark.parametrize("check", Check)
def test_each_check_finds_what_is_there_and_no_more(lead: LookingClient, check: Check) -> None:
    page = lead.get("/cohort/quality?pod=Winsford")
    numbers = {line[0]: line[1] for line in lines_of(page.text)[: len(Check)]}
    [number] = [number for name, number in numbers.items() if name.startswith(check.label)]
    found = items_of(lead.get(links_of(page.text)[f"Show {check.label}"]).text)
    assert [item.split(f" {IN_WINSFORD}")[0] for item in found] == FOUND[check]
    assert number == str(len(found))


def test_a_finding_leads_to_its_star(lead: LookingClient) -> None:
    page = lead.get("/cohort/quality/jump?pod=Winsford")
    [address] = [href for words, href in links_of(page.text).items() if words.startswith("Interim Star of 20 April")]
    assert "Interim Star of 20 April 2018" in text_of(lead.get(address))


def test_a_jump_with_a_reason_is_not_found(web_app: Flask, lead: LookingClient, tiny: TinyService) -> None:
    def readings(reason: str) -> dict[str, Reading]:
        jump = Reading(value=9, jump_reason=reason)
        return {area: jump if area == "social_networks" else Reading(value=4) for area in AREAS}

    with web_app.app_context():
        for ref, reason in (("TOLD", "A new neighbour"), ("UNTOLD", "")):
            added = add_family(ref, tiny.other_pod).interventions[0].registrations[0].id
            add_star(added, new_star(Kind.START, date(2019, 1, 10), 4))
            add_star(added, new_star(Kind.INTERIM, date(2019, 4, 5), readings(reason)))
    [found] = items_of(lead.get("/cohort/quality/jump?pod=Macclesfield").text)
    assert "Family UNTOLD Interim Star of 5 April 2019: Social networks from 4 to 9" in found


def test_nothing_found_says_so(lead: LookingClient) -> None:
    assert "Nothing is found in this cohort." in text_of(lead.get("/cohort/quality/alike?pod=Macclesfield"))
    assert "Show" not in links_of(lead.get("/cohort/quality?pod=Macclesfield").text)


def test_a_restricted_family_is_found_for_the_named_and_leads_alone(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    """F1 of Crewe has a Star of 4s and one of 6s."""
    with web_app.app_context():
        restrict_to(tiny.family, tiny.practitioner_elsewhere)
    found = {}
    for user in (tiny.users[Role.PRACTITIONER], tiny.practitioner_elsewhere, tiny.users[Role.LEAD]):
        client.sign_in(user)
        number = {line[0][:3]: line[1] for line in lines_of(client.get("/cohort/quality").text)}["All"]
        found[user] = number, len(items_of(client.get("/cohort/quality/alike").text))
    assert list(found.values()) == [("0", 0), ("2", 2), ("2", 2)]


def test_each_look_is_in_the_trail_with_choice_check_and_page(web_app: Flask, lead: LookingClient) -> None:
    lead.get("/cohort/quality?pod=Winsford")
    lead.get("/cohort/quality/gap?pod=Winsford&page=2")
    chosen = {"chosen": {"pod": ["Winsford"]}}
    assert [(look.entity, look.after) for look in list_looks(web_app)] == [
        ("cohort", chosen | {"page": "quality.show"}),
        ("cohort", chosen | {"page": "quality.findings", "check": "gap", "page_number": 2}),
    ]
    said = text_of(lead.get("/audit"))
    assert "read the checks of the record of the cohort of Winsford" in said
    assert "read the list “Long gaps” of the cohort of Winsford, page 2" in said


def test_lists_are_paged_and_counted_alike(app: Flask) -> None:
    import_rows(BY_SOMEBODY, list(generate_star_rows(1_500, seed=5)), edition="first", source="test")
    asked: dict[str, Any] = {"reader": None, "labels": get_edition("first").areas}
    chosen = CohortFilter(as_at=date(2018, 3, 31))
    numbers = count_findings(chosen, **asked)
    assert numbers[Check.NO_START] == get_cohort(chosen, reader=None).excluded[Exclusion.NO_START_STAR] > 0
    pages = [list_findings_of(Check.JUMP, chosen, **asked, page=page, page_size=4) for page in (1, 2)]
    together = list_findings_of(Check.JUMP, chosen, **asked, page_size=5_000)
    assert [row.finding for page in pages for row in page.rows] == [row.finding for row in together.rows[:8]]
    assert numbers[Check.JUMP] == pages[0].total == len(together.rows) > 4
    refs = [row.registration.parent.family.ref for row in together.rows]
    assert refs == sorted(refs)


PRACTITIONER = "practitioner@example.org"


def fill_caseloads() -> None:
    """Ten parents of a practitioner and ten of nobody's, with one start Star each.

    In Family routine they have by turns 3 and 4, or 6 and 7. The worker completed three of the practitioner's alone.
    """
    rows = [
        row(
            family_ref=f"{'M' if whose else 'N'}{number}",
            pod="Winsford",
            practitioner=whose,
            completed_by="worker" if whose and number < 3 else "together",
            family_routine=str((3 if whose else 6) + number % 2),
        )
        for whose in (PRACTITIONER, "")
        for number in range(10)
    ]
    import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")


def test_practitioners_stand_beside_their_pod_for_leads_alone(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    """Means 3.5 and 6.5, each with a variance of 10 × 0.25 / 9; for 18 degrees of freedom t is 2.101: 3 ∓ 0.495."""
    with web_app.app_context():
        fill_caseloads()
        family = db.session.query(Family).filter_by(ref="M0").one()
        restrict_to(family.id)
    client.sign_in(tiny.users[Role.LEAD])
    for address in ("/cohort/quality?pod=Winsford", f"/cohort/quality?pod=Winsford&practitioner={PRACTITIONER}"):
        page = client.get(address)
        assert lines_of(page.text)[len(Check) :] == [
            ["Winsford", "Demo practitioner", "10", "3", "30%", "15%"],
            ["Winsford", "Demo practitioner", "Family routine", "10", "3.5", "10", "6.5", "−3.0", "−3.50 to −2.50"],
        ]
        assert "10 averages were compared" in text_of(page)
        assert "1 differs. About one in twenty differs by chance alone." in text_of(page)
    client.sign_in(tiny.users[Role.PRACTITIONER])
    said = text_of(client.get("/cohort/quality"))
    assert "Look for" in said
    assert "Practitioners beside their pod" not in said


def test_fewer_than_ten_are_not_compared(web_app: Flask, client: LookingClient, tiny: TinyService) -> None:
    """The tiny service has one pair in Crewe, of nobody's."""
    client.sign_in(tiny.users[Role.LEAD])
    said = text_of(client.get("/cohort/quality"))
    assert "No Star that counts is of a family with a practitioner." in said
    assert "There are too few start Stars to compare." in said
