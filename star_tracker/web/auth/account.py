"""A person's own account: how they sign in, links by which a password is chosen, and what the session holds."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_security.proxies import _security
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from star_tracker.domain.errors import NotFoundError
from star_tracker.domain.permissions import anyone, signed_in
from star_tracker.records.accounts.links import ask_for_link, choose_password, get_user_by_link
from star_tracker.records.accounts.sessions import IDLE, keep_form
from star_tracker.web.auth.access import access, current_context, current_settings, current_user, sign_in_address
from star_tracker.web.auth.sessions import this_session
from star_tracker.web.auth.sign_in_forms import ChoosePasswordForm, ForgottenForm
from star_tracker.web.platform.fields import KEPT_FIELD, is_sent_and_valid
from star_tracker.web.platform.mail import notify, send_mail_later

blueprint = Blueprint("account", __name__)

_LINK_TEXT = """Somebody, probably you, asked to choose a new password for Star Tracker.

{address}

The link works once, for an hour. If it was not you, there is nothing to do: your password stays as it is.
"""


@blueprint.get("/account")
@access(signed_in)
def show() -> str:
    """How this person signs in."""
    return render_template("auth/account/show.html")


@blueprint.route("/link/<secret>", methods=["GET", "POST"])
@access(anyone)
def choose(secret: str) -> str | Response:
    """Choose a password, by a link that was given for it."""
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
    """What to do when somebody cannot sign in: a link by e-mail, or the administrator."""
    settings = current_settings()
    form = ForgottenForm()
    if settings.mail and is_sent_and_valid(form):
        if link := ask_for_link(current_context(), email=form.email.data or ""):
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
def kept() -> str | Response:
    """What was being typed when the session ended: go on with it, or let it go."""
    if not session.get(KEPT_FIELD):
        return redirect(url_for("about.home"))
    return render_template("auth/account/kept.html", kept=session[KEPT_FIELD])


@blueprint.post("/kept/discard")
@access(signed_in)
def discard() -> Response:
    """Let it go."""
    session.pop(KEPT_FIELD, None)
    return redirect(url_for("about.home"))


@blueprint.get("/session")
@access(anyone)
def remaining() -> dict[str, Any]:
    """Whose session it is, how many seconds it lasts if nothing more is asked for, and the token that its forms carry.

    Asking does not prolong it. A page that was opened before somebody signed in again needs the new token.
    """
    this_session().only_asked = True
    user = current_user()
    if user is None:
        return {"seconds": 0}
    left = this_session().seconds_left(current_settings().now())
    return {"seconds": left, "user": str(user.id), "token": generate_csrf()}


@blueprint.post("/session")
@access(signed_in)
def prolong() -> dict[str, int]:
    """Stay signed in."""
    session.modified = True
    return {"seconds": int(IDLE.total_seconds())}


@blueprint.post("/session/end")
@access(signed_in)
def end() -> tuple[str, int]:
    """The time is up: keep what is being typed, and end this session."""
    address = request.args.get("address", "")
    if not address.startswith("/") or address.startswith("//"):
        abort(400)
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    kept = session.get(KEPT_FIELD) if KEPT_FIELD in request.form else {"address": address, "fields": fields}
    if kept and kept["fields"]:
        keep_form(this_session().token, kept, now=current_settings().now())
    this_session().end()
    return "", 204


@blueprint.get("/leave")
@access(anyone)
def leave() -> Response:
    """*Exit this page*: end this session and go somewhere neutral. Another site's link ends nothing."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin":
        this_session().end()
    return redirect(current_settings().exit_address)
