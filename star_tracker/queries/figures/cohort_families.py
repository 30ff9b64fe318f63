"""The families behind a cohort's numbers: who is in it, who is left out, where those began, and some as examples."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func
from sqlalchemy.orm import aliased, contains_eager

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.domain.left_out import Group, say_remedy
from star_tracker.domain.permissions import Reader
from star_tracker.domain.scales import AREAS
from star_tracker.extensions import db
from star_tracker.models import Family, Intervention, Parent, Pod, Reading, Registration, Standing, Star
from star_tracker.queries.figures.cohorts import select_standings
from star_tracker.queries.paging import Page


@dataclass(frozen=True)
class FamilyRow:
    """A parent's intervention in a group: ``start_on`` and ``latest_on`` are its Stars' dates, where it has them (R2).

    ``remedy`` says what would put it into a pair; "" if it is in one.
    """

    registration: Registration
    start_on: date | None
    latest_on: date | None
    remedy: str


@dataclass(frozen=True)
class Example:
    """A pair that shows how an area is measured: its Stars' dates, and the area's values in them."""

    registration: Registration
    start_on: date
    latest_on: date
    start: int
    latest: int

    @property
    def change(self) -> int:
        """The latest value minus the first."""
        return self.latest - self.start


def count_other_stars(selected_by: CohortFilter, *, reader: Reader | None) -> int:
    """How many pairs of the reader's families (R12) are left out by what is chosen of a pair's Stars."""
    statement = _select_group(func.count(), group=Group.OTHER_STARS, selected_by=selected_by, reader=reader)
    return db.session.scalar(statement) or 0


def sum_starts(selected_by: CohortFilter, *, reader: Reader | None) -> Mapping[str, tuple[int, int]]:
    """Of the parents with one Star only, how many are scored in each area at the start, and the sum of their values.

    By the area's code; an area in which nobody is scored is missing.
    """
    counted = Reading.area, func.count(Reading.value), func.sum(Reading.value)
    statement = (
        _select_group(*counted, group=Group.ONE_STAR_ONLY, selected_by=selected_by, reader=reader)
        .join(Reading, Reading.star_id == Standing.start_id)
        .where(Reading.value.is_not(None))
        .group_by(Reading.area)
    )
    return {area: (n, int(total)) for area, n, total in db.session.execute(statement)}


def list_group(
    group: Group, selected_by: CohortFilter, *, reader: Reader | None, page: int = 1, page_size: int = 50
) -> Page[FamilyRow]:
    """The parents' interventions of a group, by the families' references; a page past the last is the last.

    Only those of the reader's families (R12), so that the reader may open each.
    """
    total = db.session.scalar(_select_group(func.count(), group=group, selected_by=selected_by, reader=reader)) or 0
    page = min(max(page, 1), Page[FamilyRow]([], total, page, page_size).pages)
    statement = (
        _select_rows(group=group, selected_by=selected_by, reader=reader)
        .offset((page - 1) * page_size)
        .limit(page_size)
    )
    rows = [
        FamilyRow(registration, start_on, latest_on, say_remedy(group, registration.intervention.closed_on))
        for registration, start_on, latest_on in db.session.execute(statement)
    ]
    return Page(rows, total, page, page_size)


def list_examples(area: str, selected_by: CohortFilter, *, reader: Reader | None, most: int = 3) -> list[Example]:
    """The first pairs of the cohort by family that are scored in an area in both Stars (R4)."""
    place = 2 * AREAS.index(area) + 1
    start, latest = (func.substr(Standing.pair_values, place + later, 1) for later in (0, 1))
    statement = (
        _select_rows(start, latest, group=Group.PAIR, selected_by=selected_by, reader=reader)
        .where(start != "0", latest != "0")
        .limit(most)
    )
    return [
        Example(registration, start_on, latest_on, int(first, 16), int(last, 16))
        for registration, start_on, latest_on, first, last in db.session.execute(statement)
    ]


def _select_rows(*columns: Any, group: Group, selected_by: CohortFilter, reader: Reader | None) -> Select[Any]:
    """The registrations of a group by family, with the dates of its start and latest Star, and more columns."""
    start, latest = aliased(Star), aliased(Star)
    of_row = Registration, start.completed_on, latest.completed_on, *columns
    return (
        _select_group(*of_row, group=group, selected_by=selected_by, reader=reader)
        .join(Parent, Parent.id == Registration.parent_id)
        .join(Family, Family.id == Registration.family_id)
        .join(Pod, Pod.id == Intervention.pod_id)
        .outerjoin(start, start.id == Standing.start_id)
        .outerjoin(latest, latest.id == Standing.latest_id)
        .order_by(Family.ref, Parent.ref, Intervention.started_on)
        .options(
            contains_eager(Registration.parent).contains_eager(Parent.family),
            contains_eager(Registration.intervention).contains_eager(Intervention.pod),
        )
    )


def _select_group(*columns: Any, group: Group, selected_by: CohortFilter, reader: Reader | None) -> Select[Any]:
    """These columns of the standings of a group."""
    if group is not Group.OTHER_STARS:
        statement = select_standings(*columns, selected_by=selected_by, reader=reader)
        return statement.where(Standing.standing == group.value)
    in_cohort = _select_group(Standing.latest_id, group=Group.PAIR, selected_by=selected_by, reader=reader)
    pairs = _select_group(*columns, group=Group.PAIR, selected_by=selected_by.of_everybody, reader=reader)
    return pairs.where(Standing.latest_id.not_in(in_cohort.correlate(None)))
