"""What was agreed with a parent as a calendar file (RFC 5545), which names nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event


@dataclass(frozen=True)
class AgreedDay:
    """A day by which something was agreed: the number of the agreement, its area's name, and the day."""

    number: int
    area: str
    by_when: date


def build_agreed_calendar(reference: str, days: Sequence[AgreedDay], *, now: datetime) -> bytes:
    """An entry for each day, all day long, with the reference and the area alone: neither a name nor what was agreed.

    Args:
        reference: the parent's.
        days: at least one.
        now: when the file is made. An agreement's entry has the same identity in every file, so that a calendar that
            reads it again replaces what it has.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Star Tracker//Agreed//EN")
    calendar.add("version", "2.0")
    for day in days:
        event = Event()
        event.add("uid", f"agreed-{day.number}@star-tracker")
        event.add("dtstamp", now)
        event.add("dtstart", day.by_when)
        event.add("dtend", day.by_when + timedelta(days=1))
        event.add("summary", f"Agreed: {day.area} ({reference})")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
