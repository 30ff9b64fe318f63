"""The lead's view of every caseload: numbers by pod and practitioner, and who would close without a pair (R2, R3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.domain.caseload import Case, CaseNumbers, count_cases
from star_tracker.domain.days import add_months
from star_tracker.domain.scales import Exclusion
from star_tracker.domain.schedule import Timings
from star_tracker.extensions import db
from star_tracker.models import Pod, User
from star_tracker.queries.accounts.people import list_pods
from star_tracker.queries.figures.caseload import CaseloadPage, get_caseload_page, list_caseload
from star_tracker.queries.figures.cohorts import list_excluded


@dataclass(frozen=True)
class OverviewLine:
    """The numbers of a practitioner in a pod, or (``person`` is None) of a whole pod or of unassigned cases.

    ``unpaired`` counts the parents in open interventions who have no pair yet.
    """

    person: User | None
    numbers: CaseNumbers
    unpaired: int


@dataclass(frozen=True)
class PodOverview:
    """A pod's numbers, those of each of its practitioners by name, and of its unassigned cases (None without any)."""

    pod: Pod
    total: OverviewLine
    lines: list[OverviewLine]
    unassigned: OverviewLine | None


@dataclass(frozen=True)
class Overview:
    """Every pod by name, and all of them together; ``unpaired`` is one page of the parents without a pair.

    Unassigned cases have no practitioner, or one whose account is closed. ``reasons`` says why there is no pair, by the
    registration's id.
    """

    pods: list[PodOverview]
    total: OverviewLine
    unassigned: OverviewLine | None
    unpaired: CaseloadPage
    reasons: dict[int, Exclusion]


def get_overview(
    *, as_at: date, timings: Timings, pod_id: int | None = None, open_months: int | None = None, page: int = 1
) -> Overview:
    """The overview of the whole service or of one pod; a closed pod is only in it if it still has cases.

    ``open_months`` leaves in the list of parents without a pair those whose interventions have been open longer than so
    many calendar months (R7); the numbers are of all.

    The parents without a pair are in the order of their pods, then by the start of their interventions.
    """
    cases = list_caseload(reader=None, as_at=as_at, timings=timings, pod_id=pod_id)
    reasons = list_excluded(CohortFilter(as_at=as_at, status="open"), reader=None)
    listed = list_pods(None if pod_id is None else [pod_id])
    people = _list_people(cases)
    pods = [
        _summarise_pod(pod, pod_cases, people, reasons)
        for pod in listed
        if (pod_cases := [case for case in cases if case.pod_id == pod.id]) or pod.closed_on is None
    ]
    places = {pod.id: place for place, pod in enumerate(listed)}
    unpaired = [
        case
        for case in cases
        if case.registration_id in reasons and (open_months is None or add_months(case.started_on, open_months) < as_at)
    ]
    unpaired.sort(key=lambda case: (places[case.pod_id], case.started_on, case.family_ref, case.parent_ref))
    return Overview(
        pods,
        _summarise(None, cases, reasons),
        _summarise_unassigned(cases, people, reasons),
        get_caseload_page(unpaired, page=page),
        reasons,
    )


def _summarise_pod(
    pod: Pod, cases: Sequence[Case], people: Sequence[User], reasons: dict[int, Exclusion]
) -> PodOverview:
    lines = [
        _summarise(person, assigned, reasons)
        for person in people
        if (assigned := [case for case in cases if case.practitioner_id == person.id])
    ]
    return PodOverview(pod, _summarise(None, cases, reasons), lines, _summarise_unassigned(cases, people, reasons))


def _summarise_unassigned(
    cases: Sequence[Case], people: Sequence[User], reasons: dict[int, Exclusion]
) -> OverviewLine | None:
    practitioner_ids = {person.id for person in people}
    unassigned = [case for case in cases if case.practitioner_id not in practitioner_ids]
    return _summarise(None, unassigned, reasons) if unassigned else None


def _summarise(person: User | None, cases: Sequence[Case], reasons: dict[int, Exclusion]) -> OverviewLine:
    return OverviewLine(person, count_cases(cases), sum(case.registration_id in reasons for case in cases))


def _list_people(cases: Sequence[Case]) -> list[User]:
    """The practitioners of these cases whose account is open, by name."""
    ids = {case.practitioner_id for case in cases} - {None}
    found = db.session.scalars(select(User).where(User.active, User.id.in_(ids)))
    return sorted(found, key=lambda user: user.shown_as)
