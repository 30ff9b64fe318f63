"""Accounts: which one an address means, how one stands, and the links by which a password is chosen."""

import unicodedata
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email

from star_tracker.domain.texts import tidy


def get_address(typed: str) -> str | None:
    r"""The address that is meant, as accounts are known by it; None if it can be none.

    >>> get_address(" Ana@ⓔxample。org\u200b "), get_address("Ana")
    ('ana@example.org', None)
    """
    try:
        return validate_email(_fold(typed), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return None


def fold_address(typed: str) -> str:
    """The address that is meant, or what was typed instead of one: the same text for all that look alike.

    Whatever looks an account up or counts by an address asks this: an address that is written in another way is the
    same address.

    >>> fold_address("ANA@Example.org"), fold_address(" ＡNA")
    ('ana@example.org', 'ana')
    """
    return get_address(typed) or _fold(typed).lower()


def _fold(typed: str) -> str:
    return tidy(unicodedata.normalize("NFKC", typed))


class LinkKind(StrEnum):
    """Why there is a link by which somebody chooses a password."""

    INVITATION = "invitation"
    """An administrator, or the command line, made it."""

    RESET = "reset"
    """Somebody asked for it who could not sign in."""


class AccountState(StrEnum):
    """Of several that hold, the first here is said."""

    CLOSED = "closed"
    NAMED = "named"
    LOCKED = "locked"
    ACTIVE = "active"
    INVITED = "invited"
    NO_PASSWORD = "no_password"  # noqa: S105 - the name of a state


STATE_LABELS = {
    AccountState.ACTIVE: "Active",
    AccountState.INVITED: "Invited",
    AccountState.NO_PASSWORD: "No password yet",
    AccountState.LOCKED: "Locked",
    AccountState.CLOSED: "Closed",
    AccountState.NAMED: "Named by an import, no account",
}


def get_account_state(
    *, is_open: bool, has_role: bool, has_password: bool, has_link: bool, is_locked: bool
) -> AccountState:
    """How an account stands.

    Args:
        is_open: whether nobody has closed it.
        has_role: whether the person holds a role; an import names people who hold none.
        has_password: whether they have chosen one.
        has_link: whether there is a link by which they may choose one now.
        is_locked: whether their address was tried wrongly too often.

    >>> facts = {"is_open": True, "has_role": True, "has_password": False, "is_locked": False}
    >>> get_account_state(**facts, has_link=True).value, get_account_state(**facts, has_link=False).value
    ('invited', 'no_password')
    """
    if not is_open:
        return AccountState.CLOSED
    if not has_role:
        return AccountState.NAMED
    if is_locked:
        return AccountState.LOCKED
    if has_password:
        return AccountState.ACTIVE
    return AccountState.INVITED if has_link else AccountState.NO_PASSWORD
