"""Writes about priorities: what is agreed with a parent after a Star, and its outcome by the next one.

Priorities belong to their Star and move to its correction. If a Star is withdrawn, so are its priorities, and outcomes
that were recorded with it are cleared, so that they are asked for again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from star_tracker.domain.agreements import Agreement, ReportedOutcome, find_clash, fingerprint_agreed, list_faults
from star_tracker.domain.context import Context
from star_tracker.domain.errors import DomainError
from star_tracker.models import Draft, Priority, Star
from star_tracker.records.stars.locks import lock_star
from star_tracker.records.transactions import Write, write


def record_priorities(
    context: Context,
    *,
    star_id: int,
    priorities: Sequence[Agreement] | None,
    outcomes: Mapping[int, ReportedOutcome],
    seen: str,
) -> None:
    """Replace what was agreed after a Star, and record the outcomes of earlier priorities.

    Args:
        context: who records it, and when.
        star_id: the Star that was talked about.
        priorities: up to three; blank ones are ignored. None leaves what is recorded.
        outcomes: by the id of a priority of an earlier Star in this registration; those that are not new are ignored.
        seen: ``fingerprint_agreed`` of the priorities that the page showed.

    Raises:
        DomainError: an agreement is refused (``list_faults``); the Star is withdrawn; its priorities have an outcome
            already; somebody else has changed them since they were ``seen``; on ``outcome_`` with the priority's id,
            an outcome clashes with what somebody else did meanwhile (``find_clash``).
        NotFoundError: no such Star.
    """
    with write(context) as transaction:
        _registration, star = lock_star(transaction, star_id)
        if not star.is_in_force:
            raise DomainError("", "This Star was corrected or withdrawn meanwhile: write this beside the Star in force")
        for fault in list_faults(priorities or [], completed_on=star.completed_on):
            raise fault
        _review(transaction, star, outcomes)
        if priorities is not None:
            _replace(transaction, star, [agreed.tidied() for agreed in priorities if not agreed.is_blank], seen)
            _forget_agreed_before(transaction, star)


def carry_over_priorities(transaction: Write, old: Star, new: Star) -> None:
    """Move a Star's priorities, and the outcomes recorded with it, to its correction."""
    for priority in _list_locked(transaction, Priority.star_id == old.id):
        transaction.change("carry over", priority, star_id=new.id)
    for priority in _list_locked(transaction, Priority.reviewed_with_id == old.id):
        transaction.change("carry over", priority, reviewed_with_id=new.id)


def carry_over_agreed(transaction: Write, old: Star, new: Star) -> None:
    """Let the correction's talk find what waits in the old Star's draft until a talk is saved."""
    for draft in transaction.session.scalars(select(Draft).where(Draft.star_id == old.id)):
        draft.star_id = new.id


def clear_own_outcomes(transaction: Write, star: Star) -> None:
    """Clear the outcomes of a Star's own priorities that another parent's Star gave them."""
    for priority in _list_locked(transaction, Priority.star_id == star.id):
        if priority.outcome is not None:
            transaction.change("take back", priority, outcome=None, reviewed_with_id=None)


def clear_outcomes(transaction: Write, star: Star) -> None:
    """Clear the outcomes that were recorded with a Star that is now withdrawn."""
    for priority in _list_locked(transaction, Priority.reviewed_with_id == star.id):
        transaction.change("take back", priority, outcome=None, reviewed_with_id=None)


def _review(transaction: Write, star: Star, outcomes: Mapping[int, ReportedOutcome]) -> None:
    stars = select(Star.id).where(Star.registration_id == star.registration_id)
    priorities = {priority.id: priority for priority in _list_locked(transaction, Priority.star_id.in_(stars))}
    for priority_id, said in outcomes.items():
        priority = priorities.get(priority_id)
        if clash := find_clash(said, priority.as_reviewed_with(star) if priority else None):
            raise DomainError(f"outcome_{priority_id}", clash)
        if priority is not None and said.is_new and priority.outcome != said.outcome:
            transaction.change("review", priority, outcome=said.outcome.value, reviewed_with_id=star.id)


def _replace(transaction: Write, star: Star, wanted: Sequence[Agreement], seen: str) -> None:
    existing = {priority.area: priority for priority in _list_locked(transaction, Priority.star_id == star.id)}
    if {area: priority.agreement for area, priority in existing.items()} == {new.area: new for new in wanted}:
        return
    if any(priority.outcome for priority in existing.values()):
        raise DomainError("", "This was looked at with a later Star: write what is new beside that one")
    if fingerprint_agreed(priority.agreement for priority in existing.values()) != seen:
        raise DomainError(
            "",
            "Somebody else changed what was agreed while you were writing. Read both, then save yours if it is right",
        )
    for area in existing.keys() - {new.area for new in wanted}:
        transaction.remove("remove", existing[area])
    for new in wanted:
        values: dict[str, Any] = {"action": new.action, "by_whom": new.by_whom, "by_when": new.by_when}
        if new.area not in existing:
            transaction.add(Priority(star_id=star.id, area=new.area, **values))
        elif existing[new.area].agreement != new:
            transaction.change("change", existing[new.area], **values)


def _forget_agreed_before(transaction: Write, star: Star) -> None:
    """Remove what waited in the draft until the talk was saved."""
    for draft in transaction.session.scalars(select(Draft).where(Draft.star_id == star.id)):
        draft.answers = {}


def _list_locked(transaction: Write, condition: ColumnElement[bool]) -> list[Priority]:
    return list(transaction.session.scalars(select(Priority).where(condition).order_by(Priority.id).with_for_update()))
