"""What no person types: in every address, every query and every form. Never an error of ours, never another's data."""

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from star_tracker import web
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import Kind
from star_tracker.extensions import db
from star_tracker.models import Family
from tests.integration.test_access import ROUTES
from tests.support.apps import LIVE, make_app
from tests.support.live import LiveClient
from tests.support.pages import HTML, LookingClient, parse_page, read_token, text_of, whole_text_of
from tests.support.postgres import PostgresServer
from tests.support.tiny import (
    TinyService,
    add_feedback,
    ask_for_reset,
    begin_star,
    cover_practitioner,
    fill_tiny_service,
)

WEB = Path(web.__file__).parent
OTHER_IDS = dict.fromkeys(("signed", "draft", "request", "saved", "feedback", "cover"), 1)
NUMBER_ASKED = re.compile(r'query_number\("(\w+)"')
NUMBERED = [
    (Role.LEAD, "/families", "page"),
    (Role.LEAD, "/feedback", "page"),
    (Role.LEAD, "/caseload", "page"),
    (Role.LEAD, "/caseload/overview", "page"),
    (Role.LEAD, "/caseload/falls", "page"),
    (Role.LEAD, "/cohort/over-time.svg", "columns"),
    (Role.LEAD, "/audit", "below"),
    (Role.LEAD, "/account/activity", "below"),
    (Role.LEAD, "/returns", "council"),
    (Role.ADMINISTRATOR, "/people/new", "person"),
]
"""The addresses that take a number in their query."""

HIDDEN = ("Hidden-Name", "C-F2")
"""What only those of the other pod may read."""

TOO_LARGE = (str(2**31), str(2**63), "9" * 40, "9" * 5_000)
"""For a number in PostgreSQL, for one in SQLite, for both, and for Python to read."""

