"""Logging what a page or a file shows, before it is shown (``records.access_log``)."""

import hashlib
from contextlib import suppress
from typing import Any

from flask import g, session

from star_tracker.domain.context import Context
from star_tracker.domain.errors import NotLoggedError
from star_tracker.domain.looks import DOWNLOAD, READ, REFUSED, SEARCH
from star_tracker.records.access_log import log_access
from star_tracker.web.audit.page_codes import page_code
from star_tracker.web.platform.numbers import query_number

_SHOWN, MOST_SHOWN = "shown_figures", 20
"""In the session: hashes of what the figures pages opened last have shown."""


def log_page(
    context: Context,
    *,
    entity: str,
    entity_id: int | None = None,
    family_id: int | None = None,
    saved_as: str = "",
    **details: Any,
) -> None:
    """Log that somebody sees this page, or downloads it as a file of the kind ``saved_as``.

    A second call in the same request about the same record does nothing.
    """
    logged: set[tuple[str, int | None]] = g.setdefault("logged_pages", set())
    if (entity, entity_id) in logged:
        return
    log_access(
        context,
        action=DOWNLOAD if saved_as else READ,
        entity=entity,
        entity_id=entity_id,
        family_id=family_id,
        details={"page": page_code()} | ({"form": saved_as} if saved_as else {}) | details,
    )
    logged.add((entity, entity_id))


def log_refusal(context: Context, *, family_id: int | None = None) -> None:
    """Log that somebody was refused a page.

    A failure to log it is ignored, because an error page would reveal that the family exists.
    """
    with suppress(NotLoggedError):
        log_access(
            context,
            action=REFUSED,
            entity="page" if family_id is None else "family",
            entity_id=family_id,
            family_id=family_id,
            details={"page": page_code()},
        )


def log_search(context: Context, text: str) -> None:
    """Log a search for families by a text, or a view of the whole list if it is ""."""
    log_access(context, action=SEARCH, entity="family", details={"text": text} | page_number())


def log_list(context: Context, *, entity: str, **details: Any) -> None:
    """Log that somebody sees a list of families, in one entry with what was chosen and the page number."""
    log_page(context, entity=entity, **(details | page_number()))


def log_figures(context: Context, figures: object, *, entity: str, is_picture: bool = False, **details: Any) -> None:
    """Log that somebody sees figures, on a page or as a picture.

    A page's pictures are requested after it, one by one: a picture is logged only if no page in this session has shown
    the same choice and figures.

    Args:
        context: who, and when.
        figures: what was chosen and everything that the page shows, as plain values; None for a page without pictures.
        entity: what the figures are about.
        is_picture: whether it is a picture.
        details: what was chosen.
    """
    shown: list[str] = session.get(_SHOWN, [])
    digest = hashlib.sha256(repr((entity, figures)).encode()).hexdigest()
    if is_picture and digest in shown:
        return
    log_page(context, entity=entity, **details)
    if figures is not None and not is_picture and digest not in shown:
        session[_SHOWN] = [*shown, digest][-MOST_SHOWN:]


def log_download(context: Context, name: str, *, entity: str, **details: Any) -> None:
    """Log that somebody downloads this file."""
    log_access(context, action=DOWNLOAD, entity=entity, details={"file": name} | details)


def page_number() -> dict[str, Any]:
    """The page of a long list, if it is not the first, as a detail of an entry."""
    page = query_number("page", 1)
    return {"page_number": page} if page > 1 else {}
