"""A solver that knows nothing of how a return is made, and works out from all that is published what it can.

It takes the published cells, and how their counts add up by definition, and asks for each count of 1 to t-1 whether it
could be another number.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from star_tracker.domain.scales import ALL_PODS, ALL_REASONS, STAGES, ClosureReason, Kind, stage_number
from star_tracker.exports.returns.content import Return

MOST = 400
"""More than any count of these services."""

COUNTING: Mapping[str, Callable[[int, int], bool]] = {
    "n": lambda start, latest: True,
    "improved": lambda start, latest: latest > start,
    "maintained": lambda start, latest: latest == start,
    "declined": lambda start, latest: latest < start,
    "stage_up": lambda start, latest: stage_number(latest) > stage_number(start),
    "stage_same": lambda start, latest: stage_number(latest) == stage_number(start),
    "stage_down": lambda start, latest: stage_number(latest) < stage_number(start),
}
AVERAGING: Mapping[str, Callable[[int, int], int]] = {
    "mean_start": lambda start, latest: start,
    "mean_latest": lambda start, latest: latest,
    "mean_change": lambda start, latest: latest - start,
}
PERIODS = ("quarter", "year_to_date", "to_date")
CLOSED = {
    "closed_successfully": ("completed",),
    "stepped_down": ("stepped_down",),
    "escalated": ("child_protection", "looked_after"),
}


class Attack:
    """Whole numbers of which something is known, and whether one of them can be another one."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._low: list[float] = []
        self._high: list[float] = []
        self._rows: list[tuple[dict[int, float], float, float]] = []

    def at(self, name: Hashable) -> int:
        if name not in self._numbers:
            self._numbers[name] = len(self._numbers)
            self._low.append(0)
            self._high.append(MOST)
        return self._numbers[name]

    def know(self, name: Hashable, low: float, high: float) -> None:
        number = self.at(name)
        self._low[number], self._high[number] = max(low, self._low[number]), min(high, self._high[number])

    def add_up(self, total: Hashable, parts: Iterable[Hashable]) -> None:
        self.relate({total: 1, **dict.fromkeys(parts, -1)}, 0, 0)

    def relate(self, weights: Mapping[Hashable, float], low: float, high: float) -> None:
        self._rows.append(({self.at(name): weight for name, weight in weights.items()}, low, high))

    def list_told(self, secrets: Mapping[Hashable, int]) -> dict[Hashable, int]:
        """Those of these numbers that can be no other: tried all together first, then each by itself."""
        self._open = dict(secrets)
        for sign in (1, -1):
            self._try(dict.fromkeys(self._open, sign))
        for name in list(self._open):
            for sign in (1, -1):
                if name in self._open:
                    self._try({name: sign})
        return self._open

    def _try(self, wanted: Mapping[Hashable, int]) -> None:
        """Find numbers that fit, these as small or as large as can be; what is another number then is not told."""
        if not wanted:
            return
        places = [(row, at, weight) for row, (weights, *_) in enumerate(self._rows) for at, weight in weights.items()]
        rows, columns, weights = zip(*places, strict=True)
        matrix = csr_array((weights, (rows, columns)), shape=(len(self._rows), len(self._numbers)))
        within = LinearConstraint(matrix, [low for _, low, _ in self._rows], [high for *_, high in self._rows])
        sought = np.zeros(len(self._numbers))
        for name, sign in wanted.items():
            sought[self.at(name)] = sign
        whole, bounds = np.ones(len(sought), dtype=int), Bounds(self._low, self._high)
        found = milp(sought, integrality=whole, bounds=bounds, constraints=within)
        assert found.success, "the real record fits what is published"
        self._open = {name: n for name, n in self._open.items() if round(found.x[self.at(name)]) == n}


def cells_of(return_: Return) -> dict[tuple[Any, ...], Any]:
    """Every count and rate of a return: table, then what the row is about, then the column."""
    found: dict[tuple[Any, ...], Any] = {}
    for table in return_.tables:
        keys = [column.name for column in table.columns if column.holds_words]
        for cells in table.list_records():
            row = tuple(cells[key] for key in keys)
            found |= {(table.name, *row, name): figure for name, figure in cells.items() if name not in keys}
    return found


