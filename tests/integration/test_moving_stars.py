"""A Star that was recorded for the wrong parent is recorded again for the right one (R6); the old one stays."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from star_tracker.domain.agreements import Agreement, ReportedOutcome, fingerprint_agreed
from star_tracker.domain.errors import DomainError
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS, Kind, Outcome
from star_tracker.domain.star_rules import Reading
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Draft, Priority, Registration, Standing, Star
from star_tracker.records.derived import check_standings
from star_tracker.records.stars.priorities import record_priorities
from star_tracker.records.stars.stars import move_star
from tests.support.pages import LookingClient, path_of, text_of
from tests.support.recording import list_problems, record
from tests.support.signing import sign_off
from tests.support.tiny import BY_SOMEBODY, TinyService, add_star, fill_tiny_service, new_star

ROUTINE = Agreement(area="family_routine", action="Bed at 8")
MONEY = Agreement(area="home_and_money", action="Ring the housing office")


@pytest.fixture
def service(app: Flask) -> TinyService:
    return fill_tiny_service()


def interim_of(service: TinyService) -> int:
    """The first parent's second Star, of all 6s."""
    return db.session.query(Star).filter_by(registration_id=service.registration, kind="interim").one().id


def move(
    star_id: int,
    registration_id: int,
    kind: Kind,
    reason: str = "It was the other parent's",
    swapped: int | None = None,
) -> Star:
    return move_star(
        BY_SOMEBODY,
        star_id=star_id,
        registration_id=registration_id,
        kind=kind,
        reason=reason,
        in_exchange_id=swapped,
    )


def standing_of(registration_id: int) -> str:
    return db.session.query(Standing).filter_by(registration_id=registration_id, until=None).one().standing


def test_moved_star_counts_for_the_other_parent_alone_and_the_old_one_stays(service: TinyService) -> None:
    old_id = interim_of(service)
    new = move(old_id, service.empty_registration, Kind.START, " Typed on the wrong page ")
    assert (new.registration_id, new.kind, new.completed_on) == (
        service.empty_registration,
        "start",
        date(2019, 4, 5),
    )
    assert {reading.value for reading in new.readings} == {6}
    old = db.session.get_one(Star, old_id)
    assert (old.registration_id, old.kind, old.withdrawn_reason, old.is_moved) == (
        service.registration,
        "interim",
        "Typed on the wrong page",
        True,
    )
    assert [standing_of(each) for each in (service.registration, service.empty_registration)] == ["one_star_only"] * 2
    assert check_standings(BY_SOMEBODY, mend=False).wrong == []


def test_every_word_of_a_reading_moves(service: TinyService) -> None:
    readings = {area: Reading(value=5) for area in AREAS} | {
        "family_routine": Reading(value=7, note="Bed at 8 now", parent_value=4, jump_reason="A new job"),
        "progress_to_work": Reading(reason="declined"),  # type: ignore[arg-type] # as the record has it
    }
    star = add_star(service.empty_registration, new_star(Kind.START, date(2019, 4, 1), readings))
    old_id = star.id
    interim = move(old_id, service.registration, Kind.INTERIM)
    words = [(one.area, one.value, one.reason, one.note, one.parent_value, one.jump_reason) for one in interim.readings]
    old = db.session.get_one(Star, old_id)
    assert words == [
        (one.area, one.value, one.reason, one.note, one.parent_value, one.jump_reason) for one in old.readings
    ]
    assert ("family_routine", 7, None, "Bed at 8 now", 4, "A new job") in words


@pytest.mark.parametrize(
    ("kind", "field", "message"),
    [
        (Kind.INTERIM, "kind", "This parent has no start Star yet in this intervention: complete that first"),
        (Kind.CLOSURE, "kind", "This parent has no start Star yet"),
    ],
)
def test_move_obeys_the_rules_of_recording(service: TinyService, kind: Kind, field: str, message: str) -> None:
    with pytest.raises(DomainError, match=message) as refused:
        move(interim_of(service), service.empty_registration, kind)
    assert refused.value.field == field
    assert db.session.get_one(Star, interim_of(service)).is_in_force, "nothing is withdrawn by half"


