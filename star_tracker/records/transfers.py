"""Writes that hand an intervention to another practitioner or pod; who had it until then stays readable."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from star_tracker.domain.errors import DomainError
from star_tracker.domain.periods import long_date
from star_tracker.domain.permissions import Actor, Role
from star_tracker.models import Intervention, Transfer, User
from star_tracker.records.courses import checked_reason, hold_intervention
from star_tracker.records.pods import check_takes_interventions
from star_tracker.records.transactions import Write, write


@dataclass(frozen=True, kw_only=True)
class NewTransfer:
    """Who takes an intervention on, and from which day.

    Attributes:
        practitioner_id: None while nobody has been chosen.
        reason: why; the family's page shows it.
    """

    pod_id: int
    practitioner_id: int | None
    transferred_on: date
    reason: str


def transfer_intervention(
    *, intervention_id: int, transfer: NewTransfer, actor: Actor, now: datetime, today: date
) -> Transfer:
    """Give an open intervention to another practitioner, another pod, or both; from now on figures count it there.

    Raises:
        DomainError: the intervention is closed; nothing would change; the pod is closed; the practitioner is none of
            that pod; the day is before the intervention or its last transfer, or in the future; there is no reason.
        NotFoundError: no such intervention.
    """
    with write(actor=actor, now=now) as this:
        intervention = hold_intervention(this, intervention_id, with_pods={transfer.pod_id})
        if intervention.closed_on:
            raise DomainError(
                "", f"This intervention was closed on {long_date(intervention.closed_on)}: reopen it to transfer it"
            )
        _check_changes(this, intervention, transfer)
        _check_day(this, intervention, transfer.transferred_on, today)
        made = this.add(
            Transfer(
                intervention_id=intervention.id,
                from_pod_id=intervention.pod_id,
                to_pod_id=transfer.pod_id,
                from_practitioner_id=intervention.practitioner_id,
                to_practitioner_id=transfer.practitioner_id,
                transferred_on=transfer.transferred_on,
                reason=checked_reason(transfer.reason),
                recorded_at=now,
                recorded_by_id=actor.user_id,
            )
        )
        this.change("transfer", intervention, pod_id=transfer.pod_id, practitioner_id=transfer.practitioner_id)
    return made


def _check_changes(this: Write, intervention: Intervention, transfer: NewTransfer) -> None:
    if transfer.pod_id != intervention.pod_id:
        check_takes_interventions(this, transfer.pod_id)
    elif transfer.practitioner_id == intervention.practitioner_id:
        whose = intervention.practitioner.shown_as if intervention.practitioner else "nobody yet"
        raise DomainError(
            "practitioner_id",
            f"This is how it is already: {intervention.pod.name}, {whose}. Choose another practitioner or another pod",
        )
    if transfer.practitioner_id is not None:
        _check_practitioner(this, transfer.practitioner_id, transfer.pod_id)


def _check_practitioner(this: Write, user_id: int, pod_id: int) -> None:
    person = this.session.get(User, user_id)
    if person is None or not person.active or Role.PRACTITIONER not in {held.role for held in person.roles}:
        raise DomainError("practitioner_id", "Choose one of the practitioners in the list")
    if pod_id not in {pod.id for pod in person.pods}:
        raise DomainError(
            "practitioner_id",
            f"{person.shown_as} does not belong to that pod: choose one of its practitioners, or “Not decided yet”",
        )


def _check_day(this: Write, intervention: Intervention, day: date, today: date) -> None:
    if day > today:
        raise DomainError("transferred_on", f"The date must be today, {long_date(today)}, or before")
    if day < intervention.started_on:
        raise DomainError(
            "transferred_on",
            f"The date must be {long_date(intervention.started_on)}, when the intervention started, or after",
        )
    last = this.session.scalar(
        select(func.max(Transfer.transferred_on)).where(Transfer.intervention_id == intervention.id)
    )
    if last and day < last:
        raise DomainError(
            "transferred_on", f"The date must be {long_date(last)}, when it was last transferred, or after"
        )
