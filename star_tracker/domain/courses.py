"""How an intervention ends: what stands in the way of closing it well, and for how long it can be opened again."""

from collections.abc import Iterable
from enum import StrEnum

from star_tracker.domain.scales import CompletedBy, Kind

DAYS_TO_REOPEN = 28
"""A closed intervention may be opened again up to this many days after it closed."""


class AtClosure(StrEnum):
    """How a parent's closure Star stands when their intervention is about to close."""

    DONE = "done"
    PARENT_ALONE = "parent_alone"
    MISSING = "missing"
    NO_START = "no_start"

    @property
    def shows_overdue(self) -> bool:
        """Whether a closure Star would be overdue once the intervention has closed (R7)."""
        return self in (AtClosure.MISSING, AtClosure.PARENT_ALONE)


def find_at_closure(stars: Iterable[tuple[str, str]]) -> AtClosure:
    """How one parent's closure Star stands (R6, R7): it is due of who has a counted start Star, and must count itself.

    Args:
        stars: kind and ``completed_by`` of each Star of the parent's intervention, withdrawn ones left out.

    >>> find_at_closure([("start", "together"), ("interim", "worker")]).value
    'missing'
    >>> find_at_closure([("start", "together"), ("closure", "parent")]).value
    'parent_alone'
    >>> find_at_closure([("start", "parent"), ("closure", "parent")]).value
    'no_start'
    """
    counted: dict[str, bool] = {}
    for kind, completed_by in stars:
        counted[kind] = counted.get(kind, False) or completed_by != CompletedBy.PARENT
    if counted.get(Kind.CLOSURE):
        return AtClosure.DONE
    if not counted.get(Kind.START):
        return AtClosure.NO_START
    return AtClosure.PARENT_ALONE if Kind.CLOSURE in counted else AtClosure.MISSING
