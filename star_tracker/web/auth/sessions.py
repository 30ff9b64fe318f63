"""Sessions. After a correct password the server stores the session, and the browser only has a random token.

The token is useless once the session has ended. Before that a session is anonymous: its little data is in a signed
cookie, so that requests by strangers store nothing.
"""

import secrets
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer

from star_tracker.databases import describe_failure
from star_tracker.domain.errors import BusyError
from star_tracker.models import User
from star_tracker.records.accounts.sessions import (
    IDLE,
    LONGEST,
    SessionsError,
    begin_session,
    drop_session,
    load_session,
    touch_session,
    update_session,
)

TOUCHED_EVERY = timedelta(seconds=30)
"""How often, at most, a session's last use is stored."""

CSRF_TOKEN = "csrf_token"  # noqa: S105 - the name that Flask-WTF gives it in the session, in forms and in ``g``
ENDED_CSRF_TOKEN = "ended_csrf_token"  # noqa: S105 - a name
"""The key, during a request, of the CSRF token of an ended session; it is neither sent nor stored."""

SIGNED_IN, HALF_WAY = "_user_id", "tf_user_id"
"""The keys by which Flask-Login knows who has signed in, and Flask-Security who must still take the second step."""

SET_AT_SIGN_IN = frozenset({SIGNED_IN, "_fresh", "_id", "fs_cc", "fs_paa"})
"""The keys that both set when somebody signs in."""

ANONYMOUS = (CSRF_TOKEN, "_flashes")
"""The keys allowed in the signed cookie: none identifies a person, in case the signing key has leaked."""


class ServerSideSession(SecureCookieSession):
    """What pages store between requests.

    Attributes:
        token: the token in the browser; "" if the session is anonymous or has just begun.
        user_id: who has signed in.
        user: that person, loaded with the session; None if it has just begun.
        from_cookie: the content of the signed cookie.
        replaced_token: the token of the session that this one replaces.
        new_token: the token that replaces ``token``, if that changes.
        ended_token: the token of this browser's session that has just expired.
        lost: the error if the session could not be loaded.
        only_asked: whether this request should not prolong the session.
    """

    def __init__(self, data: Mapping[str, Any], token: str = "", user_id: int | None = None) -> None:
        super().__init__(data)
        self.token = token
        self.user_id = user_id
        self.user: User | None = None
        self.from_cookie: dict[str, Any] = {}
        self.replaced_token = ""
        self.new_token = ""
        self.ended_token = ""
        self.only_asked = False
        self.lost: Exception | None = None
        self.started_at: datetime | None = None
        self.seen_at: datetime | None = None

    @property
    def is_anonymous(self) -> bool:
        """Whether no password has been accepted yet: the server does not store such a session."""
        return SIGNED_IN not in self and HALF_WAY not in self

    def change_token(self) -> None:
        """Continue this session under a new token."""
        self.new_token = secrets.token_urlsafe(32)

    def begin_for(self, user_id: int) -> None:
        """Begin anew for somebody who has signed in, so that a session planted by an attacker is useless.

        Its data is deleted as well, because the attacker would know the CSRF token.
        """
        if user_id != self.user_id:
            for name in self.keys() - SET_AT_SIGN_IN:
                del self[name]
            g.pop(CSRF_TOKEN, None)
        self._replace()
        self.user_id = user_id

    def end(self) -> None:
        """End this session and continue with an anonymous one."""
        self.clear()
        g.pop(CSRF_TOKEN, None)
        self._replace()
        self.user_id = None

    def _replace(self) -> None:
        self.replaced_token, self.token, self.new_token = self.token or self.replaced_token, "", ""

    def seconds_left(self, now: datetime) -> int:
        """How long it lasts without further requests."""
        started, seen = self.started_at or now, self.seen_at or now
        return max(0, int(min(seen + IDLE - now, started + LONGEST - now).total_seconds()))


