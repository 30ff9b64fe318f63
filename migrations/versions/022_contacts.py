"""Contacts: visits to families, and attempts at one."""

import sqlalchemy as sa
from alembic import op

revision = "022"
down_revision = "021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("intervention_id", sa.Integer(), nullable=False),
        sa.Column("contacted_on", sa.Date(), nullable=False),
        sa.Column("who_went", sa.String(length=11), nullable=False),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.Column("with_whom", sa.String(length=8), nullable=True),
        sa.Column("minutes", sa.SmallInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "who_went IN ('worker', 'consultant', 'peer_mentor', 'volunteer')", name=op.f("ck_contacts_who_went_known")
        ),
        sa.CheckConstraint("with_whom IN ('parents', 'children', 'both')", name=op.f("ck_contacts_with_whom_known")),
        sa.CheckConstraint("with_whom IS NULL OR seen", name=op.f("ck_contacts_with_whom_only_if_seen")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 600", name=op.f("ck_contacts_minutes_in_range")),
        sa.ForeignKeyConstraint(["intervention_id"], ["interventions.id"], name=op.f("fk_contacts_intervention_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_contacts_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_intervention_id_contacted_on"), "contacts", ["intervention_id", "contacted_on"])


def downgrade() -> None:
    op.drop_table("contacts")
