"""References and pods' names are one and the same where they look alike (R13): each has its folded form beside it."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from flask import current_app

from star_tracker.domain.errors import DomainError
from star_tracker.domain.texts import fold_text

revision = "014"
down_revision = "013"
branch_labels = None
depends_on = None

MOST_NAMED = 10
BEFORE = "restore the backup from before this upgrade, start the Star Tracker that you had"
AGAIN = "and run star-tracker db upgrade again"
NO_PAGE = "no page changes a reference, so give all but one of them another in the database"

_ALSO_FOLDED = {
    "families": ("ref", ["ref_folded"], "has_ref", "ref <> '' AND ref_folded <> ''"),
    "parents": ("ref", ["family_id", "ref_folded"], "has_ref", "ref <> '' AND ref_folded <> ''"),
    "pods": ("name", ["name_folded"], "named", "name <> '' AND name_folded <> '' AND name_folded <> 'all pods'"),
}
"""By table: the column, what is unique from now on, and the check that takes another's place."""

_BEFORE = {"families": "ref <> ''", "parents": "ref <> ''", "pods": "name <> '' AND name <> 'All pods'"}


def upgrade() -> None:
    _stop_if_any_are_the_same()
    for name, (column, unique, check, condition) in _ALSO_FOLDED.items():
        _add_folded(name, column)
        with op.batch_alter_table(name) as table:
            table.alter_column(f"{column}_folded", existing_type=sa.String(300), server_default=None)
            table.create_unique_constraint(op.f(f"uq_{name}_{'_'.join(unique)}"), unique)
            _replace_check(table, f"ck_{name}_{check}", condition)
    _index_council_refs()


def downgrade() -> None:
    """Council references stay indexed as now: one with two spaces running is found again when it was saved again."""
    for name, (column, unique, check, _condition) in _ALSO_FOLDED.items():
        with op.batch_alter_table(name) as table:
            _replace_check(table, f"ck_{name}_{check}", _BEFORE[name])
            table.drop_constraint(op.f(f"uq_{name}_{'_'.join(unique)}"), type_="unique")
            table.drop_column(f"{column}_folded")


def _replace_check(table: Any, name: str, condition: str) -> None:
    table.drop_constraint(op.f(name), type_="check")
    table.create_check_constraint(op.f(name), condition)


def _add_folded(name: str, column: str) -> None:
    folded = f"{column}_folded"
    op.add_column(name, sa.Column(folded, sa.String(300), nullable=False, server_default=""))
    table = sa.table(name, sa.column("id"), sa.column(column), sa.column(folded))
    rows = op.get_bind().execute(sa.select(table.c.id, table.c[column])).all()
    _update(table, folded, {row_id: fold_text(text) for row_id, text in rows})


def _index_council_refs() -> None:
    keys = current_app.extensions["star_tracker"].key_ring
    table = sa.table("families", sa.column("id"), sa.column("council_index"))
    _update(table, "council_index", {row_id: keys.index(text) for row_id, _ref, text in _list_council_refs()})


def _update(table: sa.TableClause, column: str, values: dict[int, str]) -> None:
    if values:
        statement = sa.update(table).where(table.c.id == sa.bindparam("row_id")).values({column: sa.bindparam("value")})
        parameters = [{"row_id": row_id, "value": value} for row_id, value in values.items()]
        op.get_bind().execute(statement, parameters)


def _list_council_refs() -> list[tuple[int, str, str]]:
    """Id, reference and the council's reference of the families that have one."""
    rows = op.get_bind().execute(sa.text("SELECT id, ref, council_ref FROM families WHERE council_ref <> ''")).all()
    keys = current_app.extensions["star_tracker"].key_ring
    return [(row_id, ref, keys.decrypt(hidden)) for row_id, ref, hidden in rows]


def _stop_if_any_are_the_same() -> None:
    """Which of them is meant, only people know."""
    connection = op.get_bind()
    pods = connection.execute(sa.text("SELECT id, name FROM pods ORDER BY name")).all()
    _stop_at(
        "name",
        _list_same(pods, fold=lambda row: fold_text(row[1]), say=lambda row: row[1]),
        "several pods have one and the same name",
        f"{BEFORE}, merge or rename all but one of them on the page Pods, {AGAIN}",
    )
    families = connection.execute(sa.text("SELECT id, ref FROM families ORDER BY ref, id")).all()
    _stop_at(
        "ref",
        _list_same(families, fold=lambda row: fold_text(row[1]), say=lambda row: f"{row[1]} with the id {row[0]}"),
        "several families have one and the same reference",
        f"{NO_PAGE} (column ref of the table families), {AGAIN}",
    )
    parents = connection.execute(
        sa.text(
            "SELECT parents.id, parents.ref, family_id, families.ref FROM parents "
            "JOIN families ON families.id = family_id ORDER BY families.ref, parents.ref, parents.id"
        )
    ).all()
    _stop_at(
        "ref",
        _list_same(
            parents,
            fold=lambda row: (row[2], fold_text(row[1])),
            say=lambda row: f"{row[1]} of family {row[3]} with the id {row[0]}",
        ),
        "several parents of a family have one and the same reference",
        f"{NO_PAGE} (column ref of the table parents), {AGAIN}",
    )
    _stop_at(
        "council_ref",
        _list_same(sorted(_list_council_refs()), fold=lambda row: fold_text(row[2]), say=lambda row: row[1]),
        "several families have one and the same council reference",
        f"{BEFORE}, choose “Change names” on the pages of all but one of them, correct or empty the council "
        f"reference, {AGAIN}",
    )


def _list_same(rows: Sequence[Any], *, fold: Callable[[Any], object], say: Callable[[Any], str]) -> list[str]:
    groups: dict[object, list[str]] = {}
    for row in rows:
        groups.setdefault(fold(row), []).append(say(row))
    return [" and ".join(said) for said in groups.values() if len(said) > 1]


def _stop_at(field: str, same: Sequence[str], problem: str, advice: str) -> None:
    if same:
        more = f"; and {len(same) - MOST_NAMED} more" if len(same) > MOST_NAMED else ""
        raise DomainError(field, f"{problem} ({'; '.join(same[:MOST_NAMED])}{more}): {advice}")
