"""Recording a Star through the pages, as somebody without JavaScript does: begin, score, check, record."""

import json
from typing import Any

from werkzeug.test import TestResponse

from star_tracker.domain.drafts import ABOUT
from star_tracker.domain.scales import AREAS
from tests.support.pages import HTML, LookingClient, parse_page, path_of, read_token, words_of

STAR = {"kind": "start", "completed_on": "20/3/2019", "completed_by": "together"} | dict.fromkeys(AREAS, "5")
"""Every field that a Star of all 5s needs."""


def begin(client: LookingClient, registration_id: int, answers: dict[str, str]) -> TestResponse:
    """Send the form on which a Star is begun."""
    about = {name: answers[name] for name in ABOUT if name in answers}
    return client.send(f"/registrations/{registration_id}/stars/new", {"edition": "first"} | about)


def score(
    client: LookingClient, draft: str, answers: dict[str, str], *, was: dict[str, str] | None = None, go: str = "check"
) -> TestResponse:
    """Send the page on which a Star is scored, from what it shows, or from what it showed (``was``) some time ago."""
    page = client.get(draft).text
    shown = read_was(page) if was is None else was
    data = {name: text for name, text in shown.items() if text} | answers
    return client.post(draft, data=data | {"was": json.dumps(shown), "go": go, "csrf_token": read_token(page)})


def read_was(page: str) -> dict[str, str]:
    """What a page says that it shows in each field."""
    return dict(json.loads(read_fields(page)["was"]))


def read_fields(page: str) -> dict[str, str]:
    """The hidden fields of a page."""
    return {
        str(element.get("name")): str(element.get("value"))
        for element in parse_page(page).iter()
        if element.tag == f"{HTML}input" and element.get("type") == "hidden"
    }


def complete(client: LookingClient, draft: str, reasons: dict[str, str] | None = None) -> TestResponse:
    """Press the button on the page that shows the answers."""
    page = client.get(f"{draft}/check").text
    fields = read_fields(page)
    return client.post(f"{draft}/check", data={**fields, **(reasons or {})})


def record(client: LookingClient, registration_id: int, answers: dict[str, str]) -> TestResponse:
    """From the beginning to the end; the answer to the last step."""
    draft = path_of(begin(client, registration_id, answers))
    score(client, draft, answers)
    return complete(client, draft)


def list_problems(page: str) -> list[tuple[str, str]]:
    """The error summary: where each line leads, and what it says."""
    root = parse_page(page)
    summaries: list[Any] = [element for element in root.iter() if "error-summary__body" in (element.get("class") or "")]
    return [(str(a.get("href")), words_of(a)) for box in summaries for a in box.iter() if a.tag == f"{HTML}a"]
