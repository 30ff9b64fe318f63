"""An import lets others in: what they do in its middle goes through, and what they change it does not overlook."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from star_tracker import extensions
from star_tracker.domain.drafts import FieldChange
from star_tracker.domain.errors import BusyError, DomainError
from star_tracker.domain.scales import AREAS, Kind
from star_tracker.extensions import db
from star_tracker.models import Family, Intervention, Star, User
from star_tracker.queries.audit.audit_chain import verify_chain
from star_tracker.queries.families.families import get_family
from star_tracker.queries.starfile import list_star_rows
from star_tracker.records.accounts.sessions import end_sessions
from star_tracker.records.derived import check_standings
from star_tracker.records.imports import importing
from star_tracker.records.imports.import_result import ImportResult
from star_tracker.records.imports.importing import ATTEMPTS_BESIDE_OTHERS, COMPARING_PART, import_rows
from star_tracker.records.pods import add_pod
from star_tracker.records.stars.drafts import save_draft
from star_tracker.records.transactions import write
from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.rows import StarRow
from star_tracker.starfile.sheets import Progress, tell_nobody
from star_tracker.starfile.writing import cell_texts
from tests.support.apps import make_app
from tests.support.services import generate_star_rows
from tests.support.star_files import row, rows_of
from tests.support.tiny import (
    BY_SOMEBODY,
    TinyService,
    add_family,
    add_star,
    begin_star,
    fill_tiny_service,
    new_star,
)

NEW = row(family_ref="G1", practitioner="practitioner@example.org")
RECORDED = row(
    family_ref="F1",
    started_on="2019-01-03",
    referred_on="",
    practitioner="",
    star_date="2019-01-10",
    **dict.fromkeys(AREAS, "4"),
)
"""The start Star that the tiny service's family of Crewe has."""
LATER = {**RECORDED, "star_kind": "interim", "star_date": "2019-03-01"}


