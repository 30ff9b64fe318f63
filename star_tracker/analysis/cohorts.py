"""Who is in a figure: the filter that selects a cohort, and the cohort that comes back (R2, R3)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from star_tracker.domain.cohort_choice import CLOSING_CHOICES, PAIR_CHOICES, describe_choices
from star_tracker.domain.scales import AREAS, Exclusion


@dataclass(frozen=True, kw_only=True)
class CohortFilter:
    """Which pairs to select. The codes are those of ``domain.cohort_choice``.

    Attributes:
        as_at: the day that the figures are for; Stars and interventions after it do not exist yet.
        pods: names of pods, or None for every pod. An empty tuple selects nobody.
        practitioner: e-mail address of the intervention's practitioner.
        status: only interventions that are open, or closed, as at ``as_at``.
        closure_reason: only interventions closed (as at ``as_at``) for this reason.
        children: only interventions with this number of children.
        re_referral: only interventions whose referral is a re-referral (R10), or none.
        months: only interventions that have lasted so long when they closed, or as at ``as_at``.
        latest_kind: only pairs whose latest Star is of this kind.
        completed: only pairs whose Stars were completed in this way.
        start_level: only pairs with an area at this level at the start.
        started_from, started_to: only interventions started between these days, both included.
        closed_from, closed_to: only interventions closed (as at ``as_at``) between these days.
        start_from, start_to: only pairs whose start Star is dated between these days.
        latest_from, latest_to: only pairs whose latest Star is dated between these days. Who is excluded does not
            depend on what is asked of a pair's Stars (R3).
    """

    as_at: date
    pods: tuple[str, ...] | None = None
    practitioner: str | None = None
    status: str | None = None
    closure_reason: str | None = None
    children: str | None = None
    re_referral: str | None = None
    months: str | None = None
    latest_kind: str | None = None
    completed: str | None = None
    start_level: str | None = None
    started_from: date | None = None
    started_to: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    start_from: date | None = None
    start_to: date | None = None
    latest_from: date | None = None
    latest_to: date | None = None

    def in_words(self, *, every: str, areas: Mapping[str, str], practitioner: str = "") -> str:
        """The choice in words, without ``as_at``.

        Args:
            every: the words for no choice of pods.
            areas: the areas' names by code.
            practitioner: the practitioner's name, if known; else the address is shown.

        >>> chosen = CohortFilter(as_at=date(2019, 3, 31), status="closed", closed_from=date(2019, 1, 1))
        >>> chosen.in_words(every="every pod", areas={})
        'every pod; closed interventions; closed from 1 January 2019'
        """
        people = [practitioner or self.practitioner] if self.practitioner else []
        return "; ".join([" and ".join(self.pods or ()) or every, *people, *describe_choices(vars(self), areas)])

    @property
    def of_everybody(self) -> "CohortFilter":
        """The same without what is asked of a pair's Stars."""
        unasked: dict[str, Any] = dict.fromkeys(PAIR_CHOICES)
        return replace(self, **unasked)

    @property
    def is_chosen_by_closing(self) -> bool:
        """Whether interventions are selected by whether, when or how they closed."""
        return any(getattr(self, name) for name in CLOSING_CHOICES)


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """The set of pairs that a filter selects, and who is excluded from it.

    Attributes:
        selected_by: the filter.
        pairs: how many pairs there are.
        excluded: how many (parent, intervention)s have no pair, for every reason of R3.
        changes: R5's table, a frame of ``frames.CHANGES``.
    """

    selected_by: CohortFilter
    pairs: int
    excluded: Mapping[Exclusion, int]
    changes: pd.DataFrame


def unpack_pairs(pair_values: str) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """A row for each pair and a column for each area: 16 × the start value + the latest value, 0 for not scored.

    >>> unpack_pairs("46" + "00" * 9).tolist()
    [[70, 0, 0, 0, 0, 0, 0, 0, 0, 0]]
    """
    return np.frombuffer(bytes.fromhex(pair_values), np.uint8).reshape(-1, len(AREAS))


def count_changes(pair_values: str) -> list[tuple[str, int, int, int]]:
    """R5's table: how many pairs of each (area, start, latest), as rows of ``frames.CHANGES`` in that order.

    Args:
        pair_values: 20 hexadecimal digits for each pair: start and latest value of each area, 0 for not scored
            (``domain.standings``). A pair is counted in an area only if both are scored (R4).

    >>> count_changes("46000000000000000000" "46050000000000000000")
    [('physical_health', 4, 6, 2)]
    """
    rows = []
    for area, changes in zip(AREAS, unpack_pairs(pair_values).T, strict=True):
        counts = np.bincount(changes, minlength=256).reshape(16, 16)
        found = [(int(start), int(latest)) for start, latest in np.argwhere(counts) if start and latest]
        rows += [(area, start, latest, int(counts[start, latest])) for start, latest in found]
    return rows
