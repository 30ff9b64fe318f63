"""Security headers of every answer, strict from the first page on."""

import secrets

from flask import Flask, g, request
from werkzeug.wrappers import Response

from star_tracker.web.auth.access import installed_settings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src {images}; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Permitted-Cross-Domain-Policies": "none",
}

STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"
"""Told to browsers by every installation that has a name of its own: come by HTTPS alone, for a year."""

SHOWS_QR_CODE = "security.two_factor_setup"
"""The one page with a picture that is in the page itself: the authenticator's secret, which no address may serve."""

SIGNS_OUT = "security.logout"
FORGOTTEN_ON_SIGNING_OUT = '"cache"'
"""What a browser drops then: what it has cached. Not "storage", where what was typed in another window waits for its
writer (typed.js), and not "cookies", which would take those of every other service under the same domain.

*Exit this page* does not ask for it: a browser may look through all that it has cached before it goes on, and the page
must be left at once. No page of a family is in the cache (``no-store``).
"""

CACHED_FOREVER = "public, max-age=31536000, immutable"
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
        if not installed_settings().demo:
            response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
        if request.endpoint == SIGNS_OUT:
            response.headers["Clear-Site-Data"] = FORGOTTEN_ON_SIGNING_OUT
        images = "'self' data:" if request.endpoint == SHOWS_QR_CODE else "'self'"
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.format(nonce=csp_nonce(), images=images)
        if request.endpoint == "static":
            named_by_content = "v" in request.args
            response.headers["Cache-Control"] = CACHED_FOREVER if named_by_content else "no-cache"
        else:
            response.headers["Cache-Control"] = "no-store"
        return response
