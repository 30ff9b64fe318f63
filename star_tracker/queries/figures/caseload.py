"""The caseload: what is due next for each parent whom somebody may record for, most urgent first.

The order needs only a few columns of each case; everything else is read for the page that is shown alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import load_only

from star_tracker.domain.caseload import Case, CaseState, group_by_intervention, sort_cases
from star_tracker.domain.interventions import is_open_at
from star_tracker.domain.permissions import Reader
from star_tracker.domain.schedule import NextStar, Timings, next_star
from star_tracker.domain.star_rules import DAYS_AFTER_CLOSURE
from star_tracker.domain.texts import name_and_ref, ref_and_name
from star_tracker.extensions import db
from star_tracker.models import Contact, Draft, Family, Intervention, Parent, Pod, Priority, Registration, Star, User
from star_tracker.queries.accounts.people import list_people
from star_tracker.queries.families.priorities import is_awaited
from star_tracker.queries.families.readers import is_readers_intervention
from star_tracker.queries.figures.conditions import is_of_service
from star_tracker.queries.figures.schedules import list_star_dates, select_star_dates
from star_tracker.queries.paging import Page


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """A case as a list shows it.

    Attributes:
        parent_name, family_name: "" if there is none.
        practitioner: the intervention's; None if it has none yet.
        draft: the Star in progress.
        saved_by: who has saved it last.
        agreed_by: the first day by which something was agreed with the parent of which nobody has said what came of it.
        agreed_star_id: the Star after which it was agreed.
        last_seen_on: the day of the last visit of this intervention on which the family was seen.
        until: the last day that a Star may be dated, if the intervention is closed.
    """

    case: Case
    parent_name: str
    family_name: str
    family_id: int
    restricted: bool
    pod: str
    practitioner: User | None
    closed_on: date | None
    draft: Draft | None
    saved_by: User | None
    agreed_by: date | None
    agreed_star_id: int | None
    last_seen_on: date | None
    until: date | None

    @property
    def parent(self) -> str:
        """The parent's reference, with the name if there is one."""
        return ref_and_name(self.case.parent_ref, self.parent_name)

    @property
    def family(self) -> str:
        """The family's reference, with the name if there is one."""
        return ref_and_name(self.case.family_ref, self.family_name)

    @property
    def parent_first(self) -> str:
        """The parent's name, then the reference."""
        return name_and_ref(self.case.parent_ref, self.parent_name)

    @property
    def family_first(self) -> str:
        """The family's name, then the reference; without a name, that it is a family."""
        return name_and_ref(self.case.family_ref, self.family_name) if self.family_name else f"Family {self.family}"


@dataclass(frozen=True)
class CaseloadPage(Page[CaseRow]):
    """One page of a list of parents."""


@dataclass(frozen=True)
class FamiliesPage(Page[list[CaseRow]]):
    """One page of a caseload: the parents of each family's intervention, the most urgent first."""

    @property
    def groups(self) -> list[tuple[CaseState, list[list[CaseRow]]]]:
        """The families under the headings of their most urgent parents, for a caseload in the order of urgency."""
        return [(state, list(rows)) for state, rows in groupby(self.rows, key=lambda rows: rows[0].case.group)]


def list_caseload(
    *,
    reader: Reader | None,
    as_at: date,
    timings: Timings,
    practitioner_ids: frozenset[int] | None = None,
    unassigned: bool = False,
    pod_id: int | None = None,
) -> list[Case]:
    """Every parent of an open intervention, and of one closed recently for whom a Star is still due.

    Args:
        reader: only the interventions in which this person may record; None for all.
        as_at: today.
        timings: the numbers of R7.
        practitioner_ids: only the interventions of these practitioners.
        unassigned: only interventions without a practitioner, or whose practitioner's account is closed.
        pod_id: only this pod's.

    Returns:
        The cases, most urgent first (``domain.caseload.sort_cases``).
    """
    cases_statement, stars_statement = _build_statements(reader, as_at, practitioner_ids, unassigned, pod_id)
    found_cases = db.session.execute(cases_statement).all()
    stars = list_star_dates(stars_statement)
    cases = [
        read_case(
            found,
            next_star(found.started_on, found.closed_on, stars.get(found.registration_id, ()), as_at, timings),
            as_at,
        )
        for found in found_cases
    ]
    return sort_cases([case for case in cases if case.is_open or case.next_star.kind is not None])


def get_caseload_page(cases: Sequence[Case], *, page: int = 1, page_size: int = 50) -> CaseloadPage:
    """One page of these cases with everything that the list shows; a page past the last is the last."""
    page = min(max(page, 1), CaseloadPage([], len(cases), page, page_size).pages)
    return CaseloadPage(_list_rows(cases[(page - 1) * page_size : page * page_size]), len(cases), page, page_size)


def get_families_page(cases: Sequence[Case], *, page: int = 1, page_size: int = 25) -> FamiliesPage:
    """One page of these cases by family, with everything that the caseload shows; a page past the last is the last."""
    families = group_by_intervention(cases)
    page = min(max(page, 1), FamiliesPage([], len(families), page, page_size).pages)
    shown = families[(page - 1) * page_size : page * page_size]
    rows = iter(_list_rows([case for family in shown for case in family]))
    by_family = [[next(rows) for _case in family] for family in shown]
    return FamiliesPage(by_family, len(families), page, page_size)


