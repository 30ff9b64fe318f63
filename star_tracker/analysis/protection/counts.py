"""How the counts of a return's tables of families, Stars and so on add up (R9).

Pods add up to all, unless a family is in two; what was open or began is what closed or stays open; each closing has a
reason; the quarter is in the year, and the year in all; and two tables count the same closings, referrals, due Stars
and parents without a pair. Families, parents and children are counted apart.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

import pandas as pd

from star_tracker.analysis.disclosure import Spec
from star_tracker.analysis.protection.intervals import Figures, Rate
from star_tracker.analysis.service.indicators import REASONS, Indicator, Period
from star_tracker.analysis.service.record import UNITS
from star_tracker.domain.scales import ALL_PODS, ALL_REASONS, ClosureReason, Exclusion, Kind

KEYS: Mapping[str, tuple[str, ...]] = {
    "indicators": ("pod", "indicator", "period"),
    "served": ("pod", "unit"),
    "activity": ("pod", "unit"),
    "completion": ("pod", "kind"),
    "closures": ("pod", "closure_reason"),
    "re_referrals": ("pod",),
    "exclusions": ("pod", "reason"),
    "feedback": ("pod", "said_by"),
}
"""The tables, with the columns that say what a row is about."""

EARLIER = "earlier"
"""What of a longer period is before the shorter one: the return of the quarter before that has published it."""

Row = tuple[str, ...]


class Cell(NamedTuple):
    """A count of a table: the table's name, its row, and its column, after which may stand what of it is counted."""

    table: str
    row: Row
    column: str
    what: str = ""


def read_counts(frames: Mapping[str, pd.DataFrame], specs: Mapping[str, Spec]) -> Figures[Cell]:
    """The counts of these tables and their sums.

    Args:
        frames: the exact figures of each table in ``KEYS``.
        specs: how R9 treats the columns of each.
    """
    reader = _Reader()
    for table, keys in KEYS.items():
        spec, frame = specs[table], frames[table]
        rows = list(frame[list(keys)].itertuples(index=False, name=None))
        for column in spec.counts:
            reader.values |= {Cell(table, row, column): int(n) for row, n in zip(rows, frame[column], strict=True)}
        for row in rows:
            reader.add_parts(table, row, spec)
    reader.add_sums(list(frames["served"]["pod"].unique()))
    earlier = (cell for cell in reader.unpublished if cell.what.startswith(EARLIER))
    headlines = (cell for cell in reader.values if cell.table == "indicators" and cell.row[0] == ALL_PODS)
    return Figures(
        reader.values,
        reader.unpublished,
        reader.sums,
        reader.wholes,
        reader.rates,
        kept=frozenset(headlines),
        elsewhere=frozenset(earlier),
    )


