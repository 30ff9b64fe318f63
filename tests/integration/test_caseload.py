"""The caseload as a practitioner and a lead meet it."""

import re
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from star_tracker.domain.roles import Role
from star_tracker.domain.scales import ClosureReason, CompletedBy, Kind
from star_tracker.extensions import db
from star_tracker.models import Draft
from star_tracker.records.families.families import close_intervention
from star_tracker.records.stars.stars import withdraw_star
from tests.support.caseloads import (
    SmallCaseload,
    add_case,
    begin_star,
    listed_cases,
    listed_refs,
    title_of,
)
from tests.support.pages import LookingClient, text_of
from tests.support.tiny import BY_SOMEBODY, TinyService, add_star, new_star, restrict_to

pytestmark = pytest.mark.usefixtures("small")


def test_it_is_where_a_practitioner_and_a_lead_begin(client: LookingClient, tiny: TinyService) -> None:
    for role in (Role.PRACTITIONER, Role.LEAD):
        client.sign_in(tiny.users[role])
        page = client.get("/", follow_redirects=True)
        assert page.request.path == "/caseload"


def test_a_practitioners_own_families_stand_with_the_longest_overdue_first(practitioner: LookingClient) -> None:
    page = practitioner.get("/caseload")
    assert title_of(page.text) == "Caseload: 2 overdue, 1 due soon – Star Tracker"
    assert "Your families: 5 parents, 5 open interventions." in text_of(page)
    assert "All 5 Overdue 2 Due soon 1 Not due yet 1 Nothing more due 1" in text_of(page)
    record = "Record a Star for {0}-P of family {0}"
    assert listed_cases(page.text) == [
        f"Family LATE LATE-P Start Star overdue since 31 January 2019 69 days late {record.format('LATE')}",
        f"Family LATER LATER-P Start Star overdue since 2 February 2019 67 days late {record.format('LATER')}",
        f"Family SOON SOON-P Start Star due by 17 April 2019 in 7 days {record.format('SOON')}",
        f"Family LONG LONG-P Start Star due by 29 April 2019 in 19 days {record.format('LONG')}",
        "Family DONE DONE-P No Star due Close the intervention for DONE-P of family DONE",
    ]


def test_each_line_leads_to_the_one_thing_to_do_next(practitioner: LookingClient, small: SmallCaseload) -> None:
    text = practitioner.get("/caseload").text
    assert f'href="/registrations/{small.late.registration}/stars/new?kind=start"' in text
    assert f'href="/interventions/{small.done.intervention}/close"' in text
    for address in set(re.findall(r'href="(/(?:registrations|interventions|families)/[^"]+)"', text)):
        assert practitioner.get(address).status_code == 200, address
    everybody = practitioner.get("/caseload?whose=everybody").text
    assert "stars/new?kind=interim" in everybody, "F1's P1 is due an interim"


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ("whose=mine", ["LATE", "LATER", "SOON", "LONG", "DONE"]),
        ("whose={colleague}", ["BUDDY"]),
        ("whose=nobody", ["P2", "P1"]),
        ("whose=everybody", ["BUDDY", "P2", "P1", "LATE", "LATER", "SOON", "LONG", "DONE"]),
        ("whose=everybody&pod={pod}&state=overdue", ["BUDDY", "P2", "LATE", "LATER"]),
        ("state=due_soon", ["SOON"]),
        ("state=not_due", ["LONG"]),
        ("state=nothing_due", ["DONE"]),
        ("state=in_progress", []),
    ],
)
def test_the_address_chooses_whose_which_pod_and_state(
    practitioner: LookingClient, tiny: TinyService, small: SmallCaseload, chosen: str, found: list[str]
) -> None:
    page = practitioner.get(f"/caseload?{chosen.format(colleague=small.colleague, pod=tiny.pod)}")
    assert listed_refs(page.text) == found


