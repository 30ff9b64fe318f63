"""Families, parents, interventions and who takes part in them."""

import sqlalchemy as sa
from alembic import op

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "families",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=100), nullable=False),
        sa.Column("council_ref", sa.String(length=100), nullable=False),
        sa.CheckConstraint("ref <> ''", name=op.f("ck_families_has_ref")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_families")),
        sa.UniqueConstraint("ref", name=op.f("uq_families_ref")),
    )

    op.create_table(
        "parents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=100), nullable=False),
        sa.CheckConstraint("ref <> ''", name=op.f("ck_parents_has_ref")),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name=op.f("fk_parents_family_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parents")),
        sa.UniqueConstraint("family_id", "id", name=op.f("uq_parents_family_id_id")),
        sa.UniqueConstraint("family_id", "ref", name=op.f("uq_parents_family_id_ref")),
    )

    op.create_table(
        "interventions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("pod_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=True),
        sa.Column("referred_on", sa.Date(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closure_reason", sa.String(length=20), nullable=True),
        sa.Column("children", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint(
            "closure_reason IN ('completed', 'stepped_down', 'child_protection', 'looked_after', 'disengaged', "
            "'moved_away', 'other')",
            name=op.f("ck_interventions_closure_reason_known"),
        ),
        sa.CheckConstraint(
            "(closed_on IS NULL) = (closure_reason IS NULL)", name=op.f("ck_interventions_closed_with_reason")
        ),
        sa.CheckConstraint("children BETWEEN 0 AND 20", name=op.f("ck_interventions_children_in_range")),
        sa.CheckConstraint("closed_on >= started_on", name=op.f("ck_interventions_closed_after_start")),
        sa.CheckConstraint("referred_on <= started_on", name=op.f("ck_interventions_referred_before_start")),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name=op.f("fk_interventions_family_id")),
        sa.ForeignKeyConstraint(["pod_id"], ["pods.id"], name=op.f("fk_interventions_pod_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["users.id"], name=op.f("fk_interventions_practitioner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interventions")),
        sa.UniqueConstraint("family_id", "id", name=op.f("uq_interventions_family_id_id")),
        sa.UniqueConstraint("family_id", "started_on", name=op.f("uq_interventions_family_id_started_on")),
    )
    op.create_index(op.f("ix_interventions_pod_id"), "interventions", ["pod_id"], unique=False)
    op.create_index(op.f("ix_interventions_practitioner_id"), "interventions", ["practitioner_id"], unique=False)

    op.create_table(
        "registrations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("intervention_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["family_id", "intervention_id"],
            ["interventions.family_id", "interventions.id"],
            name=op.f("fk_registrations_family_id_intervention_id"),
        ),
        sa.ForeignKeyConstraint(
            ["family_id", "parent_id"],
            ["parents.family_id", "parents.id"],
            name=op.f("fk_registrations_family_id_parent_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("intervention_id", "parent_id", name=op.f("uq_registrations_intervention_id_parent_id")),
    )
    op.create_index(op.f("ix_registrations_parent_id"), "registrations", ["parent_id"], unique=False)


def downgrade() -> None:
    op.drop_table("registrations")
    op.drop_table("interventions")
    op.drop_table("parents")
    op.drop_table("families")
