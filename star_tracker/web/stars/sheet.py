"""The sheet that a parent takes home after a Star."""

from datetime import date

from star_tracker.analysis.parent_stars import ParentStars
from star_tracker.analysis.pictures import describe_parent_picture, get_parent_picture, measure_parent_picture
from star_tracker.analysis.star_words import describe_star
from star_tracker.domain.scales import CompletedBy
from star_tracker.domain.schedule import Timings
from star_tracker.exports.take_home import Agreed, TakeHomeSheet
from star_tracker.models import Star
from star_tracker.queries.figures.schedules import get_next_star


def build_take_home_sheet(
    star: Star,
    stars: ParentStars,
    *,
    today: date,
    timings: Timings,
    with_name: bool = True,
    worked_with: str = "",
) -> TakeHomeSheet:
    """The sheet that a parent takes home after a Star, without references or other people's names.

    Args:
        star: the Star.
        stars: its ``get_talk_stars``.
        today: the day as at which the next Star is due.
        timings: the numbers of R7.
        with_name: whether it has the parent's name, if there is one.
        worked_with: the name of the practitioner or the service, if it is to be printed; otherwise "".
    """
    registration = star.registration
    next_star = get_next_star(registration, as_at=today, timings=timings)
    takes_stars = registration.intervention.takes_stars_on(today)
    return TakeHomeSheet(
        name=registration.parent.name if with_name else "",
        days=tuple(values.completed_on for values in (stars.start, stars.latest) if values),
        alone=star.completed_by == CompletedBy.PARENT,
        picture=get_parent_picture(stars, "svg", narrow=True),
        picture_size=measure_parent_picture(stars, narrow=True),
        alt=describe_parent_picture(stars),
        words=describe_star(stars),
        agreed=tuple(
            Agreed(stars.labels[priority.area], priority.action, priority.by_whom, priority.by_when)
            for priority in star.priorities
        ),
        next_due_on=next_star.due_on if takes_stars else None,
        today=today,
        worked_with=worked_with,
    )
