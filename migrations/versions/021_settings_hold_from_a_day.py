"""What touches figures holds from a day (R15): settings, and the month in which a council's year begins."""

import sqlalchemy as sa
from alembic import op

revision = "021"
down_revision = "020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What an administrator chose before holds since always."""
    op.create_table(
        "council_years",
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=False),
        sa.Column("year_starts_in", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("year_starts_in BETWEEN 1 AND 12", name=op.f("ck_council_years_year_starts_in_month")),
        sa.ForeignKeyConstraint(["council_id"], ["councils.id"], name=op.f("fk_council_years_council_id")),
        sa.PrimaryKeyConstraint("council_id", "holds_from", name=op.f("pk_council_years")),
    )
    op.add_column("service_settings", sa.Column("holds_from", sa.Date(), server_default="0001-01-01", nullable=False))
    with op.batch_alter_table("service_settings") as settings:
        settings.alter_column("holds_from", existing_type=sa.Date(), server_default=None)
        settings.drop_constraint(op.f("pk_service_settings"), type_="primary")
        settings.create_primary_key(op.f("pk_service_settings"), ["name", "holds_from"])


def downgrade() -> None:
    """Of each setting the last value stays, whether it holds yet or not."""
    op.execute(
        "DELETE FROM service_settings WHERE holds_from < (SELECT MAX(later.holds_from) FROM service_settings AS later "
        "WHERE later.name = service_settings.name)"
    )
    with op.batch_alter_table("service_settings") as settings:
        settings.drop_constraint(op.f("pk_service_settings"), type_="primary")
        settings.create_primary_key(op.f("pk_service_settings"), ["name"])
        settings.drop_column("holds_from")
    op.drop_table("council_years")
