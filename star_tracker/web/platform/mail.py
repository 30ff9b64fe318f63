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
"""Hands mails over one after the other, apart from the threads that answer pages: the next page over the same
connection would wait for the mail server, and how long would tell whether there is an account.
"""

logger = logging.getLogger(__name__)


class MailError(RuntimeError):
    """The mail could not be handed over; the message says what to do."""


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
    """Reach the server; its certificate is checked."""
    if mail.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=TIMEOUT_SECONDS, context=context)
    server = smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT_SECONDS)
    if mail.security == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server


def send_mail_later(mail: MailSettings, to: str, subject: str, text: str) -> None:
    """Hand a message over once the page has been answered: nobody waits, and no lock is held meanwhile."""

    def send() -> None:
        try:
            with suppress(MailError):  # it is in the log
                send_mail(mail, to, subject, text)
        except Exception:
            logger.exception("an e-mail could not be sent")

    @after_this_request
    def send_afterwards(response: Response) -> Response:
        response.call_on_close(lambda: OUTBOX.submit(send))
        return response


def notify(to: str, what: str) -> None:
    """Tell a person that something about their account changed, once the page has been answered.

    Where no e-mail is set up, or the server cannot be reached, nothing is sent: the audit trail has it all the same.
    """
    address = current_settings().address
    _send_what(
        to,
        "Star Tracker: your account",
        f"{what}\n\nIf you know of this, there is nothing to do. If you do not, tell an administrator and the service "
        f"lead at once, and choose a new password: {address}/forgotten\n",
    )


def tell(to: str, what: str, path: str = "") -> None:
    """Tell a person about somebody else's account, with the page that it is about; as ``notify``."""
    address = f"\n\n{current_settings().address}{path}" if path else ""
    _send_what(to, "Star Tracker: an account", f"{what}{address}\n")


def _send_what(to: str, subject: str, text: str) -> None:
    if mail := current_settings().mail:
        send_mail_later(mail, to, subject, text)
