"""What may be recorded (R6), what the database itself refuses, and the audit trail, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.permissions import Reader
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS, ClosureReason, CompletedBy, Kind, NotScored
from star_tracker.domain.star_rules import Reading
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Family, Intervention, Parent, Pod, Registration, Star
from star_tracker.models import Reading as ReadingRow
from star_tracker.queries.families.families import list_families
from star_tracker.records.families.families import (
    NewParent,
    close_intervention,
    record_family,
    record_intervention,
    record_parent,
)
from star_tracker.records.families.restrictions import lift_restriction
from star_tracker.records.stars.stars import correct_star, withdraw_star
from tests.support.apps import COUNCIL, NOW, TODAY
from tests.support.tiny import (
    BY_SOMEBODY,
    TinyService,
    add_family,
    add_star,
    all_areas,
    fill_tiny_service,
    new_intervention,
    new_star,
    record_star,
    restrict_to,
)


@pytest.fixture
def service(app: Flask) -> TinyService:
    return fill_tiny_service()


def refused(field: str, words: str) -> Any:
    """Expect a DomainError on a field, whose message says this."""

    class Refused:
        def __enter__(self) -> None:
            return None

        def __exit__(self, kind: type | None, error: BaseException | None, _trace: object) -> bool:
            assert isinstance(error, DomainError), f"expected a DomainError on {field}, got {error!r}"
            assert error.field == field
            assert words in error.message
            return True

    return Refused()


def current_stars(registration_id: int) -> list[tuple[str, date]]:
    stars = db.session.query(Star).filter_by(registration_id=registration_id, withdrawn_at=None)
    return sorted((star.kind, star.completed_on) for star in stars)


def test_r6_the_first_star_is_the_start(service: TinyService) -> None:
    with refused("kind", "has no start Star yet"):
        add_star(service.empty_registration, new_star(Kind.INTERIM, date(2019, 3, 1)))
    with refused("kind", "has no start Star yet"):
        add_star(service.empty_registration, new_star(Kind.CLOSURE, date(2019, 3, 1)))


def test_r6_one_start_and_one_closure(service: TinyService) -> None:
    with refused("kind", "already has a start Star"):
        add_star(service.registration, new_star(Kind.START, date(2019, 2, 1)))
    add_star(service.registration, new_star(Kind.CLOSURE, date(2019, 4, 9)))
    with refused("kind", "already has a closure Star"):
        add_star(service.registration, new_star(Kind.CLOSURE, date(2019, 4, 10)))


def test_r6_no_second_star_of_a_kind_on_a_day(service: TinyService) -> None:
    with refused("completed_on", "already has an interim Star on 5 April 2019"):
        add_star(service.registration, new_star(Kind.INTERIM, date(2019, 4, 5)))
    add_star(service.registration, new_star(Kind.CLOSURE, date(2019, 4, 5)))


def test_r6_nothing_before_the_start_star(service: TinyService) -> None:
    with refused("completed_on", "10 January 2019, the date of the start Star, or after"):
        add_star(service.registration, new_star(Kind.INTERIM, date(2019, 1, 9)))


def test_r6_between_the_interventions_start_and_today(service: TinyService) -> None:
    for day, words in ((date(2019, 1, 2), "3 January 2019"), (date(2019, 4, 11), "today, 10 April 2019")):
        with refused("completed_on", words):
            add_star(service.empty_registration, new_star(Kind.START, day))
    add_star(service.empty_registration, new_star(Kind.START, date(2019, 1, 3)))


def test_r6_up_to_28_days_after_the_closure(service: TinyService) -> None:
    family = add_family("F9", service.pod, started_on=date(2019, 1, 3))
    intervention = family.interventions[0]
    registration = intervention.registrations[0].id
    close_intervention(
        BY_SOMEBODY,
        intervention_id=intervention.id,
        closed_on=date(2019, 2, 1),
        reason=ClosureReason.COMPLETED,
    )
    with refused("completed_on", "1 March 2019 or before"):
        add_star(registration, new_star(Kind.START, date(2019, 3, 2)))
    add_star(registration, new_star(Kind.START, date(2019, 3, 1)))


@pytest.mark.parametrize(
    ("readings", "field", "words"),
    [
        (all_areas(5) | {"family_routine": Reading(value=11)}, "family_routine", "from 1 to 10"),
        (all_areas(5) | {"family_routine": Reading(value=0)}, "family_routine", "from 1 to 10"),
        (all_areas(5) | {"family_routine": Reading()}, "family_routine", "or say why"),
        (
            all_areas(5) | {"family_routine": Reading(value=5, reason=NotScored.DECLINED)},
            "family_routine",
            "or say why",
        ),
        ({area: Reading(value=5) for area in AREAS[:-1]}, "progress_to_work", "or say why"),
        (all_areas(5) | {"finances": Reading(value=5)}, "readings", "Unknown area: finances"),
        ({area: Reading(reason=NotScored.DECLINED) for area in AREAS}, "readings", "at least one area"),
    ],
)
def test_r6_readings_are_a_value_or_a_reason_in_every_area(
    service: TinyService, readings: dict[str, Reading], field: str, words: str
) -> None:
    with refused(field, words):
        add_star(service.empty_registration, new_star(Kind.START, date(2019, 2, 1), readings))
    assert current_stars(service.empty_registration) == []


def test_r6_a_correction_replaces_and_the_old_star_stays(service: TinyService) -> None:
    with refused("reason", "Say why"):
        correct_star(BY_SOMEBODY, star_id=service.star, star=new_star(Kind.START, TODAY), reason=" ")
    new = correct_star(
        BY_SOMEBODY,
        star_id=service.star,
        star=new_star(Kind.START, date(2019, 1, 11), 3),
        reason="Wrong day",
    )
    old = db.session.get_one(Star, service.star)
    assert (old.withdrawn_reason, new.replaces_id, len(old.readings)) == ("Wrong day", old.id, 10)
    assert current_stars(service.registration) == [("interim", date(2019, 4, 5)), ("start", date(2019, 1, 11))]
    with refused("reason", "already been withdrawn or replaced"):
        withdraw_star(BY_SOMEBODY, star_id=service.star, reason="Again")


def test_r6_a_refused_correction_leaves_the_old_star_in_force(service: TinyService) -> None:
    with refused("completed_on", "today"):
        correct_star(
            BY_SOMEBODY,
            star_id=service.star,
            star=new_star(Kind.START, date(2019, 4, 11)),
            reason="Wrong day",
        )
    assert db.session.get_one(Star, service.star).withdrawn_at is None


def test_what_does_not_exist_is_not_found(service: TinyService) -> None:
    calls: list[Callable[[], object]] = [
        lambda: add_star(99999, new_star(Kind.START, TODAY)),
        lambda: withdraw_star(BY_SOMEBODY, star_id=99999, reason="x"),
        lambda: record_parent(BY_SOMEBODY, family_id=99999, ref="P", intervention_ids=[]),
        lambda: record_parent(
            BY_SOMEBODY,
            family_id=service.other_family,
            ref="P9",
            intervention_ids=[service.intervention],
        ),
    ]
    for call in calls:
        with pytest.raises(NotFoundError):
            call()
    assert db.session.query(Parent).filter_by(ref="P9").count() == 0, "all or nothing"


def test_a_family_is_recorded_whole_or_not_at_all(service: TinyService) -> None:
    with refused("parent_ref_1", "already has a parent"):
        record_family(
            BY_SOMEBODY,
            ref="F7",
            council_ref="",
            parents=[NewParent(ref="P1"), NewParent(ref="P1")],
            intervention=new_intervention(service.pod, TODAY),
        )
    assert db.session.query(Family).filter_by(ref="F7").count() == 0
    assert db.session.query(AuditEntry).filter_by(entity="family").count() == 2


def test_a_restricted_family_is_listed_for_the_named_and_for_who_sees_every_family(service: TinyService) -> None:
    named, not_named = service.practitioner_elsewhere, service.users[Role.PRACTITIONER]

    def listed(reader_id: int | None, *pod_ids: int) -> list[str]:
        found = list_families(search="f", reader=Reader(reader_id, frozenset(pod_ids)))
        assert found.total == len(found.rows)
        return [family.ref for family in found.rows]

    restrict_to(service.family, named)
    assert listed(named, service.other_pod) == ["F1", "F2"]
    assert listed(not_named, service.pod) == []
    assert listed(None, service.pod) == [], "nobody in particular"
    assert [family.ref for family in list_families(reader=None).rows] == ["F1", "F2"]
    usual: dict[str, Any] = {"family_id": service.family, "reason": "Over"}
    lift_restriction(BY_SOMEBODY, **usual)
    assert (listed(named, service.other_pod), listed(not_named, service.pod)) == (["F2"], ["F1"])
    with refused("reason", "is not restricted"):
        lift_restriction(BY_SOMEBODY, **usual)
    with refused("people_ids", "Choose from the practitioners"):
        restrict_to(service.family, 99999)


def test_every_write_leaves_an_audit_row(service: TinyService) -> None:
    close_intervention(
        BY_SOMEBODY,
        intervention_id=service.intervention,
        closed_on=date(2019, 4, 9),
        reason=ClosureReason.MOVED_AWAY,
    )
    withdraw_star(BY_SOMEBODY, star_id=service.star, reason="Wrong parent")
    closed, withdrawn = db.session.query(AuditEntry).order_by(AuditEntry.id).all()[-2:]
    assert (closed.at, closed.actor, closed.action) == (NOW, "tests@example.org", "close")
    assert closed.before == {"closed_on": None, "closure_reason": None}
    assert closed.after == {"closed_on": "2019-04-09", "closure_reason": "moved_away"}
    assert (withdrawn.entity, withdrawn.entity_id, withdrawn.action) == ("star", service.star, "withdraw")
    recorded = db.session.query(AuditEntry).filter_by(entity="star", entity_id=service.star, action="record").one()
    assert recorded.after is not None
    assert recorded.after["readings"]["family_routine"] == 4


def test_an_intervention_is_refused_where_its_dates_or_people_cannot_be(service: TinyService) -> None:
    parent = db.session.query(Parent).filter_by(family_id=service.family).first()
    assert parent is not None
    usual: dict[str, Any] = {"pod_id": service.pod, "started_on": date(2019, 4, 2), "children": 0}

    def record(parent_ids: list[int], **values: Any) -> Intervention:
        return record_intervention(
            BY_SOMEBODY,
            family_id=service.family,
            parent_ids=parent_ids,
            intervention=new_intervention(**(usual | values)),
        )

    for wrong, field, words in (
        ({"referred_on": date(2019, 4, 3)}, "referred_on", "on or before"),
        ({"started_on": date(2019, 1, 3), "referred_on": date(2019, 1, 1)}, "started_on", "already has"),
        ({"started_on": date(2019, 4, 11)}, "started_on", "today"),
        ({"children": 21}, "children", "0 to 20"),
        ({"children": -1}, "children", "0 to 20"),
        ({"pod_id": 999}, "pod_id", "one of the pods"),
        ({"practitioner_id": 999}, "practitioner_id", "one of the practitioners"),
    ):
        with refused(field, words):
            record([parent.id], **wrong)
    with refused("parent_ids", "at least one"):
        record([])
    with refused("started_on", "of 3 January 2019 is still open: close it first"):
        record([parent.id])
    close_intervention(
        BY_SOMEBODY,
        intervention_id=service.intervention,
        closed_on=TODAY,
        reason=ClosureReason.COMPLETED,
    )
    assert record([parent.id]).children == 0


@pytest.mark.parametrize(
    "make_wrong",
    [
        lambda s: ReadingRow(star_id=s.star, area=AREAS[0], value=5),
        lambda s: _reading(s, value=11),
        lambda s: _reading(s, value=None),
        lambda s: _reading(s, value=5, reason="declined"),
        lambda s: _reading(s, value=None, reason="forgot"),
        lambda s: _reading(s, value=5, parent_value=0),
        lambda s: _star(s, kind="start"),
        lambda s: _star(s, kind="interim", completed_on=date(2019, 4, 5)),
        lambda s: _star(s, kind="review"),
        lambda s: _star(s, kind="interim", completed_by="nobody"),
        lambda s: _star(s, kind="interim", withdrawn_reason="but no instant"),
        lambda s: _star(s, kind="interim", withdrawn_at=NOW, withdrawn_reason=""),
        lambda s: _intervention(s, referred_on=date(2018, 1, 2)),
        lambda s: _intervention(s, closed_on=date(2018, 2, 1)),
        lambda s: _intervention(s, closure_reason="completed"),
        lambda s: _intervention(s, closed_on=date(2017, 12, 31), closure_reason="completed"),
        lambda s: _intervention(s, closed_on=date(2018, 2, 1), closure_reason="finished"),
        lambda s: _intervention(s, children=21),
        lambda s: _intervention(s, started_on=date(2019, 1, 3)),
        lambda s: Family(ref="F1"),
        lambda s: Family(ref=""),
        lambda s: Parent(family_id=s.family, ref="P1"),
        lambda s: Pod(name="Crewe", council_id=COUNCIL),
        lambda s: Registration(family_id=s.family, intervention_id=s.intervention, parent_id=3),
        lambda s: Registration(family_id=s.other_family, intervention_id=s.intervention, parent_id=3),
    ],
)
def test_the_database_itself_refuses_what_no_record_may_hold(
    service: TinyService, make_wrong: Callable[[TinyService], object]
) -> None:
    assert db.session.query(Parent).filter_by(id=3).one().family_id == service.other_family
    db.session.expunge_all()  # else SQLAlchemy refuses a second reading of one area before the database does
    db.session.add(make_wrong(service))
    with pytest.raises(IntegrityError):
        db.session.flush()


def _reading(service: TinyService, **values: Any) -> ReadingRow:
    star = _star(service, kind="interim")
    db.session.add(star)
    db.session.flush()
    return ReadingRow(star_id=star.id, area=AREAS[0], **values)


def _star(service: TinyService, **values: Any) -> Star:
    usual = {"completed_on": date(2019, 3, 3), "completed_by": "together", "edition": "first", "recorded_at": NOW}
    return Star(registration_id=service.registration, **{**usual, **values})


def _intervention(service: TinyService, **values: Any) -> Intervention:
    usual = {"referred_on": date(2018, 1, 1), "started_on": date(2018, 1, 1), "children": 1}
    return Intervention(family_id=service.family, pod_id=service.pod, **{**usual, **values})


def test_two_people_recording_at_once_make_one_star(app: Flask, service: TinyService) -> None:
    def record(_attempt: int) -> str:
        with app.app_context():
            try:
                record_star(
                    BY_SOMEBODY,
                    registration_id=service.empty_registration,
                    star=new_star(Kind.START, date(2019, 3, 1)),
                )
            except DomainError as error:
                return error.field
            return "recorded"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(record, range(8)))
    assert sorted(answers) == ["kind"] * 7 + ["recorded"]
    assert current_stars(service.empty_registration) == [("start", date(2019, 3, 1))]


def test_a_parents_own_star_is_kept_and_not_counted(service: TinyService) -> None:
    own = new_star(Kind.START, date(2019, 3, 1))
    star = add_star(service.empty_registration, type(own)(**{**vars(own), "completed_by": CompletedBy.PARENT}))
    assert not star.is_counted


def test_r6_a_correction_cannot_leave_a_parent_without_a_start_star(service: TinyService) -> None:
    star = add_star(service.empty_registration, new_star(Kind.START, date(2019, 3, 1)))
    usual: dict[str, Any] = {"star_id": star.id, "reason": "Wrong kind"}
    with refused("kind", "has no start Star yet"):
        correct_star(BY_SOMEBODY, star=new_star(Kind.INTERIM, date(2019, 3, 1)), **usual)
    assert current_stars(service.empty_registration) == [("start", date(2019, 3, 1))]


@pytest.mark.parametrize("write", ["withdraw", "close"])
def test_of_two_people_at_once_one_is_refused(app: Flask, service: TinyService, write: str) -> None:
    def attempt(number: int) -> str:
        with app.app_context():
            try:
                if write == "withdraw":
                    withdraw_star(BY_SOMEBODY, star_id=service.star, reason=f"reason {number}")
                else:
                    close_intervention(
                        BY_SOMEBODY,
                        intervention_id=service.intervention,
                        closed_on=TODAY,
                        reason=list(ClosureReason)[number],
                    )
            except DomainError as error:
                return error.field
            return "done"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(attempt, range(4)))
    assert sorted(answers).count("done") == 1, answers
    assert db.session.query(AuditEntry).filter_by(action=write).count() == 1
