"""The column contract: every frame that crosses from ``queries`` into ``analysis`` is built and checked here.

A frame has exactly these columns in this order, with these types, even when it has no rows. Dates are
``datetime64[s]``, so that pandas compares them quickly; a missing date is ``NaT``, a missing text or number ``<NA>``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

TEXT, WHOLE, NUMBER, DAY = "string", "Int64", "Float64", "datetime64[s]"

CHANGES: Mapping[str, str] = {"area": TEXT, "start": WHOLE, "latest": WHOLE, "n": WHOLE}
"""How many pairs (``n``) went from ``start`` to ``latest`` in each area: R5's one table, at most 1,000 rows."""

CHANGES_BY_POD: Mapping[str, str] = {"pod": TEXT, **CHANGES}
"""The same, one block of rows for each pod."""

EXCLUDED_BY_POD: Mapping[str, str] = {"pod": TEXT, "reason": TEXT, "n": WHOLE}
"""How many (parent, intervention)s are in no pair, by the reason of R3; a reason without any has no row."""

INTERVENTIONS: Mapping[str, str] = {
    "intervention": WHOLE,
    "family": WHOLE,
    "pod": TEXT,
    "referred_on": DAY,
    "started_on": DAY,
    "closed_on": DAY,
    "closure_reason": TEXT,
    "children": WHOLE,
    "together": WHOLE,
}
"""One row for each intervention; ``intervention`` and ``family`` are numbers that only join frames.

``together`` is 1 if a parent had completed a Star together with the worker by the day of the figures, else 0.
"""

PAIRS_BY_POD: Mapping[str, str] = {"pod": TEXT, "pairs": WHOLE, "improved": WHOLE, "asked": WHOLE}
"""The pairs; and of those scored in enough areas to be asked, how many improved in most (``key_figures``)."""

REGISTRATIONS: Mapping[str, str] = {"registration": WHOLE, "intervention": WHOLE, "parent": WHOLE}
"""One row for each parent registered in an intervention."""

STAR_DATES: Mapping[str, str] = {"registration": WHOLE, "kind": TEXT, "completed_on": DAY}
"""One row for each counted Star (R1), within a registration in the order of R2."""

MEASURES: Mapping[str, str] = {
    "area": TEXT,
    "n": WHOLE,
    "mean_start": NUMBER,
    "mean_latest": NUMBER,
    "mean_change": NUMBER,
    "sd_change": NUMBER,
    "ci_low": NUMBER,
    "ci_high": NUMBER,
    "median_start": NUMBER,
    "median_latest": NUMBER,
    "improved": WHOLE,
    "maintained": WHOLE,
    "declined": WHOLE,
    "stage_up": WHOLE,
    "stage_same": WHOLE,
    "stage_down": WHOLE,
    "rank_biserial": NUMBER,
}
"""R5's measures, one row for each of the ten areas in the Star's order; ``measures`` makes it from ``CHANGES``."""


def build_frame(columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """A frame with this contract.

    Args:
        columns: one of the contracts above.
        rows: the values of each row, in the order of ``columns``.

    Raises:
        ValueError: a row has more or fewer values.

    >>> build_frame(CHANGES, [("your_wellbeing", 3, 7, 2)]).to_dict("records")
    [{'area': 'your_wellbeing', 'start': 3, 'latest': 7, 'n': 2}]
    """
    rows = list(rows)
    if any(len(row) != len(columns) for row in rows):
        raise ValueError(f"expected rows of {len(columns)} values, for {list(columns)}")
    # Building it by columns takes half the time of converting the types of a frame of objects.
    return pd.DataFrame(
        {name: pd.Series([row[at] for row in rows], dtype=dtype) for at, (name, dtype) in enumerate(columns.items())}
    )


def check_frame(frame: pd.DataFrame, columns: Mapping[str, str]) -> None:
    """Refuse a frame that breaks its contract.

    Raises:
        ValueError: other columns, or in another order.
    """
    if list(frame.columns) != list(columns):
        raise ValueError(f"expected columns {list(columns)}, got {list(frame.columns)}")
