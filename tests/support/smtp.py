"""A real mail server on this machine, which keeps what it is handed: for tests that follow a link out of an e-mail."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller

from star_tracker.config import MailSettings

SENDER = "stars@example.org"


@dataclass
class Mailbox:
    """Everything that was handed over, oldest first."""

    port: int
    messages: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep a message."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"

    @property
    def settings(self) -> MailSettings:
        """How to reach it."""
        return mail_settings(self.port)


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
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, **options)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def link_in(message: EmailMessage) -> str:
    """The path of the one-time link in an e-mail."""
    found = re.findall(r"https://\S+/link/\S+", message.get_content())
    assert len(found) == 1, message.get_content()
    return urlsplit(str(found[0])).path
