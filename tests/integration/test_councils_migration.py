"""What there was becomes the first council's: the one that the settings name, with its pods, people and returns."""

from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from star_tracker.extensions import db
from tests.support.databases import read_rows

BEFORE, OURS = "017", "018"


def test_the_council_of_the_settings_gets_every_pod_officer_and_signed_return(empty_app: Flask) -> None:
    upgrade(revision=BEFORE)
    with db.engine.begin() as connection:
        for name, role in (("officer", "council"), ("lead", "lead")):
            connection.execute(
                text("INSERT INTO users (email, name, active, fs_uniquifier) VALUES (:email, '', true, :name)"),
                {"email": f"{name}@example.org", "name": name},
            )
            of = {"email": f"{name}@example.org", "role": role}
            connection.execute(
                text("INSERT INTO user_roles (user_id, role) SELECT id, :role FROM users WHERE email = :email"), of
            )
        connection.execute(text("INSERT INTO pods (name, name_folded) VALUES ('Crewe', 'crewe'), ('Leek', 'leek')"))
        connection.execute(
            text(
                "INSERT INTO signed_returns (starts_on, profile, version, signed_at, signed_by_id, note, page, archive)"
                " VALUES ('2019-01-01', 'restricted', 1, '2019-04-10 12:00:00+00', 2, '', '{}', '')"
            )
        )
        connection.execute(
            text("INSERT INTO service_settings VALUES ('council_name', 'Démo  Council'), ('threshold', '10')")
        )
    upgrade(revision=OURS)
    assert read_rows("SELECT name, name_folded, year_starts_in, closed_on FROM councils") == [
        ("Démo  Council", "démo council", 9, None)
    ]
    assert read_rows(
        "SELECT pods.name, councils.name FROM pods JOIN councils ON councils.id = council_id ORDER BY 1"
    ) == [
        ("Crewe", "Démo  Council"),
        ("Leek", "Démo  Council"),
    ]
    assert read_rows("SELECT email FROM user_councils JOIN users ON users.id = user_id") == [("officer@example.org",)]
    assert read_rows("SELECT starts_on, version FROM signed_returns JOIN councils ON councils.id = council_id")
    assert read_rows("SELECT name FROM service_settings") == [("threshold",)]
    downgrade(revision=BEFORE)
    assert read_rows("SELECT name FROM pods ORDER BY name") == [("Crewe",), ("Leek",)]
    assert read_rows("SELECT profile, version FROM signed_returns") == [("restricted", 1)]
