"""A Star that the parent completed alone takes nobody's place (R1, R6), on both databases."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy.exc import IntegrityError

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.domain.errors import DomainError
from star_tracker.domain.scales import AREAS, CompletedBy, Exclusion, Kind
from star_tracker.domain.schedule import DEFAULT_TIMINGS
from star_tracker.extensions import db
from star_tracker.models import Registration, Star
from star_tracker.queries.figures.cohorts import get_cohort
from star_tracker.queries.figures.schedules import get_next_star
from star_tracker.queries.starfile import list_star_rows
from star_tracker.records.imports.importing import import_rows
from star_tracker.records.stars.stars import NewStar, correct_star, withdraw_star
from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.writing import sort_key, write_rows
from tests.support.apps import NOW, TODAY
from tests.support.star_files import check, csv_text, places, row, rows_of
from tests.support.tiny import BY_SOMEBODY, TinyService, add_star, fill_tiny_service, new_star

MARCH, APRIL = date(2019, 3, 1), date(2019, 4, 3)


@pytest.fixture
def service(app: Flask) -> TinyService:
    return fill_tiny_service()


def own(kind: Kind, completed_on: date, value: int = 5) -> NewStar:
    """A Star that the parent completed alone."""
    return replace(new_star(kind, completed_on, value), completed_by=CompletedBy.PARENT)


def current(registration_id: int) -> list[tuple[str, date, str]]:
    stars = db.session.query(Star).filter_by(registration_id=registration_id, withdrawn_at=None)
    return sorted((star.kind, star.completed_on, star.completed_by) for star in stars)


def next_kind(registration_id: int) -> tuple[str | None, str]:
    registration = db.session.get_one(Registration, registration_id)
    found = get_next_star(registration, as_at=TODAY, timings=DEFAULT_TIMINGS)
    return found.kind, found.state.value


def test_it_blocks_no_start_star_and_answers_no_due_date(service: TinyService) -> None:
    parent = service.empty_registration
    add_star(parent, own(Kind.START, MARCH, 9))
    assert next_kind(parent) == ("start", "overdue"), "it began on 3 January"
    add_star(parent, new_star(Kind.START, date(2019, 3, 8), 3))
    add_star(parent, new_star(Kind.INTERIM, APRIL, 4))
    assert next_kind(parent) == ("interim", "not_due")
    found = get_cohort(CohortFilter(as_at=TODAY), reader=None)
    assert found.pairs == 2
    assert sorted({(s, e) for _area, s, e, _n in found.changes.itertuples(index=False)}) == [(3, 4), (4, 6)]


def test_it_blocks_no_closure_star(service: TinyService) -> None:
    add_star(service.registration, own(Kind.CLOSURE, date(2019, 4, 8), 10))
    assert next_kind(service.registration) == ("interim", "not_due")
    add_star(service.registration, new_star(Kind.CLOSURE, date(2019, 4, 9), 7))
    assert next_kind(service.registration) == (None, "nothing_due")
    assert [(kind, by) for kind, _day, by in current(service.registration) if kind == "closure"] == [
        ("closure", "parent"),
        ("closure", "together"),
    ]


@pytest.mark.parametrize("kind", list(Kind))
def test_it_may_stand_beside_counted_stars_of_any_kind_and_day(service: TinyService, kind: Kind) -> None:
    add_star(service.registration, new_star(Kind.CLOSURE, date(2019, 4, 9)))
    for day in (date(2019, 1, 5), date(2019, 1, 10), date(2019, 4, 5), date(2019, 4, 9)):
        add_star(service.registration, own(kind, day))
    assert len(current(service.registration)) == 3 + 4
    counted = [(star_kind, day) for star_kind, day, by in current(service.registration) if by != "parent"]
    assert counted == [("closure", date(2019, 4, 9)), ("interim", date(2019, 4, 5)), ("start", date(2019, 1, 10))]


def test_the_first_star_that_counts_is_the_start(service: TinyService) -> None:
    parent = service.empty_registration
    with pytest.raises(DomainError, match="has no start Star yet in this intervention: complete that first") as caught:
        add_star(parent, own(Kind.INTERIM, MARCH))
    assert "alone" not in caught.value.message
    add_star(parent, own(Kind.START, MARCH))
    with pytest.raises(DomainError, match="One that the parent completed alone does not count") as caught:
        add_star(parent, new_star(Kind.INTERIM, APRIL))
    assert caught.value.field == "kind"
    add_star(parent, own(Kind.INTERIM, APRIL))


def test_two_of_one_kind_on_one_day_are_refused_whoever_completed_them(service: TinyService) -> None:
    add_star(service.registration, own(Kind.INTERIM, date(2019, 4, 5)))
    for star, words in (
        (own(Kind.INTERIM, date(2019, 4, 5)), "already completed a Star of this kind alone on 5 April 2019"),
        (new_star(Kind.INTERIM, date(2019, 4, 5)), "already has an interim Star on 5 April 2019"),
    ):
        with pytest.raises(DomainError, match=words) as caught:
            add_star(service.registration, star)
        assert caught.value.field == "completed_on"


@pytest.mark.parametrize(
    ("kind", "by"), [("start", "worker"), ("closure", "together"), ("interim", "worker"), ("interim", "parent")]
)
def test_the_database_itself_holds_one_of_each_that_counts(service: TinyService, kind: str, by: str) -> None:
    add_star(service.registration, new_star(Kind.CLOSURE, APRIL.replace(day=6)))
    add_star(service.registration, own(Kind.INTERIM, date(2019, 4, 5)))
    day = {"start": date(2019, 1, 11), "closure": date(2019, 4, 7)}.get(kind, date(2019, 4, 5))
    db.session.add(
        Star(
            registration_id=service.registration,
            kind=kind,
            completed_on=day,
            completed_by=by,
            edition="first",
            recorded_at=NOW,
        )
    )
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def corrected(star_id: int, star: NewStar) -> Star:
    return correct_star(BY_SOMEBODY, star_id=star_id, star=star, reason="Looked at again")


def test_a_correction_that_makes_it_count_must_find_the_place_free(service: TinyService) -> None:
    star = add_star(service.registration, own(Kind.START, date(2019, 1, 8)))
    with pytest.raises(DomainError, match="on 10 January 2019: there can be one that counts") as caught:
        corrected(star.id, new_star(Kind.START, date(2019, 1, 8)))
    assert caught.value.field == "kind"
    withdraw_star(BY_SOMEBODY, star_id=service.star, reason="Another parent's")
    assert corrected(star.id, new_star(Kind.START, date(2019, 1, 8))).is_counted


def test_a_correction_can_say_that_the_parent_completed_it_alone(service: TinyService) -> None:
    corrected(service.star, own(Kind.START, date(2019, 1, 10)))
    found = get_cohort(CohortFilter(as_at=TODAY), reader=None)
    assert (found.pairs, found.excluded[Exclusion.NO_START_STAR]) == (0, 1)


def test_a_star_without_a_start_before_it_can_be_corrected_as_what_it_is(service: TinyService) -> None:
    """An imported history may lack a start Star; or it was withdrawn."""
    withdraw_star(BY_SOMEBODY, star_id=service.star, reason="Another parent's")
    [interim] = db.session.query(Star).filter_by(registration_id=service.registration, kind="interim")
    assert corrected(interim.id, new_star(Kind.INTERIM, date(2019, 4, 4))).completed_on == date(2019, 4, 4)


def imported(*rows: dict[str, str]) -> Any:
    return import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="stars.csv")


def exported() -> bytes:
    stream = io.BytesIO()
    write_rows(list_star_rows(), stream)
    return stream.getvalue()


BOTH = (row(completed_by="parent"), row(), row(star_date="2018-01-15", completed_by="parent"))
"""A start Star together, and two of the parent's own, of which one has the same day and the same readings."""


