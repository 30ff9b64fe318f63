"""Who acts, and when."""

from dataclasses import dataclass
from datetime import date, datetime

from star_tracker.domain.permissions import Actor


@dataclass(frozen=True)
class Context:
    """Who does something and when: every write needs it, and every look that is logged.

    Attributes:
        actor: who, and from where.
        now: the instant; with a time zone.
        today: the date in the service's time zone at that instant.
    """

    actor: Actor
    now: datetime
    today: date
