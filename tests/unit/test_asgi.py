"""What the server hands to the pages, and when: a request that has arrived whole."""

import asyncio
from collections.abc import Iterable, MutableMapping, Sequence
from typing import Any

import pytest

from star_tracker.web.platform import asgi
from star_tracker.web.platform.asgi import WholeRequests, make_environ

Message = MutableMapping[str, Any]


def scope(**more: Any) -> dict[str, Any]:
    return {
        "method": "POST",
        "raw_path": b"/families",
        "query_string": b"",
        "http_version": "1.1",
        "server": ("127.0.0.1", 5000),
        "client": ("192.0.2.1", 4321),
        "scheme": "http",
        "headers": [],
        **more,
    }


def part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def answers_to(messages: Sequence[Message], application: Any, **how: Any) -> list[Message]:
    """What is sent to a browser that sends these, and then nothing more."""
    sent: list[Message] = []
    coming = list(messages)

    async def receive() -> Message:
        if not coming:
            await asyncio.Event().wait()
        return coming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    served = WholeRequests(application, threads=1, largest_body=10)
    asyncio.run(served(scope(**how), receive, send))
    return sent


def echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("201 Created", [("X-Length", environ.get("CONTENT_LENGTH", "none"))])
    return [environ["wsgi.input"].read(), b"!"]


def test_body_sent_in_pieces_arrives_whole() -> None:
    start, body = answers_to([part(b"hel", more=True), part(b"lo", more=False)], echo)
    assert (start["status"], body["body"]) == (201, b"hello!")
    assert (b"x-length", b"5") in start["headers"]
    assert (b"server", b"Star Tracker") in start["headers"]


def test_body_that_is_too_large_is_not_read_to_its_end() -> None:
    start, _body = answers_to([part(b"a" * 8, more=True)] * 2, echo)
    assert (b"x-length", b"16") in start["headers"]


def test_incomplete_body_ends_when_the_connection_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "SECONDS_FOR_A_BODY", 0.01)
    start, _body = answers_to([part(b"hel", more=True)], echo)
    assert start["status"] == 408
    assert (b"connection", b"close") in start["headers"]


def test_client_that_disconnects_before_the_request_is_complete_gets_no_answer() -> None:
    assert answers_to([part(b"hel", more=True), {"type": "http.disconnect"}], echo) == []


def test_application_error_is_answered_without_its_message(caplog: pytest.LogCaptureFixture) -> None:
    def failing(_environ: object, _start_response: object) -> Iterable[bytes]:
        raise RuntimeError("a secret")

    start, body = answers_to([part(b"", more=False)], failing)
    assert (start["status"], body["body"]) == (500, b"Internal Server Error")
    assert "a secret" in caplog.text


def test_request_headers_become_variables_and_none_can_imitate_a_proxys() -> None:
    headers = [
        (b"host", b"stars.example.org"),
        (b"content-type", b"text/plain"),
        (b"content-length", b"99"),
        (b"transfer-encoding", b"chunked"),
        (b"accept", b"a"),
        (b"accept", b"b"),
        (b"x-forwarded-for", b"192.0.2.9"),
        (b"x_forwarded_for", b"203.0.113.1"),
    ]
    environ = make_environ(scope(raw_path=b"/a%C3%A9%ff", query_string=b"q=\xff", headers=headers), b"abc")
    assert {name: value for name, value in environ.items() if not name.startswith("wsgi.")} == {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/a\xc3\xa9\xff",
        "QUERY_STRING": "q=\xff",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "5000",
        "REMOTE_ADDR": "192.0.2.1",
        "HTTP_HOST": "stars.example.org",
        "CONTENT_TYPE": "text/plain",
        "CONTENT_LENGTH": "3",
        "HTTP_ACCEPT": "a,b",
        "HTTP_X_FORWARDED_FOR": "192.0.2.9",
    }
