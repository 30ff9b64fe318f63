"""Keeping how registrations stand (``domain.standings``) as it follows from their Stars."""

from collections.abc import Collection
from itertools import islice

from sqlalchemy import delete
from sqlalchemy.orm import Session

from star_tracker.models import Standing
from star_tracker.queries.figures.standings import derive_standings
from star_tracker.records.bulk import BulkWriter

REGISTRATIONS_AT_A_TIME = 1_000


_COLUMNS = (
    Standing.registration_id,
    Standing.since,
    Standing.until,
    Standing.standing,
    Standing.start_id,
    Standing.latest_id,
    Standing.pair_values,
)


def renew_standings(session: Session, registration_ids: Collection[int]) -> None:
    """Work out anew how these registrations stand, in a transaction that holds them.

    Nobody else may change their Stars meanwhile: a page holds the registration (``stars.holding``), and a Star that an
    import has added holds it too, by its foreign key.
    """
    bulk = BulkWriter(session)
    ids = iter(sorted(registration_ids))
    while some := list(islice(ids, REGISTRATIONS_AT_A_TIME)):
        # All of it before the first is sent: PostgreSQL answers nothing else while it takes rows.
        rows = [
            (registration_id, *standing)
            for registration_id, standings in derive_standings(session, some)
            for standing in standings
        ]
        session.execute(
            delete(Standing).where(Standing.registration_id.in_(some)),
            execution_options={"synchronize_session": False},
        )
        bulk.insert(_COLUMNS, rows)