@dataclass
class _Reader:
    """What has been read so far; the attributes are those of ``Figures``."""

    values: dict[Cell, int] = field(default_factory=dict)
    unpublished: dict[Cell, int] = field(default_factory=dict)
    sums: list[tuple[Cell, list[Cell]]] = field(default_factory=list)
    wholes: dict[Cell, Cell] = field(default_factory=dict)
    rates: list[Rate[Cell]] = field(default_factory=list)

    def add_parts(self, table: str, row: Row, spec: Spec) -> None:
        """What divides what in this row."""
        for part, whole in spec.parts.items():
            one, of = Cell(table, row, part), Cell(table, row, whole)
            self.wholes[one] = of
            self._divide(of, one, f"without {part}")
        for part, whole in spec.rates.values():
            rest = Cell(table, row, whole, f"without {part}")
            self.rates.append(Rate(Cell(table, row, part), Cell(table, row, whole), rest))

    def add_sums(self, scopes: list[str]) -> None:
        """What adds up to what."""
        for cell in list(self.values):
            to_date = cell._replace(column=f"{cell.column}_to_date")
            if to_date in self.values:
                self._divide(to_date, cell, EARLIER)
        for scope in scopes:
            for unit in UNITS:
                self._add_course(scope, unit)
            self._add_indicators(scope)
        for cell in [*self.values, *self.unpublished]:
            if cell.row[0] == ALL_PODS:
                pods = [cell._replace(row=(pod, *cell.row[1:])) for pod in scopes if pod != ALL_PODS]
                self._add_if_equal(cell, pods)

    def _add_course(self, scope: str, unit: str) -> None:
        """What was open or began is what closed or is open."""
        start, began, left, end = (
            Cell("activity", (scope, unit), column) for column in ("open_at_start", "started", "closed", "open_at_end")
        )
        everyone = Cell("activity", (scope, unit), "all")
        self.unpublished[everyone] = self.values[start] + self.values[began]
        self.sums += [(everyone, [start, began]), (everyone, [left, end])]

    def _add_indicators(self, scope: str) -> None:
        """Of each indicator the periods, and what other tables count of the same."""
        for cell in [cell for cell in self.values if cell.table == "indicators" and cell.row[0] == scope]:
            for later in self._list_later(cell):
                self._divide(later, cell, EARLIER)
            if cell.row[2] == Period.QUARTER:
                self._add_earlier(cell.row[0], cell.row[1], cell.column)
            if cell.column == "denominator":
                self._add_others(cell)
        for period, suffix in ((Period.QUARTER, ""), (Period.ALL, "_to_date")):
            closings = {
                reason: Cell("closures", (scope, reason.value), f"families{suffix}") for reason in ClosureReason
            }
            for indicator, reasons in REASONS.items():
                self._add_if_equal(_cell(scope, indicator, period, "denominator"), list(closings.values()))
                own = [cell for reason, cell in closings.items() if reason in reasons]
                self._add_if_equal(_cell(scope, indicator, period, "numerator"), own)
            if period is Period.QUARTER:
                self._add_if_equal(Cell("activity", (scope, "families"), "closed"), list(closings.values()))
            for column, counted in (("denominator", "referrals"), ("numerator", "re_referrals")):
                one = Cell("re_referrals", (scope,), f"{counted}{suffix}")
                self._add_if_equal(_cell(scope, Indicator.RE_REFERRED, period, column), [one])
        for period, indicator in product(Period, REASONS):  # each asks about every closing
            closed = _cell(scope, Indicator.COMPLETED, period, "denominator")
            self._add_if_equal(closed, [_cell(scope, indicator, period, "denominator")])
        for column, counted in (("denominator", "due"), ("numerator", "on_time")):
            stars = [Cell("completion", (scope, kind.value), counted) for kind in Kind]
            self._add_if_equal(_cell(scope, Indicator.ON_TIME, Period.QUARTER, column), stars)
        unpaired = _without(_cell(scope, Indicator.PAIRED, Period.ALL, "denominator"))
        everybody = Cell("exclusions", (scope, ALL_REASONS), "parents")
        self.sums.append((unpaired, [everybody]))
        for total in [cell for cell in self.values if cell.row == (scope, ALL_REASONS)]:
            reasons = list[str](Exclusion if total.table == "exclusions" else ClosureReason)
            self._add_if_equal(total, [total._replace(row=(scope, str(reason))) for reason in reasons])

    def _add_earlier(self, scope: str, indicator: str, column: str) -> None:
        """What is before the quarter is what is before the year, and what of the year is before the quarter."""
        quarter, year, to_date = (Cell("indicators", (scope, indicator, period.value), column) for period in Period)
        within = [_before(to_date, year), _before(year, quarter)]
        self.sums.append((_before(to_date, quarter), within))

    def _add_others(self, cell: Cell) -> None:
        """Those of whom an indicator is not true are in longer periods, too."""
        for later in self._list_later(cell):
            before = _before(later, cell)
            numerators = [count._replace(column="numerator") for count in (later, cell)]
            others = before._replace(what=f"without numerator, {before.what}")
            self.sums.append((before, [_before(*numerators), others]))
            self.sums.append((_without(later), [_without(cell), others]))

    def _list_later(self, cell: Cell) -> Iterator[Cell]:
        """The same figure in the longer periods that it is a part of."""
        periods = list(Period)
        for period in periods[periods.index(Period(cell.row[2])) + 1 :]:
            later = cell._replace(row=(*cell.row[:2], period.value))
            if later in self.values:
                yield later

    def _divide(self, whole: Cell, part: Cell, what: str) -> None:
        """The part and the rest, which no cell holds, add up to the whole."""
        rest = _before(whole, part) if what == EARLIER else whole._replace(what=what)
        self.unpublished[rest] = self.values[whole] - self.values[part]
        self.sums.append((whole, [part, rest]))

    def _add_if_equal(self, total: Cell, parts: list[Cell]) -> None:
        """These add up to the total, unless a family is in two of them: then nobody can rely on it."""
        if total in self.values or total in self.unpublished:
            number, *numbers = (
                self.values[cell] if cell in self.values else self.unpublished[cell] for cell in (total, *parts)
            )
            if number == sum(numbers):
                self.sums.append((total, parts))


def _cell(scope: str, indicator: Indicator, period: Period, column: str) -> Cell:
    return Cell("indicators", (scope, indicator.value, period.value), column)


def _before(whole: Cell, part: Cell) -> Cell:
    """What of a longer period is before the shorter one."""
    return whole._replace(what=f"{EARLIER} than {'.'.join(part.row[1:])}")


def _without(denominator: Cell) -> Cell:
    """Those of whom an indicator is not true."""
    return denominator._replace(what="without numerator")
