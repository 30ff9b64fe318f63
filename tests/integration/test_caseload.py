"""The caseload as a practitioner meets it, who may see what on it, and what is written down about that."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import html5lib
import pytest
from flask import Flask
from sqlalchemy import event

from star_tracker.domain.permissions import Role
from star_tracker.domain.scales import ClosureReason, CompletedBy, Kind
from star_tracker.extensions import db
from star_tracker.models import Family, Parent
from star_tracker.records.families import close_intervention, record_intervention
from star_tracker.records.stars import withdraw_star
from tests.support.apps import NOW, TODAY
from tests.support.caseloads import SmallCaseload, add_case, begin_star, fill_caseload
from tests.support.pages import HTML, LookingClient, text_of, words_of
from tests.support.tiny import SOMEBODY, TinyService, add_star, new_intervention, new_star, restrict_to
from tests.support.trail import list_looks

USUAL: dict[str, Any] = {"actor": SOMEBODY, "now": NOW}


@pytest.fixture
def small(web_app: Flask, tiny: TinyService) -> SmallCaseload:
    with web_app.app_context():
        return fill_caseload(tiny)


@pytest.fixture
def practitioner(client: LookingClient, tiny: TinyService, small: SmallCaseload) -> LookingClient:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    return client


@pytest.fixture
def lead(client: LookingClient, tiny: TinyService, small: SmallCaseload) -> LookingClient:
    client.sign_in(tiny.users[Role.LEAD])
    return client


def listed(text: str) -> list[str]:
    """What each parent's line says, in the order of the page."""
    items = html5lib.parse(text).iter(f"{HTML}li")
    return [words_of(item) for item in items if item.get("class") == "app-case"]


def refs(text: str) -> list[str]:
    """Whose lines there are."""
    return [line.split()[0].removesuffix("-P") for line in listed(text)]


