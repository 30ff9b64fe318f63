"""The small tables that a workbook's own charts are drawn from: figures that the return shows, in the charts' order.

A spreadsheet program draws a mark such as [c] as nought, so a chart needs a table in which every figure is a number.
"""

from collections.abc import Mapping

import pandas as pd

from star_tracker.analysis.charts.figures import figures_by_area
from star_tracker.analysis.service import Period
from star_tracker.domain.figures import write_figure
from star_tracker.domain.scales import ALL_PODS, Edition
from star_tracker.exports.tables import Column, DrawnTable, NamedTable, Role, TableChart

CHANGE_CHART = "change_chart"
INDICATORS_CHART = "indicators_chart"
"""The names of the sheets."""


def build_change_chart(change: NamedTable, measures: pd.DataFrame, edition: Edition, places: int) -> DrawnTable:
    """The average change of each area that a chart may draw, largest first (R9): all pairs to date, all pods.

    Args:
        change: the return's table of it, disclosed.
        measures: ``Return.star_measures``.
        edition: names the areas.
        places: the decimals of a measure.
    """
    drawn = {area for area, record in figures_by_area(measures).items() if record["mean_change"] is not None}
    found = [
        (str(cells["area"]), cells["mean_change"])
        for cells in change.list_records()
        if cells["cohort"] == "all_to_date" and cells["pod"] == ALL_PODS and cells["area"] in drawn
    ]
    rows = [(area, float(mean)) for area, mean in found if isinstance(mean, int | float)]
    rows.sort(key=lambda row: -row[1])
    (of_change,) = (column for column in change.columns if column.name == "mean_change")
    area = Column("area", "Area", "One of the ten outcome areas of the Family Star Plus.", Role.CODE, edition.areas)
    said = ", ".join(f"{edition.areas[code]} {write_figure(mean, places, signed=True)}" for code, mean in rows)
    return _draw(
        NamedTable(
            name=CHANGE_CHART,
            title="Chart of the average change by area: all pairs to date, all pods",
            scope=f"{ALL_PODS}, all to date, largest change first. {change.scope}",
            source=change.source,
            columns=(area, of_change),
            frame=pd.DataFrame(rows, columns=["area", "mean_change"], dtype=object),
            notes=("Areas whose change is not shown, or rests on few pairs, are left out: the sheet change has all.",),
        ),
        axis="Average change, in points of the scale of 1 to 10",
        text=f"Bar chart of the average change from the start to the latest Star, largest first: {said}.",
        places=places,
    )


def build_indicators_chart(indicators: NamedTable) -> DrawnTable:
    """The rate of each headline indicator whose rate is shown: in the quarter, or to date if it only stands so."""
    found: Mapping[tuple[str, str], object] = {
        (str(cells["indicator"]), str(cells["period"])): cells["rate"]
        for cells in indicators.list_records()
        if cells["pod"] == ALL_PODS
    }
    labels = {column.name: column.labels for column in indicators.columns}
    rows = []
    for code in dict.fromkeys(code for code, _period in found):
        period = next(one.value for one in (Period.QUARTER, Period.ALL) if (code, one.value) in found)
        rate = found[code, period]
        if isinstance(rate, int | float):
            rows.append((code, period, float(rate)))
    columns = tuple(column for column in indicators.columns if column.name in ("indicator", "period", "rate"))
    said = ", ".join(f"{labels['indicator'][code]} {write_figure(rate, 0)}%" for code, _period, rate in rows)
    return _draw(
        NamedTable(
            name=INDICATORS_CHART,
            title="Chart of the headline indicators: all pods",
            scope=f"{ALL_PODS}. {indicators.scope}",
            source=indicators.source,
            columns=columns,
            frame=pd.DataFrame(rows, columns=["indicator", "period", "rate"], dtype=object),
            notes=("Indicators whose rate is not shown are left out: the sheet summary has all.",),
        ),
        axis="Rate, in per cent",
        text=f"Bar chart of the rate of each headline indicator: {said}.",
        places=0,
    )


def _draw(table: NamedTable, *, axis: str, text: str, places: int) -> DrawnTable:
    return DrawnTable(table, TableChart(axis=axis, text=text, places=places))