def wholes_of(return_: Return) -> dict[tuple[str, str], str]:
    return {(table.name, column.name): column.divides for table in return_.tables for column in table.columns}


def counts_of(return_: Return, tables: Iterable[str]) -> dict[tuple[Any, ...], int]:
    names = {
        (table.name, column.name) for table in return_.tables for column in table.columns if column.role == "count"
    }
    found = cells_of(return_)
    return {cell: found[cell] for cell in found if cell[0] in tables and (cell[0], cell[-1]) in names}


def is_shown(figure: Any) -> bool:
    return bool(figure != "c")


def read_cells(attack: Attack, published: Return, exact: Mapping[tuple[Any, ...], int], threshold: int) -> None:
    """What each cell says by itself; whoever attacks even knows which c stands for 1 to t-1."""
    shown, wholes = cells_of(published), wholes_of(published)
    for cell, number in exact.items():
        figure = shown.get(cell, "c")
        whole = wholes[cell[0], cell[-1]]
        if is_shown(figure):
            attack.know(cell, max(figure - 2, threshold) if figure else 0, figure + 2 if figure else 0)
        elif 0 < number < threshold and (not whole or is_shown(shown[*cell[:-1], whole])):
            attack.know(cell, 1, threshold - 1)


COUNTED = ("indicators", "activity", "completion", "closures", "re_referrals", "exclusions", "feedback")


def attack_counts(published: Return, restricted: Return, threshold: int) -> dict[Hashable, int]:
    """The counts of 1 to t-1 that can be told from what is published."""
    exact, shown, attack = counts_of(restricted, COUNTED), cells_of(published), Attack()
    read_cells(attack, published, exact, threshold)
    secrets: dict[Hashable, int] = dict(exact)

    def add_up(total: tuple[Any, ...], *parts: tuple[Any, ...]) -> None:
        if total in exact and exact[total] == sum(exact[part] for part in parts):
            attack.add_up(total, parts)

    def divide(total: tuple[Any, ...], part: tuple[Any, ...], *, is_earlier: bool = False) -> None:
        rest = ("rest", total, part)
        attack.add_up(total, [part, rest])
        secrets[rest] = number = exact[total] - exact[part]
        if is_earlier:  # the return of the quarter before has published it
            near = (number + 2) // 5 * 5
            bounds = (max(near - 2, threshold), near + 2) if number >= threshold else (min(number, 1), threshold - 1)
            attack.know(rest, *(bounds if number else (0, 0)))

    scopes = list(dict.fromkeys(cell[1] for cell in exact))
    for cell in exact:
        if cell[1] == ALL_PODS:
            add_up(cell, *((cell[0], pod, *cell[2:]) for pod in scopes if pod != ALL_PODS))
        if (later := (*cell[:-1], f"{cell[-1]}_to_date")) in exact:
            divide(later, cell, is_earlier=True)
        if whole := wholes_of(published)[cell[0], cell[-1]]:
            divide((*cell[:-1], whole), cell)
        if cell[0] == "indicators":
            for period in PERIODS[PERIODS.index(cell[3]) + 1 :]:
                after = (*cell[:3], period, cell[-1])
                if after in exact:
                    divide(after, cell, is_earlier=True)
    for scope in scopes:
        for unit in ("families", "parents", "children"):
            start, began, left, end = (
                ("activity", scope, unit, name) for name in ("open_at_start", "started", "closed", "open_at_end")
            )
            attack.relate({start: 1, began: 1, left: -1, end: -1}, 0, 0)
        for period, suffix in (("quarter", ""), ("to_date", "_to_date")):
            closed = {reason: ("closures", scope, reason.value, f"families{suffix}") for reason in ClosureReason}
            for name, reasons in CLOSED.items():
                add_up(("indicators", scope, name, period, "denominator"), *closed.values())
                add_up(
                    ("indicators", scope, name, period, "numerator"), *(closed[ClosureReason(one)] for one in reasons)
                )
            if not suffix:
                add_up(("activity", scope, "families", "closed"), *closed.values())
            for column, name in (("denominator", "referrals"), ("numerator", "re_referrals")):
                add_up(("indicators", scope, "re_referred", period, column), ("re_referrals", scope, f"{name}{suffix}"))
        for column, name in (("denominator", "due"), ("numerator", "on_time")):
            add_up(
                ("indicators", scope, "stars_on_time", "quarter", column),
                *(("completion", scope, kind.value, name) for kind in Kind),
            )
        paired = [
            ("indicators", scope, "parents_with_a_pair", "to_date", name) for name in ("denominator", "numerator")
        ]
        unpaired = ("exclusions", scope, ALL_REASONS, "parents")
        attack.relate({paired[0]: 1, paired[1]: -1, unpaired: -1}, 0, 0)
        for total in [cell for cell in exact if cell[1:3] == (scope, ALL_REASONS)]:
            others = [cell for cell in exact if cell[:2] == total[:2] and cell[3] == total[3] and cell != total]
            add_up(total, *others)
    for cell, rate in shown.items():
        if cell[-1] == "rate":
            of, part = ((*cell[:-1], name) for name in ("denominator", "numerator"))
            if is_shown(shown[of]) and is_shown(shown[part]):
                rest = ("rest", of, part)
                if rate == "c":
                    attack.know(rest, 1, threshold - 1)
                elif rate is not None:
                    attack.relate({part: 100, of: -(rate - 0.5)}, 0, np.inf)
                    attack.relate({part: 100, of: -(rate + 0.5)}, -np.inf, 0)
    return attack.list_told({name: number for name, number in secrets.items() if 0 < number < threshold})


