"""Putting right what was recorded wrongly of an intervention: when it was referred and began, and how many children."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import func, select

from star_tracker.domain.checked import SayWhy, checked_reason
from star_tracker.domain.context import Context
from star_tracker.domain.errors import DomainError
from star_tracker.domain.interventions import check_beginning
from star_tracker.domain.periods import long_date
from star_tracker.models import Intervention, Registration, Reopening, Star, Transfer
from star_tracker.records.families.interventions import check_start_is_free, hold_intervention
from star_tracker.records.transactions import Write, write


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """How an intervention began; ``children`` is None if their number is not known."""

    referred_on: date
    started_on: date
    children: int | None

    @classmethod
    def of(cls, intervention: Intervention) -> "Beginning":
        """What is recorded."""
        return cls(
            referred_on=intervention.referred_on, started_on=intervention.started_on, children=intervention.children
        )

    @property
    def fingerprint(self) -> str:
        """By which a page says what it showed."""
        return f"{self.referred_on} {self.started_on} {self.children}"


def put_beginning_right(
    context: Context, *, intervention_id: int, beginning: Beginning, seen: str, reason: str
) -> Intervention:
    """Change how an open or closed intervention began; the audit trail keeps what stood there, and why it changed.

    Args:
        context: who puts it right, and when.
        intervention_id: the intervention's id.
        beginning: what is right.
        seen: the fingerprint of what its page showed, so that nobody overwrites what somebody else has put right.
        reason: why.

    Raises:
        DomainError: nothing would change, or somebody else changed it meanwhile; the dates are out of order or in the
            future, or children out of range; on ``started_on``, another intervention of the family began that day, or a
            Star, a transfer or a closing is dated before it (R6); there is no reason.
        NotFoundError: no such intervention.
    """
    with write(context) as transaction:
        intervention = hold_intervention(transaction, intervention_id)
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
    """Refuse a first day that comes after something of the intervention (R6), and name the first such thing."""
    own = intervention.id
    first_star = (
        select(func.min(Star.completed_on))
        .join(Registration)
        .where(Registration.intervention_id == own, Star.is_in_force)
    )
    first_transfer = select(func.min(Transfer.transferred_on)).where(Transfer.intervention_id == own)
    first_closing = select(func.min(Reopening.closed_on)).where(Reopening.intervention_id == own)
    for day, what in (
        (transaction.session.scalar(first_star), "the day of its first Star"),
        (transaction.session.scalar(first_transfer), "when it was transferred"),
        (transaction.session.scalar(first_closing), "when it was closed"),
        (intervention.closed_on, "when it was closed"),
    ):
        if day and started_on > day:
            raise DomainError("started_on", f"The date must be {long_date(day)}, {what}, or before")
