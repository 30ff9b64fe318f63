"""What of a quarter is not ready for its return: Stars that are due, by R7, and what nobody looks after."""

from collections.abc import Iterator, Sequence
from datetime import date

from star_tracker.domain.quarters import Quarter
from star_tracker.domain.scales import Kind, Labelled
from star_tracker.domain.schedule import DEFAULT_TIMINGS, DueStar, Timings, list_due_stars


class Unready(Labelled):
    """Why something is not ready, in the order in which it is put right."""

    IN_PROGRESS = "in_progress", "Stars in progress"
    START_DUE = "start_due", "Start Stars that were due"
    INTERIM_DUE = "interim_due", "Interim Stars that were due"
    CLOSURE_DUE = "closure_due", "Closed without a closure Star"
    NO_START = "no_start", "No start Star since an earlier quarter"
    UNASSIGNED = "unassigned", "Interventions that nobody looks after"


_DUE = {Kind.START: Unready.START_DUE, Kind.INTERIM: Unready.INTERIM_DUE, Kind.CLOSURE: Unready.CLOSURE_DUE}


def list_missing_stars(
    started_on: date,
    closed_on: date | None,
    stars: Sequence[tuple[str, date]],
    *,
    quarter: Quarter,
    today: date,
    timings: Timings = DEFAULT_TIMINGS,
) -> Iterator[tuple[Unready, DueStar]]:
    """The due dates of one parent's intervention that stand and that no Star answers by today (R7).

    Those in the quarter, and that of the start Star also from before it, unless the intervention closed before it too.
    One that was answered after the quarter's last day is late in the return, and there is nothing left to record. Each
    that is listed can still be answered, whenever the intervention closed: R6 asks for the day on which a Star was
    completed, and not for the day on which it is recorded.

    Args:
        started_on: the first day of the intervention.
        closed_on: its last day, or None while it is open.
        stars: kind and date of each counted Star (R1), in the order of R2.
        quarter: the return's quarter.
        today: the day on which the answer holds.
        timings: the numbers of R7.

    A case that began on 3 October 2018 and closed on 1 March, with a start Star on 31 October, in the last quarter of
    that year: the interim was due on 31 January.

    >>> stars, last_quarter = [("start", date(2018, 10, 31))], Quarter(2018, 4)
    >>> for unready, star in list_missing_stars(
    ...     date(2018, 10, 3), date(2019, 3, 1), stars, quarter=last_quarter, today=date(2019, 4, 10)
    ... ):
    ...     print(unready.value, star.due_on)
    interim_due 2019-01-31
    closure_due 2019-03-01
    """
    in_support = closed_on is None or closed_on >= quarter.starts_on
    for star in list_due_stars(started_on, closed_on, stars, today, timings):
        if not star.stands or star.answered_on is not None or star.due_on > today:
            continue
        if star.due_on in quarter:
            yield _DUE[star.kind], star
        elif star.kind is Kind.START and star.due_on < quarter.starts_on and in_support:
            yield Unready.NO_START, star
