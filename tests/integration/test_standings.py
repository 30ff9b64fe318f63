"""Standings agree with the Stars after every write, on both databases: random writes, checked by a plain loop."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError

from star_tracker.cli.database import db_commands
from star_tracker.domain.errors import DomainError
from star_tracker.domain.scales import AREAS, ClosureReason, CompletedBy, Kind, NotScored
from star_tracker.domain.star_rules import Reading
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Family, Intervention, Pod, Registration, Standing, Star
from star_tracker.records.derived import check_standings
from star_tracker.records.families.beginnings import Beginning, correct_beginning
from star_tracker.records.families.families import close_intervention, record_intervention, record_parent
from star_tracker.records.families.reopenings import reopen_intervention
from star_tracker.records.families.transfers import NewTransfer, transfer_intervention
from star_tracker.records.imports.importing import import_rows
from star_tracker.records.pods import add_pod, merge_pods
from star_tracker.records.stars.stars import NewStar, correct_star, withdraw_star
from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.rows import StarCells, StarRow
from tests.support.apps import TODAY
from tests.support.tiny import BY_SOMEBODY, TinyService, add_family, fill_tiny_service, new_intervention, record_star

DAYS = [TODAY - timedelta(days=number) for number in range(9, -1, -1)]
STEPS, MOST_STEPS = 70, 500
BEFORE_STANDINGS = "014"

Stand = tuple[str, int | None, int | None, str]


def expected(registration: Registration, day: date) -> list[Stand]:
    """How a registration stands on a day, by R1 to R3 word for word; nothing before its intervention started."""
    if registration.intervention.started_on > day:
        return []
    counted = [
        star
        for star in registration.stars
        if star.withdrawn_at is None and star.completed_by != "parent" and star.completed_on <= day
    ]
    if not counted:
        return [("no_counted_star", None, None, "")]
    starts = sorted((star for star in counted if star.kind == "start"), key=lambda star: star.completed_on)
    if not starts:
        return [("no_start_star", None, None, "")]
    start = starts[0]
    later = [star for star in counted if star.kind != "start" and star.completed_on >= start.completed_on]
    if not later:
        return [("one_star_only", start.id, None, "")]
    latest = max(later, key=lambda star: (star.completed_on, star.kind == "closure", star.id))
    values: list[dict[str, int]] = [{one.area: one.value or 0 for one in star.readings} for star in (start, latest)]
    return [("pair", start.id, latest.id, "".join(f"{each[area]:x}" for area in AREAS for each in values))]


def find_drift() -> list[tuple[int, date, list[Stand], list[Stand]]]:
    """Registration, day, what is recorded and what is right, wherever the two differ."""
    db.session.remove()
    recorded: dict[int, list[Standing]] = {}
    for standing in db.session.scalars(select(Standing)):
        recorded.setdefault(standing.registration_id, []).append(standing)
    drift = []
    for registration in db.session.scalars(select(Registration)):
        for day in (date(2000, 1, 1), date(2019, 1, 5), date(2019, 3, 1), *DAYS, date(2030, 1, 1)):
            found = [
                (row.standing, row.start_id, row.latest_id, row.pair_values)
                for row in recorded.get(registration.id, [])
                if row.since <= day and (row.until is None or day < row.until)
            ]
            if found != (right := expected(registration, day)):
                drift.append((registration.id, day, found, right))
    return drift


class RandomWrites:
    """One write after the other, of things drawn at random; those that a rule refuses change nothing."""

    def __init__(self, app: Flask, seed: int) -> None:
        self._app = app
        self._choose = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.writes: Sequence[Callable[[], object]] = (
            *[self.record] * 6,
            *[self.correct] * 3,
            *[self.withdraw] * 2,
            *[self.import_file] * 3,
            self.import_family,
            self.add_family,
            self.add_parent,
            self.add_intervention,
            self.close,
            self.reopen,
            self.transfer,
            self.merge,
            self.correct_start,
            self.several_at_once,
        )

    @property
    def always_refused(self) -> list[Callable[[], object]]:
        """The writes of which none has been done yet."""
        return [write for write in self.writes if write.__name__ not in self.done]

    def write(self) -> str:
        """Try one write, often one that has always been refused, and count it if it was not; its name."""
        rare = self.always_refused if self._choose.random() < 0.5 else []
        write = self._choose.choice(rare or self.writes)
        try:
            write()
        except (DomainError, StarFileError):
            return f"{write.__name__}, refused"
        self.done[write.__name__] += 1
        return write.__name__

    def record(self) -> None:
        record_star(BY_SOMEBODY, registration_id=self._id(Registration), star=self._star())

    def correct(self) -> None:
        correct_star(BY_SOMEBODY, star_id=self._id(Star), star=self._star(), reason="Read wrongly")

    def withdraw(self) -> None:
        withdraw_star(BY_SOMEBODY, star_id=self._id(Star), reason="Another parent's")

    def import_file(self) -> None:
        intervention = db.session.get_one(Intervention, self._id(Intervention))
        refs = [self._choose.choice(("P1", "P2", "P3")) for _ in range(2)]
        import_rows(BY_SOMEBODY, [self._row(intervention, ref) for ref in refs], edition="first", source="test")

    def import_family(self) -> None:
        row = self._row(db.session.get_one(Intervention, self._id(Intervention)), "P1")
        import_rows(BY_SOMEBODY, [replace(row, family_ref="I" + self._any_ref())], edition="first", source="test")

    def add_family(self) -> None:
        pod_id = self._id(Pod)
        add_family("N" + self._any_ref(), pod_id, "P1", "P2", started_on=self._choose.choice(DAYS))

    def add_parent(self) -> None:
        intervention = db.session.get_one(Intervention, self._id(Intervention))
        ref = "Q" + self._any_ref()
        record_parent(BY_SOMEBODY, family_id=intervention.family_id, ref=ref, intervention_ids=[intervention.id])

    def add_intervention(self) -> None:
        is_closed = ~Family.interventions.any(Intervention.closed_on.is_(None))
        closed = db.session.scalars(select(Family.id).where(is_closed).order_by(Family.id)).all()
        family = db.session.get_one(Family, self._choose.choice(closed or [self._id(Family)]))
        new = new_intervention(self._id(Pod), self._choose.choice(DAYS))
        parent_ids = [parent.id for parent in family.parents]
        record_intervention(BY_SOMEBODY, family_id=family.id, parent_ids=parent_ids, intervention=new)

    def close(self) -> None:
        intervention_id, day = self._id(Intervention), self._choose.choice(DAYS)
        close_intervention(BY_SOMEBODY, intervention_id=intervention_id, closed_on=day, reason=ClosureReason.COMPLETED)

    def reopen(self) -> None:
        closed = db.session.scalars(
            select(Intervention.id).where(Intervention.closed_on.is_not(None)).order_by(Intervention.id)
        ).all()
        reopen_intervention(
            BY_SOMEBODY, intervention_id=self._choose.choice(closed or [self._id(Intervention)]), reason="Not yet over"
        )

    def transfer(self) -> None:
        new = NewTransfer(pod_id=self._id(Pod), practitioner_id=None, transferred_on=TODAY, reason="They moved")
        transfer_intervention(BY_SOMEBODY, intervention_id=self._id(Intervention), transfer=new)

    def merge(self) -> None:
        pod = add_pod(BY_SOMEBODY, name="Pod " + self._any_ref())
        merge_pods(BY_SOMEBODY, pod_id=self._id(Pod), into_id=pod.id)
        if db.session.query(Pod).count() < 3:
            add_pod(BY_SOMEBODY, name="Pod " + self._any_ref())

    def correct_start(self) -> None:
        intervention = db.session.get_one(Intervention, self._id(Intervention))
        recorded = Beginning.of(intervention)
        day = self._choose.choice([*DAYS, date(2019, 1, 2), date(2019, 1, 5)])
        correct_beginning(
            BY_SOMEBODY,
            intervention_id=intervention.id,
            beginning=Beginning(referred_on=min(day, recorded.referred_on), started_on=day, children=1),
            seen=recorded.fingerprint,
            reason="Read wrongly",
        )

    def several_at_once(self) -> None:
        star_id, stars = self._id(Star), [self._star(), self._star()]
        registration = db.session.get_one(Star, star_id).registration
        registration_id = registration.id
        row = self._row(registration.intervention, registration.parent.ref)
        db.session.remove()
        writes: list[Callable[[], Any]] = [
            lambda: correct_star(BY_SOMEBODY, star_id=star_id, star=stars[0], reason="Read wrongly"),
            lambda: record_star(BY_SOMEBODY, registration_id=registration_id, star=stars[1]),
            lambda: withdraw_star(BY_SOMEBODY, star_id=star_id, reason="Another parent's"),
            lambda: import_rows(BY_SOMEBODY, [row], edition="first", source="test"),
        ]
        with ThreadPoolExecutor(len(writes)) as pool:
            if not any(list(pool.map(self._write_elsewhere, writes))):
                raise DomainError("", "all were refused")

    def _write_elsewhere(self, write: Callable[[], Any]) -> bool:
        with self._app.app_context():
            try:
                write()
            except (DomainError, StarFileError):
                return False
            return True

    def _id(self, model: type[Any]) -> int:
        ids: Sequence[int] = db.session.scalars(select(model.id).order_by(model.id)).all()
        return self._choose.choice(ids)

    def _any_ref(self) -> str:
        return str(self._choose.randrange(1000))

    def _row(self, intervention: Intervention, parent_ref: str) -> StarRow:
        return StarRow(
            number=2,
            family_ref=intervention.family.ref,
            council_ref="",
            parent_ref=parent_ref,
            pod=intervention.pod.name,
            practitioner="",
            referred_on=intervention.referred_on,
            started_on=intervention.started_on,
            closed_on=intervention.closed_on,
            closure_reason=ClosureReason(intervention.closure_reason) if intervention.closure_reason else None,
            children=intervention.children,
            star=self._cells() if self._choose.random() < 0.9 else None,
        )

    def _star(self) -> NewStar:
        cells = self._cells()
        return NewStar(
            kind=cells.kind,
            completed_on=cells.completed_on,
            completed_by=cells.completed_by,
            retrospective=False,
            edition="first",
            readings={
                area: Reading(value=value) if isinstance(value, int) else Reading(reason=value)
                for area, value in zip(AREAS, cells.readings, strict=True)
            },
        )

    def _cells(self) -> StarCells:
        readings = [self._choose.choice((*range(1, 11), NotScored.DECLINED)) for _ in AREAS[1:]]
        by = self._choose.choice((CompletedBy.TOGETHER, CompletedBy.TOGETHER, *CompletedBy))
        return StarCells(self._choose.choice(list(Kind)), self._choose.choice(DAYS), by, False, (5, *readings))


@pytest.mark.parametrize("seed", [1, 2])
def test_standings_follow_from_the_stars_after_every_write(app: Flask, seed: int) -> None:
    fill_tiny_service()
    writes = RandomWrites(app, seed)
    history: list[str] = []
    while len(history) < STEPS or (writes.always_refused and len(history) < MOST_STEPS):
        history.append(writes.write())
        assert find_drift() == [], history
    assert writes.always_refused == [], "each was done at least once"

    derived = list_rows()
    db.session.remove()
    downgrade(revision=BEFORE_STANDINGS)
    upgrade()
    assert list_rows() == derived, "the migration derives the same"
    assert find_drift() == []
    assert check_standings(BY_SOMEBODY, mend=False).wrong == []


def list_rows() -> list[tuple[Any, ...]]:
    columns = [getattr(Standing, column.key) for column in Standing.__table__.columns]
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(*columns[:2]))]


@pytest.fixture
def service(app: Flask) -> TinyService:
    return fill_tiny_service()


@pytest.mark.parametrize(
    "by_hand",
    [
        "UPDATE stars SET completed_by = 'parent' WHERE kind = 'interim'",
        "UPDATE readings SET value = 9 WHERE area = 10",
        "UPDATE stars SET completed_on = '2019-04-06' WHERE kind = 'interim'",
        "UPDATE standings SET pair_values = '11111111111111111111' WHERE standing = 'pair'",
        "DELETE FROM standings WHERE standing = 'pair'",
        "DELETE FROM standings",
    ],
)
def test_what_was_changed_by_hand_is_found_and_mended(service: TinyService, by_hand: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(by_hand))
    every = set(db.session.scalars(select(Registration.id)))
    wrong = every if by_hand == "DELETE FROM standings" else {service.registration}
    for mend in (False, False, True):
        checked = check_standings(BY_SOMEBODY, mend=mend)
        assert (checked.registrations, set(checked.wrong)) == (len(every), wrong)
    assert find_drift() == []
    assert check_standings(BY_SOMEBODY, mend=True).wrong == []
    entries = db.session.query(AuditEntry).filter_by(action="mend", entity="registration")
    assert {entry.entity_id for entry in entries} == wrong


def test_command_reports_wrong_standings_and_mends_them_when_asked(app: Flask, service: TinyService) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(db_commands, ["check-derived", *arguments])
        return done.exit_code, done.output

    agree = (0, "Checked 3 registrations: all standings agree with the Stars\n")
    wrong = f"Checked 3 registrations: the standings of 1 did not agree with the Stars (ids {service.registration})"
    assert run() == agree
    db.session.execute(delete(Standing).where(Standing.standing == "pair"))
    db.session.commit()
    assert run() == (1, f"Error: {wrong}. Run star-tracker db check-derived --mend to derive them again\n")
    assert run("--mend") == (0, f"{wrong}, and were derived again\n")
    assert run() == agree


@pytest.mark.parametrize(
    "changes",
    [
        {"until": date(2019, 4, 5)},
        {"standing": "paired"},
        {"start_id": None},
        {"latest_id": None},
        {"pair_values": "46"},
        {"standing": "one_star_only"},
        {"since": date(2019, 4, 7)},
    ],
)
def test_database_refuses_standings_that_cannot_be(service: TinyService, changes: dict[str, Any]) -> None:
    pair = db.session.query(Standing).filter_by(standing="pair").one()
    names = [column.key for column in Standing.__table__.columns]
    usual = {name: getattr(pair, name) for name in names} | {"since": date(2019, 4, 8), "until": date(2019, 4, 9)}
    still = {"until": None} if "since" in changes else {}
    db.session.add(Standing(**{**usual, **still, **changes}))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
