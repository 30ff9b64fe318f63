"""What in the record of a cohort's families is worth a second look (``domain.record_checks``)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import joinedload

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.domain.interventions import is_open_at
from star_tracker.domain.permissions import Reader
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.record_checks import Check, CheckedStar, Finding, list_findings
from star_tracker.domain.scales import Kind
from star_tracker.extensions import db
from star_tracker.models import Family, Intervention, Parent, Reading, Registration, Standing, Star
from star_tracker.queries.figures.cohorts import select_standings
from star_tracker.queries.figures.standings import select_digits, write_digits
from star_tracker.queries.paging import Page


@dataclass(frozen=True)
class FindingRow:
    """A finding with the parent's intervention that it is about."""

    registration: Registration
    finding: Finding


def count_findings(
    selected_by: CohortFilter, *, reader: Reader | None, labels: Mapping[str, str], dated: Quarter | None = None
) -> Mapping[Check, int]:
    """How much each check finds; with the families of the reader alone, as everywhere here (R12).

    ``dated``: only what is found in Stars of these days.
    """
    counted = Counter(finding.check for _, finding in _find(selected_by, reader, labels, dated))
    return {check: counted[check] for check in Check}


def list_findings_of(
    check: Check,
    selected_by: CohortFilter,
    *,
    reader: Reader | None,
    labels: Mapping[str, str],
    dated: Quarter | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[FindingRow]:
    """What a check finds, by the families' references; a page past the last is the last."""
    found = [one for one in _find(selected_by, reader, labels, dated) if one[1].check is check]
    page = min(max(page, 1), Page[FindingRow]([], len(found), page, page_size).pages)
    shown = found[(page - 1) * page_size : page * page_size]
    registrations = {
        registration.id: registration
        for registration in db.session.scalars(
            select(Registration)
            .where(Registration.id.in_([registration_id for registration_id, _ in shown]))
            .options(
                joinedload(Registration.parent).joinedload(Parent.family),
                joinedload(Registration.intervention).joinedload(Intervention.pod),
            )
        )
    }
    rows = [FindingRow(registrations[registration_id], finding) for registration_id, finding in shown]
    return Page(rows, len(found), page, page_size)


def _find(
    selected_by: CohortFilter, reader: Reader | None, labels: Mapping[str, str], dated: Quarter | None
) -> list[tuple[int, Finding]]:
    """Every finding with its registration's id: of whoever is in the cohort, or left out for R3's reasons."""
    as_at = selected_by.as_at
    values = select_digits(func.coalesce(Reading.value, 0))
    explained = select_digits(case((Reading.jump_reason == "", 0), else_=1))
    statement = (
        select_standings(
            Registration.id,
            Intervention.closed_on,
            Star.id,
            Star.kind,
            Star.completed_on,
            values,
            explained,
            selected_by=selected_by,
            reader=reader,
        )
        .join(Star, and_(Star.registration_id == Standing.registration_id, Star.is_counted))
        .join(Parent, Parent.id == Registration.parent_id)
        .join(Family, Family.id == Registration.family_id)
        .where(Star.completed_on <= as_at)
        .order_by(Family.ref, Parent.ref, Registration.id, *Star.in_order())
    )
    if dated:
        within = select(Star.registration_id).where(Star.completed_on.between(dated.starts_on, dated.ends_on))
        statement = statement.where(Registration.id.in_(within.correlate(None)))
    found = []
    for (registration_id, closed_on), rows in groupby(db.session.execute(statement), key=lambda row: tuple(row[:2])):
        stars = [
            CheckedStar(star_id, Kind(kind), completed_on, write_digits(values), write_digits(explained))
            for _, _, star_id, kind, completed_on, values, explained in rows
        ]
        is_open = is_open_at(closed_on, as_at)
        asked = {star.id for star in stars if dated is None or star.completed_on in dated}
        found += [
            (registration_id, finding)
            for finding in list_findings(stars, is_open=is_open, as_at=as_at, labels=labels)
            if finding.star_id in asked
        ]
    return found
