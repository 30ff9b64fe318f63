"""Sessions. The server stores one as soon as a password was right; the browser then holds a random token.

The token is worth nothing once the session has ended. Before, a session is anonymous: the browser itself holds the
little that there is, in a signed cookie, so that requests of anybody at all store nothing.
"""

import secrets
from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer

from star_tracker.databases import describe_failure
from star_tracker.domain.errors import BusyError
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
"""A session's last use is noted so often at most."""

CSRF_TOKEN = "csrf_token"  # noqa: S105 - the name that Flask-WTF gives it in the session, in forms and in ``g``
ENDED_CSRF_TOKEN = "ended_csrf_token"  # noqa: S105 - a name
"""Where a request finds the CSRF token that forms of its ended session carry; it is neither sent nor stored."""

SIGNED_IN, HALF_WAY = "_user_id", "tf_user_id"
"""Where Flask-Login keeps who has signed in, and Flask-Security whose password was right before the second step."""

SET_AT_SIGN_IN = frozenset({SIGNED_IN, "_fresh", "_id", "fs_cc", "fs_paa"})
"""What the two put into a session when somebody signs in."""

ANONYMOUS = (CSRF_TOKEN, "_flashes")
"""What the signed cookie may hold: never who somebody is, even if the key that signs it has leaked."""


class ServerSideSession(SecureCookieSession):
    """What the pages keep between one request and the next.

    Attributes:
        token: what the browser holds; "" if the session is anonymous or has just begun.
        user_id: who has signed in.
        from_cookie: what the signed cookie held.
        replaced_token: the token of the session that this one replaces.
        new_token: the token that replaces ``token``, if that changes.
        ended_token: the token of this browser's session that was idle, or lasted, too long.
        lost: why the database did not answer; None if it did.
        only_asked: whether this request is no sign that somebody is there.
    """

    def __init__(self, data: Mapping[str, Any], token: str = "", user_id: int | None = None) -> None:
        super().__init__(data)
        self.token = token
        self.user_id = user_id
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
        """Whether no password was right yet: the server does not store such a session."""
        return SIGNED_IN not in self and HALF_WAY not in self

    def change_token(self) -> None:
        """Go on under another token."""
        self.new_token = secrets.token_urlsafe(32)

    def begin_for(self, user_id: int) -> None:
        """Somebody has signed in: there is a new token, so that a planted one is worth nothing.

        Nothing else that was there before is kept either: whoever planted it would know the CSRF token.
        """
        if user_id != self.user_id:
            for name in self.keys() - SET_AT_SIGN_IN:
                del self[name]
            g.pop(CSRF_TOKEN, None)
        self._replace()
        self.user_id = user_id

    def end(self) -> None:
        """End it; what follows is anonymous."""
        self.clear()
        g.pop(CSRF_TOKEN, None)
        self._replace()
        self.user_id = None

    def _replace(self) -> None:
        self.replaced_token, self.token, self.new_token = self.token or self.replaced_token, "", ""

    def seconds_left(self, now: datetime) -> int:
        """How long it lasts if nothing more is asked for."""
        started, seen = self.started_at or now, self.seen_at or now
        return max(0, int(min(seen + IDLE - now, started + LONGEST - now).total_seconds()))


class ServerSideSessions(SecureCookieSessionInterface):
    """Opens and stores sessions for Flask; anonymous ones in a signed cookie, as Flask itself does."""

    salt = "star-tracker anonymous session"
    digest_method = staticmethod(sha256)

    def open_session(self, app: Flask, request: Request) -> ServerSideSession:
        """The session that the browser's cookie holds or names, or a new one."""
        if request.path.startswith(f"{app.static_url_path}/"):
            return ServerSideSession({})  # these files are for anybody, and kept by the browser whoever signs in
        held = request.cookies.get(self.get_cookie_name(app), "")
        if "." in held:  # which no token has
            return self._open_anonymous(app, held)
        try:
            stored = load_session(held, now=_now()) if held else None
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
            ended.ended_token = held
            return ended
        opened = ServerSideSession(stored.data, held, stored.user_id)
        opened.started_at, opened.seen_at = stored.started_at, stored.seen_at
        return opened

    def _open_anonymous(self, app: Flask, held: str) -> ServerSideSession:
        try:
            content = self._serializer(app).loads(held, max_age=int(LONGEST.total_seconds()))
        except BadSignature:
            return ServerSideSession({})
        opened = ServerSideSession({name: content[name] for name in ANONYMOUS if name in content})
        opened.from_cookie = deepcopy(dict(opened))
        return opened

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Store what was changed; note that the session was used."""
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
        """Sign the cookie again if its content changed, or if the page has a form, which needs it for a while.

        No other answer sets it: one that arrives late must not replace the token of somebody who has just signed in.
        """
        if dropped := session.token or session.replaced_token:
            drop_session(dropped)
        content = {name: session[name] for name in ANONYMOUS if name in session}
        if content and (content != session.from_cookie or CSRF_TOKEN in g):
            self._set_cookie(app, response, str(self._serializer(app).dumps(content)))
        elif not content and (dropped or session.from_cookie):
            response.delete_cookie(self.get_cookie_name(app), **self._cookie_options(app))

    def _begin(self, app: Flask, session: ServerSideSession, response: Response) -> None:
        """Store a session from now on, under a new token."""
        if session.user_id is None:
            session.pop(CSRF_TOKEN, None)  # it came from the cookie, and whoever planted that would know it
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
    """The session of this request."""
    found = session._get_current_object()  # type: ignore[attr-defined] # it is a proxy, which the hints hide
    assert isinstance(found, ServerSideSession)  # noqa: S101 - the interface made it
    return found


def _now() -> datetime:
    now: datetime = current_app.extensions["star_tracker"].now()
    return now
