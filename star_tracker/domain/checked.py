"""What was typed, as it is stored: what cannot be stored is refused at its field, with what to do."""

from datetime import date
from enum import StrEnum

from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError
from star_tracker.domain.texts import LONGEST, check_text, fold_text


class SayWhy(StrEnum):
    """How a reason is asked for, by who will read it."""

    FAMILY_PAGE = "Say why: the family's page shows the reason"
    TRAIL = "Say why: the audit trail keeps the reason"
    COUNCIL = "Say why: the council reads this reason"
    OTHER_PERSON = "Say why: the other person reads the reason"
    OLD_STAR = "Say why: the old Star stays readable with this reason beside it"


def checked_reason(reason: str, say_why: SayWhy, *, field: str = "reason") -> str:
    """A reason without spaces around it.

    Raises:
        DomainError: on this field, if there is none.

    >>> checked_reason(" moved ", SayWhy.TRAIL)
    'moved'
    """
    if not reason.strip():
        raise DomainError(field, say_why)
    return reason.strip()


def checked_text(field: str, text: str, longest: int = LONGEST, *, do: str = "Enter") -> str:
    """A text without spaces around it, which may be empty; ``do`` is the verb that begins the error message.

    Raises:
        DomainError: on this field, if ``check_text`` refuses it.

    >>> checked_text("name", " Siân ")
    'Siân'
    """
    text = text.strip()
    try:
        check_text(text, longest)
    except ValueError as error:
        raise DomainError(field, f"{do} {error}") from error
    return text


def checked_paragraphs(field: str, text: str, longest: int) -> str:
    r"""A text of several lines without spaces around them, which may be empty.

    Raises:
        DomainError: on this field, if it is longer than so many characters, or ``check_text`` refuses a line.

    >>> checked_paragraphs("words", " One. \r\n\r\nTwo.", 20)
    'One.\n\nTwo.'
    """
    lines = "\n".join(line.strip() for line in text.strip().splitlines())
    if len(lines) > longest:
        raise DomainError(field, f"Enter at most {longest:,} characters; these are {len(lines):,}")
    for line in lines.split("\n"):
        checked_text(field, line, longest)
    return lines


def checked_ref(field: str, ref: str) -> str:
    """A reference without spaces around it.

    Raises:
        DomainError: on this field, if it is empty or ``check_text`` refuses it.
    """
    if not fold_text(ref):
        raise DomainError(field, "Enter a reference")
    return checked_text(field, ref)


def check_not_future(field: str, day: date, today: date) -> None:
    """Refuse a day in the future.

    Raises:
        DomainError: on this field.
    """
    if day > today:
        raise DomainError(field, f"The date must be {until_today(today)}")


def until_today(today: date) -> str:
    """The latest that a date may be if it cannot be in the future.

    >>> until_today(date(2019, 4, 10))
    'today, 10 April 2019, or before'
    """
    return f"today, {long_date(today)}, or before"
