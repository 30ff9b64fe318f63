"""A weekly reminder by e-mail, and a private calendar address: each person turns them on and off for themselves."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import anyone, may_read_families
from star_tracker.domain.roles import Role
from star_tracker.exports.calendar import CalendarDay, build_calendar
from star_tracker.queries.reminders import DueEvent, get_calendar_address, get_reminder, list_due_events
from star_tracker.records.accounts.reminders import (
    ask_for_reminders,
    end_reminders,
    make_calendar_address,
    open_calendar,
    remove_calendar_address,
)
from star_tracker.web.audit.looks import log_list
from star_tracker.web.auth.access import access, current_actor, current_context, current_settings, today
from star_tracker.web.auth.sessions import server_session
from star_tracker.web.platform.downloads import send_bytes
from star_tracker.web.platform.typed import note_saved, redirect_saved

blueprint = Blueprint("reminders", __name__)

REMIND, END_REMINDERS, MAKE, REMOVE = "remind", "end", "make", "remove"
"""What a button of the page does."""


@blueprint.route("/account/reminders", methods=["GET", "POST"])
@access(may_read_families, fresh=True)
def show() -> str | AnyResponse:
    """What is turned on, with a button for each; the calendar's address is shown once, as it is made."""
    actor, deed = current_actor(), request.form.get("deed", "")
    user_id = actor.user_id or abort(404)
    has_calendar = Role.PRACTITIONER in actor.roles
    made = ""
    if deed == REMIND:
        ask_for_reminders(current_context(), user_id=user_id)
        return redirect_saved("You will get an e-mail each week in which something is due.", "reminders.show")
    if deed == END_REMINDERS:
        end_reminders(current_context(), user_id=user_id)
        return redirect_saved("You will get no more reminders.", "reminders.show")
    if deed == REMOVE:
        remove_calendar_address(current_context(), user_id=user_id)
        return redirect_saved("The calendar address works no more.", "reminders.show")
    if deed == MAKE and has_calendar:
        secret = make_calendar_address(current_context(), user_id=user_id)
        begins = current_settings().address or request.host_url.rstrip("/")
        made = f"{begins}{url_for('reminders.calendar', secret=secret)}"
        note_saved()
    elif request.method == "POST":
        return redirect(url_for("reminders.show"))
    return render_template(
        "auth/account/reminders.html",
        reminder=get_reminder(user_id),
        has_calendar=has_calendar,
        calendar=get_calendar_address(user_id),
        made=made,
    )


@blueprint.get("/calendar/<secret>.ics")
@access(anyone)
def calendar(secret: str) -> Response:
    """What is due for whoever's secret address this is, for a calendar program, which does not sign in."""
    server_session().only_asked = True
    settings = current_settings()
    try:
        opened = open_calendar(secret, source=current_actor().source, now=settings.now(), today=today())
    except DomainError:
        abort(429)
    if opened is None:
        abort(404)
    if opened.is_first_today:
        log_list(settings.context_of(opened.actor), entity="calendar")
    events = list_due_events(opened.actor, today=today(), timings=settings.timings)
    days = [_day(secret, event) for event in events]
    data = build_calendar(days, name="Star Tracker", address=settings.address, now=settings.now())
    return send_bytes(data, "star-tracker.ics", inline=True)


def _day(secret: str, event: DueEvent) -> CalendarDay:
    """The entry of an event; what was agreed has no area beside the references, as a Star has no value."""
    what = f"{event.kind.label.lower()} Star due" if event.kind else "what was agreed is due"
    key = event.kind or f"agreed {event.due_on}"
    return CalendarDay(
        f"{secret} {event.registration_id} {key}", event.due_on, f"{event.family_ref} {event.parent_ref}: {what}"
    )
