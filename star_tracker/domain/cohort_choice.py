"""Which choices make a cohort: one set of words and rules for the page, the command line, files and the audit trail.

A choice that contradicts itself selects nobody, and is refused: an empty cohort would look like an answer.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.scales import AREAS, ClosureReason
from star_tracker.domain.star_rules import DAYS_AFTER_CLOSURE
from star_tracker.domain.texts import lower_first

SPANS = MappingProxyType(
    {
        "started": "Intervention started",
        "closed": "Closed",
        "start": "Start Star",
        "latest": "Latest Star",
    }
)
"""Dates that can be chosen from a day to a day, both included, with their labels."""

SPAN_DAYS = MappingProxyType(
    {f"{span}_{end}": f"{label} {end}" for span, label in SPANS.items() for end in ("from", "to")}
)
"""The first and last days of the spans, with their labels."""

DAYS = MappingProxyType({**SPAN_DAYS, "as_at": "As at"})
"""The labels of the dates that can be chosen."""

LEVELS = MappingProxyType({"low": (1, 4), "middle": (5, 6), "high": (7, 10)})
"""The levels of an area at the start, as the lowest and highest value of the scale: whole stages each."""

MONTHS = MappingProxyType({"0-2": (0, 3), "3-5": (3, 6), "6-11": (6, 12), "12": (12, None)})
"""Whole months of support: from so many to fewer than so many (None: any number more)."""

CHILDREN = MappingProxyType({"0": (0, 0), "1": (1, 1), "2": (2, 2), "3": (3, None)})
"""Numbers of children: from so many to so many (None: any number more)."""

LABELS = MappingProxyType(
    {
        "status": "Interventions",
        "closure_reason": "Closed for which reason",
        "children": "Children",
        "re_referral": "Re-referral",
        "months": "Months of support",
        "latest_kind": "Kind of the latest Star",
        "completed": "How the two Stars were completed",
        "start_level": "Level at the start",
    }
)
"""What can be chosen from a list, with its label."""

_PICKS = MappingProxyType(
    {
        "status": {"open": "open interventions", "closed": "closed interventions"},
        "closure_reason": {
            reason.value: f"closed for the reason {lower_first(reason.label)}" for reason in ClosureReason
        },
        "children": {"0": "no children", "1": "one child", "2": "two children", "3": "three children or more"},
        "re_referral": {"yes": "re-referred within 12 months", "no": "not re-referred within 12 months"},
        "months": {
            "0-2": "less than 3 months of support",
            "3-5": "3 to 5 months of support",
            "6-11": "6 to 11 months of support",
            "12": "12 months of support or more",
        },
        "latest_kind": {"interim": "latest Star an interim Star", "closure": "latest Star a closure Star"},
        "completed": {
            "together": "both Stars completed together",
            "worker": "a Star completed by the worker alone",
            "planned": "no unplanned Star",
            "unplanned": "an unplanned Star",
            "prompt": "no retrospective Star",
            "retrospective": "a retrospective Star",
        },
    }
)

PAIR_CHOICES = ("start_from", "start_to", "latest_from", "latest_to", "latest_kind", "completed", "start_level")
"""What is asked of a pair's Stars: it selects pairs alone, never who is excluded (R3)."""

CLOSING_CHOICES = ("status", "closure_reason", "months", "closed_from", "closed_to")
"""What is asked of whether and when an intervention closed, which is what the page about closing finds out."""

SHIFTED_TO_THE_MEAN = (
    "These parents are chosen by where they started. Whoever starts far from the average tends to be nearer to it at "
    "the next Star, with support or without: this is called regression to the mean. Compare with parents who started "
    "alike, or with all parents."
)
"""What to keep in mind where a level at the start is chosen."""

_ORDER = (("started", "start"), ("started", "closed"), ("started", "latest"), ("start", "latest"))
"""Spans of which the first date is never after the second."""


