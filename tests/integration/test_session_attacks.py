"""Attacks on sessions: bringing one back that has ended, planting one, filling the table, planting a form."""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask, Response
from itsdangerous import TimestampSigner

from star_tracker.domain.permissions import Actor
from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.models import Council, KeptForm, Pod, ServerSession, User
from star_tracker.records.accounts import sessions
from star_tracker.records.accounts.links import choose_password
from star_tracker.records.accounts.people import (
    PersonDetails,
    change_person,
    close_account,
    make_new_link,
    reopen_account,
    reset_second_factor,
)
from star_tracker.records.accounts.sessions import (
    IDLE,
    STORED_FOR,
    begin_session,
    end_sessions,
    load_session,
    store_interrupted_form,
    take_interrupted_form,
    update_session,
)
from tests.support.apps import COUNCIL, LIVE, NOW, make_app
from tests.support.live import PASSWORD, LiveClient, LivePerson, live_person, new_client
from tests.support.pages import path_of, read_token
from tests.support.tiny import add_family, by

COOKIE, DOMAIN = "__Host-session", "stars.example.org"
NEW_PASSWORD = "seven quiet purple wheelbarrows"
TYPED = {"ref": "F-LATE", "parent_ref_1": "P1"}
AT_ONCE = 6

Meanwhile = list[Callable[[], object]]
End = Callable[[Flask, LivePerson], None]
At = Callable[[timedelta], None]


@pytest.fixture
def meanwhile() -> Meanwhile:
    """What happens within the next request: after the page has done its work, before its session is kept."""
    return []


@pytest.fixture
def live_app(database_url: str, meanwhile: Meanwhile) -> Iterator[Flask]:
    """An installation that people sign in to, on SQLite and on PostgreSQL."""
    app = make_app(database_url, web=True, **LIVE)
    app.test_client_class = LiveClient

    @app.after_request
    def happen(response: Response) -> Response:
        if meanwhile:
            with ThreadPoolExecutor(1) as elsewhere:
                elsewhere.submit(meanwhile.pop()).result()
        return response

    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def at(live_app: Flask) -> At:
    """Sets the clock to so long after the tests' moment."""

    def set_clock(later: timedelta) -> None:
        live_app.extensions["star_tracker"] = replace(live_app.extensions["star_tracker"], now=lambda: NOW + later)

    return set_clock


@pytest.fixture
def lead(live_app: Flask) -> LivePerson:
    """A service lead who has set everything up."""
    with live_app.app_context():
        return live_person("lead@example.org")


@pytest.fixture
def tablet(live_client: LiveClient, lead: LivePerson) -> LiveClient:
    """The lead's browser, signed in."""
    live_client.enter(lead)
    return live_client


def cookie_of(client: LiveClient) -> str:
    cookie = client.get_cookie(COOKIE, domain=DOMAIN)
    return cookie.value if cookie else ""


def client_with(app: Flask, cookie: str) -> LiveClient:
    """Somebody else's browser, with a cookie that was stolen or planted."""
    client = new_client(app)
    client.set_cookie(COOKIE, cookie, domain=DOMAIN)
    return client


def form_token(client: LiveClient, address: str = "/about") -> dict[str, str]:
    return {"csrf_token": read_token(client.get(address).text)}


def is_signed_in(client: LiveClient) -> bool:
    return client.get("/cohort").status_code == 200


def is_kept(app: Flask, token: str) -> bool:
    with app.app_context():
        return load_session(token, now=NOW) is not None


def list_sessions(app: Flask) -> list[tuple[int | None, str]]:
    """Whose each session is, and what it keeps."""
    with app.app_context():
        return [(row.user_id, row.data) for row in db.session.query(ServerSession)]


def sign_out_elsewhere(app: Flask, person: LivePerson) -> None:
    other = new_client(app)
    other.enter(person)
    other.post("/sign-out", data=form_token(other))


def change_password_elsewhere(app: Flask, person: LivePerson) -> None:
    other = new_client(app)
    other.enter(person)
    new = {"new_password": NEW_PASSWORD, "new_password_confirm": NEW_PASSWORD}
    assert path_of(other.send("/account/password", {"password": PASSWORD, **new})) == "/account"
    assert is_signed_in(other), "where it was changed, the session goes on"


def choose_password_by_link(app: Flask, person: LivePerson) -> None:
    with app.app_context():
        _user, secret = make_new_link(by(Actor()), user_id=person.user_id)
        choose_password(by(Actor()), secret=secret, password=NEW_PASSWORD)


