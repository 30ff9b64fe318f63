"""What there was becomes the first council's: the one that the settings name, with its pods, people and returns."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from star_tracker.extensions import db
from tests.support.apps import make_app

BEFORE, OURS = "017", "018"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_app(request: pytest.FixtureRequest, tmp_path: object) -> Iterator[Flask]:
    """An application on a database without tables, whose environment names another council."""
    sqlite_url = f"sqlite:///{tmp_path}/test.db"
    url = sqlite_url if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    app = make_app(url, council_name="Of the environment", year_starts_in=9)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def rows(statement: str) -> list[tuple[object, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


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
    assert rows("SELECT name, name_folded, year_starts_in, closed_on FROM councils") == [
        ("Démo  Council", "démo council", 9, None)
    ]
    assert rows("SELECT pods.name, councils.name FROM pods JOIN councils ON councils.id = council_id ORDER BY 1") == [
        ("Crewe", "Démo  Council"),
        ("Leek", "Démo  Council"),
    ]
    assert rows("SELECT email FROM user_councils JOIN users ON users.id = user_id") == [("officer@example.org",)]
    assert rows("SELECT starts_on, version FROM signed_returns JOIN councils ON councils.id = council_id")
    assert rows("SELECT name FROM service_settings") == [("threshold",)]
    downgrade(revision=BEFORE)
    assert rows("SELECT name FROM pods ORDER BY name") == [("Crewe",), ("Leek",)]
    assert rows("SELECT profile, version FROM signed_returns") == [("restricted", 1)]
