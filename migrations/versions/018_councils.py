"""Each pod works for a council and each signed return is one's: at first, of the one that the settings name."""

import sqlalchemy as sa
from alembic import op
from flask import current_app

from star_tracker.domain.texts import fold_text

revision = "018"
down_revision = "017"
branch_labels = None
depends_on = None

_OF_ONE_COUNCIL = "uq_signed_returns_starts_on_profile_version"
_OF_SEVERAL = "uq_signed_returns_council_id_starts_on_profile_version"


def upgrade() -> None:
    councils = op.create_table(
        "councils",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_folded", sa.String(length=300), nullable=False),
        sa.Column("year_starts_in", sa.SmallInteger(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("name <> '' AND name_folded <> ''", name=op.f("ck_councils_named")),
        sa.CheckConstraint("year_starts_in BETWEEN 1 AND 12", name=op.f("ck_councils_year_starts_in_month")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_councils")),
        sa.UniqueConstraint("name", name=op.f("uq_councils_name")),
        sa.UniqueConstraint("name_folded", name=op.f("uq_councils_name_folded")),
    )
    op.create_table(
        "user_councils",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["council_id"], ["councils.id"], name=op.f("fk_user_councils_council_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_councils_user_id")),
        sa.PrimaryKeyConstraint("user_id", "council_id", name=op.f("pk_user_councils")),
    )
    op.create_index(op.f("ix_user_councils_council_id"), "user_councils", ["council_id"])
    name, year_starts_in = _read_settings()
    first = {"name": name, "name_folded": fold_text(name), "year_starts_in": year_starts_in}
    op.execute(sa.insert(councils).values(first))
    for table in ("pods", "signed_returns"):
        op.add_column(table, sa.Column("council_id", sa.Integer(), nullable=True))
        column = sa.column("council_id")
        op.execute(sa.update(sa.table(table, column)).values({column: sa.select(councils.c.id).scalar_subquery()}))
    op.execute(
        "INSERT INTO user_councils (user_id, council_id) "
        "SELECT user_id, councils.id FROM user_roles CROSS JOIN councils WHERE role = 'council'"
    )
    op.execute("DELETE FROM service_settings WHERE name = 'council_name'")
    with op.batch_alter_table("pods") as pods:
        pods.alter_column("council_id", existing_type=sa.Integer(), nullable=False)
        pods.create_foreign_key(op.f("fk_pods_council_id"), "councils", ["council_id"], ["id"])
        pods.create_index(op.f("ix_pods_council_id"), ["council_id"])
    with op.batch_alter_table("signed_returns") as signed_returns:
        signed_returns.alter_column("council_id", existing_type=sa.Integer(), nullable=False)
        signed_returns.create_foreign_key(op.f("fk_signed_returns_council_id"), "councils", ["council_id"], ["id"])
        signed_returns.drop_constraint(op.f(_OF_ONE_COUNCIL), type_="unique")
        signed_returns.create_unique_constraint(op.f(_OF_SEVERAL), ["council_id", "starts_on", "profile", "version"])


def downgrade() -> None:
    """Refused by the database where two councils have a return of the same quarter and profile."""
    with op.batch_alter_table("signed_returns") as signed_returns:
        signed_returns.drop_constraint(op.f(_OF_SEVERAL), type_="unique")
        signed_returns.create_unique_constraint(op.f(_OF_ONE_COUNCIL), ["starts_on", "profile", "version"])
        signed_returns.drop_constraint(op.f("fk_signed_returns_council_id"), type_="foreignkey")
        signed_returns.drop_column("council_id")
    with op.batch_alter_table("pods") as pods:
        pods.drop_index(op.f("ix_pods_council_id"))
        pods.drop_constraint(op.f("fk_pods_council_id"), type_="foreignkey")
        pods.drop_column("council_id")
    op.drop_table("user_councils")
    op.drop_table("councils")


def _read_settings() -> tuple[str, int]:
    """The council's name and the month in which its year begins: an administrator's, or the environment's."""
    stored = {row.name: row.value for row in op.get_bind().execute(sa.text("SELECT name, value FROM service_settings"))}
    settings = current_app.extensions["star_tracker"]
    name, month = stored.get("council_name"), stored.get("year_starts_in")
    return name or settings.council_name, int(month or settings.year_starts_in)
