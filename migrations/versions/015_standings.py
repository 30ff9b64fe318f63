"""How each registration stands on each day is kept: its pair, or the reason why it has none (R2, R3)."""

import sqlalchemy as sa
from alembic import op

revision = "015"
down_revision = "014"
branch_labels = None
depends_on = None

_STILL = sa.text("until IS NULL")
_COUNTED = "withdrawn_at IS NULL AND completed_by <> 'parent'"

_FILL = """
INSERT INTO standings (registration_id, since, until, standing, start_id, latest_id, pair_values)
WITH counted AS (
    SELECT id, registration_id, kind, completed_on,
        row_number() OVER (PARTITION BY registration_id, completed_on ORDER BY kind, id DESC) AS from_last
    FROM stars
    WHERE {counted}
),
days AS (
    SELECT registration_id, completed_on AS since, kind, id AS last_id FROM counted WHERE from_last = 1
    UNION ALL
    SELECT registration.id, intervention.started_on, NULL, NULL
    FROM registrations AS registration
    JOIN interventions AS intervention ON intervention.id = registration.intervention_id
    WHERE NOT EXISTS (
        SELECT * FROM stars
        WHERE registration_id = registration.id AND completed_on <= intervention.started_on AND {counted}
    )
),
histories AS (
    SELECT
        days.registration_id,
        days.since,
        lead(days.since) OVER (PARTITION BY days.registration_id ORDER BY days.since) AS until,
        CASE
            WHEN last_id IS NULL THEN 'no_counted_star'
            WHEN start.id IS NULL THEN 'no_start_star'
            WHEN last_id = start.id THEN 'one_star_only'
            ELSE 'pair'
        END AS standing,
        start.id AS start_id,
        last_id
    FROM days
    LEFT JOIN stars AS start
        ON start.registration_id = days.registration_id
        AND start.kind = 'start'
        AND start.withdrawn_at IS NULL
        AND start.completed_by <> 'parent'
        AND start.completed_on <= days.since
)
SELECT
    registration_id,
    since,
    until,
    standing,
    start_id,
    CASE WHEN standing = 'pair' THEN last_id END,
    CASE WHEN standing = 'pair' THEN {pair_values} ELSE '' END
FROM histories
"""


def upgrade() -> None:
    op.create_table(
        "standings",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("standing", sa.String(length=20), nullable=False),
        sa.Column("start_id", sa.Integer(), nullable=True),
        sa.Column("latest_id", sa.Integer(), nullable=True),
        sa.Column("pair_values", sa.String(length=20), nullable=False),
        sa.CheckConstraint("until > since", name=op.f("ck_standings_until_after_since")),
        sa.CheckConstraint(
            "standing IN ('pair', 'no_counted_star', 'no_start_star', 'one_star_only')",
            name=op.f("ck_standings_standing_known"),
        ),
        sa.CheckConstraint(
            "(start_id IS NOT NULL) = (standing IN ('pair', 'one_star_only'))",
            name=op.f("ck_standings_start_where_it_has"),
        ),
        sa.CheckConstraint("(latest_id IS NOT NULL) = (standing = 'pair')", name=op.f("ck_standings_latest_of_pair")),
        sa.CheckConstraint(
            "length(pair_values) = CASE standing WHEN 'pair' THEN 20 ELSE 0 END",
            name=op.f("ck_standings_values_of_pair"),
        ),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_standings_registration_id")),
        sa.ForeignKeyConstraint(["start_id"], ["stars.id"], name=op.f("fk_standings_start_id")),
        sa.ForeignKeyConstraint(["latest_id"], ["stars.id"], name=op.f("fk_standings_latest_id")),
        sa.PrimaryKeyConstraint("registration_id", "since", name=op.f("pk_standings")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_interventions_closed_on"), "interventions", ["closed_on"], unique=False)
    op.execute(_FILL.format(counted=_COUNTED, pair_values=_write_pair_values()))
    op.create_index(
        "uq_standings_still",
        "standings",
        ["registration_id"],
        unique=True,
        sqlite_where=_STILL,
        postgresql_where=_STILL,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ANALYZE standings")


def downgrade() -> None:
    op.drop_index(op.f("ix_interventions_closed_on"), table_name="interventions")
    op.drop_table("standings")


def _write_pair_values() -> str:
    """Two hexadecimal digits for each area: start and latest value, 0 for not scored."""
    return " || ".join(_write_digit(star, area) for area in range(1, 11) for star in ("start_id", "last_id"))


def _write_digit(star: str, area: int) -> str:
    value = f"(SELECT value FROM readings WHERE star_id = {star} AND area = {area})"  # noqa: S608 - numbers and names of ours
    return f"substr('0123456789a', coalesce({value}, 0) + 1, 1)"
