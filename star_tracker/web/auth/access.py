"""Who is asking, and whether they may. Every view declares its rule; without one the app does not start.

What is a family's is loaded by ``families.loading``.
"""

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar

from flask import Flask, abort, current_app, flash, g, redirect, request, session, url_for
from flask_login import current_user as known_user
from flask_security import login_user, logout_user
from flask_wtf.csrf import validate_csrf
from werkzeug.wrappers import Response
from wtforms import ValidationError

from star_tracker.config import Settings
from star_tracker.domain.context import Context
from star_tracker.domain.permissions import (
    Actor,
    Reader,
    Role,
    Rule,
    anyone,
    get_reader,
    may_see_every_pod,
    nobody,
)
from star_tracker.extensions import db
from star_tracker.models import User
from star_tracker.queries.figures.service import get_settings
from star_tracker.records.accounts.sessions import keep_form
from star_tracker.records.transactions import begin_to_write
from star_tracker.web.audit.looks import log_refusal
from star_tracker.web.auth.sessions import CSRF_TOKEN, ENDED_CSRF_TOKEN, this_session
from star_tracker.web.platform.typed import NEVER_KEPT, keep_what_was_typed

View = TypeVar("View", bound=Callable[..., Any])
_RULE = "access_rule"
_FRESH = "access_fresh"

FRESH = timedelta(minutes=15)
"""Exports, signing off, people and settings ask for the password again after so long."""


def access(rule: Rule, *, fresh: bool = False) -> Callable[[View], View]:
    """Declare who may enter a view: written right under the route.

    Args:
        rule: who may.
        fresh: whether they must have given their password a short while ago.
    """

    def declare(view: View) -> View:
        declare_access(view, rule, fresh=fresh)
        return view

    return declare


def declare_access(view: Callable[..., Any], rule: Rule, *, fresh: bool = False) -> None:
    """Say who may enter a view that is not ours to decorate."""
    setattr(view, _RULE, rule)
    setattr(view, _FRESH, fresh)


def check_every_view(app: Flask) -> None:
    """Refuse to start with a view that does not say who may enter.

    Raises:
        RuntimeError: naming the views.
    """
    open_views = [
        endpoint for endpoint, view in app.view_functions.items() if endpoint != "static" and not hasattr(view, _RULE)
    ]
    if open_views:
        raise RuntimeError(f"these views need @access(rule): {', '.join(sorted(open_views))}")


def get_rule(app: Flask, endpoint: str) -> Rule:
    """The rule that a view declares; the style sheet and scripts are for anyone."""
    return anyone if endpoint == "static" else getattr(app.view_functions[endpoint], _RULE)


def guard_access(app: Flask) -> None:
    """Ask the view's rule before every request; somebody who is not signed in is sent to sign in."""

    @app.before_request
    def ask() -> Response | None:
        if request.endpoint is None:
            return None
        rule = get_rule(app, request.endpoint)
        if rule(current_actor()):
            return require_fresh() if getattr(app.view_functions[request.endpoint], _FRESH, False) else None
        if current_user() is None and rule is not nobody:
            return go_and_sign_in()
        if rule is nobody:
            abort(404)
        log_refusal(current_context())
        return abort(403)


def wants_json() -> bool:
    """Whether a page's script asks, and not a person: it is answered in JSON, and sent to no other page."""
    return request.accept_mimetypes.best == "application/json"


def go_and_sign_in() -> Response:
    """To the sign-in page, and back here afterwards."""
    if wants_json():
        abort(401)
    if request.method != "GET":
        return redirect(sign_in_address())
    here = request.full_path.rstrip("?")
    return redirect(sign_in_address() if here == "/" else sign_in_address(next=here))


def sign_in_address(**parts: Any) -> str:
    """Where people sign in: the demonstration has a page of its own."""
    return url_for("demo.choose" if current_settings().demo else "security.login", **parts)


def require_fresh() -> Response | None:
    """Ask for the password again, unless it was given a short while ago.; the demonstration has none."""
    given_at = session.get("fs_paa", 0)
    if current_settings().demo or time.time() - given_at < FRESH.total_seconds():
        return None
    flash("This needs your password again, to be sure that it is you.", "info")
    if request.method == "GET":
        return redirect(url_for("security.verify", next=request.full_path.rstrip("?")))
    session["kept"] = _what_was_sent()
    keep_what_was_typed()
    return redirect(url_for("security.verify", next=url_for("account.kept")))


def keep_what_was_sent() -> bool:
    """Keep a form that was sent by somebody whose session had ended, until they have signed in again.

    It must carry the CSRF token of that very session: a form without it may come from anybody.
    """
    if not this_session().ended_token or request.blueprint in NEVER_KEPT:
        return False
    try:
        validate_csrf(request.form.get(CSRF_TOKEN), token_key=ENDED_CSRF_TOKEN)
    except ValidationError:
        return False
    return keep_form(this_session().ended_token, _what_was_sent(), now=current_settings().now())


def _what_was_sent() -> dict[str, Any]:
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in (CSRF_TOKEN, "submit")]
    return {"address": request.full_path.rstrip("?"), "fields": fields}


def sign_in_as(user: User) -> None:
    """Begin a session of this person, and end whichever was there: the demonstration's one click."""
    sign_out()
    begin_to_write()
    login_user(user, authn_via=["demo"])
    db.session.commit()


def sign_out() -> None:
    """End this person's sessions, on every machine."""
    if current_user():
        logout_user()


def current_user() -> User | None:
    """The person who is signed in."""
    return known_user._get_current_object() if known_user.is_authenticated else None


def current_actor() -> Actor:
    """The person who is signed in as permissions know them; nobody has no role."""
    user = current_user()
    if user is None:
        return Actor(source=request.remote_addr or "")
    return Actor(
        user_id=user.id,
        email=user.email,
        roles=frozenset(Role(held.role) for held in user.roles),
        pod_ids=frozenset(pod.id for pod in user.pods),
        source=request.remote_addr or "",
    )


def own_pod_ids() -> frozenset[int] | None:
    """The pods whose families this person may read; None for every pod."""
    actor = current_actor()
    return None if may_see_every_pod(actor) else actor.pod_ids


def current_reader() -> Reader | None:
    """Whose figures and lists this person is shown (R12); None for every family."""
    return get_reader(current_actor())


def current_context() -> Context:
    """Who asks for this page, and when."""
    return current_settings().context_of(current_actor())


def today() -> date:
    """The date on the wall of the service's office."""
    return current_settings().today()


def current_settings() -> Settings:
    """The settings in force during this request, with what an administrator changed; read once."""
    if "settings" not in g:
        g.settings = get_settings(installed_settings())
    settings: Settings = g.settings
    return settings


def use_installed_settings() -> None:
    """Do without what an administrator changed: the database may be what failed."""
    g.setdefault("settings", installed_settings())


def installed_settings() -> Settings:
    """The settings of this installation, as its environment gives them."""
    settings = current_app.extensions["star_tracker"]
    assert isinstance(settings, Settings)  # noqa: S101 - create_app puts it there
    return settings
