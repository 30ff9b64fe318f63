"""Families, parents and children: how many were served, joined, left, and came back."""

from collections.abc import Mapping

import pandas as pd

from star_tracker.analysis.frames import TEXT, WHOLE, build_frame
from star_tracker.analysis.service.record import UNITS, ServiceRecord
from star_tracker.domain.interventions import find_re_referrals
from star_tracker.domain.scales import ALL_REASONS, ClosureReason

SERVED: Mapping[str, str] = {"pod": TEXT, "unit": TEXT, "to_date": WHOLE}
ACTIVITY: Mapping[str, str] = {
    "pod": TEXT,
    "unit": TEXT,
    "open_at_start": WHOLE,
    "started": WHOLE,
    "closed": WHOLE,
    "open_at_end": WHOLE,
}
CLOSURES: Mapping[str, str] = {
    "pod": TEXT,
    "closure_reason": TEXT,
    "families": WHOLE,
    "children": WHOLE,
    "families_to_date": WHOLE,
    "children_to_date": WHOLE,
}
RE_REFERRALS: Mapping[str, str] = {
    "pod": TEXT,
    "referrals": WHOLE,
    "re_referrals": WHOLE,
    "referrals_to_date": WHOLE,
    "re_referrals_to_date": WHOLE,
}


def served_frame(record: ServiceRecord) -> pd.DataFrame:
    """Distinct families, their registered parents and their children, since the service began.

    A family counts once in each pod that has served it and once in ``ALL_PODS``, with the parents registered and the
    largest number of children recorded in the interventions counted there. So the pods can add up to more than all.

    Returns:
        A frame of ``SERVED``, a row for each pod and unit.

    A family with 2 children that came back with 3 is 1 family with 3 children, not 2 with 5.
    """
    started = record.started_interventions()
    parents = record.registrations.merge(started[["intervention", "pod"]], on="intervention")
    rows: list[tuple[str, str, int]] = []
    for pod, (served, registered) in record.list_scopes(started, parents):
        counts = (served["family"].nunique(), registered["parent"].nunique(), _count_children(served))
        rows += [(pod, unit, count) for unit, count in zip(UNITS, counts, strict=True)]
    return build_frame(SERVED, rows)


def activity_frame(record: ServiceRecord) -> pd.DataFrame:
    """The interventions open at the start of the quarter, started in it, closed in it, and open at its end.

    The unit ``families`` counts interventions, ``parents`` those registered in them and ``children`` their numbers, so
    that ``open_at_start + started - closed = open_at_end`` holds in every row. Open at the start means started before
    the quarter's first day and not closed before it (R3: closed from ``closed_on`` itself, so a case closed on the
    first day was open at the start and is closed in the quarter).

    Returns:
        A frame of ``ACTIVITY``, a row for each pod and unit.
    """
    first, last = pd.Timestamp(record.quarter.starts_on), pd.Timestamp(record.as_at)
    started = record.started_interventions()
    parents = record.registrations["intervention"].value_counts()
    started = started.assign(families=1, parents=started["intervention"].map(parents).fillna(0).astype("Int64"))
    rows: list[tuple[str | int, ...]] = []
    for pod, (part,) in record.list_scopes(started):
        still_open = part["closed_on"].isna()
        moments = (
            (part["started_on"] < first) & (still_open | (part["closed_on"] >= first)),
            part["started_on"].between(first, last),
            part["closed_on"].between(first, last),
            still_open,
        )
        rows += [(pod, unit, *(int(part.loc[moment, unit].sum()) for moment in moments)) for unit in UNITS]
    return build_frame(ACTIVITY, rows)


def closures_frame(record: ServiceRecord) -> pd.DataFrame:
    """Families whose intervention closed for each reason, with their children: in the quarter and to date.

    A family counts once in a row, with the largest number of children of its interventions counted there; one that
    closed twice, for two reasons or in two pods, is in both rows, and once in that of all.

    Returns:
        A frame of ``CLOSURES``: for each pod a row for ``ALL_REASONS``, then one for each closure reason.
    """
    started = record.started_interventions()
    closed = started[started["closed_on"].notna()]
    in_quarter = closed[closed["closed_on"] >= pd.Timestamp(record.quarter.starts_on)]
    rows: list[tuple[str | int, ...]] = []
    for pod, parts in record.list_scopes(in_quarter, closed):
        for reason in (ALL_REASONS, *ClosureReason):
            row: list[str | int] = [pod, str(reason)]
            for part in parts:
                ended = part if reason == ALL_REASONS else part[part["closure_reason"] == reason]
                row += [int(ended["family"].nunique()), _count_children(ended)]
            rows.append(tuple(row))
    return build_frame(CLOSURES, rows)


def re_referrals_frame(record: ServiceRecord) -> pd.DataFrame:
    """Referrals, and those of them within 12 calendar months of the family's previous referral (R10).

    A referral exists from ``referred_on``, whether or not the intervention has started. A re-referral
    (``find_re_referrals``) counts in the pod and on the day of the later referral; the earlier one may have been to
    another council's pod.

    Returns:
        A frame of ``RE_REFERRALS``, a row for each pod.
    """
    first, last = pd.Timestamp(record.quarter.starts_on), pd.Timestamp(record.as_at)
    referrals = record.interventions[record.interventions["referred_on"] <= last]
    again = find_re_referrals([*record.list_referrals(), *record.elsewhere])
    referrals = referrals.assign(again=referrals["intervention"].isin(list(again)))
    rows: list[tuple[str | int, ...]] = []
    for pod, (to_date,) in record.list_scopes(referrals):
        in_quarter = to_date[to_date["referred_on"] >= first]
        rows.append((pod, len(in_quarter), int(in_quarter["again"].sum()), len(to_date), int(to_date["again"].sum())))
    return build_frame(RE_REFERRALS, rows)


def _count_children(interventions: pd.DataFrame) -> int:
    """The children of these interventions: the sum of each family's largest number."""
    return int(interventions.groupby("family")["children"].max().sum())
