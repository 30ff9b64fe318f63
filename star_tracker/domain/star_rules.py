"""R6: which Stars one parent's intervention may hold. One function for the form, the import and a correction.

Counted Stars (R1) are compared with one another. A Star that the parent completed alone is compared with others of
that sort only: a second one of the same kind on the same day is refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from star_tracker.domain.checked import check_not_future
from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError
from star_tracker.domain.scales import AREAS, HIGHEST, LOWEST, CompletedBy, Kind, NotScored

DAYS_AFTER_CLOSURE = 28
"""A Star may be dated up to this many days after the intervention closed (R6)."""

JUMP = 4
"""A value at least this far from the parent's last one, up or down, needs a reason before the Star is completed."""


@dataclass(frozen=True)
class Reading:
    """One area of a Star: a value from 1 to 10, or the reason why there is none.

    Attributes:
        value: the counted value, the worker's where worker and parent disagree.
        reason: why the area was not scored; exactly one of value and reason is set.
        note: what was said, for the record.
        parent_value: the parent's own value where it differs from ``value``.
        jump_reason: why the value is right although it jumps (``find_jumps``).
    """

    value: int | None = None
    reason: NotScored | None = None
    note: str = ""
    parent_value: int | None = None
    jump_reason: str = ""


@dataclass(frozen=True)
class StarDate:
    """The part of a Star that R6 compares with the others; ``row`` is the row an import read it from, else None."""

    kind: Kind
    completed_on: date
    completed_by: CompletedBy
    row: int | None = None

    @property
    def is_counted(self) -> bool:
        """Whether it counts (R1)."""
        return self.completed_by.is_counted

    @property
    def place(self) -> str:
        """Where the Star is in a file, for a message: " (row 7)", or ""."""
        return f" (row {self.row})" if self.row else ""


def check_readings(readings: Mapping[str, Reading]) -> None:
    """Refuse readings that no Star may have (R6).

    Args:
        readings: one Reading for each of the ten area codes.

    Raises:
        DomainError: an area is missing or unknown, has both or neither of value and reason, has a value off the
            scale, or no area is scored. ``field`` is the area's code, or ``readings`` for the last.
    """
    for area in AREAS:
        reading = readings.get(area)
        if reading is None or (reading.value is None) == (reading.reason is None):
            raise DomainError(area, "Choose a value from 1 to 10, or say why the area was not scored")
        for value in (reading.value, reading.parent_value):
            if value is not None and not LOWEST <= value <= HIGHEST:
                raise DomainError(area, f"Choose a whole number from {LOWEST} to {HIGHEST}")
    unknown = set(readings) - set(AREAS)
    if unknown:
        raise DomainError("readings", f"Unknown area: {', '.join(sorted(unknown))}")
    check_scored(reading.value for reading in readings.values())


def check_scored(values: Iterable[object]) -> None:
    """Refuse a Star without a scored area (R6).

    Args:
        values: one for each area: a whole number where it is scored, and anything else where it is not.

    Raises:
        DomainError: on ``readings``.
    """
    if not any(isinstance(value, int) for value in values):
        raise DomainError("readings", "Score at least one area: a completed Star cannot be empty")


def check_star_date(completed_on: date, *, started_on: date, closed_on: date | None, today: date) -> None:
    """Refuse a Star dated outside its intervention or in the future (R6).

    Raises:
        DomainError: on ``completed_on``.
    """
    check_not_future("completed_on", completed_on, today)
    check_star_within(completed_on, started_on=started_on, closed_on=closed_on)


def check_star_within(completed_on: date, *, started_on: date, closed_on: date | None) -> None:
    """Refuse a Star dated outside its intervention (R6); for Stars that were not in the future when recorded.

    Raises:
        DomainError: on ``completed_on``.
    """
    if completed_on < started_on:
        raise DomainError(
            "completed_on",
            f"The date must be {long_date(started_on)}, when this intervention started, or after",
        )
    if closed_on and completed_on > closed_on + timedelta(days=DAYS_AFTER_CLOSURE):
        last = closed_on + timedelta(days=DAYS_AFTER_CLOSURE)
        raise DomainError(
            "completed_on",
            f"The date must be {long_date(last)} or before: "
            f"{DAYS_AFTER_CLOSURE} days after this intervention closed on {long_date(closed_on)}",
        )


def check_star_among(star: StarDate, others: Iterable[StarDate]) -> None:
    """Refuse a Star that does not fit the parent's other Stars of the intervention (R6).

    Args:
        star: the Star to be recorded.
        others: the Stars already there, withdrawn and replaced ones left out.

    Raises:
        DomainError: among counted Stars, a second start or closure, a start that is not the first, or a second of the
            same kind on the same day; among those the parent completed alone, the last of these.
    """
    for other in others:
        if star.is_counted and other.is_counted:
            _check_beside(star, other)
        elif (star.completed_by, star.kind, star.completed_on) == (other.completed_by, other.kind, other.completed_on):
            raise DomainError(
                "completed_on",
                f"This parent already completed a Star of this kind alone on {long_date(star.completed_on)}"
                f"{other.place}: choose another date, or ask your service lead to correct that Star",
            )


