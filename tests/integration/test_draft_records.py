"""Stars in progress on both databases, where many people write at once: nothing is lost, nothing made twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from star_tracker.domain.drafts import FieldChange
from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.scales import AREAS, Kind
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Draft, Star
from star_tracker.records.stars.drafts import complete_draft, discard_draft, save_draft
from tests.support.apps import NOW, TODAY
from tests.support.tiny import BY_SOMEBODY, TinyService, begin_star, fill_tiny_service, new_star

AT_ONCE = 6


@pytest.fixture
def service(app: Flask) -> TinyService:
    return fill_tiny_service()


def run_at_once(app: Flask, act: Callable[[int], object], times: int = AT_ONCE) -> list[object]:
    """What each of several people gets who do this at the same moment."""

    def attempt(number: int) -> object:
        with app.app_context():
            try:
                return act(number)
            except (DomainError, NotFoundError) as error:
                return type(error).__name__

    db.session.rollback()
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(attempt, range(times)))


def test_several_people_who_begin_at_once_get_the_same_draft(app: Flask, service: TinyService) -> None:
    answers = run_at_once(app, lambda _number: begin_star(service.empty_registration, Kind.START).id)
    assert len(set(answers)) == 1
    assert db.session.query(Draft).count() == 1


def test_several_people_who_save_different_answers_at_once_all_keep_theirs(app: Flask, service: TinyService) -> None:
    draft_id = begin_star(service.empty_registration, Kind.START).id

    def save(number: int) -> object:
        return save_draft(
            BY_SOMEBODY, draft_id=draft_id, changes={AREAS[number]: FieldChange("", str(number + 1))}
        ).merged

    merged: list[Any] = run_at_once(app, save)
    assert all(not one.refused for one in merged)
    draft = db.session.get_one(Draft, draft_id)
    assert {area: draft.values[area] for area in AREAS[:AT_ONCE]} == {
        area: str(number + 1) for number, area in enumerate(AREAS[:AT_ONCE])
    }
    assert draft.revision == AT_ONCE + 1


def test_of_several_people_who_save_the_same_answer_at_once_one_is_accepted(app: Flask, service: TinyService) -> None:
    draft_id = begin_star(service.empty_registration, Kind.START).id

    def save(number: int) -> object:
        changes = {"family_routine": FieldChange("", str(number + 1))}
        return save_draft(BY_SOMEBODY, draft_id=draft_id, changes=changes).merged.accepted

    accepted = [one for one in run_at_once(app, save) if one]
    assert accepted == [{"family_routine": db.session.get_one(Draft, draft_id).values["family_routine"]}]


def complete(draft_id: int, revision: int = 1) -> Star:
    star = new_star(Kind.START, TODAY)
    return complete_draft(BY_SOMEBODY, draft_id=draft_id, revision=revision, star=star, before={})


def test_several_presses_of_the_button_at_once_make_one_star(app: Flask, service: TinyService) -> None:
    draft_id = begin_star(service.empty_registration, Kind.START).id
    stars = run_at_once(app, lambda _number: complete(draft_id).id)
    assert len(set(stars)) == 1
    assert db.session.query(Star).filter_by(registration_id=service.empty_registration).count() == 1


def test_completing_and_throwing_away_at_once_does_one_of_the_two(app: Flask, service: TinyService) -> None:
    draft_id = begin_star(service.empty_registration, Kind.START).id

    def act(number: int) -> object:
        if number % 2:
            discard_draft(BY_SOMEBODY, draft_id=draft_id)
            return "thrown away"
        return complete(draft_id).id

    run_at_once(app, act, 4)
    stars = db.session.query(Star).filter_by(registration_id=service.empty_registration).count()
    thrown_away = db.session.query(AuditEntry).filter_by(action="discard").count()
    assert (stars, thrown_away) in {(1, 0), (0, 1)}
    assert db.session.query(Draft).filter_by(star_id=None).count() == 0


def test_the_database_itself_keeps_to_one_star_in_progress(service: TinyService) -> None:
    draft = begin_star(service.empty_registration, Kind.START)
    values: dict[str, Any] = {"edition": "first", "answers": {}, "revision": 1, "started_at": NOW, "saved_at": NOW}
    db.session.add(Draft(registration_id=draft.registration_id, **values))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()
    complete(draft.id)
    assert begin_star(service.registration, Kind.INTERIM).id != draft.id