def reset_second_step(app: Flask, person: LivePerson) -> None:
    with app.app_context():
        reset_second_factor(by(Actor()), user_id=person.user_id)


def close_and_reopen(app: Flask, person: LivePerson) -> None:
    with app.app_context():
        close_account(by(Actor(), NOW), user_id=person.user_id, successors={})
        reopen_account(by(Actor()), user_id=person.user_id)


@pytest.mark.parametrize(
    "end",
    [sign_out_elsewhere, change_password_elsewhere, choose_password_by_link, reset_second_step, close_and_reopen],
)
def test_session_ended_meanwhile_cannot_be_revived(
    tablet: LiveClient,
    live_app: Flask,
    lead: LivePerson,
    meanwhile: Meanwhile,
    end: End,
) -> None:
    token, form = cookie_of(tablet), form_token(tablet)
    ((user_id, data),) = list_sessions(live_app)
    meanwhile.append(lambda: end(live_app, lead))
    under_way = tablet.post("/session", data=form)
    assert under_way.status_code == 200, "it was begun before"
    assert "Set-Cookie" not in under_way.headers
    assert not is_kept(live_app, token)
    assert tablet.post("/session", data=form).status_code == 400
    assert not is_signed_in(tablet)
    assert not is_kept(live_app, token)
    with live_app.app_context():
        begin_session(token, json.loads(data), user_id=user_id, now=NOW)
    assert not is_signed_in(client_with(live_app, token)), "even if its row were put back"


def test_session_ended_while_the_password_is_given_again_gets_no_new_token(
    tablet: LiveClient, live_app: Flask, lead: LivePerson, meanwhile: Meanwhile
) -> None:
    form = form_token(tablet) | {"password": PASSWORD}
    meanwhile.append(lambda: sign_out_elsewhere(live_app, lead))
    assert "Set-Cookie" not in tablet.post("/sign-in/again", data=form).headers
    assert list_sessions(live_app) == []
    assert not is_signed_in(tablet)


def test_session_begun_while_all_end_opens_nothing(
    live_client: LiveClient, live_app: Flask, lead: LivePerson, meanwhile: Meanwhile
) -> None:
    live_client.give_password(lead.email)
    form = form_token(live_client, "/sign-in/code") | {"code": lead.code()}
    meanwhile.append(lambda: choose_password_by_link(live_app, lead))
    assert path_of(live_client.post("/sign-in/code", data=form)) == "/"
    assert not is_signed_in(live_client)


def test_second_step_is_worth_nothing_once_the_password_is_another(
    live_client: LiveClient, live_app: Flask, lead: LivePerson
) -> None:
    live_client.give_password(lead.email)
    form = form_token(live_client, "/sign-in/code")
    choose_password_by_link(live_app, lead)
    assert path_of(live_client.post("/sign-in/code", data=form | {"code": lead.code()})) == "/sign-in"
    assert not is_signed_in(live_client)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_session_ended_with_its_form_kept_is_not_revived_by_a_request_under_way(
    tablet: LiveClient, live_app: Flask, meanwhile: Meanwhile, at: At, method: str
) -> None:
    token, form = cookie_of(tablet), form_token(tablet)
    at(timedelta(minutes=1))
    other_tab = client_with(live_app, token)
    meanwhile.append(lambda: other_tab.post("/session/end?address=/families/new", data=form | TYPED))
    assert tablet.open("/session" if method == "POST" else "/cohort", method=method, data=form).status_code == 200
    assert list_sessions(live_app) == []
    assert not is_signed_in(client_with(live_app, token))
    assert cookie_of(other_tab) == ""


def test_session_that_idles_out_during_a_request_stays_ended(
    tablet: LiveClient, live_app: Flask, meanwhile: Meanwhile, at: At
) -> None:
    token, form = cookie_of(tablet), form_token(tablet)
    meanwhile.append(lambda: at(IDLE + timedelta(seconds=1)))
    assert tablet.post("/session", data=form).status_code == 200
    assert not is_signed_in(client_with(live_app, token))


def test_left_session_is_not_revived_by_a_request_under_way(
    tablet: LiveClient, live_app: Flask, meanwhile: Meanwhile
) -> None:
    token, form = cookie_of(tablet), form_token(tablet)
    same_browser = client_with(live_app, token)
    meanwhile.append(lambda: same_browser.get("/leave"))
    tablet.post("/session", data=form)
    assert list_sessions(live_app) == []
    assert cookie_of(same_browser) == ""


