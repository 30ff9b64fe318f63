"""The application and how it is created, in named steps."""

from flask import Flask

from star_tracker import paths
from star_tracker.config import Settings, read_settings
from star_tracker.databases import engine_options
from star_tracker.extensions import db


def create_app(settings: Settings | None = None, *, web: bool = True) -> Flask:
    """Create the application.

    Args:
        settings: read from the environment if not given.
        web: whether to register the pages, whose libraries the command line does without.

    Raises:
        SettingsError: a setting is not valid, or pages could not be served safely.
    """
    settings = settings or read_settings()
    app = Flask(__name__, template_folder=str(paths.TEMPLATES_FOLDER), static_folder=str(paths.STATIC_FOLDER))
    app.extensions["star_tracker"] = settings
    _configure(app, settings)
    _connect_database(app, settings)
    if web:
        from star_tracker.web import register_web  # noqa: PLC0415 - the command line starts without the web's libraries

        register_web(app, settings)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        DEBUG=False,  # whatever FLASK_DEBUG says: its error pages reveal too much
        SECRET_KEY=settings.secret_key or None,
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SESSION_COOKIE_NAME="session" if settings.demo else "__Host-session",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not settings.demo,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.sqlalchemy_url),
        MAX_CONTENT_LENGTH=1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # no page sends a referrer (web.headers); web.faults refuses other sites' forms
    )


def _connect_database(app: Flask, settings: Settings) -> None:
    from star_tracker import models  # noqa: F401, PLC0415 - the tables must be known before migrations compare them

    if not settings.database_url:
        settings.instance.mkdir(parents=True, exist_ok=True)  # for the SQLite file
    db.init_app(app)
