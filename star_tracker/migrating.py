"""The application of whoever migrates the tables: apart from ``app``, so that nobody else loads Alembic."""

from flask import Flask
from flask_migrate import Migrate

from star_tracker import paths
from star_tracker.app import create_app
from star_tracker.config import Settings
from star_tracker.extensions import db


def create_migrating_app(settings: Settings | None = None) -> Flask:
    """An application without pages, in whose context Flask-Migrate works; ``settings`` as for ``create_app``."""
    app = create_app(settings, web=False)
    bind_migrations(app)
    return app


def bind_migrations(app: Flask) -> None:
    """Tell Flask-Migrate where an application's tables and migrations are."""
    Migrate(app, db, directory=str(paths.MIGRATIONS_FOLDER), render_as_batch=True)