def test_second_start_of_a_parent_is_refused(service: TinyService) -> None:
    start = add_star(service.empty_registration, new_star(Kind.START, date(2019, 4, 1))).id
    with pytest.raises(DomainError, match="already has a start Star in this intervention, completed on 10 January"):
        move(start, service.registration, Kind.START)
    assert db.session.get_one(Star, start).is_in_force


def test_move_needs_a_reason_and_another_parent_of_the_intervention(service: TinyService) -> None:
    for registration in (service.registration, service.other_registration):
        with pytest.raises(DomainError, match="another parent who takes part") as refused:
            move(interim_of(service), registration, Kind.START)
        assert refused.value.field == "registration_id"
    with pytest.raises(DomainError, match="Say why") as refused:
        move(interim_of(service), service.empty_registration, Kind.START, " ")
    assert refused.value.field == "reason"
    move(interim_of(service), service.empty_registration, Kind.START)
    old = db.session.query(Star).filter_by(registration_id=service.registration, kind="interim").one()
    with pytest.raises(DomainError, match="already been withdrawn or replaced"):
        move(old.id, service.empty_registration, Kind.START)


def test_what_was_agreed_moves_and_outcomes_between_two_parents_are_asked_again(service: TinyService) -> None:
    interim = interim_of(service)
    agree(service.star, ROUTINE)
    agree(interim, MONEY, reviewing=service.star)
    closure = add_star(service.registration, new_star(Kind.CLOSURE, date(2019, 4, 9))).id
    agree(closure, reviewing=interim)
    new = move(interim, service.empty_registration, Kind.START)
    priorities = db.session.query(Priority).order_by(Priority.id).all()
    assert [(one.star_id, one.outcome, one.reviewed_with_id) for one in priorities] == [
        (service.star, None, None),
        (new.id, None, None),
    ]
    trail = db.session.query(AuditEntry).filter_by(entity="priority").order_by(AuditEntry.id)
    assert [entry.action for entry in trail][-3:] == ["take back", "carry over", "take back"]


def test_two_stars_recorded_the_wrong_way_round_are_swapped_though_neither_may_move_alone(
    service: TinyService,
) -> None:
    theirs = add_star(service.empty_registration, new_star(Kind.START, date(2019, 2, 1), 9)).id
    agree(service.star, ROUTINE)
    agree(theirs, MONEY)
    agree(interim_of(service), reviewing=service.star)
    for star_id, registration_id in ((service.star, service.empty_registration), (theirs, service.registration)):
        with pytest.raises(DomainError, match="already has a start Star"):
            move(star_id, registration_id, Kind.START)
    new = move(service.star, service.empty_registration, Kind.START, "The wrong way round", theirs)
    in_force = db.session.query(Star).filter(Star.is_in_force).order_by(Star.registration_id, Star.completed_on).all()
    assert [
        (one.registration_id, one.kind, one.completed_on, one.readings[0].value, one.replaces_id) for one in in_force
    ] == [
        (service.registration, "start", date(2019, 2, 1), 9, theirs),
        (service.registration, "interim", date(2019, 4, 5), 6, None),
        (service.empty_registration, "start", date(2019, 1, 10), 4, service.star),
    ]
    assert new.id == in_force[2].id
    agreed = db.session.query(Priority).order_by(Priority.id).all()
    assert [(one.action, one.star_id, one.outcome) for one in agreed] == [
        ("Bed at 8", new.id, None),
        ("Ring the housing office", in_force[0].id, None),
    ], "each goes with its Star, and what the other parent's interim said of it is asked again"
    moves = db.session.query(AuditEntry).filter_by(action="move to parent").order_by(AuditEntry.id).all()
    assert [entry.entity_id for entry in moves] == [service.star, theirs]
    olds = [db.session.get_one(Star, star_id) for star_id in (service.star, theirs)]
    assert [(old.withdrawn_reason, old.is_moved) for old in olds] == [("The wrong way round", True)] * 2
    assert [standing_of(each) for each in (service.registration, service.empty_registration)] == [
        "pair",
        "one_star_only",
    ]
    assert check_standings(BY_SOMEBODY, mend=False).wrong == []


