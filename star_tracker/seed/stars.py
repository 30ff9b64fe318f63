"""The Stars of one parent in one intervention: when and by whom they were completed, and their readings."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from star_tracker.domain.days import add_months
from star_tracker.domain.scales import AREAS, HIGHEST, LOWEST, ClosureReason, CompletedBy, Kind, NotScored
from star_tracker.seed.hard_cases import HardCase, StarDays
from star_tracker.seed.plan import PlannedIntervention, working_day
from star_tracker.starfile.rows import StarCells

GAINS: Mapping[str, tuple[float, float]] = {
    "physical_health": (5.6, 0.6),
    "your_wellbeing": (3.8, 2.3),
    "meeting_emotional_needs": (4.6, 1.2),
    "keeping_children_safe": (5.2, 1.1),
    "social_networks": (4.4, 1.0),
    "education_and_learning": (5.3, 0.7),
    "boundaries_and_behaviour": (3.6, 2.6),
    "family_routine": (4.4, 1.3),
    "home_and_money": (4.9, 0.7),
    "progress_to_work": (4.0, 0.4),
}
"""For each area the mean start value and the mean gain by ``FULL_GAIN_DAYS``. The largest gains are in the areas where
the council's published report found them."""

FULL_GAIN_DAYS = 180

GAIN_BY_ENDING: Mapping[ClosureReason | None, float] = {
    None: 0.9,
    ClosureReason.COMPLETED: 1.1,
    ClosureReason.STEPPED_DOWN: 0.9,
    ClosureReason.CHILD_PROTECTION: -0.3,
    ClosureReason.LOOKED_AFTER: -0.4,
    ClosureReason.DISENGAGED: 0.3,
    ClosureReason.MOVED_AWAY: 0.6,
    ClosureReason.OTHER: 0.4,
}
"""The share of that gain, by how the intervention ended; None while it is open."""

NOT_APPLICABLE: Mapping[str, float] = {"progress_to_work": 0.15, "education_and_learning": 0.06}
"""The probability that an area does not apply to a parent, in any of their Stars."""


def list_parent_stars(
    rng: Random, planned: PlannedIntervention, case: HardCase | None, anchor: date
) -> list[StarCells]:
    """The Stars of one parent, in time order, none later than the anchor."""
    if planned.star_days:
        days: Sequence[tuple[Kind, date]] = planned.star_days
    elif case:
        days = even_star_days(planned)
    else:
        days = _star_days(rng, planned)
    days = [(kind, day) for kind, day in days if day <= anchor]
    readings = _list_readings(rng, planned, [day for _, day in days])
    stars = [
        StarCells(kind, day, _completed_by(rng, kind, case), False, read)
        for (kind, day), read in zip(days, readings, strict=True)
    ]
    return _as_case(stars, case)


def even_star_days(planned: PlannedIntervention) -> StarDays:
    """A start Star after two weeks, interims every three months, a closure Star on the last day: all on time."""
    day = working_day(planned.started_on + timedelta(days=14))
    days = [(Kind.START, day)]
    for months in (3, 6):
        interim = working_day(add_months(day, months))
        if planned.closed_on is None or interim < planned.closed_on - timedelta(days=21):
            days.append((Kind.INTERIM, interim))
    if planned.closed_on:
        days.append((Kind.CLOSURE, planned.closed_on))
    return tuple(days)


def _star_days(rng: Random, planned: PlannedIntervention) -> list[tuple[Kind, date]]:
    """Stars as in practice: some are late, some are missing. The caller drops those after the anchor."""
    until = planned.closed_on - timedelta(days=21) if planned.closed_on else date.max
    delay = rng.randint(5, 27) if rng.random() < 0.85 else rng.randint(30, 50)
    day = working_day(planned.started_on + timedelta(days=delay))
    days = [(Kind.START, day)]
    for _ in range(5):
        draw = rng.random()
        months = 6 if draw < 0.06 else 3
        delay = rng.randint(16, 40) if draw > 0.85 else rng.randint(-6, 12)
        day = working_day(add_months(day, months) + timedelta(days=delay))
        if day <= until:
            days.append((Kind.INTERIM, day))
    ended_well = planned.closure_reason in (ClosureReason.COMPLETED, ClosureReason.STEPPED_DOWN)
    if planned.closed_on and rng.random() < (0.9 if ended_well else 0.45):
        days.append((Kind.CLOSURE, working_day(planned.closed_on + timedelta(days=rng.randint(-5, 20)))))
    return days


def _list_readings(
    rng: Random, planned: PlannedIntervention, days: Sequence[date]
) -> list[tuple[int | NotScored, ...]]:
    """The readings of each day's Star: the parent's level and gain, with a little chance each time."""
    level = rng.gauss(0, 0.8)
    gained = GAIN_BY_ENDING[planned.closure_reason] * rng.gauss(1, 0.4)
    deviations = [rng.gauss(0, 0.9) for _ in AREAS]
    not_applicable = {area for area, probability in NOT_APPLICABLE.items() if rng.random() < probability}
    stars: list[tuple[int | NotScored, ...]] = []
    for day in days:
        part = min(1.0, (day - days[0]).days / FULL_GAIN_DAYS)
        readings: list[int | NotScored] = []
        for area, deviation in zip(AREAS, deviations, strict=True):
            start, gain = GAINS[area]
            value = round(start + level + deviation + gain * gained * part + rng.gauss(0, 0.5))
            draw = rng.random()
            if area in not_applicable:
                readings.append(NotScored.NOT_APPLICABLE)
            elif draw < 0.03:
                readings.append(NotScored.NOT_DISCUSSED if draw < 0.02 else NotScored.DECLINED)
            else:
                readings.append(min(HIGHEST, max(LOWEST, value)))
        stars.append(tuple(readings))
    return stars


def _completed_by(rng: Random, kind: Kind, case: HardCase | None) -> CompletedBy:
    draw = rng.random()
    if draw < 0.03 and kind is Kind.INTERIM and case is None:
        return CompletedBy.PARENT
    return CompletedBy.WORKER if draw < 0.15 else CompletedBy.TOGETHER


def _as_case(stars: list[StarCells], case: HardCase | None) -> list[StarCells]:
    """The Stars as changed by the family's case."""
    if case is HardCase.NO_START_STAR:
        return stars[1:]
    if case is HardCase.ALL_BY_PARENT:
        return [replace(star, completed_by=CompletedBy.PARENT) for star in stars]
    if case is HardCase.LATEST_BY_PARENT:
        return [*stars[:-1], replace(stars[-1], completed_by=CompletedBy.PARENT)]
    if case is HardCase.STARTED_BY_PARENT:
        return [_by_parent_before(stars[0]), *stars]
    if case is HardCase.RETROSPECTIVE:
        return [replace(stars[0], retrospective=True), *stars[1:]]
    return stars


def _by_parent_before(star: StarCells) -> StarCells:
    """A Star that the parent completed alone a week before this one, a value higher in every area."""
    return replace(
        star,
        completed_on=working_day(star.completed_on - timedelta(days=7)),
        completed_by=CompletedBy.PARENT,
        readings=tuple(
            reading if isinstance(reading, NotScored) else min(HIGHEST, reading + 1) for reading in star.readings
        ),
    )
