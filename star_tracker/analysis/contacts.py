"""How often families are seen, and by whom: their weeks of support, the visits in each, and engagement by them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from star_tracker.analysis.key_figures import Share
from star_tracker.domain.contacts import WhoWent
from star_tracker.domain.interventions import ENGAGED_AFTER
from star_tracker.domain.scales import ALL_PODS, ClosureReason

WEEK = timedelta(days=7)

LATEST_WEEKS = ENGAGED_AFTER // WEEK
"""Engagement by visits asks whether a family was seen in its latest so many whole weeks."""


class Support(NamedTuple):
    """An intervention's days; ``closed_on`` is None if it is open."""

    intervention: int
    started_on: date
    closed_on: date | None


class Visit(NamedTuple):
    """A contact; ``seen`` is False for an attempt at one. ``who_went`` is "" where it was not asked for."""

    intervention: int
    contacted_on: date
    seen: bool
    who_went: str = ""


class FamilyWeek(NamedTuple):
    """Seven days of an intervention, by their last, and how many visits and attempts there were in them."""

    intervention: int
    ends_on: date
    visits: int
    attempts: int = 0


def list_family_weeks(
    supports: Sequence[Support], visits: Sequence[Visit], as_at: date, *, since: date | None = None
) -> list[FamilyWeek]:
    """The whole weeks of support of each family by a day, counted from the intervention's first day.

    They begin with the week in which the first contact of all was recorded: before that the service recorded none. A
    week that the closing or ``as_at`` cuts short is left out, with its visits; an attempt is no visit.

    Args:
        supports: the interventions.
        visits: their contacts.
        as_at: the day.
        since: the day of the first contact of all; None if it is among ``visits``.

    Returns:
        The weeks in order, intervention by intervention; none if there is no contact.

    Started on Monday 1 April, seen on 2 and 3 April and not met on the 9th: by 14 April two weeks, with 2 and 0 visits.

    >>> first, as_at = date(2019, 4, 1), date(2019, 4, 14)
    >>> visits = [Visit(1, date(2019, 4, 2), True), Visit(1, date(2019, 4, 3), True), Visit(1, date(2019, 4, 9), False)]
    >>> [week.visits for week in list_family_weeks([Support(1, first, None)], visits, as_at)]
    [2, 0]
    """
    known = [visit for visit in visits if visit.contacted_on <= as_at]
    since = since or min((visit.contacted_on for visit in known), default=None)
    if since is None:
        return []
    started = {support.intervention: support.started_on for support in supports}
    counted = Counter(
        (visit.intervention, (visit.contacted_on - started[visit.intervention]) // WEEK, visit.seen)
        for visit in known
        if visit.intervention in started
    )
    weeks = []
    for intervention, started_on, closed_on in supports:
        last = as_at if closed_on is None else min(closed_on, as_at)
        first_week = max(0, (since - started_on) // WEEK)
        for week in range(first_week, (last - started_on + timedelta(days=1)) // WEEK):
            ends_on = _last_day(started_on, week)
            met, missed = (counted[intervention, week, seen] for seen in (True, False))
            weeks.append(FamilyWeek(intervention, ends_on, met, missed))
    return weeks


def _last_day(started_on: date, week: int) -> date:
    return started_on + WEEK * (week + 1) - timedelta(days=1)


def count_by_whom(
    supports: Sequence[Support], visits: Sequence[Visit], weeks: Sequence[FamilyWeek]
) -> Counter[tuple[int, str]]:
    """The visits in these weeks by intervention and by who went; attempts are none.

    >>> first, second = date(2019, 4, 1), date(2019, 4, 9)
    >>> visits = [Visit(1, first, True, "volunteer"), Visit(1, first, False, "worker"), Visit(1, second, True)]
    >>> count_by_whom([Support(1, first, None)], visits, [FamilyWeek(1, date(2019, 4, 7), 1, 1)])
    Counter({(1, 'volunteer'): 1})
    """
    started = {support.intervention: support.started_on for support in supports}
    counted = {(week.intervention, week.ends_on) for week in weeks}

    def is_counted(visit: Visit) -> bool:
        started_on = started.get(visit.intervention)
        if not visit.seen or started_on is None:
            return False
        return (visit.intervention, _last_day(started_on, (visit.contacted_on - started_on) // WEEK)) in counted

    return Counter((visit.intervention, visit.who_went) for visit in visits if is_counted(visit))


def visits_per_week(weeks: Sequence[FamilyWeek]) -> float | None:
    """Visits per family and week; None without a week.

    >>> visits_per_week([FamilyWeek(1, date(2019, 4, 7), 2), FamilyWeek(1, date(2019, 4, 14), 1)])
    1.5
    """
    return sum(week.visits for week in weeks) / len(weeks) if weeks else None


class VisitedCase(NamedTuple):
    """An intervention as its visits are counted.

    Attributes:
        closed_on: None if it is open; may be after the day that the figures are for.
        is_together: whether a parent has completed a counted Star together with the worker by that day.
    """

    pod: str
    intervention: int
    started_on: date
    closed_on: date | None
    closure_reason: str | None
    is_together: bool

    def has_disengaged(self, as_at: date) -> bool:
        """Whether it ended as ``disengaged`` by a day."""
        is_closed = self.closed_on is not None and self.closed_on <= as_at
        return is_closed and self.closure_reason == ClosureReason.DISENGAGED


@dataclass(frozen=True, kw_only=True)
class PodVisits:
    """How often a pod's families were seen, or all of them.

    Attributes:
        interventions: how many have a whole week of support since visits are recorded.
        weeks: those whole weeks.
        visits: the visits in them.
        by_whom: these visits by who went.
        attempts: the attempts in them at which nobody was seen.
        seen: weeks with a visit, of all weeks.
        by_visits: interventions seen in their latest ``LATEST_WEEKS`` weeks and not ended as disengaged, of those with
            as many weeks.
        by_stars: engagement as the return has it, of the interventions that began ``ENGAGED_AFTER`` ago or earlier.
    """

    pod: str
    interventions: int
    weeks: int
    visits: int
    by_whom: Mapping[WhoWent, int]
    attempts: int
    per_week: float | None
    seen: Share
    by_visits: Share
    by_stars: Share


@dataclass(frozen=True)
class CohortVisits:
    """How often a cohort's families were seen.

    Attributes:
        pods: all pods together, then each pod by name.
        weeks: the whole weeks of support of all of them.
    """

    pods: Sequence[PodVisits]
    weeks: Sequence[FamilyWeek]


def measure_visits(
    cases: Sequence[VisitedCase], visits: Sequence[Visit], as_at: date, *, since: date | None
) -> CohortVisits:
    """The visits of all pods together and of each pod, and the weeks that they are counted in.

    Args:
        cases: the interventions that started by ``as_at``.
        visits: their contacts by ``as_at``.
        as_at: the day.
        since: the day of the first contact that the service recorded; None if it has recorded none.

    Seen in the first and the last of five weeks, so in one of the latest four:

    >>> case = VisitedCase("Crewe", 1, date(2019, 3, 4), None, None, is_together=False)
    >>> days = {date(2019, 3, 4): "worker", date(2019, 4, 5): "volunteer", date(2019, 4, 6): "worker"}
    >>> seen = [Visit(1, day, True, who) for day, who in days.items()]
    >>> all_pods, crewe = measure_visits([case], seen, date(2019, 4, 10), since=date(2019, 3, 4)).pods
    >>> crewe.weeks, crewe.per_week, crewe.seen, crewe.by_visits, crewe.by_stars
    (5, 0.6, Share(part=2, whole=5), Share(part=1, whole=1), Share(part=0, whole=1))
    >>> list(crewe.by_whom.values())
    [2, 0, 0, 1]
    """
    supports = [Support(case.intervention, case.started_on, case.closed_on) for case in cases]
    weeks = list_family_weeks(supports, visits, as_at, since=since) if since else []
    by_whom = count_by_whom(supports, visits, weeks)
    of_case: defaultdict[int, list[FamilyWeek]] = defaultdict(list)
    for week in weeks:
        of_case[week.intervention].append(week)
    by_pod: defaultdict[str, list[VisitedCase]] = defaultdict(list)
    for case in cases:
        by_pod[case.pod].append(case)
    scopes = [(ALL_PODS, list(cases)), *sorted(by_pod.items())]
    pods = [
        _measure(pod, [(case, of_case[case.intervention]) for case in some], by_whom, as_at) for pod, some in scopes
    ]
    return CohortVisits(pods, weeks)


def _measure(
    pod: str,
    courses: Sequence[tuple[VisitedCase, list[FamilyWeek]]],
    by_whom: Mapping[tuple[int, str], int],
    as_at: date,
) -> PodVisits:
    weeks = [week for _case, some in courses for week in some]
    asked_of_visits = [(case, some[-LATEST_WEEKS:]) for case, some in courses if len(some) >= LATEST_WEEKS]
    return PodVisits(
        pod=pod,
        interventions=sum(bool(some) for _case, some in courses),
        weeks=len(weeks),
        visits=sum(week.visits for week in weeks),
        by_whom={who: sum(by_whom.get((case.intervention, who), 0) for case, _weeks in courses) for who in WhoWent},
        attempts=sum(week.attempts for week in weeks),
        per_week=visits_per_week(weeks),
        seen=_share(week.visits > 0 for week in weeks),
        by_visits=_share(
            any(week.visits for week in latest) and not case.has_disengaged(as_at) for case, latest in asked_of_visits
        ),
        by_stars=_share(
            case.is_together and not case.has_disengaged(as_at)
            for case, _weeks in courses
            if case.started_on + ENGAGED_AFTER <= as_at
        ),
    )


def _share(answers: Iterable[bool]) -> Share:
    counted = Counter(answers)
    return Share(counted[True], counted.total())
