"""What is not ready for a quarter's return: a service worked out by hand, and agreement with the return itself.

Today is 10 April 2019 and the quarter is January to March. A start Star is due 28 days after an intervention started,
an interim three months after the Star before.
"""

import re
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from star_tracker.analysis.service import completion_frame
from star_tracker.domain.preparing import Unready
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import ALL_PODS, ClosureReason, Kind
from star_tracker.domain.schedule import DEFAULT_TIMINGS, Timings
from star_tracker.extensions import db
from star_tracker.models import Draft, Intervention, User
from star_tracker.queries.returns.preparation import list_unready
from star_tracker.queries.returns.returns import get_service_record
from star_tracker.records.imports.importing import import_rows
from star_tracker.records.pods import compare_with_pod
from tests.support.apps import TODAY
from tests.support.caseloads import Added, SmallCaseload, add_case, fill_caseload, listed_refs
from tests.support.pages import LookingClient, find_link, text_of
from tests.support.services import generate_star_rows
from tests.support.signing import get_council
from tests.support.tiny import BY_SOMEBODY, TinyService, add_star, begin_star, new_star

QUARTER = Quarter(2018, 4)  # January to March 2019
THERE = "/returns/1/2018-19-Q4/prepare"


def close(case: Added, on: date) -> None:
    db.session.execute(
        update(Intervention)
        .where(Intervention.id == case.intervention)
        .values(closed_on=on, closure_reason=ClosureReason.COMPLETED)
    )
    db.session.commit()


@pytest.fixture
def small(web_app: Flask, tiny: TinyService) -> SmallCaseload:
    """The small caseload of ``tests.support.caseloads``, and families around the quarter's edges.

    ENDED's interim was due on 10 January and its closure Star on 1 March. EVE's interim was due on 30 December, FIRST's
    on 1 January. LATER-ON answered hers after the quarter. OLD never had a start Star; LEFT closed without one on New
    Year's Eve, and LAST on New Year's Day.
    """
    me = tiny.users[Role.PRACTITIONER]
    with web_app.app_context():
        small = fill_caseload(tiny)
        for ref, started_on in (("ENDED", 10), ("FIRST", 1), ("ANSWERED", 10)):
            case = add_case(ref, tiny.pod, date(2018, 10, 1), me)
            add_star(case.registration, new_star(Kind.START, date(2018, 10, started_on)))
            if ref == "ENDED":
                close(case, date(2019, 3, 1))
            if ref == "ANSWERED":
                add_star(case.registration, new_star(Kind.INTERIM, date(2019, 4, 5)))
        eve = add_case("EVE", tiny.pod, date(2018, 9, 20), me)
        add_star(eve.registration, new_star(Kind.START, date(2018, 9, 30)))
        add_case("OLD", tiny.pod, date(2018, 8, 1), me)
        close(add_case("LEFT", tiny.pod, date(2018, 8, 1), me), date(2018, 12, 31))
        close(add_case("LAST", tiny.pod, date(2018, 8, 1), me), date(2019, 1, 1))
        return small


def refs_of(quarter: Quarter = QUARTER, today: date = TODAY) -> dict[str, list[str]]:
    """The parents' references for each reason."""
    found = list_unready(get_council(), quarter, today=today, timings=DEFAULT_TIMINGS)
    return {
        reason.value: [f"{case.family_ref}-{case.parent_ref}".removesuffix(f"-{case.family_ref}-P") for case in cases]
        for reason, cases in found.items()
    }


@pytest.mark.usefixtures("small")
def test_who_is_not_ready_is_who_was_worked_out_by_hand(web_app: Flask) -> None:
    with web_app.app_context():
        assert refs_of() == {
            "in_progress": [],
            "start_due": ["BUDDY", "F1-P2", "F2-P1", "LATE", "LATER"],
            "interim_due": ["FIRST", "ENDED"],
            "closure_due": ["ENDED"],
            "no_start": ["LAST", "OLD"],
            "unassigned": ["F2-P1", "F1-P1"],
        }


