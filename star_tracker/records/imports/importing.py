"""Importing a whole Star CSV: compared with the record, then added to it, all or nothing."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from star_tracker.domain.context import Context
from star_tracker.domain.scales import AREAS
from star_tracker.domain.texts import fold_text
from star_tracker.extensions import db
from star_tracker.models import Family, Intervention, Model, Parent, Pod, Reading, Registration, Star, User, key_ring
from star_tracker.queries.figures.service import list_known_keys
from star_tracker.queries.recorded import (
    RecordedFamily,
    RecordedIntervention,
    list_council_refs,
    list_recorded_families,
)
from star_tracker.records.audit import add_audit_entry, as_json
from star_tracker.records.bulk import BulkWriter
from star_tracker.records.imports.import_plan import Filled, ImportPlan, ImportResult
from star_tracker.records.imports.spelling import spell_as_recorded
from star_tracker.records.standings import renew_standings
from star_tracker.records.transactions import write_transaction
from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.rows import StarRow
from star_tracker.starfile.sheets import Progress

FAMILIES_AT_A_TIME = 1_000

COMPARING_PART = 0.3
"""The share of the time that the comparison takes, for the progress bar."""

_IMPORT_LOCK = 7_427_001
"""An arbitrary number for the PostgreSQL advisory lock that lets one import run at a time."""


def check_import(rows: Sequence[StarRow], *, progress: Progress | None = None) -> ImportResult:
    """What ``import_rows`` would do, without doing it.

    Raises:
        StarFileError: the rows contradict the record.
        WrongKeyError: the record was encrypted with other keys.
    """
    session: Session = db.session()
    try:
        list_known_keys(session)
        return _Import(session, rows, progress).result
    finally:
        session.rollback()


def import_rows(
    context: Context, rows: Sequence[StarRow], *, edition: str, source: str, progress: Progress | None = None
) -> ImportResult:
    """Add a file's rows to the record, in one transaction.

    Blanks of recorded families and interventions are filled; recorded Stars are left as they are. If everything is
    recorded already, nothing is written, not even to the audit trail.

    Args:
        context: who imports, and when; they are the author of the new Stars.
        rows: checked rows of one file (``checking.check_rows``).
        edition: the edition of the new Stars.
        source: the file's name and checksum, for the audit trail.
        progress: called with the part that is done, 0 to 1.

    Raises:
        StarFileError: the rows contradict the record; it has every fault.
        DomainError: somebody else recorded the same at the same moment.
    """
    with write_transaction() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _IMPORT_LOCK})
        planned = _Import(session, rows, progress)
        if any(planned.result.counts.values()):
            planned.write(context, edition=edition)
            add_audit_entry(
                session,
                context,
                action="import",
                entity="star_file",
                entity_id=None,
                after={"source": source, "edition": edition} | planned.result.counts,
            )
            if session.get_bind().dialect.name == "postgresql":
                # Without statistics a pod's cohort takes fifty times as long. (SQLite is quicker without.)
                session.execute(text("ANALYZE"))
    return planned.result


class _Import:
    """One import: planned when it is constructed, and then written or not."""

    def __init__(self, session: Session, rows: Sequence[StarRow], progress: Progress | None) -> None:
        self._session = session
        self._progress: Progress = progress or (lambda _part: None)
        self._plan = self._compare(rows)
        if self._plan.faults:
            raise StarFileError(sorted(self._plan.faults, key=lambda fault: fault.number))
        self._pod_ids = {name: id_ for id_, name in session.execute(select(Pod.id, Pod.name))}
        self._user_ids = {email: id_ for id_, email in session.execute(select(User.id, User.email))}
        self.result = self._result()

    def _compare(self, rows: Sequence[StarRow]) -> ImportPlan:
        families: dict[str, list[StarRow]] = {}
        for row in rows:
            families.setdefault(row.family_ref, []).append(row)
        plan = ImportPlan(set(self._session.scalars(select(User.email).where(User.active.is_(False)))))
        pods = dict(self._session.execute(select(Pod.name_folded, Pod.name)).all())
        refs = iter(families)
        done = 0
        while some := list(islice(refs, FAMILIES_AT_A_TIME)):
            recorded = list_recorded_families(some)
            council_refs = list_council_refs({row.council_ref for ref in some for row in families[ref]})
            for ref in some:
                family = recorded.get(fold_text(ref))
                plan.add_family(spell_as_recorded(families[ref], family, pods), family, council_refs)
            done += len(some)
            self._progress(COMPARING_PART * done / len(families))
        return plan

    def _result(self) -> ImportResult:
        plan = self._plan
        named = [intervention for _, intervention in plan.interventions]
        practitioners = {intervention.practitioner for intervention in named}
        practitioners |= {filled.values["practitioner"] for filled in plan.filled if "practitioner" in filled.values}
        return ImportResult(
            pods=tuple(sorted({intervention.pod for intervention in named} - self._pod_ids.keys())),
            people=tuple(sorted(practitioners - self._user_ids.keys() - {""})),
            families=len(plan.families),
            parents=len(plan.parents),
            interventions=len(plan.interventions),
            registrations=len(plan.registrations),
            stars=len(plan.stars),
            updated_families=sum(isinstance(filled.record, RecordedFamily) for filled in plan.filled),
            updated_interventions=sum(isinstance(filled.record, RecordedIntervention) for filled in plan.filled),
            unchanged_stars=plan.unchanged_stars,
            warnings=tuple(sorted(plan.warnings)),
        )

    def write(self, context: Context, *, edition: str) -> None:
        """Write the plan, in the order of the foreign keys."""
        self._add_pods_and_people()
        bulk = BulkWriter(self._session)
        self._add_records(bulk)
        self._add_stars(context, bulk, edition=edition)
        for filled in self._plan.filled:
            self._fill(context, filled)
        new = {registration.id for _, _, registration in self._plan.registrations}
        renew_standings(self._session, new | {registration.id for registration, _ in self._plan.stars})

    def _add_pods_and_people(self) -> None:
        pods = [Pod(name=name) for name in self.result.pods]
        people = [User(email=email) for email in self.result.people]
        self._session.add_all([*pods, *people])
        self._session.flush()
        self._pod_ids.update((pod.name, pod.id) for pod in pods)
        self._user_ids.update((user.email, user.id) for user in people)

    def _add_records(self, bulk: BulkWriter) -> None:
        plan = self._plan
        new: list[tuple[type[Model], list[Any]]] = [
            (Family, plan.families),
            (Parent, [parent for _, parent in plan.parents]),
            (Intervention, [intervention for _, intervention in plan.interventions]),
            (Registration, [registration for _, _, registration in plan.registrations]),
        ]
        for model, records in new:
            for record, new_id in zip(records, bulk.new_ids(model, len(records)), strict=True):
                record.id = new_id
        index = key_ring().index
        bulk.insert(
            (
                Family.id,
                Family.ref,
                Family.ref_folded,
                Family.name,
                Family.council_ref,
                Family.council_index,
                Family.restricted,
            ),
            (
                (
                    family.id,
                    family.ref,
                    fold_text(family.ref),
                    "",
                    family.council_ref,
                    index(family.council_ref),
                    False,
                )
                for family in plan.families
            ),
        )
        bulk.insert(
            (Parent.id, Parent.family_id, Parent.ref, Parent.ref_folded, Parent.name),
            ((parent.id, family.id, parent.ref, fold_text(parent.ref), "") for family, parent in plan.parents),
        )
        bulk.insert(
            (
                Intervention.id,
                Intervention.family_id,
                Intervention.pod_id,
                Intervention.practitioner_id,
                Intervention.referred_on,
                Intervention.started_on,
                Intervention.closed_on,
                Intervention.closure_reason,
                Intervention.children,
            ),
            (
                (
                    new.id,
                    family.id,
                    self._pod_ids[new.pod],
                    self._user_ids.get(new.practitioner),
                    new.referred_on,
                    new.started_on,
                    new.closed_on,
                    new.closure_reason,
                    new.children,
                )
                for family, new in plan.interventions
            ),
        )
        bulk.insert(
            (Registration.id, Registration.family_id, Registration.intervention_id, Registration.parent_id),
            (
                (registration.id, family.id, intervention.id, registration.parent.id)
                for family, intervention, registration in plan.registrations
            ),
        )

    def _add_stars(self, context: Context, bulk: BulkWriter, *, edition: str) -> None:
        stars = self._plan.stars
        ids = bulk.new_ids(Star, len(stars))
        bulk.insert(
            (
                Star.id,
                Star.registration_id,
                Star.kind,
                Star.completed_on,
                Star.completed_by,
                Star.retrospective,
                Star.edition,
                Star.recorded_at,
                Star.recorded_by_id,
            ),
            (
                (
                    new_id,
                    registration.id,
                    star.kind,
                    star.completed_on,
                    star.completed_by,
                    star.retrospective,
                    edition,
                    context.now,
                    context.actor.user_id,
                )
                for new_id, (registration, star) in zip(ids, stars, strict=True)
            ),
        )
        bulk.insert(
            (Reading.star_id, Reading.area, Reading.value, Reading.reason, Reading.note),
            self._readings(ids),
        )

    def _readings(self, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        stars = self._plan.stars
        for done, (new_id, (_, star)) in enumerate(zip(ids, stars, strict=True)):
            if done % 1_000 == 0:
                self._progress(COMPARING_PART + (1 - COMPARING_PART) * done / len(stars))
            for area, reading in zip(AREAS, star.readings, strict=True):
                if isinstance(reading, int):
                    yield new_id, area, reading, None, ""
                else:
                    yield new_id, area, None, reading, ""

    def _fill(self, context: Context, filled: Filled) -> None:
        """Fill a recorded family's or intervention's blanks, and audit it."""
        values = dict(filled.values)
        if "practitioner" in values:
            values["practitioner_id"] = self._user_ids[values.pop("practitioner")]
        model = Family if isinstance(filled.record, RecordedFamily) else Intervention
        indexed = {"council_index": key_ring().index(values["council_ref"])} if "council_ref" in values else {}
        family_id = self._session.scalar(
            update(model)
            .where(model.id == filled.record.id)
            .values(values | indexed)
            .returning(Family.id if model is Family else Intervention.family_id)
        )
        add_audit_entry(
            self._session,
            context,
            action="import",
            entity="family" if model is Family else "intervention",
            entity_id=filled.record.id,
            family_id=family_id,
            before=dict.fromkeys(values, "" if model is Family else None),
            after=as_json(values),
        )
