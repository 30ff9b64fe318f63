"""Derives standings (``domain.standings``) again where their Stars have changed."""

from collections.abc import Collection, Iterator
from itertools import islice

from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session

from star_tracker.models import Standing
from star_tracker.queries.figures.standings import derive_standings
from star_tracker.records.bulk import BulkWriter

REGISTRATIONS_AT_A_TIME = 1_000

STANDING_COLUMNS = (
    Standing.registration_id,
    Standing.since,
    Standing.until,
    Standing.standing,
    Standing.start_id,
    Standing.latest_id,
    Standing.pair_values,
)
_DELETED = delete(Standing).where(Standing.registration_id.in_(bindparam("registration_ids", expanding=True)))


def renew_standings(session: Session, registration_ids: Collection[int]) -> None:
    """Derive the standings of these registrations again, in a transaction during which nobody else changes their Stars.

    Pages lock the registration (``stars.locks``); a Star that an import inserts locks it by its foreign key.
    """
    bulk = BulkWriter(session)
    for some in batches(registration_ids):
        # All are derived before the first is sent: PostgreSQL answers no select during a COPY.
        rows = [
            (registration_id, *standing)
            for registration_id, standings in derive_standings(session, some).items()
            for standing in standings
        ]
        _remove(session, some)
        bulk.insert(STANDING_COLUMNS, rows)


def remove_standings(session: Session, registration_ids: Collection[int]) -> None:
    """Remove the standings of these registrations, before new ones are inserted in the same transaction."""
    for some in batches(registration_ids):
        _remove(session, some)


def _remove(session: Session, registration_ids: Collection[int]) -> None:
    session.connection().execute(_DELETED, {"registration_ids": list(registration_ids)})


def batches(registration_ids: Collection[int]) -> Iterator[list[int]]:
    """These ids in ascending order, ``REGISTRATIONS_AT_A_TIME``."""
    ids = iter(sorted(registration_ids))
    while some := list(islice(ids, REGISTRATIONS_AT_A_TIME)):
        yield some
