"""R7: when each Star is due, what answers it, and which one comes next; for every list, page and return.

``list_due_stars`` gives each due date of one parent's intervention, met or missed; a return counts them by quarter.
``next_star`` picks from the same list the one that a practitioner has to think about today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from star_tracker.domain.days import add_months
from star_tracker.domain.interventions import is_open_at
from star_tracker.domain.scales import Kind


@dataclass(frozen=True, kw_only=True)
class Timings:
    """The numbers of R7, which are settings.

    Attributes:
        start_due_days: days from the start of an intervention to its start Star's due date.
        interim_months: calendar months from one Star to the next interim.
        due_soon_days: how many days before its due date a Star is due soon.
        grace_days: how many days after its due date an interim or closure Star is still on time.
    """

    start_due_days: int = 28
    interim_months: int = 3
    due_soon_days: int = 14
    grace_days: int = 14


DEFAULT_TIMINGS = Timings()


class DueStar(NamedTuple):
    """One due date of one parent's intervention, as known on a day.

    Attributes:
        kind: the Star that is due.
        due_on: the day by which it is due.
        on_time_by: the last day on which it is on time: a start's due date, some days after that for the others.
        answered_on: when the Star that answers it was completed, or None if there is none yet.
        stands: whether the due date counts: one after the intervention closed does not.
    """

    kind: Kind
    due_on: date
    on_time_by: date
    answered_on: date | None
    stands: bool

    @property
    def completed(self) -> bool:
        """It stands and a Star answers it."""
        return self.stands and self.answered_on is not None

    @property
    def on_time(self) -> bool:
        """It stands and a Star answered it in time."""
        return self.stands and self.answered_on is not None and self.answered_on <= self.on_time_by


class DueState(StrEnum):
    """The state of a parent's next Star on a day."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    NOT_DUE = "not_due"
    NOTHING_DUE = "nothing_due"


@dataclass(frozen=True)
class NextStar:
    """The Star that comes next; ``kind`` and ``due_on`` are None when nothing is due."""

    kind: Kind | None
    due_on: date | None
    state: DueState


# A service's Stars fall on a few thousand days, and a return asks for each of them many times over.
_add_months = lru_cache(maxsize=8192)(add_months)


def list_due_stars(
    started_on: date,
    closed_on: date | None,
    stars: Sequence[tuple[str, date]],
    as_at: date,
    timings: Timings = DEFAULT_TIMINGS,
) -> list[DueStar]:
    """Every due date of one parent's intervention, with what answers it, as known on ``as_at`` (R7).

    - Start: ``start_due_days`` after ``started_on``. It stands if the intervention was open on its due date or has a
      start Star, which answers it.
    - Interim: every start or interim Star makes one due, ``interim_months`` later. It stands if the intervention was
      open that day; the next Star of any kind answers it.
    - Closure: on ``closed_on``, if there is a start Star. The closure Star answers it, even one completed before.

    An intervention is closed from ``closed_on`` itself (R3): an interim due on that day does not stand. A due date may
    be after ``as_at``; whether it will stand is then judged by what is known.

    Args:
        started_on: the first day of the intervention.
        closed_on: its last day, or None while it is open; one after ``as_at`` has not happened yet.
        stars: kind and date of each counted Star (R1), in the order of R2; those after ``as_at`` do not exist yet.
        as_at: the day on which the answer holds.
        timings: the numbers of R7.

    Returns:
        The start, the interims in the order of the Stars that make them due, the closure. Nothing if the intervention
        had not started by ``as_at``.

    A parent whose case began on 3 October 2018, with a start Star on 31 October and an interim on 8 February:

    >>> stars = [("start", date(2018, 10, 31)), ("interim", date(2019, 2, 8))]
    >>> for star in list_due_stars(date(2018, 10, 3), date(2019, 3, 1), stars, date(2019, 3, 31)):
    ...     print(star.kind, star.due_on, star.answered_on, star.stands, star.on_time)
    start 2018-10-31 2018-10-31 True True
    interim 2019-01-31 2019-02-08 True True
    interim 2019-05-08 None False False
    closure 2019-03-01 None True False
    """
    if started_on > as_at:
        return []
    closed = None if is_open_at(closed_on, as_at) else closed_on
    grace = timedelta(days=timings.grace_days)
    done = [star for star in stars if star[1] <= as_at]
    first = dict(reversed(done))
    start, closure = first.get(Kind.START), first.get(Kind.CLOSURE)
    closing = closed or date.max
    due_on = started_on + timedelta(days=timings.start_due_days)
    due = [DueStar(Kind.START, due_on, due_on, start, due_on < closing or start is not None)]
    for place, (kind, day) in enumerate(done):
        if kind != Kind.CLOSURE:
            due_on = _add_months(day, timings.interim_months)
            answered_on = done[place + 1][1] if place + 1 < len(done) else None
            due.append(DueStar(Kind.INTERIM, due_on, due_on + grace, answered_on, due_on < closing))
    if closed is not None and start is not None:
        due.append(DueStar(Kind.CLOSURE, closed, closed + grace, closure, True))
    return due


def next_star(
    started_on: date,
    closed_on: date | None,
    stars: Sequence[tuple[str, date]],
    as_at: date,
    timings: Timings = DEFAULT_TIMINGS,
) -> NextStar:
    """The Star that one parent's intervention needs next, and how urgent it is on ``as_at`` (R7).

    It is the first unanswered one that stands of: the start; the closure, once the intervention is closed; the interim,
    while it is open. Due soon begins ``due_soon_days`` before the due date and includes it; overdue begins the day
    after. After a closure Star nothing is due.

    Args:
        started_on: the first day of the intervention.
        closed_on: its last day, or None while it is open.
        stars: kind and date of each counted Star (R1), in the order of R2.
        as_at: today, for a caseload.
        timings: the numbers of R7.

    >>> next_star(date(2018, 10, 3), None, [], date(2018, 10, 17)).state.value  # due on 31 October
    'due_soon'
    >>> star = next_star(date(2018, 10, 3), None, [("start", date(2018, 10, 31))], date(2018, 11, 1))
    >>> star.kind.value, star.due_on, star.state.value
    ('interim', datetime.date(2019, 1, 31), 'not_due')
    """
    is_open = is_open_at(closed_on, as_at)
    waiting = {
        star.kind: star
        for star in list_due_stars(started_on, closed_on, stars, as_at, timings)
        if star.stands and star.answered_on is None and (star.kind != Kind.INTERIM or is_open)
    }
    for kind in (Kind.START, Kind.CLOSURE, Kind.INTERIM):
        if kind in waiting:
            due_on = waiting[kind].due_on
            if as_at > due_on:
                state = DueState.OVERDUE
            elif as_at >= due_on - timedelta(days=timings.due_soon_days):
                state = DueState.DUE_SOON
            else:
                state = DueState.NOT_DUE
            return NextStar(kind, due_on, state)
    return NextStar(None, None, DueState.NOTHING_DUE)
