"""Error pages: what happened and what to do."""

from typing import Any

from flask import Flask, Response, abort, current_app, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from star_tracker.databases import describe_failure
from star_tracker.domain.errors import AlteredError, BusyError, DomainError, NotFoundError, NotLoggedError
from star_tracker.keys import WrongKeyError
from star_tracker.web.auth.access import sign_in_address, store_sent_form, use_installed_settings, wants_json
from star_tracker.web.auth.sessions import server_session

MOST_FIELDS = 1_000
"""In the query string and the form together; Flask limits forms with files in the same way."""

WORDS = {
    401: ("You have been signed out", "Sign in again: what you entered is kept in this window, and is saved then."),
    400: (
        "This page could not use what was sent",
        "Go back, check what you entered and send it again.",
    ),
    403: (
        "You cannot see this page",
        "Your account does not open it. If your work needs it, ask your service lead or administrator.",
    ),
    404: (
        "Page not found",
        "There is no such page, or it is not yours to see. Check the address, or begin again at your first page.",
    ),
    405: ("Page not found", "This address only takes forms. Go back and use the page's buttons."),
    415: ("This page could not use what was sent", "It takes what its own form sends, and nothing else."),
    413: (
        "That is too much at once",
        "Nothing was saved. Go back, and send less at a time: shorter texts, or fewer lines of a list.",
    ),
    500: (
        "Sorry, something went wrong",
        "Nothing you sent was half saved. Try again; if it happens again, tell your administrator what you were doing.",
    ),
}


def register_faults(app: Flask) -> None:
    """Answer every error with a page in plain words; technical messages are never shown."""

    def log_exception(exc_info: Any) -> None:
        """Log the route and not the address, which may contain a link's secret or forged line breaks.

        A database failure is one line, as there will be many; other errors have a traceback.
        """
        page = f"{request.url_rule or 'no page'} [{request.method}]"
        if failure := describe_failure(exc_info[1]):
            app.logger.error("No answer in %s: %s", page, failure)
        else:
            app.logger.error("Exception in %s", page, exc_info=exc_info)

    app.log_exception = log_exception  # type: ignore[method-assign] # as Flask's documentation has it
    handle_exception = app.handle_exception

    def handle_late_exception(e: Exception) -> Response:
        """Handle errors after the view, when a library commits or the session is stored, like any other."""
        if not isinstance(e, BusyError):
            return handle_exception(e)
        server_session().lost = e  # so that storing the session does not wait again
        return app.finalize_request(busy(e), from_error_handler=True)

    app.handle_exception = handle_late_exception  # type: ignore[method-assign] # error handlers do not see these

    @app.before_request
    def stop_without_session() -> None:
        """Fail if the session could not be loaded from the database."""
        if isinstance(error := server_session().lost, BusyError):
            raise error
        if error:
            abort(500)

    @app.before_request
    def refuse_endless_forms() -> None:
        """No page sends so many fields, and each may cause a lookup."""
        if sum(len(values) for sent in (request.args, request.form) for values in sent.listvalues()) > MOST_FIELDS:
            abort(413)

    @app.before_request
    def refuse_null_characters() -> None:
        """Nobody types them, and PostgreSQL cannot store them."""
        if any("\0" in text for values in (request.args, request.form) for text in values.values()):
            abort(400)

    @app.before_request
    def refuse_json() -> None:
        """Pages take forms only. Flask-Security's would accept JSON, whose values need not be text."""
        if request.is_json:
            _forget_user()
            abort(415)

    @app.before_request
    def refuse_other_sites_forms() -> None:
        """A defence besides the CSRF token and SameSite cookies: browsers say where a form comes from."""
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            abort(400)

    @app.errorhandler(SecurityError)
    def wrong_host(_error: SecurityError) -> tuple[str, int, dict[str, str]]:
        """Answer a request with a wrong host name in plain text: a page's links would contain that name."""
        return "This is not the address of a Star Tracker service.", 400, {"Content-Type": "text/plain; charset=utf-8"}

    @app.errorhandler(NotFoundError)
    def not_found(_error: NotFoundError) -> tuple[str, int]:
        return _page(404)

    @app.errorhandler(NotLoggedError)
    def not_logged(error: NotLoggedError) -> ResponseReturnValue:
        current_app.logger.error("a page was not shown because it could not be logged: %s", error)
        return _try_later(
            error,
            "This page cannot be shown just now",
            "Who looks at a family is written down first, and somebody else is writing a great deal, perhaps an "
            "import. Nothing you sent was saved. Wait a minute, then try again.",
        )

    @app.errorhandler(AlteredError)
    def altered(error: AlteredError) -> tuple[str, int]:
        current_app.logger.error("%s", error)
        return _page(
            500,
            "This return cannot be shown",
            "What is kept of it is not what was signed off, so nothing of it is handed out. Tell the service lead, who "
            "can withdraw the sign-off and sign the return off again, and your administrator.",
        )

    @app.errorhandler(BusyError)
    def busy(error: BusyError) -> ResponseReturnValue:
        current_app.logger.warning("the database was busy for %s", request.url_rule or "no page")
        return _try_later(
            error,
            "Star Tracker is busy",
            f"{error.message}. If you were saving something, look first whether it is there.",
        )

    @app.errorhandler(WrongKeyError)
    def wrong_key(error: WrongKeyError) -> tuple[str, int]:
        current_app.logger.error("%s", error)
        return _page(
            500,
            "This page cannot be shown",
            "Names and notes are encrypted, and the service does not have the key that they were encrypted with. "
            "Nothing is lost. Tell your administrator.",
        )

    @app.errorhandler(CSRFError)
    def form_too_old(_error: CSRFError) -> tuple[str, int] | AnyResponse:
        if wants_json():
            return _page(401)
        if store_sent_form():
            return redirect(sign_in_address())
        return _page(
            400,
            "This form is no longer valid",
            "It was opened before you signed in, or too long ago. Go back, reload the page and send it again.",
        )

    @app.errorhandler(HTTPException)
    def fault(error: HTTPException) -> tuple[str, int]:
        return _page(error.code or 500)


def _forget_user() -> None:
    """Render the error page as for nobody: looking up the user may be what failed."""
    g._login_user = AnonymousUserMixin()


def _try_later(error: DomainError, heading: str, advice: str) -> ResponseReturnValue:
    """Answer a valid request that failed for the moment: with a page, or as JSON for a script to try again."""
    if wants_json():
        return jsonify(field=error.field, message=error.message), 503
    return _page(503, heading, advice)


def _page(code: int, heading: str = "", advice: str = "") -> tuple[str, int]:
    if code >= 500:
        _forget_user()
        use_installed_settings()
    usual_heading, usual_advice = WORDS.get(code, WORDS[400 if code < 500 else 500])
    return render_template("fault.html", heading=heading or usual_heading, advice=advice or usual_advice), code
