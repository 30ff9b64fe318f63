"""E-mail: short plain messages through the SMTP server of the settings. None carries a family's data."""

import logging
import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from email.message import EmailMessage

from flask import Response, after_this_request

from star_tracker.config import MailSettings
from star_tracker.web.auth.access import current_settings

TIMEOUT_SECONDS = 10

OUTBOX = ThreadPoolExecutor(1, thread_name_prefix="mail")
"""Sends mails one after the other, outside the threads that answer pages: otherwise the response time would reveal
whether there is an account.
"""

logger = logging.getLogger(__name__)


class MailError(RuntimeError):
    """The mail could not be sent; the message says what to do."""


def send_mail(mail: MailSettings, to: str, subject: str, text: str) -> None:
    """Hand a message to the SMTP server.

    Raises:
        MailError: the server cannot be reached or refuses.
    """
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = mail.sender, to, subject
    message.set_content(text)
    try:
        with _connect(mail) as server:
            if mail.user:
                server.login(mail.user, mail.password)
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("an e-mail could not be sent: %s", type(error).__name__)
        raise MailError("The e-mail could not be sent: copy the link and hand it over yourself") from error


def _connect(mail: MailSettings) -> smtplib.SMTP:
    """Connect to the server, checking its certificate."""
    if mail.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=TIMEOUT_SECONDS, context=context)
    server = smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT_SECONDS)
    if mail.security == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server


def send_mail_later(mail: MailSettings, to: str, subject: str, text: str) -> None:
    """Send a message after the response, so that nobody waits and no lock is held."""

    def send() -> None:
        try:
            with suppress(MailError):  # which is logged
                send_mail(mail, to, subject, text)
        except Exception:
            logger.exception("an e-mail could not be sent")

    @after_this_request
    def send_afterwards(response: Response) -> Response:
        response.call_on_close(lambda: OUTBOX.submit(send))
        return response


def notify(to: str, what: str) -> None:
    """Tell a person, after the response, that something about their account changed.

    Nothing is sent if e-mail is not set up or the server cannot be reached; the audit trail has the change anyway.
    """
    address = current_settings().address
    _send_what(
        to,
        "Star Tracker: your account",
        f"{what}\n\nIf you know of this, there is nothing to do. If you do not, tell an administrator and the service "
        f"lead at once, and choose a new password: {address}/forgotten\n",
    )


def tell(to: str, what: str, path: str = "") -> None:
    """Tell a person about somebody else's account, with a link to ``path``; as ``notify``."""
    address = f"\n\n{current_settings().address}{path}" if path else ""
    _send_what(to, "Star Tracker: an account", f"{what}{address}\n")


def _send_what(to: str, subject: str, text: str) -> None:
    if mail := current_settings().mail:
        send_mail_later(mail, to, subject, text)
