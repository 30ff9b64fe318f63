"""Keeps the standings (``domain.standings``) in agreement with the Stars that they are derived from."""

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby, islice

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from star_tracker.domain.standings import Standing
from star_tracker.extensions import db
from star_tracker.models import Registration
from star_tracker.models import Standing as StandingRow
from star_tracker.queries.figures.standings import derive_standings
from star_tracker.records.bulk import BulkWriter

REGISTRATIONS_AT_A_TIME = 1_000

_COLUMNS = (
    StandingRow.registration_id,
    StandingRow.since,
    StandingRow.until,
    StandingRow.standing,
    StandingRow.start_id,
    StandingRow.latest_id,
    StandingRow.pair_values,
)


def renew_standings(session: Session, registration_ids: Collection[int]) -> None:
    """Derive the standings of these registrations again, in a transaction in which nobody else changes their Stars.

    Pages lock the registration (``stars.holding``); a Star that an import has inserted locks it by its foreign key.
    """
    bulk = BulkWriter(session)
    for some in _batches(registration_ids):
        # All are derived before the first is sent: PostgreSQL answers no select during a COPY.
        rows = [
            (registration_id, *standing)
            for registration_id, standings in derive_standings(session, some).items()
            for standing in standings
        ]
        session.execute(
            delete(StandingRow).where(StandingRow.registration_id.in_(some)),
            execution_options={"synchronize_session": False},
        )
        bulk.insert(_COLUMNS, rows)


def _batches(registration_ids: Collection[int]) -> Iterator[list[int]]:
    ids = iter(sorted(registration_ids))
    while some := list(islice(ids, REGISTRATIONS_AT_A_TIME)):
        yield some
