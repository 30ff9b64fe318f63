"""The server as it is started for real: nobody who sends half of something stops it, and it starts and ends cleanly."""

import http.client
import signal
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from click import ClickException
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from star_tracker.cli.demo import demo_command
from star_tracker.cli.service import serve_command
from star_tracker.cli.serving import check_certificate, find_free_address
from star_tracker.config import Settings
from tests.bench import hello
from tests.support.apps import LIVE
from tests.support.serving import BEHIND_A_PROXY, Server, find_port, running, serving_star_tracker

HOST = LIVE["address"].removeprefix("https://")
MANY = 40
"""Half-sent things of each kind: five times as many as there are threads."""

HEADERS = f"Host: {HOST}\r\nX-Forwarded-Proto: https\r\n"
HALF_A_REQUEST = f"GET /sign-in HTTP/1.1\r\n{HEADERS}X-Half: "
HALF_A_FORM = f"POST /sign-in HTTP/1.1\r\n{HEADERS}Content-Length: 1000\r\n\r\nemail="
MANY_PICTURES = f"GET /static/build/app.css HTTP/1.1\r\n{HEADERS}\r\n" * 50
CLOSE = f"{HEADERS}Connection: close\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The settings of a server that does TLS by itself."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return {
        "STAR_TRACKER_CERTIFICATE": str(folder / "certificate.pem"),
        "STAR_TRACKER_CERTIFICATE_KEY": str(folder / "key.pem"),
    }


@pytest.fixture(scope="module")
def database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("served") / "test.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def proxied(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server behind a proxy."""
    with serving_star_tracker(database, tmp_path_factory.mktemp("proxied") / "log", BEHIND_A_PROXY) as server:
        yield server
        stop(server, signal.SIGTERM)


