"""Stars and their readings, with the one-of-each rules of R6 as unique indexes."""

import sqlalchemy as sa
from alembic import op

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("completed_by", sa.String(length=10), nullable=False),
        sa.Column("retrospective", sa.Boolean(), nullable=False),
        sa.Column("edition", sa.String(length=20), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL) AND withdrawn_reason <> ''",
            name=op.f("ck_stars_withdrawn_with_reason"),
        ),
        sa.CheckConstraint(
            "completed_by IN ('together', 'worker', 'parent')", name=op.f("ck_stars_completed_by_known")
        ),
        sa.CheckConstraint("kind IN ('start', 'interim', 'closure')", name=op.f("ck_stars_kind_known")),
        sa.CheckConstraint("replaces_id <> id", name=op.f("ck_stars_replaces_another")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_stars_recorded_by_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_stars_registration_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["stars.id"], name=op.f("fk_stars_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stars")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_stars_replaces_id")),
    )
    op.create_index(
        "ix_stars_counted",
        "stars",
        ["registration_id", "completed_on", sa.text("kind DESC"), "id"],
        unique=False,
        sqlite_where=sa.text("withdrawn_at IS NULL AND completed_by <> 'parent'"),
        postgresql_where=sa.text("withdrawn_at IS NULL AND completed_by <> 'parent'"),
    )
    op.create_index(op.f("ix_stars_registration_id"), "stars", ["registration_id"], unique=False)
    op.create_index(
        "uq_stars_current_closure",
        "stars",
        ["registration_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'closure' AND withdrawn_at IS NULL"),
        postgresql_where=sa.text("kind = 'closure' AND withdrawn_at IS NULL"),
    )
    op.create_index(
        "uq_stars_current_kind_and_day",
        "stars",
        ["registration_id", "kind", "completed_on"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_index(
        "uq_stars_current_start",
        "stars",
        ["registration_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'start' AND withdrawn_at IS NULL"),
        postgresql_where=sa.text("kind = 'start' AND withdrawn_at IS NULL"),
    )

    op.create_table(
        "readings",
        sa.Column("star_id", sa.Integer(), nullable=False),
        sa.Column("area", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("parent_value", sa.SmallInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('not_applicable', 'not_discussed', 'declined')", name=op.f("ck_readings_reason_known")
        ),
        sa.CheckConstraint("(value IS NULL) <> (reason IS NULL)", name=op.f("ck_readings_value_or_reason")),
        sa.CheckConstraint("area BETWEEN 1 AND 10", name=op.f("ck_readings_area_known")),
        sa.CheckConstraint("parent_value BETWEEN 1 AND 10", name=op.f("ck_readings_parent_value_on_scale")),
        sa.CheckConstraint("value BETWEEN 1 AND 10", name=op.f("ck_readings_value_on_scale")),
        sa.ForeignKeyConstraint(["star_id"], ["stars.id"], name=op.f("fk_readings_star_id")),
        sa.PrimaryKeyConstraint("star_id", "area", name=op.f("pk_readings")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("readings")
    op.drop_table("stars")