NASTY = [
    "",
    "0",
    "-1",
    "1e9",
    *TOO_LARGE,
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
    "1/1/0001",
    "9999-12-31",
    "2999-12-31",
    "9999-00-Q4",
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


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a migrated, empty database for the whole module: one of each kind."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{shutil.copy(template, tmp_path_factory.mktemp('hostile') / 'test.db')}"
        return
    name = request.getfixturevalue("postgres_template")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database(template=name) as address:
        yield address


@pytest.fixture(scope="module")
def service(url: str) -> Iterator[Service]:
    """One service for all of it: whatever is sent must leave it working."""
    app = make_app(url, web=True)
    app.testing = False
    app.test_client_class = LookingClient
    with app.app_context():
        tiny = fill_tiny_service()
        begin_star(tiny.registration, Kind.INTERIM)
        add_feedback(tiny)
        cover_practitioner(tiny)
        ask_for_reset(tiny.practitioner_elsewhere, tiny.users[Role.ADMINISTRATOR])
        db.session.get_one(Family, tiny.other_family).name = "Hidden-Name"
        db.session.commit()
    yield Service(app, tiny)
    with app.app_context():
        db.engine.dispose()


def check_answer(response: Any, said: object) -> None:
    """It may be any answer but an error of ours, and tells nothing that it must not."""
    assert response.status_code < 500, said
    text = whole_text_of(response)
    assert not any(hidden in text for hidden in HIDDEN), said
    assert "Traceback" not in text, said
    assert urlsplit(response.headers.get("Location", "")).netloc in ("", "localhost"), said
    assert "Set-Cookie: x" not in str(response.headers), said


def encode(text: str) -> str:
    """As it stands in an address, half characters included."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def clean(text: str) -> str:
    """As it can stand in a form: without half characters, which the client cannot send."""
    return text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("who", [Role.PRACTITIONER, Role.COUNCIL, Role.ADMINISTRATOR, "nobody"])
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
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


def find_fields(text: str) -> Iterator[Any]:
    """The fields of the forms in the page's main part, as elements."""
    root = parse_page(text)
    main = next(element for element in root.iter() if element.get("id") == "main-content")
    kinds = {f"{HTML}{kind}" for kind in ("input", "textarea", "select")}
    return (
        field for field in main.iter() if field.tag in kinds and field.get("name") and field.get("type") != "submit"
    )


def list_fields(text: str) -> Mapping[str, str]:
    """The names of the fields, and what they hold."""
    return {str(field.get("name")): str(field.get("value") or "") for field in find_fields(text)}


def list_numbers_of(text: str) -> Mapping[str, str]:
    """A number that is too large for each field in which one may stand, and for one that only offers choices."""
    found = {}
    for field in find_fields(text):
        name, kind = str(field.get("name")), field.get("type") or field.tag.removeprefix(HTML)
        if kind in ("hidden", "select"):
            found[name] = TOO_LARGE[-2]
        elif name == "children" or (kind == "radio" and TOO_LARGE[-1] not in found.values()):
            found[name] = TOO_LARGE[-1]
    return {name: number for name, number in found.items() if name != "csrf_token"}


@pytest.mark.parametrize("who", [Role.PRACTITIONER, Role.LEAD, Role.ADMINISTRATOR])
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(seed=SEEDS, texts=st.lists(TEXTS, min_size=6, max_size=6))
def test_no_form_breaks_a_page(service: Service, who: str, seed: int, texts: list[str]) -> None:
    choose, client = Random(seed), service.client_of(who)
    addresses = sorted({route.address for route in ROUTES if route.answers.get(who) == 200})
    address = choose.choice(addresses).format_map({**vars(service.tiny), **OTHER_IDS})
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


def test_no_number_that_is_too_large_breaks_an_address(service: Service) -> None:
    names = {name for path in WEB.rglob("*.py") for name in NUMBER_ASKED.findall(path.read_text())}
    assert names == {name for _who, _address, name in NUMBERED}
    for who, address, name in NUMBERED:
        client = service.client_of(who)
        for number in TOO_LARGE:
            # A page shows its first or last part; a picture in so many columns is not there.
            answer = client.get(f"{address}?{name}={number}")
            assert answer.status_code == (404 if name == "columns" else 200), (address, name, number[:50])


@pytest.mark.parametrize("who", [Role.LEAD, Role.ADMINISTRATOR])
def test_no_number_that_is_too_large_breaks_a_form(service: Service, who: str) -> None:
    client = service.client_of(who)
    for address in sorted({route.address for route in ROUTES if route.answers.get(who) == 200}):
        at = address.format_map({**vars(service.tiny), **OTHER_IDS})
        page = client.get(at, buffered=True)
        if page.mimetype != "text/html" or page.status_code != 200 or 'method="post"' not in page.text:
            continue
        token, holds = read_token(page.text), list_fields(page.text)
        for name, number in list_numbers_of(page.text).items():
            sent = {**holds, name: number, f"outcome_{number}": "done", "csrf_token": token}
            assert client.post(at, data=sent).status_code < 500, (at, name, number[:50])


@pytest.mark.parametrize("address", ["/cohort?" + "pod=Crewe&" * 1_001, "/cohort?" + "&".join(map(str, range(1_001)))])
def test_an_address_with_endless_fields_is_refused(service: Service, address: str) -> None:
    response = service.client_of(Role.LEAD).get(address)
    assert response.status_code == 413
    assert "That is too much at once" in text_of(response)


def test_a_form_with_endless_fields_or_parents_is_refused(service: Service) -> None:
    client = service.client_of(Role.LEAD)
    page = client.get("/families/new").text
    whole = dict(list_fields(page)) | {"csrf_token": read_token(page)}
    for more in ({"pod_id": ["1"] * 1_001}, {f"field_{number}": "1" for number in range(1_001)}):
        assert client.post("/families/new", data=whole | more).status_code == 413
    parents = {f"parent_ref_{number}": str(number) for number in range(1, 500)}
    response = client.post("/families/new", data=whole | parents | {"more": "1"})
    assert response.status_code == 200
    assert "Parent 20 " in text_of(response)
    assert "Parent 21" not in text_of(response)
    assert "More parents can be added on the family’s page" in text_of(response)


def test_a_choice_that_is_sent_many_times_is_one(service: Service) -> None:
    at = f"/families/{service.tiny.family}/parents/new"
    parent = {"ref": "Often", "intervention_ids": [str(service.tiny.intervention)] * 300}
    response = service.client_of(Role.LEAD).send(at, parent)
    assert response.status_code == 302, text_of(response)


def test_numbers_are_read_in_one_place() -> None:
    reads_itself = re.compile(r"type=int\b|\.get\([^)]*, int\)|IntegerField\(")
    found = {path.name for path in WEB.rglob("*.py") if reads_itself.search(path.read_text())}
    assert found <= {"contacts.py", "family_forms.py", "targets.py"}, (
        "star_tracker/web/platform/numbers.py reads numbers; a form's IntegerField has a range"
    )


@pytest.mark.parametrize("body", ['{"email": 5}', "[" * 100_000, "null"])
def test_no_page_takes_json(live_client: LiveClient, body: str) -> None:
    token = read_token(live_client.get("/sign-in").text)
    response = live_client.post(
        "/sign-in", data=body, content_type="application/json", headers={"X-CSRFToken": token}, base_url=LIVE["address"]
    )
    assert response.status_code == 415
    assert "This page could not use what was sent" in text_of(response)


def test_what_was_sent_has_left_the_service_working(service: Service) -> None:
    assert service.client_of(Role.LEAD).get("/families").status_code == 200
