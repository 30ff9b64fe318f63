"""How a person's account stands: whether they can sign in, and if not, why."""

from enum import StrEnum


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
