"""A pod can be a comparison group, which is in no figure of the service (R14)."""

import sqlalchemy as sa
from alembic import op

revision = "017"
down_revision = "016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pods", sa.Column("is_comparison", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("pods", "is_comparison")
