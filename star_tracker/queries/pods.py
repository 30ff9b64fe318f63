"""Pods with what an administrator needs to know of them: how many people and interventions each has."""

from dataclasses import dataclass

from sqlalchemy import func, select

from star_tracker.domain.errors import NotFoundError
from star_tracker.extensions import db
from star_tracker.models import Intervention, Pod, User, user_pods


@dataclass(frozen=True)
class PodNumbers:
    """A pod, how many people belong to it and how many interventions it has, of which ``open`` are not closed."""

    pod: Pod
    people: int
    interventions: int
    open: int


def list_pods_with_numbers() -> list[PodNumbers]:
    """Every pod by name, the closed ones last."""
    of_pod = Intervention.pod_id == Pod.id
    people = select(func.count()).where(user_pods.c.pod_id == Pod.id).scalar_subquery()
    interventions = select(func.count()).where(of_pod).scalar_subquery()
    still_open = select(func.count()).where(of_pod, Intervention.closed_on.is_(None)).scalar_subquery()
    found = db.session.execute(
        select(Pod, people, interventions, still_open).order_by(Pod.closed_on.is_not(None), Pod.name)
    )
    return [PodNumbers(*row) for row in found]


def get_pod_with_numbers(pod_id: int) -> PodNumbers:
    """One pod.

    Raises:
        NotFoundError: there is none with this id.
    """
    for found in list_pods_with_numbers():
        if found.pod.id == pod_id:
            return found
    raise NotFoundError(f"no pod {pod_id}")


def list_people_of_pod(pod_id: int) -> list[User]:
    """Who belongs to a pod, by name."""
    people = db.session.scalars(select(User).where(User.pods.any(Pod.id == pod_id)))
    return sorted(people, key=lambda person: (person.name, person.email))
