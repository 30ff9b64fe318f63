"""What is said of the service and its record as a whole."""

from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError

from star_tracker.domain.errors import DomainError
from star_tracker.extensions import db
from star_tracker.models import ServiceSetting

DEMONSTRATION = "demonstration"
"""The mark that the demonstration puts on its record."""


def check_may_serve() -> None:
    """Refuse to serve a record that is no service's.

    Raises:
        DomainError: it is the demonstration's, where anybody may know what everybody is called; or it is not there.
    """
    try:
        marked = db.session.get(ServiceSetting, DEMONSTRATION) is not None
        db.session.scalar(select(1))
    except (OperationalError, ProgrammingError) as error:
        raise DomainError("", "there is no record here yet, or an older one: run star-tracker db upgrade") from error
    finally:
        db.session.rollback()
    if marked:
        raise DomainError(
            "",
            "this is the demonstration's record, not for real families: set STAR_TRACKER_DATABASE_URL to another",
        )
