"""What is being done to keep the children safe, where a Star fell in an area that tells of it."""

import sqlalchemy as sa
from alembic import op

revision = "023"
down_revision = "022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "safety_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("star_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("words <> ''", name=op.f("ck_safety_answers_has_words")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name=op.f("fk_safety_answers_answered_by_id")),
        sa.ForeignKeyConstraint(["star_id"], ["stars.id"], name=op.f("fk_safety_answers_star_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_answers")),
        sa.UniqueConstraint("star_id", name=op.f("uq_safety_answers_star_id")),
    )


def downgrade() -> None:
    op.drop_table("safety_answers")
