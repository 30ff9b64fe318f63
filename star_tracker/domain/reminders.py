"""The weekly reminder of what is due: numbers alone, of nobody's name and no reference."""

from datetime import date, timedelta

from star_tracker.domain.caseload import CASE_STATE_LABELS, CaseNumbers, CaseState

REMINDED_OF = (CaseState.OVERDUE, CaseState.DUE_SOON, CaseState.IN_PROGRESS)
"""What a reminder tells; a caseload without any of them needs none."""


def get_week(day: date) -> date:
    """The Monday of a day's week.

    >>> get_week(date(2019, 4, 10)), get_week(date(2019, 4, 8))
    (datetime.date(2019, 4, 8), datetime.date(2019, 4, 8))
    """
    return day - timedelta(days=day.weekday())


def needs_reminder(numbers: CaseNumbers) -> bool:
    """Whether there is anything to remind of."""
    return any(numbers.states[state] for state in REMINDED_OF)


def describe_due(numbers: CaseNumbers) -> str:
    """The numbers in words: "3 overdue, 2 due soon"."""
    states = [state for state in REMINDED_OF if numbers.states[state]]
    return ", ".join(f"{numbers.states[state]:,} {CASE_STATE_LABELS[state].lower()}" for state in states)


def write_reminder(numbers: CaseNumbers, *, address: str, due_soon_days: int) -> str:
    """The text of a reminder.

    Args:
        numbers: of the person's caseload.
        address: where the pages are.
        due_soon_days: how many days before its due date a Star is due soon (R7).
    """
    meanings = {
        CaseState.OVERDUE: "overdue",
        CaseState.DUE_SOON: f"due within {due_soon_days} days",
        CaseState.IN_PROGRESS: "in progress, and not recorded yet",
    }
    lines = [f"- {numbers.states[state]:,} {words}" for state, words in meanings.items() if numbers.states[state]]
    return (
        "Stars on your caseload:\n\n"
        + "\n".join(lines)
        + f"\n\nYour caseload: {address}/caseload\n\n"
        + "You asked for this once a week. It names no family, and needs no answer. To end it: "
        + f"{address}/account/reminders\n"
    )
