"""What was being typed when a session ended has a table of its own: a session is a row until it is ended."""

import sqlalchemy as sa
from alembic import op

revision = "009"
down_revision = "008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_forms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_kept_forms_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_forms")),
    )
    with op.batch_alter_table("kept_forms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_forms_user_id"), ["user_id"], unique=False)

    op.execute(
        "INSERT INTO kept_forms (user_id, kept_at, form) "
        "SELECT user_id, seen_at, kept FROM sessions WHERE kept IS NOT NULL AND user_id IS NOT NULL"
    )
    # Those with a kept form had ended; anonymous ones are no longer stored, and who was half-way signs in again.
    op.execute("DELETE FROM sessions WHERE kept IS NOT NULL OR user_id IS NULL")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_column("kept")
        batch_op.create_index(batch_op.f("ix_sessions_seen_at"), ["seen_at"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM sessions")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_seen_at"))
        batch_op.add_column(sa.Column("kept", sa.Text(), nullable=True))
    op.drop_table("kept_forms")
