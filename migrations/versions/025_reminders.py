"""Weekly reminders by e-mail, private calendar addresses, and how often these are read."""

import sqlalchemy as sa
from alembic import op

revision = "025"
down_revision = "024"
branch_labels = None
depends_on = None

COUNTED = ["sign_in", "link", "network_link"]


def upgrade() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_for", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reminders_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("user_id", name=op.f("uq_reminders_user_id")),
    )
    op.create_table(
        "calendar_addresses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("keyed_index", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calendar_addresses_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_addresses")),
        sa.UniqueConstraint("keyed_index", name=op.f("uq_calendar_addresses_keyed_index")),
        sa.UniqueConstraint("user_id", name=op.f("uq_calendar_addresses_user_id")),
    )
    _count([*COUNTED, "calendar", "wrong_calendar"])


def downgrade() -> None:
    op.execute("DELETE FROM tallies WHERE counted IN ('calendar', 'wrong_calendar')")
    _count(COUNTED)
    op.drop_table("calendar_addresses")
    op.drop_table("reminders")


def _count(counted: list[str]) -> None:
    known = ", ".join(f"'{one}'" for one in counted)
    with op.batch_alter_table("tallies") as batch_op:
        batch_op.drop_constraint(op.f("ck_tallies_counted_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_tallies_counted_known"), f"counted IN ({known})")