def title_of(text: str) -> str:
    return words_of(next(html5lib.parse(text).iter(f"{HTML}title")))


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
    assert listed(page.text) == [
        f"LATE-P Family LATE Start Star overdue since 31 January 2019 69 days late {record.format('LATE')}",
        f"LATER-P Family LATER Start Star overdue since 2 February 2019 67 days late {record.format('LATER')}",
        f"SOON-P Family SOON Start Star due by 17 April 2019 in 7 days {record.format('SOON')}",
        f"LONG-P Family LONG Start Star due by 29 April 2019 in 19 days {record.format('LONG')}",
        "DONE-P Family DONE No Star due Close the intervention for DONE-P of family DONE",
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
        ("whose=everybody", ["BUDDY", "P2", "LATE", "LATER", "SOON", "LONG", "P1", "DONE"]),
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
    assert refs(page.text) == found


def test_a_lead_sees_every_pod(lead: LookingClient, tiny: TinyService) -> None:
    page = lead.get("/caseload")
    assert title_of(page.text).startswith("Caseload: 5 overdue, 1 due soon – ")
    assert len(listed(page.text)) == 9
    assert "Demo buddy, Crewe" in text_of(page)
    assert "No practitioner decided yet, Macclesfield" in text_of(page)
    assert [line.split(" Start")[0] for line in listed(lead.get(f"/caseload?pod={tiny.other_pod}").text)] == [
        "P1 Family F2"
    ]
    assert "By pod and practitioner" in text_of(page)


@pytest.mark.parametrize("query", ["whose=99", "whose=", "pod={other_pod}", "pod=x", "state=late", "whose=mine&pod=-1"])
def test_a_choice_that_is_not_there_is_said_at_its_field_and_nobody_is_listed(
    practitioner: LookingClient, tiny: TinyService, query: str
) -> None:
    page = practitioner.get(f"/caseload?{query.format_map(vars(tiny))}")
    assert title_of(page.text) == "Error: Caseload – Star Tracker"
    assert text_of(page).count("Choose one of the options in the list") == 2, "in the summary and at the field"
    assert listed(page.text) == []


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
    assert refs(page.text) == ["LATE", "LATER", "LONG", "SOON", "DONE"], "an overdue one stays among the overdue"
    lines = listed(page.text)
    assert "67 days late Star in progress, saved 9 April 2019 at 1:00pm by Demo buddy Go on with the Star" in lines[1]
    assert "Star in progress, saved today at 1:00pm by Demo practitioner Go on with the Star for LONG-P" in lines[2]
    assert refs(practitioner.get("/caseload?state=in_progress").text) == ["LATER", "LONG"]
    assert refs(practitioner.get("/caseload?state=overdue").text) == ["LATE", "LATER"]


@pytest.mark.parametrize(("closed_on", "is_there"), [(date(2019, 3, 13), True), (date(2019, 3, 12), False)])
def test_a_closed_intervention_stays_while_a_star_can_be_recorded(
    web_app: Flask, practitioner: LookingClient, small: SmallCaseload, closed_on: date, is_there: bool
) -> None:
    """28 days after 13 March is today."""
    with web_app.app_context():
        add_star(small.late.registration, new_star(Kind.START, date(2019, 2, 1)))
        reason = ClosureReason.COMPLETED
        close_intervention(
            intervention_id=small.late.intervention, closed_on=closed_on, reason=reason, today=TODAY, **USUAL
        )
    page = practitioner.get("/caseload")
    assert ("LATE" in refs(page.text)) == is_there
    if is_there:
        said = "Closure Star overdue since 13 March 2019 28 days late"
        assert f"{said} Closed on 13 March 2019. The Star can be recorded until 10 April 2019." in text_of(page)
        assert "Your families: 5 parents, 4 open interventions." in text_of(page)
        with web_app.app_context():
            add_star(small.late.registration, new_star(Kind.CLOSURE, date(2019, 4, 9)))
        assert "LATE" not in refs(practitioner.get("/caseload").text), "it is done"


def test_only_counted_stars_answer(web_app: Flask, practitioner: LookingClient, small: SmallCaseload) -> None:
    with web_app.app_context():
        alone = new_star(Kind.START, date(2019, 2, 1))
        add_star(small.late.registration, type(alone)(**{**vars(alone), "completed_by": CompletedBy.PARENT}))
        gone = add_star(small.later.registration, new_star(Kind.START, date(2019, 2, 1)))
        withdraw_star(star_id=gone.id, reason="Wrong parent", **USUAL)
    assert "2 overdue" in title_of(practitioner.get("/caseload").text)


def test_what_one_may_not_record_is_not_on_ones_caseload(
    web_app: Flask, client: LookingClient, tiny: TinyService, small: SmallCaseload
) -> None:
    """Macclesfield has helped a family of Crewe's before: it may read that family, and record nothing now."""
    with web_app.app_context():
        parent = db.session.query(Parent).filter_by(family_id=tiny.other_family).one()
        intervention = db.session.get_one(Family, tiny.other_family).interventions[0].id
        reason = ClosureReason.COMPLETED
        close_intervention(
            intervention_id=intervention, closed_on=date(2019, 2, 1), reason=reason, today=TODAY, **USUAL
        )
        new = new_intervention(tiny.pod, date(2019, 3, 1))
        record_intervention(family_id=tiny.other_family, parent_ids=[parent.id], intervention=new, today=TODAY, **USUAL)
    client.sign_in(tiny.practitioner_elsewhere)
    assert client.get(f"/families/{tiny.other_family}").status_code == 200
    assert refs(client.get("/caseload?whose=everybody").text) == []
    client.sign_in(tiny.users[Role.PRACTITIONER])
    assert "P1 Family F2" in text_of(client.get("/caseload?whose=nobody"))


def test_a_restricted_family_is_on_the_caseload_of_the_named_and_the_lead_alone(
    web_app: Flask, client: LookingClient, tiny: TinyService, small: SmallCaseload
) -> None:
    with web_app.app_context():
        restrict_to(small.late.family, tiny.practitioner_elsewhere)
    client.sign_in(tiny.users[Role.PRACTITIONER])
    for address in ("/caseload", "/caseload?whose=everybody"):
        page = client.get(address)
        assert "LATE" not in refs(page.text), "even their own practitioner is not named"
    assert title_of(client.get("/caseload").text).startswith("Caseload: 1 overdue")
    client.sign_in(tiny.practitioner_elsewhere)
    assert "LATE-P Family LATE Restricted" in text_of(client.get("/caseload?whose=everybody"))
    client.sign_in(tiny.users[Role.LEAD])
    assert "LATE-P Family LATE Restricted" in text_of(client.get("/caseload"))


def test_names_stand_on_the_page_and_in_no_title_or_address(
    web_app: Flask, practitioner: LookingClient, small: SmallCaseload
) -> None:
    with web_app.app_context():
        db.session.get_one(Family, small.late.family).name = "The <Oaks>"
        db.session.commit()
    page = practitioner.get("/caseload")
    assert "Family LATE (The <Oaks>)" in text_of(page)
    assert "Oaks" not in title_of(page.text)
    assert not [address for address in re.findall(r'href="([^"]*)"', page.text) if "Oaks" in address]


def test_a_long_list_is_cut_into_pages_of_fifty(web_app: Flask, practitioner: LookingClient, tiny: TinyService) -> None:
    with web_app.app_context():
        for number in range(50):
            add_case(f"M{number:02}", tiny.pod, date(2019, 4, 1), tiny.users[Role.PRACTITIONER])
    first, last = practitioner.get("/caseload"), practitioner.get("/caseload?page=2")
    assert "Page 1 of 2" in text_of(first)
    assert (len(listed(first.text)), len(listed(last.text))) == (50, 5)
    assert title_of(first.text) == title_of(last.text) == "Caseload: 2 overdue, 1 due soon – Star Tracker"
    assert not set(refs(first.text)) & set(refs(last.text))
    assert listed(practitioner.get("/caseload?page=99").text) == listed(last.text)
    assert 'href="/caseload?page=2&amp;whose=mine"' in first.text


@contextmanager
def counting(app: Flask) -> Iterator[Callable[[], int]]:
    """How many statements the database was asked."""
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield lambda: len(seen)
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("address", ["/caseload", "/caseload/overview"])
def test_thirty_families_take_no_more_statements_than_one(
    web_app: Flask, client: LookingClient, tiny: TinyService, address: str
) -> None:
    def ask() -> int:
        with counting(web_app) as count:
            assert client.get(address).status_code == 200
            return count()

    with web_app.app_context():
        colleagues = [tiny.users[Role.PRACTITIONER], tiny.practitioner_elsewhere]
        begin_star(add_case("X0", tiny.pod, date(2019, 3, 1), colleagues[0]).registration, colleagues[0])
    client.sign_in(tiny.users[Role.LEAD])
    one = ask()
    with web_app.app_context():
        for number in range(1, 30):
            added = add_case(f"X{number}", tiny.pod, date(2019, 3, 1), colleagues[number % 2])
            add_star(added.registration, new_star(Kind.START, date(2019, 3, 9)))
            begin_star(added.registration, colleagues[number % 2])
    assert ask() == one
    assert one < 30, "most of them are for signing in, the settings and the trail"


def test_each_look_is_written_down_once_with_what_was_chosen(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService, small: SmallCaseload
) -> None:
    for query in ("", f"?whose={small.colleague}&pod={tiny.pod}&state=overdue&page=2", "?whose=wrong"):
        practitioner.get(f"/caseload{query}")
    page = {"page": "caseload.show"}
    assert [(look.action, look.entity, look.family_id, look.after) for look in list_looks(web_app)] == [
        ("read", "caseload", None, page | {"whose": "mine"}),
        (
            "read",
            "caseload",
            None,
            page | {"whose": "buddy@example.org", "pod": "Crewe", "state": "overdue", "page_number": 2},
        ),
    ]
    client = practitioner
    client.sign_in(tiny.users[Role.LEAD])
    client.get("/caseload/overview")
    said = text_of(client.get("/audit"))
    assert "Demo practitioner read the caseload (mine)" in said
    assert "Demo practitioner read the caseload (of Demo buddy, Crewe, overdue, page 2)" in said
    assert "Demo lead read the caseloads of all pods" in said
