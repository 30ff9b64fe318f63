"""What an administrator asks a second person to agree to."""

import sqlalchemy as sa
from alembic import op

revision = "012"
down_revision = "011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("step IN ('link', 'reset')", name=op.f("ck_account_requests_step_known")),
        sa.CheckConstraint(
            "state IN ('open', 'agreed', 'refused', 'withdrawn', 'expired', 'done')",
            name=op.f("ck_account_requests_state_known"),
        ),
        sa.CheckConstraint(
            "answered_by_id <> asked_by_id AND answered_by_id <> user_id",
            name=op.f("ck_account_requests_answered_by_another"),
        ),
        sa.CheckConstraint(
            "(answered_by_id IS NULL) = (answered_at IS NULL)", name=op.f("ck_account_requests_answered_with_time")
        ),
        sa.CheckConstraint(
            "state NOT IN ('agreed', 'refused') OR answered_by_id IS NOT NULL",
            name=op.f("ck_account_requests_answered_by_somebody"),
        ),
        sa.CheckConstraint("state <> 'refused' OR answer <> ''", name=op.f("ck_account_requests_refused_with_reason")),
        sa.CheckConstraint(
            "reason <> '' OR (state = 'done' AND answered_by_id IS NULL)",
            name=op.f("ck_account_requests_asked_with_reason"),
        ),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_account_requests_done_with_time")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name=op.f("fk_account_requests_answered_by_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_account_requests_asked_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_account_requests_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_requests")),
    )
    with op.batch_alter_table("account_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_requests_user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            "uq_account_requests_pending",
            ["user_id", "step"],
            unique=True,
            sqlite_where=sa.text("state IN ('open', 'agreed')"),
            postgresql_where=sa.text("state IN ('open', 'agreed')"),
        )


def downgrade() -> None:
    op.drop_table("account_requests")
