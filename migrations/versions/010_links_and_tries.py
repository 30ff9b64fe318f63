"""Several links by which a person may choose a password, and one table for everything that may be tried so often."""

import sqlalchemy as sa
from alembic import op

revision = "010"
down_revision = "009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_tables()
    op.execute(
        "INSERT INTO password_links (secret_hash, user_id, kind, expires_at) "
        "SELECT link_hash, id, 'invitation', link_expires_at FROM users "
        "WHERE link_hash IS NOT NULL AND link_expires_at IS NOT NULL"
    )
    op.execute(
        "INSERT INTO tallies (counted, keyed_index, times, at) "
        "SELECT 'sign_in', address_index, failures, last_at FROM sign_in_failures"
    )
    op.drop_table("sign_in_failures")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_users_link_hash"), type_="unique")
        batch_op.drop_column("link_hash")
        batch_op.drop_column("link_expires_at")


def _create_tables() -> None:
    op.create_table(
        "password_links",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('invitation', 'reset')", name=op.f("ck_password_links_kind_known")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_password_links_user_id")),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_password_links")),
    )
    with op.batch_alter_table("password_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_password_links_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_password_links_user_id"), ["user_id"], unique=False)

    op.create_table(
        "tallies",
        sa.Column("counted", sa.String(length=20), nullable=False),
        sa.Column("keyed_index", sa.String(length=64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("counted IN ('sign_in', 'link', 'network_link')", name=op.f("ck_tallies_counted_known")),
        sa.PrimaryKeyConstraint("counted", "keyed_index", name=op.f("pk_tallies")),
    )
    with op.batch_alter_table("tallies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tallies_at"), ["at"], unique=False)


def downgrade() -> None:
    """Of several links of a person the last that expires is kept."""
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("link_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("link_expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_unique_constraint(op.f("uq_users_link_hash"), ["link_hash"])
    for column, taken in (("link_hash", "secret_hash"), ("link_expires_at", "expires_at")):
        op.execute(
            f"UPDATE users SET {column} = (SELECT {taken} FROM password_links WHERE user_id = users.id "  # noqa: S608 - names of ours
            "ORDER BY expires_at DESC, secret_hash LIMIT 1)"
        )
    op.create_table(
        "sign_in_failures",
        sa.Column("address_index", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address_index", name=op.f("pk_sign_in_failures")),
    )
    op.execute(
        "INSERT INTO sign_in_failures (address_index, failures, last_at) "
        "SELECT keyed_index, times, at FROM tallies WHERE counted = 'sign_in'"
    )
    op.drop_table("tallies")
    op.drop_table("password_links")
