"""What a page or a file shows is written down before it is shown (``records.reading``)."""

import hashlib
from contextlib import suppress
from typing import Any

from flask import g, session

from star_tracker.domain.context import Context
from star_tracker.domain.errors import NotLoggedError
from star_tracker.domain.looks import DOWNLOAD, READ, REFUSED, SEARCH
from star_tracker.records.reading import log_reading
from star_tracker.web.audit.page_codes import page_code
from star_tracker.web.platform.numbers import asked_number

_SHOWN, MOST_SHOWN = "shown_figures", 20
"""In the session: what the pages of figures that were opened last showed, as hashes."""


def log_page(
    context: Context,
    *,
    entity: str,
    entity_id: int | None = None,
    family_id: int | None = None,
    saved_as: str = "",
    **details: Any,
) -> None:
    """Somebody is about to see this page, or to take it away as a file of a kind (``saved_as``).

    A second call in the same request about the same record adds nothing.
    """
    logged: set[tuple[str, int | None]] = g.setdefault("logged_pages", set())
    if (entity, entity_id) in logged:
        return
    log_reading(
        context,
        what=DOWNLOAD if saved_as else READ,
        entity=entity,
        entity_id=entity_id,
        family_id=family_id,
        details={"page": page_code()} | ({"form": saved_as} if saved_as else {}) | details,
    )
    logged.add((entity, entity_id))


def log_refusal(context: Context, *, family_id: int | None = None) -> None:
    """Somebody asked for a page that is not theirs to see.

    They learn nothing of it, not even by its failing: whether a family is there must not show.
    """
    with suppress(NotLoggedError):
        log_reading(
            context,
            what=REFUSED,
            entity="page" if family_id is None else "family",
            entity_id=family_id,
            family_id=family_id,
            details={"page": page_code()},
        )


def log_search(context: Context, text: str) -> None:
    """Somebody is about to see the families that a text finds, or all of theirs if it is empty."""
    log_reading(context, what=SEARCH, entity="family", details={"text": text} | _page_number())


def log_list(context: Context, *, entity: str, **details: Any) -> None:
    """Somebody is about to see a list that names families: one entry, with what was chosen and the page's number."""
    log_page(context, entity=entity, **(details | _page_number()))


def log_figures(context: Context, figures: object, *, entity: str, is_picture: bool = False, **details: Any) -> None:
    """Somebody is about to see figures, on a page or as a picture.

    The pictures of a page are asked for after it, one by one. What shows the same choice and the same figures as a page
    of this session is part of that look; a picture of anything else is a look of its own.

    Args:
        context: who, and when.
        figures: what was chosen and all that the page shows of it, as plain values.
        entity: what they are figures of.
        is_picture: whether it is a picture.
        details: what was chosen.
    """
    shown: list[str] = session.get(_SHOWN, [])
    these = hashlib.sha256(repr((entity, figures)).encode()).hexdigest()
    if is_picture and these in shown:
        return
    log_page(context, entity=entity, **details)
    if not is_picture and these not in shown:
        session[_SHOWN] = [*shown, these][-MOST_SHOWN:]


def log_download(context: Context, name: str, *, entity: str, **details: Any) -> None:
    """Somebody is about to take this file away; ``details`` says more about what is in it."""
    log_reading(context, what=DOWNLOAD, entity=entity, details={"file": name} | details)


def _page_number() -> dict[str, int]:
    """Which page of a long list, past the first."""
    page = asked_number("page", 1)
    return {"page_number": page} if page > 1 else {}
