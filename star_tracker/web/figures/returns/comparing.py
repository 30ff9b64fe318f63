"""Keeping what a comparison of a signed return with the record found, for the list of returns."""

from collections.abc import Sequence

from star_tracker.exports.returns.versions import CellChange
from star_tracker.queries.returns.comparisons import COMPARE, list_since
from star_tracker.queries.returns.signed_returns import SigningHistory
from star_tracker.records.access_log import log_access
from star_tracker.web.auth.access import current_context


def note_comparison(history: SigningHistory, changes: Sequence[CellChange], *, last_entry: int) -> None:
    """Keep in how many figures the standing version differs, if there is one and that is news.

    Args:
        history: the return's.
        changes: the figures that differ.
        last_entry: the audit trail's last entry before the record was read.
    """
    standing = history.standing
    if standing is None:
        return
    found = {"figures": len(changes), "tables": len({change.table for change in changes})}
    if not list_since([(standing, history.quarter)])[standing.id].is_known(**found):
        log_access(
            current_context(),
            action=COMPARE,
            entity="signedreturn",
            entity_id=standing.id,
            details=found | {"last_entry": last_entry},
        )