@pytest.mark.usefixtures("small")
def test_in_a_running_quarter_what_is_due_after_today_is_not_listed(web_app: Flask, tiny: TinyService) -> None:
    with web_app.app_context():
        running = Quarter(2019, 1)
        assert refs_of(running)["start_due"] == [], "SOON's is due on 17 April"
        assert refs_of(running, date(2019, 4, 17))["start_due"] == ["SOON"]
        assert refs_of(running, date(2019, 4, 16))["start_due"] == []
        assert len(refs_of(running)["no_start"]) == 6, "OLD's and those of the quarter before"


def test_stars_in_progress_are_those_of_the_quarter_or_of_no_date(web_app: Flask, small: SmallCaseload) -> None:
    dates = {"31/12/2018": 0, "1/1/2019": 1, "31/3/2019": 1, "1/4/2019": 0, "": 1, "soon": 1}
    with web_app.app_context():
        draft_id = begin_star(small.late.registration, Kind.START).id
        for completed_on, listed in dates.items():
            draft = db.session.get_one(Draft, draft_id)
            draft.answers = draft.answers | {"completed_on": {"value": completed_on, "revision": 1, "by": None}}
            db.session.commit()
            assert refs_of()["in_progress"] == ["LATE"] * listed, completed_on
        assert "LATE" in refs_of()["start_due"], "it is not recorded yet"


def test_those_whose_account_is_closed_look_after_nobody(
    web_app: Flask, tiny: TinyService, small: SmallCaseload
) -> None:
    with web_app.app_context():
        db.session.get_one(User, small.colleague).active = False
        db.session.commit()
        assert refs_of()["unassigned"] == ["BUDDY", "F2-P1", "F1-P1"]


@pytest.mark.usefixtures("small")
def test_comparison_groups_are_in_none_of_it(web_app: Flask, lead: LookingClient, tiny: TinyService) -> None:
    with web_app.app_context():
        compare_with_pod(BY_SOMEBODY, pod_id=tiny.pod, is_comparison=True)
        begin_star(tiny.registration, Kind.INTERIM, date(2019, 3, 1))
        found = {reason: refs for reason, refs in refs_of().items() if refs}
        assert found == {"start_due": ["F2-P1"], "unassigned": ["F2-P1"]}
    assert "All ten areas alikeThe same value in all ten areas of a Star. 0" in text_of(lead.get(THERE))


@pytest.mark.parametrize("days_left", [0, 40])
@pytest.mark.parametrize("timings", [DEFAULT_TIMINGS, Timings(start_due_days=7, interim_months=1)])
def test_as_at_a_day_of_the_quarter_it_is_what_the_return_says_is_missing(
    app: Flask, timings: Timings, days_left: int
) -> None:
    import_rows(BY_SOMEBODY, list(generate_star_rows(600, seed=14)), edition="first", source="test")
    seen = Counter[str]()
    for quarter in (Quarter(2017, 2), Quarter(2018, 1), Quarter(2018, 3), QUARTER):
        today = quarter.ends_on - timedelta(days=days_left)
        completion = completion_frame(get_service_record(get_council(), quarter, today), timings)
        of_all = completion[completion["pod"] == ALL_PODS]
        missing = dict(zip(of_all["kind"], of_all["due"] - of_all["completed"], strict=True))
        unready = list_unready(get_council(), quarter, today=today, timings=timings)
        found = {kind.value: len(unready[Unready(f"{kind.value}_due")]) for kind in Kind}
        assert found == missing
        seen.update(found)
    assert min(seen.values()) > 0, seen


