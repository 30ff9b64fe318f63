"""The pages. A view loads, authorises, validates, makes one call and renders.

``access`` knows who is asking and whether they may; ``loading`` loads what is a family's for them; ``addresses`` and
``numbers`` know what may stand in an address; ``headers`` sets the security headers; ``rendering`` prepares the
templates; ``assets`` serves what they load; ``faults`` says what went wrong; ``downloads`` answers with files;
``security`` sets Flask-Security up, on the ``sessions`` that the server keeps, with ``passwords`` of our own way;
``mail`` sends e-mail, ``links`` by it or by hand; ``seen`` has what is shown written down; ``typed`` has what is typed
kept until it is saved; ``notices`` tells people of what is done to accounts; ``audit_words``, ``audit_lists`` and
``audit_changes`` say in plain words what was done. Each other module is one topic's blueprint: ``demo``, ``account``,
``caseload``, ``families``, ``restrictions``, ``interventions``, ``drafts`` (with ``draft_pages``), ``stars``,
``talks``, ``cohort``, ``returns``, ``sign_off``, ``audit``, ``about``, and the administrator's ``people``, ``pods``
and ``service_settings``, with ``account_requests`` for a second person's answer. Their forms are in ``forms/``.
"""

from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from star_tracker.config import Settings, SettingsError, check_production
from star_tracker.extensions import csrf
from star_tracker.web import (
    about,
    account,
    account_requests,
    audit,
    caseload,
    cohort,
    demo,
    drafts,
    families,
    interventions,
    people,
    pods,
    restrictions,
    returns,
    service_settings,
    sign_off,
    stars,
    talks,
)
from star_tracker.web.access import check_every_view, guard_access
from star_tracker.web.addresses import add_converters
from star_tracker.web.assets import serve_compressed
from star_tracker.web.faults import register_faults
from star_tracker.web.headers import set_headers
from star_tracker.web.rendering import prepare_templates
from star_tracker.web.security import set_up_security
from star_tracker.web.typed import note_what_is_taken

BLUEPRINTS = (
    about.blueprint,
    account.blueprint,
    caseload.blueprint,
    families.blueprint,
    interventions.blueprint,
    drafts.blueprint,
    stars.blueprint,
    talks.blueprint,
    cohort.blueprint,
    restrictions.blueprint,
    returns.blueprint,
    people.blueprint,
    account_requests.blueprint,
    pods.blueprint,
    service_settings.blueprint,
    sign_off.blueprint,
    audit.blueprint,
)


def register_web(app: Flask, settings: Settings) -> None:
    """Put the pages on the application.

    Raises:
        SettingsError: something is missing without which it would not be safe.
    """
    if settings.demo:
        if not settings.secret_key:
            raise SettingsError("set STAR_TRACKER_SECRET_KEY to a long random text: it signs the forms")
        app.register_blueprint(demo.blueprint)
    else:
        check_production(settings)
        app.config["TRUSTED_HOSTS"] = [urlsplit(settings.address).hostname]
        if settings.proxies:
            trusted = settings.proxies
            app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted)  # type: ignore[method-assign] # Flask's way
    prepare_templates(app, settings)
    serve_compressed(app)
    add_converters(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    csrf.init_app(app)
    set_up_security(app, settings)
    register_faults(app)
    guard_access(app)
    set_headers(app)
    note_what_is_taken(app)
    check_every_view(app)
