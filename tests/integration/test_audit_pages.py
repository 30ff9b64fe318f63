"""The audit trail as people read it: each sees what is theirs to see, in plain words, and nothing more."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from star_tracker.domain.permissions import Actor
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import ClosureReason, Kind
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Pod, User, UserRole
from star_tracker.records.access_log import log_access
from star_tracker.records.families.families import close_intervention
from star_tracker.records.stars.stars import withdraw_star
from star_tracker.records.transactions import write
from tests.integration.test_access import ROUTES
from tests.support.apps import COUNCIL
from tests.support.pages import LookingClient, text_of
from tests.support.tiny import BY_SOMEBODY, SOMEBODY, TinyService, begin_star, by
from tests.support.trail import list_looks

TABLET: dict[str, Any] = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
WHEN = "10 April 2019 at 1:00pm"  # NOW is noon, and London keeps summer time


def look_as(client: LookingClient, user_id: int, address: str) -> str:
    """What a page says to somebody."""
    client.sign_in(user_id)
    response = client.get(address)
    assert response.status_code == 200
    return text_of(response)


def test_a_lead_reads_who_looked_at_a_family_when_and_from_where(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    client.get(f"/families/{tiny.family}", **TABLET)
    said = look_as(client, tiny.users[Role.LEAD], "/audit")
    deed = f"Demo practitioner read the family page of F1 {WHEN}, from 192.0.2.7 (practitioner@example.org)"
    assert deed in said


def list_audit_pages(client: LookingClient) -> Iterator[TestResponse]:
    """The audit page, and those of older entries."""
    address: str | None = "/audit"
    while address:
        page = client.get(address)
        yield page
        older = re.search(r'href="([^"]*below=[^"]*)"[^>]*rel="next"', page.text)
        address = older and unescape(older[1])


def test_every_page_of_a_family_has_words_of_its_own(web_app: Flask, client: LookingClient, tiny: TinyService) -> None:
    with web_app.app_context():
        ids = {
            **vars(tiny),
            "signed": 0,
            "request": 0,
            "saved": 0,
            "feedback": 0,
            "cover": 0,
            "draft": begin_star(tiny.registration, Kind.INTERIM).id,
        }
    client.sign_in(tiny.users[Role.LEAD])
    for route in ROUTES:
        is_of_cohort = route.address.startswith("/cohort/") and route.endpoint != "cohort.download_measures"
        if Role.LEAD in route.answers and route.endpoint != "audit.show" and not is_of_cohort:
            client.get(route.address.format_map(ids))
    said = " ".join(text_of(page) for page in list_audit_pages(client))
    for words in (
        "read the list of families",
        "read the form that closes the intervention of 3 January 2019 in Crewe of F1",
        "read the form that begins a Star of P2, F1",
        "recorded a Star in progress of F1",
        "read a Star in progress of F1",
        "read the answers of a Star in progress of F1",
        "read the star chart of P1, F1",
        "downloaded the star chart of P1, F1, as csv",
        "read the start Star of 10 January 2019 of P1, F1",
        "read the form that corrects the start Star of 10 January 2019 of P1, F1",
        "read the talk about the start Star of 10 January 2019 of P1, F1",
        "read the take-home sheet of the start Star of 10 January 2019 of P1, F1",
        "downloaded the take-home sheet of the start Star of 10 January 2019 of P1, F1, as pdf",
        "downloaded cohort-measures-as-at-2019-04-10.csv",
        "downloaded star-return-the-council-2018-19-Q4-restricted-draft.zip",
        "read who has looked at F1",
    ):
        assert words in said
    assert "a page about" not in said, "a new page needs words in PAGES"


def test_audit_page_shows_values_before_and_after_a_change(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        reason = ClosureReason.MOVED_AWAY
        withdraw_star(BY_SOMEBODY, star_id=tiny.star, reason="The tablet slipped")
        close_intervention(BY_SOMEBODY, intervention_id=tiny.intervention, closed_on=date(2019, 4, 9), reason=reason)
    said = look_as(client, tiny.users[Role.LEAD], "/audit")
    assert "closed the intervention of 3 January 2019 in Crewe of F1" in said
    assert "Closed nothing → 9 April 2019 Reason for closing nothing → Family moved away" in said
    assert "withdrew the start Star of 10 January 2019 of P1, F1" in said
    assert f"Withdrawn nothing → {WHEN} Reason for withdrawing nothing → The tablet slipped" in said
    assert "Star Start Completed 10 January 2019" in said
    assert "Home and money 4" in said, "areas are named by their labels"
    assert "tests@example.org recorded the parent P2 of F1" in said


def test_a_lead_chooses_entries(web_app: Flask, client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    client.get("/families?q=Ashworth")
    client.get(f"/stars/{tiny.star}")
    with web_app.app_context():
        late = datetime(2019, 4, 10, 23, 30, tzinfo=UTC)  # in London the 11th, half past midnight
        details = {"file": "late.csv"}
        log_access(by(SOMEBODY, late), action="download", entity="cohort", details=details)
    client.sign_in(tiny.users[Role.LEAD])
    client.get(f"/families/{tiny.other_family}")

    def listed(query: str) -> list[bool]:
        said = text_of(client.get(f"/audit?{query}"))
        return [deed in said for deed in ("Ashworth", "read the start Star", "late.csv", "the family page of F2")]

    assert listed("") == [True, True, True, True]
    assert listed("person=practitioner%40example.org") == [True, True, False, False]
    assert listed("action=search") == [True, False, False, False]
    assert listed("family=f1") == [False, True, False, False]
    assert listed("family=nothing") == [False, False, False, False]
    assert listed("to=10/4/2019") == [True, True, False, True]
    assert listed("from=2019-04-11") == [False, False, True, False]
    assert "There is a problem" in text_of(client.get("/audit?from=2/4/2019&to=1/4/2019"))
    assert "There is a problem" in text_of(client.get("/audit?from=31/2/2019"))


def test_entries_come_newest_first_and_fifty_at_a_time(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    for number in range(60):
        client.get(f"/families?q=text-{number}-")
    first = client.get("/audit?action=search")
    said = text_of(first)
    assert said.index("text-59-") < said.index("text-58-")
    assert "text-10-" in said
    assert "text-9-" not in said
    older = first.text.split('class="govuk-link govuk-pagination__link" href="')[1].split('"')[0].replace("&amp;", "&")
    said = text_of(client.get(older))
    assert "text-9-" in said
    assert "text-10-" not in said
    assert "Newest entries" in said
    assert "Older entries" not in said
    for below in ("-1", "99999999999999999999", "x"):
        assert client.get(f"/audit?below={below}").status_code == 200


def test_an_administrator_sees_people_and_pods_and_nothing_of_a_family(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    administrator = Actor(tiny.users[Role.ADMINISTRATOR], "administrator@example.org", source="192.0.2.9")
    with web_app.app_context(), write(by(administrator)) as transaction:
        transaction.change("close", transaction.get(Pod, tiny.other_pod), closed_on=date(2019, 4, 9))
    client.sign_in(tiny.users[Role.LEAD])
    for address in ("/families?q=Ashworth", f"/families/{tiny.family}", "/cohort/measures.csv", "/audit?family=F1"):
        client.get(address)
    client.sign_in(tiny.users[Role.ADMINISTRATOR])
    for address in ("/audit", "/audit?family=F1", "/audit?person=lead%40example.org"):
        said = text_of(client.get(address))
        for secret in ("F1", "F2", "P1", "Ashworth", "Star", "cohort", "Family reference"):
            assert secret not in said, secret
    said = text_of(client.get("/audit"))
    assert "Demo administrator closed the pod Macclesfield" in said
    assert "Closed nothing → 9 April 2019" in said


def test_a_lead_sees_nothing_of_people(web_app: Flask, client: LookingClient, tiny: TinyService) -> None:
    with web_app.app_context(), write(BY_SOMEBODY) as transaction:
        transaction.add(Pod(name="Nantwich", council_id=COUNCIL))
    assert "Nantwich" not in look_as(client, tiny.users[Role.LEAD], "/audit")
    with web_app.app_context():
        db.session.add(UserRole(user_id=tiny.users[Role.LEAD], role=Role.ADMINISTRATOR))
        db.session.commit()
    said = look_as(client, tiny.users[Role.LEAD], "/audit")
    assert "recorded the pod Nantwich" in said
    assert "recorded the family F1" in said, "who is both sees both"


def test_no_audit_entry_contains_a_secret(web_app: Flask, tiny: TinyService) -> None:
    with web_app.app_context():
        with write(BY_SOMEBODY) as transaction:
            transaction.add(User(email="new@example.org", name="New", password="$argon2$hash", tf_totp_secret="totp"))
            user = transaction.get(User, tiny.users[Role.LEAD])
            transaction.change("choose password", user, password="$argon2$other", active=False)
        added, changed = db.session.query(AuditEntry).order_by(AuditEntry.id).all()[-2:]
        assert "hash" not in str(added.after)
        assert "totp" not in str(added.after)
        assert changed.after == {"active": False}


def test_who_has_looked_at_a_family_is_counted_for_each_person(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        usual: dict[str, Any] = {"action": "read", "entity": "family", "entity_id": tiny.family, "details": {}}
        for day in (1, 5, 3):
            now = datetime(2019, 3, day, 9, 30, tzinfo=UTC)
            log_access(by(Actor(email="practitioner@example.org"), now), family_id=tiny.family, **usual)
        log_access(by(Actor(email="elsewhere@example.org")), family_id=tiny.other_family, **usual)
    client.sign_in(tiny.users[Role.LEAD])
    client.get(f"/registrations/{tiny.registration}/star.csv")
    page = client.get(f"/families/{tiny.family}")
    assert f'href="/families/{tiny.family}/readers"' in page.text
    said = text_of(client.get(f"/families/{tiny.family}/readers"))
    assert "Demo practitioner 3 1 March 2019 at 9:30am 5 March 2019 at 9:30am" in said
    assert f"Demo lead 2 {WHEN} {WHEN}" in said
    assert "downloaded the star chart of P1, F1, as csv" in said
    assert "elsewhere" not in said
    assert "recorded" not in said, "only looks are listed"


def test_a_practitioner_is_not_shown_the_way_to_a_familys_readers(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    assert "/readers" not in client.get(f"/families/{tiny.family}").text


@pytest.mark.parametrize("role", list(Role))
def test_everybody_reads_what_they_did_and_nobody_elses(client: LookingClient, tiny: TinyService, role: Role) -> None:
    client.sign_in(tiny.practitioner_elsewhere)
    client.get("/families?q=Ashworth")
    client.sign_in(tiny.users[Role.LEAD])
    client.get("/returns/1/2018-19-Q4/published/workbook")
    client.get(f"/families/{tiny.family}")
    client.sign_in(tiny.users[role])
    client.get("/account/activity")
    said = text_of(client.get("/account/activity"))
    assert f"Demo {role} read what they have done" in said
    assert "Ashworth" not in said
    assert ("F1" in said) == (role == Role.LEAD)


def test_own_activity_names_no_family_after_losing_access(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    client.get("/families?q=Ashworth")
    client.get(f"/stars/{tiny.star}")
    with web_app.app_context():
        db.session.query(UserRole).filter_by(user_id=tiny.users[Role.LEAD]).update({"role": Role.ADMINISTRATOR})
        db.session.commit()
    said = text_of(client.get("/account/activity"))
    assert "searched the families 10 April" in said
    for secret in ("Ashworth", "F1", "P1", "10 January"):
        assert secret not in said


def test_looking_at_the_audit_is_logged(web_app: Flask, client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    for address in ("/audit?family=F1", f"/families/{tiny.family}/readers", "/account/activity"):
        client.get(address)
    client.sign_in(tiny.users[Role.ADMINISTRATOR])
    client.get("/audit")
    assert [(look.entity, look.family_id, look.after) for look in list_looks(web_app)] == [
        ("family_audit", None, {"page": "audit.show", "chosen": {"family": "F1"}}),
        ("family", tiny.family, {"page": "audit.readers"}),
        ("activity", None, {"page": "audit.activity"}),
        ("people_audit", None, {"page": "audit.show", "chosen": {}}),
    ]


def test_a_lead_reads_who_was_refused_a_family_and_they_do_not(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    for address in (f"/families/{tiny.other_family}", f"/registrations/{tiny.other_registration}", "/audit"):
        assert client.get(address).status_code in (403, 404)
    assert "F2" not in text_of(client.get("/account/activity"))
    said = look_as(client, tiny.users[Role.LEAD], "/audit?action=refuse")
    assert "Demo practitioner was refused the family page of F2" in said
    assert "Demo practitioner was refused a page that is not theirs to see" in said