def test_both_parents_stand_under_their_family_and_what_is_not_due_yet_is_folded(
    practitioner: LookingClient, small: SmallCaseload
) -> None:
    text = practitioner.get("/caseload?whose=nobody").text
    assert [line.split(" Star ")[0] for line in listed_cases(text)] == [
        "Family F1 No practitioner decided yet, Crewe P2 Start",
        "Family F1 No practitioner decided yet, Crewe P1 Interim",
    ], "the one who is overdue first, with the other of the family"
    mine = text_of(practitioner.get("/caseload"))
    assert "Not due yet 1 family Family LONG" in mine
    assert 'class="app-fold"' in practitioner.get("/caseload").text
    assert 'class="app-fold"' not in practitioner.get("/caseload?state=not_due").text, "nothing else is there"


def test_a_lead_sees_every_pod(lead: LookingClient, tiny: TinyService) -> None:
    page = lead.get("/caseload")
    assert title_of(page.text).startswith("Caseload: 5 overdue, 1 due soon – ")
    assert len(listed_cases(page.text)) == 9
    assert "Demo buddy, Crewe" in text_of(page)
    assert "No practitioner decided yet, Macclesfield" in text_of(page)
    assert [line.split(" Start")[0] for line in listed_cases(lead.get(f"/caseload?pod={tiny.other_pod}").text)] == [
        "Family F2 No practitioner decided yet, Macclesfield P1"
    ]
    assert "By pod and practitioner" in text_of(page)


@pytest.mark.parametrize("query", ["whose=99", "whose=", "pod={other_pod}", "pod=x", "state=late", "whose=mine&pod=-1"])
def test_invalid_choice_has_an_error_at_its_field_and_lists_nobody(
    practitioner: LookingClient, tiny: TinyService, query: str
) -> None:
    page = practitioner.get(f"/caseload?{query.format_map(vars(tiny))}")
    assert title_of(page.text) == "Error: Caseload – Star Tracker"
    assert text_of(page).count("Choose one of the options in the list") == 2, "in the summary and at the field"
    assert listed_cases(page.text) == []


