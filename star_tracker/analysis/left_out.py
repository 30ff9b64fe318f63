"""Whether parents without a later Star began where those in the cohort began."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from star_tracker.analysis.disclosure import LEAST_PAIRS
from star_tracker.domain.figures import round_half_up, write_count
from star_tracker.domain.scales import AREAS


@dataclass(frozen=True)
class StartsOfArea:
    """The start Stars of one area: of parents with one Star only, and of the cohort's pairs.

    Attributes:
        area: its code.
        n, mean: how many parents with one Star only are scored, and their mean start; None if they are fewer than
            ``LEAST_PAIRS``.
        pairs, pairs_mean: the same of the pairs, which are scored in both Stars (R4).
    """

    area: str
    n: int
    mean: float | None
    pairs: int
    pairs_mean: float | None


def compare_starts(starts: Mapping[str, tuple[int, int]], areas: Sequence[Mapping[str, Any]]) -> list[StartsOfArea]:
    """The mean starts of parents with one Star only beside the pairs', by area in the Star's order.

    Args:
        starts: of parents with one Star only, how many are scored in each area and the sum of their values, by the
            area's code; an area in which nobody is scored may be missing.
        areas: R5's measures of the pairs, a record for each area (``measures.measures_records``).

    >>> pairs = [{"area": area, "n": 12, "mean_start": 5.5} for area in AREAS]
    >>> compare_starts({"physical_health": (10, 42)}, pairs)[0]
    StartsOfArea(area='physical_health', n=10, mean=4.2, pairs=12, pairs_mean=5.5)
    >>> compare_starts({"physical_health": (9, 42)}, pairs)[0].mean is None
    True
    """
    measured = {area["area"]: area for area in areas}
    compared = []
    for area in AREAS:
        n, total = starts.get(area, (0, 0))
        pairs = measured[area]["n"]
        mean = total / n if n >= LEAST_PAIRS else None
        pairs_mean = measured[area]["mean_start"] if pairs >= LEAST_PAIRS else None
        compared.append(StartsOfArea(area, n, mean, pairs, pairs_mean))
    return compared


def describe_starts(starts: Sequence[StartsOfArea]) -> str:
    """In how many areas parents with one Star only began lower or higher, as the means are shown, to one decimal.

    >>> means = [(3.3, 4.0), (4.04, 4.0), (5.0, 4.0), (None, 4.0)]
    >>> print(describe_starts([StartsOfArea("", 10, mean, 12, pairs_mean) for mean, pairs_mean in means]))
    Of 3 areas compared, they began lower in 1, higher in 1, and alike in 1.
    """
    differences = [
        round_half_up(area.mean, 1) - round_half_up(area.pairs_mean, 1)
        for area in starts
        if area.mean is not None and area.pairs_mean is not None
    ]
    if not differences:
        return f"There are too few to compare: no area has {LEAST_PAIRS} parents with one Star only and as many pairs."
    lower, higher = (sum(sign * one > 0 for one in differences) for sign in (-1, 1))
    alike = len(differences) - lower - higher
    return (
        f"Of {write_count(len(differences), 'area')} compared, they began lower in {lower}, higher in {higher}, "
        f"and alike in {alike}."
    )
