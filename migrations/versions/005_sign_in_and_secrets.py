"""Sign-in, sessions and settings; names, notes and council references encrypted; the audit trail a chain."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "005"
down_revision = "004"
branch_labels = None
depends_on = None

ENCRYPTED = (("users", "name"), ("families", "council_ref"), ("readings", "note"), ("stars", "withdrawn_reason"))


def upgrade() -> None:
    _create_tables()
    _add_columns()
    _fill_new_columns()
    _encrypt_what_is_there()
    _chain_audit_entries()


def _create_tables() -> None:
    op.create_table(
        "audit_chain",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_chain_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_chain")),
    )
    op.create_table(
        "record_keys",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_record_keys")),
    )
    op.create_table(
        "service_settings",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_service_settings")),
    )
    op.create_table(
        "family_people",
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name=op.f("fk_family_people_family_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_family_people_user_id")),
        sa.PrimaryKeyConstraint("family_id", "user_id", name=op.f("pk_family_people")),
    )
    with op.batch_alter_table("family_people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_people_user_id"), ["user_id"], unique=False)

    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(length=64), nullable=False),
        sa.Column("extensions", sa.String(length=255), nullable=True),
        sa.Column("create_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lastuse_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("usage", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_passkeys_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkeys_user_id"), ["user_id"], unique=False)

    op.create_table(
        "sign_in_failures",
        sa.Column("address_index", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address_index", name=op.f("pk_sign_in_failures")),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_user_id"), ["user_id"], unique=False)


def _add_columns() -> None:
    with op.batch_alter_table("families") as table:
        table.add_column(sa.Column("name", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("council_index", sa.String(length=64), nullable=False, server_default=""))
        table.add_column(sa.Column("restricted", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.alter_column("council_ref", type_=sa.Text(), existing_type=sa.String(100), existing_nullable=False)
        table.create_index(op.f("ix_families_council_index"), ["council_index"])
    with op.batch_alter_table("parents") as table:
        table.add_column(sa.Column("name", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("pods") as table:
        table.add_column(sa.Column("closed_on", sa.Date()))
    with op.batch_alter_table("users") as table:
        table.add_column(sa.Column("licensed_on", sa.Date()))
        table.add_column(sa.Column("trained_on", sa.Date()))
        table.add_column(sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("password", sa.String(length=255)))
        table.add_column(sa.Column("fs_uniquifier", sa.String(length=64)))
        table.add_column(sa.Column("fs_webauthn_user_handle", sa.String(length=64)))
        table.add_column(sa.Column("tf_primary_method", sa.String(length=64)))
        table.add_column(sa.Column("tf_totp_secret", sa.Text()))
        table.add_column(sa.Column("tf_last_counter", sa.Integer()))
        table.add_column(sa.Column("mf_recovery_codes", sa.Text()))
        table.add_column(sa.Column("link_hash", sa.String(length=64)))
        table.add_column(sa.Column("link_expires_at", sa.DateTime(timezone=True)))
        table.alter_column("name", type_=sa.Text(), existing_type=sa.String(200), existing_nullable=False)


def _fill_new_columns() -> None:
    connection = op.get_bind()
    for (user_id,) in connection.execute(sa.text("SELECT id FROM users")).all():
        connection.execute(
            sa.text("UPDATE users SET fs_uniquifier = :word WHERE id = :id"), {"word": uuid4().hex, "id": user_id}
        )
    # What only the rows of that day needed; a new row always says these itself.
    with op.batch_alter_table("families") as table:
        for column in ("name", "council_index", "restricted"):
            table.alter_column(column, server_default=None)
    with op.batch_alter_table("parents") as table:
        table.alter_column("name", server_default=None)
    with op.batch_alter_table("users") as table:
        table.alter_column("active", server_default=None)
        table.alter_column("fs_uniquifier", existing_type=sa.String(64), nullable=False)
        for column in ("fs_uniquifier", "fs_webauthn_user_handle", "link_hash"):
            table.create_unique_constraint(op.f(f"uq_users_{column}"), [column])


def _encrypt_what_is_there() -> None:
    connection, keys = op.get_bind(), current_app.extensions["star_tracker"].key_ring
    for table_name, column_name in ENCRYPTED:
        key_names = ("star_id", "area") if table_name == "readings" else ("id",)
        table = sa.table(
            table_name, *(sa.column(name) for name in (*key_names, column_name)), sa.column("council_index")
        )
        column = table.c[column_name]
        for *row_key, text in connection.execute(
            sa.select(*(table.c[name] for name in key_names), column).where(column != "")
        ).all():
            values = {column_name: keys.encrypt(text)}
            if column_name == "council_ref":
                values["council_index"] = keys.index(text)
            this_row = sa.and_(*(table.c[name] == value for name, value in zip(key_names, row_key, strict=True)))
            connection.execute(sa.update(table).where(this_row).values(values))
    if connection.scalar(sa.text("SELECT count(*) FROM users")):
        connection.execute(
            sa.text("INSERT INTO record_keys (fingerprint) VALUES (:key)"), {"key": keys.fingerprints()[0]}
        )


def _chain_audit_entries() -> None:
    """Write the entries anew, each with the hash of the one before, their values encrypted."""
    connection, keys = op.get_bind(), current_app.extensions["star_tracker"].key_ring
    old = sa.table("audit_entries", *(sa.column(name) for name in ["id", "actor", "action", "entity", "entity_id"]))
    typed = [sa.column("at", sa.DateTime(timezone=True)), sa.column("before", sa.JSON), sa.column("after", sa.JSON)]
    rows = connection.execute(sa.select(*old.c, *typed).select_from(old).order_by(old.c.id)).mappings().all()
    op.drop_table("audit_entries")
    table = op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.Integer()),
        sa.Column("family_id", sa.Integer()),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_audit_entries_previous_hash")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entries_hash")),
    )
    op.create_index(op.f("ix_audit_entries_entity_entity_id"), "audit_entries", ["entity", "entity_id"])
    for column in ("family_id", "actor", "at"):
        op.create_index(op.f(f"ix_audit_entries_{column}"), "audit_entries", [column])
    last = "0" * 64
    for row in rows:
        said: list[Any] = [
            last,
            _utc_text(row["at"]),
            row["actor"],
            "",
            row["action"],
            row["entity"],
            row["entity_id"],
            None,
        ]
        said += [row["before"], row["after"]]
        digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
        values = dict(row) | {"source": "", "family_id": None, "previous_hash": last, "hash": digest}
        for name in ("before", "after"):
            values[name] = None if row[name] is None else keys.encrypt(json.dumps(row[name]))
        connection.execute(sa.insert(table).values(values))
        last = digest
    connection.execute(
        sa.text("INSERT INTO audit_chain (id, entries, hash) VALUES (1, :n, :hash)"), {"n": len(rows), "hash": last}
    )


def _utc_text(at: datetime) -> str:
    """SQLite has forgotten the time zone, which was UTC."""
    return (at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)).isoformat()


def downgrade() -> None:
    raise NotImplementedError("what was encrypted stays so: restore the backup that was made before the upgrade")
