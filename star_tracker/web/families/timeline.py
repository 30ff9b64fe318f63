"""What a family's page tells of its course: each Star drawn small, what was agreed, and what happened to whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from star_tracker.analysis.small_star import SmallStar, describe_small_star, draw_small_star
from star_tracker.domain.periods import long_date
from star_tracker.domain.scales import ClosureReason, CompletedBy, get_edition
from star_tracker.models import Family, Intervention, Pod, Priority, Registration, Star, User
from star_tracker.queries.figures.parent_stars import read_star_values


@dataclass(frozen=True)
class DrawnStar:
    """A Star drawn small, the same in words, and what else must be said of it beside its kind and date."""

    drawing: SmallStar
    words: str
    remarks: list[str]


@dataclass(frozen=True)
class CourseEvent:
    """Something that happened to an intervention, with the reason that was given, or ""."""

    on: date
    words: str
    reason: str


def draw_stars(family: Family) -> Mapping[int, DrawnStar]:
    """Every Star of a family drawn small, by its id."""
    return {
        star.id: _draw(star)
        for intervention in family.interventions
        for registration in intervention.registrations
        for star in registration.stars
    }


def list_agreed(registration: Registration) -> list[Priority]:
    """What was agreed after a parent's Stars, the newest Star first; not after one that was withdrawn or replaced."""
    return [priority for star in reversed(registration.stars_in_force) for priority in star.priorities]


def list_events(intervention: Intervention) -> list[CourseEvent]:
    """What happened to an intervention since it started, in time order: transferred, closed, reopened."""
    return [event for _place, event in sorted(_events(intervention), key=lambda found: found[0])]


def _events(intervention: Intervention) -> Iterator[tuple[tuple[date, datetime, int], CourseEvent]]:
    """Each with its place: by its day, on one day in the order in which it was recorded."""
    for transfer in intervention.transfers:
        before = _whose(transfer.from_practitioner, transfer.from_pod)
        after = _whose(transfer.to_practitioner, transfer.to_pod)
        event = CourseEvent(transfer.transferred_on, f"Transferred from {before} to {after}", transfer.reason)
        yield (event.on, transfer.recorded_at, 0), event
    for again in intervention.reopenings:
        closed = CourseEvent(again.closed_on, _closed(again.closure_reason), "")
        yield (closed.on, again.recorded_at, 0), closed
        event = CourseEvent(again.reopened_on, "Reopened", again.reason)
        yield (event.on, again.recorded_at, 1), event
    if intervention.closed_on and intervention.closure_reason:
        closed = CourseEvent(intervention.closed_on, _closed(intervention.closure_reason), "")
        yield (closed.on, datetime.max.replace(tzinfo=UTC), 0), closed


def _whose(practitioner: User | None, pod: Pod) -> str:
    return f"{practitioner.shown_as if practitioner else 'nobody yet'} ({pod.name})"


def _closed(reason: str) -> str:
    label = ClosureReason(reason).label
    return label if label.startswith("Closed") else f"Closed: {label[0].lower()}{label[1:]}"


def _draw(star: Star) -> DrawnStar:
    read = read_star_values(star)
    caption = f"{read.kind.label} Star of {long_date(star.completed_on)}"
    words = describe_small_star(caption, read.values, get_edition(star.edition).areas, read.own_values)
    return DrawnStar(draw_small_star(read.values, read.own_values), words, list(_remarks(star)))


def _remarks(star: Star) -> Iterator[str]:
    if not star.is_in_force:
        yield "Replaced by a correction" if star.replaced_by else "Withdrawn"
    elif not star.is_counted:
        yield "Parent alone: not counted"
    if star.unplanned:
        yield "Unplanned: the parent could not be seen"
    elif star.completed_by == CompletedBy.WORKER:
        yield CompletedBy.WORKER.label
    if star.retrospective:
        yield "Retrospective"
