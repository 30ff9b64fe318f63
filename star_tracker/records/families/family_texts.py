"""What a family's texts must be like before they are written: its references, its name and its parents' names."""

from star_tracker.domain.errors import DomainError
from star_tracker.domain.texts import check_text, fold_text


def checked_ref(field: str, ref: str) -> str:
    """A reference without spaces around it.

    Raises:
        DomainError: on this field, if it is empty or ``check_text`` refuses it.
    """
    if not fold_text(ref):
        raise DomainError(field, "Enter a reference")
    return checked_text(field, ref)


def checked_text(field: str, text: str) -> str:
    """A text without spaces around it, which may be empty.

    Raises:
        DomainError: on this field, if ``check_text`` refuses it.
    """
    text = text.strip()
    try:
        check_text(text)
    except ValueError as error:
        raise DomainError(field, f"Enter {error}") from error
    return text
