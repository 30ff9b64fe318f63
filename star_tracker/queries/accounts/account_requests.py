"""Requests about accounts: whom to ask, who must answer which, and what an account's owner has not seen yet."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import BindParameter, Boolean, ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import joinedload

from star_tracker.domain.account_requests import PENDING, AccountStep, RequestState
from star_tracker.domain.errors import NotFoundError
from star_tracker.domain.roles import OVERSEEING
from star_tracker.extensions import db
from star_tracker.models import SHOWN_OF_PERSON, AccountRequest, User, UserRole

MOST_ANSWERED = 50


@dataclass(frozen=True)
class Clearance:
    """What a step on an account needs before an administrator takes it.

    Attributes:
        is_in_use: whether somebody has chosen a password for the account; otherwise there is nothing to take over.
        others: the people who may be asked to agree, by name.
        pending: the request that waits for an answer, or was agreed to but not carried out yet.
        is_clear: whether the step may be taken now.
    """

    is_in_use: bool
    others: list[User]
    pending: AccountRequest | None
    is_clear: bool

    @property
    def agreed_by(self) -> User | None:
        """The person who agreed, if somebody has."""
        return self.pending.answered_by if self.pending else None


@dataclass(frozen=True)
class AccountNotices:
    """The notices on somebody's first page.

    Attributes:
        about_own: requests about their own account that are pending, or were done and not seen yet.
        to_answer: how many other requests wait for their answer.
        agreed: requests of theirs that were agreed to, so that they may make a link now.
    """

    about_own: list[AccountRequest] = field(default_factory=list)
    to_answer: int = 0
    agreed: list[AccountRequest] = field(default_factory=list)


@dataclass(frozen=True)
class RequestLists:
    """Requests: those that the reader may answer, others that are pending, and the newest that are not."""

    to_answer: list[AccountRequest]
    pending: list[AccountRequest]
    others: list[AccountRequest]


def list_overseers(*, without: Collection[int | None] = ()) -> list[User]:
    """The administrators and leads who can sign in, without the people with these ids, by name."""
    oversees = select(UserRole.user_id).where(UserRole.role.in_(OVERSEEING))
    found = db.session.scalars(
        select(User).where(User.active, User.password.is_not(None), User.id.in_(oversees), User.id.not_in(without))
    )
    return sorted(found, key=lambda user: (user.shown_as.casefold(), user.email))


def get_clearance(user: User, step: AccountStep, *, asker_id: int | None, now: datetime) -> Clearance:
    """Whether the asker may take this step on this account now, and whom to ask first if not."""
    is_in_use = user.password is not None
    others = list_overseers(without=[user.id, asker_id]) if is_in_use else []
    pending = get_pending(user.id, step, now=now)
    is_agreed = pending is not None and pending.state == RequestState.AGREED and pending.asked_by_id == asker_id
    return Clearance(is_in_use, others, pending, is_agreed or not others)


def get_pending(user_id: int, step: AccountStep, *, now: datetime) -> AccountRequest | None:
    """The request for this step on this account that is pending at an instant."""
    return db.session.scalar(
        _select().where(
            AccountRequest.user_id == user_id,
            AccountRequest.step == step,
            AccountRequest.state.in_(PENDING),
            AccountRequest.expires_at > now,
        )
    )


def get_request(request_id: int) -> AccountRequest:
    """One request.

    Raises:
        NotFoundError: there is none with this id.
    """
    if found := db.session.scalar(_select().where(AccountRequest.id == request_id)):
        return found
    raise NotFoundError(f"no request {request_id}")


def list_requests_about(user_id: int) -> list[AccountRequest]:
    """The newest requests about an account, newest first."""
    statement = _select().where(AccountRequest.user_id == user_id).order_by(AccountRequest.id.desc())
    return list(db.session.scalars(statement.limit(MOST_ANSWERED)))


def list_requests(reader_id: int | None, *, now: datetime) -> RequestLists:
    """Every pending request, newest first, and the newest of those that are not."""
    pending = _list_pending(now)
    others = db.session.scalars(
        _select()
        .where(AccountRequest.id.not_in([request.id for request in pending]))
        .order_by(AccountRequest.id.desc())
        .limit(MOST_ANSWERED)
    )
    to_answer = [request for request in pending if _waits_for(request, reader_id)]
    return RequestLists(to_answer, [request for request in pending if request not in to_answer], list(others))


def get_notices(user_id: int | None, *, answers: bool, now: datetime) -> AccountNotices:
    """The notices on somebody's first page; ``answers`` says whether they may answer requests."""
    found = db.session.scalars(_PENDING_OR_UNSEEN, {"user_id": user_id, "answers": answers, "now": now}).all()
    pending = [request for request in found if request.state in PENDING]
    return AccountNotices(
        about_own=[
            *(request for request in pending if request.user_id == user_id),
            *(request for request in found if request not in pending),
        ],
        to_answer=sum(_waits_for(request, user_id) for request in pending) if answers else 0,
        agreed=[
            request for request in pending if request.state == RequestState.AGREED and request.asked_by_id == user_id
        ],
    )


def _waits_for(request: AccountRequest, reader_id: int | None) -> bool:
    return request.state == RequestState.OPEN and reader_id not in (request.asked_by_id, request.user_id)


def _list_pending(now: datetime) -> list[AccountRequest]:
    return list(db.session.scalars(_select().where(_is_pending(now)).order_by(AccountRequest.id.desc())))


def _is_pending(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """The condition that a request is pending at an instant, or at a parameter for it."""
    return AccountRequest.state.in_(PENDING) & (AccountRequest.expires_at > now)


def _select() -> Select[AccountRequest]:
    people = (AccountRequest.user, AccountRequest.asked_by, AccountRequest.answered_by)
    return select(AccountRequest).options(*(joinedload(person).load_only(*SHOWN_OF_PERSON) for person in people))


_PENDING_OR_UNSEEN = (
    _select()
    .where(
        and_(
            _is_pending(bindparam("now")),
            or_(
                bindparam("answers", type_=Boolean()),
                AccountRequest.user_id == bindparam("user_id"),
                AccountRequest.asked_by_id == bindparam("user_id"),
            ),
        )
        | and_(
            AccountRequest.user_id == bindparam("user_id"),
            AccountRequest.state == RequestState.DONE,
            AccountRequest.asked_by_id.is_distinct_from(bindparam("user_id")),
            AccountRequest.seen_at.is_(None),
        )
    )
    .order_by(AccountRequest.id.desc())
)
"""The pending requests that somebody may answer, made or is the subject of, and those done to their account unseen."""
