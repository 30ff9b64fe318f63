"""Links and wrong tries survive the migration that gives them tables of their own, and the way back."""

from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from star_tracker.extensions import db
from tests.support.databases import read_rows

BEFORE, OURS = "009", "010"


def test_links_and_tries_are_kept(empty_app: Flask) -> None:
    upgrade(revision=BEFORE)
    with db.engine.begin() as connection:
        for name, link in (("a", "'hash'"), ("b", "NULL")):
            connection.execute(
                text(
                    "INSERT INTO users (email, name, active, fs_uniquifier, link_hash, link_expires_at) "
                    f"VALUES ('{name}@example.org', '', true, '{name}', {link}, '2019-04-17 12:00:00+00')"
                )
            )
        connection.execute(text("INSERT INTO sign_in_failures VALUES ('index', 10, '2019-04-10 12:00:00+00')"))
    upgrade(revision=OURS)
    assert read_rows("SELECT secret_hash, user_id, kind FROM password_links") == [("hash", 1, "invitation")]
    assert read_rows("SELECT counted, keyed_index, times FROM tallies") == [("sign_in", "index", 10)]
    downgrade(revision=BEFORE)
    assert read_rows("SELECT email, link_hash FROM users ORDER BY id") == [
        ("a@example.org", "hash"),
        ("b@example.org", None),
    ]
    assert read_rows("SELECT address_index, failures FROM sign_in_failures") == [("index", 10)]
