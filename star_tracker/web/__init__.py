"""The pages. A view loads, authorises, validates, makes one call and renders.

``access`` knows who is asking and whether they may; ``addresses`` what may stand in an address; ``headers`` sets the
security headers; ``rendering`` prepares the templates; ``faults`` says what went wrong; ``downloads`` answers with
files; ``seen`` has what is shown written down; ``audit_words`` and ``audit_changes`` say in plain words what was. Each
other module is one topic's blueprint: ``sign_in``, ``families``, ``interventions``, ``stars``, ``cohort``, ``returns``,
``audit``, ``about``. Their forms are in ``forms/``.
"""

from flask import Flask

from star_tracker.config import Settings, SettingsError
from star_tracker.extensions import csrf
from star_tracker.web import about, audit, cohort, families, interventions, returns, sign_in, stars
from star_tracker.web.access import check_every_view, guard_access
from star_tracker.web.addresses import add_converters
from star_tracker.web.faults import register_faults
from star_tracker.web.headers import set_headers
from star_tracker.web.rendering import prepare_templates

BLUEPRINTS = (
    about.blueprint,
    sign_in.blueprint,
    families.blueprint,
    interventions.blueprint,
    stars.blueprint,
    cohort.blueprint,
    returns.blueprint,
    audit.blueprint,
)


def register_web(app: Flask, settings: Settings) -> None:
    """Put the pages on the application.

    Raises:
        SettingsError: outside the demonstration, because nobody could sign in safely there; or without a secret key.
    """
    if not settings.demo:
        raise SettingsError(
            "the pages are for the demonstration only until people can sign in with a password: run star-tracker demo. "
            "The command line works with any database"
        )
    if not settings.secret_key:
        raise SettingsError("set STAR_TRACKER_SECRET_KEY to a long random text: it signs the sessions")
    prepare_templates(app, settings)
    add_converters(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    csrf.init_app(app)
    register_faults(app)
    guard_access(app)
    set_headers(app)
    check_every_view(app)
