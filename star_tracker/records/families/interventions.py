"""Locks and checks that are shared by everything that begins or changes an intervention."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError
from star_tracker.domain.roles import Role
from star_tracker.models import Family, Intervention, User
from star_tracker.records.pods import lock_pods
from star_tracker.records.transactions import Write


def lock_intervention(transaction: Write, intervention_id: int, *, with_pods: Collection[int] = ()) -> Intervention:
    """An intervention as it is now, locked with its family, its pod and these other pods until the transaction ends.

    The order is family, pods, intervention: a merge locks pods before it moves their interventions.

    Raises:
        DomainError: its pod has just been merged into another.
        NotFoundError: no such intervention.
    """
    transaction.get_locked(Family, transaction.get(Intervention, intervention_id).family_id)
    intervention = transaction.get(Intervention, intervention_id)
    transaction.session.refresh(intervention)
    pod_id = intervention.pod_id
    lock_pods(transaction, {pod_id, *with_pods})
    intervention = transaction.get_locked(Intervention, intervention_id)
    if intervention.pod_id != pod_id:
        raise DomainError("", "The pod was merged into another at the same moment. Look at it again, then try again")
    return intervention


def check_practitioner(transaction: Write, user_id: int, pod_id: int) -> None:
    """Refuse a person who cannot take on an intervention in this pod; lock their account against closing.

    Raises:
        DomainError: on ``practitioner_id``: there is no such person, their account is closed, or they are not a
            practitioner of that pod.
    """
    person = transaction.session.get(User, user_id, with_for_update={"read": True}, populate_existing=True)
    if person is None or Role.PRACTITIONER not in {held.role for held in person.roles}:
        raise DomainError("practitioner_id", "Choose one of the practitioners in the list")
    if not person.active:
        raise DomainError(
            "practitioner_id",
            f"The account of {person.shown_as} was closed: choose another practitioner, or “Not decided yet”",
        )
    if pod_id not in {pod.id for pod in person.pods}:
        raise DomainError(
            "practitioner_id",
            f"{person.shown_as} does not belong to that pod: choose one of its practitioners, or “Not decided yet”",
        )


def check_start_is_free(transaction: Write, family_id: int, started_on: date) -> None:
    """Refuse a first day on which another of the family's interventions started: it identifies them.

    Raises:
        DomainError: on ``started_on``.
    """
    same_start = select(Intervention.id).where(
        Intervention.family_id == family_id, Intervention.started_on == started_on
    )
    if transaction.session.scalar(same_start):
        raise DomainError(
            "started_on", f"This family already has an intervention that started on {long_date(started_on)}"
        )


def find_open_start(transaction: Write, family_id: int) -> date | None:
    """When this family's open intervention started; None if none is open."""
    is_open = (Intervention.family_id == family_id) & Intervention.closed_on.is_(None)
    return transaction.session.scalar(select(Intervention.started_on).where(is_open))