def test_an_empty_list_says_what_that_means_and_what_to_do(
    client: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    client.sign_in(tiny.practitioner_elsewhere)
    mine = text_of(client.get("/caseload"))
    assert "You are the practitioner of no open intervention. See everybody's families, or find a family" in mine
    some = text_of(client.get("/caseload?whose=everybody&state=due_soon"))
    assert "None of these parents is in the state “Due soon”. Show all 1" in some
    with web_app.app_context():
        restrict_to(tiny.other_family)
    nobodys = text_of(client.get("/caseload?whose=nobody"))
    assert "Every open intervention has a practitioner" in nobodys


def test_a_star_in_progress_is_shown_with_who_saved_it_and_gone_on_with(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService, small: SmallCaseload
) -> None:
    with web_app.app_context():
        begin_star(small.long.registration, tiny.users[Role.PRACTITIONER])
        begin_star(small.later.registration, small.colleague, days_ago=1)
    page = practitioner.get("/caseload")
    assert title_of(page.text).startswith("Caseload: 2 overdue, 1 due soon, 2 in progress")
    assert listed_refs(page.text) == ["LATE", "LATER", "LONG", "SOON", "DONE"], "an overdue one stays among the overdue"
    lines = listed_cases(page.text)
    assert "67 days late Star in progress, saved 9 April 2019 at 1:00pm by Demo buddy Go on with the Star" in lines[1]
    assert "Star in progress, saved today at 1:00pm by Demo practitioner Go on with the Star for LONG-P" in lines[2]
    assert listed_refs(practitioner.get("/caseload?state=in_progress").text) == ["LATER", "LONG"]
    assert listed_refs(practitioner.get("/caseload?state=overdue").text) == ["LATE", "LATER"]


def test_completed_star_is_no_longer_in_progress(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService, small: SmallCaseload
) -> None:
    with web_app.app_context():
        star = add_star(small.late.registration, new_star(Kind.START, date(2019, 4, 1)))
        for star_id in (star.id, None):
            begin_star(small.late.registration, tiny.users[Role.PRACTITIONER], star_id=star_id)
    assert listed_refs(practitioner.get("/caseload").text) == ["LATER", "LATE", "SOON", "LONG", "DONE"], (
        "each of them once"
    )
    with web_app.app_context():
        db.session.query(Draft).filter(Draft.star_id.is_(None)).delete()
        db.session.commit()
    assert "Star in progress" not in text_of(practitioner.get("/caseload"))


@pytest.mark.parametrize(("closed_on", "is_there"), [(date(2019, 3, 13), True), (date(2019, 3, 12), False)])
def test_a_closed_intervention_stays_while_a_star_can_be_recorded(
    web_app: Flask, practitioner: LookingClient, small: SmallCaseload, closed_on: date, is_there: bool
) -> None:
    """28 days after 13 March is today."""
    with web_app.app_context():
        add_star(small.late.registration, new_star(Kind.START, date(2019, 2, 1)))
        reason = ClosureReason.COMPLETED
        close_intervention(BY_SOMEBODY, intervention_id=small.late.intervention, closed_on=closed_on, reason=reason)
    page = practitioner.get("/caseload")
    assert ("LATE" in listed_refs(page.text)) == is_there
    if is_there:
        said = "Closed on 13 March 2019. The Star can be recorded until 10 April 2019. LATE-P Closure Star"
        assert f"Family LATE {said} overdue since 13 March 2019 28 days late" in text_of(page)
        assert "Your families: 5 parents, 4 open interventions." in text_of(page)
        with web_app.app_context():
            add_star(small.late.registration, new_star(Kind.CLOSURE, date(2019, 4, 9)))
        assert "LATE" not in listed_refs(practitioner.get("/caseload").text), "it is done"


def test_only_counted_stars_answer(web_app: Flask, practitioner: LookingClient, small: SmallCaseload) -> None:
    with web_app.app_context():
        alone = new_star(Kind.START, date(2019, 2, 1))
        add_star(small.late.registration, type(alone)(**{**vars(alone), "completed_by": CompletedBy.PARENT}))
        gone = add_star(small.later.registration, new_star(Kind.START, date(2019, 2, 1)))
        withdraw_star(BY_SOMEBODY, star_id=gone.id, reason="Wrong parent")
    assert "2 overdue" in title_of(practitioner.get("/caseload").text)


def test_a_star_of_the_parents_own_leaves_the_due_one_to_record(
    web_app: Flask, practitioner: LookingClient, small: SmallCaseload
) -> None:
    with web_app.app_context():
        own = replace(new_star(Kind.START, date(2019, 2, 1)), completed_by=CompletedBy.PARENT)
        add_star(small.late.registration, own)
    page = practitioner.get("/caseload")
    assert listed_cases(page.text)[0] == (
        "Family LATE LATE-P Start Star overdue since 31 January 2019 69 days late "
        "Record a Star for LATE-P of family LATE"
    )
    begun = text_of(practitioner.get(f"/registrations/{small.late.registration}/stars/new?kind=start"))
    assert "Stars so far: start of 1 February 2019 (parent alone)." in begun
    assert "Start Star, 10 April 2019, completed with the parent." in begun


def test_a_long_list_is_cut_into_pages_of_25_families(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        for number in range(50):
            add_case(f"M{number:02}", tiny.pod, date(2019, 4, 1), tiny.users[Role.PRACTITIONER])
    first, last = practitioner.get("/caseload"), practitioner.get("/caseload?page=3")
    assert "Page 1 of 3" in text_of(first)
    assert (len(listed_cases(first.text)), len(listed_cases(last.text))) == (25, 5)
    assert title_of(first.text) == title_of(last.text) == "Caseload: 2 overdue, 1 due soon – Star Tracker"
    assert not set(listed_refs(first.text)) & set(listed_refs(last.text))
    assert listed_cases(practitioner.get("/caseload?page=99").text) == listed_cases(last.text)
    assert 'href="/caseload?page=2&amp;whose=mine"' in first.text
