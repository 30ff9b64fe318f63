"""Key rotation: everything encrypted is re-encrypted with the newest key while the service runs.

The columns come from the models, so that a column added later is not forgotten. Audit entries are re-encrypted too:
their hashes are of the plain text, and stay.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnClause,
    Table,
    TableClause,
    Text,
    and_,
    bindparam,
    column,
    delete,
    select,
    table,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from star_tracker.domain.context import Context
from star_tracker.domain.errors import DomainError
from star_tracker.extensions import Base, db
from star_tracker.keys import KeyRing
from star_tracker.models import Family, RecordKey, key_ring
from star_tracker.models.base import INDEX_OF, EncryptedJson, EncryptedKey, EncryptedText
from star_tracker.queries.figures.service import list_known_keys
from star_tracker.records.audit import add_audit_entry
from star_tracker.records.transactions import write_transaction

ROWS_AT_A_TIME = 200

Renew = Callable[[KeyRing, Mapping[str, Any]], Any]
"""From a stored row, what a column should hold: unchanged if the newest key encrypted it."""


def rotate_keys(context: Context) -> dict[str, int]:
    """Re-encrypt with the newest key whatever an older one encrypted; afterwards older keys are not needed.

    Each batch is a transaction: pages are served in between, and an interrupted rotation can be run again.

    Returns:
        The number of rows re-encrypted, by table; {} if everything was under the newest key already.

    Raises:
        WrongKeyError: something was encrypted with a key that is not configured.
        DomainError: somebody else kept the database locked for too long; or two families have the same council
            reference under different keys, which somebody has to correct first.
    """
    renewed: Counter[str] = Counter()
    # Repeated until nothing is left: a process that has not been restarted yet may still write with an older key.
    while some := _renew_every_table():
        renewed += some
    newest = key_ring().fingerprints()[0]
    if not renewed and list_known_keys(db.session.connection()) <= {newest}:
        return {}
    with write_transaction() as session:
        session.execute(delete(RecordKey).where(RecordKey.fingerprint != newest))
        add_audit_entry(session, context, action="rotate", entity="record_key", entity_id=None, after=dict(renewed))
    return dict(renewed)


def list_renewals(of: Table) -> dict[str, Renew]:
    """The columns of a table that depend on the key, each with its function."""
    renewals: dict[str, Renew] = {}
    for each in of.c:
        if isinstance(each.type, EncryptedText | EncryptedJson):
            renewals[each.name] = partial(_renew_text, each.name)
        elif isinstance(each.type, EncryptedKey):
            renewals[each.name] = partial(_renew_key, each.name, each.type.purpose)
        elif INDEX_OF in each.info:
            renewals[each.name] = partial(_renew_index, each.info[INDEX_OF])
    return renewals


def _renew_text(name: str, keys: KeyRing, row: Mapping[str, Any]) -> Any:
    hidden = row[name]
    return hidden if not hidden or keys.is_newest(hidden) else keys.encrypt(keys.decrypt(hidden))


def _renew_key(name: str, purpose: str, keys: KeyRing, row: Mapping[str, Any]) -> Any:
    return _renew_text(name, keys.for_purpose(purpose), row)


def _renew_index(indexed: str, keys: KeyRing, row: Mapping[str, Any]) -> Any:
    hidden = row[indexed]
    return keys.index(keys.decrypt(hidden)) if hidden else ""


def _renew_every_table() -> Counter[str]:
    """The number of rows renewed, by table; tables with none are left out."""
    return +Counter({each.name: _renew_table(each) for each in Base.metadata.sorted_tables if list_renewals(each)})


def _renew_table(of: Table) -> int:
    """Renew one table batch by batch, and return the number of rows renewed."""
    plan = _TablePlan(of)
    renewed = 0
    for batch in plan.list_batches():
        if old := [key for key, row in batch if plan.renewed(row) != row]:
            try:
                with write_transaction() as session:
                    plan.renew(session, old)
            except DomainError as error:
                raise _name_the_families(error) from error
            renewed += len(old)
    return renewed


def _name_the_families(error: DomainError) -> DomainError:
    """The error, or one that names the families with the same council reference, unnoticed under different keys."""
    if error.field != "council_ref":
        return error
    families: dict[str, list[str]] = {}
    for ref, council_ref in db.session.execute(select(Family.ref, Family.council_ref).order_by(Family.ref)):
        families.setdefault(key_ring().index(council_ref), []).append(ref)
    shared = "; ".join(" and ".join(refs) for index, refs in families.items() if index and len(refs) > 1)
    return DomainError(
        error.field,
        f"several families have one council reference ({shared}): choose “Change names” on the pages of all but one of "
        "them, correct or empty the council reference, and run star-tracker keys rotate again",
    )


class _TablePlan:
    """A table as the database stores it, bypassing the column types that encrypt and decrypt."""

    def __init__(self, of: Table) -> None:
        self._renewals = list_renewals(of)
        self._keys: list[ColumnClause[Any]] = [column(each.name) for each in of.primary_key]
        self._values: list[ColumnClause[Any]] = [
            column(
                each.name, Text() if isinstance(each.type, EncryptedText | EncryptedJson | EncryptedKey) else each.type
            )
            for each in of.c
            if each.name in self._renewals
        ]
        self._table: TableClause = table(of.name, *self._keys, *self._values)

    def renewed(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """What a row should hold in the columns that depend on the key."""
        ring = key_ring()
        return {value.name: self._renewals[value.name](ring, row) for value in self._values}

    def list_batches(self) -> Iterator[list[tuple[Sequence[Any], dict[str, Any]]]]:
        """Every row's primary key and values in batches, each read when it is needed; nothing is locked."""
        statement = select(*self._keys, *self._values).order_by(*self._keys).limit(ROWS_AT_A_TIME)
        session: Session = db.session()
        session.rollback()
        rows = self._split(session.execute(statement).all())
        while rows:
            yield rows
            session.rollback()
            last = rows[-1][0]
            rows = self._split(session.execute(statement.where(tuple_(*self._keys) > tuple_(*last))).all())

    def renew(self, session: Session, keys: Sequence[Sequence[Any]]) -> None:
        """Renew the rows with these primary keys, locked while they are read and written."""
        found = session.execute(
            select(*self._keys, *self._values)
            .where(tuple_(*self._keys).in_(keys))
            .order_by(*self._keys)
            .with_for_update()
        ).all()
        has_key = and_(*(key == bindparam(f"key_{key.name}") for key in self._keys))
        new = {value: bindparam(f"new_{value.name}", type_=value.type) for value in self._values}
        session.connection().execute(
            update(self._table).where(has_key).values(new),
            [
                {f"key_{each.name}": value for each, value in zip(self._keys, key, strict=True)}
                | {f"new_{name}": value for name, value in self.renewed(row).items()}
                for key, row in self._split(found)
            ],
        )

    def _split(self, rows: Sequence[Any]) -> list[tuple[Sequence[Any], dict[str, Any]]]:
        """Each row's primary key, and its values by column."""
        width = len(self._keys)
        names = [value.name for value in self._values]
        return [(tuple(row[:width]), dict(zip(names, row[width:], strict=True))) for row in rows]
