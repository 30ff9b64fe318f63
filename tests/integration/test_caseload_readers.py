"""Who sees whom on the caseload, what it costs the database, and what is written down about each look."""

import re
from datetime import date

import pytest
from flask import Flask

from star_tracker.domain.roles import Role
from star_tracker.domain.scales import ClosureReason, Kind
from star_tracker.extensions import db
from star_tracker.models import Family, Parent
from star_tracker.records.families.families import close_intervention, record_intervention
from tests.support.caseloads import SmallCaseload, add_case, begin_star, listed_refs, title_of
from tests.support.pages import LookingClient, text_of
from tests.support.statements import listing_statements
from tests.support.tiny import BY_SOMEBODY, TinyService, add_star, new_intervention, new_star, restrict_to
from tests.support.trail import list_looks


def test_caseload_leaves_out_interventions_in_which_one_may_not_record(
    web_app: Flask, client: LookingClient, tiny: TinyService, small: SmallCaseload
) -> None:
    """Macclesfield has helped a family of Crewe's before: it may read that family, and record nothing now."""
    with web_app.app_context():
        parent = db.session.query(Parent).filter_by(family_id=tiny.other_family).one()
        intervention = db.session.get_one(Family, tiny.other_family).interventions[0].id
        reason = ClosureReason.COMPLETED
        close_intervention(BY_SOMEBODY, intervention_id=intervention, closed_on=date(2019, 2, 1), reason=reason)
        new = new_intervention(tiny.pod, date(2019, 3, 1))
        record_intervention(BY_SOMEBODY, family_id=tiny.other_family, parent_ids=[parent.id], intervention=new)
    client.sign_in(tiny.practitioner_elsewhere)
    assert client.get(f"/families/{tiny.other_family}").status_code == 200
    assert listed_refs(client.get("/caseload?whose=everybody").text) == []
    client.sign_in(tiny.users[Role.PRACTITIONER])
    assert "Family F2 No practitioner decided yet, Crewe P1" in text_of(client.get("/caseload?whose=nobody"))


def test_a_restricted_family_is_on_the_caseload_of_the_named_and_the_lead_alone(
    web_app: Flask, client: LookingClient, tiny: TinyService, small: SmallCaseload
) -> None:
    with web_app.app_context():
        restrict_to(small.late.family, tiny.practitioner_elsewhere)
    client.sign_in(tiny.users[Role.PRACTITIONER])
    for address in ("/caseload", "/caseload?whose=everybody"):
        page = client.get(address)
        assert "LATE" not in listed_refs(page.text), "even their own practitioner is not named"
    assert title_of(client.get("/caseload").text).startswith("Caseload: 1 overdue")
    client.sign_in(tiny.practitioner_elsewhere)
    assert "Family LATE Restricted" in text_of(client.get("/caseload?whose=everybody"))
    client.sign_in(tiny.users[Role.LEAD])
    assert "Family LATE Restricted" in text_of(client.get("/caseload"))


def test_names_stand_on_the_page_and_in_no_title_or_address(
    web_app: Flask, practitioner: LookingClient, small: SmallCaseload
) -> None:
    with web_app.app_context():
        db.session.get_one(Family, small.late.family).name = "The <Oaks>"
        db.session.commit()
    page = practitioner.get("/caseload")
    assert "The <Oaks> (LATE)" in text_of(page)
    assert "Oaks" not in title_of(page.text)
    assert not [address for address in re.findall(r'href="([^"]*)"', page.text) if "Oaks" in address]


@pytest.mark.parametrize("address", ["/caseload", "/caseload/overview"])
def test_thirty_families_take_no_more_statements_than_one(
    web_app: Flask, client: LookingClient, tiny: TinyService, address: str
) -> None:
    def ask() -> int:
        with listing_statements(web_app) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    with web_app.app_context():
        colleagues = [tiny.users[Role.PRACTITIONER], tiny.practitioner_elsewhere]
        begin_star(add_case("X0", tiny.pod, date(2019, 3, 1), colleagues[0]).registration, colleagues[0])
    client.sign_in(tiny.users[Role.LEAD])
    ask()  # a session's first form stores its token
    one = ask()
    with web_app.app_context():
        pods = [tiny.pod, tiny.other_pod]
        for number in range(1, 30):
            added = add_case(f"X{number}", pods[number % 2], date(2019, 3, 1), colleagues[number % 2])
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
