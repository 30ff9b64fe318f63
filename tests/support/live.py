"""Signing in as people do: a password, then a code of an authenticator app."""

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import Flask
from passlib.context import CryptContext
from passlib.totp import TOTP
from werkzeug.test import TestResponse

from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.models import Pod, User, UserRole
from star_tracker.records.accounts.links import make_invitation
from star_tracker.records.transactions import write_transaction
from tests.support.apps import LIGHT_HASH, LIVE, NOW, make_app
from tests.support.pages import LookingClient, path_of

PASSWORD = "violet teapot under nine umbrellas"


@dataclass(frozen=True)
class LivePerson:
    """Somebody who can sign in; ``totp`` is the secret in their authenticator app, None before they set one up."""

    user_id: int
    email: str
    totp: str | None

    def code(self, *, later: int = 0) -> str:
        """What their app shows now, or that many codes later."""
        assert self.totp
        return str(TOTP.from_json(self.totp).generate(time=time.time() + 30 * later).token)


class LiveClient(LookingClient):
    """A browser of somebody who signs in with a password and a code."""

    def enter(self, person: LivePerson) -> None:
        """Sign in; a code that was used a moment ago may be used again, as no test can wait for the next one."""
        forget_last_code(self.application, person)
        response = self.give_password(person.email)
        assert path_of(response) == "/sign-in/code", response.text
        response = self.give_code(person.code())
        assert path_of(response) == "/", response.text

    def give_password(self, email: str, password: str = PASSWORD, address: str = "/sign-in") -> TestResponse:
        """Send the first form."""
        return self.send(address, {"email": email, "password": password})

    def give_code(self, code: str, address: str = "/sign-in/code") -> TestResponse:
        """Send the second form."""
        return self.send(address, {"code": code})


@contextmanager
def live_installation(database_url: str, **settings: Any) -> Iterator[Flask]:
    """An application as an installation serves it, on this database."""
    app = make_app(database_url, web=True, **LIVE, **settings)
    app.test_client_class = LiveClient
    yield app
    with app.app_context():
        db.engine.dispose()


def set_clock(app: Flask, later: timedelta) -> None:
    """Set an installation's clock to so long after the tests' moment."""
    app.extensions["star_tracker"] = replace(app.extensions["star_tracker"], now=lambda: NOW + later)


def new_client(app: Flask) -> LiveClient:
    """Another browser at the same installation."""
    client = app.test_client()
    assert isinstance(client, LiveClient)
    return client


def forget_last_code(app: Flask, person: LivePerson) -> None:
    """Let a code that was used a moment ago be used again."""
    with app.app_context():
        db.session.connection(execution_options={"writes": True})
        db.session.get_one(User, person.user_id).tf_last_counter = None
        db.session.commit()


def hash_of_password() -> str:
    """``PASSWORD`` as the tests' installations keep it."""
    return str(CryptContext(["argon2"], **LIGHT_HASH).hash(PASSWORD))


def make_user_link(app: Flask, person: LivePerson) -> str:
    """The path of an invitation for somebody."""
    with app.app_context():
        with write_transaction() as session:
            secret = make_invitation(session, session.get_one(User, person.user_id), now=NOW)
        return f"/link/{secret}"


def live_person(
    email: str = "someone@example.org", *, roles: Collection[Role] = (Role.LEAD,), pod: str = "", set_up: bool = True
) -> LivePerson:
    """Add somebody with ``PASSWORD``, within an application's context; not ``set_up``: without a second factor yet."""
    totp = TOTP.new().to_json(encrypt=False) if set_up else None
    user = User(
        email=email,
        name=f"Demo {email.partition('@')[0]}",
        roles=[UserRole(role=role) for role in roles],
        pods=[db.session.query(Pod).filter_by(name=pod).one()] if pod else [],
        password=hash_of_password(),
        tf_primary_method="authenticator" if set_up else None,
        tf_totp_secret=totp,
        mf_recovery_codes=["12ab-34cd-56ef", "aaaa-bbbb-cccc"] if set_up else None,
    )
    db.session.add(user)
    db.session.commit()
    return LivePerson(user.id, email, totp)
