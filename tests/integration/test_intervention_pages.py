"""Closing, reopening and transferring as people meet it: what is said before, what is asked, where it leads."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from star_tracker.domain.roles import Role
from star_tracker.domain.scales import CompletedBy, Kind
from star_tracker.extensions import db
from star_tracker.models import Intervention, Transfer
from star_tracker.records.families.families import record_intervention
from tests.support.apps import TODAY
from tests.support.pages import LookingClient, path_of, text_of
from tests.support.recording import list_problems, read_fields
from tests.support.tiny import (
    BY_SOMEBODY,
    TinyService,
    add_star,
    begin_star,
    new_intervention,
    new_star,
    restrict_to,
)

CLOSE = {"closed_on": "9/4/2019", "reason": "completed"}
KNOWN = CLOSE | {"missing_is_known": "y"}
BOX = "Close without the closure Star of P1: it shows as overdue, and can be recorded for 28 days"


def transfer_form(pod_id: int, practitioner_id: int | str = "", **values: str) -> dict[str, Any]:
    usual = {"transferred_on": "8/4/2019", "reason": "A new colleague"}
    return {"pod_id": str(pod_id), "practitioner_id": str(practitioner_id), **usual, **values}


def set_today(app: Flask, day: date) -> None:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    app.extensions["star_tracker"] = replace(app.extensions["star_tracker"], now=lambda: at)


def test_closing_asks_for_each_missing_closure_star_first(practitioner: LookingClient, tiny: TinyService) -> None:
    page = practitioner.get(f"/interventions/{tiny.intervention}/close")
    said = text_of(page)
    assert "First, the closure Star of P1 Record the closure Star We could not see the parent" in said
    assert f"/registrations/{tiny.registration}/stars/new?kind=closure" in page.text
    assert f"/registrations/{tiny.registration}/stars/new?kind=closure&amp;unplanned=1" in page.text
    assert "P2 There is no start Star that counts. So this parent will be in no figure of change" in said
    assert f"/registrations/{tiny.empty_registration}/" not in page.text
    assert BOX in said


def test_without_the_box_nothing_is_closed_and_nothing_lost(practitioner: LookingClient, tiny: TinyService) -> None:
    address = f"/interventions/{tiny.intervention}/close"
    refused = practitioner.send(address, CLOSE)
    assert "Record the closure Star of P1 first, or tick that you close without it" in text_of(refused)
    assert '<a href="#missing_is_known"' in refused.text
    assert 'value="9/4/2019"' in refused.text
    assert 'value="completed" checked' in refused.text
    assert "Closed" not in text_of(practitioner.get(f"/families/{tiny.family}"))
    closed = practitioner.send(address, KNOWN)
    assert path_of(closed) == f"/families/{tiny.family}"
    assert "Closure Star overdue since 9 April 2019" in text_of(practitioner.get(path_of(closed)))


def test_closing_says_that_a_star_is_in_progress_and_never_calls_it_another(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        draft = f"/drafts/{begin_star(tiny.registration, Kind.INTERIM).id}"
    address = f"/interventions/{tiny.intervention}/close"
    page = practitioner.get(address)
    said = text_of(page)
    assert "The interim Star of P1 is in progress: it was saved today at 1:00pm, and is not recorded yet." in said
    assert "Record it or throw it away first: the closure Star can be begun after that." in said
    assert f'href="{draft}"' in page.text
    assert "kind=closure" not in page.text, "which would open the interim"
    assert "The interim Star of P1, family F1." in text_of(practitioner.get(f"{draft}/discard"))
    family = practitioner.get(path_of(practitioner.send(address, KNOWN)))
    assert "A Star of P1 is still in progress, and not recorded" in family.text
    assert "Go on with the interim Star of P1" in text_of(family)
    caseload = text_of(practitioner.get("/caseload?whose=everybody"))
    assert "Closure Star overdue since 9 April 2019 1 day late Interim Star in progress" in caseload
    assert "Go on with the interim Star for P1" in caseload


def test_with_every_closure_star_there_is_no_box(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        add_star(tiny.registration, new_star(Kind.CLOSURE, date(2019, 4, 9)))
        add_star(tiny.empty_registration, new_star(Kind.START, date(2019, 3, 1)))
        add_star(tiny.empty_registration, new_star(Kind.CLOSURE, date(2019, 4, 9)))
    said = text_of(practitioner.get(f"/interventions/{tiny.intervention}/close"))
    assert "P1 The closure Star is recorded" in said
    assert "P2 The closure Star is recorded" in said
    assert "missing_is_known" not in practitioner.get(f"/interventions/{tiny.intervention}/close").text
    assert practitioner.send(f"/interventions/{tiny.intervention}/close", CLOSE).status_code == 302


def test_a_closure_star_of_the_parents_own_does_not_take_the_place_of_the_one_that_is_due(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    own = replace(new_star(Kind.CLOSURE, date(2019, 4, 9)), completed_by=CompletedBy.PARENT)
    with web_app.app_context():
        add_star(tiny.registration, own)
    address = f"/interventions/{tiny.intervention}/close"
    assert "First, the closure Star of P1 Record the closure Star" in text_of(practitioner.get(address))
    assert "Record the closure Star of P1 first" in text_of(practitioner.send(address, CLOSE))
    closed = practitioner.send(address, KNOWN)
    assert "Closure Star overdue since 9 April 2019" in text_of(practitioner.get(path_of(closed)))
    reopen = text_of(practitioner.get(f"/interventions/{tiny.intervention}/reopen"))
    assert "has a closure Star" not in reopen, "one that counts, and after which nothing is due"


def test_intervention_closed_by_mistake_is_reopened(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    family, address = f"/families/{tiny.family}", f"/interventions/{tiny.intervention}/reopen"
    assert "Reopen" not in text_of(practitioner.get(family))
    practitioner.send(f"/interventions/{tiny.intervention}/close", KNOWN)
    with web_app.app_context():
        star = add_star(tiny.registration, new_star(Kind.CLOSURE, date(2019, 4, 10))).id
    assert "Reopen" in text_of(practitioner.get(family))
    page = practitioner.get(address)
    assert "Closed on 9 April 2019: closed successfully." in text_of(page)
    assert "P1 has a closure Star of 10 April 2019. It stays, and no more Stars are due for them." in text_of(page)
    assert f'href="/stars/{star}"' in page.text
    assert "Say why" in text_of(practitioner.send(address, {"reason": " "}))
    assert path_of(practitioner.send(address, {"reason": "The family asked for more"})) == family
    said = text_of(practitioner.get(family))
    assert "The intervention was reopened." in said
    assert "9 April 2019 Closed successfully" in said
    assert "10 April 2019 Reopened The family asked for more" in said
    assert path_of(practitioner.get(address)) == family
    assert "That intervention is open." in text_of(practitioner.get(family)), "sent twice"


def test_after_28_days_there_is_nothing_to_reopen(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    practitioner.send(f"/interventions/{tiny.intervention}/close", KNOWN)
    for day, offered in ((date(2019, 5, 7), True), (date(2019, 5, 8), False)):
        set_today(web_app, day)
        practitioner.sign_in(tiny.users[Role.PRACTITIONER])
        assert ("Reopen" in text_of(practitioner.get(f"/families/{tiny.family}"))) == offered, day
    assert path_of(practitioner.get(f"/interventions/{tiny.intervention}/reopen")) == f"/families/{tiny.family}"
    assert "closed more than 28 days ago: add a new one instead" in text_of(
        practitioner.get(f"/families/{tiny.family}")
    )


def test_reopening_beside_an_open_intervention_is_refused_in_words(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    practitioner.send(f"/interventions/{tiny.intervention}/close", KNOWN)
    with web_app.app_context():
        new = new_intervention(tiny.pod, TODAY)
        record_intervention(BY_SOMEBODY, family_id=tiny.family, parent_ids=[1], intervention=new)
    refused = text_of(practitioner.send(f"/interventions/{tiny.intervention}/reopen", {"reason": "More to do"}))
    assert "intervention of 10 April 2019 is open: go on in that one, or close it first" in refused
    assert "More to do" in refused


def test_a_family_is_transferred_within_its_pod(practitioner: LookingClient, tiny: TinyService) -> None:
    address = f"/interventions/{tiny.intervention}/transfer"
    page = practitioner.get(address)
    said = text_of(page)
    assert "Crewe, from 3 January 2019, with no practitioner yet." in said
    assert "every figure counts this intervention, with all its Stars, under its new pod and practitioner" in said
    assert "If you are not in that pod, you will not see it any more" in said
    assert "Not decided yet Demo practitioner, Crewe Demo elsewhere, Macclesfield" in said
    assert 'value="10/4/2019"' in page.text
    me = tiny.users[Role.PRACTITIONER]
    response = practitioner.send(address, transfer_form(tiny.pod, me))
    said = text_of(practitioner.get(path_of(response)))
    assert "The intervention was transferred." in said
    assert "8 April 2019 Transferred from nobody yet (Crewe) to Demo practitioner (Crewe) A new colleague" in said
    second = text_of(practitioner.send(address, transfer_form(tiny.pod, me)))
    assert "This is how it is already: Crewe, Demo practitioner" in second


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"pod_id": "99"}, "pod_id", "Choose one of the options"),
        ({"practitioner_id": "99"}, "practitioner_id", "Choose one of the options"),
        ({"transferred_on": ""}, "transferred_on", "Enter the day from which it is theirs"),
        ({"transferred_on": "11/4/2019"}, "transferred_on", "must be today, 10 April 2019, or before"),
        ({"transferred_on": "2/1/2019"}, "transferred_on", "must be 3 January 2019, when the intervention started"),
        ({"transferred_on": "31/2/2019"}, "transferred_on", "enter a real date"),
        ({"reason": ""}, "reason", "Say why"),
        ({"reason": "x" * 2001}, "reason", "up to 2,000 characters"),
    ],
)
def test_invalid_transfer_has_an_error_at_its_field(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService, wrong: dict[str, str], field: str, message: str
) -> None:
    form = transfer_form(tiny.pod, tiny.users[Role.PRACTITIONER]) | wrong
    page = practitioner.send(f"/interventions/{tiny.intervention}/transfer", form)
    assert f'<a href="#{field}"' in page.text
    assert message in text_of(page)
    for name in {"reason", "transferred_on"} - set(wrong):
        assert form[name] in page.text, "nothing is lost"
    with web_app.app_context():
        assert db.session.query(Transfer).count() == 0


def test_transfer_to_another_pod_ends_access_with_a_message(
    client: LookingClient, practitioner: LookingClient, tiny: TinyService
) -> None:
    address = f"/interventions/{tiny.intervention}/transfer"
    wrong = practitioner.send(address, transfer_form(tiny.pod, tiny.practitioner_elsewhere))
    assert "Demo elsewhere does not belong to that pod" in text_of(wrong)
    response = practitioner.send(address, transfer_form(tiny.other_pod, tiny.practitioner_elsewhere))
    assert path_of(response) == "/families"
    said = text_of(practitioner.get(response.headers["Location"]))
    assert "Family F1 was transferred to Macclesfield. It is not in your families any more." in said
    assert "0 families" in said
    assert practitioner.get(f"/families/{tiny.family}").status_code == 404
    client.sign_in(tiny.practitioner_elsewhere)
    theirs = text_of(client.get(f"/families/{tiny.family}"))
    assert "Transferred from nobody yet (Crewe) to Demo elsewhere (Macclesfield)" in theirs
    assert "Record a Star for P1" in theirs
    assert "1 pair of Stars as at 10 April 2019: Macclesfield" in text_of(client.get("/cohort?pod=Macclesfield"))


def test_who_is_named_for_a_restricted_family_keeps_it_after_a_transfer(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        restrict_to(tiny.family, tiny.users[Role.PRACTITIONER])
    client.sign_in(tiny.users[Role.PRACTITIONER])
    address = f"/interventions/{tiny.intervention}/transfer"
    said = text_of(client.get(address))
    assert "This family is restricted: a transfer lets nobody see it" in said
    assert "you will not see it any more" not in said
    response = client.send(address, transfer_form(tiny.other_pod, tiny.practitioner_elsewhere))
    assert path_of(response) == f"/families/{tiny.family}"
    assert client.get(path_of(response)).status_code == 200
    client.sign_in(tiny.practitioner_elsewhere)
    assert client.get(f"/families/{tiny.family}").status_code == 404, "nobody named them"


def test_what_is_closed_is_not_transferred(practitioner: LookingClient, tiny: TinyService) -> None:
    practitioner.send(f"/interventions/{tiny.intervention}/close", KNOWN)
    family = f"/families/{tiny.family}"
    assert "Transfer" not in text_of(practitioner.get(family))
    assert path_of(practitioner.get(f"/interventions/{tiny.intervention}/transfer")) == family
    assert "closed on 9 April 2019: reopen it to transfer it" in text_of(practitioner.get(family))


def test_the_audit_tells_a_course_in_words(web_app: Flask, client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    client.send(f"/interventions/{tiny.intervention}/transfer", transfer_form(tiny.pod, tiny.users[Role.PRACTITIONER]))
    client.send(f"/interventions/{tiny.intervention}/close", KNOWN)
    client.send(f"/interventions/{tiny.intervention}/reopen", {"reason": "The family asked for more"})
    said = text_of(client.get("/audit?family=F1"))
    for words in (
        "Demo lead transferred the intervention of 3 January 2019 in Crewe of F1",
        "Demo lead recorded a transfer of an intervention of F1",
        "To the practitioner Demo practitioner",
        "Demo lead read the form that transfers the intervention of 3 January 2019 in Crewe of F1",
        "Demo lead closed the intervention of 3 January 2019 in Crewe of F1",
        "Demo lead opened again the intervention of 3 January 2019 in Crewe of F1",
        "Demo lead recorded a reopening of an intervention of F1",
        "Demo lead read the form that opens again the intervention of 3 January 2019 in Crewe of F1",
    ):
        assert words in said
    with web_app.app_context():
        assert db.session.get_one(Intervention, tiny.intervention).closed_on is None


def test_how_an_intervention_began_is_put_right_from_the_familys_page(
    client: LookingClient, practitioner: LookingClient, tiny: TinyService
) -> None:
    family, address = f"/families/{tiny.family}", f"/interventions/{tiny.intervention}/put-right"
    assert f'href="{address}"' in practitioner.get(family).text
    page = practitioner.get(address)
    assert "referred on 3 January 2019, started on 3 January 2019, 2 children." in text_of(page)
    seen = read_fields(page.text)["seen"]
    sent = {"referred_on": "20/12/2018", "started_on": "11/1/2019", "children": "1", "reason": "A slip", "seen": seen}
    refused = practitioner.send(address, sent)
    assert list_problems(refused.text) == [
        ("#started_on", "The date must be 10 January 2019, the day of its first Star, or before")
    ]
    for kept in ('value="20/12/2018"', 'value="11/1/2019"', 'value="1"', "A slip</textarea>"):
        assert kept in refused.text
    practitioner.send(address, sent | {"started_on": "4/1/2019"})
    said = text_of(practitioner.get(family))
    assert "Crewe, from 4 January 2019" in said
    assert "Referred 20 December 2018 Children 1" in said
    late = practitioner.send(address, sent | {"started_on": "5/1/2019"})
    assert "Somebody else changed this meanwhile" in text_of(late)
    assert read_fields(late.text)["seen"] != seen, "who sends it again has seen what is recorded"
    client.sign_in(tiny.users[Role.LEAD])
    trail = text_of(client.get("/audit"))
    assert "Demo practitioner put right the intervention of 4 January 2019 in Crewe of F1" in trail
    for words in ("Referred 3 January 2019 → 20 December 2018", "Children 2 → 1", "Reason nothing → A slip"):
        assert words in trail, words
