"""Delivering a one-time link: by e-mail, or shown once to the administrator, who hands it over.

Its secret is only in the response to the form: in no address, session or log.
"""

from flask import render_template
from werkzeug.wrappers import Response

from star_tracker.mail import MailError, send_mail
from star_tracker.models import User
from star_tracker.records.accounts.links import INVITATION_LASTS
from star_tracker.web.auth.access import current_settings
from star_tracker.web.platform.typed import note_saved, redirect_saved

_TEXT = """You can choose a password for Star Tracker, where {service} keeps its Stars:

{address}

The link works once, within {days} days. If you do not know what this is about, do not follow it, and tell whoever looks
after Star Tracker at your service.
"""


def deliver_link(user: User, secret: str, *, by_mail: bool) -> str | Response:
    """Send the link by e-mail, or show it, also if it could not be sent; the demonstration needs no link."""
    settings = current_settings()
    if settings.demo:
        message = "Saved. In the demonstration there are no passwords and so no links: people sign in with one click."
        return redirect_saved(message, "people.show", user_id=user.id)
    address = f"{settings.address}/link/{secret}"
    fault = ""
    if by_mail and settings.mail:
        text = _TEXT.format(service=settings.service_name, address=address, days=INVITATION_LASTS.days)
        try:
            send_mail(settings.mail, user.email, "Star Tracker: choose your password", text)
        except MailError as error:
            fault = f"{error}: copy the link and hand it over yourself"
        else:
            message = f"A link is on its way to {user.email}. It works once, within {INVITATION_LASTS.days} days."
            return redirect_saved(message, "people.show", user_id=user.id)
    note_saved()
    days = INVITATION_LASTS.days
    return render_template("admin/people/link.html", person=user, address=address, days=days, fault=fault)
