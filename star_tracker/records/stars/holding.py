"""Holding a parent's part in an intervention, so that what concerns one parent is written one after the other."""

from star_tracker.models import Intervention, Registration, Star
from star_tracker.records.transactions import Write


def hold_registration(this: Write, registration_id: int) -> Registration:
    """The registration and its intervention, held until the transaction ends.

    Raises:
        NotFoundError: no such registration.
    """
    this.get_locked(Intervention, this.get(Registration, registration_id).intervention_id)
    return this.get_locked(Registration, registration_id)


def hold_star(this: Write, star_id: int) -> tuple[Registration, Star]:
    """The Star and its registration, held in the same way.

    Raises:
        NotFoundError: no such Star.
    """
    registration = hold_registration(this, this.get(Star, star_id).registration_id)
    return registration, this.get_locked(Star, star_id)
