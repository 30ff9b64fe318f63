"""A service made many times as large within the database: importing a million Stars would take most of an hour.

Families, parents, interventions, registrations, Stars and readings are copied with new ids, references and pods, so
that a pod stays as large as it was. Council references are not copied: each is one family's.
"""

from typing import Any

from flask import Flask
from sqlalchemy import Column, Table, func, insert, literal, select

from star_tracker.extensions import db
from star_tracker.models import Family, Intervention, Model, Parent, Pod, Reading, Registration, Star
from star_tracker.records.transactions import write_transaction

COPIED: tuple[type[Model], ...] = (Pod, Family, Parent, Intervention, Registration, Star, Reading)

REFERS_TO = {
    "pod_id": "pods",
    "family_id": "families",
    "parent_id": "parents",
    "intervention_id": "interventions",
    "registration_id": "registrations",
    "star_id": "stars",
    "replaces_id": "stars",
}
NUMBERED = {"pods.name", "pods.name_folded", "families.ref", "families.ref_folded"}
EMPTIED = {"families.council_ref", "families.council_index"}


def multiply_service(app: Flask, times: int) -> None:
    """Add ``times`` - 1 copies of everything; standings must be derived again (``commands.derive_standings``)."""
    tables = [db.metadata.tables[model.__tablename__] for model in COPIED]
    with app.app_context():
        with write_transaction() as session:
            last = {table.name: session.scalar(select(func.max(_key(table)))) for table in tables}
            for copy in range(1, times):
                for table in tables:
                    values = [_copy(column, last, copy) for column in table.c]
                    originals = select(*values).where(_key(table) <= last[table.name])
                    session.execute(insert(table).from_select([column.name for column in table.c], originals))
        db.engine.dispose()


def _key(table: Table) -> Column[Any]:
    return table.c.id if "id" in table.c else table.c.star_id


def _copy(column: Column[Any], last: dict[str, Any], copy: int) -> Any:
    """What stands in a column of a copy."""
    table = column.table.name if column.name == "id" else REFERS_TO.get(column.name)
    if table:
        return column + last[table] * copy
    if str(column) in NUMBERED:
        return column + f" {copy}"
    return literal("") if str(column) in EMPTIED else column
