"""From cells to rows: every cell is read, the rules across rows are applied, and all faults are reported at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from star_tracker.domain.errors import DomainError
from star_tracker.domain.scales import AREAS, CompletedBy, Kind, NotScored
from star_tracker.domain.star_rules import check_scored
from star_tracker.domain.texts import fold_text
from star_tracker.starfile import limits
from star_tracker.starfile.cells import WRITTEN_DATE, CellError, Reader, new_readers
from star_tracker.starfile.columns import COLUMNS, POSITION
from star_tracker.starfile.consistency import Unread, as_clause, list_faults_across_rows, list_missing_starts
from star_tracker.starfile.reading import Cells
from star_tracker.starfile.rows import Fault, StarCells, StarRow
from star_tracker.starfile.sheets import Progress, tell_nobody

ROWS_AT_A_TIME = 1_000

CELLS_PART = 0.5
"""The share of the time that the cells take, for the progress bar; the rules across rows take the rest."""

_FAMILY_REF, _PARENT_REF, _STAR = POSITION["family_ref"], POSITION["parent_ref"], POSITION["star_kind"]
_KEYS = frozenset(("family_ref", "started_on"))
_KINDS = f"{Kind.START}, {Kind.INTERIM} or {Kind.CLOSURE}"
_NOTHING: Collection[str] = ()
_NO_READINGS = (NotScored.NOT_DISCUSSED,) * len(AREAS)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """The content of a file.

    Attributes:
        rows: its rows in order; empty if there is any fault, because an import is all or nothing.
        faults: everything that is wrong with it, by row.
        warnings: what is allowed but worth a look; only looked for in a file without faults.
    """

    rows: list[StarRow]
    faults: list[Fault]
    warnings: list[Fault]


def check_rows(cells: Cells, *, today: date, progress: Progress = tell_nobody) -> CheckedFile:
    """Check every cell, and the rules across rows (R6, docs/star-csv.md).

    A cell that cannot be read is one fault: the rules across rows pass over it. A file with more than
    ``limits.MAX_FAULTS`` is not read to its end.

    Args:
        cells: the file's.
        today: no date may be after it.
        progress: is told how much has been checked, 0 to 1.
    """
    readers, folded = new_readers(), Reader(fold_text)
    rows: list[StarRow] = []
    faults = list(cells.faults)
    unread: Unread = set()
    parent_refs: dict[tuple[str, str], str] = {}
    for done, (number, row_cells) in enumerate(cells.rows):
        if done % ROWS_AT_A_TIME == 0:
            progress(CELLS_PART * done / len(cells.rows))
        try:
            values = [reader[cell] for reader, cell in zip(readers, row_cells, strict=True)]
            unread_here = _NOTHING
        except CellError:
            values, cell_faults = _read_what_can_be(readers, number, row_cells)
            faults += cell_faults
            if len(faults) > limits.MAX_FAULTS:
                message = (
                    f"it has more than {limits.MAX_FAULTS:,} faults, and the rest was not read: is it the right file"
                )
                return CheckedFile([], [Fault(0, "", "", message), *faults], [])
            unread_here = {fault.column for fault in cell_faults}
        star = _star(number, values, unread_here, faults)
        if _KEYS.isdisjoint(unread_here):
            family_ref, parent_ref = values[_FAMILY_REF], values[_PARENT_REF]
            if parent_ref:
                # As cells.py does for a whole column, but per family: the references of parents belong to their family.
                values[_PARENT_REF] = parent_refs.setdefault((family_ref, folded[parent_ref]), parent_ref)
            row = _row(number, values, star)
            rows.append(row)
            for column in unread_here:
                unread.add((row.family_ref, row.started_on, column))
    faults += list_faults_across_rows(
        rows,
        unread,
        cells=dict(cells.rows),
        today=today,
        progress=lambda part: progress(CELLS_PART + (1 - CELLS_PART) * part),
    )
    if faults:
        faults.sort(key=lambda fault: (fault.number, POSITION.get(fault.column, -1)))
        return CheckedFile([], faults, [])
    return CheckedFile(rows, [], list_missing_starts(rows))


def _read_what_can_be(
    readers: Sequence[Reader[Any]], number: int, cells: Sequence[str]
) -> tuple[list[Any], list[Fault]]:
    """A row's values, None for a cell that cannot be read, and the faults of such cells."""
    values: list[Any] = []
    faults = []
    for column, reader, cell in zip(COLUMNS, readers, cells, strict=True):
        try:
            values.append(reader[cell])
        except CellError as error:
            values.append(None)
            faults.append(Fault(number, column, cell, str(error)))
    return values, faults


def _star(number: int, values: Sequence[Any], unread: Collection[str], faults: list[Fault]) -> StarCells | None:
    """The row's Star, or None if it has none or its kind or date cannot be read; adds what is wrong to ``faults``."""
    kind, day, completed_by, retrospective, *readings = values[_STAR:]
    if kind is None:
        if "star_kind" not in unread and (day or "star_date" in unread or tuple(readings) != _NO_READINGS):
            message = f"{_KINDS}, because this row has a Star's date or readings; or empty those cells too"
            faults.append(Fault(number, "star_kind", "", message))
        return None
    if None not in readings:
        try:
            check_scored(readings)
        except DomainError as error:
            faults.append(Fault(number, "", "", as_clause(error)))
    if day is None:
        if "star_date" not in unread:
            message = f"a date, written {WRITTEN_DATE}, because this row has a Star; this cell must not be empty"
            faults.append(Fault(number, "star_date", "", message))
        return None
    return StarCells(kind, day, completed_by or CompletedBy.TOGETHER, retrospective, tuple(readings))


def _row(number: int, values: Sequence[Any], star: StarCells | None) -> StarRow:
    family_ref, council_ref, parent_ref, pod, practitioner, *rest = values[:_STAR]
    referred_on, started_on, closed_on, closure_reason, children = rest
    return StarRow(
        number=number,
        family_ref=family_ref,
        council_ref=council_ref or "",
        parent_ref=parent_ref or "",
        pod=pod or "",
        practitioner=practitioner or "",
        referred_on=referred_on,
        started_on=started_on,
        closed_on=closed_on,
        closure_reason=closure_reason,
        children=children,
        star=star if parent_ref else None,
    )