def test_a_swap_that_breaks_a_rule_on_either_side_moves_neither(service: TinyService) -> None:
    late = add_star(service.empty_registration, new_star(Kind.START, date(2019, 4, 8), 9)).id
    after = add_star(service.empty_registration, new_star(Kind.INTERIM, date(2019, 4, 9))).id
    for swapped, field, words in (
        (late, "in_exchange_id", "does not fit the parent it would go to: the start Star must be the parent's first"),
        (after, "kind", "This parent already has a start Star"),
        (interim_of(service), "in_exchange_id", "Choose a Star of the parent whose Star this is"),
    ):
        with pytest.raises(DomainError, match=words) as refused:
            move(service.star, service.empty_registration, Kind.START, swapped=swapped)
        assert refused.value.field == field
        assert {star.id for star in db.session.query(Star).filter(Star.is_in_force)} >= {service.star, late, after}


def agree(star_id: int, *agreed: Agreement, reviewing: int = 0) -> None:
    """Agree this, and say that what was agreed after another Star is done."""
    earlier = db.session.query(Priority).filter_by(star_id=reviewing).all()
    outcomes = {
        one.id: ReportedOutcome(outcome=Outcome.DONE, about=fingerprint_agreed([one.agreement])) for one in earlier
    }
    seen = fingerprint_agreed([])
    record_priorities(BY_SOMEBODY, star_id=star_id, priorities=agreed or None, outcomes=outcomes, seen=seen)


def test_signed_return_and_cohort_follow_a_move(web_app: Flask, client: LookingClient, tiny: TinyService) -> None:
    with web_app.app_context():
        interim = add_star(tiny.registration, new_star(Kind.INTERIM, date(2019, 3, 20), 7)).id
        sign_off(tiny.users[Role.LEAD], Quarter(2018, 4))
    client.sign_in(tiny.users[Role.LEAD])
    cohort = "/cohort?as-at=31/3/2019"
    assert "1 pair of Stars" in text_of(client.get(cohort))
    signed = "January to March 2019, restricted Version 1, 10 April 2019 at 1:00pm by Demo lead"
    assert f"{signed} Nothing" in text_of(client.get("/returns/differences"))
    with web_app.app_context():
        move(interim, tiny.empty_registration, Kind.START)
    assert "0 pairs of Stars" in text_of(client.get(cohort))
    assert "figures in 6 tables" in text_of(client.get("/returns/differences")).partition(signed)[2]


START: dict[str, Any] = {"kind": "start", "completed_on": "1/3/2019", "completed_by": "together"}
AGREED = {"agreed_area_1": "family_routine", "agreed_action_1": "Bed at 8"}


@pytest.fixture
def author(client: LookingClient, tiny: TinyService) -> LookingClient:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    return client


@pytest.fixture
def own_star(web_app: Flask, author: LookingClient, tiny: TinyService) -> int:
    """The second parent's start Star, which this practitioner has just recorded: it was the first parent's interim."""
    record(author, tiny.empty_registration, START | dict.fromkeys(AREAS, "4"))
    with web_app.app_context():
        return db.session.query(Star.id).filter_by(registration_id=tiny.empty_registration).one()[0]


