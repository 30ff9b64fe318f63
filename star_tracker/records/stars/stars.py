"""Writes about completed Stars: adding, correcting, moving and withdrawing one (R6). A correction is a new Star."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, insert, select

from star_tracker.domain.checked import SayWhy, checked_reason
from star_tracker.domain.context import Context
from star_tracker.domain.errors import DomainError
from star_tracker.domain.scales import CompletedBy, Kind, NotScored
from star_tracker.domain.star_rules import (
    Reading,
    StarDate,
    check_first_star,
    check_readings,
    check_star_among,
    check_star_date,
    check_unplanned,
)
from star_tracker.domain.texts import lower_first
from star_tracker.models import Reading as ReadingRow
from star_tracker.models import Registration, Star
from star_tracker.records.stars.locks import lock_registration, lock_star
from star_tracker.records.stars.priorities import (
    carry_over_agreed,
    carry_over_priorities,
    clear_outcomes,
    clear_own_outcomes,
)
from star_tracker.records.stars.safety import carry_over_answer
from star_tracker.records.transactions import Write, write


@dataclass(frozen=True, kw_only=True)
class NewStar:
    """A Star as somebody completed it.

    Attributes:
        readings: one Reading for each of the ten area codes.
        edition: the code of its edition.
        unplanned: whether the worker completed it because the parent could not be seen.
    """

    kind: Kind
    completed_on: date
    completed_by: CompletedBy
    retrospective: bool
    edition: str
    readings: Mapping[str, Reading]
    unplanned: bool = False


def correct_star(context: Context, *, star_id: int, star: NewStar, reason: str) -> Star:
    """Record a Star that replaces another, which is withdrawn with this reason and stays readable.

    Priorities move to the new Star, and so does what is being done to keep the children safe.

    Raises:
        DomainError: no reason, the old Star is already withdrawn or replaced, or R6 refuses the new one.
        NotFoundError: no such Star.
    """
    with write(context) as transaction:
        registration, old = lock_star(transaction, star_id)
        _withdraw(transaction, old, reason=reason, action="replace")
        new = add_star(transaction, registration, star, replaces=old)
        carry_over_priorities(transaction, old, new)
        carry_over_answer(transaction, old, new)
        carry_over_agreed(transaction, old, new)
        return new


def move_star(
    context: Context,
    *,
    star_id: int,
    registration_id: int,
    kind: Kind,
    reason: str,
    in_exchange_id: int | None = None,
) -> Star:
    """Record a Star again for another parent of its intervention, because it was recorded for the wrong one.

    It is a correction: the old Star is withdrawn with this reason and stays readable, and the new one has its day, its
    readings and its notes. What was agreed after it moves with it. Outcomes that one parent's Star gave another
    parent's agreement are cleared, so that they are asked for again.

    Where the two parents' Stars were recorded the wrong way round, both move in one step: each of the two moves alone
    may break R6, such as a parent's second start Star.

    Args:
        context: who moves it, and when.
        star_id: the Star.
        registration_id: the part that the right parent takes in the same intervention.
        kind: which Star it is for that parent; it may be another than it was.
        reason: why; of both, if two are moved.
        in_exchange_id: a Star of that parent, which moves the other way and becomes what the first was; None if only
            one is moved.

    Returns:
        The Star of the right parent that replaces the first.

    Raises:
        DomainError: no reason; on ``registration_id``, it is the same parent, or one of another intervention; on
            ``in_exchange_id``, it is not a Star of that parent, or R6 refuses it where it goes; a Star is already
            withdrawn or replaced; R6 refuses the first beside that parent's Stars.
        NotFoundError: no such Star, or no such registration.
    """
    with write(context) as transaction:
        registration, old = lock_star(transaction, star_id)
        other = lock_registration(transaction, registration_id)
        if other.id == registration.id or other.intervention_id != registration.intervention_id:
            raise DomainError("registration_id", "Choose another parent who takes part in this intervention")
        back = _lock_in_exchange(transaction, in_exchange_id, other) if in_exchange_id else None
        first_kind = Kind(old.kind)
        for star in filter(None, (old, back)):
            clear_outcomes(transaction, star)
            _withdraw(transaction, star, reason=reason, action="move to parent")
        new = _record_again(transaction, old, other, kind)
        if back is not None:
            try:
                _record_again(transaction, back, registration, first_kind)
            except DomainError as error:
                words = f"That Star does not fit the parent it would go to: {lower_first(error.message)}"
                raise DomainError("in_exchange_id", words) from error
        return new


def _lock_in_exchange(transaction: Write, star_id: int, registration: Registration) -> Star:
    whose, star = lock_star(transaction, star_id)
    if whose.id != registration.id:
        raise DomainError("in_exchange_id", "Choose a Star of the parent whose Star this is")
    return star


def _record_again(transaction: Write, old: Star, registration: Registration, kind: Kind) -> Star:
    """Record a withdrawn Star for another parent, with all that was written beside it."""
    new = add_star(transaction, registration, _copy_of(old, kind), replaces=old)
    carry_over_priorities(transaction, old, new)
    clear_own_outcomes(transaction, new)
    carry_over_answer(transaction, old, new)
    carry_over_agreed(transaction, old, new)
    return new


def withdraw_star(context: Context, *, star_id: int, reason: str) -> Star:
    """Take a Star out of every figure; it stays readable with the reason and its priorities.

    Raises:
        DomainError: no reason, or already withdrawn.
        NotFoundError: no such Star.
    """
    with write(context) as transaction:
        _registration, star = lock_star(transaction, star_id)
        _withdraw(transaction, star, reason=reason, action="withdraw")
        clear_outcomes(transaction, star)
    return star


def list_current_stars(transaction: Write, registration: Registration) -> list[StarDate]:
    """The parent's Stars in this intervention that are in force, as R6 compares them."""
    stars = transaction.session.execute(_CURRENT, {"registration_id": registration.id})
    return [StarDate(Kind(kind), completed_on, CompletedBy(completed_by)) for kind, completed_on, completed_by in stars]


