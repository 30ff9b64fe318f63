"""Checks that what is derived from the record agrees with it, and mends what does not: the standings."""

from dataclasses import dataclass

from sqlalchemy import select

from star_tracker.domain.context import Context
from star_tracker.extensions import db
from star_tracker.models import Registration
from star_tracker.queries.figures.standings import list_wrong_standings
from star_tracker.records.standings import batches
from star_tracker.records.transactions import write


@dataclass(frozen=True)
class CheckedStandings:
    """How many registrations were checked, and the ids of those whose standings did not agree with their Stars."""

    registrations: int
    wrong: list[int]


def check_standings(context: Context, *, mend: bool) -> CheckedStandings:
    """Compare the standings of every registration with its Stars, while others go on writing.

    Args:
        context: who checks, and when.
        mend: whether to derive wrong standings again; each is then an entry of the audit trail.
    """
    ids = db.session.scalars(select(Registration.id)).all()
    wrong = []
    for some in batches(ids):
        db.session.rollback()
        suspects = list_wrong_standings(db.session(), some)
        wrong += [registration_id for registration_id in suspects if _is_wrong(context, registration_id, mend=mend)]
    return CheckedStandings(len(ids), wrong)


def _is_wrong(context: Context, registration_id: int, *, mend: bool) -> bool:
    """Look again while nobody else writes about this registration: a Star may just have been recorded."""
    with write(context) as transaction:
        registration = transaction.get_locked(Registration, registration_id)
        is_wrong = bool(list_wrong_standings(transaction.session, [registration_id]))
        if is_wrong and mend:
            transaction.outdated.add(registration_id)
            transaction.note("mend", registration)
    return is_wrong
