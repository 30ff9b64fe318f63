"""How a rule says no: an error that a form, the command line and an import can all show beside the right field."""

from collections.abc import Mapping


class DomainError(ValueError):
    """A rule refuses the input; carries the field it concerns and a message that says what to do.

    Args:
        field: the name of the form field, argument or column that must change.
        message: one sentence for the person who typed it.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class SameFamilyError(DomainError):
    """What was typed is, or looks like, a family that is there already.

    Args:
        field: as of every ``DomainError``.
        message: as of every ``DomainError``.
        families: the references of those families by their ids, as far as the person may open them.
    """

    def __init__(self, field: str, message: str, families: Mapping[int, str]) -> None:
        super().__init__(field, message)
        self.families = families


class NotLoggedError(DomainError):
    """What somebody wants to see cannot be written to the audit trail just now, so it is not shown."""


class AlteredError(DomainError):
    """What is kept is not what was recorded, so that nothing of it is shown; the message is for whoever runs it."""


class BusyError(DomainError):
    """The database is busy with what others write: nothing is wrong, and the same may work in a minute."""

    def __init__(self) -> None:
        super().__init__("", "Somebody else is writing a great deal, perhaps an import. Wait a minute, then try again")


class NotFoundError(LookupError):
    """No such record, or none that this person may know of: the two look the same on purpose."""