@pytest.mark.usefixtures("app")
def test_a_file_may_hold_it_beside_counted_ones_and_changes_nothing_the_second_time() -> None:
    assert imported(*BOTH).stars == 3
    again = imported(*BOTH)
    assert (again.stars, again.unchanged_stars, again.warnings) == (0, 3, ())
    first = exported()
    written = check(first)
    assert (written.faults, written.warnings) == ([], [])
    assert sorted(written.rows, key=sort_key) == written.rows
    assert [star.star.completed_by for star in written.rows if star.star] == ["parent", "parent", "together"]
    import_rows(BY_SOMEBODY, written.rows, edition="first", source="again.csv")
    assert exported() == first


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("recorded", "written"), [("together", "parent"), ("parent", "worker")])
def test_a_cell_that_was_written_over_is_no_second_star(recorded: str, written: str) -> None:
    imported(row(completed_by=recorded))
    with pytest.raises(StarFileError) as caught:
        imported(row(completed_by=written))
    assert places(list(caught.value.faults)) == [(2, "completed_by", written)]
    assert imported(row(completed_by=written, **dict.fromkeys(AREAS, "7"))).stars == 1, "another Star, of that day"


def test_a_history_whose_only_start_is_the_parents_own_is_warned_about() -> None:
    checked = check(csv_text([row(completed_by="parent")]))
    assert ["has no start Star that counts" in warning.allowed for warning in checked.warnings] == [True]


def test_two_stars_on_one_day_in_a_file_are_distinguished_by_row() -> None:
    checked = check(csv_text([row(completed_by="parent")] * 2))
    assert places(checked.faults) == [(3, "star_date", "2018-01-20")]
    assert "alone on 20 January 2018 (row 2)" in checked.faults[0].allowed


def test_the_migration_keeps_every_star_and_its_way_back_is_refused_by_what_it_could_not_hold(
    service: TinyService,
) -> None:
    before = current(service.registration)
    db.session.rollback()  # its lock would keep the migration waiting
    downgrade(revision="013-1")
    upgrade()
    add_star(service.registration, own(Kind.START, date(2019, 1, 10)))
    assert len(current(service.registration)) == len(before) + 1
    db.session.rollback()
    with pytest.raises(IntegrityError):
        downgrade(revision="013-1")
