"""Handing messages to the SMTP server of the settings.

``web.platform.mail``, ``web.figures.returns.hand_over`` and ``cli.remind`` say what is sent.
"""

import logging
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage

from star_tracker.config import MailSettings

TIMEOUT_SECONDS = 10

logger = logging.getLogger(__name__)


class MailError(RuntimeError):
    """The mail could not be sent."""


def send_mail(mail: MailSettings, to: str, subject: str, text: str) -> None:
    """Hand a message to the SMTP server.

    Raises:
        MailError: the server cannot be reached or refuses.
    """
    if send_to_each(mail, [to], subject, text):
        raise MailError("The e-mail could not be sent")


def send_to_each(mail: MailSettings, addresses: Sequence[str], subject: str, text: str) -> list[str]:
    """Hand the same message to the SMTP server for each of these addresses, in one connection.

    A server that does not answer is waited for once, however many they are.

    Returns:
        The addresses to which it could not be sent.

    Raises:
        ValueError: an address or the subject has a line break.
    """
    left = {address: _write(mail, address, subject, text) for address in addresses}
    refused = []
    try:
        with _connect(mail) as server:
            if mail.user:
                server.login(mail.user, mail.password)
            for address in addresses:
                try:
                    server.send_message(left[address])
                except smtplib.SMTPRecipientsRefused as error:
                    _log(error)
                    refused.append(address)
                left.pop(address)
    except (OSError, smtplib.SMTPException) as error:
        _log(error)
    return [*refused, *left]


def _write(mail: MailSettings, to: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = mail.sender, to, subject
    message.set_content(text)
    return message


def _log(error: Exception) -> None:
    logger.warning("an e-mail could not be sent: %s", type(error).__name__)


def _connect(mail: MailSettings) -> smtplib.SMTP:
    """Connect to the server, checking its certificate."""
    if mail.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=TIMEOUT_SECONDS, context=context)
    server = smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT_SECONDS)
    if mail.security == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server
