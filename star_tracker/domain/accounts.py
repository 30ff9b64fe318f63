"""Accounts: which one an address belongs to, its state, and the links by which a password is chosen."""

import unicodedata
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email

from star_tracker.domain.texts import tidy


def get_address(typed: str) -> str | None:
    r"""The address as accounts store it; None if what was typed cannot be one.

    >>> get_address(" Ana@ⓔxample。org\u200b "), get_address("Ana")
    ('ana@example.org', None)
    """
    try:
        return validate_email(_fold(typed), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return None


def fold_address(typed: str) -> str:
    """The address, or what was typed instead of one: the same text for all ways of writing it.

    Whatever looks up an account or counts by address uses this.

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
    """The state of an account: the first of these that applies."""

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
    """The state of an account.

    Args:
        is_open: whether it has not been closed.
        has_role: whether the person has a role; an import names people who have none.
        has_password: whether they have chosen one.
        has_link: whether there is a valid link by which they may choose one.
        is_locked: whether there were too many wrong tries with their address.

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
