"""Counting what may be tried so often only (``domain.tries``): each try before it is made, whatever comes of it.

So many tries at one moment get no more than one after the other: whoever counts holds the row of what is counted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, delete, select, tuple_, update
from sqlalchemy.orm import Session

from star_tracker.domain.errors import DomainError
from star_tracker.domain.tries import COUNTED_FOR, TRIES_BEFORE_LOCK, Counted, get_wait, is_over
from star_tracker.extensions import db
from star_tracker.models import Tally, key_ring
from star_tracker.records.imports.upserts import insert_into
from star_tracker.records.transactions import write_transaction

REMOVED_AT_A_TIME = 100
"""So many old rows go, at most, with each that is written."""


class MustWaitError(DomainError):
    """Nobody may try with this address just now.

    Attributes:
        wait: for how long.
        is_locked: whether there were so many wrong tries that it is locked.
    """

    def __init__(self, wait: timedelta, *, is_locked: bool) -> None:
        super().__init__("", "There have been too many wrong tries: wait, then try again")
        self.wait = wait
        self.is_locked = is_locked


@dataclass(frozen=True)
class Try:
    """A try that is counted already, as a wrong one until it turns out right.

    Attributes:
        address: with which.
        number: how many in a row it makes.
        at: when.
        last_at: when the one before was.
    """

    address: str
    number: int
    at: datetime
    last_at: datetime

    @property
    def locks(self) -> bool:
        """Whether the address is locked if this one is wrong."""
        return self.number >= TRIES_BEFORE_LOCK


def begin_try(address: str, *, now: datetime) -> Try:
    """Count a try with this address (``domain.accounts.fold_address``), whether or not there is such an account.

    Raises:
        MustWaitError: the ones before were wrong, and too many or too short a while ago.
    """
    with write_transaction() as session:
        tally = _hold(session, Counted.SIGN_IN, address, now)
        if is_over(tally.at, now):
            tally.times = 0
        wait = tally.at + get_wait(tally.times) - now
        if wait > timedelta(0):
            raise MustWaitError(wait, is_locked=tally.times >= TRIES_BEFORE_LOCK)
        attempt = Try(address, tally.times + 1, now, tally.at)
        tally.times, tally.at = attempt.number, now
        _remove_old(session, now)
        return attempt


def give_back(attempt: Try) -> None:
    """The try was right, and counts no more; part of the transaction of whoever calls."""
    last_at = case((Tally.at == attempt.at, attempt.last_at), else_=Tally.at)
    its = and_(_is(Counted.SIGN_IN, attempt.address), Tally.times > 0)
    db.session.execute(update(Tally).where(its).values(times=Tally.times - 1, at=last_at))


def forget_failures(address: str) -> None:
    """Somebody has shown who they are: wrong tries count from the start again. Part of the caller's transaction."""
    db.session.execute(delete(Tally).where(_is(Counted.SIGN_IN, address)))


def count_request(session: Session, counted: Counted, text: str, *, most: int, now: datetime) -> bool:
    """Count a request, in the caller's transaction; whether there were not too many of late."""
    tally = _hold(session, counted, text, now)
    if is_over(tally.at, now):
        tally.times, tally.at = 0, now
    if tally.times >= most:
        return False
    tally.times += 1
    _remove_old(session, now)
    return True


def _hold(session: Session, counted: Counted, text: str, now: datetime) -> Tally:
    """The row, made if there is none, and held until the transaction ends."""
    row = {"counted": counted.value, "keyed_index": key_ring().index(text), "times": 0, "at": now}
    held = (
        insert_into(session, Tally)
        .values(row)
        .on_conflict_do_update(index_elements=[Tally.counted, Tally.keyed_index], set_={"times": Tally.times})
    )
    tally: Tally = session.scalars(held.returning(Tally), execution_options={"populate_existing": True}).one()
    return tally


def _remove_old(session: Session, now: datetime) -> None:
    """Rows that decide nothing any more, but those that somebody else holds."""
    key = tuple_(Tally.counted, Tally.keyed_index)
    old = (
        select(Tally.counted, Tally.keyed_index)
        .where(Tally.at <= now - COUNTED_FOR)
        .order_by(Tally.at)
        .limit(REMOVED_AT_A_TIME)
        .with_for_update(skip_locked=True)
    )
    session.flush()
    session.execute(delete(Tally).where(key.in_(old)), execution_options={"synchronize_session": False})


def _is(counted: Counted, text: str) -> ColumnElement[bool]:
    return and_(Tally.counted == counted.value, Tally.keyed_index == key_ring().index(text))
