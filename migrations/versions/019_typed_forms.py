"""What people type in forms, kept by the server while they type."""

import sqlalchemy as sa
from alembic import op

revision = "019"
down_revision = "018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "typed_forms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_typed_forms_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typed_forms")),
        sa.UniqueConstraint("user_id", "path", name=op.f("uq_typed_forms_user_id_path")),
    )


def downgrade() -> None:
    op.drop_table("typed_forms")
