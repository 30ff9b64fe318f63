"""The command that sends the weekly reminders, for a cron job."""

import click
from flask import current_app
from flask.cli import with_appcontext

from star_tracker.config import Settings
from star_tracker.domain.caseload import count_cases
from star_tracker.domain.days import long_date
from star_tracker.domain.figures import write_count
from star_tracker.domain.permissions import COMMAND_LINE, may_read_families
from star_tracker.domain.reminders import describe_due, get_week, needs_reminder, write_reminder
from star_tracker.mail import MailError, send_mail
from star_tracker.queries.covers import list_own_caseload
from star_tracker.queries.figures.service import get_settings
from star_tracker.queries.reminders import list_reminders
from star_tracker.records.accounts.reminders import give_week_back, take_week


@click.command("remind")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
@with_appcontext
def remind_command(dry_run: bool) -> None:
    """E-mail everybody who asked for it what is due on their caseload, once a week, without names."""
    settings: Settings = get_settings(current_app.extensions["star_tracker"])
    if settings.mail is None or not settings.address:
        raise click.ClickException(
            "set STAR_TRACKER_MAIL_SERVER and the other settings of e-mail, and STAR_TRACKER_ADDRESS, to send reminders"
        )
    today, week = settings.today(), get_week(settings.today())
    failed = 0
    wanted = [(each.id, each.user.as_actor(), each.sent_for) for each in list_reminders()]
    for reminder_id, actor, sent_for in wanted:
        if not may_read_families(actor):
            click.echo(f"{actor.email}: nothing, they read no family any more")
            continue
        if sent_for is not None and sent_for >= week:
            click.echo(f"{actor.email}: sent before")
            continue
        numbers = count_cases(list_own_caseload(actor, today=today, timings=settings.timings))
        if not needs_reminder(numbers):
            click.echo(f"{actor.email}: nothing is due")
            continue
        context = settings.context_of(COMMAND_LINE)
        if dry_run:
            click.echo(f"{actor.email}: would be sent {describe_due(numbers)}")
        elif not take_week(context, reminder_id=reminder_id, week=week):
            click.echo(f"{actor.email}: sent before")
        else:
            text = write_reminder(numbers, address=settings.address, due_soon_days=settings.timings.due_soon_days)
            try:
                send_mail(settings.mail, actor.email, "Star Tracker: what is due", text)
            except MailError as error:
                give_week_back(context, reminder_id=reminder_id, week=week)
                failed += 1
                click.echo(f"{actor.email}: {error}", err=True)
            else:
                click.echo(f"{actor.email}: sent {describe_due(numbers)}")
    if failed:
        words = write_count(failed, "reminder")
        raise click.ClickException(
            f"{words} for the week of {long_date(week)} could not be sent: check the mail server, then run this again"
        )
