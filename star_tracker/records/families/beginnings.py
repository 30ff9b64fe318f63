"""Correcting how an intervention began: the dates of referral and start, and the number of children."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import func, select

from star_tracker.domain.checked import SayWhy, checked_reason
from star_tracker.domain.context import Context
from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError
from star_tracker.domain.interventions import check_beginning
from star_tracker.models import Intervention, Registration, Reopening, Star, Transfer
from star_tracker.records.families.interventions import check_start_is_free, lock_intervention
from star_tracker.records.transactions import Write, write


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """How an intervention began; ``children`` is None if the number is not known."""

    referred_on: date
    started_on: date
    children: int | None

    @classmethod
    def of(cls, intervention: Intervention) -> "Beginning":
        """As recorded."""
        return cls(
            referred_on=intervention.referred_on, started_on=intervention.started_on, children=intervention.children
        )

    @property
    def fingerprint(self) -> str:
        """Identifies what a page showed."""
        return f"{self.referred_on} {self.started_on} {self.children}"


def correct_beginning(
    context: Context, *, intervention_id: int, beginning: Beginning, seen: str, reason: str
) -> Intervention:
    """Correct how an open or closed intervention began; the audit trail stores the old values and the reason.

    Args:
        context: who corrects it, and when.
        intervention_id: the intervention's id.
        beginning: the correct values.
        seen: the fingerprint of what the page showed, so that nobody overwrites somebody else's correction.
        reason: why.

    Raises:
        DomainError: nothing would change, or somebody else changed it meanwhile; the dates are out of order or in the
            future, or children out of range; on ``started_on``, another of the family's interventions started that
            day, or a Star, a transfer or a closing is dated before it (R6); there is no reason.
        NotFoundError: no such intervention.
    """
    with write(context) as transaction:
        intervention = lock_intervention(transaction, intervention_id)
        before = Beginning.of(intervention)
        if before == beginning:
            raise DomainError("", "This is how it is recorded already: change what is wrong")
        if before.fingerprint != seen:
            raise DomainError(
                "", "Somebody else changed this meanwhile. Look at what is recorded now, then send it again"
            )
        check_beginning(**asdict(beginning), today=context.today)
        if beginning.started_on != before.started_on:
            check_start_is_free(transaction, intervention.family_id, beginning.started_on)
            _check_nothing_before(transaction, intervention, beginning.started_on)
        reason = checked_reason(reason, SayWhy.TRAIL)
        changed = {name: value for name, value in asdict(beginning).items() if value != getattr(before, name)}
        transaction.change("put right", intervention, reason=reason, **changed)
    return intervention


def _check_nothing_before(transaction: Write, intervention: Intervention, started_on: date) -> None:
    """Refuse a start that is after something in the intervention (R6), and name the first such thing."""
    intervention_id = intervention.id
    first_star = (
        select(func.min(Star.completed_on))
        .join(Registration)
        .where(Registration.intervention_id == intervention_id, Star.is_in_force)
    )
    first_transfer = select(func.min(Transfer.transferred_on)).where(Transfer.intervention_id == intervention_id)
    first_closing = select(func.min(Reopening.closed_on)).where(Reopening.intervention_id == intervention_id)
    for day, what in (
        (transaction.session.scalar(first_star), "the day of its first Star"),
        (transaction.session.scalar(first_transfer), "when it was transferred"),
        (transaction.session.scalar(first_closing), "when it was closed"),
        (intervention.closed_on, "when it was closed"),
    ):
        if day and started_on > day:
            raise DomainError("started_on", f"The date must be {long_date(day)}, {what}, or before")
