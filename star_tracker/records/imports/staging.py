"""Rows that wait in temporary tables of SQLite until one short transaction moves them into the record.

SQLite lets one connection write at a time. Temporary tables are the connection's own: filling them keeps nobody
waiting, and nothing is left of them when it ends, however it ends. What takes long is done there: values are converted
and encrypted, and the tables' checks hold there already. The move only copies.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import CheckConstraint, Column, MetaData, Table, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.schema import CreateTable

from star_tracker.extensions import db
from star_tracker.models import Model
from star_tracker.records.bulk import BulkWriter, table_of


@contextmanager
def staging_session() -> Iterator[Session]:
    """A session with a connection of its own from one transaction to the next, which is closed at the end.

    On SQLite, it does not look up what foreign keys refer to: for a million readings that takes longer than the move.
    """
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            driver_connection: Any = connection.connection.driver_connection
            driver_connection.execute("PRAGMA foreign_keys = OFF")
        try:
            with Session(connection, expire_on_commit=False) as session:
                yield session
        finally:
            connection.invalidate()


class StagingWriter(BulkWriter):
    """A ``BulkWriter`` whose rows wait, and whose new ids are negative while they do.

    First ``insert`` in a transaction of its own; then ``settle_ids`` and ``move`` in the one that holds the write lock.
    """

    def __init__(self, session: Session) -> None:
        """Begin with nothing."""
        super().__init__(session)
        self._given: Counter[type[Model]] = Counter()
        self._inserted: dict[Table, Sequence[InstrumentedAttribute[Any]]] = {}
        self._last: dict[Table, int] = {}

    def new_ids(self, model: type[Model], count: int) -> Sequence[int]:
        """Negative ids; ``final_id`` is what becomes of each."""
        first = self._given[model] + 1
        self._given[model] += count
        return range(-first, -first - count, -1)

    def insert(self, columns: Sequence[InstrumentedAttribute[Any]], rows: Iterable[Sequence[Any]]) -> None:
        """Keep rows for ``move``; those of one table always with the same columns.

        Raises:
            IntegrityError: one breaks a check of the table.
        """
        table = table_of(columns)
        if table not in self._inserted:
            self._make_table(table, columns)
            self._inserted[table] = columns
        self._insert_into(_staged(table), columns, rows)

    def _make_table(self, table: Table, columns: Sequence[InstrumentedAttribute[Any]]) -> None:
        names = {column.key for column in columns}
        staged = Table(
            _staged(table),
            MetaData(),
            *(Column(c.name, c.type, nullable=c.nullable or c.name not in names) for c in table.c),
            *(CheckConstraint(c.sqltext) for c in table.constraints if isinstance(c, CheckConstraint)),
            prefixes=["TEMPORARY"],
        )
        self._connection.execute(CreateTable(staged))

    def settle_ids(self) -> None:
        """Decide all ids: they follow the highest of each table, to which nobody else adds rows meanwhile."""
        self._last = {
            table: self._connection.scalar(select(func.max(table.c.id))) or 0
            for table in db.metadata.sorted_tables
            if "id" in table.c
        }

    def final_id(self, model: type[Model], new_id: int) -> int:
        """The id of a row of this model; one that is not new stays."""
        return new_id if new_id > 0 else self._last[db.metadata.tables[model.__tablename__]] - new_id

    def move(self) -> None:
        """Insert all rows into the record, in the order in which their tables were filled.

        Raises:
            IntegrityError: one is not unique.
        """
        self._connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        for table, columns in self._inserted.items():
            names = [column.key for column in columns]
            moved = [self._write_final(table.c[name]) for name in names]
            # Names come from the models, numbers from ``settle_ids``.
            self._connection.exec_driver_sql(
                f"INSERT INTO {table.name} ({', '.join(names)}) "  # noqa: S608
                f"SELECT {', '.join(moved)} FROM {_staged(table)} ORDER BY rowid"
            )
        self._connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")

    def _write_final(self, column: Column[Any]) -> str:
        table = _find_table_of_ids(column)
        name = column.name
        return name if table is None else f"iif({name} < 0, {self._last[table]} - {name}, {name})"


def _staged(table: Table) -> str:
    return f"staged_{table.name}"


def _find_table_of_ids(column: Column[Any]) -> Table | None:
    """The table whose ids a column holds; None if it holds something else."""
    for key in column.foreign_keys:
        return _find_table_of_ids(key.column)
    return column.table if column.name == "id" else None
