"""Locking a registration, so that writes about one parent happen one after the other.

Each lock is one statement, whose first table is the intervention's: PostgreSQL locks a row of each in their order.
"""

from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select
from sqlalchemy.orm import contains_eager

from star_tracker.domain.errors import NotFoundError
from star_tracker.models import Draft, Intervention, Registration, Star
from star_tracker.records.transactions import Write

_ID: BindParameter[int] = bindparam("id")
_REGISTRATION = (
    select(Registration)
    .select_from(Intervention)
    .join(Registration, Registration.intervention_id == Intervention.id)
    .options(contains_eager(Registration.intervention))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_ONE = _REGISTRATION.where(Registration.id == _ID)
_OF_STAR = _REGISTRATION.add_columns(Star).join(Star, Star.registration_id == Registration.id).where(Star.id == _ID)
_OF_DRAFT = (
    _REGISTRATION.add_columns(Draft).join(Draft, Draft.registration_id == Registration.id).where(Draft.id == _ID)
)


def lock_registration(transaction: Write, registration_id: int) -> Registration:
    """The registration as it is now, locked with its intervention until the transaction ends.

    Raises:
        NotFoundError: no such registration.
    """
    registration: Registration = _lock(transaction, _ONE, registration_id)[0]
    return registration


def lock_star(transaction: Write, star_id: int) -> tuple[Registration, Star]:
    """The Star and its registration, locked in the same way.

    Raises:
        NotFoundError: no such Star.
    """
    registration, star = _lock(transaction, _OF_STAR, star_id)
    return registration, star


def lock_draft(transaction: Write, draft_id: int) -> tuple[Registration, Draft]:
    """The draft, whether in progress or completed, and its registration, locked in the same way.

    Raises:
        NotFoundError: no such draft.
    """
    registration, draft = _lock(transaction, _OF_DRAFT, draft_id)
    return registration, draft


def _lock(transaction: Write, statement: Select[*tuple[Any, ...]], record_id: int) -> Any:
    found = transaction.session.execute(statement, {"id": record_id}).one_or_none()
    if found is None:
        raise NotFoundError(f"nothing to lock with the id {record_id}")
    return found
