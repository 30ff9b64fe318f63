"""What was agreed with a parent after their earlier Stars, to be reviewed with the next one."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import joinedload

from star_tracker.extensions import db
from star_tracker.models import Priority, Star


def is_awaited() -> ColumnElement[bool]:
    """It was agreed until a day, and nobody has said what came of it; a condition beside its Star."""
    return and_(Star.is_in_force, Priority.outcome.is_(None), Priority.by_when.is_not(None))


def list_agreed_days(registration_ids: Collection[int]) -> list[tuple[int, date]]:
    """The days on which something comes due that was agreed with these parents: each once, with the registration."""
    statement = (
        select(Star.registration_id, Priority.by_when)
        .join(Star, Star.id == Priority.star_id)
        .where(is_awaited(), Star.registration_id.in_(registration_ids))
        .distinct()
    )
    return [(registration_id, day) for registration_id, day in db.session.execute(statement) if day]


def list_open_priorities(registration_id: int) -> list[Priority]:
    """What was agreed after this parent's Stars in force in this intervention and not reviewed since, oldest first."""
    return [priority for priority in _list_priorities(registration_id) if priority.outcome is None]


def list_priorities_to_review(star: Star, *, reported_ids: Collection[int] = ()) -> list[Priority]:
    """What is to be reviewed with this Star: what was open then, and what has been reviewed with it already.

    Those with ``reported_ids``, for which an outcome was sent, are listed even if reviewed with another Star since.
    """
    return [
        priority
        for priority in _list_priorities(star.registration_id)
        if (priority.reviewed_with_id in (None, star.id) or priority.id in reported_ids)
        and priority.star.place < star.place
    ]


def _list_priorities(registration_id: int) -> Sequence[Priority]:
    return db.session.scalars(
        select(Priority)
        .join(Star, Star.id == Priority.star_id)
        .where(Star.registration_id == registration_id, Star.is_in_force)
        .options(joinedload(Priority.star))
        .order_by(*Star.in_order(), Priority.id)
    ).all()
