"""How often something may be tried: passwords and codes of one account, and asking for links.

A try is counted before it is made, so that many tries at once get no further than the same tries one by one.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

TRIES_BEFORE_LOCK = 10
"""This many wrong passwords or codes in a row lock an account."""

FREE_TRIES = 3
"""After this many wrong tries each further one must wait, twice as long each time."""

LINKS_FOR_ACCOUNT = 3
"""The most links that may be asked for within ``COUNTED_FOR`` for one address, whether or not it has an account."""

LINKS_FOR_NETWORK = 20
"""The most from one network, which may be an office, or all the mobile phones of a small town."""

CALENDAR_READS = 60
"""The most times that one calendar address may be read within ``COUNTED_FOR``: programs ask a few times an hour."""

WRONG_CALENDARS = 60
"""The most wrong calendar addresses from one network: an office may have several that no longer work."""

COUNTED_FOR = timedelta(hours=1)
"""How long after the last wrong try a lock opens by itself, or fewer wrong tries are forgotten; for links, how long
after the first one counting begins again. A new password, or an administrator, opens a lock at once.
"""


class Counted(StrEnum):
    """What is counted."""

    SIGN_IN = "sign_in"
    """Wrong passwords and codes in a row, by address; ``at`` is when the last was tried."""

    LINK = "link"
    """Links that were asked for, by address; ``at`` is when the first was asked for."""

    NETWORK_LINK = "network_link"
    """The same, by the network from which they were asked for."""

    CALENDAR = "calendar"
    """Readings of a calendar, by its address; ``at`` is when the first of them was."""

    WRONG_CALENDAR = "wrong_calendar"
    """Calendar addresses that do not work, by the network that asked; ``at`` as above."""


def is_over(at: datetime, now: datetime) -> bool:
    """Whether what was counted at ``at`` no longer matters."""
    return at + COUNTED_FOR <= now


def get_wait(wrong: int) -> timedelta:
    """How long the next try must wait after so many wrong ones in a row.

    >>> [int(get_wait(wrong).total_seconds()) for wrong in (2, 3, 4, 9, 10)]
    [0, 1, 2, 64, 3600]
    """
    if wrong < FREE_TRIES:
        return timedelta(0)
    return COUNTED_FOR if wrong >= TRIES_BEFORE_LOCK else timedelta(seconds=2 ** (wrong - FREE_TRIES))


def get_network(source: str) -> str:
    """The network that a request came from, for counting: whoever has one IPv6 address has all 2^64 of its network.

    >>> get_network("192.0.2.7"), get_network("::ffff:192.0.2.7"), get_network("2001:db8:1:2:3:4:5:6")
    ('192.0.2.7', '192.0.2.7', '2001:db8:1:2::/64')
    """
    try:
        address = ip_address(source)
    except ValueError:
        return source
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address, 64), strict=False))
    return str(getattr(address, "ipv4_mapped", address))
