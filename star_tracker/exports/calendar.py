"""What is due as a calendar file (RFC 5545): references and kinds of Stars or areas, and nobody's name."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from icalendar import Calendar, Event


class CalendarDay(NamedTuple):
    """Something that is due on a day; ``key`` stays the same when its words change."""

    key: str
    due_on: date
    words: str


def build_calendar(days: Iterable[CalendarDay], *, name: str, address: str, now: datetime) -> bytes:
    """The calendar: an entry for each day, which takes all of it and leaves its owner free.

    Args:
        days: what is due.
        name: what the calendar is called.
        address: where the pages are; "" if that is not known.
        now: when it was made.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Star Tracker//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for day in days:
        event = Event()
        event.add("uid", f"{hashlib.sha256(day.key.encode()).hexdigest()[:32]}@star-tracker")
        event.add("dtstamp", now)
        event.add("dtstart", day.due_on)
        event.add("summary", day.words)
        event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        if address:
            event.add("url", f"{address}/caseload")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
