"""R5's measures for each cohort and pod of a return, and who is in no pair (R3)."""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from star_tracker.analysis import measures
from star_tracker.analysis.frames import CHANGES, MEASURES, TEXT, WHOLE, build_frame
from star_tracker.analysis.service.record import COHORTS, ServiceRecord
from star_tracker.domain.scales import ALL_REASONS, Exclusion

_KEYS: Mapping[str, str] = {"cohort": TEXT, "pod": TEXT}

MEASURED: Mapping[str, str] = {**_KEYS, **MEASURES}

AVERAGES: Mapping[str, str] = {
    **_KEYS,
    **{
        column: MEASURES[column]
        for column in ("area", "n", "mean_start", "mean_latest", "median_start", "median_latest")
    },
}
CHANGE: Mapping[str, str] = {
    **_KEYS,
    **{column: MEASURES[column] for column in MEASURES if column in ("area", "n") or column not in AVERAGES},
}
STAGES: Mapping[str, str] = {**_KEYS, **measures.STAGE_MOVES}
EXCLUSIONS: Mapping[str, str] = {"pod": TEXT, "reason": TEXT, "parents": WHOLE}


def measured_frame(record: ServiceRecord) -> pd.DataFrame:
    """Every measure of R5, for each cohort, pod and area: what ``averages_frame`` and ``change_frame`` are parts of.

    Returns:
        A frame of ``MEASURED``: ten rows for each cohort and pod; what is undefined is missing.
    """
    return build_frame(
        MEASURED,
        [
            (cohort, pod, *measured.values())
            for cohort, pod, changes in _list_changes(record)
            for measured in measures.measure_areas(changes)
        ],
    )


def averages_frame(measured: pd.DataFrame) -> pd.DataFrame:
    """Mean and median readings at the start and latest Star, for each cohort, pod and area.

    Args:
        measured: of ``measured_frame``.

    Returns:
        A frame of ``AVERAGES``: ten rows for each cohort and pod; a measure is missing where ``n`` is 0.
    """
    return measured[list(AVERAGES)]


def change_frame(measured: pd.DataFrame) -> pd.DataFrame:
    """R5's measures of change, for each cohort, pod and area.

    Args:
        measured: of ``measured_frame``.

    Returns:
        A frame of ``CHANGE``: ten rows for each cohort and pod; what is undefined is missing.
    """
    return measured[list(CHANGE)]


def stages_frame(record: ServiceRecord) -> pd.DataFrame:
    """Pairs by the stage they were at and the stage they reached, for each cohort, pod and area.

    Returns:
        A frame of ``STAGES`` with the moves that occur.
    """
    return build_frame(
        STAGES,
        [
            (cohort, pod, *move)
            for cohort, pod, changes in _list_changes(record)
            for move in measures.list_moves(changes)
        ],
    )


def exclusions_frame(record: ServiceRecord) -> pd.DataFrame:
    """How many parents are in no pair of ``all_to_date``, by the reason of R3.

    A parent counts once for each intervention they are registered in, as pairs do.

    Returns:
        A frame of ``EXCLUSIONS``: for each pod a row for ``ALL_REASONS``, then one for each reason.
    """
    rows: list[tuple[str, str, int]] = []
    for pod, (part,) in record.list_scopes(record.excluded):
        by_reason = [(reason.value, int(part.loc[part["reason"] == reason, "n"].sum())) for reason in Exclusion]
        rows += [(pod, reason, n) for reason, n in ((ALL_REASONS, int(part["n"].sum())), *by_reason)]
    return build_frame(EXCLUSIONS, rows)


def all_changes(record: ServiceRecord, cohort: str) -> pd.DataFrame:
    """The whole service's changes in this cohort, a frame of ``frames.CHANGES``."""
    return record.changes[cohort][list(CHANGES)]


def _list_changes(record: ServiceRecord) -> Iterator[tuple[str, str, Iterable[measures.Change]]]:
    """The changes of each cohort and pod, as plain rows: a frame for each of so many would take most of the time."""
    for cohort in COHORTS:
        for pod, (changes,) in record.list_scopes(record.changes[cohort]):
            yield cohort, pod, changes[list(CHANGES)].itertuples(index=False, name=None)
