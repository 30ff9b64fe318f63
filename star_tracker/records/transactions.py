"""The one way to write: a transaction that holds the write lock from its first statement, with its audit entries."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, bindparam, inspect, select
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
"""The execution option with which a transaction takes SQLite's write lock as it begins (``extensions``)."""

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
"""By the violated constraint: the field whose value somebody else has taken since it was checked, and the advice."""


@contextmanager
def write_transaction() -> Iterator[Session]:
    """Commit everything the block does, or nothing.

    The session is rolled back first, so that every check in the block sees the record as it is now; on SQLite the
    write lock is taken at once (``extensions``).

    Raises:
        BusyError: somebody else has held a lock for too long.
        DomainError: somebody else wrote between the check and the write, and a database constraint was violated; on
            the field that must change, where ``_TAKEN`` knows it.
    """
    session: Session = db.session()
    session.rollback()
    with writing(session):
        yield session


def begin_write() -> None:
    """Begin a writing transaction in the page's own session; the caller commits it.

    For Flask-Security's pages, which commit by themselves; ours use ``write_transaction``. The session is rolled back
    first, as there.

    Raises:
        BusyError: somebody else has held a lock for too long.
    """
    session: Session = db.session()
    session.rollback()
    session.connection(execution_options=WRITES)


def release_connection() -> None:
    """Release the page's locks and database connection before something slow.

    Raises:
        RuntimeError: uncommitted changes would be lost.
    """
    session: Session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("there are uncommitted changes")
    if session.in_transaction() and session.connection().get_execution_options().get("writes"):
        raise RuntimeError("a writing transaction is still open")
    session.rollback()


@contextmanager
def separate_transaction() -> Iterator[Session]:
    """A ``write_transaction`` in a session of its own: what ``db.session`` has loaded stays as it is.

    Raises:
        DomainError: as for ``write_transaction``.
    """
    with Session(db.engine) as session, writing(session):
        yield session


@contextmanager
def writing(session: Session) -> Iterator[None]:
    """A writing transaction in a session that has none: it commits everything the block does, or nothing.

    Raises:
        BusyError, DomainError: as for ``write_transaction``.
    """
    try:
        with _naming_constraints():
            check_keys(session.connection(execution_options=WRITES))
            yield
            session.commit()
    except BaseException:
        session.rollback()
        raise


@contextmanager
def separate_connection() -> Iterator[Connection]:
    """The same over a connection of its own, without a session: for rows that are written as such.

    Raises:
        BusyError, DomainError: as for ``write_transaction``.
    """
    with _naming_constraints(), db.engine.connect().execution_options(**WRITES) as connection, connection.begin():
        check_keys(connection)
        yield connection


@contextmanager
def _naming_constraints() -> Iterator[None]:
    """Turn a violated constraint into what somebody can do about it."""
    try:
        yield
    except IntegrityError as error:
        raise DomainError(*_TAKEN.get(_name_constraint(error), _CHANGED)) from error


def _name_constraint(error: IntegrityError) -> str:
    """The violated unique constraint's name; SQLite gives only its columns, from which the name is built."""
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if name:
        return str(name)
    table_and_columns = re.findall(r"(\w+)\.(\w+)", str(error.orig))
    return "_".join(
        ["uq", *(table for table, _ in table_and_columns[:1]), *(column for _, column in table_and_columns)]
    )


@dataclass(frozen=True)
class Write:
    """An open transaction, and who writes and when; every record that it adds, changes or removes is audited.

    Attributes:
        outdated: ids of the registrations whose standings (``domain.standings``) must be derived again.
    """

    session: Session
    context: Context
    outdated: set[int] = field(default_factory=set)

    def get(self, model: type[Record], record_id: int) -> Record:
        """The record with this id.

        Raises:
            NotFoundError: there is none.
        """
        return _found(self.session.get(model, record_id), model, record_id)

    def get_locked(self, model: type[Record], record_id: int) -> Record:
        """The record as it is now, locked until the transaction ends.

        To lock several, lock the family before its intervention, and that before a registration or a Star.
        Only the record itself is read again: PostgreSQL cannot lock the rows of an outer join.

        Raises:
            NotFoundError: there is none.
        """
        record: Record | None = self.session.scalar(_select_locked(model), {"id": record_id})
        return _found(record, model, record_id)

    def add(self, record: Record, **details: Any) -> Record:
        """Add a record and give it its id; ``details`` are audited besides its columns."""
        self.session.add(record)
        self.session.flush()
        self._audit("record", record, before=None, after=audited_values(record, *_list_audited(record)) | details)
        self._mark_outdated(record)
        return record

    def change(self, action: str, record: Model, /, *, reason: str = "", **values: Any) -> None:
        """Set columns of a record; the audit trail stores ``action``, a verb, and ``reason``."""
        before = audited_values(record, *values)
        for column, value in values.items():
            setattr(record, column, value)
        self.session.flush()
        why = {"reason": reason} if reason else {}
        self._audit(action, record, before=before, after=audited_values(record, *values) | why)
        if not isinstance(record, Intervention) or "started_on" in values:
            self._mark_outdated(record)

    def remove(self, action: str, record: Model, **outcome: Any) -> None:
        """Delete a record that nothing refers to any more; ``outcome`` is audited as what came of it."""
        before = audited_values(record, *_list_audited(record))
        self.session.delete(record)
        self.session.flush()
        self._audit(action, record, before=before, after=outcome)

    def note(
        self,
        action: str,
        record: Model,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        """Audit an action on a record without its values, which nobody may read; or with these."""
        self._audit(action, record, before=before, after=after)

    def _mark_outdated(self, record: Model) -> None:
        if isinstance(record, Star):
            self.outdated.add(record.registration_id)
        elif isinstance(record, Registration):
            self.outdated.add(record.id)
        elif isinstance(record, Intervention):
            own = select(Registration.id).where(Registration.intervention_id == record.id)
            self.outdated.update(self.session.scalars(own))

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


@cache
def _select_locked(model: type[Record]) -> Select[Record]:
    """Built once for each model: ``Session.get`` takes half as long again, since it builds its statement anew."""
    [key] = inspect(model).primary_key
    return select(model).where(key == bindparam("id")).with_for_update().execution_options(populate_existing=True)


def _found(record: Record | None, model: type[Record], record_id: int) -> Record:
    if record is None:
        raise NotFoundError(f"no {model.__name__} {record_id}")
    return record


def _list_audited(record: Model) -> list[str]:
    """The names of the columns that are audited when a whole record is added or removed.

    A deferred column holds a file or something as large; a folded one only repeats another.
    """
    return [
        column.key
        for column in inspect(type(record)).column_attrs
        if column.key != "id" and not column.deferred and FOLDED not in column.columns[0].info
    ]


def _family_id_of(record: Any) -> int | None:
    """The id of the family that a record belongs to, if any."""
    if isinstance(record, Family):
        return record.id
    if isinstance(record, Star):
        return record.registration.family_id
    return getattr(record, "family_id", None)


@contextmanager
def write(context: Context) -> Iterator[Write]:
    """A ``write_transaction`` whose changes are audited with this context; standings are derived again at its end."""
    with write_transaction() as session:
        transaction = Write(session, context)
        yield transaction
        renew_standings(session, transaction.outdated)
