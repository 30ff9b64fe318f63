"""The lead's overview of the caseloads: figures worked out by hand, and who would close without a pair."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.domain.caseload import CASE_STATE_LABELS, CaseState
from star_tracker.domain.scales import ClosureReason, Kind
from star_tracker.domain.schedule import DEFAULT_TIMINGS
from star_tracker.extensions import db
from star_tracker.models import Family, User
from star_tracker.queries.figures.caseload_overview import get_overview
from star_tracker.queries.figures.cohorts import get_cohort, get_cohorts_by_pod, list_excluded
from star_tracker.records.families.families import close_intervention
from star_tracker.records.imports.importing import import_rows
from star_tracker.records.pods import add_pod, close_pod
from tests.support.apps import make_app
from tests.support.caseloads import SmallCaseload, add_case, begin_star, listed_cases, listed_refs
from tests.support.pages import HTML, LookingClient, parse_page, text_of, words_of
from tests.support.services import generate_star_rows
from tests.support.tiny import BY_SOMEBODY, TinyService, add_star, new_star

pytestmark = pytest.mark.usefixtures("small")


def lines_of(text: str) -> dict[str, list[int]]:
    """The numbers of each line: interventions, parents, overdue, in progress, due soon, not due, nothing, no pair."""
    rows = [row for row in parse_page(text).iter(f"{HTML}tr")][1:]
    cells = [[words_of(cell) for cell in row] for row in rows]
    return {name: [int(number.split()[0]) for number in numbers] for name, *numbers in cells}


def test_the_numbers_of_each_pod_and_practitioner_are_those_worked_out_by_hand(
    web_app: Flask, lead: LookingClient, tiny: TinyService, small: SmallCaseload
) -> None:
    with web_app.app_context():
        begin_star(small.long.registration, small.colleague)
    assert lines_of(lead.get("/caseload/overview").text) == {
        "Crewe": [7, 8, 4, 1, 1, 2, 1, 6],
        "Demo buddy": [1, 1, 1, 0, 0, 0, 0, 1],
        "Demo practitioner": [5, 5, 2, 1, 1, 1, 1, 4],
        "Nobody’s in Crewe": [1, 2, 1, 0, 0, 1, 0, 1],
        "Macclesfield": [1, 1, 1, 0, 0, 0, 0, 1],
        "Nobody’s in Macclesfield": [1, 1, 1, 0, 0, 0, 0, 1],
        "All pods": [8, 9, 5, 1, 1, 2, 1, 7],
        "Nobody’s in all pods": [2, 3, 2, 0, 0, 1, 0, 2],
    }
    assert list(lines_of(lead.get(f"/caseload/overview?pod={tiny.other_pod}").text)) == [
        "Macclesfield",
        "Nobody’s in Macclesfield",
    ]


def test_interventions_without_a_pair_are_listed_by_pod_with_the_reason_longest_first(
    web_app: Flask, lead: LookingClient, tiny: TinyService, small: SmallCaseload
) -> None:
    with web_app.app_context():
        add_star(small.late.registration, new_star(Kind.START, date(2019, 1, 20)))
    page = lead.get("/caseload/overview")
    assert "7 parents in open interventions have no start Star with a later Star yet" in text_of(page)
    items = [words_of(item) for item in parse_page(page.text).iter(f"{HTML}li") if "app-case" in str(item.attrib)]
    assert [item.split(" Since")[0] for item in items] == [
        "BUDDY-P Family BUDDY No counted Star Start Star overdue since 31 January 2019",
        "P2 Family F1 No counted Star Start Star overdue since 31 January 2019",
        "LATE-P Family LATE One Star only Interim Star due by 20 April 2019",
        "LATER-P Family LATER No counted Star Start Star overdue since 2 February 2019",
        "SOON-P Family SOON No counted Star Start Star due by 17 April 2019",
        "LONG-P Family LONG No counted Star Start Star due by 29 April 2019",
        "P1 Family F2 No counted Star Start Star overdue since 31 January 2019",
    ]
    assert items[0].endswith("Since 3 January 2019, Demo buddy")
    assert items[1].endswith("Since 3 January 2019, no practitioner decided yet")
    elsewhere = text_of(lead.get(f"/caseload/overview?pod={tiny.other_pod}"))
    assert "1 parent in open interventions has no start Star" in elsewhere
    assert "Family F1" not in elsewhere


def test_those_without_a_pair_are_narrowed_to_the_ones_open_longer(
    web_app: Flask, lead: LookingClient, tiny: TinyService, small: SmallCaseload
) -> None:
    """Today is 10 April: what began on 9 January has been open longer than three months, on the 10th it has not."""
    with web_app.app_context():
        add_case("TENTH", tiny.pod, date(2019, 1, 10), None)
        add_case("NINTH", tiny.pod, date(2019, 1, 9), None)
    page = lead.get("/caseload/overview?longer-than=3")
    items = [words_of(item) for item in parse_page(page.text).iter(f"{HTML}li") if "app-case" in str(item.attrib)]
    assert [item.split()[0] for item in items] == ["BUDDY-P", "P2", "LATE-P", "LATER-P", "NINTH-P", "P1"]
    assert "6 parents in interventions open for longer than 3 months have no start Star" in text_of(page)
    assert lines_of(page.text)["All pods"][-1] == 9, "the numbers are of all"
    nobody = text_of(lead.get(f"/caseload/overview?longer-than=6&pod={tiny.other_pod}"))
    assert "Every parent in an intervention open for longer than 6 months has a start Star and a later one." in nobody
    said = text_of(lead.get("/audit"))
    assert "read the caseloads of Macclesfield, without a pair for longer than 6 months" in said
    assert "read the caseloads of all pods, without a pair for longer than 3 months" in said
    refused = lead.get("/caseload/overview?longer-than=5")
    assert text_of(refused).count("Choose one of the options in the list") == 2


def test_overview_says_so_if_every_parent_has_a_pair(web_app: Flask, lead: LookingClient, tiny: TinyService) -> None:
    with web_app.app_context():
        add_star(tiny.other_registration, new_star(Kind.START, date(2019, 1, 20)))
        add_star(tiny.other_registration, new_star(Kind.INTERIM, date(2019, 4, 1)))
    said = text_of(lead.get(f"/caseload/overview?pod={tiny.other_pod}"))
    assert "Every parent in an open intervention has a start Star and a later one." in said


def test_interventions_of_a_closed_account_are_counted_as_nobodys_with_a_link(
    web_app: Flask, lead: LookingClient, tiny: TinyService, small: SmallCaseload
) -> None:
    with web_app.app_context():
        db.session.get_one(User, small.colleague).active = False
        db.session.commit()
    page = lead.get("/caseload/overview")
    lines = lines_of(page.text)
    assert lines["Nobody’s in Crewe"] == [2, 3, 2, 0, 0, 1, 0, 2], "BUDDY, and the two parents of F1"
    assert lines["Crewe"] == [7, 8, 4, 0, 1, 2, 1, 6], "nobody is counted twice"
    assert "Demo buddy" not in "".join(lines)
    assert f'href="/caseload?whose=nobody&amp;pod={tiny.pod}">Nobody’s' in page.text
    nobodys = lead.get(f"/caseload?whose=nobody&pod={tiny.pod}").text
    assert listed_refs(nobodys) == ["BUDDY", "P2", "P1"]
    assert "Demo buddy (account closed), Crewe" in listed_cases(nobodys)[0]
    assert "Practitioner Demo buddy (account closed)" in text_of(lead.get(f"/families/{small.buddy.family}"))


def test_closed_pod_is_listed_while_cases_remain(
    web_app: Flask, lead: LookingClient, tiny: TinyService, small: SmallCaseload
) -> None:
    with web_app.app_context():
        add_star(tiny.other_registration, new_star(Kind.START, date(2019, 1, 20)))
        [intervention] = db.session.get_one(Family, tiny.other_family).interventions
        close_intervention(
            BY_SOMEBODY,
            intervention_id=intervention.id,
            closed_on=date(2019, 4, 9),
            reason=ClosureReason.COMPLETED,
        )
        close_pod(BY_SOMEBODY, pod_id=tiny.other_pod)
        add_pod(BY_SOMEBODY, name="New")
        close_pod(BY_SOMEBODY, pod_id=add_pod(BY_SOMEBODY, name="Old").id)
    lines = lines_of(lead.get("/caseload/overview").text)
    assert lines["Macclesfield (closed)"] == [0, 1, 1, 0, 0, 0, 0, 0], "its closure Star is missing"
    assert lines["New"] == [0] * 8
    assert "Old (closed)" not in lines


def test_unknown_pod_in_the_overview_has_an_error_at_its_field(lead: LookingClient) -> None:
    page = lead.get("/caseload/overview?pod=99")
    assert "<title>Error: Caseloads by pod and practitioner" in page.text
    assert text_of(page).count("Choose one of the options in the list") == 2
    assert "<table" not in page.text


@pytest.fixture
def demo(demo_template: Path, tmp_path: Path) -> Iterator[Flask]:
    app = make_app(f"sqlite:///{shutil.copy(demo_template, tmp_path / 'demo.db')}", web=True)
    app.test_client_class = LookingClient
    yield app
    with app.app_context():
        db.engine.dispose()


def test_each_number_leads_to_as_many_lines(demo: Flask) -> None:
    client = demo.test_client()
    assert isinstance(client, LookingClient)
    with demo.app_context():
        client.sign_in(db.session.query(User).filter_by(email="lead@example.org").one().id)
    text = client.get("/caseload/overview").text
    numbers = re.findall(r'app-count" href="(/caseload\?[^"]+)">(\d+)<', text)
    assert len(numbers) > 30
    for address, number in numbers:
        address = address.replace("&amp;", "&")
        page = client.get(address)
        said = text_of(page)
        state = re.search("state=([a-z_]+)", address)
        chip = CASE_STATE_LABELS[CaseState(state[1])] if state else "All"
        assert f"{chip} {number}" in said, address
        shown = page.text.count('<li class="app-family__parent">')
        while following := re.search(r'href="([^"]+)" rel="next"', page.text):
            page = client.get(following[1].replace("&amp;", "&"))
            shown += page.text.count('<li class="app-family__parent">')
        assert shown == int(number), address


def test_the_reasons_are_those_of_the_cohort(app: Flask) -> None:
    """On an invented service: as at several days, whom the overview lists is whom the cohort of open ones excludes."""
    import_rows(BY_SOMEBODY, list(generate_star_rows(2_600, seed=3)), edition="first", source="test")
    for as_at in (date(2016, 3, 31), date(2017, 6, 30), date(2018, 12, 31)):
        chosen = CohortFilter(as_at=as_at, status="open")
        reasons = list_excluded(chosen, reader=None)
        cohort = get_cohort(chosen, reader=None)
        assert Counter(reasons.values()) == {reason: n for reason, n in cohort.excluded.items() if n}
        overview = get_overview(as_at=as_at, timings=DEFAULT_TIMINGS)
        _changes, by_pod = get_cohorts_by_pod(chosen, reader=None)
        assert {line.pod.name: line.total.unpaired for line in overview.pods} == dict(by_pod.groupby("pod")["n"].sum())
        assert overview.total.unpaired == overview.unpaired.total == len(reasons)
        lines = [line for pod in overview.pods for line in (*pod.lines, pod.unassigned) if line]
        assert sum(line.unpaired for line in lines) == len(reasons)
