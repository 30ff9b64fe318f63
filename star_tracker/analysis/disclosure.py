"""R9: what of a frame of figures may leave the service, under each of the two profiles of a return.

``restricted`` is for the commissioner, who knows the cases, and gives every figure exactly. ``published`` is for
everybody: counts of 1 to t-1 people become ``c``, others are rounded to the nearest 5, and measures are given to
one decimal only where they rest on t people or more. Pages and charts with exact figures show only the averages of an
area with few pairs: a change that one family could move is neither given an interval nor ranked.

That changes each figure by itself. ``protection`` says which further ones are hidden, so that none of 1 to t-1 can be
worked out from several; docs/disclosure.md says what is guaranteed, and what is not.
"""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pandas as pd

from star_tracker.domain.figures import DEFAULT_THRESHOLD, THRESHOLDS, round_half_up

SUPPRESSED = "c"
"""Replaces a figure that is not disclosed ("confidential")."""

LEAST_PAIRS = 10
"""An area with fewer pairs shows only its n and its two means, and comes last (``drawable_frame``)."""

BASE = 5
"""Published counts are multiples of this."""

Figure = int | float | str | None
"""A disclosed figure: a number, ``SUPPRESSED``, or None where it is undefined."""


Place = tuple[Hashable, str]
"""A figure of a frame: the label of its row, and its column."""


class Profile(StrEnum):
    """For whom a return is made."""

    RESTRICTED = "restricted"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Spec:
    """The columns of a frame to which R9 applies; all others stay unchanged.

    Attributes:
        counts: columns that count families, parents, children, Stars or pairs.
        measures: columns that are computed from ``n`` pairs.
        n: the column of ``counts`` that the measures rest on.
        parts: columns of ``counts`` that divide another one before them, with its name. Where the whole is not shown,
            neither are its parts, not even a 0: it would tell that none, or all, of a few parents improved.
        rates: columns of percentages, each with the names of the columns of ``counts`` that it divides.
    """

    counts: tuple[str, ...]
    measures: tuple[str, ...] = ()
    n: str = "n"
    parts: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, tuple[str, str]] = field(default_factory=dict)


_MEANS = ("mean_start", "mean_latest")
_PARTS = ("improved", "maintained", "declined", "stage_up", "stage_same", "stage_down")

MEASURES_SPEC = Spec(
    counts=("n", *_PARTS),
    parts=dict.fromkeys(_PARTS, "n"),
    measures=(
        "mean_start",
        "mean_latest",
        "mean_change",
        "sd_change",
        "ci_low",
        "ci_high",
        "median_start",
        "median_latest",
        "rank_biserial",
    ),
)
"""The columns of ``frames.MEASURES``."""


def disclose(
    frame: pd.DataFrame,
    spec: Spec,
    profile: Profile,
    threshold: int = DEFAULT_THRESHOLD,
    hidden: Collection[Place] = (),
) -> pd.DataFrame:
    """The frame as this profile discloses it.

    Args:
        frame: figures; counts are whole and never missing, measures may be missing.
        spec: which columns are counts and measures.
        profile: ``restricted`` leaves every figure as it is.
        threshold: R9's t.
        hidden: figures that are not published either, because others would tell by them (``protection``). What divides
            or rests on one of them is not shown either.

    Returns:
        A frame of the same shape. The columns of ``spec`` hold plain Python: int, float, ``"c"``, and None where a
        measure is undefined.

    Raises:
        ValueError: t is not one of ``THRESHOLDS``.

    >>> counts = pd.DataFrame({"pod": ["A", "B", "C"], "n": [0, 7, 12]})
    >>> disclose(counts, Spec(("n",)), Profile.PUBLISHED, 8)["n"].tolist()
    [0, 'c', 10]
    """
    check_threshold(threshold)
    published = profile is Profile.PUBLISHED
    disclosed = frame.copy()
    shown: dict[str, list[Figure]] = {}

    def is_silent(column: str, at: int, *of: str) -> bool:
        """Whether this figure is hidden, or one of the counts that it is of."""
        return (frame.index[at], column) in hidden or any(shown[count][at] == SUPPRESSED for count in of)

    for column in spec.counts:
        counts = [disclose_count(int(count), threshold) if published else int(count) for count in frame[column]]
        wholes = [spec.parts[column]] if column in spec.parts else []
        shown[column] = [SUPPRESSED if is_silent(column, at, *wholes) else count for at, count in enumerate(counts)]
        disclosed[column] = _column(frame, shown[column])
    for column in spec.measures:
        pairs = zip(frame[column], frame[spec.n], strict=True)
        measures = [disclose_measure(value, int(n), threshold) if published else _plain(value) for value, n in pairs]
        disclosed[column] = _column(
            frame,
            [SUPPRESSED if is_silent(column, at, spec.n) else measure for at, measure in enumerate(measures)],
        )
    for column, both in spec.rates.items():
        rated = zip(*(frame[count] for count in both), strict=True)
        rates = [disclose_rate(int(n), int(of), threshold if published else 0) for n, of in rated]
        disclosed[column] = _column(
            frame, [SUPPRESSED if is_silent(column, at, *both) else rate for at, rate in enumerate(rates)]
        )
    return disclosed


