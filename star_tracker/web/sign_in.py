"""Signing in to the demonstration with one click. There is no other way in yet, and no other mode to come in to."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from star_tracker.domain.permissions import anyone, signed_in
from star_tracker.queries.people import get_user, list_users_with_roles
from star_tracker.web.access import access, sign_in_as, sign_out

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
@access(anyone)
def choose() -> str:
    """The demonstration's people."""
    return render_template("sign_in.html", people=list_users_with_roles())


@blueprint.post("/sign-in")
@access(anyone)
def enter() -> Response:
    """Go on as one of them."""
    user = get_user(request.form.get("user_id", default=0, type=int))
    if user is None or not user.roles:
        abort(400)
    sign_in_as(user)
    return redirect(url_for("about.home"))


@blueprint.post("/sign-out")
@access(signed_in)
def leave() -> Response:
    """End the session."""
    sign_out()
    return redirect(url_for("sign_in.choose"))
