"""The caseload: what has to be done next for each parent, and what is most urgent, by R7."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from star_tracker.domain.schedule import DueState, NextStar


class CaseState(StrEnum):
    """What a caseload is counted and filtered by, most urgent first: the states of R7, and a Star in progress."""

    OVERDUE = "overdue"
    IN_PROGRESS = "in_progress"
    DUE_SOON = "due_soon"
    NOT_DUE = "not_due"
    NOTHING_DUE = "nothing_due"


CASE_STATE_LABELS: Mapping[CaseState, str] = MappingProxyType(
    {
        CaseState.OVERDUE: "Overdue",
        CaseState.IN_PROGRESS: "In progress",
        CaseState.DUE_SOON: "Due soon",
        CaseState.NOT_DUE: "Not due yet",
        CaseState.NOTHING_DUE: "Nothing more due",
    }
)

_BY_URGENCY = tuple(CaseState)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One parent's registration in an intervention, as it stands on a day.

    Attributes:
        practitioner_id: the intervention's practitioner; None if it has none yet.
        started_on: the intervention's first day.
        is_open: whether the intervention is open; if not, it closed recently, and Stars may still be recorded.
        next_star: the Star that is due next (R7).
        in_progress: whether a Star is in progress.
    """

    registration_id: int
    intervention_id: int
    pod_id: int
    practitioner_id: int | None
    family_ref: str
    parent_ref: str
    started_on: date
    is_open: bool
    next_star: NextStar
    in_progress: bool

    @property
    def group(self) -> CaseState:
        """The heading it is listed under: a Star in progress comes before everything that is not overdue."""
        if self.in_progress and self.next_star.state != DueState.OVERDUE:
            return CaseState.IN_PROGRESS
        return CaseState(self.next_star.state.value)

    def is_in(self, state: CaseState) -> bool:
        """Whether it counts towards a state: its state of R7, and in progress as well if a Star is."""
        return self.in_progress if state == CaseState.IN_PROGRESS else self.next_star.state.value == state.value


@dataclass(frozen=True)
class CaseNumbers:
    """The numbers of open interventions, of parents, and of the parents in each state."""

    interventions: int
    parents: int
    states: Mapping[CaseState, int]


def sort_cases(cases: Collection[Case]) -> list[Case]:
    """Most urgent first: overdue, the longest first; Stars in progress; then by due date; nothing due last."""
    return sorted(
        cases,
        key=lambda case: (
            _BY_URGENCY.index(case.group),
            case.next_star.due_on or date.max,
            case.family_ref,
            case.parent_ref,
            case.registration_id,
        ),
    )


def group_by_intervention(cases: Collection[Case]) -> list[list[Case]]:
    """The parents of each intervention together: in the order of these cases, by each intervention's first.

    >>> group_by_intervention([])
    []
    """
    groups: dict[int, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.intervention_id, []).append(case)
    return list(groups.values())


def count_cases(cases: Collection[Case]) -> CaseNumbers:
    """The numbers of these cases; overdue, due soon, not due and nothing due add up to the parents."""
    return CaseNumbers(
        interventions=len({case.intervention_id for case in cases if case.is_open}),
        parents=len(cases),
        states={state: sum(case.is_in(state) for case in cases) for state in CaseState},
    )


def describe_caseload(numbers: CaseNumbers) -> str:
    """The page's title, which a browser shows on its tab.

    >>> describe_caseload(count_cases([]))
    'Caseload: 0 overdue, 0 due soon'
    """
    states = [CaseState.OVERDUE, CaseState.DUE_SOON]
    if numbers.states[CaseState.IN_PROGRESS]:
        states.append(CaseState.IN_PROGRESS)
    return "Caseload: " + ", ".join(f"{numbers.states[state]:,} {CASE_STATE_LABELS[state].lower()}" for state in states)
