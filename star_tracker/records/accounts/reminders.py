"""Asking for the weekly e-mail and ending it, the week for which it was sent, and a private calendar address."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select

from star_tracker.domain.context import Context
from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import Actor, may_read_families
from star_tracker.domain.tries import CALENDAR_READS, WRONG_CALENDARS, Counted, get_network
from star_tracker.models import CalendarAddress, Reminder, User, key_ring
from star_tracker.records.accounts.tries import count_request
from star_tracker.records.transactions import Write, write, write_transaction

Found = TypeVar("Found", Reminder, CalendarAddress)


def ask_for_reminders(context: Context, *, user_id: int) -> None:
    """Have a person reminded by e-mail each week; nothing changes if they are already."""
    with write(context) as transaction:
        transaction.get_locked(User, user_id)
        if _find(transaction, Reminder, user_id) is None:
            transaction.add(Reminder(user_id=user_id, asked_at=context.now))


def end_reminders(context: Context, *, user_id: int) -> None:
    """Send a person no more reminders."""
    with write(context) as transaction:
        if reminder := _find(transaction, Reminder, user_id):
            transaction.remove("remove", reminder)


def take_week(context: Context, *, reminder_id: int, week: date) -> bool:
    """Note that a reminder is sent for a week, before it is: nothing is sent twice, whoever else sends at once.

    Returns:
        False if it was sent for this week, or the person wants none any more.
    """
    with write(context) as transaction:
        statement = select(Reminder).where(Reminder.id == reminder_id).with_for_update()
        reminder = transaction.session.scalar(statement.execution_options(populate_existing=True))
        if reminder is None or (reminder.sent_for is not None and reminder.sent_for >= week):
            return False
        transaction.change("remind", reminder, sent_for=week)
    return True


def give_week_back(context: Context, *, reminder_id: int, week: date) -> None:
    """Note that the reminder could not be sent after all, so that the next run tries again."""
    with write(context) as transaction:
        statement = select(Reminder).where(Reminder.id == reminder_id, Reminder.sent_for == week).with_for_update()
        if reminder := transaction.session.scalar(statement.execution_options(populate_existing=True)):
            transaction.change("fail to remind", reminder, sent_for=None)


def make_calendar_address(context: Context, *, user_id: int) -> str:
    """Make a person's calendar address, in place of the one before, which no longer works.

    Returns:
        Its secret, of which only a keyed hash is stored.
    """
    secret = secrets.token_hex(32)
    with write(context) as transaction:
        transaction.get_locked(User, user_id)
        if old := _find(transaction, CalendarAddress, user_id):
            _remove(transaction, old)
        made = CalendarAddress(user_id=user_id, keyed_index=key_ring().index(secret), made_at=context.now)
        transaction.session.add(made)
        transaction.session.flush()
        transaction.note("make", made)
    return secret


def remove_calendar_address(context: Context, *, user_id: int) -> None:
    """Let a person's calendar address work no more."""
    with write(context) as transaction:
        if address := _find(transaction, CalendarAddress, user_id):
            _remove(transaction, address)


@dataclass(frozen=True)
class OpenedCalendar:
    """A calendar that may be read now.

    Attributes:
        actor: whose it is.
        is_first_today: whether it is read for the first time today.
    """

    actor: Actor
    is_first_today: bool


def open_calendar(secret: str, *, source: str, now: datetime, today: date) -> OpenedCalendar | None:
    """The calendar at a secret address; None if there is none, or its owner may read no family any more.

    Each reading is counted: ``CALENDAR_READS`` an hour of one address, ``WRONG_CALENDARS`` wrong ones from a network.

    Raises:
        DomainError: there were too many.
    """
    with write_transaction() as session:
        indexes = key_ring().indexes(secret)
        address = session.scalar(
            select(CalendarAddress).where(CalendarAddress.keyed_index.in_(indexes)).with_for_update()
        )
        counted, text, most = (
            (Counted.CALENDAR, address.keyed_index, CALENDAR_READS)
            if address
            else (Counted.WRONG_CALENDAR, get_network(source), WRONG_CALENDARS)
        )
        if not count_request(session, counted, text, most=most, now=now):
            raise DomainError("", "This calendar was asked for too often: wait an hour")
        if address is None or not may_read_families(actor := address.user.as_actor(source)):
            return None
        is_first_today = address.read_on != today
        address.read_on, address.keyed_index = today, indexes[0]  # by the newest key, if an older one had made it
        return OpenedCalendar(actor, is_first_today)


def _remove(transaction: Write, address: CalendarAddress) -> None:
    transaction.note("remove", address)
    transaction.session.delete(address)
    transaction.session.flush()


def _find(transaction: Write, model: type[Found], user_id: int) -> Found | None:
    return transaction.session.scalar(select(model).where(model.user_id == user_id).with_for_update())
