"""How the Stars of each practitioner's families compare with the pod's (``analysis.practice``)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import and_, case, func

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.analysis.practice import (
    AloneShare,
    Practitioner,
    StartDifference,
    compare_starts_in_pods,
    share_alone,
)
from star_tracker.analysis.side_by_side import Sums
from star_tracker.domain.permissions import Reader
from star_tracker.domain.scales import AREAS, CompletedBy
from star_tracker.extensions import db
from star_tracker.models import Intervention, Pod, Reading, Standing, Star
from star_tracker.queries.accounts.people import get_user_by_email, list_names
from star_tracker.queries.figures.cohorts import select_standings


@dataclass(frozen=True)
class Practice:
    """Each practitioner beside the pod, by pods and names.

    Attributes:
        alone: who completed Stars alone how often.
        differences: in which areas start Stars differ.
        compared: how many were compared for that, a practitioner's areas each.
        names: of the practitioners, by id.
    """

    alone: list[AloneShare]
    differences: list[StartDifference]
    compared: int
    names: Mapping[int | None, str]


def get_practice(selected_by: CohortFilter, *, reader: Reader | None) -> Practice:
    """The practitioners of the cohort's families, or the one that is chosen, beside all families of their pods."""
    person = get_user_by_email(selected_by.practitioner) if selected_by.practitioner else None
    of_pods = replace(selected_by, practitioner=None)
    alone = share_alone(_count_alone(of_pods, reader))
    starts = compare_starts_in_pods(_sum_starts(of_pods, reader))
    if person:
        alone = [line for line in alone if line.practitioner[1] == person.id]
        starts = [line for line in starts if line.practitioner[1] == person.id]
    names = list_names({line.practitioner[1] for line in alone})

    def place(line: AloneShare | StartDifference) -> tuple[str, str]:
        pod, practitioner_id = line.practitioner
        return pod, names[practitioner_id]

    return Practice(
        sorted(alone, key=place),
        sorted((line for line in starts if line.differs), key=lambda line: (*place(line), AREAS.index(line.area))),
        len(starts),
        names,
    )


def _count_alone(selected_by: CohortFilter, reader: Reader | None) -> Mapping[Practitioner, tuple[int, int]]:
    is_alone = case((Star.completed_by == CompletedBy.WORKER, 1), else_=0)
    whose = Pod.name, Intervention.practitioner_id
    statement = (
        select_standings(*whose, func.count(), func.sum(is_alone), selected_by=selected_by, reader=reader)
        .join(Pod, Pod.id == Intervention.pod_id)
        .join(Star, and_(Star.registration_id == Standing.registration_id, Star.is_counted))
        .where(Star.completed_on <= selected_by.as_at)
        .group_by(*whose)
    )
    return {(pod, person): (n, int(alone)) for pod, person, n, alone in db.session.execute(statement)}


def _sum_starts(selected_by: CohortFilter, reader: Reader | None) -> Mapping[tuple[Practitioner, str], Sums]:
    whose = Pod.name, Intervention.practitioner_id, Reading.area
    sums = func.count(), func.sum(Reading.value), func.sum(Reading.value * Reading.value)
    statement = (
        select_standings(*whose, *sums, selected_by=selected_by, reader=reader)
        .join(Pod, Pod.id == Intervention.pod_id)
        .join(Reading, Reading.star_id == Standing.start_id)
        .where(Reading.value.is_not(None))
        .group_by(*whose)
    )
    return {
        ((pod, person), area): Sums(n, int(total), int(squares))
        for pod, person, area, n, total, squares in db.session.execute(statement)
    }
