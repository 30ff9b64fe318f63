"""The access log: who saw a family's page, searched, or downloaded a file.

An entry is committed before its page is shown: what cannot be logged is not shown.
"""

from collections.abc import Mapping
from typing import Any

from star_tracker.domain.context import Context
from star_tracker.domain.errors import DomainError, NotLoggedError
from star_tracker.records.audit import append_entries, make_audit_entry
from star_tracker.records.transactions import separate_connection


def log_access(
    context: Context,
    *,
    action: str,
    entity: str,
    entity_id: int | None = None,
    family_id: int | None = None,
    details: Mapping[str, Any],
) -> None:
    """Log what somebody is about to see, in a short transaction of its own.

    Args:
        context: who, from where, and when.
        action: ``READ`` for a page, ``SEARCH``, ``DOWNLOAD``, or ``REFUSED`` for a page that was not shown.
        entity: what is seen, as in ``add_audit_entry``.
        entity_id: the id of the record that is seen; None for a list or a file.
        family_id: the family that is seen; None if there is none, or several.
        details: the page, the search text, the file's name.

    Raises:
        NotLoggedError: the entry could not be written, so the page must not be shown.
    """
    entry = make_audit_entry(
        context, action=action, entity=entity, entity_id=entity_id, family_id=family_id, after=dict(details)
    )
    try:
        with separate_connection() as connection:
            append_entries(connection, [entry])
    except DomainError as error:
        raise NotLoggedError(error.field, error.message) from error