class ServerSideSessions(SecureCookieSessionInterface):
    """Flask's session interface; anonymous sessions are in a signed cookie, as in Flask itself."""

    salt = "star-tracker anonymous session"
    digest_method = staticmethod(sha256)

    def open_session(self, app: Flask, request: Request) -> ServerSideSession:
        """The session in the browser's cookie or for its token, or a new one."""
        if request.path.startswith(f"{app.static_url_path}/"):
            return ServerSideSession({})  # static files are for anybody, and cached whoever signs in
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        if "." in cookie:  # which no token has
            return self._open_anonymous(app, cookie)
        try:
            stored = load_session(cookie, now=_now()) if cookie else None
        except (SessionsError, BusyError) as error:
            failure = str(error) if isinstance(error, BusyError) else describe_failure(error)
            app.logger.error("the session could not be read: %s", failure, exc_info=not failure)
            opened = ServerSideSession({})
            opened.lost = error
            return opened
        if stored is None:
            return ServerSideSession({})
        if stored.has_ended:
            ended = ServerSideSession({ENDED_CSRF_TOKEN: stored.data.get(CSRF_TOKEN, "")})
            ended.ended_token = cookie
            return ended
        opened = ServerSideSession(stored.data, cookie, stored.user_id)
        opened.started_at, opened.seen_at, opened.user = stored.started_at, stored.seen_at, stored.user
        g.actor = (stored.user, replace(stored.actor, source=request.remote_addr or ""))  # for ``access.current_actor``
        return opened

    def _open_anonymous(self, app: Flask, cookie: str) -> ServerSideSession:
        try:
            content = self._serializer(app).loads(cookie, max_age=int(LONGEST.total_seconds()))
        except BadSignature:
            return ServerSideSession({})
        opened = ServerSideSession({name: content[name] for name in ANONYMOUS if name in content})
        opened.from_cookie = deepcopy(dict(opened))
        return opened

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Store the session's changes and its last use."""
        assert isinstance(session, ServerSideSession)  # noqa: S101 - open_session made it
        if request.endpoint == "static":
            return
        response.vary.add("Cookie")
        if session.lost:
            return
        if session.is_anonymous:
            self._save_anonymous(app, session, response)
        elif not session.token:
            self._begin(app, session, response)
        elif session.modified or session.new_token:
            lasts = update_session(
                session.token, session, now=_now(), new_token=session.new_token, is_used=not session.only_asked
            )
            if lasts and session.new_token:
                self._set_cookie(app, response, session.new_token)
        elif not session.only_asked and session.seen_at and _now() - session.seen_at > TOUCHED_EVERY:
            touch_session(session.token, now=_now())

    def _save_anonymous(self, app: Flask, session: ServerSideSession, response: Response) -> None:
        """Sign the cookie again if its content changed, or if the page has a form, which relies on it.

        No other response sets it: a late one must not replace the token of somebody who has just signed in.
        """
        if dropped := session.token or session.replaced_token:
            drop_session(dropped)
        content = {name: session[name] for name in ANONYMOUS if name in session}
        if content and (content != session.from_cookie or CSRF_TOKEN in g):
            self._set_cookie(app, response, str(self._serializer(app).dumps(content)))
        elif not content and (dropped or session.from_cookie):
            response.delete_cookie(self.get_cookie_name(app), **self._cookie_options(app))

    def _begin(self, app: Flask, session: ServerSideSession, response: Response) -> None:
        """Store a session for the first time, under a new token."""
        if session.user_id is None:
            session.pop(CSRF_TOKEN, None)  # it is from the cookie, which an attacker may have planted
        token = secrets.token_urlsafe(32)
        begin_session(token, session, user_id=session.user_id, now=_now(), replaces=session.replaced_token)
        self._set_cookie(app, response, token)

    def _serializer(self, app: Flask) -> URLSafeTimedSerializer:
        serializer = self.get_signing_serializer(app)
        assert serializer is not None  # noqa: S101 - no page is served without a secret key
        return serializer

    def _set_cookie(self, app: Flask, response: Response, value: str) -> None:
        response.set_cookie(self.get_cookie_name(app), value, **self._cookie_options(app))

    def _cookie_options(self, app: Flask) -> dict[str, Any]:
        return {
            "path": "/",
            "secure": self.get_cookie_secure(app),
            "httponly": True,
            "samesite": self.get_cookie_samesite(app),
        }


def server_session() -> ServerSideSession:
    """The current session as a ``ServerSideSession``."""
    found = session._get_current_object()  # type: ignore[attr-defined] # it is a proxy, which the hints hide
    assert isinstance(found, ServerSideSession)  # noqa: S101 - the interface made it
    return found


def _now() -> datetime:
    now: datetime = current_app.extensions["star_tracker"].now()
    return now
