"""What an error means to whoever runs a command."""

from sqlalchemy.exc import DBAPIError

from star_tracker.config import SettingsError
from star_tracker.databases import UPGRADE, describe_failure, lacks_tables
from star_tracker.domain.errors import DomainError
from star_tracker.keys import WrongKeyError


def describe_error(error: Exception) -> str:
    """What is wrong and what to do, in one line; "" if the user cannot fix it."""
    match error:
        case SettingsError() | DomainError() | WrongKeyError():
            return str(error)
        case DBAPIError() if lacks_tables(error):
            return f"there is no record here yet, or an older one: {UPGRADE}"
        case DBAPIError():
            return describe_failure(error)
        case OSError() if error.filename is not None:
            return f"{error.filename} cannot be used: {error.strerror}"
    return ""
