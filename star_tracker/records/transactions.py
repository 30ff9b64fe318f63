"""One way to write: a transaction that may write from its first statement, all or nothing, leaving its audit rows."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from star_tracker.domain.context import Context
from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.extensions import db
from star_tracker.models import Family, Intervention, Model, Registration, Star
from star_tracker.models.base import FOLDED
from star_tracker.records.audit import CODES, add_audit_entry, audited_values
from star_tracker.records.keys import check_keys
from star_tracker.records.standings import renew_standings

Record = TypeVar("Record", bound=Model)

WRITES = {"writes": True}
"""The option of a connection whose transaction takes SQLite's lock as it begins (``extensions``)."""

_CHANGED = ("", "Somebody else changed this record at the same moment. Look at it again, then try again")

_TAKEN_REF = (
    "ref",
    "There is already a family with this reference, added at the same moment: find it, or choose another",
)

_TAKEN: Mapping[str, tuple[str, str]] = {
    "uq_families_ref": _TAKEN_REF,
    "uq_families_ref_folded": _TAKEN_REF,
    "uq_families_council_index": (
        "council_ref",
        "There is already a family with this council reference, entered at the same moment: check it, or leave it "
        "empty",
    ),
}
"""By the constraint that refused it, the field of what somebody else has taken since it was checked, and the advice."""


@contextmanager
def write_transaction() -> Iterator[Session]:
    """Commit what the block does, or nothing of it.

    Whatever the session read before is let go first, so that every check in the block sees the record as it is now;
    on SQLite the write lock is taken at once (``extensions``).

    Raises:
        BusyError: somebody else holds a lock for long.
        DomainError: somebody else wrote between the check and the write, so that a constraint of the database refused
            it; on the field that must change, where ``_TAKEN`` knows it.
    """
    session: Session = db.session()
    session.rollback()
    with _writing(session):
        yield session


def begin_to_write() -> None:
    """Begin a transaction of the page's that may write from its first statement; whoever calls commits it.

    For the pages of a library, which commits by itself; ``write_transaction`` is for ours. As there, whatever the
    session read before is let go.

    Raises:
        BusyError: somebody else holds a lock for long.
    """
    session: Session = db.session()
    session.rollback()
    session.connection(execution_options=WRITES)


def give_connection_back() -> None:
    """Let go of what the page has read, before something that takes long: no lock and no connection is held meanwhile.

    Raises:
        RuntimeError: something was written that would be lost.
    """
    session: Session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("what was changed is not committed")
    if session.in_transaction() and session.connection().get_execution_options().get("writes"):
        raise RuntimeError("a transaction that writes is not over")
    session.rollback()


@contextmanager
def own_transaction() -> Iterator[Session]:
    """A ``write_transaction`` beside ``db.session``: what was read there stays as it was read.

    Raises:
        DomainError: as ``write_transaction``.
    """
    with Session(db.engine) as session, _writing(session):
        yield session


@contextmanager
def _writing(session: Session) -> Iterator[None]:
    try:
        session.connection(execution_options=WRITES)
        check_keys(session)
        yield
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise DomainError(*_TAKEN.get(_name_constraint(error), _CHANGED)) from error
    except BaseException:
        session.rollback()
        raise


def _name_constraint(error: IntegrityError) -> str:
    """The name of the unique constraint that refused a row; SQLite tells its columns, which it is named after."""
    named = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if named:
        return str(named)
    table_and_columns = re.findall(r"(\w+)\.(\w+)", str(error.orig))
    return "_".join(
        ["uq", *(table for table, _ in table_and_columns[:1]), *(column for _, column in table_and_columns)]
    )


@dataclass(frozen=True)
class Write:
    """A transaction under way: who makes it and when, which every record that it adds or changes is audited with.

    Attributes:
        restanding: the ids of the registrations that stand otherwise after it (``domain.standings``).
    """

    session: Session
    context: Context
    restanding: set[int] = field(default_factory=set)

    def get(self, model: type[Record], record_id: int) -> Record:
        """The record with this id.

        Raises:
            NotFoundError: there is none.
        """
        return self._get(model, record_id)

    def get_locked(self, model: type[Record], record_id: int) -> Record:
        """The record as it is now, held until the transaction ends: nobody else changes it in between.

        Whoever holds several holds the family before its intervention, and that before a registration or a Star.
        It is read anew by itself, whatever a page has loaded with it: PostgreSQL can hold no row that was joined.

        Raises:
            NotFoundError: there is none.
        """
        return self._get(model, record_id, populate_existing=True, with_for_update=True)

    def _get(self, model: type[Record], record_id: int, **how: Any) -> Record:
        record = self.session.get(model, record_id, **how)
        if record is None:
            raise NotFoundError(f"no {model.__name__} {record_id}")
        return record

    def add(self, record: Record, **more: Any) -> Record:
        """Add a record, which has its id afterwards; ``more`` is audited besides its columns."""
        self.session.add(record)
        self.session.flush()
        self._audit("record", record, before=None, after=audited_values(record, *_list_audited(record)) | more)
        self._note_restanding(record)
        return record

    def change(self, action: str, record: Model, /, *, reason: str = "", **values: Any) -> None:
        """Set columns of a record; ``action`` says as a verb what that does, ``reason`` why, for the audit trail."""
        before = audited_values(record, *values)
        for column, value in values.items():
            setattr(record, column, value)
        self.session.flush()
        why = {"reason": reason} if reason else {}
        self._audit(action, record, before=before, after=audited_values(record, *values) | why)
        if not isinstance(record, Intervention) or "started_on" in values:
            self._note_restanding(record)

    def remove(self, action: str, record: Model, **more: Any) -> None:
        """Delete a record that nothing points to any more; ``more`` is audited as what came of it."""
        before = audited_values(record, *_list_audited(record))
        self.session.delete(record)
        self.session.flush()
        self._audit(action, record, before=before, after=more)

    def note(self, action: str, record: Model) -> None:
        """Audit what was done to a record where its values are nobody's to read."""
        self._audit(action, record, before=None, after=None)

    def _note_restanding(self, record: Model) -> None:
        if isinstance(record, Star):
            self.restanding.add(record.registration_id)
        elif isinstance(record, Registration):
            self.restanding.add(record.id)
        elif isinstance(record, Intervention):
            own = select(Registration.id).where(Registration.intervention_id == record.id)
            self.restanding.update(self.session.scalars(own))

    def _audit(self, action: str, record: Any, *, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
        add_audit_entry(
            self.session,
            self.context,
            action=action,
            entity=CODES[type(record)],
            entity_id=record.id,
            family_id=_family_id_of(record),
            before=before,
            after=after,
        )


def _list_audited(record: Model) -> list[str]:
    """The columns that are audited of a whole record.

    A deferred one is a file or as large as one, and stays out of the trail; one that is folded says nothing new.
    """
    return [
        its.key
        for its in inspect(type(record)).column_attrs
        if its.key != "id" and not its.deferred and FOLDED not in its.columns[0].info
    ]


def _family_id_of(record: Any) -> int | None:
    """The family that a record belongs to; None if it is no family's."""
    if isinstance(record, Family):
        return record.id
    if isinstance(record, Star):
        return record.registration.family_id
    return getattr(record, "family_id", None)


@contextmanager
def write(context: Context) -> Iterator[Write]:
    """A ``write_transaction`` by this person at this instant, with standings that follow from what it wrote."""
    with write_transaction() as session:
        transaction = Write(session, context)
        yield transaction
        renew_standings(session, transaction.restanding)
