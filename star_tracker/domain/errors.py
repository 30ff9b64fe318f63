"""How a rule refuses: an error that a form, the command line and an import can all show at the right field."""

from collections.abc import Mapping, Sequence


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
    """What was typed is, or looks like, a family that is already recorded.

    Args:
        field: as of every ``DomainError``.
        message: as of every ``DomainError``.
        families: the references, by id, of those of the families that the person may open.
    """

    def __init__(self, field: str, message: str, families: Mapping[int, str]) -> None:
        super().__init__(field, message)
        self.families = families


class NamesError(DomainError):
    """A text has words in it that are a family's names or references.

    Args:
        field: as of every ``DomainError``.
        found: the words, as the text writes them.
    """

    def __init__(self, field: str, found: Sequence[str]) -> None:
        named = " and ".join(f"“{word}”" for word in found)
        super().__init__(
            field,
            f"Take out {named}: this family’s record has it as a name or a reference. If it is an ordinary word here, "
            "tick the box below",
        )
        self.found = found


class NotLoggedError(DomainError):
    """A look cannot be written to the audit trail at the moment, so the page is not shown."""


class AlteredError(DomainError):
    """What is stored is not what was recorded, so it is not shown; the message is for whoever runs the server."""


class BusyError(DomainError):
    """The database is busy with other people's writes: nothing is wrong, and the same may work in a minute."""

    def __init__(self) -> None:
        super().__init__("", "Somebody else is writing a great deal, perhaps an import. Wait a minute, then try again")


class NotFoundError(LookupError):
    """There is no such record, or this person may not know of it: the two look the same on purpose."""
