"""What the pages show of a return, in plain Python, so that it can be stored as JSON and shown again word for word.

A page that was stored years ago must still load: a field that is added here, or to ``tables.Column``, needs a default,
and none may be removed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from typing import Any, ClassVar

from star_tracker.analysis.disclosure import Figure, Profile
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.scales import ALL_PODS
from star_tracker.exports.definitions import CHANGE_NOTE
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.in_short import InShort, load_in_short, say_in_short
from star_tracker.exports.returns.indicators import HEADINGS, RATES_BEFORE, write_indicators
from star_tracker.exports.returns.narrative import NARRATIVE, NARRATIVE_TITLE, Narrative, load_narrative
from star_tracker.exports.returns.stage_matrix import StageMatrix, list_matrices
from star_tracker.exports.returns.versions import NOT_THERE, CellChange, hash_figures
from star_tracker.exports.tables import Column, NamedTable, Role, find_totals, title_without

INDICATORS = "indicators"
_BY_AREA = ("averages", "change", "stages")
_CHANGE_COLUMNS = ("area", "n", "mean_change", "ci_low", "ci_high", "improved", "maintained", "declined")

_KEYS = (Role.CODE, Role.NAME)
"""The roles of the columns that say what a row is about."""


@dataclass(frozen=True, kw_only=True)
class TablePage:
    """A table of the return as its page shows it; ``rows`` hold a figure or a code for each of ``columns``."""

    name: str
    title: str
    scope: str
    notes: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Figure, ...], ...]

    @property
    def totals(self) -> frozenset[int]:
        """The numbers of the rows that count everything; the first is 0."""
        return find_totals(self.columns, self.rows)

    def list_records(self) -> list[dict[str, Figure]]:
        """The rows, each by the names of the columns."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]

    def about(self, *names: str, **where: str) -> "TablePage":
        """The rows that hold just this, which their columns do not repeat; of the other columns those named, or all."""
        columns = tuple(
            column for column in self.columns if column.name not in where and (not names or column.name in names)
        )
        rows = tuple(
            tuple(cells[column.name] for column in columns)
            for cells in self.list_records()
            if all(cells[name] == value for name, value in where.items())
        )
        return replace(self, title=title_without(self.title, where), columns=columns, rows=rows)


@dataclass(frozen=True, kw_only=True)
class ReturnPage:
    """A return as its page shows it; the attributes are those of ``returns.Return``."""

    quarter: Quarter
    profile: Profile
    profile_text: str
    is_provisional: bool
    marks: Mapping[str, str]
    has_picture: bool
    picture_title: str
    picture_text: str
    tables: tuple[TablePage, ...]
    council_name: str = ""
    narrative: Narrative = field(default_factory=Narrative)
    in_short: InShort = field(default_factory=InShort)

    change_note: ClassVar[str] = CHANGE_NOTE
    indicator_headings: ClassVar[Sequence[str]] = HEADINGS
    rates_before: ClassVar[str] = RATES_BEFORE

    @property
    def indicators(self) -> Sequence[Sequence[str]]:
        """The headline indicators of all pods (``indicators.HEADINGS``); [] of a return that has none."""
        return write_indicators(
            record
            for table in self.tables
            if table.name == INDICATORS
            for record in table.about(pod=ALL_PODS).list_records()
        )

    @property
    def change_by_area(self) -> TablePage:
        """How each area changed, all pairs to date and all pods together."""
        table = next(table for table in self.tables if table.name == "change")
        return table.about(*_CHANGE_COLUMNS, cohort="all_to_date", pod=ALL_PODS)

    @property
    def by_area(self) -> list[TablePage]:
        """The tables with a row for each cohort, pod and area, or more."""
        return [table for table in self.tables if table.name in _BY_AREA]

    @property
    def counted(self) -> list[TablePage]:
        """The other tables that are no longer than a page, of all pods together."""
        return [table.about(pod=ALL_PODS) for table in self.tables if table.name not in (INDICATORS, *_BY_AREA)]

    def find_table(self, name: str) -> TablePage | None:
        """The table with this name; None if the return has none, as one that was signed off long ago."""
        return next((table for table in self.tables if table.name == name), None)

    def list_matrices(self) -> dict[str, list[StageMatrix]]:
        """The moves between stages, all to date, as a matrix for each area, by pod; {} without their tables."""
        stages, change = self.find_table("stages"), self.find_table("change")
        if stages is None or change is None:
            return {}
        matrices = list_matrices(stages.list_records(), change.list_records())
        return {pod: list(of_pod) for pod, of_pod in groupby(matrices, key=lambda matrix: matrix.pod)}

    @property
    def fingerprint(self) -> str:
        """A hash of the figures and the narrative, whatever the words around them."""
        return hash_figures({table.name: table.rows for table in self.tables}, self.narrative.list_rows())


