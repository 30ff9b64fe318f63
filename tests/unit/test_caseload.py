"""What presses most on a caseload, and how it is counted."""

from dataclasses import replace
from datetime import date

from star_tracker.domain.caseload import Case, CaseState, count_cases, describe_caseload, sort_cases
from star_tracker.domain.scales import Kind
from star_tracker.domain.schedule import DueState, NextStar

LATE, LATER = date(2019, 3, 1), date(2019, 3, 2)
CASE = Case(
    registration_id=1,
    intervention_id=1,
    pod_id=1,
    practitioner_id=None,
    family_ref="F1",
    parent_ref="P1",
    started_on=date(2019, 1, 3),
    is_open=True,
    next_star=NextStar(None, None, DueState.NOTHING_DUE),
    in_progress=False,
)


def due(ref: str, state: DueState, due_on: date, *, in_progress: bool = False) -> Case:
    return replace(CASE, family_ref=ref, next_star=NextStar(Kind.INTERIM, due_on, state), in_progress=in_progress)


def test_cases_are_sorted_overdue_first_then_in_progress_and_nothing_due_last() -> None:
    in_order = [
        due("late", DueState.OVERDUE, LATE),
        due("later, in progress", DueState.OVERDUE, LATER, in_progress=True),
        due("in progress", DueState.DUE_SOON, LATE, in_progress=True),
        due("in progress too", DueState.NOT_DUE, LATER, in_progress=True),
        replace(CASE, family_ref="nothing due, in progress", in_progress=True),
        due("soon", DueState.DUE_SOON, LATE),
        due("a day after", DueState.DUE_SOON, LATER),
        due("some time", DueState.NOT_DUE, LATE),
        replace(CASE, family_ref="A"),
        replace(CASE, family_ref="B", parent_ref="P1"),
        replace(CASE, family_ref="B", parent_ref="P2"),
    ]
    assert sort_cases(in_order[::-1]) == in_order


def test_star_in_progress_also_counts_in_its_due_state() -> None:
    cases = [
        due("F1", DueState.OVERDUE, LATE, in_progress=True),
        replace(due("F2", DueState.NOT_DUE, LATE), intervention_id=2),
        replace(due("F3", DueState.OVERDUE, LATE), intervention_id=3, is_open=False),
    ]
    numbers = count_cases(cases)
    assert (numbers.interventions, numbers.parents) == (2, 3), "the third is closed"
    assert numbers.states == {
        CaseState.OVERDUE: 2,
        CaseState.IN_PROGRESS: 1,
        CaseState.DUE_SOON: 0,
        CaseState.NOT_DUE: 1,
        CaseState.NOTHING_DUE: 0,
    }
    assert describe_caseload(numbers) == "Caseload: 2 overdue, 0 due soon, 1 in progress"