_CURRENT = select(Star.kind, Star.completed_on, Star.completed_by).where(
    Star.registration_id == bindparam("registration_id"), Star.is_in_force
)


def add_star(transaction: Write, registration: Registration, new: NewStar, *, replaces: Star | None = None) -> Star:
    """Add a completed Star to a locked registration.

    A correction that changes neither parent, kind nor whether it counts needs no earlier start Star: history may lack
    one (R6).

    Raises:
        DomainError: R6 refuses it.
    """
    intervention = registration.intervention
    dated = StarDate(new.kind, new.completed_on, new.completed_by)
    others = list_current_stars(transaction, registration)
    was = (replaces.registration_id, replaces.dated.kind, replaces.dated.is_counted) if replaces else None
    if was != (registration.id, dated.kind, dated.is_counted):
        check_first_star(dated, others)
    check_star_date(
        dated.completed_on,
        started_on=intervention.started_on,
        closed_on=intervention.closed_on,
        today=transaction.context.today,
    )
    check_star_among(dated, others)
    check_readings(new.readings)
    check_unplanned(unplanned=new.unplanned, completed_by=new.completed_by)
    star = Star(
        registration_id=registration.id,
        kind=new.kind.value,
        completed_on=new.completed_on,
        completed_by=new.completed_by.value,
        retrospective=new.retrospective,
        unplanned=new.unplanned,
        edition=new.edition,
        recorded_at=transaction.context.now,
        recorded_by_id=transaction.context.actor.user_id,
        replaces_id=replaces.id if replaces else None,
    )
    transaction.add(star, readings={area: reading.value or reading.reason for area, reading in new.readings.items()})
    rows = [
        {
            "star_id": star.id,
            "area": area,
            "value": reading.value,
            "reason": reading.reason,
            "parent_value": reading.parent_value,
            "note": reading.note.strip(),
            "jump_reason": reading.jump_reason.strip(),
        }
        for area, reading in new.readings.items()
    ]
    transaction.session.connection().execute(_READINGS, rows)
    return star


_READINGS = insert(ReadingRow)


def _copy_of(star: Star, kind: Kind) -> NewStar:
    return NewStar(
        kind=kind,
        completed_on=star.completed_on,
        completed_by=CompletedBy(star.completed_by),
        retrospective=star.retrospective,
        unplanned=star.unplanned,
        edition=star.edition,
        readings={
            reading.area: Reading(
                value=reading.value,
                reason=NotScored(reading.reason) if reading.reason else None,
                note=reading.note,
                parent_value=reading.parent_value,
                jump_reason=reading.jump_reason,
            )
            for reading in star.readings
        },
    )


def _withdraw(transaction: Write, star: Star, *, reason: str, action: str) -> None:
    reason = checked_reason(reason, SayWhy.OLD_STAR)
    if not star.is_in_force:
        raise DomainError("reason", "This Star has already been withdrawn or replaced")
    transaction.change(action, star, withdrawn_at=transaction.context.now, withdrawn_reason=reason)
