"""One way to write: a transaction that has the right to write from its first statement, all or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.extensions import db

Record = TypeVar("Record")


@contextmanager
def write_transaction() -> Iterator[Session]:
    """Commit what the block does, or nothing of it.

    Whatever the session read before is let go first, so that every check in the block sees the record as it is now;
    on SQLite the write lock is taken at once (``extensions``).

    Raises:
        DomainError: a constraint of the database refused the write, because somebody else wrote between the check
            and the write.
    """
    session: Session = db.session()
    session.rollback()
    session.connection(execution_options={"writes": True})
    try:
        yield session
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise DomainError(
            "", "Somebody else changed this record at the same moment. Look at it again, then try again"
        ) from error
    except BaseException:
        session.rollback()
        raise


def get_or_fail(session: Session, model: type[Record], record_id: int) -> Record:
    """The record with this id.

    Raises:
        NotFoundError: there is none.
    """
    record = session.get(model, record_id)
    if record is None:
        raise NotFoundError(f"no {model.__name__} {record_id}")
    return record
