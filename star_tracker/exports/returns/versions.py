"""What each file of a return says of itself: whether it is a draft or signed off, and what its version changes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from star_tracker.analysis.disclosure import Figure
from star_tracker.domain.days import long_moment
from star_tracker.domain.figures import write_figure
from star_tracker.exports.tables import DECIMALS, Column, Role

NOT_THERE = "x"
"""The mark for a figure that the other version does not have, because its row or column came or went."""

NOT_THERE_MEANS = "Not there: the other version has no such row or column."

CHANGES = "changes"
"""The name of the sheet and of the CSV file that list them."""

CHANGE_COLUMNS = (
    Column("table", "Table", "The sheet or CSV file in which a figure differs.", Role.NAME),
    Column("row", "Row", "The row of that table: its pod, area and so on, in words.", Role.NAME),
    Column("column", "Figure", "The column of that table.", Role.NAME),
    Column("old", "Before", "The figure in the version that this one replaces.", Role.FIGURE),
    Column("new", "Now", "The figure in this version.", Role.FIGURE),
)


@dataclass(frozen=True, kw_only=True)
class CellChange:
    """A figure that is not the same in two versions of a return.

    Attributes:
        table: the table's name.
        title: the table's title.
        row: the row's codes and names, in words.
        column: the column's heading.
        old: the earlier figure, or ``NOT_THERE``.
        new: the later figure, or ``NOT_THERE``.
    """

    table: str
    title: str
    row: str
    column: str
    old: Figure
    new: Figure

    def count_places(self, least: int) -> int:
        """With how many decimals both are shown, at least so many: more where they would look the same.

        >>> CellChange(table="t", title="T", row="r", column="c", old=5.114, new=5.113).count_places(2)
        3
        """
        if not (isinstance(self.old, float) and isinstance(self.new, float)):
            return least
        distinct = (n for n in range(least, DECIMALS) if write_figure(self.old, n) != write_figure(self.new, n))
        return next(distinct, DECIMALS)


@dataclass(frozen=True, kw_only=True)
class Signing:
    """A version of a return, as its files say it.

    Attributes:
        version: its number, from 1.
        signed_by: who signed it off.
        signed_at: when, in the service's time zone.
        note: their note to the council; from version 2, the reason for it. May be "" in version 1.
        is_predecessor_withdrawn: whether the version before was withdrawn. What it held is not repeated then.
        changes: what differs from the version that this one replaces; None if it replaces none, or one that is not as
            it was signed off and cannot be compared.
    """

    version: int
    signed_by: str
    signed_at: datetime
    note: str = ""
    is_predecessor_withdrawn: bool = False
    changes: tuple[CellChange, ...] | None = None

    @property
    def replaces(self) -> int | None:
        """The number of the version that stood until this one was signed off; None if none did."""
        return self.version - 1 if self.version > 1 and not self.is_predecessor_withdrawn else None


DRAFT = "Draft, not signed off: the council has not been given these figures, and they can still change."


def describe_status(signing: Signing | None) -> list[str]:
    """The sentences with which a file says whether it is a draft or which version."""
    if signing is None:
        return [DRAFT]
    at = signing.signed_at
    lines = [f"Version {signing.version}, signed off by {signing.signed_by} on {long_moment(at, at.tzinfo)}."]
    if signing.replaces:
        lines.append(f"It replaces version {signing.replaces}.")
    elif signing.version > 1:
        lines.append(f"Version {signing.version - 1} was withdrawn before: do not use it.")
    return lines


def label_note(signing: Signing) -> str:
    """What the note is: a reason, if there was a version before."""
    return "Reason for this version" if signing.version > 1 else "Note"


def hash_figures(
    tables: Mapping[str, Sequence[tuple[Figure, ...]]], narrative: Sequence[tuple[Figure, ...]] = ()
) -> str:
    """The SHA-256 of the figures by the names of their tables, and of the narrative, whatever the words around them.

    A return without a narrative has the same as before there were narratives.
    """
    rows = {**tables, **({"narrative": narrative} if narrative else {})}
    return hashlib.sha256(json.dumps({name: list(lines) for name, lines in rows.items()}).encode()).hexdigest()
