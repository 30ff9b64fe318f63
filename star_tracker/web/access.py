"""Who is asking, and whether they may. Every view declares its rule; without one the app does not start.

Whoever loads what is a family's has it written to the audit trail first (``seen``): no page shows one unseen.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from star_tracker.config import Settings
from star_tracker.domain.permissions import (
    Actor,
    Role,
    Rule,
    anyone,
    may_read_family,
    may_record_in_pod,
    may_see_every_pod,
)
from star_tracker.models import Family, Intervention, Registration, Star, User
from star_tracker.queries import families as family_queries
from star_tracker.queries import people
from star_tracker.web.seen import log_page

View = TypeVar("View", bound=Callable[..., Any])
_RULE = "access_rule"
_SESSION_KEY = "user_id"


def access(rule: Rule) -> Callable[[View], View]:
    """Declare who may enter a view: written right under the route."""

    def declare(view: View) -> View:
        setattr(view, _RULE, rule)
        return view

    return declare


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
        if request.endpoint is None or get_rule(app, request.endpoint)(current_actor()):
            return None
        if current_user() is None:
            return redirect(url_for("sign_in.choose"))
        return abort(403)


def sign_in_as(user: User) -> None:
    """Begin a session of this person, and end whichever was there."""
    session.clear()
    session[_SESSION_KEY] = user.id


def sign_out() -> None:
    """End the session."""
    session.clear()


def current_user() -> User | None:
    """The person who is signed in, read once in a request."""
    if "user" not in g:
        user_id = session.get(_SESSION_KEY)
        g.user = people.get_user(user_id) if isinstance(user_id, int) else None
    user: User | None = g.user
    return user


def current_actor() -> Actor:
    """The person who is signed in as permissions know them; nobody has no role."""
    user = current_user()
    if user is None:
        return Actor()
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


def who_and_when() -> dict[str, Any]:
    """What every write asks for: who does it, and the instant."""
    return {"actor": current_actor(), "now": current_settings().now()}


def today() -> date:
    """The date on the wall of the service's office."""
    return current_settings().today()


def current_settings() -> Settings:
    """The settings of this application."""
    settings = current_app.extensions["star_tracker"]
    assert isinstance(settings, Settings)  # noqa: S101 - create_app puts it there
    return settings


def load_family(family_id: int) -> Family:
    """The family, or a 404 that is the same whether it does not exist or is none of this person's business."""
    family = _allowed_family(family_queries.get_family(family_id))
    log_page(entity="family", entity_id=family.id, family_id=family.id, **who_and_when())
    return family


def load_intervention(intervention_id: int) -> Intervention:
    """The intervention in which this person may record, or the same 404."""
    intervention = family_queries.get_intervention(intervention_id)
    if intervention is None or not may_record(intervention):
        abort(404)
    log_page(entity="intervention", entity_id=intervention.id, family_id=intervention.family_id, **who_and_when())
    return intervention


def load_registration(registration_id: int, *, to_record: bool = False, saved_as: str = "") -> Registration:
    """The parent's part in an intervention of a family that this person may read, or record in; or the same 404.

    ``saved_as`` is the kind of file if it is one that they take away: "csv".
    """
    registration = family_queries.get_registration(registration_id)
    _allowed_family(registration.parent.family if registration else None)
    if registration is None or (to_record and not may_record(registration.intervention)):
        abort(404)
    log_page(
        entity="registration",
        entity_id=registration.id,
        family_id=registration.family_id,
        saved_as=saved_as,
        **who_and_when(),
    )
    return registration


def may_record(intervention: Intervention) -> bool:
    """Whether this person may record in this intervention, and close it."""
    return may_record_in_pod(current_actor(), intervention.pod_id)


def load_star(star_id: int) -> Star:
    """The Star of a family that this person may read, or the same 404."""
    star = family_queries.get_star(star_id)
    family = _allowed_family(star.registration.parent.family if star else None)
    log_page(entity="star", entity_id=star_id, family_id=family.id, **who_and_when())
    return star or abort(404)


def _allowed_family(family: Family | None) -> Family:
    if family is None or not may_read_family(
        current_actor(), {intervention.pod_id for intervention in family.interventions}
    ):
        abort(404)
    return family
