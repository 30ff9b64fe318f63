"""E-mail about accounts, sent after the response by ``star_tracker.mail``; none carries a family's data."""

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from flask import Response, after_this_request

from star_tracker.config import MailSettings
from star_tracker.mail import MailError, send_mail
from star_tracker.web.auth.access import current_settings

OUTBOX = ThreadPoolExecutor(1, thread_name_prefix="mail")
"""Sends mails one after the other, outside the threads that answer pages: otherwise the response time would reveal
whether there is an account.
"""

logger = logging.getLogger(__name__)


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
