"""Leave cover: a colleague has somebody's caseload beside their own for some days."""

import sqlalchemy as sa
from alembic import op

revision = "024"
down_revision = "023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "covers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("away_id", sa.Integer(), nullable=False),
        sa.Column("colleague_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("colleague_id <> away_id", name=op.f("ck_covers_by_another")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_covers_last_after_first")),
        sa.ForeignKeyConstraint(["away_id"], ["users.id"], name=op.f("fk_covers_away_id")),
        sa.ForeignKeyConstraint(["colleague_id"], ["users.id"], name=op.f("fk_covers_colleague_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_covers_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_covers")),
    )
    op.create_index(op.f("ix_covers_away_id_last_day"), "covers", ["away_id", "last_day"])
    op.create_index(op.f("ix_covers_colleague_id_last_day"), "covers", ["colleague_id", "last_day"])


def downgrade() -> None:
    op.drop_table("covers")