def attack_pairs(published: Return, restricted: Return, area: str, threshold: int) -> dict[Hashable, int]:
    """The counts of 1 to t-1 of an area's pairs to date that can be told: from counts, moves, means and their sums."""
    shown, exact, attack = cells_of(published), cells_of(restricted), Attack()
    cohort, values = "all_to_date", [(start, latest) for start in range(1, 11) for latest in range(1, 11)]
    scopes = list(dict.fromkeys(cell[2] for cell in exact if cell[0] == "change"))
    counted: dict[tuple[Any, ...], int] = {}
    for scope in scopes:
        row = ("change", cohort, scope, area)
        for name, test in COUNTING.items():
            attack.add_up((*row, name), [(scope, both) for both in values if test(*both)])
        for one, other in ((one, other) for one in range(1, 6) for other in range(1, 6)):
            move = ("stages", cohort, scope, area, STAGES[one - 1], STAGES[other - 1], "pairs")
            attack.add_up(move, [(scope, both) for both in values if [*map(stage_number, both)] == [one, other]])
            exact.setdefault(move, 0)
        counted |= {cell: exact[cell] for cell in exact if cell[1:4] == row[1:] and cell[-1] in (*COUNTING, "pairs")}
        lists_moves = any(cell[0] == "stages" and cell[1:4] == row[1:] for cell in shown)
        n = shown[*row, "n"]
        for cell in (cell for cell in counted if cell[1:4] == row[1:]):
            figure = shown.get(cell, 0 if lists_moves else "c")
            if is_shown(figure):
                attack.know(cell, max(figure - 2, threshold) if figure else 0, figure + 2 if figure else 0)
            elif 0 < exact[cell] < threshold and (
                cell[-1] == "n" or (is_shown(n) and (lists_moves if cell[0] == "stages" else is_part_shown(shown, row)))
            ):
                attack.know(cell, 1, threshold - 1)
        for name, weigh in AVERAGING.items():
            mean = shown["change" if name == "mean_change" else "averages", cohort, scope, area, name]
            if isinstance(mean, float):
                attack.relate({(scope, both): weigh(*both) - mean + 0.05 for both in values}, 0, np.inf)
                attack.relate({(scope, both): weigh(*both) - mean - 0.05 for both in values}, -np.inf, 0)
    for both in values:
        attack.add_up((ALL_PODS, both), [(scope, both) for scope in scopes if scope != ALL_PODS])
    return attack.list_told({name: number for name, number in counted.items() if 0 < number < threshold})


def is_part_shown(shown: Mapping[Any, Any], row: tuple[str, ...]) -> bool:
    """Whether any part of n is shown in this row: if none is, a c may be any number."""
    return any(is_shown(shown[(*row, name)]) for name in ("improved", "maintained", "declined"))
