"""What a check of a return found."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """What was checked, in a sentence that holds if it passed, and what was found instead; none if it passed."""

    claim: str
    faults: tuple[str, ...] = ()

    @property
    def has_passed(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def find_failed(checks: Iterable[Check]) -> str:
    """The first check that failed and what it found, in one line; "" if all passed."""
    failed = next((check for check in checks if not check.has_passed), None)
    return f"{failed.claim}: not so. {failed.faults[0]}" if failed else ""