def _check_beside(star: StarDate, other: StarDate) -> None:
    """Refuse a counted Star that does not fit another one."""
    if star.kind == other.kind == Kind.INTERIM and star.completed_on == other.completed_on:
        raise DomainError(
            "completed_on",
            f"This parent already has an interim Star on {long_date(star.completed_on)}{other.place}: "
            "choose another date, or ask your service lead to correct that Star",
        )
    if star.kind == other.kind != Kind.INTERIM:
        label = star.kind.label.lower()
        raise DomainError(
            "kind",
            f"This parent already has a {label} Star in this intervention, "
            f"completed on {long_date(other.completed_on)}{other.place}: there can be one that counts",
        )
    if star.kind == Kind.START and other.completed_on < star.completed_on:
        raise DomainError(
            "completed_on",
            "The start Star must be the parent's first Star in this intervention, "
            f"but there is one of {long_date(other.completed_on)}{other.place}",
        )
    if other.kind == Kind.START and star.completed_on < other.completed_on:
        raise DomainError(
            "completed_on",
            f"The date must be {long_date(other.completed_on)}, the date of the start Star{other.place}, or after",
        )


def check_first_star(star: StarDate, others: Sequence[StarDate]) -> None:
    """Refuse a first Star that is not a start Star (R6); an imported history without one only gets a warning.

    The first counted Star must be a start Star whatever the parent completed alone before; so must the very first one.

    Raises:
        DomainError: on ``kind``.
    """
    if star.kind == Kind.START or any(other.is_counted or not star.is_counted for other in others):
        return
    alone = ". One that the parent completed alone does not count" if others else ""
    raise DomainError("kind", f"This parent has no start Star yet in this intervention: complete that first{alone}")


def find_kind_faults(others: Sequence[StarDate], on: date) -> dict[Kind, str]:
    """For each kind, why no counted Star of it can be recorded on a day (R6); "" if it can.

    >>> start = StarDate(Kind.START, date(2019, 1, 10), CompletedBy.TOGETHER)
    >>> for kind, why_not in find_kind_faults([start], date(2019, 4, 10)).items():
    ...     print(f"{kind.value}: {why_not[:44]!r}")
    start: 'This parent already has a start Star in this'
    interim: ''
    closure: ''
    """
    return {kind: _why_not(StarDate(kind, on, CompletedBy.TOGETHER), others) for kind in Kind}


def _why_not(star: StarDate, others: Sequence[StarDate]) -> str:
    try:
        check_first_star(star, others)
        check_star_among(star, others)
    except DomainError as error:
        return error.message
    return ""


def propose_kind(others: Sequence[StarDate], on: date, *, is_closed: bool) -> Kind:
    """The kind of Star that is most likely meant: the start, an interim, or the closure once the intervention closed.

    >>> propose_kind([], date(2019, 4, 10), is_closed=True).value
    'start'
    >>> start = StarDate(Kind.START, date(2019, 1, 10), CompletedBy.WORKER)
    >>> propose_kind([start], date(2019, 4, 10), is_closed=True).value
    'closure'
    >>> alone = StarDate(Kind.START, date(2019, 1, 10), CompletedBy.PARENT)
    >>> propose_kind([alone], date(2019, 4, 10), is_closed=True).value
    'start'
    """
    possible = find_kind_faults(others, on)
    for kind in (Kind.START, Kind.CLOSURE):
        if not possible[kind] and (kind is Kind.START or is_closed):
            return kind
    return Kind.INTERIM


def find_jumps(values: Mapping[str, int | None], before: Mapping[str, int | None]) -> dict[str, int]:
    """The areas, in the Star's order, whose value is ``JUMP`` or more from the one before, with the change.

    >>> find_jumps({"family_routine": 8, "home_and_money": 4}, {"family_routine": 4, "home_and_money": 7})
    {'family_routine': 4}
    """
    changes = {
        area: now - last
        for area in AREAS
        if (now := values.get(area)) is not None and (last := before.get(area)) is not None
    }
    return {area: change for area, change in changes.items() if abs(change) >= JUMP}


def check_jumps(readings: Mapping[str, Reading], before: Mapping[str, int | None]) -> None:
    """Refuse a Star that jumps in an area without a reason.

    Raises:
        DomainError: on ``jump_`` and the area's code.
    """
    for area in find_jumps({area: reading.value for area, reading in readings.items()}, before):
        if not readings[area].jump_reason.strip():
            raise DomainError(f"jump_{area}", "Say what is behind this change, or change the value")


def check_unplanned(*, unplanned: bool, completed_by: CompletedBy) -> None:
    """Refuse an unplanned Star that was not completed by the worker alone.

    Raises:
        DomainError: on ``unplanned``.
    """
    if unplanned and completed_by is not CompletedBy.WORKER:
        raise DomainError(
            "unplanned",
            "A Star without seeing the parent is completed by the worker alone: choose that, or untick this",
        )
