"""Writes about what is agreed with a parent: after a Star, and what came of it by the next one.

What is agreed belongs to its Star. It follows that Star's correction; with a withdrawn Star it is withdrawn too, and
what was said with that Star of earlier agreements is taken back, so that they are asked about again.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from star_tracker.domain.agreements import Agreement, list_faults
from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.permissions import Actor
from star_tracker.domain.scales import Outcome
from star_tracker.models import Intervention, Priority, Registration, Star
from star_tracker.records.transactions import Write, write


def fingerprint_agreed(priorities: Iterable[Priority]) -> str:
    """A short word for what is agreed, which a form carries so that nobody overwrites what they have not seen."""
    said = sorted([agreed.area, agreed.action, agreed.by_whom, str(agreed.by_when)] for agreed in priorities)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def agree_priorities(
    *,
    star_id: int,
    priorities: Sequence[Agreement],
    outcomes: Mapping[int, Outcome],
    seen: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep what was agreed after a Star in place of what was, and what came of earlier agreements.

    Args:
        star_id: the Star that was talked about.
        priorities: up to three; blank ones are none. The same ones again change nothing.
        outcomes: by the id of a priority of an earlier Star of this parent's intervention.
        seen: ``fingerprint_agreed`` of what whoever agreed this saw there before.
        actor: who keeps it.
        now: when.

    Raises:
        DomainError: an agreement that cannot be kept (``list_faults``); the Star is withdrawn; what was agreed has been
            looked at with a later Star; somebody else has changed it since it was ``seen``.
        NotFoundError: no such Star, or no such earlier agreement of this parent.
    """
    with write(actor=actor, now=now) as this:
        star = _held_star(this, star_id)
        if star.withdrawn_at is not None:
            raise DomainError("", "This Star was corrected or withdrawn meanwhile: write this beside the Star in force")
        for fault in list_faults(priorities, completed_on=star.completed_on):
            raise fault
        for priority_id, outcome in outcomes.items():
            _review(this, star, priority_id, outcome)
        _replace(this, star, [agreed.tidied() for agreed in priorities if not agreed.is_blank], seen)


def carry_over_priorities(this: Write, old: Star, new: Star) -> None:
    """What was agreed after a Star, and what was said with it of earlier agreements, goes to its correction."""
    for priority in _list_of(this, Priority.star_id == old.id):
        this.change("carry over", priority, star_id=new.id)
    for priority in _list_of(this, Priority.reviewed_with_id == old.id):
        this.change("carry over", priority, reviewed_with_id=new.id)


def take_back_outcomes(this: Write, star: Star) -> None:
    """What was said of earlier agreements with a Star that is withdrawn was not said."""
    for priority in _list_of(this, Priority.reviewed_with_id == star.id):
        this.change("take back", priority, outcome=None, reviewed_with_id=None)


def _held_star(this: Write, star_id: int) -> Star:
    """The Star, held with its registration and intervention: what is agreed with one parent is written in turn."""
    registration = this.get(Registration, this.get(Star, star_id).registration_id)
    this.get_locked(Intervention, registration.intervention_id)
    this.get_locked(Registration, registration.id)
    return this.get_locked(Star, star_id)


def _review(this: Write, star: Star, priority_id: int, outcome: Outcome) -> None:
    priority = this.get_locked(Priority, priority_id)
    agreed_with = priority.star
    is_earlier = agreed_with.id != star.id and agreed_with.completed_on <= star.completed_on
    if agreed_with.registration_id != star.registration_id or agreed_with.withdrawn_at or not is_earlier:
        raise NotFoundError(f"nothing agreed before this Star has the number {priority_id}")
    if priority.reviewed_with_id not in (None, star.id):
        raise DomainError(f"outcome_{priority_id}", "This was looked at with another Star meanwhile")
    if priority.outcome != outcome:
        this.change("review", priority, outcome=outcome.value, reviewed_with_id=star.id)


def _replace(this: Write, star: Star, wanted: Sequence[Agreement], seen: str) -> None:
    existing = {priority.area: priority for priority in _list_of(this, Priority.star_id == star.id)}
    if {area: _as_agreement(priority) for area, priority in existing.items()} == {new.area: new for new in wanted}:
        return
    if any(priority.outcome for priority in existing.values()):
        raise DomainError("", "This was looked at with a later Star: write what is new beside that one")
    if fingerprint_agreed(existing.values()) != seen:
        raise DomainError(
            "",
            "Somebody else changed what was agreed while you were writing. Read both, then save yours if it is right",
        )
    for area in existing.keys() - {new.area for new in wanted}:
        this.remove("remove", existing[area])
    for new in wanted:
        values: dict[str, Any] = {"action": new.action, "by_whom": new.by_whom, "by_when": new.by_when}
        if new.area not in existing:
            this.add(Priority(star_id=star.id, area=new.area, **values))
        elif _as_agreement(existing[new.area]) != new:
            this.change("change", existing[new.area], **values)


def _as_agreement(priority: Priority) -> Agreement:
    return Agreement(area=priority.area, action=priority.action, by_whom=priority.by_whom, by_when=priority.by_when)


def _list_of(this: Write, which: ColumnElement[bool]) -> list[Priority]:
    return list(this.session.scalars(select(Priority).where(which).order_by(Priority.id).with_for_update()))
