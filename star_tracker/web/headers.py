"""Security headers of every answer, strict from the first page on."""

import secrets

from flask import Flask, g, request
from werkzeug.wrappers import Response

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

KEPT_FOR_GOOD = "public, max-age=31536000, immutable"
"""For built files, whose address changes when they do."""


def csp_nonce() -> str:
    """The word that allows this answer's one inline script, GOV.UK Frontend's own; another one for each answer."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def set_headers(app: Flask) -> None:
    """Add the headers to every answer. Pages are never stored: the next person at this tablet sees none of them."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(HEADERS)
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.format(nonce=csp_nonce())
        if request.endpoint == "static":
            named_by_content = "v" in request.args
            response.headers["Cache-Control"] = KEPT_FOR_GOOD if named_by_content else "no-cache"
        else:
            response.headers["Cache-Control"] = "no-store"
        return response