@pytest.fixture
def app(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application that waits only a moment for locks, on SQLite and on PostgreSQL."""
    monkeypatch.setattr(extensions, "BUSY_TIMEOUT_SECONDS", 0.2)
    if database_url.startswith("postgresql"):
        database_url += "&options=-clock_timeout%3D200ms"
    app = make_app(database_url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def service(app: Flask) -> TinyService:
    return fill_tiny_service()


class Meanwhile:
    """Somebody else, who does something while an import writes its first rows, as often as it tries."""

    def __init__(self, app: Flask, act: Callable[[], object], times: int = 1) -> None:
        self.done = 0
        self._app = app
        self._act = act
        self._times = times
        self._is_compared = False

    def __call__(self, part: float) -> None:
        if self._is_compared and self.done < self._times:
            self.done += 1
            with self._app.app_context():
                self._act()
        self._is_compared = not self._is_compared and part == COMPARING_PART


def imported(*rows: dict[str, str], progress: Progress = tell_nobody) -> ImportResult:
    return import_all(rows_of(*rows), progress=progress)


def import_all(rows: list[StarRow], progress: Progress = tell_nobody) -> ImportResult:
    return import_rows(BY_SOMEBODY, rows, edition="first", source="stars.csv", progress=progress)


def exported() -> list[tuple[str, ...]]:
    return [cell_texts(row) for row in list_star_rows()]


def assert_record_is_whole() -> None:
    """Every constraint holds, standings follow from the Stars, and the chain is unbroken."""
    if db.engine.dialect.name == "sqlite":
        with sqlite3.connect(str(db.engine.url.database)) as file:
            assert file.execute("PRAGMA foreign_key_check").fetchall() == []
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        file.close()
    assert check_standings(BY_SOMEBODY, mend=False).wrong == []
    verify_chain()


def test_in_the_middle_others_read_record_save_and_end_their_sessions(app: Flask, service: TinyService) -> None:
    draft_id = begin_star(service.empty_registration, Kind.START).id

    def work() -> None:
        family = get_family(service.other_family)
        assert family is not None
        assert db.session.scalar(select(Family.id).where(Family.ref == "G1")) is None, "nothing of it is seen yet"
        save_draft(BY_SOMEBODY, draft_id=draft_id, changes={AREAS[0]: FieldChange("", "7")})
        add_star(service.other_registration, new_star(Kind.START, date(2019, 2, 1)))
        with write(BY_SOMEBODY):
            end_sessions(db.session.query(User).filter_by(email="practitioner@example.org").one())

    meanwhile = Meanwhile(app, work, times=9)
    other = row(family_ref="G2", pod="Wilmslow", practitioner="new@example.org")
    result = imported(NEW, RECORDED, other, progress=meanwhile)
    assert (result.stars, result.unchanged_stars, result.pods) == (2, 1, ("Wilmslow",))
    assert meanwhile.done == 1, "nothing of it makes the import begin again"
    db.session.rollback()
    found = db.session.scalars(
        select(Intervention).join(Family).where(Family.ref.in_(["G1", "G2"])).order_by(Family.ref)
    )
    assert [(one.practitioner.email if one.practitioner else "", one.pod.name) for one in found] == [
        ("practitioner@example.org", "Crewe"),
        ("new@example.org", "Wilmslow"),
    ]
    assert db.session.query(Star).count() == 5
    assert_record_is_whole()


def test_what_somebody_records_meanwhile_of_a_family_of_the_file_is_compared_too(
    app: Flask, service: TinyService
) -> None:
    meanwhile = Meanwhile(app, lambda: add_star(service.registration, new_star(Kind.INTERIM, date(2019, 3, 1), 4)))
    result = imported(NEW, RECORDED, LATER, progress=meanwhile)
    assert (meanwhile.done, result.stars, result.unchanged_stars) == (1, 1, 2)
    assert_record_is_whole()


def test_what_contradicts_the_file_meanwhile_refuses_it_and_nothing_is_written(
    app: Flask, service: TinyService
) -> None:
    meanwhile = Meanwhile(app, lambda: add_star(service.registration, new_star(Kind.INTERIM, date(2019, 3, 1), 9)))
    with pytest.raises(StarFileError) as refused:
        imported(NEW, LATER, progress=meanwhile)
    assert {fault.value for fault in refused.value.faults} == {"4"}
    assert db.session.query(Family).filter_by(ref="G1").count() == 0


def test_import_that_others_keep_from_finishing_locks_them_out_at_last(app: Flask, service: TinyService) -> None:
    locked_out: list[int] = []

    def correct() -> None:
        try:
            add_star(service.registration, new_star(Kind.INTERIM, date(2019, 2, meanwhile.done), 4))
        except BusyError:
            locked_out.append(meanwhile.done)

    meanwhile = Meanwhile(app, correct, times=9)
    result = imported(LATER, row(family_ref="G1"), progress=meanwhile)
    assert (meanwhile.done, locked_out) == (ATTEMPTS_BESIDE_OTHERS + 1, [ATTEMPTS_BESIDE_OTHERS + 1])
    assert result.stars == 2
    assert db.session.query(Star).count() == 2 + ATTEMPTS_BESIDE_OTHERS + 2
    assert_record_is_whole()


def test_on_sqlite_a_family_pod_or_file_that_somebody_adds_meanwhile_is_noticed(
    sqlite_url: str,
) -> None:
    app = make_app(sqlite_url)
    acts: list[tuple[Callable[[TinyService], object], str]] = [
        (lambda service: add_family("G1", service.pod, started_on=date(2018, 1, 10)), "families"),
        (lambda _service: add_pod(BY_SOMEBODY, name="wilmslow"), "pods"),
        (lambda _service: imported(row(family_ref="G3", council_ref="LCS 3")), "stars"),
    ]
    with app.app_context():
        service = fill_tiny_service()
        for number, (act, same) in enumerate(acts, start=1):
            meanwhile = Meanwhile(app, lambda act=act: act(service))  # type: ignore[misc]  # bound at once
            rows = [row(family_ref=f"G{number}", pod="Crewe" if number != 2 else "Wilmslow", referred_on="")]
            result = imported(*rows, progress=meanwhile)
            assert (meanwhile.done, result.counts[same]) == (1, 0), same
        assert_record_is_whole()
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("moment", ["in the middle", "at the switch"])
def test_failure_leaves_nothing_and_the_next_import_succeeds(
    app: Flask, service: TinyService, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def fail(*_anything: object, **_more: object) -> None:
        raise RuntimeError(moment)

    rows = (NEW, RECORDED, LATER, row(family_ref="G2", pod="Wilmslow", practitioner="new@example.org"))
    before = exported(), count_rows()
    with monkeypatch.context() as broken:
        if moment == "at the switch":
            broken.setattr(importing._Import, "_fill", fail)
        meanwhile = Meanwhile(app, fail) if moment == "in the middle" else tell_nobody
        with pytest.raises(RuntimeError):
            imported(*rows, progress=meanwhile)
    db.session.rollback()
    assert (exported(), count_rows()) == before
    assert imported(*rows).stars == 3
    assert_record_is_whole()


def count_rows() -> list[int]:
    tables = db.metadata.sorted_tables
    return [db.session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


@pytest.mark.usefixtures("app")
def test_file_in_two_parts_gives_the_same_record_as_the_whole_of_it() -> None:
    rows = list(generate_star_rows(300, seed=7))
    # Every second Star, then all: of most parents some are recorded before the others.
    import_all(rows[::2])
    assert import_all(rows).unchanged_stars == 150
    assert_record_is_whole()
    in_parts = exported()
    assert len(in_parts) == 300
    assert sorted(in_parts) == sorted(cell_texts(row) for row in rows)


@pytest.mark.usefixtures("app")
def test_value_that_no_star_may_have_is_refused_by_the_tables_themselves() -> None:
    rows = rows_of(NEW)
    star = rows[0].star
    assert star is not None
    wrong = replace(rows[0], star=replace(star, readings=(11, *star.readings[1:])))
    with pytest.raises((DomainError, IntegrityError)):
        import_all([wrong])
    db.session.rollback()
    assert db.session.query(Star).count() == db.session.query(Family).count() == 0
