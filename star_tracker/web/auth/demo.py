"""Signing in to the demonstration with one click."""

import re

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from star_tracker.domain.permissions import anyone
from star_tracker.queries.accounts.people import list_users_with_roles
from star_tracker.web.auth.access import access, sign_in_as

blueprint = Blueprint("demo", __name__, url_prefix="/demo")


@blueprint.get("")
@access(anyone)
def choose() -> str:
    """The demonstration's people."""
    return render_template("auth/demo.html", people=list_users_with_roles(), next_page=_next_page())


@blueprint.post("")
@access(anyone)
def enter() -> Response:
    """Sign in as one of them."""
    wanted = request.form.get("user_id")
    user = next((user for user in list_users_with_roles() if str(user.id) == wanted), None)
    sign_in_as(user or abort(400))
    return redirect(_next_page().get("next") or url_for("about.home"))


def _next_page() -> dict[str, str]:
    """The page of a Star in progress, or of the Stars on this device, to return to; no other address is allowed."""
    address = request.args.get("next", "")
    return {"next": address} if re.fullmatch(r"/offline|/drafts/\d{1,9}(/check)?", address) else {}
