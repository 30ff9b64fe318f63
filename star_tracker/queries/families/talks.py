"""What a talk with a parent after a Star is about: that Star against their start, and the sheet to take home."""

from collections.abc import Mapping
from datetime import date
from itertools import takewhile

from star_tracker.analysis.parent_stars import ParentStars
from star_tracker.analysis.pictures import describe_parent_picture, get_parent_picture, measure_parent_picture
from star_tracker.analysis.star_words import describe_star
from star_tracker.domain.scales import CompletedBy
from star_tracker.domain.schedule import Timings
from star_tracker.exports.take_home import Agreed, TakeHomeSheet
from star_tracker.models import Star
from star_tracker.queries.figures.cohorts import get_pair_ids
from star_tracker.queries.figures.parent_stars import list_current_stars, read_star_values
from star_tracker.queries.figures.schedules import get_next_star

OWN = "Your own value"
"""How the picture of a talk names what the parent alone sees so."""


def get_talk_stars(star: Star, labels: Mapping[str, str]) -> ParentStars:
    """This Star beside the parent's start Star as at that day (R2), with these labels of the areas.

    A Star that the parent completed alone stands by itself: it is compared with none that a worker had part in (R1).
    """
    this = read_star_values(star)
    if star.completed_by == CompletedBy.PARENT:
        return ParentStars(start=None, latest=this, labels=labels)
    start_id, _latest_id = get_pair_ids(star.registration_id, as_at=star.completed_on)
    if start_id == star.id:
        return ParentStars(start=this, latest=None, labels=labels, whose=OWN)
    before = list(
        takewhile(lambda one: one.id != star.id, list_current_stars(star.registration_id, until=star.completed_on))
    )
    alone = [read_star_values(one) for one in before if not one.is_counted]
    return ParentStars(
        start=next((read_star_values(one) for one in before if one.id == start_id), None),
        latest=this,
        labels=labels,
        between=tuple(read_star_values(one) for one in before if one.is_counted and one.id != start_id),
        scored_alone=frozenset(area for one in alone for area, value in one.values.items() if value is not None),
        whose=OWN,
    )


def get_take_home_sheet(
    star: Star,
    stars: ParentStars,
    *,
    today: date,
    timings: Timings,
    with_name: bool = True,
    worked_with: str = "",
) -> TakeHomeSheet:
    """The page that the parent takes home after a Star: no reference, and nobody's name but theirs.

    Args:
        star: the Star.
        stars: what ``get_talk_stars`` found for it.
        today: the day on which the next Star's month is told.
        timings: the numbers of R7.
        with_name: whether the parent's name, if one is recorded, stands on it.
        worked_with: who they work with, as somebody chose to print it; "" for nobody.
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
