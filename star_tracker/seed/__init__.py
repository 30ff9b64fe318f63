"""The demonstration service: obviously invented, the same each time, and anchored on a date.

``plan`` generates families and interventions with the figures that the real service published; ``stars`` generates
each parent's Stars; ``hard_cases`` lists which family shows which special case; ``rows`` puts them into the rows of a
Star CSV; ``people`` adds councils, pods, staff, leave cover and a request about an account; ``privacy`` names some
families and restricts one; ``agreements`` adds priorities; ``interventions`` transfers some and reopens one; ``drafts``
begins a Star; ``contacts`` adds visits; ``comparison`` adds a comparison group; ``feedback`` adds what people said,
targets, and the words of two returns. This module writes them to the record. ``returns`` signs off the last quarters'
returns, in a second step.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from star_tracker.domain.contract_years import ALWAYS
from star_tracker.domain.scales import HIGHEST, LOWEST, CompletedBy, Kind, NotScored
from star_tracker.domain.star_rules import Reading
from star_tracker.extensions import db
from star_tracker.models import Family, Registration, ServiceSetting, Star
from star_tracker.queries.figures.service import DEMONSTRATION
from star_tracker.records.imports.importing import import_rows
from star_tracker.records.stars.stars import NewStar, correct_star, withdraw_star
from star_tracker.records.transactions import write_transaction
from star_tracker.seed.agreements import add_agreements
from star_tracker.seed.comparison import add_comparison_group
from star_tracker.seed.contacts import add_contacts
from star_tracker.seed.drafts import add_star_in_progress
from star_tracker.seed.feedback import add_feedback
from star_tracker.seed.hard_cases import HardCase, list_refs
from star_tracker.seed.interventions import add_transfers_and_reopening
from star_tracker.seed.people import add_account_request, add_leave_cover, add_pods_and_people
from star_tracker.seed.privacy import add_names, add_restriction
from star_tracker.seed.returns import sign_off_demonstration
from star_tracker.seed.rows import build_rows

__all__ = ["build_rows", "seed_demonstration", "sign_off_demonstration"]

EDITION = "first"
"""The edition of the invented Stars."""

CORRECTED_AREA = "your_wellbeing"


def seed_demonstration(*, anchor: date, now: datetime) -> bool:
    """Fill an empty, migrated database with the demonstration service.

    Args:
        anchor: the day for which the published figures are correct; nothing is dated later.
        now: when the records are made.

    Returns:
        False, with nothing changed, if there are families already.
    """
    if db.session.scalar(select(Family.id).limit(1)):
        return False
    with write_transaction() as session:
        session.merge(ServiceSetting(name=DEMONSTRATION, holds_from=ALWAYS, value="yes"))
        by_lead = add_pods_and_people(session, anchor=anchor, now=now)
    import_rows(by_lead, build_rows(anchor), edition=EDITION, source="the demonstration service")
    for star_id in _list_star_ids(HardCase.WITHDRAWN, Kind.INTERIM):
        withdraw_star(by_lead, star_id=star_id, reason="Demo: this Star was another family's")
    for star_id in _list_star_ids(HardCase.CORRECTED, Kind.START):
        correct_star(
            by_lead,
            star_id=star_id,
            star=_corrected(db.session.get_one(Star, star_id)),
            reason="Demo: the parent's value was entered instead of the worker's",
        )
    add_names(by_lead)
    add_restriction(by_lead)
    add_agreements(by_lead)
    add_transfers_and_reopening(by_lead)
    add_star_in_progress(anchor=anchor, edition=EDITION, now=now)
    add_contacts(by_lead)
    add_leave_cover(by_lead)
    add_account_request(anchor=anchor, now=now)
    add_comparison_group(anchor=anchor, now=now, edition=EDITION)
    add_feedback(by_lead)
    return True


def _list_star_ids(case: HardCase, kind: Kind) -> Sequence[int]:
    """The id of the first Star of this kind in each family that shows this case."""
    return db.session.scalars(
        select(func.min(Star.id))
        .join(Registration, Registration.id == Star.registration_id)
        .join(Family, Family.id == Registration.family_id)
        .where(Family.ref.in_(list_refs(case)), Star.kind == kind)
        .group_by(Family.id)
        .order_by(Family.id)
    ).all()


def _corrected(star: Star) -> NewStar:
    """The same Star with a lower worker's value in one area, beside which the parent's value stays."""
    readings = {
        reading.area: Reading(reading.value, NotScored(reading.reason) if reading.reason else None)
        for reading in star.readings
    }
    parent_value = readings[CORRECTED_AREA].value or HIGHEST
    readings[CORRECTED_AREA] = Reading(
        value=max(LOWEST, parent_value - 1),
        parent_value=parent_value,
        note="Demo: the parent sees this area a step further on than the worker does.",
    )
    return NewStar(
        kind=Kind(star.kind),
        completed_on=star.completed_on,
        completed_by=CompletedBy(star.completed_by),
        retrospective=star.retrospective,
        edition=star.edition,
        readings=readings,
    )
