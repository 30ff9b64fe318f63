"""What the tables of a return read: the service's frames as at a quarter's last day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import pandas as pd

from star_tracker.analysis.contacts import Visit
from star_tracker.analysis.frames import (
    CHANGES_BY_POD,
    EXCLUDED_BY_POD,
    INTERVENTIONS,
    PAIRS_BY_POD,
    REGISTRATIONS,
    STAR_DATES,
    check_frame,
)
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.scales import ALL_PODS

UNITS = ("families", "parents", "children")
"""What ``served`` and ``activity`` count."""

TO_DATE = "all_to_date"
COHORTS = (TO_DATE, "latest_in_quarter", "closed_in_quarter")
"""The cohorts of a return: every pair; those whose latest Star, or whose closure, is dated in the quarter."""


Referral = tuple[int, date, date, int]
"""Family, days of referral and start, and intervention."""


class FeedbackCount(NamedTuple):
    """How many people of a kind (``SaidBy``) said something of a pod in the quarter; ``quotable`` of them consented."""

    pod: str
    said_by: str
    number: int
    quotable: int


@dataclass(frozen=True)
class ServiceRecord:
    """What a service did for one council by a day: a quarter's last one, or an earlier day while it has not ended.

    Attributes:
        quarter: the quarter of the return.
        as_at: the day, which every figure is for.
        pods: the names of the council's pods, even those without a family.
        interventions: a frame of ``frames.INTERVENTIONS``: every intervention referred or started by ``as_at``.
        registrations: a frame of ``frames.REGISTRATIONS``, the parents registered in them.
        star_dates: a frame of ``frames.STAR_DATES``, their counted Stars.
        changes: for each name of ``COHORTS`` a frame of ``frames.CHANGES_BY_POD``.
        excluded: a frame of ``frames.EXCLUDED_BY_POD``.
        pairs: a frame of ``frames.PAIRS_BY_POD``.
        elsewhere: the referrals of the same families to pods of other councils, as rows of ``list_referrals``; they say
            what is a re-referral (R10), and nothing else.
        contacts: the visits to the families, and attempts at one, by ``as_at``.
        feedback: what was said in the quarter, without what was withdrawn.

    Raises:
        ValueError: a frame breaks its contract, a cohort is missing, a frame names a pod that ``pods`` does not, or
            ``pods`` repeats a name or uses ``ALL_PODS``.
    """

    quarter: Quarter
    as_at: date
    pods: tuple[str, ...]
    interventions: pd.DataFrame
    registrations: pd.DataFrame
    star_dates: pd.DataFrame
    changes: Mapping[str, pd.DataFrame]
    excluded: pd.DataFrame
    pairs: pd.DataFrame
    elsewhere: Sequence[Referral] = ()
    contacts: Sequence[Visit] = ()
    feedback: Sequence[FeedbackCount] = ()

    def __post_init__(self) -> None:
        if len(set(self.pods)) != len(self.pods):
            raise ValueError(f"each pod once: {list(self.pods)}")
        if ALL_PODS in self.pods:
            raise ValueError(f"no pod may be called {ALL_PODS!r}: that name is for the whole service")
        if set(self.changes) != set(COHORTS):
            raise ValueError(f"expected the cohorts {list(COHORTS)}, got {sorted(self.changes)}")
        check_frame(self.registrations, REGISTRATIONS)
        check_frame(self.star_dates, STAR_DATES)
        by_pod = [(self.interventions, INTERVENTIONS), (self.excluded, EXCLUDED_BY_POD)]
        by_pod += [(self.pairs, PAIRS_BY_POD)]
        by_pod += [(frame, CHANGES_BY_POD) for frame in self.changes.values()]
        for frame, columns in by_pod:
            check_frame(frame, columns)
            unknown = set(frame["pod"]) - set(self.pods)
            if unknown:
                raise ValueError(f"unknown pods: {sorted(map(str, unknown))}")

    @property
    def scopes(self) -> tuple[str, ...]:
        """The names that a table has rows for: all, then each pod, in an order that no database's collation changes."""
        return (ALL_PODS, *sorted(self.pods))

    def started_interventions(self) -> pd.DataFrame:
        """The interventions started by ``as_at``, open if they closed later (R3).

        Sums leave out a number of children that is not known: the return counts those known.
        """
        day = pd.Timestamp(self.as_at)
        started = self.interventions[self.interventions["started_on"] <= day]
        return started.assign(closed_on=started["closed_on"].where(started["closed_on"] <= day))

    def list_referrals(self) -> list[Referral]:
        """Every referral by ``as_at`` to the council's pods, started or not (R10)."""
        referrals = self.interventions[self.interventions["referred_on"] <= pd.Timestamp(self.as_at)]
        days = [referrals[column].dt.date for column in ("referred_on", "started_on")]
        return list(zip(referrals["family"], *days, referrals["intervention"], strict=True))

    def list_scopes(self, *frames: pd.DataFrame) -> Iterator[tuple[str, list[pd.DataFrame]]]:
        """Each of ``scopes`` with its rows of these frames; ``ALL_PODS`` has all rows."""
        for scope in self.scopes:
            yield scope, [frame if scope == ALL_PODS else frame[frame["pod"] == scope] for frame in frames]
