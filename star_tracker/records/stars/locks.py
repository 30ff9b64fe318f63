"""Locking a registration, so that writes about one parent happen one after the other."""

from star_tracker.models import Intervention, Registration, Star
from star_tracker.records.transactions import Write


def lock_registration(transaction: Write, registration_id: int) -> Registration:
    """The registration, locked with its intervention until the transaction ends.

    Raises:
        NotFoundError: no such registration.
    """
    transaction.get_locked(Intervention, transaction.get(Registration, registration_id).intervention_id)
    return transaction.get_locked(Registration, registration_id)


def lock_star(transaction: Write, star_id: int) -> tuple[Registration, Star]:
    """The Star and its registration, locked in the same way.

    Raises:
        NotFoundError: no such Star.
    """
    registration = lock_registration(transaction, transaction.get(Star, star_id).registration_id)
    return registration, transaction.get_locked(Star, star_id)
