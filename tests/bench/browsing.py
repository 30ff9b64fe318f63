"""A browser without a screen: one connection that is kept, cookies, forms, and how long each answer took."""

import html
import http.client
import json
import re
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

PATIENCE = 60.0
"""Seconds for an answer."""

LONGEST_REST = 1.0
"""Gunicorn ends a connection that rested for two seconds: one that rested so long is not used again."""

_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


class UnexpectedError(Exception):
    """The service answered otherwise than it should."""


@dataclass(frozen=True)
class Answer:
    """What came back for one request: ``location`` is where it leads, "" if nowhere."""

    status: int
    text: str
    location: str


@dataclass
class Browser:
    """One person's.

    Attributes:
        port: of the server, on 127.0.0.1.
        host: the name that it is asked under.
        source: the address that the proxy before the server would name as this person's.
        times: what was asked for and the seconds until all of the answer had come, one entry for each request.
    """

    port: int
    host: str
    source: str
    times: list[tuple[str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        self._used_at = 0.0
        self._cookies: dict[str, str] = {}

    def get(self, what: str, path: str, *, expected: Collection[int] = (200,)) -> Answer:
        """Ask for a page; ``what`` is what the time is noted for.

        Raises:
            UnexpectedError: another status than those.
        """
        return self._ask(what, "GET", path, None, "text/html", expected)

    def post(self, what: str, path: str, data: Mapping[str, str], *, expected: Collection[int] = (302,)) -> Answer:
        """Send a form, as its button does.

        Raises:
            UnexpectedError: another status than those.
        """
        return self._ask(what, "POST", path, data, "text/html", expected)

    def exchange(self, what: str, path: str, data: Mapping[str, str]) -> dict[str, Any]:
        """Send a form, as a page's script does; the answer as JSON.

        Raises:
            UnexpectedError: the status is not 200.
        """
        answer: dict[str, Any] = json.loads(self._ask(what, "POST", path, data, "application/json", (200,)).text)
        return answer

    def _ask(
        self,
        what: str,
        method: str,
        path: str,
        data: Mapping[str, str] | None,
        accepted: str,
        expected: Collection[int],
    ) -> Answer:
        headers = {
            "Host": self.host,
            "Accept": accepted,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": self.source,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
        }
        body = None if data is None else urlencode(data)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        if began - self._used_at > LONGEST_REST:
            self._connection.close()
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        self._used_at = time.perf_counter()
        self.times.append((what, self._used_at - began))
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if response.status not in expected:
            raise UnexpectedError(f"{method} {path}: status {response.status}: {_words(text)}")
        return Answer(response.status, text, _path(response.headers.get("Location", "")))


def read_hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms, by name."""
    inputs: list[dict[str, Any]] = [dict(_ATTRIBUTE.findall(tag)) for tag in _INPUT.findall(page)]
    return {one["name"]: html.unescape(one.get("value", "")) for one in inputs if one.get("type") == "hidden"}


def _path(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _words(text: str) -> str:
    """The beginning of what a page says."""
    main = text.partition("<main")[2] or text
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())[:300]
