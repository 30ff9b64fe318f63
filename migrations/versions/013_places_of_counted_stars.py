"""A Star that the parent completed alone takes nobody's place: the one-of-each rules of R6 are for counted Stars."""

import sqlalchemy as sa
from alembic import op

revision = "013"
down_revision = "012"
branch_labels = None
depends_on = None

_CURRENT = "withdrawn_at IS NULL"
_COUNTED = "withdrawn_at IS NULL AND completed_by <> 'parent'"
_BY_PARENT = "withdrawn_at IS NULL AND completed_by = 'parent'"

_ONE, _ONE_A_DAY = ["registration_id"], ["registration_id", "kind", "completed_on"]

_BEFORE = (
    ("uq_stars_current_start", _ONE, f"kind = 'start' AND {_CURRENT}"),
    ("uq_stars_current_closure", _ONE, f"kind = 'closure' AND {_CURRENT}"),
    ("uq_stars_current_kind_and_day", _ONE_A_DAY, _CURRENT),
)
_AFTER = (
    ("uq_stars_counted_start", _ONE, f"kind = 'start' AND {_COUNTED}"),
    ("uq_stars_counted_closure", _ONE, f"kind = 'closure' AND {_COUNTED}"),
    ("uq_stars_counted_kind_and_day", _ONE_A_DAY, _COUNTED),
    ("uq_stars_by_parent_kind_and_day", _ONE_A_DAY, _BY_PARENT),
)


def upgrade() -> None:
    _replace(_BEFORE, _AFTER)


def downgrade() -> None:
    """Refused by the database where a parent's own Star stands beside a counted one of its kind."""
    _replace(_AFTER, _BEFORE)


def _replace(old: tuple[tuple[str, list[str], str], ...], new: tuple[tuple[str, list[str], str], ...]) -> None:
    for name, columns, condition in new:
        where = {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
        op.create_index(name, "stars", columns, unique=True, **where)
    for name, _columns, _condition in old:
        op.drop_index(name, table_name="stars")
