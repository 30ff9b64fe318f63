"""Nothing typed in a form is lost: what ``static/js/typed.js`` needs to know.

The script stores typed text in the browser's window, encrypted, until the server has saved it. A saved form is
answered with a redirect (``redirect_saved``); one that was not saved, with a page or ``redirect_unsaved``.
"""

from typing import Any

from flask import Flask, flash, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from star_tracker.models import key_ring
from star_tracker.web.auth.sessions import server_session

NEVER_STORED = ("security", "demo", "account")
"""Blueprints whose forms have passwords and codes, or no typed text."""

INTERRUPTED_FIELD = "kept"
"""The field sent with a form that was interrupted by the end of a session: it is shown again before it is recorded."""

_SAVED = "taken"


def note_saved_forms(app: Flask) -> None:
    """Have the next page say which form was saved."""

    @app.after_request
    def note(response: Response) -> Response:
        is_saved = request.method == "POST" and response.status_code == 302 and "not_saved" not in g
        if is_saved and server_session().user_id:
            note_saved()
        return response


def note_saved() -> None:
    """Note that this form was saved; needed only where a page answers it and not a redirect."""
    session[_SAVED] = request.path


def redirect_saved(message: str, endpoint: str, **values: Any) -> Response:
    """Redirect after a form was saved, to a page that shows this message."""
    flash(message)
    return redirect(url_for(endpoint, **values))


def redirect_unsaved(message: str, endpoint: str, **values: Any) -> Response:
    """Redirect to a page that shows why a form could not be saved."""
    keep_typed_text()
    flash(message, "info")
    return redirect(url_for(endpoint, **values))


def keep_typed_text() -> None:
    """Have the browser keep the typed text although this response is a redirect: nothing was saved."""
    g.not_saved = True


def pop_saved_path() -> str:
    """The path of the form that was saved just before this page; "" if none was."""
    return str(session.pop(_SAVED, ""))


def typed_key() -> str:
    """The key that encrypts this person's typed text in the browser; "" if nothing may be stored."""
    user_id = server_session().user_id
    if request.blueprint in NEVER_STORED or not user_id:
        return ""
    return key_ring().derive(f"what {user_id} typed")
