"""The two charts of a slide, laid out to stand beside each other."""

from collections.abc import Mapping

import pandas as pd

from star_tracker.analysis.charts import change, star
from star_tracker.analysis.charts.drawing import AnyChart


def slide_charts(
    measures: pd.DataFrame, labels: Mapping[str, str], *, by_change: bool = True
) -> tuple[AnyChart, AnyChart]:
    """The cohort star and change by area; the arguments are those of ``change_chart``.

    Raises:
        ValueError: no area has a mean change.
    """
    return (
        star.cohort_star_chart(measures, labels, layout=star.SLIDE),
        change.change_chart(measures, labels, by_change=by_change, layout=change.SLIDE),
    )