def test_signing_out_leaves_no_usable_cookie(tablet: LiveClient, live_app: Flask) -> None:
    token = cookie_of(tablet)
    tablet.post("/sign-out", data=form_token(tablet))
    assert cookie_of(tablet) == ""
    assert not is_signed_in(client_with(live_app, token))


def run_at_once(app: Flask, act: Callable[[int], object]) -> list[object]:
    start = Barrier(AT_ONCE)

    def attempt(number: int) -> object:
        with app.app_context():
            start.wait()
            return act(number)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(attempt, range(AT_ONCE)))


def add_session(app: Flask, person: LivePerson, token: str = "token") -> None:
    with app.app_context():
        begin_session(token, {"a": 1}, user_id=person.user_id, now=NOW)


@pytest.mark.parametrize("roles", [[Role.PRACTITIONER, Role.LEAD], [Role.COUNCIL], [Role.ADMINISTRATOR]])
def test_session_has_the_rights_that_its_person_holds_and_no_role_once_their_account_is_closed(
    live_app: Flask, roles: list[Role]
) -> None:
    with live_app.app_context():
        person = db.session.get_one(User, live_person("person@example.org", roles=roles).user_id)
        person.councils = [db.session.get_one(Council, COUNCIL)]
        person.pods = [Pod(name=name, council_id=COUNCIL) for name in ("Near", "Far")]
        db.session.commit()
        begin_session("token", {}, user_id=person.id, now=NOW)
        held = person.as_actor()
        assert (held.roles, len(held.pod_ids)) == (frozenset(roles), 2)
        assert bool(held.council_ids) == (Role.COUNCIL in roles)
        assert load_actor("token") == held
        db.session.get_one(User, person.id).active = False  # by hand: the page would end the session
        db.session.commit()
        assert load_actor("token") == replace(held, roles=frozenset(), council_ids=frozenset())


def load_actor(token: str) -> Actor:
    """Who asks with this token, for a request that has loaded nothing else."""
    db.session.remove()
    found = load_session(token, now=NOW)
    assert found
    return found.actor


def test_of_several_renamings_at_once_one_stands(live_app: Flask, lead: LivePerson) -> None:
    add_session(live_app, lead)
    stand = run_at_once(live_app, lambda number: update_session("token", {}, now=NOW, new_token=f"new {number}"))
    assert sorted(map(bool, stand)) == [False] * (AT_ONCE - 1) + [True]
    with live_app.app_context():
        assert load_session("token", now=NOW) is None
        assert load_session(f"new {stand.index(True)}", now=NOW)


def test_sessions_written_and_kept_while_all_end_are_gone(live_app: Flask, lead: LivePerson) -> None:
    for number in range(AT_ONCE):
        add_session(live_app, lead, f"token {number}")

    def act(number: int) -> None:
        if number == 0:
            db.session.connection(execution_options={"writes": True})
            end_sessions(db.session.get_one(User, lead.user_id))
            db.session.commit()
        elif number % 2:
            update_session(f"token {number}", {"b": 2}, now=NOW)
        else:
            store_interrupted_form(f"token {number}", {"address": "/", "fields": []}, now=NOW)

    run_at_once(live_app, act)
    assert list_sessions(live_app) == []


def test_interrupted_form_is_stored_and_restored_only_once(live_app: Flask, lead: LivePerson) -> None:
    add_session(live_app, lead)
    form = {"address": "/families/new", "fields": [["ref", "F-LATE"]]}
    assert sorted(map(bool, run_at_once(live_app, lambda _number: store_interrupted_form("token", form, now=NOW)))) == [
        *[False] * (AT_ONCE - 1),
        True,
    ]
    taken = run_at_once(live_app, lambda _number: take_interrupted_form(lead.user_id, now=NOW))
    assert [one for one in taken if one] == [form]


def test_anonymous_requests_make_no_row_before_a_password_was_right(
    live_client: LiveClient, live_app: Flask, lead: LivePerson
) -> None:
    for address in ("/", "/sign-in", "/sign-in/code", "/forgotten", "/families", "/kept", "/session", "/leave"):
        live_client.get(address)
    live_client.give_password(lead.email, "wrong wrong wrong")
    assert list_sessions(live_app) == []
    live_client.give_password(lead.email)
    assert [user_id for user_id, _data in list_sessions(live_app)] == [None]
    live_client.get("/sign-in")
    assert list_sessions(live_app) == [], "who begins again is nobody again"


