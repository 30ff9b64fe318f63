"""The groups of parents behind a cohort's numbers, and what would give those without a pair one (R2, R3, R6)."""

from datetime import date, timedelta

from star_tracker.domain.days import long_date
from star_tracker.domain.scales import Exclusion, Labelled
from star_tracker.domain.standings import PAIR
from star_tracker.domain.star_rules import DAYS_AFTER_CLOSURE


class Group(Labelled):
    """How a parent's intervention stands towards a cohort: in it, or left out for one reason.

    The reasons are R3's, and one more: the pair is left out by what is chosen of its Stars.
    """

    PAIR = PAIR, "In the cohort"
    NO_COUNTED_STAR = Exclusion.NO_COUNTED_STAR.value, Exclusion.NO_COUNTED_STAR.label
    NO_START_STAR = Exclusion.NO_START_STAR.value, Exclusion.NO_START_STAR.label
    ONE_STAR_ONLY = Exclusion.ONE_STAR_ONLY.value, Exclusion.ONE_STAR_ONLY.label
    OTHER_STARS = "other_stars", "Pair not as chosen"


def say_remedy(group: Group, closed_on: date | None) -> str:
    """What would put a parent's intervention into a pair; "" if it is in one.

    >>> say_remedy(Group.ONE_STAR_ONLY, None)
    'Record the next Star'
    >>> say_remedy(Group.ONE_STAR_ONLY, date(2019, 3, 1))
    'Record the closure Star, if one was completed by 29 March 2019'
    """
    last = long_date(closed_on + timedelta(days=DAYS_AFTER_CLOSURE)) if closed_on else ""
    match group:
        case Group.NO_COUNTED_STAR:
            return f"Record the Stars that were completed by {last}, if any were" if last else "Record the start Star"
        case Group.NO_START_STAR:
            return "Record the start Star, if one was completed before the others"
        case Group.ONE_STAR_ONLY:
            return f"Record the closure Star, if one was completed by {last}" if last else "Record the next Star"
        case _:
            return ""
