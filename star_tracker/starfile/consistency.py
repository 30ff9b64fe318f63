"""The rules across the rows of a file: rows agree, dates are in order, and each parent's Stars fit together (R6)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError
from star_tracker.domain.interventions import list_date_faults
from star_tracker.domain.scales import ClosureReason
from star_tracker.domain.star_rules import StarDate, check_star_among, check_star_date
from star_tracker.domain.texts import fold_text
from star_tracker.starfile.columns import FAMILY_COLUMNS, INTERVENTION_COLUMNS, POSITION
from star_tracker.starfile.rows import Fault, StarRow
from star_tracker.starfile.sheets import Progress, tell_nobody
from star_tracker.starfile.writing import cell_texts

_BLANKS = {"", None}

Unread = set[tuple[str, date, str]]
"""Cells that could not be read, so that their values are not known: family_ref, started_on and column."""

InterventionKey = tuple[str, date]

INTERVENTIONS_AT_A_TIME = 1_000

_COLUMN_OF_FIELD = {"kind": "star_kind", "completed_on": "star_date"}


def rows_by_intervention(rows: Iterable[StarRow]) -> dict[InterventionKey, list[StarRow]]:
    """The rows of each intervention, by family_ref and started_on, in the file's order."""
    groups: dict[InterventionKey, list[StarRow]] = {}
    for row in rows:
        groups.setdefault((row.family_ref, row.started_on), []).append(row)
    return groups


def rows_with(rows: Iterable[StarRow], column: str) -> list[StarRow]:
    """The rows in which this column's cell is not empty."""
    return [row for row in rows if getattr(row, column) not in ("", None)]


def also_in(rows: Sequence[StarRow]) -> str:
    """What the fault of the first of these rows adds about the others: a mistake that they repeat is reported once."""
    if len(rows) < 2:
        return ""
    numbers = [str(row.number) for row in rows[1:6]]
    more = f" and {len(rows) - 6} more" if len(rows) > 6 else ""
    return f" (also in row{'s' if len(rows) > 2 else ''} {', '.join(numbers)}{more})"


def as_clause(error: DomainError) -> str:
    """The error's message as the clause that a fault needs."""
    return error.message[0].lower() + error.message[1:]


def column_of(error: DomainError) -> str:
    """The column that holds the field that the error is on."""
    return _COLUMN_OF_FIELD.get(error.field, error.field)


def withdrawn_since(row: StarRow) -> Fault:
    """The warning about a Star that was recorded before, and has been withdrawn or corrected since."""
    return Fault(
        row.number,
        "",
        "",
        f"this Star of parent {row.parent_ref!r} of family {row.family_ref!r} was recorded before, and has been "
        "withdrawn or corrected since: it stays so",
    )


def transferred_since(rows: Sequence[StarRow], column: str, on: date, recorded: str) -> Fault:
    """The warning about a pod or practitioner in these rows from which the intervention has been transferred."""
    stays = f"{column} stays {recorded!r}" if recorded else f"no {column} is decided yet"
    return _changed_since(rows, column, f"transferred on {long_date(on)}, and {stays}")


def reopened_since(rows: Sequence[StarRow], column: str, on: date, closed_on: date | None) -> Fault:
    """The warning about a closure in these rows that was undone when the intervention was reopened."""
    stays = f"its closing on {long_date(closed_on)} stands" if closed_on else "it stays open"
    return _changed_since(rows, column, f"reopened on {long_date(on)}, and {stays}")


def _changed_since(rows: Sequence[StarRow], column: str, what: str) -> Fault:
    row = rows[0]
    allowed = f"this intervention was {what}: if that is wrong, change the record in Star Tracker" + also_in(rows)
    return Fault(row.number, column, cell_texts(row)[POSITION[column]], allowed)


def left_open_with(rows: Sequence[StarRow]) -> Fault:
    """The warning about an open intervention whose practitioner in these rows has a closed account."""
    row = rows[0]
    allowed = "this account was closed, and the intervention is open: nobody looks after it until it is transferred"
    return Fault(row.number, "practitioner", row.practitioner, allowed + also_in(rows))


def second_open(rows: Sequence[StarRow], others: Sequence[date]) -> Fault:
    """The warning about an open intervention of a family that has other open ones, which started on these days."""
    row = rows[0]
    since = " and ".join(map(long_date, others))
    allowed = (
        f"family {row.family_ref!r} has another open intervention, of {since}: a family has one at a time, so close "
        "what has ended"
    )
    return Fault(row.number, "started_on", row.started_on.isoformat(), allowed + also_in(rows))


def missing_start(row: StarRow) -> Fault:
    """The warning about a parent's intervention without a counted start Star; ``row`` is its first row."""
    return Fault(
        row.number,
        "",
        "",
        f"parent {row.parent_ref!r} of family {row.family_ref!r} has no start Star that counts in the intervention "
        f"that started on {long_date(row.started_on)}, so that its change cannot be shown",
    )


def list_missing_starts(rows: Iterable[StarRow]) -> list[Fault]:
    """A warning for each parent's intervention with Stars but no counted start Star (R6 allows it in a history)."""
    first: dict[tuple[str, date, str], StarRow] = {}
    started = set()
    for row in rows:
        if row.star:
            key = (row.family_ref, row.started_on, row.parent_ref)
            first.setdefault(key, row)
            if row.star.is_start:
                started.add(key)
    return [missing_start(row) for key, row in first.items() if key not in started]


