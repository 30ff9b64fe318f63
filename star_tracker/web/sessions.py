"""Sessions kept on the server. A browser holds a random token, which is worth nothing once the session has ended."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, Response, current_app, request, session
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from star_tracker.records.sessions import (
    IDLE,
    LONGEST,
    SessionsError,
    drop_session,
    load_session,
    store_session,
    touch_session,
)

TOUCHED_EVERY = timedelta(seconds=30)
"""A session's last use is noted so often at most."""


class ServerSideSession(CallbackDict[str, Any], SessionMixin):
    """What the pages keep between one request and the next.

    Attributes:
        token: what the browser holds; "" until there is something to keep.
        user_id: who has signed in.
        ended_user_id: whose session this was, if it has ended.
        is_lost: whether the database did not answer.
        only_asked: whether this request is no sign that somebody is there.
    """

    def __init__(self, data: Mapping[str, Any], token: str = "", user_id: int | None = None) -> None:
        def changed(_session: CallbackDict[str, Any]) -> None:
            self.modified = True

        super().__init__(data, changed)
        self.modified = False
        self.token = token
        self.user_id = user_id
        self.ended_user_id: int | None = None
        self.only_asked = False
        self.is_lost = False
        self.replaces = ""
        self.started_at: datetime | None = None
        self.seen_at: datetime | None = None

    def change_token(self) -> None:
        """Stand under another token from now on."""
        self.replaces, self.token = self.token or self.replaces, ""
        self.modified = True

    def begin_for(self, user_id: int) -> None:
        """Somebody has signed in: a new token, so that one planted before is worth nothing."""
        self.renew()
        self.user_id = user_id

    def renew(self) -> None:
        """Begin anew under another token; nobody's until somebody signs in."""
        self.change_token()
        self.user_id, self.started_at = None, None

    def seconds_left(self, now: datetime) -> int:
        """How long it lasts if nothing more is asked for."""
        started, seen = self.started_at or now, self.seen_at or now
        return max(0, int(min(seen + IDLE - now, started + LONGEST - now).total_seconds()))


class ServerSideSessions(SessionInterface):
    """Opens and stores sessions for Flask."""

    def open_session(self, app: Flask, request: Request) -> ServerSideSession:
        """The session that the browser's token names, or a new one."""
        if request.path.startswith(f"{app.static_url_path}/"):
            return ServerSideSession({})  # these files are for anybody, and kept by the browser whoever signs in
        token = request.cookies.get(self.get_cookie_name(app), "")
        try:
            stored = load_session(token, now=_now()) if token else None
        except SessionsError:
            app.logger.exception("the session could not be read")
            lost = ServerSideSession({})
            lost.is_lost = True
            return lost
        if stored is None:
            return ServerSideSession({})
        opened = ServerSideSession(stored.data, token, stored.user_id)
        opened.started_at, opened.seen_at = stored.started_at, stored.seen_at
        if stored.has_ended:
            opened.user_id, opened.ended_user_id = None, stored.user_id
        return opened

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what was changed; note that it was used."""
        assert isinstance(session, ServerSideSession)  # noqa: S101 - open_session made it
        if request.endpoint == "static":
            return
        response.vary.add("Cookie")
        if session.is_lost:
            return
        now = _now()
        if session.ended_user_id is not None and not session.modified:
            return
        if session.modified:
            if session.ended_user_id is not None and not session.replaces:
                session.token, session.started_at = "", None  # what has ended stays so; this is another
            if not session and not session.token:
                if session.replaces:
                    drop_session(session.replaces)
                return
            session.token = session.token or secrets.token_urlsafe(32)
            session.started_at = session.started_at or now
            store_session(
                session.token,
                session,
                user_id=session.user_id,
                started_at=session.started_at,
                now=now,
                replaces=session.replaces,
            )
            self._set_cookie(app, session, response)
        elif session.only_asked:
            return
        elif session.token and session.seen_at and now - session.seen_at > TOUCHED_EVERY:
            touch_session(session.token, now=now)

    def _set_cookie(self, app: Flask, session: ServerSideSession, response: Response) -> None:
        response.set_cookie(
            self.get_cookie_name(app),
            session.token,
            path="/",
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite=self.get_cookie_samesite(app),
        )


def this_session() -> ServerSideSession:
    """The session of this request."""
    found = session._get_current_object()  # type: ignore[attr-defined] # it is a proxy, which the hints hide
    assert isinstance(found, ServerSideSession)  # noqa: S101 - the interface made it
    return found


def _now() -> datetime:
    now: datetime = current_app.extensions["star_tracker"].now()
    return now