def test_answers_without_a_form_leave_the_anonymous_cookie_alone(live_client: LiveClient) -> None:
    live_client.get("/sign-in")
    assert cookie_of(live_client)
    for address in ("/static/build/app.css", "/families", "/session"):
        assert "Set-Cookie" not in live_client.get(address).headers, address


def test_anonymous_cookie_is_refused_when_old_or_changed(
    live_client: LiveClient, live_app: Flask, lead: LivePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = form_token(live_client, "/sign-in") | {"email": lead.email, "password": PASSWORD}
    said, _dot, signature = cookie_of(live_client).rpartition(".")
    changed = client_with(live_app, f"{said}.{signature[::-1]}")
    assert changed.post("/sign-in", data=form).status_code == 400
    late = TimestampSigner("").get_timestamp() + 8 * 60 * 60 + 1
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: late)
    assert live_client.post("/sign-in", data=form).status_code == 400
    assert list_sessions(live_app) == []


def test_anonymous_cookie_signs_nobody_in_even_if_the_key_has_leaked(
    tablet: LiveClient, live_app: Flask, lead: LivePerson
) -> None:
    with live_app.app_context():
        word = db.session.get_one(User, lead.user_id).fs_uniquifier
    signer: Any = live_app.session_interface
    forged = signer.get_signing_serializer(live_app).dumps({"_user_id": word, "tf_user_id": word, "tf_state": "ready"})
    client = client_with(live_app, forged)
    assert not is_signed_in(client)
    assert path_of(client.get("/sign-in/code")) == "/sign-in"


def test_planted_cookie_gives_nothing_away_once_somebody_signs_in(
    live_client: LiveClient, live_app: Flask, lead: LivePerson
) -> None:
    known = form_token(live_client, "/sign-in")
    planted = cookie_of(live_client)
    live_client.give_password(lead.email)
    half_way = cookie_of(live_client)
    assert live_client.post("/sign-in/code", data=known | {"code": lead.code()}).status_code == 400
    half_way_form = form_token(live_client, "/sign-in/code")
    live_client.give_code(lead.code())
    assert is_signed_in(live_client)
    assert len({planted, half_way, cookie_of(live_client)}) == 3
    for form in (known, half_way_form):
        assert live_client.post("/session", data=form).status_code == 400
    for cookie in (planted, half_way):
        assert not is_signed_in(client_with(live_app, cookie))
    assert [user_id for user_id, _data in list_sessions(live_app)] == [lead.user_id]


