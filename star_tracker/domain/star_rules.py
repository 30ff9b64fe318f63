"""R6: which Stars one parent's intervention may hold. One function for the form, the import and a correction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from star_tracker.domain.errors import DomainError
from star_tracker.domain.periods import long_date
from star_tracker.domain.scales import AREAS, HIGHEST, LABELS, LOWEST, Kind, NotScored

DAYS_AFTER_CLOSURE = 28
"""A Star may be dated up to this many days after the intervention closed (R6)."""


@dataclass(frozen=True)
class Reading:
    """One area of a Star: a value from 1 to 10, or the reason why there is none.

    Attributes:
        value: the counted value, the worker's where worker and parent disagree.
        reason: why the area was not scored; exactly one of value and reason is set.
        note: what was said, for the record.
        parent_value: the parent's own value where it differs from ``value``.
    """

    value: int | None = None
    reason: NotScored | None = None
    note: str = ""
    parent_value: int | None = None


@dataclass(frozen=True)
class StarDate:
    """The part of a Star that R6 compares with its neighbours; ``row`` is where an import read it, else None."""

    kind: Kind
    completed_on: date
    row: int | None = None

    @property
    def place(self) -> str:
        """What a message adds so that the Star can be found in the file: " (row 7)", or nothing."""
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
        values: what stands in each area: a whole number where it is scored, and anything else where it is not.

    Raises:
        DomainError: on ``readings``.
    """
    if not any(isinstance(value, int) for value in values):
        raise DomainError("readings", "Score at least one area: a completed Star cannot be empty")


def check_star_date(star: StarDate, *, started_on: date, closed_on: date | None, today: date) -> None:
    """Refuse a Star dated outside its intervention or in the future (R6).

    Raises:
        DomainError: on ``completed_on``.
    """
    if star.completed_on > today:
        raise DomainError("completed_on", f"The date must be today, {long_date(today)}, or before")
    check_star_within(star, started_on=started_on, closed_on=closed_on)


def check_star_within(star: StarDate, *, started_on: date, closed_on: date | None) -> None:
    """Refuse a Star dated outside its intervention (R6); for Stars whose own date was checked when they were recorded.

    Raises:
        DomainError: on ``completed_on``.
    """
    if star.completed_on < started_on:
        raise DomainError(
            "completed_on",
            f"The date must be {long_date(started_on)}, when this intervention started, or after",
        )
    if closed_on and star.completed_on > closed_on + timedelta(days=DAYS_AFTER_CLOSURE):
        last = closed_on + timedelta(days=DAYS_AFTER_CLOSURE)
        raise DomainError(
            "completed_on",
            f"The date must be {long_date(last)} or before: "
            f"{DAYS_AFTER_CLOSURE} days after this intervention closed on {long_date(closed_on)}",
        )


def check_star_among(star: StarDate, others: Iterable[StarDate]) -> None:
    """Refuse a Star that cannot stand beside the parent's other Stars of the intervention (R6).

    Args:
        star: the Star to be recorded.
        others: the Stars already there, withdrawn and replaced ones left out.

    Raises:
        DomainError: a second start or closure, a start that is not the first Star, or a second Star of the same kind
            on the same day.
    """
    for other in others:
        if star.kind == other.kind == Kind.INTERIM and star.completed_on == other.completed_on:
            raise DomainError(
                "completed_on",
                f"This parent already has an interim Star on {long_date(star.completed_on)}{other.place}: "
                "choose another date, or ask your service lead to correct that Star",
            )
        if star.kind == other.kind != Kind.INTERIM:
            label = LABELS[star.kind].lower()
            raise DomainError(
                "kind",
                f"This parent already has a {label} Star in this intervention, "
                f"completed on {long_date(other.completed_on)}{other.place}: there can be one",
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
    """Refuse a first Star that is not the start (R6); an imported history that lacks one is only warned about.

    Raises:
        DomainError: on ``kind``.
    """
    if not others and star.kind != Kind.START:
        raise DomainError("kind", "This parent has no Star yet in this intervention: record the start Star first")
