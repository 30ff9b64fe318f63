"""Signing in to the demonstration with one click. There is no other way in yet, and no other mode to come in to."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from star_tracker.domain.permissions import anyone, signed_in
from star_tracker.queries.people import list_users_with_roles
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
    wanted = request.form.get("user_id")
    user = next((user for user in list_users_with_roles() if str(user.id) == wanted), None)
    sign_in_as(user or abort(400))
    return redirect(url_for("about.home"))


@blueprint.post("/sign-out")
@access(signed_in)
def leave() -> Response:
    """End the session."""
    sign_out()
    return redirect(url_for("sign_in.choose"))
