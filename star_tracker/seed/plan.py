"""The demonstration's families and interventions: how many, when, where and how they ended.

Everything is generated in days before the anchor, and each family from its own seed, so that only dates change with
the anchor and figures do not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from star_tracker.domain.scales import ClosureReason
from star_tracker.seed.hard_cases import (
    CASE_OF,
    COMPLETED_FOR_CERTAIN,
    RE_REFERRALS,
    HardCase,
    QuarterDates,
    StarDays,
    family_ref,
    quarter_dates,
)
from star_tracker.seed.people import CREWE, DEMOVILLE, MACCLESFIELD, list_practitioner_emails

SEED = "Star Tracker demonstration"

FAMILIES, CHILDREN = 423, 888
SUCCESSES: Mapping[ClosureReason, tuple[int, int]] = {
    ClosureReason.COMPLETED: (258, 548),
    ClosureReason.STEPPED_DOWN: (20, 45),
}
"""Families and children, as the real service published them."""

OTHER_ENDINGS: Mapping[ClosureReason, int] = {
    ClosureReason.DISENGAGED: 8,
    ClosureReason.CHILD_PROTECTION: 6,
    ClosureReason.MOVED_AWAY: 4,
    ClosureReason.LOOKED_AFTER: 3,
    ClosureReason.OTHER: 2,
}
"""The other closure reasons, with their relative weights."""

FIRST_AGE, LAST_AGE = 1000, 3
"""How many days before the anchor the first family's intervention started, and the last one's."""

SHORTEST, LONGEST = 60, 420
EVEN_DURATION, FIRST_OF_TWO, SECOND_OF_TWO = 260, 200, 150
"""How many days an intervention lasts: limits; in a special case; in a family that was referred again."""


@dataclass(frozen=True, kw_only=True)
class PlannedIntervention:
    """One intervention, as in the Star CSV; ``star_days`` are set only if a case needs exact days."""

    pod: str
    practitioner: str
    referred_on: date
    started_on: date
    closed_on: date | None
    closure_reason: ClosureReason | None
    children: int
    star_days: StarDays = ()


@dataclass(frozen=True, kw_only=True)
class PlannedFamily:
    """One family; ``case`` is None if it shows no special case."""

    number: int
    case: HardCase | None
    council_ref: str
    parents: int
    interventions: tuple[PlannedIntervention, ...]

    @property
    def ref(self) -> str:
        """The family's reference."""
        return family_ref(self.number)


@dataclass(frozen=True, kw_only=True)
class Span:
    """One intervention's dates in days before the anchor; it is open as at the anchor if ``closed`` is negative."""

    referred: int
    started: int
    closed: int


def working_day(day: date) -> date:
    """The day itself, or the Friday before a weekend.

    >>> working_day(date(2019, 3, 31))
    datetime.date(2019, 3, 29)
    """
    return day - timedelta(days=max(0, day.weekday() - 4))


def plan_families(anchor: date) -> list[PlannedFamily]:
    """All families in the order of their references, roughly that of their start."""
    numbers = range(1, FAMILIES + 1)
    generators = {number: Random(f"{SEED} {number}") for number in numbers}
    spans = {number: _span(generators[number], number) for number in numbers}
    shared = Random(SEED)
    endings = _plan_endings(shared, [number for number, span in spans.items() if span.closed >= 0])
    children = _plan_children(shared, endings)
    return [
        _plan_family(generators[number], number, spans[number], endings.get(number), children[number], anchor)
        for number in numbers
    ]


def _span(rng: Random, number: int) -> Span:
    """The dates of the (first) intervention of the family with this number."""
    started = FIRST_AGE - (FIRST_AGE - LAST_AGE) * (number - 1) // (FAMILIES - 1)
    if number in RE_REFERRALS:
        lasted = FIRST_OF_TWO
    elif number in CASE_OF:
        lasted = EVEN_DURATION
    else:
        lasted = round(min(LONGEST, max(SHORTEST, rng.gauss(200, 70))))
    return Span(referred=started + rng.randint(3, 25), started=started, closed=started - lasted)


