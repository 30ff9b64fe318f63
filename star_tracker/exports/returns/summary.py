"""What a return says, on the first sheet of its workbook: the headline indicators of all pods, a row for each."""

import pandas as pd

from star_tracker.analysis.disclosure import Figure
from star_tracker.analysis.service import Period
from star_tracker.domain.scales import ALL_PODS
from star_tracker.exports.tables import Column, NamedTable, Role

SUMMARY = "summary"
"""The name of the sheet."""

_OF_QUARTER = ("denominator", "numerator", "rate")
_BESIDE = ("target", "met", "rate_before", "rate_year_before")


def build_summary_table(indicators: NamedTable, title: str) -> NamedTable:
    """The table of the sheet: an indicator's figures in the quarter, and its rates in the year to date and to date.

    Args:
        indicators: the return's table of them, disclosed (R9).
        title: the return's title.
    """
    kept = {column.name: column for column in indicators.columns}
    columns = (
        kept["indicator"],
        *(kept[name] for name in (*_OF_QUARTER, *_BESIDE)),
        Column("rate_of_year", "Rate, %, year to date", "The rate in the year to date.", Role.MEASURE),
        Column("denominator_to_date", "Of how many, to date", "All that the indicator asks about."),
        Column("numerator_to_date", "How many, to date", "Those of them of which it is true."),
        Column("rate_to_date", "Rate, %, to date", "The rate since the service began.", Role.MEASURE),
    )
    found = {
        (cells["indicator"], cells["period"]): cells for cells in indicators.list_records() if cells["pod"] == ALL_PODS
    }
    rows: list[list[Figure]] = []
    for indicator in dict.fromkeys(code for code, _period in found):
        quarter, year, to_date = (found.get((indicator, period.value), {}) for period in Period)
        beside = quarter or to_date  # what only stands to date was compared with what stood then
        rows.append(
            [
                indicator,
                *(quarter.get(name) for name in _OF_QUARTER),
                *(beside[name] for name in _BESIDE),
                year.get("rate"),
                *(to_date[name] for name in _OF_QUARTER),
            ]
        )
    return NamedTable(
        name=SUMMARY,
        title=title,
        scope=f"{ALL_PODS}. {indicators.scope}",
        source=indicators.source,
        columns=columns,
        frame=pd.DataFrame(rows, columns=[column.name for column in columns], dtype=object),
        notes=(
            "Where nothing else is said, a figure is of the quarter. An indicator that only stands to date is compared "
            "with what stood to date in the returns before.",
            "The sheet indicators has each pod and period.",
        ),
    )
