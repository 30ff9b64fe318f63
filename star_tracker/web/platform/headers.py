"""The security headers of every response."""

import secrets

from flask import Flask, g, request
from werkzeug.wrappers import Response

from star_tracker.web.auth.access import installed_settings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src {images}; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
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
"""Except in the demonstration, browsers are to use HTTPS only, for a year."""

SHOWS_QR_CODE = "security.two_factor_setup"
"""The one page with an embedded picture: the authenticator's secret must not have an address of its own."""

SIGNS_OUT = "security.logout"
FORGOTTEN_ON_SIGNING_OUT = '"cache"'
"""What a browser clears on signing out. Not "storage", which holds unsaved text from other windows (typed.js), nor
"cookies", which would include those of other services under the same domain.

*Exit this page* does not send it: clearing the cache can delay leaving the page. Families' pages are never cached.
"""

CACHED_FOREVER = "public, max-age=31536000, immutable"
"""For built files, whose address changes when they do."""


def csp_nonce() -> str:
    """The nonce for this response's one inline script, which is GOV.UK Frontend's."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def set_headers(app: Flask) -> None:
    """Add the headers to every response. Pages are never cached, in case another person uses the same tablet next."""

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
