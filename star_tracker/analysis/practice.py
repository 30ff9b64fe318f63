"""How practitioners' Stars compare with those of their pod: for a talk in supervision, never a rank and never a fault.

A difference says that values differ. Families differ too, and so does which of them somebody is given.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from star_tracker.analysis.disclosure import LEAST_PAIRS
from star_tracker.analysis.key_figures import Share
from star_tracker.analysis.side_by_side import Sums, compare_sums

Practitioner = tuple[str, int | None]
"""A pod's name, and the id of whose families they are there; None for nobody's."""


@dataclass(frozen=True)
class AloneShare:
    """How many of a practitioner's Stars the worker completed alone, beside all Stars of the pod."""

    practitioner: Practitioner
    own: Share
    of_pod: Share


@dataclass(frozen=True)
class StartDifference:
    """A practitioner's start Stars beside those of the pod's others, in one area.

    ``ci_low`` and ``ci_high`` are the 95% interval of the difference (``welch_interval``).
    """

    practitioner: Practitioner
    area: str
    own: Sums
    others: Sums
    ci_low: float
    ci_high: float

    @property
    def difference(self) -> float:
        """Own mean minus the others'."""
        return self.own.mean - self.others.mean

    @property
    def differs(self) -> bool:
        """Whether the interval excludes nought."""
        return self.ci_low > 0 or self.ci_high < 0


def share_alone(counted: Mapping[Practitioner, tuple[int, int]]) -> list[AloneShare]:
    """Of each practitioner's counted Stars, the share that the worker completed alone, and the pod's.

    Args:
        counted: how many Stars, and how many of them by the worker alone; those of nobody count in the pod's.

    >>> [line] = share_alone({("Crewe", 1): (12, 3), ("Crewe", None): (8, 1)})
    >>> line.own, line.own.percent, line.of_pod, line.of_pod.percent
    (Share(part=3, whole=12), 25, Share(part=4, whole=20), 20)
    """
    stars, alone = Counter[str](), Counter[str]()
    for (pod, _), (n, by_worker) in counted.items():
        stars[pod] += n
        alone[pod] += by_worker
    return [
        AloneShare((pod, person), Share(by_worker, n), Share(alone[pod], stars[pod]))
        for (pod, person), (n, by_worker) in counted.items()
        if person is not None
    ]


def compare_starts_in_pods(starts: Mapping[tuple[Practitioner, str], Sums]) -> list[StartDifference]:
    """Each practitioner's mean start of an area beside that of the pod's others, wherever both have enough values.

    Enough are ``LEAST_PAIRS``. ``differs`` says which of them are worth showing.

    Args:
        starts: of the start Stars of each practitioner in a pod, the sums by area; nobody's are among the others.
    """
    of_pod: dict[tuple[str, str], Sums] = {}
    for ((pod, _), area), sums in starts.items():
        before = of_pod.get((pod, area), Sums(0, 0, 0))
        of_pod[pod, area] = Sums(*(a + b for a, b in zip(before, sums, strict=True)))
    compared = []
    for ((pod, person), area), own in starts.items():
        others = Sums(*(whole - part for whole, part in zip(of_pod[pod, area], own, strict=True)))
        if person is not None and min(own.n, others.n) >= LEAST_PAIRS:
            compared.append(StartDifference((pod, person), area, own, others, *welch_interval(own, others)))
    return compared


def welch_interval(own: Sums, others: Sums) -> tuple[float, float]:
    """The 95% confidence interval of own mean minus the others', for two samples of unlike variance.

    Both ends are the difference itself where neither sample varies. Each sample has two values or more.

    >>> low, high = welch_interval(Sums(4, 10, 30), Sums(4, 18, 86))
    >>> round(low, 3), round(high, 3)
    (-4.234, 0.234)
    """
    found = compare_sums(own, others)
    difference = own.mean - others.mean
    return (found.ci_low, found.ci_high) if found else (difference, difference)
