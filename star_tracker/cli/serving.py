"""Serving pages: two processes that read requests outside the threads that answer them (``web.platform.asgi``).

Granian does TLS, times out incomplete headers, and restarts a process that has died. Each process creates the
application itself, because no chart may be drawn before a fork.
"""

import os
import signal
import socket
import ssl
import time
from collections.abc import Callable
from functools import partial
from multiprocessing import parent_process
from pathlib import Path
from threading import Thread

import click
from flask import Flask

from star_tracker.config import Settings
from star_tracker.web.platform.asgi import WholeRequests

PROCESSES, THREADS = 2, 4
SECONDS_FOR_HEADERS = 10
"""From the connection to the end of the request's headers, including the TLS handshake and idle time."""

MOST_CONNECTIONS = 500
"""For each process; further connections wait. By default a process may open 1,024 files."""

SECONDS_TO_STOP = 20
"""For requests that are being answered when the service is told to stop."""

LOG_TO_STANDARD_ERROR = {
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "generic", "stream": "ext://sys.stderr"}},
    "loggers": {"_granian": {"handlers": ["console"], "propagate": False}},
}


def serve(make_app: Callable[[], Flask], settings: Settings, address: str, port: int) -> None:
    """Serve until the process is told to stop (SIGINT or SIGTERM).

    Args:
        make_app: creates the application, once in each process; it must be picklable, as a process need not be a fork.
        settings: the certificate, if the server does TLS itself.
        address: the IP address to listen on, from ``find_free_address``.
        port: the port to listen on.

    Raises:
        ClickException: the certificate cannot be used.
    """
    from granian import Granian  # noqa: PLC0415 - the rest of the command line does without
    from granian.constants import HTTPModes, Interfaces, SSLProtocols  # noqa: PLC0415 - as above
    from granian.http import HTTP1Settings  # noqa: PLC0415 - as above
    from granian.log import LogLevels  # noqa: PLC0415 - as above

    check_certificate(settings)
    make_app()  # so that wrong settings fail once, here, and forks share what was imported
    Granian(
        "star_tracker",
        address=address,
        port=port,
        interface=Interfaces.ASGINL,
        workers=PROCESSES,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=SECONDS_FOR_HEADERS * 1000),
        backpressure=MOST_CONNECTIONS,
        websockets=False,
        ssl_cert=Path(settings.certificate) if settings.certificate else None,
        ssl_key=Path(settings.certificate_key) if settings.certificate else None,
        ssl_protocol_min=SSLProtocols.tls12,
        log_level=LogLevels.error,
        log_dictconfig=LOG_TO_STANDARD_ERROR,
        respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_TO_STOP,
    ).serve(target_loader=partial(_load, make_app), wrap_loader=False)


def _load(make_app: Callable[[], Flask]) -> WholeRequests:
    app = make_app()
    Thread(target=_stop_with_parent, daemon=True).start()
    return WholeRequests(app, threads=THREADS, largest_body=app.config["MAX_CONTENT_LENGTH"])


def _stop_with_parent() -> None:
    """End this process when its parent is gone: otherwise it would keep the port, and nobody could stop it."""
    if parent := parent_process():
        parent.join()
        while True:  # repeated in case it could not handle the signal yet
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(1)


def find_free_address(host: str, port: int) -> str:
    """The IP address to listen on, checked to be free: the server's processes share a port, even with a stranger's.

    Raises:
        ClickException: it is not possible to listen there; it says why in one sentence.
    """
    try:
        family, _type, _proto, _name, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(where)
    except OSError as error:
        raise click.ClickException(
            f"cannot listen at {host}:{port} ({error.strerror or error}): "
            "stop what uses it, or choose another with --host and --port"
        ) from error
    return str(where[0])


def check_certificate(settings: Settings) -> None:
    """Read the certificate, if the server does TLS itself.

    Raises:
        ClickException: it cannot be read, or the key does not belong to it.
    """
    if not settings.certificate:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            settings.certificate,
            settings.certificate_key,
            password=lambda: "",  # OpenSSL would ask for one here
        )
    except OSError as error:
        raise click.ClickException(
            "STAR_TRACKER_CERTIFICATE and STAR_TRACKER_CERTIFICATE_KEY must be the files of a certificate and of its "
            f"key, without a password ({error.strerror or error})"
        ) from error
