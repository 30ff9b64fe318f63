"""Naming leave cover, and ending it early; it ends by itself after its last day."""

from datetime import date

from sqlalchemy import select

from star_tracker.domain.context import Context
from star_tracker.domain.covers import CoverDays, check_cover
from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.permissions import may_name_cover_for
from star_tracker.domain.roles import Role
from star_tracker.models import Cover, User
from star_tracker.records.transactions import Write, write


def name_cover(context: Context, *, away_id: int, colleague_id: int, first_day: date, last_day: date) -> Cover:
    """Name a colleague who has somebody's caseload beside their own, from one day to another, both included.

    Raises:
        DomainError: the days are refused (``check_cover``); on ``away_id``, this person may not name cover for them, or
            they are no practitioner; on ``colleague_id``, the colleague is no practitioner with an account in a pod of
            theirs.
    """
    cover = CoverDays(away_id, colleague_id, first_day, last_day)
    with write(context) as transaction:
        if not may_name_cover_for(context.actor, away_id):
            raise DomainError("away_id", "Choose yourself: only a lead names cover for others")
        people = _lock_people(transaction, away_id, colleague_id)
        away, colleague = people.get(away_id), people.get(colleague_id)
        if away is None or not _is_practitioner(away):
            raise DomainError("away_id", "Choose a practitioner from the list")
        if colleague is None or not colleague.active or not _is_practitioner(colleague) or not _share_pod(people):
            raise DomainError("colleague_id", "Choose a practitioner who has an account, in a pod of whoever is away")
        concerned = Cover.away_id.in_(people) | Cover.colleague_id.in_(people)
        others = select(Cover).where(concerned, Cover.ended_at.is_(None), Cover.last_day >= context.today)
        check_cover(cover, [other.days for other in transaction.session.scalars(others)], today=context.today)
        return transaction.add(Cover(**cover._asdict(), recorded_at=context.now, recorded_by_id=context.actor.user_id))


def end_cover(context: Context, *, cover_id: int) -> Cover:
    """End a cover before its last day.

    Raises:
        DomainError: it has ended already.
        NotFoundError: there is none that this person may end.
    """
    with write(context) as transaction:
        cover = transaction.get_locked(Cover, cover_id)
        if not may_name_cover_for(context.actor, cover.away_id):
            raise NotFoundError(f"no cover {cover_id} that they may end")
        if cover.ended_at is not None or cover.last_day < context.today:
            raise DomainError("", "This cover has ended already")
        transaction.change("end", cover, ended_at=context.now)
    return cover


def _lock_people(transaction: Write, *user_ids: int) -> dict[int, User]:
    """These people, locked in the order of their ids, so that two who name each other wait for one another."""
    statement = select(User).where(User.id.in_(user_ids)).order_by(User.id).with_for_update()
    return {user.id: user for user in transaction.session.scalars(statement)}


def _is_practitioner(user: User) -> bool:
    return Role.PRACTITIONER in {Role(held.role) for held in user.roles}


def _share_pod(people: dict[int, User]) -> bool:
    pods = [{pod.id for pod in user.pods} for user in people.values()]
    return bool(set.intersection(*pods))