def list_faults_across_rows(
    rows: Sequence[StarRow],
    unread: Unread,
    *,
    cells: Mapping[int, Sequence[str]],
    today: date,
    progress: Progress = tell_nobody,
) -> list[Fault]:
    """Everything in which rows contradict one another or R6.

    Args:
        rows: every row whose family and intervention are known; a cell that could not be read is empty in it.
        unread: those cells, which cause no fault here.
        cells: each row's cells as they are in the file, by row number.
        today: no date may be after it.
        progress: is told how much has been checked, 0 to 1.
    """
    check = _Check(unread, cells, today)
    families: dict[str, list[StarRow]] = {}
    groups = rows_by_intervention(rows)
    for done, ((family_ref, _), group) in enumerate(groups.items()):
        if done % INTERVENTIONS_AT_A_TIME == 0:
            progress(done / len(groups))
        families.setdefault(family_ref, []).extend(group)
        check.intervention(group)
    refs: dict[str, StarRow] = {}
    for family in families.values():
        if not check.agreement(family, FAMILY_COLUMNS, "family"):
            check.council_ref(family, refs)
    return check.faults


class _Check:
    """The faults found so far, and what is needed to find more."""

    def __init__(self, unread: Unread, cells: Mapping[int, Sequence[str]], today: date) -> None:
        self.faults: list[Fault] = []
        self._unread = unread
        self._cells = cells
        self._today = today

    def _add(self, row: StarRow, column: str, allowed: str) -> None:
        self.faults.append(Fault(row.number, column, self._cells[row.number][POSITION[column]], allowed))

    def intervention(self, rows: Sequence[StarRow]) -> None:
        """Check the rows of one intervention."""
        key = (rows[0].family_ref, rows[0].started_on)
        unsure = self.agreement(rows, INTERVENTION_COLUMNS, "intervention")
        unsure |= {column for column in INTERVENTION_COLUMNS if (*key, column) in self._unread}
        self._dates(rows, unsure)
        closed = [] if "closed_on" in unsure else rows_with(rows, "closed_on")
        closed_on = closed[0].closed_on if closed else None
        stars: dict[str, list[StarDate]] = {}
        for row in rows:
            if row.star:
                star = StarDate(row.star.kind, row.star.completed_on, row.star.completed_by, row.number)
                self._star(row, star, stars.setdefault(row.parent_ref, []), closed_on)

    def agreement(self, rows: Sequence[StarRow], columns: Iterable[str], what: str) -> set[str]:
        """Compare the rows of one family or intervention, and return the columns in which they differ.

        The rows that differ from most of the others are at fault.
        """
        different: set[str] = set()
        if len(rows) == 1:
            return different
        for column in columns:
            if len(set(map(attrgetter(column), rows)) - _BLANKS) > 1:
                different.add(column)
                stating = rows_with(rows, column)
                values: Counter[Any] = Counter(getattr(row, column) for row in stating)
                common = values.most_common(1)[0][0]
                first = next(row for row in stating if getattr(row, column) == common)
                value = self._cells[first.number][POSITION[column]].strip()
                for row in stating:
                    if getattr(row, column) != common:
                        message = f"{value!r}, as in row {first.number}, or empty: rows of one {what} must agree"
                        if column == "pod":
                            message = message.replace(", or empty", "")
                        self._add(row, column, message)
        return different

    def council_ref(self, rows: Sequence[StarRow], others: dict[str, StarRow]) -> None:
        """Check that no family above has this family's council reference; ``others`` are rows by that reference."""
        if not (stating := rows_with(rows, "council_ref")):
            return
        first = others.setdefault(fold_text(stating[0].council_ref), stating[0])
        if first is not stating[0]:
            message = (
                f"family {first.family_ref!r} has this one in row {first.number}: write this family's own, or leave "
                "the cell empty"
            )
            self._add(stating[0], "council_ref", message + also_in(stating))

    def _dates(self, rows: Sequence[StarRow], unsure: set[str]) -> None:
        """Check that dates are in order (``list_date_faults``), and that closed_on and closure_reason go together."""
        referred, closed, reasons = (
            rows_with(rows, column) for column in ("referred_on", "closed_on", "closure_reason")
        )
        faults = list_date_faults(
            started_on=rows[0].started_on,
            referred_on=referred[0].referred_on if referred and "referred_on" not in unsure else None,
            closed_on=closed[0].closed_on if closed and "closed_on" not in unsure else None,
            today=self._today,
        )
        stating = {"started_on": rows, "referred_on": referred, "closed_on": closed}
        for fault in faults:
            self._add(stating[fault.field][0], fault.field, fault.allowed + also_in(stating[fault.field]))
        if closed and not reasons and "closure_reason" not in unsure:
            reason = f"one of {', '.join(ClosureReason)}, because closed_on has a date; or empty both"
            self._add(closed[0], "closure_reason", reason + also_in(closed))
        if reasons and not closed and "closed_on" not in unsure:
            message = "the date, because closure_reason says how it ended; or empty both"
            self._add(reasons[0], "closed_on", message + also_in(reasons))

    def _star(self, row: StarRow, star: StarDate, others: list[StarDate], closed_on: date | None) -> None:
        """Check a row's Star against the intervention and the Stars of the rows above (R6)."""
        try:
            check_star_date(star.completed_on, started_on=row.started_on, closed_on=closed_on, today=self._today)
            check_star_among(star, others)
        except DomainError as error:
            self._add(row, column_of(error), as_clause(error))
        else:
            others.append(star)
