"""What no person types: in every address, every query and every form. Never an error of ours, never another's data."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote, urlsplit

import html5lib
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from star_tracker.domain.permissions import Role
from star_tracker.domain.scales import Kind
from star_tracker.extensions import db
from star_tracker.models import Family
from tests.integration.test_access import ROUTES
from tests.support.apps import make_app
from tests.support.pages import HTML, LookingClient, read_token
from tests.support.tiny import TinyService, ask_for_reset, begin_star, fill_tiny_service

HIDDEN = ("Hidden-Name", "C-F2")
"""What only those of the other pod may read."""

NASTY = [
    "",
    "0",
    "-1",
    "1e9",
    "9" * 40,
    "NaN",
    "\0",
    "\x1b[31m",
    "\ud800",
    "\u202eevil",
    "%00",
    "%s%n",
    "../../etc/passwd",
    "'; DROP TABLE families; --",
    "1 OR 1=1",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "${7*7}",
    "\r\nSet-Cookie: x=1",
    "=cmd|' /C calc'!A0",
    "https://evil.example/",
    "//evil.example",
    "javascript:alert(1)",
    "31/2/2019",
    "2019-13-45",
    "a" * 20_000,
    "\N{PILE OF POO}" * 50,
]
TEXTS = st.one_of(st.sampled_from(NASTY), st.text(max_size=60), st.integers().map(str))
SEEDS = st.integers(0, 2**32)
QUERY_NAMES = ["q", "page", "pod", "practitioner", "status", "as-at", "closed-from", "latest-to", "quarter", "profile"]
QUERY_NAMES += ["next", "save", "narrow", "show_codes", "address", "person", "action", "from", "to", "state", "kept"]
QUERY_NAMES += ["whose"]
QUERY_NAMES += ["staff", "no_name", "seen"]


@dataclass
class Service:
    """The tiny service in an application that answers errors as it would in earnest."""

    app: Flask
    tiny: TinyService

    def client_of(self, who: str) -> LookingClient:
        """A browser in which this person is signed in."""
        client = self.app.test_client()
        assert isinstance(client, LookingClient)
        if who in list(Role):
            client.sign_in(self.tiny.users[Role(who)])
        return client


@pytest.fixture(scope="module")
def service(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all of it: whatever is sent must leave it working."""
    path = tmp_path_factory.mktemp("hostile") / "test.db"
    path.write_bytes(sqlite_template.read_bytes())
    app = make_app(f"sqlite:///{path}", web=True)
    app.testing = False
    app.test_client_class = LookingClient
    with app.app_context():
        tiny = fill_tiny_service()
        begin_star(tiny.registration, Kind.INTERIM)
        ask_for_reset(tiny.practitioner_elsewhere, tiny.users[Role.ADMINISTRATOR])
        db.session.get_one(Family, tiny.other_family).name = "Hidden-Name"
        db.session.commit()
    yield Service(app, tiny)
    with app.app_context():
        db.engine.dispose()


def check_answer(response: Any, said: object) -> None:
    """It may be any answer but an error of ours, and tells nothing that it must not."""
    assert response.status_code < 500, said
    assert not any(hidden in response.text for hidden in HIDDEN), said
    assert "Traceback" not in response.text, said
    assert urlsplit(response.headers.get("Location", "")).netloc in ("", "localhost"), said
    assert "Set-Cookie: x" not in str(response.headers), said


def encode(text: str) -> str:
    """As it stands in an address, half characters included."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def clean(text: str) -> str:
    """As it can stand in a form: without half characters, which the client cannot send."""
    return text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("who", [Role.PRACTITIONER, Role.COUNCIL, Role.ADMINISTRATOR, "nobody"])
@settings(max_examples=120, suppress_health_check=list(HealthCheck))
@given(seed=SEEDS, texts=st.lists(TEXTS, min_size=6, max_size=6))
def test_no_address_and_no_query_breaks_a_page(service: Service, who: str, seed: int, texts: list[str]) -> None:
    choose, client = Random(seed), service.client_of(who)
    rules = sorted({rule.rule for rule in service.app.url_map.iter_rules() if "GET" in (rule.methods or ())})
    address = choose.choice([rule for rule in rules if rule != "/leave"])
    address = re.sub(r"<[^>]+>", lambda _part: encode(choose.choice(texts)), address)
    query = "&".join(
        f"{choose.choice(QUERY_NAMES)}={encode(choose.choice(texts))}" for _ in range(choose.randint(0, 4))
    )
    check_answer(client.get(f"{address}?{query}", buffered=True), (address, query))


def list_fields(text: str) -> Mapping[str, str]:
    """The fields of the forms in the page's main part, and what they hold."""
    root = html5lib.parse(text)
    main = next(element for element in root.iter() if element.get("id") == "main-content")
    kinds = {f"{HTML}{kind}" for kind in ("input", "textarea", "select")}
    return {
        str(field.get("name")): str(field.get("value") or "")
        for field in main.iter()
        if field.tag in kinds and field.get("name") and field.get("type") != "submit"
    }


@pytest.mark.parametrize("who", [Role.PRACTITIONER, Role.LEAD, Role.ADMINISTRATOR])
@settings(max_examples=120, suppress_health_check=list(HealthCheck))
@given(seed=SEEDS, texts=st.lists(TEXTS, min_size=6, max_size=6))
def test_no_form_breaks_a_page(service: Service, who: str, seed: int, texts: list[str]) -> None:
    choose, client = Random(seed), service.client_of(who)
    addresses = sorted({route.address for route in ROUTES if route.answers.get(who) == 200})
    address = choose.choice(addresses).format_map({**vars(service.tiny), "signed": 1, "draft": 1, "request": 1})
    page = client.get(address, buffered=True)
    if page.mimetype != "text/html" or page.status_code != 200 or 'method="post"' not in page.text:
        return
    typed: dict[str, Any] = dict(list_fields(page.text))
    for name in choose.choices([*sorted(typed), "nothing", *texts[:1]], k=3):
        typed[clean(name)] = [clean(text) for text in choose.choices(texts, k=choose.randint(1, 3))]
    response = client.post(address, data=typed | {"csrf_token": read_token(page.text)})
    assert response.status_code < 500, (address, typed)
    if who == Role.PRACTITIONER:
        check_answer(response, (address, typed))


def test_what_was_sent_has_left_the_service_working(service: Service) -> None:
    assert service.client_of(Role.LEAD).get("/families").status_code == 200