def test_old_sessions_and_kept_forms_are_removed_some_at_a_time(
    live_app: Flask, lead: LivePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = NOW + STORED_FOR + timedelta(seconds=1)
    with live_app.app_context():
        for number in range(5):
            begin_session(f"old {number}", {}, user_id=lead.user_id, now=NOW)
        store_interrupted_form("old 4", {"address": "/", "fields": []}, now=NOW)
        begin_session("ended", {}, user_id=lead.user_id, now=later - STORED_FOR)
        begin_session("left half-way", {}, user_id=None, now=later - IDLE - timedelta(seconds=1))
        begin_session("half-way", {}, user_id=None, now=later - IDLE)
        monkeypatch.setattr(sessions, "REMOVED_AT_A_TIME", 3)
        left = []
        for number in range(3):
            begin_session(f"new {number}", {}, user_id=lead.user_id, now=later)
            left.append(db.session.query(ServerSession).count())
            db.session.rollback()
        assert left == [5, 4, 5], "of seven that were there, three and two went, and one came each time"
        assert db.session.query(KeptForm).count() == 0
        assert load_session("ended", now=later)
        assert load_session("half-way", now=later)
        assert take_interrupted_form(lead.user_id, now=later) is None


def list_kept(app: Flask) -> list[tuple[int, Any]]:
    with app.app_context():
        return [(kept.user_id, kept.form) for kept in db.session.query(KeptForm)]


def test_form_without_the_ended_sessions_own_token_is_not_kept(tablet: LiveClient, live_app: Flask, at: At) -> None:
    token, own = cookie_of(tablet), form_token(tablet, "/families/new")
    at(IDLE + timedelta(seconds=1))
    stranger = new_client(live_app)
    for form in ({}, {"csrf_token": "guessed"}, form_token(stranger, "/sign-in")):
        refused = client_with(live_app, token).post("/families/new", data=TYPED | form)
        assert (refused.status_code, list_kept(live_app)) == (400, []), form
    thief = client_with(live_app, token)
    made_now = form_token(thief, "/sign-in")
    thief.set_cookie(COOKIE, token, domain=DOMAIN)
    assert thief.post("/families/new", data=TYPED | made_now).status_code == 400
    assert list_kept(live_app) == []
    assert path_of(tablet.post("/families/new", data=TYPED | own)) == "/sign-in"
    assert len(list_kept(live_app)) == 1
    assert tablet.post("/families/new", data=TYPED | own).status_code == 400, "it was ended by being kept"


def test_form_of_a_session_that_was_signed_out_is_not_kept(
    tablet: LiveClient, live_app: Flask, lead: LivePerson, at: At
) -> None:
    form = TYPED | form_token(tablet, "/families/new")
    at(IDLE + timedelta(seconds=1))
    sign_out_elsewhere(live_app, lead)
    assert tablet.post("/families/new", data=form).status_code == 400
    assert list_kept(live_app) == []


def test_kept_form_is_for_nobody_else_in_the_same_browser(
    tablet: LiveClient, live_app: Flask, lead: LivePerson, at: At
) -> None:
    form = TYPED | form_token(tablet, "/families/new")
    at(IDLE + timedelta(seconds=1))
    tablet.post("/families/new", data=form)
    with live_app.app_context():
        other = live_person("other@example.org")
    tablet.enter(other)
    assert path_of(tablet.get("/")) == "/caseload"
    tablet.post("/sign-out", data=form_token(tablet))
    tablet.enter(lead)
    assert path_of(tablet.get("/")) == "/kept"
    shown = form_token(tablet, "/kept") | TYPED | {"kept": "1"}
    assert tablet.post("/session/end?address=/kept", data=shown).status_code == 204
    tablet.enter(lead)
    assert path_of(tablet.get("/")) == "/kept", "a session that ends while it is offered loses nothing"
    assert re.search('action="/families/new".*value="F-LATE"', tablet.get("/kept").text, re.DOTALL)
    tablet.post("/sign-out", data=form_token(tablet))
    tablet.enter(other)
    assert path_of(tablet.get("/kept")) == "/", "who looked at it and signed out leaves nothing behind"


def test_form_sent_when_the_password_is_asked_again_is_kept(
    live_client: LiveClient, live_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with live_app.app_context():
        administrator = live_person("admin@example.org", roles=[Role.ADMINISTRATOR])
    live_client.enter(administrator)
    form = form_token(live_client, "/people/new") | {"email": "late@example.org"}
    monkeypatch.setattr("star_tracker.web.auth.access.FRESH", timedelta(0))
    asked = live_client.post("/people/new", data=form)
    assert path_of(asked) == "/sign-in/again"
    monkeypatch.undo()
    assert path_of(live_client.send(asked.headers["Location"], {"password": PASSWORD})) == "/kept"
    assert 'value="late@example.org"' in live_client.get("/kept").text


def test_role_and_pod_taken_away_close_their_pages_at_the_next_request(
    live_client: LiveClient, live_app: Flask
) -> None:
    with live_app.app_context():
        pods = [Pod(name="Crewe", council_id=COUNCIL), Pod(name="Macclesfield", council_id=COUNCIL)]
        db.session.add_all(pods)
        db.session.commit()
        crewe, macclesfield = [pod.id for pod in pods]
        family = f"/families/{add_family('F1', crewe, 'P1').id}"
        person = live_person(roles=[Role.PRACTITIONER, Role.LEAD], pod="Crewe")
    live_client.enter(person)

    def change(role: Role, pod: int) -> None:
        with live_app.app_context():
            details = PersonDetails(name="Demo", roles=[role], pod_ids=[pod])
            change_person(by(Actor()), user_id=person.user_id, details=details)

    assert [live_client.get(address).status_code for address in (family, "/returns")] == [200, 200]
    change(Role.PRACTITIONER, crewe)
    assert [live_client.get(address).status_code for address in (family, "/returns")] == [200, 403]
    change(Role.PRACTITIONER, macclesfield)
    assert live_client.get(family).status_code == 404
    change(Role.ADMINISTRATOR, crewe)
    assert live_client.get(family).status_code == 403
