"""The security headers of every answer, to the letter; and what no log line may say."""

import gzip
import logging
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from tests.support.live import PASSWORD, LiveClient, live_person
from tests.support.pages import LookingClient, read_token
from tests.support.tiny import TinyService

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Permitted-Cross-Domain-Policies": "none",
}
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-…'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
USUAL = {"Content-Type", "Content-Length", "Set-Cookie", "Vary", "Location", "Content-Disposition"}


def security_headers(client: LookingClient, address: str) -> dict[str, str]:
    """Every header that is not about the content itself; the nonce, which differs each time, as "…"."""
    headers = {name: value for name, value in client.get(address, buffered=True).headers.items() if name not in USUAL}
    nonce = re.compile(r"'nonce-[\w-]{22}'")
    headers["Content-Security-Policy"] = nonce.sub("'nonce-…'", headers["Content-Security-Policy"])
    return headers


@pytest.mark.parametrize("address", ["/demo", "/nowhere", "/families", "/session"])
def test_every_page_of_the_demonstration_carries_exactly_these(
    client: LookingClient, tiny: TinyService, address: str
) -> None:
    expected = ALWAYS | {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    assert security_headers(client, address) == expected


@pytest.mark.parametrize("address", ["/sign-in", "/nowhere", "/families", "/link/x"])
def test_an_installations_pages_also_tell_browsers_to_come_by_https_alone(
    live_client: LiveClient, address: str
) -> None:
    strict = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
    expected = ALWAYS | strict | {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    assert security_headers(live_client, address) == expected


def test_signing_out_has_the_browser_drop_what_it_cached_and_not_what_was_typed(
    live_client: LiveClient, live_app: Flask
) -> None:
    with live_app.app_context():
        person = live_person("lead@example.org")
    live_client.enter(person)
    answer = live_client.post("/sign-out", data={"csrf_token": read_token(live_client.get("/about").text)})
    assert answer.headers["Clear-Site-Data"] == '"cache"'


@pytest.mark.parametrize("page", ["About the figures", "Accessibility statement"])
def test_who_has_not_signed_in_reads_it_from_the_foot_of_the_page(live_client: LiveClient, page: str) -> None:
    foot = re.findall(rf'footer__link" href="([^"]*)">{page}</a>', live_client.get("/sign-in").text)
    answer = live_client.get(foot[0])
    assert (answer.status_code, f"{page} – Star Tracker" in answer.text) == (200, True)


def test_a_built_file_may_be_kept_and_a_download_may_not(client: LookingClient, tiny: TinyService) -> None:
    address = re.findall(r"/static/build/app\.css\?v=\w+", client.get("/demo").text)[0]
    assert security_headers(client, address)["Cache-Control"] == "public, max-age=31536000, immutable"
    client.sign_in(next(iter(tiny.users.values())))
    assert security_headers(client, f"/registrations/{tiny.registration}/star.csv")["Cache-Control"] == "no-store"


def test_a_built_file_is_sent_as_the_browser_takes_it(client: LookingClient, tiny: TinyService) -> None:
    page = client.get("/demo").text
    for address in re.findall(r"/static/build/(?:app\.css|app\.js|govuk-frontend\.min\.js)\?v=\w+", page):
        plain = client.get(address, buffered=True)
        assert "Content-Encoding" not in plain.headers
        for accepted, encoding, unpack in (("gzip, deflate, br", "br", None), ("gzip", "gzip", gzip.decompress)):
            packed = client.get(address, headers={"Accept-Encoding": accepted}, buffered=True)
            assert packed.headers["Content-Encoding"] == encoding
            assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
            assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
            assert packed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert len(packed.data) < len(plain.data) * 0.7
            assert unpack is None or unpack(packed.data) == plain.data
            kept = client.get(address, headers={"Accept-Encoding": accepted, "If-None-Match": packed.headers["ETag"]})
            assert kept.status_code == 304
        refused = client.get(address, headers={"Accept-Encoding": "br;q=0, gzip;q=0"}, buffered=True)
        assert refused.data == plain.data


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_page_asked_for_by_our_pages_or_the_person_is_compressed(web_app: Flask, tiny: TinyService, site: str) -> None:
    client = FlaskClient(web_app, web_app.response_class)  # the others look at the HTML, and it is compressed
    plain = client.get("/about")
    packed = client.get("/about", headers={"Sec-Fetch-Site": site, "Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 2
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert "<h1" in gzip.decompress(packed.data).decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "cross-site"},
        {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-site"},
        {"Accept-Encoding": "gzip"},
        {"Accept-Encoding": "br", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_page_that_another_site_may_have_asked_for_is_not_compressed(
    web_app: Flask, tiny: TinyService, headers: dict[str, str]
) -> None:
    answer = web_app.test_client().get("/about", headers=headers)
    assert "Content-Encoding" not in answer.headers
    assert "<h1" in answer.text


def test_a_page_asks_at_once_for_all_its_scripts(client: LookingClient, tiny: TinyService) -> None:
    page = client.get("/demo").text
    asked = re.findall(r'rel="modulepreload" href="/static/build/([\w.-]+)\?v=\w+"', page)
    assert asked[0] == "app.js"
    assert {"govuk-frontend.min.js", "typed.js", "unsent.js", "trouble.js"} < set(asked)
    assert "saving.js" not in asked


def test_a_form_that_another_site_sends_is_refused(client: LookingClient, tiny: TinyService) -> None:
    token = read_token(client.get("/demo").text)
    data = {"user_id": str(next(iter(tiny.users.values()))), "csrf_token": token}
    for elsewhere in ("cross-site", "same-site", "none"):
        assert client.post("/demo", data=data, headers={"Sec-Fetch-Site": elsewhere}).status_code == 400
    assert client.post("/demo", data=data, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302


def test_a_log_line_names_the_page_and_not_the_address(live_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with live_app.app_context():
        db.session.execute(text("ALTER TABLE users RENAME TO gone"))
        db.session.commit()
    live_app.testing = False
    assert live_app.test_client().get("/link/secret%0aFAKE LINE").status_code == 500
    assert "Exception in /link/<secret> [GET]" in caplog.text
    assert "FAKE LINE" not in caplog.text


def test_a_session_that_cannot_be_read_is_in_the_log(
    client: LookingClient, tiny: TinyService, web_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    with web_app.app_context():
        db.session.execute(text("ALTER TABLE sessions RENAME TO gone"))
        db.session.commit()
    assert client.get("/cohort").status_code == 500
    assert "the session could not be read" in caplog.text


def test_a_drawing_names_its_charset(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    drawing = client.get(f"/registrations/{tiny.registration}/star.svg")
    assert drawing.headers["Content-Type"] == "image/svg+xml; charset=utf-8"


def test_a_nonce_is_used_once(client: LookingClient, tiny: TinyService) -> None:
    first, second = (client.get("/demo").headers["Content-Security-Policy"] for _ in range(2))
    assert first != second


def test_no_secret_and_no_name_is_in_a_log_line(
    live_client: LiveClient, live_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with live_app.app_context():
        person = live_person("lead@example.org")
    live_client.give_password("nobody@example.org", "a password typed wrongly")
    live_client.enter(person)
    with live_app.app_context():
        db.session.execute(text("ALTER TABLE families RENAME TO gone"))
        db.session.commit()
    live_app.testing = False
    assert live_client.get("/families?q=Secretname").status_code == 500
    assert "Exception in /families [GET]" in caplog.text
    for secret in ("Secretname", PASSWORD, "typed wrongly", person.email, "nobody@example.org"):
        assert secret not in caplog.text
