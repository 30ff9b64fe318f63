"""What people have typed in forms and not sent yet: stored encrypted while they type, for themselves alone.

As with sessions, it is written outside a page's own transaction and without an entry in the audit trail: nothing of it
is part of a family's record before the form is sent.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from star_tracker.extensions import db
from star_tracker.models import TypedForm
from star_tracker.records.accounts.sessions import TYPED_FOR, open_for_writing

MOST_FORMS = 50
"""How many forms are stored for one person; the oldest goes first."""


def keep_typed_form(user_id: int, *, path: str, entries: Mapping[str, Any], now: datetime) -> None:
    """Store what this person has typed in the form that is sent to ``path``, in place of what was stored of it.

    Args:
        user_id: who typed it.
        path: where the form is sent to.
        entries: what there is of each field, by its name; without any, nothing of the form stays stored.
        now: when.
    """
    mine = TypedForm.user_id == user_id
    with open_for_writing() as session:
        session.execute(delete(TypedForm).where(mine, TypedForm.path == path))
        if entries:
            session.add(TypedForm(user_id=user_id, path=path, kept_at=now, entries=dict(entries)))
            newest = select(TypedForm.id).where(mine).order_by(TypedForm.kept_at.desc(), TypedForm.id.desc())
            try:
                session.flush()
            except IntegrityError:
                return  # the same person types in the same form in another window, and was first
            session.execute(
                delete(TypedForm).where(mine, TypedForm.id.not_in(newest.limit(MOST_FORMS))),
                execution_options={"synchronize_session": False},
            )
        session.commit()


def get_typed_form(user_id: int, *, path: str, now: datetime) -> dict[str, Any]:
    """What this person has typed in the form that is sent to ``path``; {} if nothing is stored."""
    entries: dict[str, Any] | None = db.session.scalar(
        select(TypedForm.entries).where(
            TypedForm.user_id == user_id, TypedForm.path == path, TypedForm.kept_at >= now - TYPED_FOR
        )
    )
    return entries or {}
