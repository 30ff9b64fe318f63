"""Handing a message to the SMTP server of the settings; ``web.platform.mail`` and ``cli.remind`` say what is sent."""

import logging
import smtplib
import ssl
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
        raise MailError("The e-mail could not be sent") from error


def _connect(mail: MailSettings) -> smtplib.SMTP:
    """Connect to the server, checking its certificate."""
    if mail.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=TIMEOUT_SECONDS, context=context)
    server = smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT_SECONDS)
    if mail.security == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server