def test_its_author_moves_a_star_and_both_pages_say_so(
    web_app: Flask, author: LookingClient, tiny: TinyService, own_star: int
) -> None:
    assert "Move to another parent" in text_of(author.get(f"/stars/{own_star}"))
    page = author.get(f"/stars/{own_star}/move")
    assert "The start Star of P2, family F1." in text_of(page)
    assert "Whose Star is it? P1" in text_of(page)
    form = {"registration_id": str(tiny.registration), "kind": "start", "reason": "It was P1 I sat with"}
    refused = author.send(f"/stars/{own_star}/move", form)
    [(place, said)] = list_problems(refused.text)
    assert place == "#kind"
    assert "This parent already has a start Star in this intervention" in said
    assert "It was P1 I sat with" in refused.text
    answer = author.send(f"/stars/{own_star}/move", form | {"kind": "interim"})
    new = path_of(answer)
    said = text_of(author.get(new))
    assert "The Star was moved to P1. The old one stays readable." in said
    assert "Moved from P2 the Star of 1 March 2019 that it replaces" in said
    old = text_of(author.get(f"/stars/{own_star}"))
    assert "recorded for the wrong parent and moved to P1: read the Star that replaces it. Reason: It was P1" in old
    assert "Move to another parent" not in old
    assert path_of(author.get(f"/stars/{own_star}/move")) == f"/stars/{own_star}"
    assert "Moved to another parent" in text_of(author.get(f"/families/{tiny.family}"))
    client = author
    client.sign_in(tiny.users[Role.LEAD])
    trail = text_of(client.get("/audit?action=move to parent"))
    assert "moved to another parent the start Star of 1 March 2019 of P2, F1" in trail
    assert "It was P1 I sat with" in trail


def test_star_of_an_only_parent_is_not_moved(web_app: Flask, client: LookingClient, tiny: TinyService) -> None:
    with web_app.app_context():
        star = add_star(tiny.other_registration, new_star(Kind.START, date(2019, 4, 1))).id
        assert db.session.query(Registration).filter_by(id=tiny.other_registration).one().others == []
    client.sign_in(tiny.users[Role.LEAD])
    assert "Move to another parent" not in client.get(f"/stars/{star}").text
    assert path_of(client.get(f"/stars/{star}/move")) == f"/stars/{star}"


@pytest.mark.parametrize("deed", ["correct", "move"])
def test_what_waits_for_the_talk_goes_over_to_the_new_star(
    web_app: Flask, author: LookingClient, tiny: TinyService, own_star: int, deed: str
) -> None:
    with web_app.app_context():
        db.session.connection(execution_options={"writes": True})
        draft = db.session.query(Draft).filter_by(star_id=own_star).one()
        draft.answers = {name: {"value": text, "revision": 1, "by": None} for name, text in AGREED.items()}
        db.session.commit()
    form = {
        "correct": START | dict.fromkeys(AREAS, "5") | {"reason": "A slip"},
        "move": {"registration_id": str(tiny.registration), "kind": "interim", "reason": "A slip"},
    }
    new = path_of(author.send(f"/stars/{own_star}/{deed}", form[deed]))
    assert "Bed at 8" in author.get(f"{new}/talk").text


def test_a_lead_swaps_two_stars_on_the_page_and_an_author_only_with_one_of_their_own(
    web_app: Flask, author: LookingClient, tiny: TinyService, own_star: int
) -> None:
    assert "wrong way round with this one?" not in text_of(author.get(f"/stars/{own_star}/move")), "P1's are older"
    form = {
        "registration_id": str(tiny.registration),
        "kind": "start",
        "in_exchange_id": str(tiny.star),
        "reason": "Typed on the wrong pages",
    }
    refused = author.send(f"/stars/{own_star}/move", form)
    [(_place, said)] = list_problems(refused.text)
    assert said == "Choose one of the options in the list"
    lead = author
    lead.sign_in(tiny.users[Role.LEAD])
    said = text_of(lead.get(f"/stars/{own_star}/move"))
    assert (
        "wrong way round with this one? The two are swapped in one step: that Star becomes the start Star of P2."
        in said
    )
    assert "Yes, swap it with the start Star of P1, 10 January 2019" in said
    new = path_of(lead.send(f"/stars/{own_star}/move", form))
    said = text_of(lead.get(new))
    assert "The two Stars were swapped: this is that of P1. The old ones stay readable." in said
    assert "Moved from P2 the Star of 1 March 2019 that it replaces" in said
    assert "recorded for the wrong parent and moved to P2" in text_of(lead.get(f"/stars/{tiny.star}"))
    assert text_of(lead.get("/audit?action=move to parent")).count("moved to another parent the start Star") == 2
