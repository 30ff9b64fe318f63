"""The headline indicators of all pods as people read them: one row each, its periods side by side."""

from collections.abc import Iterable, Mapping, Sequence

from star_tracker.analysis.disclosure import Figure
from star_tracker.analysis.service import Indicator, Period
from star_tracker.exports.tables import write_cell

HEADINGS = (
    "Indicator",
    "In the quarter",
    "Rate",
    "Target",
    "Quarter before",
    "Year before",
    "Year to date",
    "To date",
    "Rate",
)

RATES_BEFORE = "The rates of the quarter and the year before are those of the returns that were signed off."

NO_FIGURE = "–"
"""Stands where there is no figure: a blank cell could be taken for nought, or be skipped by who listens."""


def write_indicators(records: Iterable[Mapping[str, Figure]]) -> Sequence[Sequence[str]]:
    """A row for each indicator, with a cell for each of ``HEADINGS``; [] without records.

    Args:
        records: the rows of the table ``indicators`` about all pods, by the names of its columns, disclosed (R9).
    """
    found = {(cells["indicator"], cells["period"]): cells for cells in records}
    asked = {code for code, _period in found}
    rows = []
    for indicator in Indicator:
        if not asked or (indicator is Indicator.SEEN and indicator.value not in asked):
            continue
        quarter, year, to_date = (found.get((indicator.value, period.value), {}) for period in Period)
        rows.append(
            [
                indicator.label,
                _of(quarter),
                _rate(quarter.get("rate")),
                _target(quarter or to_date),
                *(_rate(quarter.get(name)) for name in ("rate_before", "rate_year_before")),
                _rate(year.get("rate")),
                _of(to_date),
                _rate(to_date.get("rate")),
            ]
        )
    return rows


def _of(cells: Mapping[str, Figure]) -> str:
    """So many of so many; that there is no figure, if the indicator has none in the period."""
    if not cells:
        return NO_FIGURE
    part, whole = (write_cell(cells[name], {}, 0) for name in ("numerator", "denominator"))
    return f"{part} of {whole}"


def _target(cells: Mapping[str, Figure]) -> str:
    """The target, and whether the rate as it is shown meets it."""
    target, met = cells.get("target"), cells.get("met")
    if target is None:
        return NO_FIGURE
    said = {"yes": "met", "no": "not met"}.get(str(met), "")
    return f"{_rate(target)} {said}".strip()


def _rate(figure: Figure) -> str:
    if isinstance(figure, int | float):
        return f"{write_cell(float(figure), {}, 0)}%"
    return figure or NO_FIGURE
