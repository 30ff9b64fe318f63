"""A real mail server on this machine, which keeps what it is handed: for tests that follow a link out of an e-mail."""

import asyncio
import gc
import re
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller

from star_tracker.config import MailSettings
from star_tracker.web.platform.mail import OUTBOX

SENDER = "stars@example.org"
SECONDS = 30
"""Nothing takes so long."""


class Keeper:
    """Takes what is handed to the server, but for addresses in ``refused``."""

    def __init__(self) -> None:
        self.kept: list[EmailMessage] = []
        self.refused: set[str] = set()
        self.is_open = Event()
        self.is_open.set()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Refuse an address, or let the message go on."""
        if address in self.refused:
            return "550 No such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep a message; whoever hands it over waits while we are not open."""
        await asyncio.to_thread(self.is_open.wait, SECONDS)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.kept.append(message)
        return "250 OK"


@dataclass(frozen=True)
class Mailbox:
    """What was handed over at a port."""

    port: int
    keeper: Keeper = field(default_factory=Keeper)

    @property
    def messages(self) -> list[EmailMessage]:
        """Everything, oldest first, once it has been sent."""
        wait_until_sent()
        return self.keeper.kept

    @property
    def settings(self) -> MailSettings:
        """How to reach it."""
        return mail_settings(self.port)


def wait_until_sent() -> None:
    """Return when every e-mail that waits to be sent has been, or could not be: they are sent one by one."""
    OUTBOX.submit(int).result(SECONDS)


def mail_settings(port: int) -> MailSettings:
    """An SMTP server on this machine, without TLS and password."""
    return MailSettings(host="127.0.0.1", port=port, security="none", user="", password="", sender=SENDER)


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def running_mail_server(**options: Any) -> Iterator[Mailbox]:
    """A server that takes every message."""
    mailbox = Mailbox(free_port())
    controller = Controller(mailbox.keeper, hostname="127.0.0.1", port=mailbox.port, **options)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
        _drop_what_is_open()


def _drop_what_is_open() -> None:
    """Collect the connections that a stopped server left open: one that is found while Python compiles breaks that."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def link_in(message: EmailMessage) -> str:
    """The path of the one-time link in an e-mail."""
    found = re.findall(r"https://\S+/link/\S+", message.get_content())
    assert len(found) == 1, message.get_content()
    return urlsplit(str(found[0])).path
