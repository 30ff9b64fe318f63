"""Rate limits (``domain.tries``): each attempt is counted before it is made.

The row of the counter is locked meanwhile, so that simultaneous attempts get no more than successive ones.
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
"""How many old counters are removed, at most, whenever one is written."""


class MustWaitError(DomainError):
    """There were too many failed attempts with this address.

    Attributes:
        wait: how long to wait.
        is_locked: whether the address is locked, and not only slowed down.
    """

    def __init__(self, wait: timedelta, *, is_locked: bool) -> None:
        super().__init__("", "There have been too many wrong tries: wait, then try again")
        self.wait = wait
        self.is_locked = is_locked


@dataclass(frozen=True)
class Try:
    """An attempt to sign in, counted as failed until it succeeds.

    Attributes:
        address: the address it was made with.
        number: its place in the row of failed attempts, from 1.
        at: when it was made.
        last_at: when the one before was made.
    """

    address: str
    number: int
    at: datetime
    last_at: datetime

    @property
    def locks(self) -> bool:
        """Whether the address is locked if this attempt fails."""
        return self.number >= TRIES_BEFORE_LOCK


def count_try(address: str, *, now: datetime) -> Try:
    """Count an attempt with this address (``domain.accounts.fold_address``), whether or not it has an account.

    Raises:
        MustWaitError: too many attempts failed, or the last failed too recently.
    """
    with write_transaction() as session:
        tally = _lock_tally(session, Counted.SIGN_IN, address, now)
        if is_over(tally.at, now):
            tally.times = 0
        wait = tally.at + get_wait(tally.times) - now
        if wait > timedelta(0):
            raise MustWaitError(wait, is_locked=tally.times >= TRIES_BEFORE_LOCK)
        attempt = Try(address, tally.times + 1, now, tally.at)
        tally.times, tally.at = attempt.number, now
        _remove_old(session, now)
        return attempt


def uncount_try(attempt: Try) -> None:
    """Uncount an attempt that succeeded, in the caller's transaction."""
    last_at = case((Tally.at == attempt.at, attempt.last_at), else_=Tally.at)
    is_counted = and_(_is(Counted.SIGN_IN, attempt.address), Tally.times > 0)
    db.session.execute(update(Tally).where(is_counted).values(times=Tally.times - 1, at=last_at))


def forget_failures(address: str) -> None:
    """Reset the count of failed attempts with an address, in the caller's transaction."""
    db.session.execute(delete(Tally).where(_is(Counted.SIGN_IN, address)))


def count_request(session: Session, counted: Counted, text: str, *, most: int, now: datetime) -> bool:
    """Count a request, in the caller's transaction; False if there were ``most`` already."""
    tally = _lock_tally(session, counted, text, now)
    if is_over(tally.at, now):
        tally.times, tally.at = 0, now
    if tally.times >= most:
        return False
    tally.times += 1
    _remove_old(session, now)
    return True


def _lock_tally(session: Session, counted: Counted, text: str, now: datetime) -> Tally:
    """The counter's row, inserted if there is none, and locked until the transaction ends."""
    row = {"counted": counted.value, "keyed_index": key_ring().index(text), "times": 0, "at": now}
    upsert = (
        insert_into(session.connection(), Tally)
        .values(row)
        .on_conflict_do_update(index_elements=[Tally.counted, Tally.keyed_index], set_={"times": Tally.times})
    )
    tally: Tally = session.scalars(upsert.returning(Tally), execution_options={"populate_existing": True}).one()
    return tally


def _remove_old(session: Session, now: datetime) -> None:
    """Remove counters that are too old to matter, skipping those that somebody else has locked."""
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
