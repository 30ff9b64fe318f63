"""The parts of a family's page: each Star drawn small, what was agreed, and what happened."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from star_tracker.analysis.small_star import SmallStar, describe_small_star, draw_small_star
from star_tracker.domain.days import long_date
from star_tracker.domain.scales import ClosureReason, CompletedBy, get_edition
from star_tracker.models import Family, Intervention, Pod, Priority, Registration, Star, User
from star_tracker.queries.figures.parent_stars import read_star_values


@dataclass(frozen=True)
class DrawnStar:
    """A Star drawn small, the same in words, and remarks besides its kind and date."""

    drawing: SmallStar
    words: str
    remarks: list[str]


@dataclass(frozen=True)
class CourseEvent:
    """Something that happened to an intervention, with the reason given; may be ""."""

    on: date
    words: str
    reason: str


def draw_stars(family: Family) -> Mapping[int, DrawnStar]:
    """Every Star of a family drawn small, by the Star's id."""
    return {
        star.id: _draw(star)
        for intervention in family.interventions
        for registration in intervention.registrations
        for star in registration.stars
    }


def list_agreed(registration: Registration) -> list[Priority]:
    """The priorities agreed after a parent's Stars in force, newest Star first."""
    return [priority for star in reversed(registration.stars_in_force) for priority in star.priorities]


def list_events(intervention: Intervention) -> list[CourseEvent]:
    """Transfers, closings and reopenings of an intervention, in time order."""
    return [event for _key, event in sorted(_events(intervention), key=lambda found: found[0])]


def _events(intervention: Intervention) -> Iterator[tuple[tuple[date, datetime, int], CourseEvent]]:
    """Each event with its sort key: its day, and within a day the order of recording."""
    for transfer in intervention.transfers:
        before = _whose(transfer.from_practitioner, transfer.from_pod)
        after = _whose(transfer.to_practitioner, transfer.to_pod)
        event = CourseEvent(transfer.transferred_on, f"Transferred from {before} to {after}", transfer.reason)
        yield (event.on, transfer.recorded_at, 0), event
    for reopening in intervention.reopenings:
        closed = CourseEvent(reopening.closed_on, _closed(reopening.closure_reason), "")
        yield (closed.on, reopening.recorded_at, 0), closed
        event = CourseEvent(reopening.reopened_on, "Reopened", reopening.reason)
        yield (event.on, reopening.recorded_at, 1), event
    if intervention.closed_on and intervention.closure_reason:
        closed = CourseEvent(intervention.closed_on, _closed(intervention.closure_reason), "")
        yield (closed.on, datetime.max.replace(tzinfo=UTC), 0), closed


def _whose(practitioner: User | None, pod: Pod) -> str:
    return f"{practitioner.shown_as if practitioner else 'nobody yet'} ({pod.name})"


def _closed(reason: str) -> str:
    label = ClosureReason(reason).label
    return label if label.startswith("Closed") else f"Closed: {label[0].lower()}{label[1:]}"


def _draw(star: Star) -> DrawnStar:
    values = read_star_values(star)
    caption = f"{values.kind.label} Star of {long_date(star.completed_on)}"
    words = describe_small_star(caption, values.values, get_edition(star.edition).areas, values.own_values)
    return DrawnStar(draw_small_star(values.values, values.own_values), words, list(_remarks(star)))


def _remarks(star: Star) -> Iterator[str]:
    if star.is_moved:
        yield "Moved to another parent"
    elif not star.is_in_force:
        yield "Replaced by a correction" if star.replaced_by else "Withdrawn"
    elif not star.is_counted:
        yield "Parent alone: not counted"
    if star.unplanned:
        yield "Unplanned: the parent could not be seen"
    elif star.completed_by == CompletedBy.WORKER:
        yield CompletedBy.WORKER.label
    if star.retrospective:
        yield "Retrospective"
