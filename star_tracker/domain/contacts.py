"""Contacts: visits to a family and attempts at one, without notes. Who went, whom they saw, and when."""

from datetime import date

from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError
from star_tracker.domain.scales import Labelled

MOST_MINUTES = 600
"""The longest contact: ten hours."""


class WhoWent(Labelled):
    """By whom a family was visited."""

    WORKER = "worker", "Worker"
    CONSULTANT = "consultant", "Consultant"
    PEER_MENTOR = "peer_mentor", "Peer mentor"
    VOLUNTEER = "volunteer", "Volunteer"


class Seen(Labelled):
    """Who of a family was seen."""

    PARENTS = "parents", "Parent or parents"
    CHILDREN = "children", "Children"
    BOTH = "both", "Parents and children"


def check_contact(contacted_on: date, *, referred_on: date, closed_on: date | None, today: date) -> None:
    """Refuse a day on which there was no support: before the referral, after the closing, or in the future.

    Raises:
        DomainError: on ``contacted_on``.

    >>> check_contact(date(2019, 4, 2), referred_on=date(2019, 4, 1), closed_on=None, today=date(2019, 4, 2))
    """
    if contacted_on > today:
        raise DomainError("contacted_on", "The day of the visit must be today or earlier")
    if contacted_on < referred_on:
        raise DomainError(
            "contacted_on", f"The day of the visit must be {long_date(referred_on)}, the referral, or later"
        )
    if closed_on and contacted_on > closed_on:
        raise DomainError(
            "contacted_on", f"The day of the visit must be {long_date(closed_on)}, when it closed, or earlier"
        )
