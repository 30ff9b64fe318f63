"""An intervention's course in the record: transferred, closed with what is missing, reopened; on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask

from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import ClosureReason, CompletedBy, Kind
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Intervention, Pod, Registration, Reopening, Star, Transfer, User, UserRole
from star_tracker.records.families.beginnings import Beginning, correct_beginning
from star_tracker.records.families.families import close_intervention, record_intervention
from star_tracker.records.families.reopenings import reopen_intervention
from star_tracker.records.families.transfers import NewTransfer, transfer_intervention
from star_tracker.records.pods import add_pod, close_pod, merge_pods
from star_tracker.records.stars.stars import withdraw_star
from tests.integration.test_records import refused
from tests.support.apps import TODAY
from tests.support.tiny import (
    BY_SOMEBODY,
    TinyService,
    add_star,
    fill_tiny_service,
    new_intervention,
    new_star,
)


@pytest.fixture
def service(app: Flask) -> TinyService:
    return fill_tiny_service()


def transfer(service: TinyService, pod_id: int, practitioner_id: int | None, **values: Any) -> Transfer:
    usual: dict[str, Any] = {"transferred_on": TODAY, "reason": "Long-term sick leave"}
    wanted = NewTransfer(pod_id=pod_id, practitioner_id=practitioner_id, **(usual | values))
    return transfer_intervention(BY_SOMEBODY, intervention_id=service.intervention, transfer=wanted)


def close(service: TinyService, closed_on: date = TODAY, **values: Any) -> Intervention:
    reason = ClosureReason.COMPLETED
    return close_intervention(
        BY_SOMEBODY, intervention_id=service.intervention, closed_on=closed_on, reason=reason, **values
    )


def reopen(service: TinyService, *, reason: str = "The family asked for more", today: date = TODAY) -> Reopening:
    return reopen_intervention(replace(BY_SOMEBODY, today=today), intervention_id=service.intervention, reason=reason)


def intervention_of(service: TinyService) -> Intervention:
    db.session.expire_all()  # others may have written
    return db.session.get_one(Intervention, service.intervention)


def test_a_transfer_changes_who_has_it_and_keeps_who_had_it(service: TinyService) -> None:
    practitioner = service.users[Role.PRACTITIONER]
    transfer(service, service.pod, practitioner, transferred_on=date(2019, 2, 1), reason=" A new colleague ")
    transfer(service, service.other_pod, None, reason="The family moved")
    intervention = intervention_of(service)
    assert (intervention.pod_id, intervention.practitioner_id) == (service.other_pod, None)
    kept = [
        (own.transferred_on, own.from_pod_id, own.to_pod_id, own.from_practitioner_id, own.to_practitioner_id)
        for own in intervention.transfers
    ]
    assert kept == [
        (date(2019, 2, 1), service.pod, service.pod, None, practitioner),
        (TODAY, service.pod, service.other_pod, practitioner, None),
    ]
    assert [own.reason for own in intervention.transfers] == ["A new colleague", "The family moved"]


def test_a_transfer_is_in_the_familys_audit_trail(service: TinyService) -> None:
    transfer(service, service.other_pod, service.practitioner_elsewhere)
    recorded, changed = db.session.query(AuditEntry).order_by(AuditEntry.id).all()[-2:]
    assert (recorded.action, recorded.entity, recorded.family_id) == ("record", "transfer", service.family)
    assert (changed.action, changed.entity, changed.family_id) == ("transfer", "intervention", service.family)
    assert changed.before == {"pod_id": service.pod, "practitioner_id": None}
    assert changed.after == {"pod_id": service.other_pod, "practitioner_id": service.practitioner_elsewhere}


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"practitioner_id": None}, "practitioner_id", "how it is already: Crewe, nobody yet"),
        ({"pod_id": 999}, "pod_id", "Choose one of the pods"),
        ({"practitioner_id": 999}, "practitioner_id", "Choose one of the practitioners"),
        ({"transferred_on": date(2019, 4, 11)}, "transferred_on", "today, 10 April 2019, or before"),
        ({"transferred_on": date(2019, 1, 2)}, "transferred_on", "3 January 2019, when the intervention started"),
        ({"reason": " \n"}, "reason", "Say why"),
    ],
)
def test_a_transfer_that_cannot_be_is_refused(
    service: TinyService, values: dict[str, Any], field: str, words: str
) -> None:
    usual = {"pod_id": service.pod, "practitioner_id": service.users[Role.PRACTITIONER]}
    with refused(field, words):
        transfer(service, **(usual | values))
    assert db.session.query(Transfer).count() == 0


def test_a_practitioner_takes_on_what_is_their_pods(service: TinyService) -> None:
    with refused("practitioner_id", "Demo elsewhere does not belong to that pod"):
        transfer(service, service.pod, service.practitioner_elsewhere)
    with refused("practitioner_id", "Choose one of the practitioners"):
        transfer(service, service.pod, service.users[Role.ADMINISTRATOR])
    left = User(email="left@example.org", name="Left", active=False, roles=[UserRole(role=Role.PRACTITIONER)])
    left.pods = [db.session.get_one(Pod, service.pod)]
    db.session.add(left)
    db.session.commit()
    with refused("practitioner_id", "The account of Left was closed: choose another practitioner"):
        transfer(service, service.pod, left.id)


def test_transfers_are_in_the_order_of_their_days(service: TinyService) -> None:
    transfer(service, service.other_pod, None, transferred_on=date(2019, 3, 1))
    with refused("transferred_on", "1 March 2019, when it was last transferred, or after"):
        transfer(service, service.pod, None, transferred_on=date(2019, 2, 28))
    transfer(service, service.pod, None, transferred_on=date(2019, 3, 1))
    with refused("closed_on", "1 March 2019, when it was transferred, or after"):
        close(service, date(2019, 2, 28))


def test_what_is_closed_is_not_transferred_and_a_closed_pod_takes_nothing(service: TinyService) -> None:
    empty = add_pod(BY_SOMEBODY, name="Wilmslow")
    close_pod(BY_SOMEBODY, pod_id=empty.id)
    with refused("pod_id", "Wilmslow was closed"):
        transfer(service, empty.id, None)
    close(service)
    with refused("", "was closed on 10 April 2019: reopen it to transfer it"):
        transfer(service, service.other_pod, None)
    with pytest.raises(NotFoundError):
        transfer_intervention(
            BY_SOMEBODY,
            intervention_id=999,
            transfer=NewTransfer(pod_id=1, practitioner_id=None, transferred_on=TODAY, reason="x"),
        )


def test_merging_pods_moves_the_history_of_transfers_too(service: TinyService) -> None:
    transfer(service, service.other_pod, None)
    merge_pods(BY_SOMEBODY, pod_id=service.other_pod, into_id=service.pod)
    [kept] = db.session.query(Transfer)
    assert (kept.from_pod_id, kept.to_pod_id, intervention_of(service).pod_id) == (service.pod,) * 3
    assert [pod.name for pod in db.session.query(Pod)] == ["Crewe"]


def test_closing_names_the_parents_whose_closure_star_is_missing(service: TinyService) -> None:
    with refused("missing_is_known", "Record the closure Star of P1 first"):
        close(service, missing_is_known=False)
    assert intervention_of(service).closed_on is None
    star = add_star(service.registration, new_star(Kind.CLOSURE, TODAY))
    withdraw_star(BY_SOMEBODY, star_id=star.id, reason="Wrong parent")
    with refused("missing_is_known", "of P1 first"):
        close(service, missing_is_known=False)
    add_star(service.registration, new_star(Kind.CLOSURE, TODAY))
    close(service, missing_is_known=False)
    assert intervention_of(service).closed_on == TODAY


def test_a_closure_star_is_due_of_who_has_a_counted_start_star_and_no_closure_star(service: TinyService) -> None:
    def state() -> str:
        db.session.expire_all()
        return db.session.get_one(Registration, service.empty_registration).at_closure.value

    assert state() == "no_start"
    for kind, day in ((Kind.START, date(2019, 2, 1)), (Kind.CLOSURE, TODAY)):
        add_star(service.empty_registration, replace(new_star(kind, day), completed_by=CompletedBy.PARENT))
        assert state() == "no_start", "a Star of the parent's own does not count"
    add_star(service.empty_registration, new_star(Kind.START, date(2019, 2, 1)))
    assert state() == "missing"
    closure = replace(new_star(Kind.CLOSURE, TODAY), completed_by=CompletedBy.WORKER)
    gone = add_star(service.empty_registration, closure)
    assert state() == "done"
    withdraw_star(BY_SOMEBODY, star_id=gone.id, reason="Another parent's")
    assert state() == "missing"


def test_reopening_keeps_what_was_said_at_closing(service: TinyService) -> None:
    close(service, date(2019, 4, 1))
    reopen(service, reason=" They asked again ")
    intervention = intervention_of(service)
    assert (intervention.closed_on, intervention.closure_reason) == (None, None)
    [kept] = intervention.reopenings
    assert (kept.closed_on, kept.closure_reason, kept.reopened_on) == (date(2019, 4, 1), "completed", TODAY)
    assert kept.reason == "They asked again"
    recorded, changed = db.session.query(AuditEntry).order_by(AuditEntry.id).all()[-2:]
    assert (recorded.entity, changed.action, changed.entity) == ("reopening", "reopen", "intervention")
    assert changed.before == {"closed_on": "2019-04-01", "closure_reason": "completed"}
    assert {recorded.family_id, changed.family_id} == {service.family}
    close(service)
    assert intervention_of(service).closed_on == TODAY, "and closed a second time"


def test_reopening_is_for_28_days(service: TinyService) -> None:
    with refused("", "is open already"):
        reopen(service)
    close(service, date(2019, 4, 6))
    with refused("reason", "Say why"):
        reopen(service, reason=" ")
    with refused("", "closed on 6 April 2019, more than 28 days ago: add a new intervention"):
        reopen(service, today=date(2019, 5, 5))
    reopen(service, today=date(2019, 5, 4))


def test_reopening_is_refused_beside_an_open_intervention_and_in_a_closed_pod(service: TinyService) -> None:
    close(service, date(2019, 4, 1))
    close_pod(BY_SOMEBODY, pod_id=service.pod)
    with refused("", "The pod Crewe was closed: ask an administrator to reopen it"):
        reopen(service)
    parent_id = db.session.get_one(Registration, service.registration).parent_id
    record_intervention(
        BY_SOMEBODY,
        family_id=service.family,
        parent_ids=[parent_id],
        intervention=new_intervention(service.other_pod, date(2019, 4, 2)),
    )
    with refused("", "intervention of 2 April 2019 is open: go on in that one, or close it first"):
        reopen(service)


def test_a_star_after_the_closing_stays_when_it_is_reopened(service: TinyService) -> None:
    close(service, date(2019, 4, 7))
    add_star(service.registration, new_star(Kind.CLOSURE, date(2019, 4, 9)))
    reopen(service)
    stars = db.session.get_one(Registration, service.registration).stars
    assert [star.kind for star in stars] == ["start", "interim", "closure"]


def put_right(service: TinyService, *, seen: str = "", reason: str = "A slip", **values: Any) -> Intervention:
    """Put the family's intervention right, from what is recorded now; it began with two children on 3 January."""
    recorded = Beginning.of(intervention_of(service))
    return correct_beginning(
        BY_SOMEBODY,
        intervention_id=service.intervention,
        beginning=replace(recorded, **values),
        seen=seen or recorded.fingerprint,
        reason=reason,
    )


