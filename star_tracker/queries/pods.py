"""Pods with what an administrator needs to know: how many people each has, and whether it can be closed.

The number of its interventions is not for administrators: they read no family (R12), and one who is also a practitioner
could work out how many families there are that they may not read.
"""

from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from star_tracker.domain.errors import NotFoundError
from star_tracker.extensions import db
from star_tracker.models import Intervention, Pod, User, user_pods


@dataclass(frozen=True)
class PodNumbers:
    """A pod, how many people belong to it, and whether it has interventions that are not closed."""

    pod: Pod
    people: int
    has_open: bool


def list_pods_with_numbers() -> list[PodNumbers]:
    """Every pod by name, the closed ones last."""
    people = select(func.count()).where(user_pods.c.pod_id == Pod.id).scalar_subquery()
    still_open = exists().where(Intervention.pod_id == Pod.id, Intervention.closed_on.is_(None))
    statement = select(Pod, people, still_open).options(joinedload(Pod.council))
    found = db.session.execute(statement.order_by(Pod.closed_on.is_not(None), Pod.name))
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