def leave_out_small_groups(
    frame: pd.DataFrame, by: tuple[str, ...], count: str, threshold: int = DEFAULT_THRESHOLD
) -> pd.DataFrame:
    """The rows of groups whose counts add up to ``threshold`` or more, for a published list of what occurs.

    For a smaller group the list itself, even without counts, would tell what each of a few parents did.

    >>> moves = pd.DataFrame({"pod": ["A", "A", "B"], "to": ["x", "y", "x"], "pairs": [5, 4, 7]})
    >>> leave_out_small_groups(moves, ("pod",), "pairs", 8)["pod"].tolist()
    ['A', 'A']
    """
    return frame[frame.groupby(list(by))[count].transform("sum") >= threshold].reset_index(drop=True)


def disclose_count(count: int, threshold: int) -> int | str:
    """A published count: 0, ``c`` for 1 to t-1, else the nearest multiple of 5 (a whole number is never half-way).

    >>> [disclose_count(count, 8) for count in (0, 1, 7, 8, 12, 13)]
    [0, 'c', 'c', 10, 10, 15]
    """
    if 0 < count < threshold:
        return SUPPRESSED
    return (count + BASE // 2) // BASE * BASE


def drawable_frame(
    measures: pd.DataFrame,
    profile: Profile,
    threshold: int = DEFAULT_THRESHOLD,
    spec: Spec = MEASURES_SPEC,
    hidden: Collection[Place] = (),
) -> pd.DataFrame:
    """The measures that a chart may draw: those that ``disclose`` shows, as numbers; the rest are missing.

    Among exact figures, those of small areas are missing too, except n and the two means.

    Args:
        measures: a frame of ``frames.MEASURES``, or one with the columns of ``spec``.
        profile: as for ``disclose``.
        threshold: R9's t.
        spec: which columns are counts and measures.
        hidden: as for ``disclose``.

    Returns:
        A frame of the same columns and types.

    Raises:
        ValueError: t is not one of ``THRESHOLDS``.
    """
    check_threshold(threshold)
    if profile is Profile.RESTRICTED:
        return _show_less_of_small_areas(measures, spec)
    disclosed = disclose(measures, spec, profile, threshold, hidden)
    for column in (*spec.counts, *spec.measures):
        numbers = [None if figure == SUPPRESSED else figure for figure in disclosed[column]]
        disclosed[column] = pd.Series(numbers, index=measures.index, dtype=measures[column].dtype)
    return disclosed


def show_area(area: Mapping[str, Any]) -> dict[str, Any]:
    """One area's exact measures as a page shows them: with few pairs only n and the means of the two Stars (R9).

    Args:
        area: R5's measures (``frames.MEASURES``) as plain Python.

    >>> show_area({"area": "home_and_money", "n": 9, "mean_start": 4.0, "mean_latest": 5.0, "mean_change": 1.0})
    {'area': 'home_and_money', 'n': 9, 'mean_start': 4.0, 'mean_latest': 5.0, 'mean_change': None}
    """
    if area["n"] >= LEAST_PAIRS:
        return dict(area)
    return {name: value if name in ("area", "n", *_MEANS) else None for name, value in area.items()}


def _show_less_of_small_areas(measures: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    """The measures; for an area with fewer than ``LEAST_PAIRS`` pairs only n and the means of the two Stars (R9)."""
    hidden = [column for column in (*spec.counts, *spec.measures) if column not in (spec.n, *_MEANS)]
    shown = measures.copy()
    shown.loc[measures[spec.n] < LEAST_PAIRS, hidden] = pd.NA
    return shown


def check_threshold(threshold: int) -> None:
    """Refuse a t that R9 does not allow.

    Raises:
        ValueError: it is not one of ``THRESHOLDS``.
    """
    if threshold not in THRESHOLDS:
        raise ValueError(f"the disclosure threshold is {', '.join(map(str, THRESHOLDS))}, not {threshold!r}")


def disclose_measure(value: Any, n: int, threshold: int) -> Figure:
    """A published measure of ``n`` pairs: ``c``, None if undefined, or one decimal, halves away from zero."""
    if 0 < n < threshold:
        return SUPPRESSED
    if pd.isna(value):
        return None
    return float(round_half_up(value, 1))


def disclose_rate(part: int, whole: int, threshold: int) -> Figure:
    """So many of so many in per cent, None of nobody; with a threshold a whole number, or ``c``.

    It is ``c`` where those in it, those not in it or all of them are 1 to t-1.

    >>> [disclose_rate(part, whole, 8) for part, whole in ((0, 0), (2, 7), (7, 40), (33, 40), (0, 9), (10, 40))]
    [None, 'c', 'c', 'c', 0.0, 25.0]
    """
    if not whole:
        return None
    if any(0 < count < threshold for count in (part, whole - part, whole)):
        return SUPPRESSED
    rate = 100 * part / whole
    return float(round_half_up(rate, 0)) if threshold else rate


def _plain(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _column(frame: pd.DataFrame, values: list[Figure]) -> pd.Series:
    """A column that keeps each value's own type: pandas would make 3 and None into 3.0 and nan."""
    return pd.Series(values, index=frame.index, dtype=object)