def test_what_is_put_right_is_in_the_trail_before_and_after_with_the_reason(service: TinyService) -> None:
    right: dict[str, Any] = {"referred_on": date(2018, 12, 20), "started_on": date(2019, 1, 10), "children": 3}
    put_right(service, **right, reason=" Miscounted ")
    assert Beginning.of(intervention_of(service)) == Beginning(**right)
    put_right(service, children=None)
    first, second = db.session.query(AuditEntry).filter_by(action="put right").order_by(AuditEntry.id)
    assert first.before == {"referred_on": "2019-01-03", "started_on": "2019-01-03", "children": 2}
    said = {"referred_on": "2018-12-20", "started_on": "2019-01-10", "children": 3, "reason": "Miscounted"}
    assert first.after == said
    assert (second.before, second.after) == ({"children": 3}, {"children": None, "reason": "A slip"})


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"started_on": date(2019, 4, 11)}, "started_on", "must be today, 10 April 2019, or before"),
        ({"started_on": date(2019, 1, 11)}, "started_on", "10 January 2019, the day of its first Star, or before"),
        ({"referred_on": date(2019, 1, 4)}, "referred_on", "on or before the day the intervention started"),
        ({"children": 21}, "children", "from 0 to 20"),
        ({"children": 3, "reason": " "}, "reason", "the audit trail keeps the reason"),
        ({}, "", "how it is recorded already"),
        ({"children": 3, "seen": "2019-01-03 2019-01-03 5"}, "", "Somebody else changed this meanwhile"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(
    service: TinyService, values: dict[str, Any], field: str, words: str
) -> None:
    with refused(field, words):
        put_right(service, **values)
    assert intervention_of(service).started_on == date(2019, 1, 3)


def test_an_intervention_cannot_begin_after_what_happened_to_it_nor_with_another(service: TinyService) -> None:
    interim = db.session.query(Star).filter_by(kind="interim").one().id
    for star_id in (service.star, interim):
        withdraw_star(BY_SOMEBODY, star_id=star_id, reason="The wrong parent")
    close(service, date(2019, 3, 1))
    parents = [intervention_of(service).registrations[0].parent_id]
    another = new_intervention(service.pod, date(2019, 2, 28))
    record_intervention(BY_SOMEBODY, family_id=service.family, parent_ids=parents, intervention=another)
    with refused("started_on", "1 March 2019, when it was closed"):
        put_right(service, started_on=date(2019, 3, 2))
    with refused("started_on", "already has an intervention that started on 28 February 2019"):
        put_right(service, started_on=date(2019, 2, 28))
    assert put_right(service, started_on=date(2019, 3, 1)).closed_on == date(2019, 3, 1), "one that is closed too"


@pytest.mark.parametrize("deed", ["transfer", "reopen", "close or transfer", "reopen or add another"])
def test_of_two_people_at_once_one_is_refused(app: Flask, service: TinyService, deed: str) -> None:
    parent_id = db.session.get_one(Registration, service.registration).parent_id
    reason = ClosureReason.MOVED_AWAY

    def add_another() -> object:
        new = new_intervention(service.pod, date(2019, 4, 10))
        return record_intervention(BY_SOMEBODY, family_id=service.family, parent_ids=[parent_id], intervention=new)

    deeds: dict[str, list[Callable[[], object]]] = {
        "transfer": [lambda: transfer(service, service.other_pod, None)] * 2,
        "reopen": [lambda: reopen(service)] * 2,
        "close or transfer": [
            lambda: close_intervention(
                BY_SOMEBODY, intervention_id=service.intervention, closed_on=date(2019, 4, 9), reason=reason
            ),
            lambda: transfer(service, service.other_pod, None),
        ],
        "reopen or add another": [lambda: reopen(service), add_another],
    }
    if deed.startswith("reopen"):
        close(service, date(2019, 4, 9))
    db.session.commit()

    def attempt(number: int) -> str:
        with app.app_context():
            try:
                deeds[deed][number % 2]()
            except DomainError:
                return "refused"
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(attempt, range(4)))
    assert sorted(answers) == ["done", "refused", "refused", "refused"], answers
    assert db.session.query(Transfer).count() + db.session.query(Reopening).count() <= 1
    assert db.session.query(Intervention).filter_by(family_id=service.family, closed_on=None).count() <= 1


def test_a_merge_and_a_transfer_at_once_do_not_wait_for_each_other_for_ever(app: Flask, service: TinyService) -> None:
    def attempt(number: int) -> str:
        with app.app_context():
            try:
                if number:
                    merge_pods(BY_SOMEBODY, pod_id=service.pod, into_id=service.other_pod)
                else:
                    transfer(service, service.other_pod, None)
            except DomainError as error:
                return error.message
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(attempt, range(2), timeout=30))
    assert answers[1] == "done", answers
    assert intervention_of(service).pod_id == service.other_pod
