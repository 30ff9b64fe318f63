"""Recording contacts with a family, and taking one back."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from star_tracker.domain.contacts import MOST_MINUTES, Seen, WhoWent, check_contact
from star_tracker.domain.context import Context
from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.models import Contact, Intervention
from star_tracker.records.families.interventions import lock_intervention
from star_tracker.records.transactions import Write, write


@dataclass(frozen=True, kw_only=True)
class NewContact:
    """A visit (``seen``) or an attempt at one, as somebody records it."""

    contacted_on: date
    seen: bool
    who_went: WhoWent = WhoWent.WORKER
    with_whom: Seen | None = None
    minutes: int | None = None


def record_contact(context: Context, *, intervention_id: int, contact: NewContact) -> Contact:
    """Record a contact.

    Raises:
        DomainError: on the field, if there was no support on its day, nobody was seen and it says who, or its minutes
            are none or more than ``MOST_MINUTES``.
        NotFoundError: no such intervention.
    """
    with write(context) as transaction:
        return _add(transaction, lock_intervention(transaction, intervention_id), contact)


def record_contact_today(context: Context, *, intervention_id: int, seen: bool) -> Contact | None:
    """Record a worker's visit of today, or an attempt, by one tap; a second tap of the same person changes nothing.

    Returns:
        The contact; None if this person has recorded the same before.

    Raises:
        DomainError, NotFoundError: as for ``record_contact``.
    """
    with write(context) as transaction:
        intervention = lock_intervention(transaction, intervention_id)
        contact = NewContact(contacted_on=context.today, seen=seen)
        same = select(Contact.id).where(
            Contact.intervention_id == intervention_id,
            Contact.contacted_on == contact.contacted_on,
            Contact.who_went == contact.who_went,
            Contact.seen == seen,
            Contact.recorded_by_id == context.actor.user_id,
        )
        if transaction.session.scalars(same).first() is not None:
            return None
        return _add(transaction, intervention, contact)


def remove_contact(context: Context, *, intervention_id: int, contact_id: int) -> None:
    """Take back a contact that was recorded by mistake; the audit trail keeps it.

    Raises:
        NotFoundError: the intervention has no such contact.
    """
    with write(context) as transaction:
        lock_intervention(transaction, intervention_id)
        contact = transaction.get(Contact, contact_id)
        if contact.intervention_id != intervention_id:
            raise NotFoundError(f"no Contact {contact_id} of intervention {intervention_id}")
        transaction.remove("remove", contact)


def _add(transaction: Write, intervention: Intervention, contact: NewContact) -> Contact:
    context = transaction.context
    check_contact(
        contact.contacted_on,
        referred_on=intervention.referred_on,
        closed_on=intervention.closed_on,
        today=context.today,
    )
    if contact.with_whom and not contact.seen:
        raise DomainError("with_whom", "Nobody was seen: leave this empty, or choose that the family was seen")
    if contact.minutes is not None and not 1 <= contact.minutes <= MOST_MINUTES:
        raise DomainError("minutes", f"Enter minutes from 1 to {MOST_MINUTES}, or leave it empty")
    return transaction.add(
        Contact(
            intervention_id=intervention.id,
            contacted_on=contact.contacted_on,
            who_went=contact.who_went,
            seen=contact.seen,
            with_whom=contact.with_whom,
            minutes=contact.minutes,
            recorded_at=context.now,
            recorded_by_id=context.actor.user_id,
        )
    )