def _plan_endings(rng: Random, closed: Sequence[int]) -> dict[int, ClosureReason]:
    """Why the (first) intervention of each of these families closed: exactly the published successes."""
    endings = dict.fromkeys(COMPLETED_FOR_CERTAIN, ClosureReason.COMPLETED)
    left = [number for number in closed if number not in endings]
    rng.shuffle(left)
    for reason, (families, _) in SUCCESSES.items():
        wanted = families - sum(ending is reason for ending in endings.values())
        endings |= dict.fromkeys(left[:wanted], reason)
        left = left[wanted:]
    for number in left:
        [endings[number]] = rng.choices(list(OTHER_ENDINGS), list(OTHER_ENDINGS.values()))
    return endings


def _plan_children(rng: Random, endings: Mapping[int, ClosureReason]) -> dict[int, int]:
    """How many children each family had in its (first) intervention, so that the published numbers come out."""
    more = sum(max(0, second.more_children) for second in RE_REFERRALS.values())
    children: dict[int, int] = {}
    for reason, (_, total) in SUCCESSES.items():
        children |= _spread(rng, [number for number, ending in endings.items() if ending is reason], total)
    without = [number for number, case in CASE_OF.items() if case is HardCase.NO_CHILDREN]
    children |= dict.fromkeys(without, 0)
    others = [number for number in range(1, FAMILIES + 1) if number not in children]
    return children | _spread(rng, others, CHILDREN - sum(children.values()) - more)


def _spread(rng: Random, families: Sequence[int], total: int) -> dict[int, int]:
    """One to six children for each of these families, ``total`` in all."""
    children = dict(zip(families, rng.choices((1, 2, 3, 4, 5), (35, 33, 19, 9, 4), k=len(families)), strict=True))
    while missing := total - sum(children.values()):
        number = rng.choice(families)
        children[number] = min(6, max(1, children[number] + (1 if missing > 0 else -1)))
    return children


def _plan_family(
    rng: Random, number: int, span: Span, ending: ClosureReason | None, children: int, anchor: date
) -> PlannedFamily:
    case = CASE_OF.get(number)
    pod = DEMOVILLE if case is HardCase.SMALL_POD else CREWE if rng.random() < 0.55 else MACCLESFIELD
    interventions = [_plan_intervention(rng, anchor, span, pod, ending, children)]
    if case and (exact := quarter_dates(case, anchor)):
        interventions = [_redated(interventions[0], exact)]
    if second := RE_REFERRALS.get(number):
        if second.other_pod:
            pod = MACCLESFIELD if pod == CREWE else CREWE
        referred = span.referred - second.after_days
        span = Span(referred=referred, started=referred - 7, closed=referred - 7 - SECOND_OF_TWO)
        children = max(1, children + second.more_children)
        interventions.append(_plan_intervention(rng, anchor, span, pod, second.ended, children))
    return PlannedFamily(
        number=number,
        case=case,
        council_ref=f"COUNCIL-DEMO-{number:03}" if rng.random() < 0.7 else "",
        parents=_count_parents(rng, case),
        interventions=tuple(interventions),
    )


def _count_parents(rng: Random, case: HardCase | None) -> int:
    if case is HardCase.SMALL_POD:
        return 1
    if case is HardCase.PARENT_WITHOUT_STAR:
        return 2
    return 2 if rng.random() < 0.35 else 1


def _plan_intervention(
    rng: Random, anchor: date, span: Span, pod: str, ending: ClosureReason | None, children: int
) -> PlannedIntervention:
    referred_on, started_on, closed_on = (
        working_day(anchor - timedelta(days=days)) for days in (span.referred, span.started, span.closed)
    )
    return PlannedIntervention(
        pod=pod,
        practitioner=rng.choice(list_practitioner_emails(pod)),
        referred_on=referred_on,
        started_on=started_on,
        closed_on=closed_on if ending else None,
        closure_reason=ending,
        children=children,
    )


def _redated(planned: PlannedIntervention, exact: QuarterDates) -> PlannedIntervention:
    """The intervention with the exact dates of its case."""
    return replace(
        planned,
        referred_on=exact.started_on - (planned.started_on - planned.referred_on),
        started_on=exact.started_on,
        closed_on=exact.closed_on,
        star_days=exact.star_days,
    )
