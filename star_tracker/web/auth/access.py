"""The current user, and access rules. Every view declares its rule; without one the application does not start.

A family's data is loaded by ``families.loading``, which checks access to that family.
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
from star_tracker.domain.permissions import Actor, Reader, Rule, anyone, get_reader, may_see_every_pod, nobody
from star_tracker.extensions import db
from star_tracker.models import User
from star_tracker.queries.figures.service import get_settings
from star_tracker.records.accounts.sessions import store_interrupted_form
from star_tracker.records.transactions import begin_write
from star_tracker.web.audit.looks import log_refusal
from star_tracker.web.auth.sessions import CSRF_TOKEN, ENDED_CSRF_TOKEN, server_session
from star_tracker.web.platform.typed import INTERRUPTED_FIELD, NEVER_STORED, keep_typed_text

View = TypeVar("View", bound=Callable[..., Any])
_RULE = "access_rule"
_FRESH = "access_fresh"

FRESH = timedelta(minutes=15)
"""How long exports, signing off, people and settings work without entering the password again."""


def access(rule: Rule, *, fresh: bool = False) -> Callable[[View], View]:
    """Declare who may enter a view; written right below the route.

    Args:
        rule: who may.
        fresh: whether they must have entered their password recently.
    """

    def declare(view: View) -> View:
        declare_access(view, rule, fresh=fresh)
        return view

    return declare


def declare_access(view: Callable[..., Any], rule: Rule, *, fresh: bool = False) -> None:
    """Declare who may enter a view that cannot be decorated."""
    setattr(view, _RULE, rule)
    setattr(view, _FRESH, fresh)


def check_every_view(app: Flask) -> None:
    """Refuse to start with a view that does not declare a rule.

    Raises:
        RuntimeError: names the views.
    """
    undeclared = [
        endpoint for endpoint, view in app.view_functions.items() if endpoint != "static" and not hasattr(view, _RULE)
    ]
    if undeclared:
        raise RuntimeError(f"these views need @access(rule): {', '.join(sorted(undeclared))}")


def get_rule(app: Flask, endpoint: str) -> Rule:
    """The rule that a view declares; static files are for anyone."""
    return anyone if endpoint == "static" else getattr(app.view_functions[endpoint], _RULE)


def guard_access(app: Flask) -> None:
    """Check the view's rule before every request; redirect to the sign-in page if nobody is signed in."""

    @app.before_request
    def check_access() -> Response | None:
        if request.endpoint is None:
            return None
        rule = get_rule(app, request.endpoint)
        if rule(current_actor()):
            return require_fresh() if getattr(app.view_functions[request.endpoint], _FRESH, False) else None
        if current_user() is None and rule is not nobody:
            return redirect_to_sign_in()
        if rule is nobody:
            abort(404)
        log_refusal(current_context())
        return abort(403)


def wants_json() -> bool:
    """Whether the request comes from a page's script, which needs JSON and no redirect."""
    return request.accept_mimetypes.best == "application/json"


def redirect_to_sign_in() -> Response:
    """Redirect to the sign-in page, and back here afterwards."""
    if wants_json():
        abort(401)
    if request.method != "GET":
        return redirect(sign_in_address())
    here = request.full_path.rstrip("?")
    return redirect(sign_in_address() if here == "/" else sign_in_address(next=here))


def sign_in_address(**parts: Any) -> str:
    """The address of the sign-in page; the demonstration has its own."""
    return url_for("demo.choose" if current_settings().demo else "security.login", **parts)


def require_fresh() -> Response | None:
    """Redirect to enter the password again, unless it was entered recently; the demonstration has no passwords."""
    entered_at = session.get("fs_paa", 0)
    if current_settings().demo or time.time() - entered_at < FRESH.total_seconds():
        return None
    flash("This needs your password again, to be sure that it is you.", "info")
    if request.method == "GET":
        return redirect(url_for("security.verify", next=request.full_path.rstrip("?")))
    session[INTERRUPTED_FIELD] = _read_sent_form()
    keep_typed_text()
    return redirect(url_for("security.verify", next=url_for("account.interrupted")))


def store_sent_form() -> bool:
    """Store a form sent by somebody whose session has ended until they have signed in again; False if it is refused.

    It must have the CSRF token of that session: a form without it may come from anybody.
    """
    if not server_session().ended_token or request.blueprint in NEVER_STORED:
        return False
    try:
        validate_csrf(request.form.get(CSRF_TOKEN), token_key=ENDED_CSRF_TOKEN)
    except ValidationError:
        return False
    return store_interrupted_form(server_session().ended_token, _read_sent_form(), now=current_settings().now())


def _read_sent_form() -> dict[str, Any]:
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in (CSRF_TOKEN, "submit")]
    return {"address": request.full_path.rstrip("?"), "fields": fields}


def sign_in_as(user: User) -> None:
    """Begin a session for this person in place of any other: the demonstration's one click."""
    sign_out()
    begin_write()
    login_user(user, authn_via=["demo"])
    db.session.commit()


def sign_out() -> None:
    """End this person's sessions, on every machine."""
    if current_user():
        logout_user()


def current_user() -> User | None:
    """The person who is signed in."""
    user = known_user._get_current_object()
    return user if isinstance(user, User) else None


def current_actor() -> Actor:
    """The person who is signed in, as permissions see them; without a role if there is none."""
    user = current_user()
    if "actor" not in g or g.actor[0] is not user:  # it is asked for many times on one page
        source = request.remote_addr or ""
        g.actor = (user, user.as_actor(source) if user else Actor(source=source))
    actor: Actor = g.actor[1]
    return actor


def current_pod_ids() -> frozenset[int] | None:
    """The pods whose families this person may read; None for every pod."""
    actor = current_actor()
    return None if may_see_every_pod(actor) else actor.pod_ids


def current_reader() -> Reader | None:
    """Whose lists and figures to show (R12); None for every family."""
    return get_reader(current_actor())


def current_context() -> Context:
    """Who requests this page, and when."""
    return current_settings().context_of(current_actor())


def today() -> date:
    """The date in the service's time zone."""
    return current_settings().today()


def current_settings() -> Settings:
    """The settings in force during this request, including an administrator's changes; read once."""
    settings: Settings | None = g.get("settings")
    if settings is None:
        settings = g.settings = get_settings(installed_settings())
    return settings


def use_installed_settings() -> None:
    """Ignore an administrator's changes, because the database may have failed."""
    g.setdefault("settings", installed_settings())


def installed_settings() -> Settings:
    """The settings from the environment."""
    settings = current_app.extensions["star_tracker"]
    assert isinstance(settings, Settings)  # noqa: S101 - create_app puts it there
    return settings