def _list_rows(shown: Sequence[Case]) -> list[CaseRow]:
    found_rows = db.session.execute(_SHOWN, {"registration_ids": [case.registration_id for case in shown]}).all()
    by_registration = {found.registration_id: found for found in found_rows}
    saved_by_ids = {found.Draft.saved_by_id for found in found_rows if found.Draft}
    people = list_people({case.practitioner_id for case in shown} | saved_by_ids)
    return [_row(case, by_registration[case.registration_id], people) for case in shown]


_AGREED = (
    select(Priority.by_when, Priority.star_id)
    .join(Star, Star.id == Priority.star_id)
    .where(Star.registration_id == Registration.id, is_awaited())
    .order_by(Priority.by_when, Priority.id)
    .limit(1)
)
"""What was agreed with the parent of a registration, nobody has said what came of, and comes due first."""

_SHOWN = (
    select(
        Registration.id.label("registration_id"),
        Parent.name.label("parent_name"),
        Family.id.label("family_id"),
        Family.name.label("family_name"),
        Family.restricted,
        Pod.name.label("pod"),
        Intervention.closed_on,
        select(func.max(Contact.contacted_on))
        .where(Contact.intervention_id == Intervention.id, Contact.seen)
        .scalar_subquery()
        .label("last_seen_on"),
        _AGREED.with_only_columns(Priority.by_when).scalar_subquery().label("agreed_by"),
        _AGREED.with_only_columns(Priority.star_id).scalar_subquery().label("agreed_star_id"),
        Draft,
    )
    .join(Intervention, Intervention.id == Registration.intervention_id)
    .join(Pod, Pod.id == Intervention.pod_id)
    .join(Parent, Parent.id == Registration.parent_id)
    .join(Family, Family.id == Registration.family_id)
    .outerjoin(Draft, (Draft.registration_id == Registration.id) & Draft.star_id.is_(None))
    .where(Registration.id.in_(bindparam("registration_ids", expanding=True)))
    .options(load_only(Draft.answers, Draft.saved_at, Draft.saved_by_id))
)
"""What is shown of these registrations, as rows: a fifth of the time that the tables' own objects take."""


def _row(case: Case, found: Any, people: Mapping[int | None, User]) -> CaseRow:
    closed_on = found.closed_on
    return CaseRow(
        case=case,
        parent_name=found.parent_name,
        family_name=found.family_name,
        family_id=found.family_id,
        restricted=found.restricted,
        pod=found.pod,
        practitioner=people.get(case.practitioner_id),
        closed_on=closed_on,
        draft=found.Draft,
        saved_by=people.get(found.Draft.saved_by_id) if found.Draft else None,
        agreed_by=found.agreed_by,
        agreed_star_id=found.agreed_star_id,
        last_seen_on=found.last_seen_on,
        until=None if case.is_open or closed_on is None else closed_on + timedelta(days=DAYS_AFTER_CLOSURE),
    )


@lru_cache(maxsize=100)
def _build_statements(
    reader: Reader | None, as_at: date, practitioner_ids: frozenset[int] | None, unassigned: bool, pod_id: int | None
) -> tuple[Select[*tuple[Any, ...]], Select[int, str, date]]:
    """The registrations for which a Star may be recorded on a day (R6), with the Star in progress if any; their Stars.

    Both are built once for the same choice of somebody with the same rights: building them takes as long as asking.
    """
    statement = select_cases().where(
        is_of_service(),
        Intervention.started_on <= as_at,
        Intervention.closed_on.is_(None) | (Intervention.closed_on >= as_at - timedelta(days=DAYS_AFTER_CLOSURE)),
        is_readers_intervention(reader),
    )
    if practitioner_ids is not None:
        statement = statement.where(Intervention.practitioner_id.in_(sorted(practitioner_ids)))
    if unassigned:
        statement = statement.where(is_unassigned())
    if pod_id is not None:
        statement = statement.where(Intervention.pod_id == pod_id)
    return statement, select_star_dates(as_at, statement.with_only_columns(Registration.id))


def select_cases() -> Select[*tuple[Any, ...]]:
    """What ``read_case`` needs of each registration: more conditions may use its intervention, family and parent."""
    return (
        select(
            Registration.id.label("registration_id"),
            Registration.intervention_id,
            Intervention.pod_id,
            Intervention.practitioner_id,
            Family.ref.label("family_ref"),
            Parent.ref.label("parent_ref"),
            Intervention.started_on,
            Intervention.closed_on,
            Draft.id.label("draft_id"),
        )
        .join(Intervention, Intervention.id == Registration.intervention_id)
        .join(Parent, Parent.id == Registration.parent_id)
        .join(Family, Family.id == Registration.family_id)
        .outerjoin(Draft, (Draft.registration_id == Registration.id) & Draft.star_id.is_(None))
    )


def is_unassigned() -> ColumnElement[bool]:
    """The intervention has no practitioner, or one whose account is closed."""
    has_left = select(User.id).where(User.active.is_(False))
    return Intervention.practitioner_id.is_(None) | Intervention.practitioner_id.in_(has_left)


def read_case(found: Any, star: NextStar, as_at: date) -> Case:
    """The case of a row of ``select_cases`` as it stands on a day, with the Star that is asked for."""
    return Case(
        registration_id=found.registration_id,
        intervention_id=found.intervention_id,
        pod_id=found.pod_id,
        practitioner_id=found.practitioner_id,
        family_ref=found.family_ref,
        parent_ref=found.parent_ref,
        started_on=found.started_on,
        is_open=is_open_at(found.closed_on, as_at),
        next_star=star,
        in_progress=found.draft_id is not None,
    )