def build_page(return_: Return) -> ReturnPage:
    """The page of a return."""
    return ReturnPage(
        quarter=return_.quarter,
        profile=return_.profile,
        profile_text=return_.profile_text,
        is_provisional=return_.is_provisional,
        marks=dict(return_.marks),
        has_picture=return_.has_picture,
        picture_title=return_.picture_title,
        picture_text=return_.picture_text,
        tables=tuple(map(_build_table, return_.tables)),
        council_name=return_.council_name,
        narrative=return_.narrative,
        in_short=say_in_short(return_),
    )


def _build_table(table: NamedTable) -> TablePage:
    return TablePage(
        name=table.name,
        title=table.title,
        scope=table.scope,
        notes=table.notes,
        columns=tuple(replace(column, labels=dict(column.labels)) for column in table.columns),
        rows=tuple(table.list_rows()),
    )


def dump_page(page: ReturnPage) -> dict[str, Any]:
    """The page as values that JSON can hold."""
    return asdict(page)


def load_page(stored: Mapping[str, Any]) -> ReturnPage:
    """The page that ``dump_page`` dumped, also if JSON has made lists of its tuples."""
    return ReturnPage(
        **{
            **stored,
            "quarter": Quarter(**stored["quarter"]),
            "profile": Profile(stored["profile"]),
            "tables": tuple(map(_load_table, stored["tables"])),
            "narrative": load_narrative(stored.get("narrative")),
            "in_short": load_in_short(stored.get("in_short")),
        }
    )


def _load_table(stored: Mapping[str, Any]) -> TablePage:
    return TablePage(
        **{
            **stored,
            "notes": tuple(stored["notes"]),
            "columns": tuple(map(_load_column, stored["columns"])),
            "rows": tuple(map(tuple, stored["rows"])),
        }
    )


def _load_column(stored: Mapping[str, Any]) -> Column:
    rate_of = stored.get("rate_of")
    return Column(**{**stored, "role": Role(stored["role"]), "rate_of": tuple(rate_of) if rate_of else None})


def list_rates(page: ReturnPage) -> dict[tuple[str, str, str], Figure]:
    """The rates of a return's indicators by pod, indicator and period; {} of a return that has none."""
    found = {}
    for table in page.tables:
        if table.name == INDICATORS:
            for cells in table.list_records():
                found[str(cells["pod"]), str(cells["indicator"]), str(cells["period"])] = cells["rate"]
    return found


def list_changes(old: ReturnPage, new: ReturnPage) -> list[CellChange]:
    """The figures that are not the same in both, in the order of the sheets, their rows and columns; then the words.

    A row or a column that is in one of them alone has ``NOT_THERE`` for each of its figures in the other. Titles,
    definitions and notes may differ: a newer Star Tracker may describe the same figures in other words. Of the
    narrative it says which parts changed, not how.
    """
    before = {table.name: table for table in old.tables}
    after = {table.name: table for table in new.tables}
    changes = [change for name in before | after for change in _list_table_changes(before.get(name), after.get(name))]
    return changes + list(_list_narrative_changes(old.narrative, new.narrative))


def _list_narrative_changes(old: Narrative, new: Narrative) -> Iterable[CellChange]:
    """Which parts of the narrative are not the same."""
    was, now = ({section.heading: section for section in narrative.sections} for narrative in (old, new))
    for heading in was | now:
        if was.get(heading) != now.get(heading):
            yield CellChange(
                table=NARRATIVE,
                title=NARRATIVE_TITLE,
                row=heading,
                column="Narrative",
                old="written" if heading in was else NOT_THERE,
                new=NOT_THERE if heading not in now else "changed" if heading in was else "written",
            )


def _list_table_changes(old: TablePage | None, new: TablePage | None) -> Iterable[CellChange]:
    """The changes within one table, of which one may be missing."""
    described = new or old
    if described is None:
        return
    was, now = _cells_by_row(old), _cells_by_row(new)
    columns = {column.name: column for table in (old, new) if table for column in table.columns}
    for key in was | now:
        earlier, later = was.get(key, {}), now.get(key, {})
        row = ", ".join(
            columns[name].labels.get(str(cell), str(cell))
            for name, cell in (later or earlier).items()
            if columns[name].role in _KEYS
        )
        for name in earlier | later:
            before, after = earlier.get(name, NOT_THERE), later.get(name, NOT_THERE)
            if before != after and columns[name].role not in _KEYS:
                yield CellChange(
                    table=described.name,
                    title=described.title,
                    row=row,
                    column=columns[name].heading,
                    old=before,
                    new=after,
                )


def _cells_by_row(table: TablePage | None) -> dict[tuple[Figure, ...], dict[str, Figure]]:
    """For each row, by its codes and names: its cells by the names of their columns."""
    if table is None:
        return {}
    cells_of_rows = table.list_records()
    keys = [column.name for column in table.columns if column.role in _KEYS]
    return {tuple(cells[key] for key in keys): cells for cells in cells_of_rows}
