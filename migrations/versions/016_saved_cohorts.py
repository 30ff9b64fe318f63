"""Choices of a cohort, saved by a name."""

import sqlalchemy as sa
from alembic import op

revision = "016"
down_revision = "015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_cohorts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("is_for_leads", sa.Boolean(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["saved_by_id"], ["users.id"], name=op.f("fk_saved_cohorts_saved_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_cohorts")),
    )
    op.create_index(op.f("ix_saved_cohorts_saved_by_id"), "saved_cohorts", ["saved_by_id"])


def downgrade() -> None:
    op.drop_table("saved_cohorts")
