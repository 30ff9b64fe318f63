"""The pages as an ASGI application in which no thread waits for a slow client.

Requests and responses may be sent slowly, or only in part. Both are awaited outside the threads that make the pages: a
thread is used only from a complete request to its complete response, so that many half-sent requests block nobody
else. Granian times out incomplete headers and handshakes.
"""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
WSGIApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]
Answer = tuple[int, list[tuple[str, str]], bytes]
"""Status, headers and body."""

SECONDS_FOR_A_BODY = 30
"""From the end of a request's headers to the end of its body."""

SERVER = "Star Tracker"
"""The ``Server`` header, which must not name a program or a version."""

BODY_HEADERS = ("CONTENT_LENGTH", "TRANSFER_ENCODING")
"""Headers about how the body was sent, which are dropped: the application gets it whole."""

logger = logging.getLogger(__name__)


class WholeRequests:
    """Calls a WSGI application in its own threads, with complete requests only.

    Args:
        application: the pages.
        threads: how many requests are answered at the same time; others wait.
        largest_body: in bytes; reading stops beyond it, so that the application refuses the request as too large.
    """

    def __init__(self, application: WSGIApplication, *, threads: int, largest_body: int) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads)
        self._largest_body = largest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, unless the browser disconnects before it is complete."""
        try:
            async with asyncio.timeout(SECONDS_FOR_A_BODY):
                body = await self._read_body(receive)
        except TimeoutError:
            await _send_answer(send, _plain_answer(HTTPStatus.REQUEST_TIMEOUT, ("Connection", "close")))
            return
        if body is not None:
            environ = make_environ(scope, body)
            loop = asyncio.get_running_loop()
            await _send_answer(send, await loop.run_in_executor(self._threads, self._answer, environ))

    async def _read_body(self, receive: Receive) -> bytes | None:
        body = bytearray()
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if len(body) > self._largest_body or not message.get("more_body"):
                return bytes(body)
        return None

    def _answer(self, environ: dict[str, Any]) -> Answer:
        answers: list[tuple[int, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
            answers.append((int(status.split(" ", 1)[0]), headers))

        try:
            parts = self._application(environ, start_response)
            try:
                body = b"".join(parts)
            finally:
                if hasattr(parts, "close"):
                    parts.close()
        except Exception:
            logger.exception("An answer could not be made")
            return _plain_answer(HTTPStatus.INTERNAL_SERVER_ERROR)
        return *answers[-1], body


def make_environ(scope: Scope, body: bytes) -> dict[str, Any]:
    """The WSGI environment for an ASGI scope and the whole body.

    Headers with an underscore in their name are dropped: as variables they would look like headers that a trusted proxy
    sets, such as X-Forwarded-For.
    """
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": str(scope["server"][1]),
        "REMOTE_ADDR": scope["client"][0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        variable = name.decode("latin-1").upper().replace("-", "_")
        if b"_" in name or variable in BODY_HEADERS:
            continue
        if variable != "CONTENT_TYPE":
            variable = f"HTTP_{variable}"
        text = value.decode("latin-1")
        environ[variable] = f"{environ[variable]},{text}" if variable in environ else text
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _plain_answer(status: HTTPStatus, *headers: tuple[str, str]) -> Answer:
    body = status.phrase.encode()
    return status, [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body))), *headers], body


async def _send_answer(send: Send, answer: Answer) -> None:
    status, headers, body = answer
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    encoded.append((b"server", SERVER.encode()))
    await send({"type": "http.response.start", "status": int(status), "headers": encoded})
    await send({"type": "http.response.body", "body": body, "more_body": False})
