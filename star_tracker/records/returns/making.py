"""Making a return with everything that its files hold: for the row-level file, parents are given pseudonyms first."""

from collections.abc import Callable
from datetime import date

from star_tracker.analysis.disclosure import Profile
from star_tracker.config import Settings
from star_tracker.domain.context import Context
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.row_level import RowLevel, make_pseudonym
from star_tracker.exports.returns.files import MadeReturn
from star_tracker.models import Council, Pseudonym
from star_tracker.queries.returns.pair_rows import list_parents_without_pseudonym
from star_tracker.queries.returns.returns import get_return
from star_tracker.records.audit import add_audit_entry
from star_tracker.records.transactions import write


def make_whole_return(
    context: Context, *, council: Council, quarter: Quarter, profile: Profile, settings: Settings
) -> MadeReturn:
    """The council's return of this quarter, of which every file can be built.

    Raises:
        DomainError: the quarter has not begun, or the pseudonyms that are missing could not be written.
    """
    has_rows = profile is Profile.RESTRICTED and settings.row_level != RowLevel.NONE
    if has_rows and quarter.starts_on <= context.today:
        give_pseudonyms(context, council_id=council.id, as_at=quarter.as_at(context.today))
    return MadeReturn(get_return(council, quarter, profile, settings, today=context.today, with_rows=has_rows))


def give_pseudonyms(
    context: Context, *, council_id: int, as_at: date, make: Callable[[], str] = make_pseudonym
) -> None:
    """Give a random pseudonym to each parent who has a pair by this day, and none for this council yet.

    It stays for ever. The audit trail has how many were given, and not to whom.
    """
    if not list_parents_without_pseudonym(council_id, as_at):
        return
    with write(context) as transaction:
        transaction.get_locked(Council, council_id)  # two files at once give each parent one
        session, parents = transaction.session, list_parents_without_pseudonym(council_id, as_at)
        session.add_all(Pseudonym(council_id=council_id, parent_id=parent_id, token=make()) for parent_id in parents)
        session.flush()
        if parents:
            given = {"council_id": council_id, "number": len(parents)}
            add_audit_entry(session, context, action="record", entity="pseudonyms", entity_id=None, after=given)
