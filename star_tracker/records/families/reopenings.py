"""Reopening a closed intervention; the date and reason of its closing stay readable."""

from star_tracker.domain.checked import SayWhy, checked_reason
from star_tracker.domain.context import Context
from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError
from star_tracker.domain.interventions import DAYS_TO_REOPEN
from star_tracker.models import Intervention, Reopening
from star_tracker.records.families.interventions import find_open_start, lock_intervention
from star_tracker.records.transactions import Write, write


def reopen_intervention(context: Context, *, intervention_id: int, reason: str) -> Reopening:
    """Reopen an intervention that closed at most ``DAYS_TO_REOPEN`` days ago, as if it had stayed open.

    Raises:
        DomainError: it is open, or closed too long ago; another of the family's interventions is open; its pod is
            closed; there is no reason.
        NotFoundError: no such intervention.
    """
    with write(context) as transaction:
        intervention = lock_intervention(transaction, intervention_id)
        closed_on, closure_reason = intervention.closed_on, intervention.closure_reason
        if closed_on is None or closure_reason is None:
            raise DomainError("", "This intervention is open already")
        if not intervention.reopens_on(context.today):
            raise DomainError(
                "",
                f"This intervention was closed on {long_date(closed_on)}, more than {DAYS_TO_REOPEN} days ago: "
                "add a new intervention",
            )
        _check_alone(transaction, intervention)
        if intervention.pod.closed_on:
            raise DomainError(
                "",
                f"The pod {intervention.pod.name} was closed: ask an administrator to reopen it first. "
                "Afterwards this intervention can be transferred to another pod",
            )
        reopening = transaction.add(
            Reopening(
                intervention_id=intervention.id,
                closed_on=closed_on,
                closure_reason=closure_reason,
                reopened_on=context.today,
                reason=checked_reason(reason, SayWhy.FAMILY_PAGE),
                recorded_at=context.now,
                recorded_by_id=context.actor.user_id,
            )
        )
        transaction.change("reopen", intervention, closed_on=None, closure_reason=None)
    return reopening


def _check_alone(transaction: Write, intervention: Intervention) -> None:
    if open_since := find_open_start(transaction, intervention.family_id):
        raise DomainError(
            "", f"This family's intervention of {long_date(open_since)} is open: go on in that one, or close it first"
        )
