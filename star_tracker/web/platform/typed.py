"""What is typed in a form is never lost: what the pages' script (``static/js/typed.js``) needs to know of it.

The script keeps it in the browser's window, encrypted, until the server has taken it. A form that was taken is answered
by a redirect; one that was refused comes back as a page, or by a redirect of ``redirect_unsaved``.
"""

from flask import Flask, flash, g, redirect, request, session
from flask_login import current_user
from werkzeug.wrappers import Response

from star_tracker.models import key_ring

NEVER_STORED = ("security", "demo", "account")
"""Blueprints whose forms hold passwords and codes, or nothing that is typed."""

_TAKEN = "taken"


def note_saved_forms(app: Flask) -> None:
    """Let the page that comes next say which form was taken."""

    @app.after_request
    def note(response: Response) -> Response:
        was_taken = request.method == "POST" and response.status_code == 302 and "not_saved" not in g
        if was_taken and current_user.is_authenticated:
            note_saved()
        return response


def note_saved() -> None:
    """What was sent is taken; for a page that says so itself, and does not lead to another."""
    session[_TAKEN] = request.path


def redirect_unsaved(words: str, address: str) -> Response:
    """To another page, which says why what was sent could not be saved."""
    flash(words, "info")
    keep_typed_text()
    return redirect(address)


def keep_typed_text() -> None:
    """Have the browser keep it: this answer leads to another page, and nothing was saved."""
    g.not_saved = True


def pop_saved_path() -> str:
    """The path of the form that was sent before this page and is taken; "" if none was."""
    return str(session.pop(_TAKEN, ""))


def typed_key() -> str:
    """The key that the page keeps what is typed with: each person's own; "" where nothing may be kept."""
    if request.blueprint in NEVER_STORED or not current_user.is_authenticated:
        return ""
    return key_ring().derive(f"what {current_user.id} typed")
