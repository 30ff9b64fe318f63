"""Stars in progress, what was agreed with a parent, and the course of an intervention."""

import sqlalchemy as sa
from alembic import op

revision = "007"
down_revision = "006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reopenings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("intervention_id", sa.Integer(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("closure_reason", sa.String(length=20), nullable=False),
        sa.Column("reopened_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "closure_reason IN ('completed', 'stepped_down', 'child_protection', 'looked_after', 'disengaged', "
            "'moved_away', 'other')",
            name=op.f("ck_reopenings_closure_reason_known"),
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_reopenings_has_reason")),
        sa.CheckConstraint("reopened_on >= closed_on", name=op.f("ck_reopenings_reopened_after_closure")),
        sa.ForeignKeyConstraint(["intervention_id"], ["interventions.id"], name=op.f("fk_reopenings_intervention_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_reopenings_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reopenings")),
    )
    with op.batch_alter_table("reopenings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reopenings_intervention_id"), ["intervention_id"], unique=False)

    op.create_table(
        "transfers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("intervention_id", sa.Integer(), nullable=False),
        sa.Column("from_pod_id", sa.Integer(), nullable=False),
        sa.Column("to_pod_id", sa.Integer(), nullable=False),
        sa.Column("from_practitioner_id", sa.Integer(), nullable=True),
        sa.Column("to_practitioner_id", sa.Integer(), nullable=True),
        sa.Column("transferred_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_transfers_has_reason")),
        sa.ForeignKeyConstraint(["from_pod_id"], ["pods.id"], name=op.f("fk_transfers_from_pod_id")),
        sa.ForeignKeyConstraint(["from_practitioner_id"], ["users.id"], name=op.f("fk_transfers_from_practitioner_id")),
        sa.ForeignKeyConstraint(["intervention_id"], ["interventions.id"], name=op.f("fk_transfers_intervention_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_transfers_recorded_by_id")),
        sa.ForeignKeyConstraint(["to_pod_id"], ["pods.id"], name=op.f("fk_transfers_to_pod_id")),
        sa.ForeignKeyConstraint(["to_practitioner_id"], ["users.id"], name=op.f("fk_transfers_to_practitioner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
    )
    with op.batch_alter_table("transfers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transfers_from_pod_id"), ["from_pod_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfers_intervention_id"), ["intervention_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfers_to_pod_id"), ["to_pod_id"], unique=False)

    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(length=20), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=True),
        sa.Column("star_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_drafts_revision_from_1")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_drafts_registration_id")),
        sa.ForeignKeyConstraint(["saved_by_id"], ["users.id"], name=op.f("fk_drafts_saved_by_id")),
        sa.ForeignKeyConstraint(["star_id"], ["stars.id"], name=op.f("fk_drafts_star_id")),
        sa.ForeignKeyConstraint(["started_by_id"], ["users.id"], name=op.f("fk_drafts_started_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("star_id", name=op.f("uq_drafts_star_id")),
    )
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drafts_registration_id"), ["registration_id"], unique=False)
        batch_op.create_index(
            "uq_drafts_in_progress",
            ["registration_id"],
            unique=True,
            sqlite_where=sa.text("star_id IS NULL"),
            postgresql_where=sa.text("star_id IS NULL"),
        )

    op.create_table(
        "priorities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("star_id", sa.Integer(), nullable=False),
        sa.Column("area", sa.SmallInteger(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("by_whom", sa.Text(), nullable=False),
        sa.Column("by_when", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("reviewed_with_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("outcome IN ('done', 'partly', 'not_done')", name=op.f("ck_priorities_outcome_known")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (reviewed_with_id IS NULL)", name=op.f("ck_priorities_outcome_with_star")
        ),
        sa.CheckConstraint("area BETWEEN 1 AND 10", name=op.f("ck_priorities_area_known")),
        sa.ForeignKeyConstraint(["reviewed_with_id"], ["stars.id"], name=op.f("fk_priorities_reviewed_with_id")),
        sa.ForeignKeyConstraint(["star_id"], ["stars.id"], name=op.f("fk_priorities_star_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priorities")),
        sa.UniqueConstraint("star_id", "area", name=op.f("uq_priorities_star_id_area")),
    )
    with op.batch_alter_table("priorities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_priorities_reviewed_with_id"), ["reviewed_with_id"], unique=False)

    with op.batch_alter_table("readings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("jump_reason", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("stars", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unplanned", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("star_layout", sa.String(length=10), server_default="page", nullable=False))
        batch_op.create_check_constraint(op.f("ck_users_star_layout_known"), "star_layout IN ('page', 'area')")


def downgrade() -> None:
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_users_star_layout_known"), type_="check")
        batch_op.drop_column("star_layout")
    with op.batch_alter_table("stars", schema=None) as batch_op:
        batch_op.drop_column("unplanned")
    with op.batch_alter_table("readings", schema=None) as batch_op:
        batch_op.drop_column("jump_reason")
    for table in ("priorities", "drafts", "transfers", "reopenings"):
        op.drop_table(table)
