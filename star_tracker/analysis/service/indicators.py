"""The headline indicators of a return: each so many of so many, in the quarter, in the year to date, and to date.

A rate is never worked out from other rates; every period is counted from the record as at the quarter's last day.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from datetime import date
from itertools import product
from typing import NamedTuple

import pandas as pd

from star_tracker.analysis.contacts import Support, list_family_weeks
from star_tracker.analysis.frames import TEXT, WHOLE, build_frame
from star_tracker.analysis.service.completion import list_dates, list_due
from star_tracker.analysis.service.record import ServiceRecord
from star_tracker.domain.days import add_months
from star_tracker.domain.interventions import ENGAGED_AFTER, RE_REFERRAL_MONTHS, find_re_referrals
from star_tracker.domain.scales import ALL_PODS, ClosureReason, Labelled
from star_tracker.domain.schedule import DEFAULT_TIMINGS, Timings

INDICATORS: Mapping[str, str] = {
    "pod": TEXT,
    "indicator": TEXT,
    "period": TEXT,
    "numerator": WHOLE,
    "denominator": WHOLE,
}


class Indicator(Labelled):
    """What is counted, with its label."""

    ENGAGED = "engaged", "Engagement"
    COMPLETED = "closed_successfully", "Closed successfully"
    STEPPED_DOWN = "stepped_down", "Stepped down to early help"
    ESCALATED = "escalated", "Escalated to child protection or looked after"
    RE_REFERRED = "re_referred", "Re-referred within 12 months of the referral before"
    BACK = "back_within_12_months", "Referred again within 12 months of closing"
    ON_TIME = "stars_on_time", "Stars on time"
    SEEN = "weeks_seen", "Weeks in which the family was seen"
    PAIRED = "parents_with_a_pair", "Parents with a pair of Stars"
    IMPROVED = "improved", "Pairs improved in most areas"


TO_BE_LOW = frozenset({Indicator.ESCALATED, Indicator.RE_REFERRED, Indicator.BACK})
"""A target of these is the most that there should be; of the others, the least."""


class Period(Labelled):
    """When it is counted, with its label."""

    QUARTER = "quarter", "In the quarter"
    YEAR = "year_to_date", "In the year to date"
    ALL = "to_date", "To date"


class Asked(NamedTuple):
    """One that an indicator asks about; what has the same key counts once in a period.

    ``on`` is the day on which it counts, ``is_in`` whether it is in the numerator.
    """

    pod: str
    key: Hashable
    on: date
    is_in: bool


REASONS: Mapping[Indicator, Collection[str]] = {
    Indicator.COMPLETED: {ClosureReason.COMPLETED},
    Indicator.STEPPED_DOWN: {ClosureReason.STEPPED_DOWN},
    Indicator.ESCALATED: {ClosureReason.CHILD_PROTECTION, ClosureReason.LOOKED_AFTER},
}
"""The reasons for closing that are in the numerator; every closing is asked."""


def indicators_frame(record: ServiceRecord, timings: Timings = DEFAULT_TIMINGS) -> pd.DataFrame:
    """Every indicator of each pod and of all, in each period.

    Args:
        record: the service as at the quarter's last day.
        timings: the numbers of R7.

    Returns:
        A frame of ``INDICATORS``: for each pod the indicators in their order, with three rows for one that counts on a
        day and one for those that only stand to date. Whether families were seen is asked only of a record with
        contacts.
    """
    since = {Period.QUARTER: record.quarter.starts_on, Period.YEAR: record.quarter.year_starts_on, Period.ALL: date.min}
    asked: dict[Indicator, Iterable[Asked]] = {
        Indicator.ENGAGED: _list_engaged(record),
        **{indicator: _list_closed(record, reasons) for indicator, reasons in REASONS.items()},
        Indicator.RE_REFERRED: _list_re_referred(record),
        Indicator.BACK: _list_back(record),
        Indicator.ON_TIME: (
            Asked(pod, number, star.due_on, star.on_time)
            for number, (pod, star) in enumerate(list_due(record, timings))
        ),
    }
    if record.contacts:
        asked[Indicator.SEEN] = _list_weeks(record)
    counted: defaultdict[tuple[str, Indicator, Period], dict[Hashable, bool]] = defaultdict(dict)
    for indicator, everybody in asked.items():
        for one in everybody:
            for period in (period for period, first in since.items() if one.on >= first):
                for scope in (one.pod, ALL_PODS):
                    counted[scope, indicator, period][one.key] = one.is_in
    rows: list[tuple[str, str, str, int, int]] = []
    for pod, (excluded, pairs) in record.list_scopes(record.excluded, record.pairs):
        for indicator, period in product(asked, since):
            found = counted[pod, indicator, period]
            rows.append((pod, indicator.value, period.value, sum(found.values()), len(found)))
        unpaired, paired, improved, asked_pairs = (
            int(numbers.sum()) for numbers in (excluded["n"], pairs["pairs"], pairs["improved"], pairs["asked"])
        )
        to_date = {Indicator.PAIRED: (paired, paired + unpaired), Indicator.IMPROVED: (improved, asked_pairs)}
        rows += [(pod, indicator.value, Period.ALL.value, *numbers) for indicator, numbers in to_date.items()]
    return build_frame(INDICATORS, rows)


class _Case(NamedTuple):
    """An intervention that has started, as a row of ``frames.INTERVENTIONS``."""

    intervention: int
    family: int
    pod: str
    started_on: date
    closed_on: date | None
    closure_reason: str
    is_together: bool


def _list_cases(record: ServiceRecord) -> list[_Case]:
    frame = record.started_interventions()
    columns = [
        frame["intervention"].tolist(),
        frame["family"].tolist(),
        frame["pod"].tolist(),
        list_dates(frame["started_on"]),
        list_dates(frame["closed_on"]),
        frame["closure_reason"].fillna("").tolist(),
        frame["together"].astype(bool).tolist(),
    ]
    return [_Case(*case) for case in zip(*columns, strict=True)]


def _list_engaged(record: ServiceRecord) -> Iterator[Asked]:
    """Interventions of 28 days or more, on their 28th day: a parent completed a Star together, and none disengaged."""
    for case in _list_cases(record):
        asked_on = case.started_on + ENGAGED_AFTER
        if asked_on <= record.as_at:
            has_left = case.closed_on is not None and case.closure_reason == ClosureReason.DISENGAGED
            yield Asked(case.pod, case.intervention, asked_on, case.is_together and not has_left)


def _list_closed(record: ServiceRecord, reasons: Collection[str]) -> Iterator[Asked]:
    """Families that closed, once for each reason, as the table of closures counts them."""
    for case in _list_cases(record):
        if case.closed_on is not None:
            key = case.family, case.closure_reason
            yield Asked(case.pod, key, case.closed_on, case.closure_reason in reasons)


def _list_re_referred(record: ServiceRecord) -> Iterator[Asked]:
    """Referrals, and whether each is a re-referral (R10)."""
    referred = record.list_referrals()
    again = find_re_referrals([*referred, *record.elsewhere])
    pods = dict(zip(record.interventions["intervention"], record.interventions["pod"], strict=True))
    for _family, referred_on, _started_on, intervention in referred:
        yield Asked(pods[intervention], intervention, referred_on, intervention in again)


def _list_back(record: ServiceRecord) -> Iterator[Asked]:
    """Interventions closed a year ago or longer, on the day that year ended: referred again within it, or not."""
    referrals: defaultdict[int, list[date]] = defaultdict(list)
    for family, referred_on, _started_on, _intervention in (*record.list_referrals(), *record.elsewhere):
        referrals[family].append(referred_on)
    for case in _list_cases(record):
        closed_on = case.closed_on
        if closed_on and (year_on := add_months(closed_on, RE_REFERRAL_MONTHS)) <= record.as_at:
            came_back = any(closed_on < day <= year_on for day in referrals[case.family])
            yield Asked(case.pod, case.intervention, year_on, came_back)


def _list_weeks(record: ServiceRecord) -> Iterator[Asked]:
    """Each family's whole weeks of support, on their last days: whether it was seen in them."""
    cases = _list_cases(record)
    pods = {case.intervention: case.pod for case in cases}
    supports = [Support(case.intervention, case.started_on, case.closed_on) for case in cases]
    for week in list_family_weeks(supports, record.contacts, record.as_at):
        yield Asked(pods[week.intervention], week[:2], week.ends_on, week.visits > 0)
