"""The command line lets the first person in, and back in; and serves nothing that is not safe to serve."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from star_tracker.config import Settings
from star_tracker.extensions import db
from star_tracker.models import ServiceSetting, User
from star_tracker.queries.figures.service import DEMONSTRATION
from tests.integration.test_command_line import run
from tests.support.apps import LIVE
from tests.support.live import LiveClient
from tests.support.pages import path_of, text_of

ADDRESS: dict[str, Any] = {"STAR_TRACKER_ADDRESS": LIVE["address"]}
SERVED: dict[str, Any] = {
    **ADDRESS,
    "STAR_TRACKER_SECRET_KEY": LIVE["secret_key"],
    "STAR_TRACKER_PROXIES": "1",
}


def address_of(live_app: Flask) -> str:
    return str(live_app.config["SQLALCHEMY_DATABASE_URI"])


def test_the_first_administrator_gets_a_link_that_lets_them_in(live_app: Flask, live_client: LiveClient) -> None:
    done = run(address_of(live_app), "user", "add", "First@Example.org", "--name", "Demo first", settings=ADDRESS)
    assert done.returncode == 0, done.stderr
    link = urlsplit(done.stdout.split()[-1])
    assert link.netloc == "stars.example.org"
    assert done.stdout.startswith("first@example.org may choose a password here")
    live_app.extensions["star_tracker"] = _with_todays_clock(live_app)
    assert "first@example.org" in text_of(live_client.get(link.path))
    assert path_of(live_client.send(link.path, {"password": "seven quiet purple wheelbarrows"})) == "/sign-in"
    again = run(address_of(live_app), "user", "add", "first@ⓔxample.org", settings=ADDRESS)
    assert (again.returncode, again.stdout) == (1, "")
    assert "There is a person with this address already" in again.stderr
    with live_app.app_context():
        user = db.session.query(User).one()
        user.tf_primary_method, user.tf_totp_secret = "authenticator", "{}"
        db.session.commit()
    done = run(address_of(live_app), "user", "link", "FIRST@ⓔxample.org", "--reset-second-factor", settings=ADDRESS)
    assert "Choose a password" in text_of(live_client.get(urlsplit(done.stdout.split()[-1]).path))
    with live_app.app_context():
        assert db.session.query(User).one().tf_primary_method is None


def _with_todays_clock(app: Flask) -> Any:
    """The command line reads the real clock; so must the pages that its links open."""
    return replace(app.extensions["star_tracker"], now=Settings().now)


def test_user_commands_that_fail_give_a_one_line_error(live_app: Flask) -> None:
    for arguments, settings, words in (
        (("user", "add", "x@example.org"), {}, "STAR_TRACKER_ADDRESS"),
        (("user", "add", "nonsense"), ADDRESS, "Enter an e-mail address"),
        (("user", "link", "nobody@example.org"), ADDRESS, "nobody can sign in as"),
    ):
        done = run(address_of(live_app), *arguments, settings=settings)
        assert (done.returncode, done.stdout) == (1, "")
        assert words in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_the_demonstrations_record_is_not_served_in_earnest(live_app: Flask) -> None:
    with live_app.app_context():
        db.session.add(ServiceSetting(name=DEMONSTRATION, value="yes"))
        db.session.commit()
    done = run(address_of(live_app), "serve", settings=SERVED)
    assert done.returncode == 1
    assert "the demonstration's record" in done.stderr


def test_a_record_that_is_not_there_is_not_served(tmp_path: Any) -> None:
    done = run(f"sqlite:///{tmp_path / 'empty.db'}", "serve", settings=SERVED)
    assert done.returncode == 1
    assert "run star-tracker db upgrade" in done.stderr
