"""The demonstration's families and interventions: how many, when, where and how they ended.

Everything is drawn in days before the anchor, and each family from its own seed, so that no calendar changes a
figure: only the dates move with the anchor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from star_tracker.domain.scales import ClosureReason
from star_tracker.seed.hard_cases import (
    CASE_OF,
    COMPLETED_FOR_CERTAIN,
    RETURNS,
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
"""The other closure reasons, with how common each is beside the others."""

FIRST_AGE, LAST_AGE = 1000, 3
"""How many days before the anchor the first family's intervention started, and the last one's."""

SHORTEST, LONGEST = 60, 420
EVEN_DURATION, FIRST_OF_TWO, SECOND_OF_TWO = 260, 200, 150
"""How many days an intervention lasts: at the least and the most; of a hard case; of a family that came back."""


@dataclass(frozen=True, kw_only=True)
class PlannedIntervention:
    """One intervention, as the Star CSV states it; ``star_days`` are set only where a case asks for exact days."""

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
    """One family, with ``case`` if it shows a hard one."""

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
    """One intervention's dates as days before the anchor; it is open as at the anchor if ``closed`` is less than 0."""

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
    """All families in the order of their references, which is about that of their first day."""
    numbers = range(1, FAMILIES + 1)
    choices = {number: Random(f"{SEED} {number}") for number in numbers}
    spans = {number: _span(choices[number], number) for number in numbers}
    everyone = Random(SEED)
    endings = _plan_endings(everyone, [number for number, span in spans.items() if span.closed >= 0])
    children = _plan_children(everyone, endings)
    return [
        _plan_family(choices[number], number, spans[number], endings.get(number), children[number], anchor)
        for number in numbers
    ]


def _span(choose: Random, number: int) -> Span:
    """When the (first) intervention of the family with this number was."""
    started = FIRST_AGE - (FIRST_AGE - LAST_AGE) * (number - 1) // (FAMILIES - 1)
    if number in RETURNS:
        lasted = FIRST_OF_TWO
    elif number in CASE_OF:
        lasted = EVEN_DURATION
    else:
        lasted = round(min(LONGEST, max(SHORTEST, choose.gauss(200, 70))))
    return Span(referred=started + choose.randint(3, 25), started=started, closed=started - lasted)


def _plan_endings(choose: Random, closed: Sequence[int]) -> dict[int, ClosureReason]:
    """Why the (first) intervention of each of these families closed: exactly the published successes."""
    endings = dict.fromkeys(COMPLETED_FOR_CERTAIN, ClosureReason.COMPLETED)
    left = [number for number in closed if number not in endings]
    choose.shuffle(left)
    for reason, (families, _) in SUCCESSES.items():
        wanted = families - sum(ending is reason for ending in endings.values())
        endings |= dict.fromkeys(left[:wanted], reason)
        left = left[wanted:]
    for number in left:
        [endings[number]] = choose.choices(list(OTHER_ENDINGS), list(OTHER_ENDINGS.values()))
    return endings


def _plan_children(choose: Random, endings: Mapping[int, ClosureReason]) -> dict[int, int]:
    """How many children each family had in its (first) intervention, so that the published numbers come out."""
    born = sum(max(0, came_back.more_children) for came_back in RETURNS.values())
    children: dict[int, int] = {}
    for reason, (_, total) in SUCCESSES.items():
        children |= _spread(choose, [number for number, ending in endings.items() if ending is reason], total)
    without = [number for number, case in CASE_OF.items() if case is HardCase.NO_CHILDREN]
    children |= dict.fromkeys(without, 0)
    others = [number for number in range(1, FAMILIES + 1) if number not in children]
    return children | _spread(choose, others, CHILDREN - sum(children.values()) - born)


def _spread(choose: Random, families: Sequence[int], total: int) -> dict[int, int]:
    """One to six children for each of these families, ``total`` in all."""
    children = dict(zip(families, choose.choices((1, 2, 3, 4, 5), (35, 33, 19, 9, 4), k=len(families)), strict=True))
    while missing := total - sum(children.values()):
        number = choose.choice(families)
        children[number] = min(6, max(1, children[number] + (1 if missing > 0 else -1)))
    return children


def _plan_family(
    choose: Random, number: int, span: Span, ending: ClosureReason | None, children: int, anchor: date
) -> PlannedFamily:
    case = CASE_OF.get(number)
    pod = DEMOVILLE if case is HardCase.SMALL_POD else CREWE if choose.random() < 0.55 else MACCLESFIELD
    interventions = [_plan_intervention(choose, anchor, span, pod, ending, children)]
    if case and (exact := quarter_dates(case, anchor)):
        interventions = [_redated(interventions[0], exact)]
    if came_back := RETURNS.get(number):
        if came_back.other_pod:
            pod = MACCLESFIELD if pod == CREWE else CREWE
        again = span.referred - came_back.after_days
        second = Span(referred=again, started=again - 7, closed=again - 7 - SECOND_OF_TWO)
        more = max(1, children + came_back.more_children)
        interventions.append(_plan_intervention(choose, anchor, second, pod, came_back.ended, more))
    return PlannedFamily(
        number=number,
        case=case,
        council_ref=f"COUNCIL-DEMO-{number:03}" if choose.random() < 0.7 else "",
        parents=_count_parents(choose, case),
        interventions=tuple(interventions),
    )


def _count_parents(choose: Random, case: HardCase | None) -> int:
    if case is HardCase.SMALL_POD:
        return 1
    if case is HardCase.PARENT_WITHOUT_STAR:
        return 2
    return 2 if choose.random() < 0.35 else 1


def _plan_intervention(
    choose: Random, anchor: date, span: Span, pod: str, ending: ClosureReason | None, children: int
) -> PlannedIntervention:
    referred_on, started_on, closed_on = (
        working_day(anchor - timedelta(days=days)) for days in (span.referred, span.started, span.closed)
    )
    return PlannedIntervention(
        pod=pod,
        practitioner=choose.choice(list_practitioner_emails(pod)),
        referred_on=referred_on,
        started_on=started_on,
        closed_on=closed_on if ending else None,
        closure_reason=ending,
        children=children,
    )


def _redated(planned: PlannedIntervention, exact: QuarterDates) -> PlannedIntervention:
    """The intervention moved to the days that its case is about."""
    return replace(
        planned,
        referred_on=exact.started_on - (planned.started_on - planned.referred_on),
        started_on=exact.started_on,
        closed_on=exact.closed_on,
        star_days=exact.star_days,
    )
