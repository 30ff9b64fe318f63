"""Which choices make a cohort: one set of rules for the page and the command line.

A choice that contradicts itself selects nobody, and is refused: an empty cohort would look like an answer.
"""

from collections.abc import Collection
from datetime import date
from types import MappingProxyType

from star_tracker.domain.errors import DomainError
from star_tracker.domain.star_rules import DAYS_AFTER_CLOSURE

DAYS = MappingProxyType(
    {
        "closed_from": "Closed from",
        "closed_to": "Closed to",
        "latest_from": "Latest Star from",
        "latest_to": "Latest Star to",
        "as_at": "As at",
    }
)
"""The labels of the dates that can be chosen."""


def list_choice_faults(
    *,
    today: date,
    as_at: date | None = None,
    pods: Collection[str] | None = None,
    practitioner_pods: Collection[str] | None = None,
    status: str | None = None,
    closed_from: date | None = None,
    closed_to: date | None = None,
    latest_from: date | None = None,
    latest_to: date | None = None,
) -> list[DomainError]:
    """Everything that must change in the fields of a ``CohortFilter`` before it can select anybody.

    Args:
        today: the last day that ``as_at`` may be.
        as_at: the day that the figures are for; None for today.
        pods: names of the pods; none for every pod.
        practitioner_pods: the pods that the chosen practitioner belongs to or has had families in; None if nobody is
            chosen.
        status: ``open`` or ``closed``.
        closed_from: the first day of closing.
        closed_to: the last.
        latest_from: the first day of the latest Star.
        latest_to: the last.

    Returns:
        An error for each fault, on the argument that must change; the message continues the field's name.

    >>> fault, = list_choice_faults(today=date(2019, 4, 10), status="open", closed_to=date(2019, 3, 31))
    >>> fault.field, fault.message
    ('status', 'an open one has no closing date: choose closed ones, or leave “Closed from” and “Closed to” empty')
    """
    faults = []
    last = "the date of “As at”" if as_at else "today's date"
    if as_at and as_at > today:
        faults.append(DomainError("as_at", "enter today's date or one before"))
    for field, day in (("closed_from", closed_from), ("latest_from", latest_from)):
        if day and day > (as_at or today):
            faults.append(DomainError(field, f"enter {last} or one before: nothing after it is in the figures"))
    for field, first, end in (("closed", closed_from, closed_to), ("latest", latest_from, latest_to)):
        if first and end and end < first:
            faults.append(DomainError(f"{field}_to", f"enter the date of “{DAYS[f'{field}_from']}” or one after"))
    if closed_to and latest_from and (latest_from - closed_to).days > DAYS_AFTER_CLOSURE:
        words = f"enter a date up to {DAYS_AFTER_CLOSURE} days after “{DAYS['closed_to']}”: no later Star is recorded"
        faults.append(DomainError("latest_from", words))
    if status == "open" and (closed_from or closed_to):
        words = f"choose closed ones, or leave “{DAYS['closed_from']}” and “{DAYS['closed_to']}” empty"
        faults.append(DomainError("status", f"an open one has no closing date: {words}"))
    if pods and practitioner_pods is not None and not set(pods) & set(practitioner_pods):
        words = "choose one of this practitioner's own pods, or leave one of the two empty"
        faults.append(DomainError("practitioner", f"nobody of {' or '.join(sorted(pods))} is theirs: {words}"))
    return faults