@pytest.fixture(scope="module")
def own_tls(
    database: str, certificate: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server that does TLS by itself."""
    with serving_star_tracker(database, tmp_path_factory.mktemp("own-tls") / "log", certificate) as server:
        yield server
        stop(server, signal.SIGINT)


def stop(server: Server, how: signal.Signals) -> None:
    """Tell a server to stop: it ends well, leaves nothing behind, and had nothing to complain of."""
    server.process.send_signal(how)
    assert server.process.wait(timeout=60) == 0
    wait_until_nobody_listens(server.port)
    assert server.log.read_text() == ""


def connect(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=60)


def connect_by_tls(server: Server) -> ssl.SSLSocket:
    return trusting_anybody().wrap_socket(connect(server))


@cache
def trusting_anybody() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def half_a_handshake() -> bytes:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        trusting_anybody().wrap_bio(incoming, outgoing).do_handshake()
    whole = outgoing.read()
    return whole[: len(whole) // 2]


def ask(connection: socket.socket, request: bytes) -> http.client.HTTPResponse:
    """Send something over a connection and read the whole answer."""
    with closing(connection):
        connection.sendall(request)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        answer.body = answer.read()  # type: ignore[attr-defined] # kept for whoever asks
        return answer


def body_of(answer: http.client.HTTPResponse) -> str:
    body: bytes = answer.body  # type: ignore[attr-defined] # as ``ask`` left it
    return body.decode()


def check_sign_in_page(connection: socket.socket) -> None:
    answer = ask(connection, f"GET /sign-in HTTP/1.1\r\n{CLOSE}\r\n".encode())
    assert answer.status == 200
    assert "Sign in" in body_of(answer)


def check_many_are_held_and_a_page_is_answered(
    server: Server, held: Mapping[bytes, Callable[[Server], socket.socket]], asking: Callable[[Server], socket.socket]
) -> None:
    with ExitStack() as stack:
        for sent, opening in held.items():
            for _ in range(MANY):
                connection = stack.enter_context(closing(opening(server)))
                connection.sendall(sent)
        for _ in range(4):  # both processes are asked
            check_sign_in_page(asking(server))


def test_half_sent_requests_and_unread_answers_stop_nobody_behind_a_proxy(proxied: Server) -> None:
    held = dict.fromkeys((b"", HALF_A_REQUEST.encode(), HALF_A_FORM.encode(), MANY_PICTURES.encode()), connect)
    check_many_are_held_and_a_page_is_answered(proxied, held, connect)


def test_half_sent_handshakes_requests_and_unread_answers_stop_nobody_with_tls_of_its_own(own_tls: Server) -> None:
    sent = (b"", HALF_A_REQUEST.encode(), HALF_A_FORM.encode(), MANY_PICTURES.encode())
    held = {half_a_handshake(): connect, **dict.fromkeys(sent, connect_by_tls)}
    check_many_are_held_and_a_page_is_answered(own_tls, held, connect_by_tls)


@pytest.mark.parametrize(
    ("request_line", "headers", "body", "status"),
    [
        (b"GET /%ff?x=%ff HTTP/1.1", "", b"", 404),
        (b"GET http://elsewhere.example/sign-in HTTP/1.1", "", b"", 200),
        (b"GET //elsewhere.example HTTP/1.1", "", b"", 404),
        (b"OPTIONS * HTTP/1.1", "", b"", 404),
        (b"POST /sign-in HTTP/1.1", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n", 400),
        (b"POST /sign-in HTTP/1.1", "Content-Length: 2000000\r\n", b"a" * 2_000_000, 413),
        (b"POST /sign-in HTTP/1.1", "Transfer-Encoding: chunked\r\n", b"1E8480\r\n" + b"a" * 2_000_000, 413),
    ],
    ids=["no UTF-8", "whole address", "no host", "star", "two lengths", "too large", "too large in chunks"],
)
def test_an_odd_request_gets_an_answer_that_tells_of_no_server(
    proxied: Server, request_line: bytes, headers: str, body: bytes, status: int
) -> None:
    form = "Content-Type: application/x-www-form-urlencoded\r\n"
    connection = connect(proxied)
    answer = ask(connection, request_line + f"\r\n{CLOSE}{form}{headers}\r\n".encode() + body)
    assert answer.status == status, body_of(answer)
    assert answer.headers["Server"] in (None, "Star Tracker")
    assert "granian" not in f"{answer.headers}{body_of(answer)}".lower()
    check_sign_in_page(connect(proxied))


def test_busy_port_gives_a_one_line_error_before_anything_is_made(
    proxied: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAR_TRACKER_INSTANCE", str(tmp_path / "instance"))
    for command in (serve_command, demo_command):
        done = CliRunner().invoke(command, ["--port", str(proxied.port)])
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr == (
            f"Error: cannot listen at 127.0.0.1:{proxied.port} (Address already in use): "
            "stop what uses it, or choose another with --host and --port\n"
        )
    assert not (tmp_path / "instance").exists()


def test_unusable_certificate_gives_a_one_line_error(certificate: Mapping[str, str], tmp_path: Path) -> None:
    its = certificate["STAR_TRACKER_CERTIFICATE"]
    with_password = tmp_path / "key.pem"
    with_password.write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"a password"),
        )
    )
    for key in (its, str(with_password), "not there.pem"):
        with pytest.raises(ClickException, match="STAR_TRACKER_CERTIFICATE_KEY must be the files of"):
            check_certificate(Settings(certificate=its, certificate_key=key))


def test_no_process_is_left_when_the_one_that_started_it_is_killed(tmp_path: Path) -> None:
    port = find_port()
    with running([sys.executable, "-m", hello.__name__, str(port)], {}, tmp_path / "log", port) as server:
        server.process.kill()
        wait_until_nobody_listens(port)


def wait_until_nobody_listens(port: int) -> None:
    """Return when no process has the port any more, whichever started it."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(ClickException):
            find_free_address("127.0.0.1", port)
            return
        time.sleep(0.1)
    raise AssertionError("a process still listens")
