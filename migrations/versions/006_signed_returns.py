"""Returns that were signed off, kept whole."""

import sqlalchemy as sa
from alembic import op

revision = "006"
down_revision = "005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signed_returns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("profile", sa.String(length=10), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.Column("page", sa.JSON(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("archive", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("profile IN ('restricted', 'published')", name=op.f("ck_signed_returns_profile_known")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_signed_returns_version_from_1")),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)"
            " AND withdrawn_reason <> ''",
            name=op.f("ck_signed_returns_withdrawn_with_reason"),
        ),
        sa.ForeignKeyConstraint(["signed_by_id"], ["users.id"], name=op.f("fk_signed_returns_signed_by_id")),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["users.id"], name=op.f("fk_signed_returns_withdrawn_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_returns")),
        sa.UniqueConstraint(
            "starts_on", "profile", "version", name=op.f("uq_signed_returns_starts_on_profile_version")
        ),
    )


def downgrade() -> None:
    op.drop_table("signed_returns")