@pytest.mark.usefixtures("small")
def test_the_page_has_each_number_with_a_link_and_the_headlines(web_app: Flask, lead: LookingClient) -> None:
    page = lead.get(THERE)
    said = text_of(page)
    for words in (
        "Start Stars that were dueDue in the quarter, and not recorded by today. 5 Show Start Stars",
        "Interim Stars that were dueDue in the quarter, and no later Star is recorded by today. 2 Show",
        "Closed without a closure StarParents with a start Star whose intervention closed in the quarter. 1 Show",
        "No start Star since an earlier quarterDue before the quarter, and still not recorded. They are in no pair. 2",
        "no practitioner or one whose account is closed. 2 Show",
        "Dated in the quarter, or without a date. A Star counts once it is recorded. 0 Start Stars",
        "All ten areas alikeThe same value in all ten areas of a Star. 2 Show",
        "None of it prevents signing off",
        "Check the restricted return",
    ):
        assert words in said, words
    assert "This quarter has not ended" not in said
    assert "Stars on time 2 of 11 18%" in said  # of 11, 8 are in the lists and ANSWERED's came in April
    whole = text_of(lead.get("/returns/1/2018-19-Q4/restricted/tables/indicators"))
    assert "All pods Stars on time In the quarter 11 2 18.18" in whole


def test_each_list_says_who_it_is_and_leads_to_the_next_step(
    web_app: Flask, lead: LookingClient, small: SmallCaseload, tiny: TinyService
) -> None:
    due = lead.get(f"{THERE}/start_due")
    assert listed_refs(due.text) == ["BUDDY", "P2", "P1", "LATE", "LATER"]
    assert "5 parents. Due in the quarter" in text_of(due)
    assert f'href="/registrations/{small.late.registration}/stars/new?kind=start"' in due.text
    closed = text_of(lead.get(f"{THERE}/closure_due"))
    assert "1 parent. " in closed
    assert "Closure Star overdue since 1 March 2019" in closed
    assert "Closed on 1 March 2019. A Star that was completed by 29 March 2019 can be recorded." in closed
    form = lead.get(find_link(lead.get(f"{THERE}/closure_due"), "Record a Star"))
    assert form.status_code == 200
    assert 'value="29/3/2019"' in form.text, "the last day that it can be of"
    nobody = lead.get(f"{THERE}/unassigned")
    assert "2 interventions. " in text_of(nobody)
    assert f'href="/interventions/{tiny.intervention}/transfer"' in nobody.text
    alike = text_of(lead.get(f"{THERE}/checks/alike"))
    assert "2 findings in Stars of the quarter" in alike
    assert "Start Star of 10 January 2019: 4 in every area" in alike
    assert "Start Star of 10 October 2018" not in alike, "another quarter's"
    later = text_of(lead.get("/returns/1/2019-20-Q1/prepare/checks/alike"))
    assert "3 findings in Stars of the quarter" in later, "those of 5 April, of three who have a start Star before"
    audit = text_of(lead.get("/audit"))
    assert "read the list “Start Stars that were due” of what is not ready for the return for 2018-19-Q4" in audit
    assert "read the list “All ten areas alike” of what is not ready for the return for 2018-19-Q4" in audit


def test_a_running_quarter_can_be_prepared_and_a_quarter_without_a_return_cannot(lead: LookingClient) -> None:
    assert "This quarter has not ended." in text_of(lead.get("/returns/1/2019-20-Q1/prepare"))
    for nothing in ("2019-20-Q2/prepare", "1999-00-Q1/prepare", "x/prepare", "2018-19-Q4/prepare/nothing"):
        assert lead.get(f"/returns/{nothing}").status_code == 404


def test_the_returns_page_proposes_the_quarter_that_has_just_ended(lead: LookingClient) -> None:
    page = lead.get("/returns")
    selected = re.findall("<option[^>]* selected[^>]*>([^<]*)<", page.text)
    assert selected == ["January to March 2019 (2018-19-Q4)"]
    assert "April to June 2019 (2019-20-Q1, has not ended) January to March 2019 (2018-19-Q4)" in text_of(page)
    assert "Prepare the return for January to March 2019" in text_of(page)
    chosen: Any = lead.get("/returns?quarter=2019-20-Q1&profile=restricted")
    assert chosen.location.endswith("/returns/1/2019-20-Q1/restricted")
