"""Transferring an intervention to another practitioner or pod; who had it before stays readable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from star_tracker.domain.checked import SayWhy, check_not_future, checked_reason
from star_tracker.domain.context import Context
from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError
from star_tracker.models import Family, Intervention, Pod, Transfer, User
from star_tracker.records.families.interventions import check_practitioner, lock_intervention
from star_tracker.records.pods import check_takes_interventions, lock_pods
from star_tracker.records.transactions import Write, write

ACCOUNT_CLOSED = "The practitioner’s account was closed"
"""The reason for a transfer by ``hand_over``, shown on the family's page."""


@dataclass(frozen=True, kw_only=True)
class NewTransfer:
    """Who takes on an intervention, and from which day.

    Attributes:
        practitioner_id: None until somebody has been chosen.
        reason: why; the family's page shows it.
    """

    pod_id: int
    practitioner_id: int | None
    transferred_on: date
    reason: str


def transfer_intervention(context: Context, *, intervention_id: int, transfer: NewTransfer) -> Transfer:
    """Transfer an open intervention to another practitioner, another pod, or both; figures then count it there.

    Raises:
        DomainError: the intervention is closed; nothing would change; the pod is closed; the practitioner is not in
            that pod; the day is before the start or the last transfer, or in the future; there is no reason.
        NotFoundError: no such intervention.
    """
    with write(context) as transaction:
        intervention = lock_intervention(transaction, intervention_id, with_pods={transfer.pod_id})
        if intervention.closed_on:
            raise DomainError(
                "", f"This intervention was closed on {long_date(intervention.closed_on)}: reopen it to transfer it"
            )
        _check_changes(transaction, intervention, transfer)
        _check_day(transaction, intervention, transfer.transferred_on)
        return _record(transaction, intervention, transfer)


def lock_open_interventions(transaction: Write, user_id: int) -> list[Intervention]:
    """The open interventions of a practitioner, locked until the transaction ends.

    The order is that of ``lock_intervention``: families, pods, interventions; the caller locks people afterwards.
    """
    found = _find_open_work(transaction, user_id)
    for family_id in sorted({intervention.family_id for intervention in found}):
        transaction.get_locked(Family, family_id)
    lock_pods(transaction, {intervention.pod_id for intervention in found})
    return [transaction.get_locked(Intervention, intervention.id) for intervention in found]


def hand_over(
    transaction: Write, person: User, interventions: Sequence[Intervention], *, successors: Mapping[int, int | None]
) -> None:
    """Transfer every open intervention of a practitioner whose account is closed, each within its pod.

    Args:
        transaction: a transaction that has locked these interventions, and then the person.
        person: the practitioner.
        interventions: what ``lock_open_interventions`` found.
        successors: by pod id, who takes on the open interventions there; None for deliberately nobody.

    Raises:
        DomainError: the person was given another intervention meanwhile, or a pod is missing in ``successors``; on
            ``successor_`` with the pod's id, the person chosen cannot take it on.
    """
    if _find_open_work(transaction, person.id) != list(interventions):
        raise DomainError("", f"The open interventions of {person.shown_as} changed at the same moment: try again")
    for intervention in interventions:
        pod_id = intervention.pod_id
        if pod_id not in successors:
            name = transaction.get(Pod, pod_id).name
            raise DomainError("", f"{person.shown_as} has open interventions in {name} too: choose who takes them on")
        if (to := successors[pod_id]) is not None:
            try:
                check_practitioner(transaction, to, pod_id)
            except DomainError as error:
                raise DomainError(f"successor_{pod_id}", error.message) from error
        transfer = NewTransfer(
            pod_id=pod_id, practitioner_id=to, transferred_on=transaction.context.today, reason=ACCOUNT_CLOSED
        )
        _record(transaction, intervention, transfer)


def _find_open_work(transaction: Write, user_id: int) -> list[Intervention]:
    statement = select(Intervention).where(Intervention.practitioner_id == user_id, Intervention.closed_on.is_(None))
    return list(transaction.session.scalars(statement.order_by(Intervention.id)))


def _record(transaction: Write, intervention: Intervention, transfer: NewTransfer) -> Transfer:
    made = transaction.add(
        Transfer(
            intervention_id=intervention.id,
            from_pod_id=intervention.pod_id,
            to_pod_id=transfer.pod_id,
            from_practitioner_id=intervention.practitioner_id,
            to_practitioner_id=transfer.practitioner_id,
            transferred_on=transfer.transferred_on,
            reason=checked_reason(transfer.reason, SayWhy.FAMILY_PAGE),
            recorded_at=transaction.context.now,
            recorded_by_id=transaction.context.actor.user_id,
        )
    )
    transaction.change("transfer", intervention, pod_id=transfer.pod_id, practitioner_id=transfer.practitioner_id)
    return made


def _check_changes(transaction: Write, intervention: Intervention, transfer: NewTransfer) -> None:
    if transfer.pod_id != intervention.pod_id:
        check_takes_interventions(transaction, transfer.pod_id)
    elif transfer.practitioner_id == intervention.practitioner_id:
        whose = intervention.practitioner.shown_as if intervention.practitioner else "nobody yet"
        raise DomainError(
            "practitioner_id",
            f"This is how it is already: {intervention.pod.name}, {whose}. Choose another practitioner or another pod",
        )
    if transfer.practitioner_id is not None:
        check_practitioner(transaction, transfer.practitioner_id, transfer.pod_id)


def _check_day(transaction: Write, intervention: Intervention, day: date) -> None:
    check_not_future("transferred_on", day, transaction.context.today)
    if day < intervention.started_on:
        raise DomainError(
            "transferred_on",
            f"The date must be {long_date(intervention.started_on)}, when the intervention started, or after",
        )
    last = transaction.session.scalar(
        select(func.max(Transfer.transferred_on)).where(Transfer.intervention_id == intervention.id)
    )
    if last and day < last:
        raise DomainError(
            "transferred_on", f"The date must be {long_date(last)}, when it was last transferred, or after"
        )
