"""A council's reference is one family's alone, also for two people who enter it at once."""

from itertools import groupby

import sqlalchemy as sa
from alembic import op

from star_tracker.domain.errors import DomainError

revision = "011"
down_revision = "010"
branch_labels = None
depends_on = None

MOST_NAMED = 10


def upgrade() -> None:
    _stop_if_any_is_shared()
    op.create_index(
        "uq_families_council_index",
        "families",
        ["council_index"],
        unique=True,
        sqlite_where=sa.text("council_index <> ''"),
        postgresql_where=sa.text("council_index <> ''"),
    )


def downgrade() -> None:
    op.drop_index("uq_families_council_index", table_name="families")


def _stop_if_any_is_shared() -> None:
    """Which family the reference belongs to, only people know."""
    rows = op.get_bind().execute(
        sa.text("SELECT council_index, ref FROM families WHERE council_index <> '' ORDER BY council_index, ref")
    )
    groups = [[ref for _, ref in own] for _, own in groupby(rows, key=lambda row: row[0])]
    shared = sorted(" and ".join(refs) for refs in groups if len(refs) > 1)
    if shared:
        more = f"; and {len(shared) - MOST_NAMED} more" if len(shared) > MOST_NAMED else ""
        raise DomainError(
            "council_ref",
            f"several families have one council reference ({'; '.join(shared[:MOST_NAMED])}{more}): "
            "restore the backup from before this upgrade, start the Star Tracker that you had, choose “Change names” "
            "on the pages of all but one of them, correct or empty the council reference, then upgrade again",
        )
