"""How a one-time link reaches a person: by e-mail, or shown once to the administrator, who hands it over.

Its secret stands in the answer to the form alone: in no address, no session and no log.
"""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from star_tracker.models import User
from star_tracker.records.accounts.links import INVITATION_LASTS
from star_tracker.web.auth.access import current_settings
from star_tracker.web.platform.mail import MailError, send_mail
from star_tracker.web.platform.typed import note_saved

_TEXT = """You can choose a password for Star Tracker, where {service} keeps its Stars:

{address}

The link works once, within {days} days. If you do not know what this is about, do not follow it, and tell whoever looks
after Star Tracker at your service.
"""


def hand_over(user: User, secret: str, *, by_mail: bool) -> str | Response:
    """Send the link, or show it; shown too if it could not be sent.

    In the demonstration there are no passwords, and so no link.
    """
    settings = current_settings()
    if settings.demo:
        flash("Saved. In the demonstration there are no passwords and so no links: people sign in with one click.")
        return redirect(url_for("people.show", user_id=user.id))
    address = f"{settings.address}/link/{secret}"
    fault = ""
    if by_mail and settings.mail:
        text = _TEXT.format(service=settings.service_name, address=address, days=INVITATION_LASTS.days)
        try:
            send_mail(settings.mail, user.email, "Star Tracker: choose your password", text)
        except MailError as error:
            fault = str(error)
        else:
            flash(f"A link is on its way to {user.email}. It works once, within {INVITATION_LASTS.days} days.")
            return redirect(url_for("people.show", user_id=user.id))
    note_saved()
    return render_template(
        "admin/people/link.html", person=user, address=address, days=INVITATION_LASTS.days, fault=fault
    )
