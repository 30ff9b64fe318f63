"""Whether a return's figures agree with one another: rows, pods, reasons, and one table with another.

A hidden figure can be anything, and a published one is rounded to the nearest 5 by itself (R9). So each figure is taken
as the range in which the exact one lies; in a restricted return that is one number. Each function yields what cannot
be.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf
from typing import NamedTuple

from star_tracker.analysis.disclosure import BASE, SUPPRESSED, Figure, Profile
from star_tracker.analysis.service import Indicator, Period
from star_tracker.domain.scales import ALL_PODS, ALL_REASONS
from star_tracker.exports.returns.content import Return
from star_tracker.exports.tables import Role

Cells = Mapping[str, Figure]

_NEAR = 1e-6


class Range(NamedTuple):
    """The least and the greatest that an exact figure can be.

    >>> Range(3, 7).meets(Range(7, 9)), Range(3, 7).meets(Range(8, 9))
    (True, False)
    """

    low: float
    high: float

    def meets(self, other: "Range") -> bool:
        """Whether both can be of the same figure."""
        return self.low <= other.high + _NEAR and other.low <= self.high + _NEAR


_ANYTHING = Range(0, inf)


def _range_of(figure: Figure, return_: Return) -> Range:
    """What a count can be: itself in a restricted return, up to 2 more or less in a published one, 0 if it is 0."""
    if not isinstance(figure, int | float):
        return _ANYTHING
    around = BASE // 2 if return_.profile is Profile.PUBLISHED and figure else 0
    return Range(figure - around, figure + around)


def _add(figures: Iterable[Figure], return_: Return) -> Range:
    ranges = [_range_of(figure, return_) for figure in figures]
    return Range(sum(one.low for one in ranges), sum(one.high for one in ranges))


def _differ(about: str, parts: Sequence[Figure], whole: Figure, return_: Return) -> Iterator[str]:
    """That these parts cannot add up to the whole, if so."""
    if not _add(parts, return_).meets(_range_of(whole, return_)):
        yield f"{about}: {' + '.join(map(str, parts))} is not {whole}"


def _name(cells: Cells, *columns: str) -> str:
    return ", ".join(str(cells[column]) for column in columns)


_OF_AREA = ("cohort", "pod", "area")


def _key(cells: Cells, columns: Iterable[str]) -> tuple[Figure, ...]:
    return tuple(cells[column] for column in columns)


def find_outcome_faults(return_: Return) -> Iterator[str]:
    """Areas whose pairs are not those that improved, were maintained and declined; nor those by stage."""
    for cells in return_.list_records("change"):
        for parts in (("improved", "maintained", "declined"), ("stage_up", "stage_same", "stage_down")):
            about = f"change: {_name(cells, *_OF_AREA)}: {', '.join(parts)}"
            yield from _differ(about, [cells[part] for part in parts], cells["n"], return_)


def find_stage_faults(return_: Return) -> Iterator[str]:
    """Areas whose moves between stages do not add up to their pairs; a hidden one lists none."""
    moves: defaultdict[tuple[Figure, ...], list[Figure]] = defaultdict(list)
    for cells in return_.list_records("stages"):
        moves[_key(cells, _OF_AREA)].append(cells["pairs"])
    for cells in return_.list_records("change"):
        about = f"stages: {_name(cells, *_OF_AREA)}"
        found = moves[_key(cells, _OF_AREA)]
        if cells["n"] == SUPPRESSED and found:
            yield f"{about}: moves are listed beside {SUPPRESSED} pairs"
        elif found or return_.profile is Profile.RESTRICTED:  # a published list may be left out to protect another
            yield from _differ(about, found, cells["n"], return_)


def find_average_faults(return_: Return) -> Iterator[str]:
    """Areas whose two tables differ: in their pairs, or in the change between the averages."""
    change = {_key(cells, _OF_AREA): cells for cells in return_.list_records("change")}
    rounding = 0.15 if return_.profile is Profile.PUBLISHED else 0  # three figures to one decimal each
    for cells in return_.list_records("averages"):
        about, beside = _name(cells, *_OF_AREA), change[_key(cells, _OF_AREA)]
        if cells["n"] != beside["n"]:
            yield f"{about}: averages rest on {cells['n']} pairs, change on {beside['n']}"
        start, latest, difference = cells["mean_start"], cells["mean_latest"], beside["mean_change"]
        if (
            isinstance(start, float)
            and isinstance(latest, float)
            and isinstance(difference, float)
            and abs(latest - start - difference) > rounding + _NEAR
        ):
            yield f"{about}: {latest} − {start} is not {difference}"


def find_activity_faults(return_: Return) -> Iterator[str]:
    """Rows in which what was open at the start, started and closed does not lead to what is open at the end."""
    for cells in return_.list_records("activity"):
        before = _add([cells["open_at_start"], cells["started"]], return_)
        after = _add([cells["open_at_end"], cells["closed"]], return_)
        if not before.meets(after):
            figures = [cells[name] for name in ("open_at_start", "started", "closed", "open_at_end")]
            yield "activity: {}: {} + {} − {} is not {}".format(_name(cells, "pod", "unit"), *figures)


def find_part_faults(return_: Return) -> Iterator[str]:
    """Counts of a part that are larger than the whole, and rates that are another quotient."""
    for table in return_.tables:
        for cells in table.list_records():
            about = f"{table.name}: {', '.join(str(cells[one.name]) for one in table.columns if one.holds_words)}"
            for column in table.columns:
                if column.divides:
                    part, whole = (_range_of(cells[name], return_) for name in (column.name, column.divides))
                    if part.low > whole.high:
                        yield f"{about}: {column.heading} {cells[column.name]} of {cells[column.divides]}"
                if column.rate_of:
                    some, of_all = (cells[name] for name in column.rate_of)
                    if not _is_rate(cells[column.name], some, of_all, return_):
                        yield f"{about}: {cells[column.name]}% is not {some} of {of_all}"


def _is_rate(rate: Figure, part: Figure, whole: Figure, return_: Return) -> bool:
    """Whether a rate in per cent can be of these two counts; a published one is rounded to a whole number."""
    if not isinstance(rate, int | float):
        return True
    parts, wholes = _range_of(part, return_), _range_of(whole, return_)
    rounding = 0.5 if return_.profile is Profile.PUBLISHED else 0
    least = 100 * parts.low / wholes.high if wholes.high else inf
    most = 100 * parts.high / wholes.low if wholes.low > 0 else inf
    return least - rounding <= rate + _NEAR and rate - rounding <= most + _NEAR


_ADDED_UP = ("activity", "completion", "change", "stages", "re_referrals", "exclusions", "feedback")
"""The tables in which what pods count adds up to what all of them count."""

_COUNTED_ONCE = ("served", "closures")
"""Those in which a family or a parent can be in several rows, and once in that of all."""


def find_total_faults(return_: Return) -> Iterator[str]:
    """Rows of all pods, or of all reasons, that the rows of each cannot give."""
    for name in (*_ADDED_UP, *_COUNTED_ONCE):
        yield from _find_faults_of_totals(return_, name, "pod", ALL_PODS, adds_up=name in _ADDED_UP)
    for name, column in (("closures", "closure_reason"), ("exclusions", "reason")):
        yield from _find_faults_of_totals(return_, name, column, ALL_REASONS, adds_up=name in _ADDED_UP)


def _find_faults_of_totals(return_: Return, name: str, column: str, total: str, *, adds_up: bool) -> Iterator[str]:
    """Totals of one table over one of its columns that are not the sum of the parts; nor, unless they add up, less."""
    table = return_.find_table(name)
    keys = [one.name for one in table.columns if one.holds_words and one.name != column]
    counts = [one.name for one in table.columns if one.role is Role.COUNT]
    parts: defaultdict[tuple[Figure, ...], list[Cells]] = defaultdict(list)
    totals: dict[tuple[Figure, ...], Cells] = {}
    for cells in table.list_records():
        if cells[column] == total:
            totals[_key(cells, keys)] = cells
        else:
            parts[_key(cells, keys)].append(cells)
    has_hidden_rows = name == "stages" and return_.profile is Profile.PUBLISHED
    for key in totals | parts:
        for count in counts:
            of_parts = [cells[count] for cells in parts[key]]
            of_all = totals.get(key, {count: SUPPRESSED if has_hidden_rows else 0})[count]
            added, whole = _add(of_parts, return_), _range_of(of_all, return_)
            largest = max((_range_of(figure, return_).low for figure in of_parts), default=0)
            can_be = Range(added.low if adds_up else largest, inf if has_hidden_rows else added.high)
            if not can_be.meets(whole):
                about = ", ".join([total, *map(str, key), count])
                yield f"{name}: {about}: {of_all} of {', '.join(map(str, of_parts))}"


def find_indicator_faults(return_: Return) -> Iterator[str]:
    """Indicators that are not what the tables of the same return say, for each pod."""
    found = {_key(cells, ("pod", "indicator", "period")): cells for cells in return_.list_records("indicators")}
    for (pod, indicator, period), (part, whole) in _list_tabled(return_).items():
        cells = found[pod, indicator, period]
        for name, expected in (("numerator", part), ("denominator", whole)):
            if not _add(expected, return_).meets(_range_of(cells[name], return_)):
                yield f"indicators: {pod}, {indicator}, {period}: {name} {cells[name]}; the table has {expected}"


def _list_tabled(return_: Return) -> dict[tuple[Figure, ...], tuple[list[Figure], list[Figure]]]:
    """What tables say of an indicator: figures that add up to its numerator, and others to its denominator."""
    pods = [cells["pod"] for cells in return_.list_records("re_referrals")]
    tabled: dict[tuple[Figure, ...], tuple[list[Figure], list[Figure]]] = {}
    for pod in pods:
        completion = return_.list_records("completion", pod=str(pod))
        due, on_time = ([cells[name] for cells in completion] for name in ("due", "on_time"))
        tabled[pod, Indicator.ON_TIME.value, Period.QUARTER.value] = on_time, due
        [referred] = return_.list_records("re_referrals", pod=str(pod))
        closed = {cells["closure_reason"]: cells for cells in return_.list_records("closures", pod=str(pod))}
        for period, suffix in ((Period.QUARTER, ""), (Period.ALL, "_to_date")):
            again, referrals = referred[f"re_referrals{suffix}"], referred[f"referrals{suffix}"]
            tabled[pod, Indicator.RE_REFERRED.value, period.value] = [again], [referrals]
            families = {reason: cells[f"families{suffix}"] for reason, cells in closed.items()}
            of_all = [count for reason, count in families.items() if reason != ALL_REASONS]
            for indicator, reasons in _REASONS.items():
                tabled[pod, indicator.value, period.value] = [families[reason] for reason in reasons], of_all
    return tabled


_REASONS: Mapping[Indicator, Sequence[str]] = {
    Indicator.COMPLETED: ("completed",),
    Indicator.STEPPED_DOWN: ("stepped_down",),
    Indicator.ESCALATED: ("child_protection", "looked_after"),
}
"""The reasons for closing whose families an indicator counts."""


def find_small_numbers(return_: Return) -> Iterator[str]:
    """Figures of a published return that are no multiple of 5, or that are shown beside a number that is hidden."""
    if return_.profile is Profile.RESTRICTED:
        return
    for table in return_.tables:
        for cells in table.list_records():
            about = f"{table.name}: {', '.join(str(cells[one.name]) for one in table.columns if one.holds_words)}"
            for column in table.columns:
                figure = cells[column.name]
                is_rounded = isinstance(figure, int) and figure % BASE == 0
                if column.role is Role.COUNT and figure != SUPPRESSED and not is_rounded:
                    yield f"{about}: {column.heading} is {figure}"
                rests_on = [column.divides, *(column.rate_of or ()), "n" if _is_measured(column.role, cells) else ""]
                hidden = [name for name in rests_on if name and cells[name] == SUPPRESSED]
                if hidden and not column.is_disclosed and isinstance(figure, int | float):
                    yield f"{about}: {column.heading} is {figure}, where {hidden[0]} is {SUPPRESSED}"


def _is_measured(role: Role, cells: Cells) -> bool:
    """Whether a figure is a measure of so many pairs."""
    return role is Role.MEASURE and "n" in cells
