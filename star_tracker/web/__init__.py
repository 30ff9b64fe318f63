"""The pages. A view loads, authorises, validates, makes one call and renders.

Each journey has a package with its views, its forms (``*_form``, ``*_forms``) and its texts; its templates are in the
folder of the same name. ``platform`` is shared by every page, ``auth`` signs people in, and ``audit`` logs what is
viewed; ``families``, ``stars``, ``figures`` and ``admin`` are what people come for. This module registers them.
"""

from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from star_tracker.config import Settings, SettingsError, check_production
from star_tracker.extensions import csrf
from star_tracker.web.admin import account_requests, councils, people, pods, service_settings
from star_tracker.web.audit import pages as audit_pages
from star_tracker.web.auth import account, demo, reminders
from star_tracker.web.auth.access import check_every_view, guard_access
from star_tracker.web.auth.security import set_up_security
from star_tracker.web.families import contacts, feedback, interventions, restrictions
from star_tracker.web.families import pages as family_pages
from star_tracker.web.figures import about, caseload, covers
from star_tracker.web.figures.cohort import (
    closing,
    how_soon,
    left_out,
    quality,
    side_by_side,
    take_away,
    visits,
    worked_out,
)
from star_tracker.web.figures.cohort import glance as cohort_at_a_glance
from star_tracker.web.figures.cohort import over_time as cohort_over_time
from star_tracker.web.figures.cohort import saved as saved_cohorts
from star_tracker.web.figures.cohort import stages as cohort_stages
from star_tracker.web.figures.returns import narrative, preparing, sign_off, targets
from star_tracker.web.figures.returns import pages as return_pages
from star_tracker.web.platform.addresses import add_converters
from star_tracker.web.platform.assets import serve_compressed
from star_tracker.web.platform.compression import compress_pages
from star_tracker.web.platform.faults import register_faults
from star_tracker.web.platform.headers import set_headers
from star_tracker.web.platform.rendering import prepare_templates
from star_tracker.web.platform.typed import note_saved_forms
from star_tracker.web.stars import completed, drafts, offline, safety, talks

# No module imported here may have a package's name: it would hide star_tracker.web.stars and the like.
BLUEPRINTS = (
    about.blueprint,
    account.blueprint,
    caseload.blueprint,
    covers.blueprint,
    family_pages.blueprint,
    interventions.blueprint,
    contacts.blueprint,
    drafts.blueprint,
    offline.blueprint,
    completed.blueprint,
    talks.blueprint,
    safety.blueprint,
    cohort_at_a_glance.blueprint,
    left_out.blueprint,
    worked_out.blueprint,
    quality.blueprint,
    cohort_over_time.blueprint,
    cohort_stages.blueprint,
    saved_cohorts.blueprint,
    side_by_side.blueprint,
    how_soon.blueprint,
    closing.blueprint,
    visits.blueprint,
    take_away.blueprint,
    restrictions.blueprint,
    feedback.blueprint,
    return_pages.blueprint,
    preparing.blueprint,
    narrative.blueprint,
    targets.blueprint,
    people.blueprint,
    account_requests.blueprint,
    pods.blueprint,
    councils.blueprint,
    service_settings.blueprint,
    sign_off.blueprint,
    audit_pages.blueprint,
    reminders.blueprint,
)


def register_web(app: Flask, settings: Settings) -> None:
    """Register the pages on the application.

    Raises:
        SettingsError: a setting that is needed for safety is missing.
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
    compress_pages(app)  # first, because what is registered first handles a response last
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
    note_saved_forms(app)
    check_every_view(app)