def list_picks(areas: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    """What each list of ``LABELS`` offers: codes with their words.

    Args:
        areas: the areas' names by code.

    >>> list_picks({"family_routine": "Family routine"})["start_level"]["family_routine-low"]
    'Family routine low at the start (1 to 4)'
    """
    levels = {
        f"{area}-{level}": f"{areas[area]} {level} at the start ({lowest} to {highest})"
        for area in AREAS
        if area in areas
        for level, (lowest, highest) in LEVELS.items()
    }
    return {**_PICKS, "start_level": levels}


def describe_choices(chosen: Mapping[str, Any], areas: Mapping[str, str]) -> Iterator[str]:
    """What is chosen besides pods, practitioner and ``as_at``, in words.

    Args:
        chosen: dates and codes by the names of ``LABELS`` and ``SPAN_DAYS``; a day as it was typed stays so.
        areas: the areas' names by code.

    >>> list(describe_choices({"status": "closed", "closed_from": date(2019, 1, 1), "children": "1"}, {}))
    ['closed interventions', 'one child', 'closed from 1 January 2019']
    """
    for name, words in list_picks(areas).items():
        if chosen.get(name):
            yield words.get(chosen[name], chosen[name])
    for span, label in SPANS.items():
        ends = [(end, chosen.get(f"{span}_{end}")) for end in ("from", "to")]
        told = " ".join(f"{end} {long_date(day) if isinstance(day, date) else day}" for end, day in ends if day)
        if told:
            yield f"{lower_first(label)} {told}"


def list_quarters(today: date, *, first_month: int, most: int) -> list[Quarter]:
    """The quarter of today and those before it, newest first."""
    quarters = [Quarter.containing(today, first_month)]
    while len(quarters) < most:
        quarters.append(quarters[-1].previous())
    return quarters


def choose_quarter(quarter: Quarter, today: date) -> dict[str, date]:
    """The dates that a quarter stands for: latest Stars in it, and the figures as at its last day, or today before it.

    As at a later day, parents who have a newer Star by then would be missing from it.

    >>> list(map(str, choose_quarter(Quarter(2018, 4), date(2019, 2, 1)).values()))
    ['2019-01-01', '2019-02-01', '2019-02-01']
    """
    as_at = quarter.as_at(today)
    return {"latest_from": quarter.starts_on, "latest_to": as_at, "as_at": as_at}


def list_choice_faults(
    *,
    today: date,
    as_at: date | None = None,
    pods: Collection[str] | None = None,
    comparison_pods: Collection[str] = (),
    practitioner_pods: Collection[str] | None = None,
    quarter: object | None = None,
    **chosen: Any,
) -> list[DomainError]:
    """Everything that must change in the fields of a ``CohortFilter`` before it can select anybody.

    Args:
        today: the last day that ``as_at`` may be.
        as_at: the day that the figures are for; None for today.
        pods: names of the pods; none for every pod of the service.
        comparison_pods: names of all comparison groups (R14).
        practitioner_pods: the pods that the chosen practitioner belongs to or has had families in; None if nobody is
            chosen.
        quarter: the quarter that is to set the dates of the latest Star and ``as_at``.
        chosen: days by the names of ``SPAN_DAYS`` and codes by those of ``LABELS``.

    Returns:
        An error for each fault, on the argument that must change; the message continues the field's name.

    Raises:
        TypeError: there is no such choice.

    >>> fault, = list_choice_faults(today=date(2019, 4, 10), status="open", closed_to=date(2019, 3, 31))
    >>> fault.field, fault.message
    ('status', 'an open one has no closing date: choose closed ones, or leave “Closed from” and “Closed to” empty')
    """
    if unknown := chosen.keys() - {*SPAN_DAYS, *LABELS}:
        raise TypeError(f"no such choice: {', '.join(sorted(unknown))}")
    days = {name: chosen.get(name) for name in SPAN_DAYS}
    faults = []
    last = "the date of “As at”" if as_at else "today's date"
    if quarter and (as_at or days["latest_from"] or days["latest_to"]):
        words = f"it sets “{DAYS['latest_from']}”, “{DAYS['latest_to']}” and “As at”: leave them empty, or choose none"
        faults.append(DomainError("quarter", words))
    if as_at and as_at > today:
        faults.append(DomainError("as_at", "enter today's date or one before"))
    for span in SPANS:
        first, end = days[f"{span}_from"], days[f"{span}_to"]
        if first and first > (as_at or today):
            words = f"enter {last} or one before: nothing after it is in the figures"
            faults.append(DomainError(f"{span}_from", words))
        if first and end and end < first:
            faults.append(DomainError(f"{span}_to", f"enter the date of “{DAYS[f'{span}_from']}” or one after"))
    faults += _list_faults_of_order(days)
    is_open = chosen.get("status") == "open"
    if is_open and (days["closed_from"] or days["closed_to"]):
        words = f"choose closed ones, or leave “{DAYS['closed_from']}” and “{DAYS['closed_to']}” empty"
        faults.append(DomainError("status", f"an open one has no closing date: {words}"))
    if is_open and chosen.get("closure_reason"):
        words = f"choose closed ones, or no reason at “{LABELS['closure_reason']}”"
        faults.append(DomainError("status", f"an open one has not closed: {words}"))
    compared = set(pods or ()) & set(comparison_pods)
    if compared and compared != set(pods or ()):
        names = " and ".join(sorted(compared))
        words = f"choose {names} alone: it is a comparison group, which the service does not work with"
        faults.append(DomainError("pod", words))
    if pods and practitioner_pods is not None and not set(pods) & set(practitioner_pods):
        words = "choose one of this practitioner's own pods, or leave one of the two empty"
        faults.append(DomainError("practitioner", f"nobody of {' or '.join(sorted(pods))} is theirs: {words}"))
    return faults


def _list_faults_of_order(days: Mapping[str, date | None]) -> list[DomainError]:
    """Spans that no intervention can fit both of: one date is never after another, or so many days at most (R6)."""
    faults = []
    for earlier, later in _ORDER:
        first, last = days[f"{earlier}_from"], days[f"{later}_to"]
        if first and last and first > last:
            words = f"enter the date of “{DAYS[f'{later}_to']}” or one before: nothing can be in both"
            faults.append(DomainError(f"{earlier}_from", words))
    closed_to = days["closed_to"]
    for star in ("start", "latest"):
        first = days[f"{star}_from"]
        if closed_to and first and first > closed_to + timedelta(days=DAYS_AFTER_CLOSURE):
            limit = f"up to {DAYS_AFTER_CLOSURE} days after “{DAYS['closed_to']}”"
            faults.append(DomainError(f"{star}_from", f"enter a date {limit}: no later Star is recorded"))
    return faults
