"""A person's own account: how they sign in, one-time links, interrupted forms, and the end of the session."""

import json
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_security.proxies import _security
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from star_tracker.domain.errors import NotFoundError
from star_tracker.domain.permissions import anyone, may_read_families, signed_in
from star_tracker.records.accounts.links import choose_password, get_user_by_link, request_link
from star_tracker.records.accounts.sessions import IDLE, store_interrupted_form
from star_tracker.records.accounts.typed_forms import get_typed_form, keep_typed_form
from star_tracker.web.auth.access import (
    access,
    current_actor,
    current_context,
    current_settings,
    current_user,
    sign_in_address,
)
from star_tracker.web.auth.sessions import server_session
from star_tracker.web.auth.sign_in_forms import ChoosePasswordForm, ForgottenForm
from star_tracker.web.platform.fields import is_sent_and_valid
from star_tracker.web.platform.mail import notify, send_mail_later
from star_tracker.web.platform.typed import INTERRUPTED_FIELD

blueprint = Blueprint("account", __name__)

MOST_TYPED, LONGEST_PATH = 200_000, 200
"""The most characters that are stored of one form, and of its address."""

_LINK_TEXT = """Somebody, probably you, asked to choose a new password for Star Tracker.

{address}

The link works once, for an hour. If it was not you, there is nothing to do: your password stays as it is.
"""


@blueprint.get("/account")
@access(signed_in)
def show() -> str:
    """How this person signs in."""
    return render_template("auth/account/show.html", may_be_reminded=may_read_families(current_actor()))


@blueprint.route("/link/<secret>", methods=["GET", "POST"])
@access(anyone)
def choose(secret: str) -> str | Response:
    """Choose a password with a one-time link."""
    user = get_user_by_link(secret, now=current_settings().now())
    if user is None:
        return render_template("auth/account/no_link.html")
    form = ChoosePasswordForm()
    if is_sent_and_valid(form):
        faults, password = _security.password_util.validate(form.password.data or "", False, user=user)
        if faults:
            form.password.errors = faults
        else:
            try:
                user = choose_password(current_context(), secret=secret, password=password)
            except NotFoundError:
                return render_template("auth/account/no_link.html")
            notify(user.email, "A password was chosen for your Star Tracker account, by a link.")
            flash("Your password is kept. Sign in with it now.")
            return redirect(sign_in_address())
    return render_template("auth/account/choose.html", form=form, user=user)


@blueprint.route("/forgotten", methods=["GET", "POST"])
@access(anyone)
def forgotten() -> str | Response:
    """Help for somebody who cannot sign in: a link by e-mail, or the administrator."""
    settings = current_settings()
    form = ForgottenForm()
    if settings.mail and is_sent_and_valid(form):
        if link := request_link(current_context(), email=form.email.data or ""):
            text = _LINK_TEXT.format(address=f"{settings.address}/link/{link.secret}")
            send_mail_later(settings.mail, link.email, "Star Tracker: choose a new password", text)
        flash(
            "If there is an account with that address, a link is on its way to it. It works once, for an hour. If you "
            "have asked several times already, use the last one that came, or wait an hour before you ask again."
        )
        return redirect(sign_in_address())
    return render_template("auth/account/forgotten.html", form=form)


@blueprint.get("/kept")
@access(signed_in)
def interrupted() -> str | Response:
    """An interrupted form: go back to it, or discard it."""
    if not session.get(INTERRUPTED_FIELD):
        return redirect(url_for("about.home"))
    return render_template("auth/account/interrupted.html", form=session[INTERRUPTED_FIELD])


@blueprint.post("/kept/discard")
@access(signed_in)
def discard() -> Response:
    """Discard an interrupted form."""
    session.pop(INTERRUPTED_FIELD, None)
    return redirect(url_for("about.home"))


@blueprint.get("/session")
@access(anyone)
def remaining() -> dict[str, Any]:
    """Whose session it is, how many seconds it lasts without further requests, and its CSRF token.

    This request does not prolong it. A page that was opened before somebody signed in again needs the new token.
    """
    server_session().only_asked = True
    user = current_user()
    if user is None:
        return {"seconds": 0}
    left = server_session().seconds_left(current_settings().now())
    return {"seconds": left, "user": str(user.id), "token": generate_csrf()}


@blueprint.post("/session")
@access(signed_in)
def prolong() -> dict[str, int]:
    """Stay signed in."""
    session.modified = True
    return {"seconds": int(IDLE.total_seconds())}


@blueprint.get("/session/typed")
@access(signed_in)
def get_typed() -> dict[str, Any]:
    """What this person has typed in the form that is sent to ``path``, and not sent yet."""
    server_session().only_asked = True
    now = current_settings().now()
    return {"entries": get_typed_form(_user_id(), path=request.args.get("path", ""), now=now)}


@blueprint.post("/session/typed")
@access(signed_in)
def keep_typed() -> tuple[str, int]:
    """Store what this person types in a form, while they type (static/js/typed_there.js)."""
    path, typed = request.form.get("path", ""), request.form.get("entries", "")
    try:
        entries = json.loads(typed) if len(typed) <= MOST_TYPED else None
    except (ValueError, RecursionError):
        entries = None
    if not path.startswith("/") or len(path) > LONGEST_PATH or not isinstance(entries, dict):
        abort(400)
    keep_typed_form(_user_id(), path=path, entries=entries, now=current_settings().now())
    return "", 204


@blueprint.post("/session/end")
@access(signed_in)
def end() -> tuple[str, int]:
    """End this session, whose time is up, and store the form that was interrupted."""
    address = request.args.get("address", "")
    if not address.startswith("/") or address.startswith("//"):
        abort(400)
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    form: dict[str, Any] = {"address": address, "fields": fields}
    if INTERRUPTED_FIELD in request.form:
        form = session.get(INTERRUPTED_FIELD, {"fields": []})
    if form["fields"]:
        store_interrupted_form(server_session().token, form, now=current_settings().now())
    server_session().end()
    return "", 204


@blueprint.get("/leave")
@access(anyone)
def leave() -> Response:
    """*Exit this page*: end this session, unless another site links here, and redirect to a neutral page."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin":
        server_session().end()
    return redirect(current_settings().exit_address)


def _user_id() -> int:
    user = current_user()
    assert user is not None  # noqa: S101 - the views that ask are for whoever is signed in
    return user.id
