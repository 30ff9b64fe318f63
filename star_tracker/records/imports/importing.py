"""Importing a whole Star CSV: compared with the record, then added to it, all or nothing, while others go on working.

Comparing, and preparing the rows, takes most of the time and locks nothing. What somebody else changes meanwhile is in
the audit trail: if it concerns what was compared, the import begins again, and the last time it lets nobody else write.

SQLite lets one connection write at a time: there all rows wait in temporary tables (``staging``), which one short
transaction moves. On PostgreSQL everything is one transaction, which inserts first what nobody else can know, the new
families; what locks a row that a page may need comes last: recorded families, and the practitioners.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from star_tracker.domain.context import Context
from star_tracker.domain.texts import fold_text
from star_tracker.extensions import db
from star_tracker.models import Family, Intervention, Registration, User, key_ring
from star_tracker.queries.recorded import RecordedFamily
from star_tracker.records.audit import add_audit_entry, as_json
from star_tracker.records.bulk import BulkWriter
from star_tracker.records.imports.comparing import FAMILIES_AT_A_TIME, ChangedMeanwhileError, Comparison
from star_tracker.records.imports.import_plan import ImportPlan
from star_tracker.records.imports.import_result import ImportResult
from star_tracker.records.imports.planned_rows import insert_rows
from star_tracker.records.imports.staging import StagingWriter, staging_session
from star_tracker.records.standings import remove_standings
from star_tracker.records.transactions import separate_transaction, writing
from star_tracker.starfile.rows import StarRow
from star_tracker.starfile.sheets import Progress, tell_nobody

COMPARING_PART = 0.4
"""The share of the time that the comparison takes, for the progress bar."""

ATTEMPTS_BESIDE_OTHERS = 4
"""How often an import is tried while others may write."""

_IMPORT_LOCK = 7_427_001
"""An arbitrary number for the PostgreSQL advisory lock that lets one import run at a time."""


def check_import(rows: Sequence[StarRow], *, progress: Progress = tell_nobody) -> ImportResult:
    """What ``import_rows`` would do, without doing it.

    Raises:
        StarFileError: the rows contradict the record.
        WrongKeyError: the record was encrypted with other keys.
    """
    session: Session = db.session()
    try:
        return Comparison(session, rows, progress).result
    finally:
        session.rollback()


def import_rows(
    context: Context, rows: Sequence[StarRow], *, edition: str, source: str, progress: Progress = tell_nobody
) -> ImportResult:
    """Add a file's rows to the record, all or nothing.

    Blanks of recorded families and interventions are filled; recorded Stars are left as they are. If everything is
    recorded already, nothing is written, not even to the audit trail.

    Args:
        context: who imports, and when; they are the author of the new Stars.
        rows: checked rows of one file (``checking.check_rows``).
        edition: the edition of the new Stars.
        source: the file's name and checksum, for the audit trail.
        progress: called with the part that is done, 0 to 1.

    Raises:
        BusyError: somebody else has held a lock for too long.
        StarFileError: the rows contradict the record; it has every fault.
        DomainError: somebody else recorded the same at the same moment.
    """
    planned = _Import(context, rows, edition, source, progress)
    for _ in range(ATTEMPTS_BESIDE_OTHERS):
        with suppress(ChangedMeanwhileError):
            return planned.run(alone=False)
    return planned.run(alone=True)


@dataclass(frozen=True)
class _Import:
    """What an import is given; it can be tried several times."""

    context: Context
    rows: Sequence[StarRow]
    edition: str
    source: str
    progress: Progress

    def run(self, *, alone: bool) -> ImportResult:
        """Compare and write; ``alone`` if nobody else may write from the beginning.

        Raises:
            ChangedMeanwhileError: what the file was compared with has changed; nothing is written.
        """
        with staging_session() as session:
            is_sqlite = session.get_bind().dialect.name == "sqlite"
            with ExitStack() as transaction:
                if alone or not is_sqlite:
                    transaction.enter_context(writing(session))
                if not is_sqlite:
                    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _IMPORT_LOCK})
                    if alone:
                        self._lock_families(session)
                compared = self._compare()
                if not any(compared.result.counts.values()):
                    return compared.result
                if is_sqlite:
                    self._write_staged(session, compared, transaction, alone=alone)
                else:
                    self._write_in_order(session, compared, alone=alone)
                self._audit(session, compared)
        if not is_sqlite:
            # Without statistics a pod's cohort takes fifty times as long. (SQLite is quicker without.)
            with separate_transaction() as session:
                session.execute(text("ANALYZE"))
        return compared.result

    def _compare(self) -> Comparison:
        session: Session = db.session()
        session.rollback()
        try:
            return Comparison(session, self.rows, lambda part: self.progress(COMPARING_PART * part))
        finally:
            session.rollback()

    def _write_staged(self, session: Session, compared: Comparison, transaction: ExitStack, *, alone: bool) -> None:
        """Prepare all rows, then move them into the record in a transaction that is as short as can be."""
        bulk = StagingWriter(session)
        compared.give_ids(bulk)
        for plan in compared.plans:
            self._insert(bulk, compared, plan, compared.user_ids)
        if not alone:
            session.commit()
            transaction.enter_context(writing(session))
            compared.check_unchanged(session)
        bulk.settle_ids()
        compared.add_pods_and_people(session, bulk)
        remove_standings(session, compared.outdated)
        bulk.move()
        self._fill(session, bulk, compared)

    def _write_in_order(self, session: Session, compared: Comparison, *, alone: bool) -> None:
        """Insert what locks nothing that a page may need, and then what does."""
        bulk = BulkWriter(session)
        compared.give_ids(bulk)
        compared.add_pods_and_people(session, bulk)
        self._insert(bulk, compared, compared.new, {})
        if not alone:
            self._lock_families(session)
            compared.check_unchanged(session)
        remove_standings(session, compared.outdated)
        self._insert(bulk, compared, compared.recorded, compared.user_ids)
        session.execute(
            text(
                "UPDATE interventions SET practitioner_id = given.user_id "
                "FROM unnest(CAST(:ids AS integer[]), CAST(:user_ids AS integer[])) AS given (id, user_id) "
                "WHERE interventions.id = given.id"
            ),
            compared.list_practitioners(),
        )
        self._fill(session, bulk, compared)

    def _insert(self, bulk: BulkWriter, compared: Comparison, plan: ImportPlan, user_ids: Mapping[str, int]) -> None:
        before = 0 if plan is compared.new else len(compared.new.stars)

        def tell(done: int) -> None:
            self.progress(COMPARING_PART + (1 - COMPARING_PART) * (before + done) / max(1, compared.result.stars))

        insert_rows(
            bulk,
            plan,
            context=self.context,
            edition=self.edition,
            pod_ids=compared.pod_ids,
            user_ids=user_ids,
            progress=tell,
        )

    def _lock_families(self, session: Session) -> None:
        """Lock what is recorded of the file's families, as pages do before they write, until the transaction ends."""
        refs = iter({fold_text(row.family_ref) for row in self.rows})
        while some := list(islice(refs, FAMILIES_AT_A_TIME)):
            families = select(Family.id).where(Family.ref_folded.in_(some))
            for model in (Intervention, Registration):
                own = select(model.id).where(model.family_id.in_(families)).order_by(model.id)
                session.execute(own.with_for_update()).all()

    def _fill(self, session: Session, bulk: BulkWriter, compared: Comparison) -> None:
        """Fill blanks of recorded families and interventions, and audit each."""
        for filled in compared.recorded.filled:
            values = dict(filled.values)
            if "practitioner" in values:
                values["practitioner_id"] = bulk.final_id(User, compared.user_ids[values.pop("practitioner")])
            model = Family if isinstance(filled.record, RecordedFamily) else Intervention
            indexed = {"council_index": key_ring().index(values["council_ref"])} if "council_ref" in values else {}
            family_id = session.scalar(
                update(model)
                .where(model.id == filled.record.id)
                .values(values | indexed)
                .returning(Family.id if model is Family else Intervention.family_id)
            )
            add_audit_entry(
                session,
                self.context,
                action="import",
                entity="family" if model is Family else "intervention",
                entity_id=filled.record.id,
                family_id=family_id,
                before=dict.fromkeys(values, "" if model is Family else None),
                after=as_json(values),
            )

    def _audit(self, session: Session, compared: Comparison) -> None:
        add_audit_entry(
            session,
            self.context,
            action="import",
            entity="star_file",
            entity_id=None,
            after={"source": self.source, "edition": self.edition} | compared.result.counts,
        )
