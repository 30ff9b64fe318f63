"""What a checked row of a Star CSV holds, and what a fault says. One row per Star, or a registration alone."""

from dataclasses import dataclass
from datetime import date

from star_tracker.domain.scales import ClosureReason, CompletedBy, Kind, NotScored

LONGEST_SHOWN = 100
"""The most characters of a cell that a message repeats."""


StarIdentity = tuple[Kind, date, bool]
"""What distinguishes a parent's Stars of one intervention (R6): kind, day, and whether it counts."""


@dataclass(frozen=True, slots=True)
class StarCells:
    """The Star of a row: its readings are in the order of ``scales.AREAS``, each a value 1 to 10 or a reason."""

    kind: Kind
    completed_on: date
    completed_by: CompletedBy
    retrospective: bool
    readings: tuple[int | NotScored, ...]

    @property
    def is_start(self) -> bool:
        """Whether it is a start Star that counts (R1)."""
        return self.kind is Kind.START and self.completed_by.is_counted

    @property
    def identity(self) -> StarIdentity:
        """Which of the parent's Stars of the intervention it is, in a file and in the record."""
        return self.kind, self.completed_on, self.completed_by.is_counted


@dataclass(frozen=True, slots=True)
class StarRow:
    """One row: who it is about and, unless it only registers them, a Star.

    An empty text or None means "not stated in this row", and contradicts nothing.

    Attributes:
        number: the row's number as a spreadsheet counts it; the header is row 1.
    """

    number: int
    family_ref: str
    council_ref: str
    parent_ref: str
    pod: str
    practitioner: str
    referred_on: date | None
    started_on: date
    closed_on: date | None
    closure_reason: ClosureReason | None
    children: int | None
    star: StarCells | None


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong with a file.

    Attributes:
        number: the row's number as a spreadsheet counts it; 0 for the file as a whole.
        column: the column's name, or a spreadsheet's letter for it; "" for the row as a whole.
        value: the cell as it is in the file.
        allowed: what is allowed there, or what to do: one clause, no full stop.
    """

    number: int
    column: str
    value: str
    allowed: str

    def __str__(self) -> str:
        place = f"row {self.number}" if self.number else "the file"
        if self.column:
            place += f", column {_short(self.column)}"
        return f"{place}: {_short(self.value)!r} – {self.allowed}" if self.column else f"{place}: {self.allowed}"


def _short(text: str) -> str:
    """The beginning of a text that is too long for a message."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
