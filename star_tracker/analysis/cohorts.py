"""Who is in a figure: the filter that selects a cohort, and the cohort that comes back (R2, R3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from star_tracker.domain.periods import long_date
from star_tracker.domain.scales import AREAS, Exclusion


@dataclass(frozen=True, kw_only=True)
class CohortFilter:
    """Which pairs to select.

    Attributes:
        as_at: the day on which the figures stand; Stars and interventions after it do not exist yet.
        pods: names of pods, or None for every pod. No name selects nobody.
        practitioner: e-mail address of the intervention's practitioner.
        status: interventions open, or closed, as at ``as_at``.
        closed_from, closed_to: interventions closed (as at ``as_at``) between these days, both included.
        latest_from, latest_to: pairs whose latest Star is dated between these days, both included. Selects pairs
            only: who is excluded does not depend on it (R3).
    """

    as_at: date
    pods: tuple[str, ...] | None = None
    practitioner: str | None = None
    status: Literal["open", "closed"] | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    latest_from: date | None = None
    latest_to: date | None = None

    def in_words(self, *, every: str, practitioner: str = "") -> str:
        """What is chosen, as people say it, besides the day on which it stands.

        Args:
            every: whom it holds if no pod is chosen.
            practitioner: what the practitioner is called, if not by their address.

        >>> chosen = CohortFilter(as_at=date(2019, 3, 31), status="closed", closed_from=date(2019, 1, 1))
        >>> chosen.in_words(every="every pod")
        'every pod; closed interventions; closed from 1 January 2019'
        """
        said = [" and ".join(self.pods or ()) or every]
        if self.practitioner:
            said.append(practitioner or self.practitioner)
        if self.status:
            said.append(f"{self.status} interventions")
        said += _say_days("closed", self.closed_from, self.closed_to)
        said += _say_days("latest Star", self.latest_from, self.latest_to)
        return "; ".join(said)


def _say_days(what: str, first: date | None, last: date | None) -> list[str]:
    ends = [f"from {long_date(first)}"] if first else []
    ends += [f"to {long_date(last)}"] if last else []
    return [" ".join([what, *ends])] if ends else []


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """The set of pairs that a filter selects, and who is not in it.

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


def count_changes(pair_values: str) -> list[tuple[str, int, int, int]]:
    """R5's table: how many pairs of each (area, start, latest), as rows of ``frames.CHANGES`` in that order.

    Args:
        pair_values: 20 hexadecimal digits for each pair: start and latest value of each area, 0 for not scored
            (``domain.standings``). A pair is counted in an area only if both are scored (R4).

    >>> count_changes("46000000000000000000" "46050000000000000000")
    [('physical_health', 4, 6, 2)]
    """
    # The two digits of a change are the two halves of one byte.
    pairs = np.frombuffer(bytes.fromhex(pair_values), np.uint8).reshape(-1, len(AREAS))
    rows = []
    for area, changes in zip(AREAS, pairs.T, strict=True):
        counts = np.bincount(changes, minlength=256).reshape(16, 16)
        found = [(int(start), int(latest)) for start, latest in np.argwhere(counts) if start and latest]
        rows += [(area, start, latest, int(counts[start, latest])) for start, latest in found]
    return rows
