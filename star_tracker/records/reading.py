"""Looking is written down too: who saw a family's page, searched, or took a file away.

An entry is there before the page is: what cannot be logged is not shown.
"""

from collections.abc import Mapping
from typing import Any

from star_tracker.domain.context import Context
from star_tracker.domain.errors import DomainError, NotLoggedError
from star_tracker.records.audit import add_audit_entry
from star_tracker.records.transactions import own_transaction


def log_reading(
    context: Context,
    *,
    what: str,
    entity: str,
    entity_id: int | None = None,
    family_id: int | None = None,
    details: Mapping[str, Any],
) -> None:
    """Write down what somebody is about to see, in a short transaction of its own.

    Args:
        context: who, and from where, and when.
        what: ``READ`` for a page, ``SEARCH``, ``DOWNLOAD``, or ``REFUSED`` for a page that was not shown.
        entity: what it is about, as in ``add_audit_entry``.
        entity_id: the record that is seen; None for a list or a file.
        family_id: the family that is seen; None if it is none or many.
        details: more words: the page, the text that was searched for, the file's name.

    Raises:
        NotLoggedError: it could not be written just now; then it may not be shown either.
    """
    try:
        with own_transaction() as session:
            add_audit_entry(
                session,
                context,
                action=what,
                entity=entity,
                entity_id=entity_id,
                family_id=family_id,
                after=dict(details),
            )
    except DomainError as error:
        raise NotLoggedError(error.field, error.message) from error
