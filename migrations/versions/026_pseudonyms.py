"""A random pseudonym for each parent and council, for the row-level file of a restricted return."""

import sqlalchemy as sa
from alembic import op

revision = "026"
down_revision = "025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pseudonyms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.CheckConstraint("token <> ''", name=op.f("ck_pseudonyms_has_token")),
        sa.ForeignKeyConstraint(["council_id"], ["councils.id"], name=op.f("fk_pseudonyms_council_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["parents.id"], name=op.f("fk_pseudonyms_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pseudonyms")),
        sa.UniqueConstraint("council_id", "parent_id", name=op.f("uq_pseudonyms_council_id_parent_id")),
    )
    op.create_index(op.f("ix_pseudonyms_parent_id"), "pseudonyms", ["parent_id"], unique=False)


def downgrade() -> None:
    op.drop_table("pseudonyms")
