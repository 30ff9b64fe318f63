"""How often something may be tried: passwords and codes of one account, and asking for links.

What counts is written down before it is tried, so that many tries at one moment get no more than one after the other.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

TRIES = 10
"""So many wrong passwords or codes in a row lock an account."""

FREE_TRIES = 3
"""After so many wrong tries each further one must wait, twice as long each time."""

LINKS_FOR_ACCOUNT = 3
"""So many links may be asked for within ``COUNTED_FOR`` for one address, whether or not it has an account."""

LINKS_FOR_NETWORK = 20
"""So many from one network: an office, or a small town's telephones, are one."""

COUNTED_FOR = timedelta(hours=1)
"""A lock opens by itself so long after the last wrong try, and fewer tries are forgotten then. Links are counted anew
so long after the first of them. A new password, or an administrator, opens a lock at once.
"""


class Counted(StrEnum):
    """What is counted."""

    SIGN_IN = "sign_in"
    """Wrong passwords and codes in a row, by address; ``at`` is when the last was tried."""

    LINK = "link"
    """Links that were asked for, by address; ``at`` is when the first was asked for."""

    NETWORK_LINK = "network_link"
    """The same, by the network from which they were asked for."""


def is_over(at: datetime, now: datetime) -> bool:
    """Whether what was counted at ``at`` decides nothing any more."""
    return at + COUNTED_FOR <= now


def get_wait(wrong: int) -> timedelta:
    """How long the next try must wait after so many wrong ones in a row.

    >>> [get_wait(wrong).seconds for wrong in (2, 3, 4, 9, 10)]
    [0, 1, 2, 64, 3600]
    """
    if wrong < FREE_TRIES:
        return timedelta(0)
    return COUNTED_FOR if wrong >= TRIES else timedelta(seconds=2 ** (wrong - FREE_TRIES))


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
