"""Two transfers to a colleague, and a closing with reopening, in the demonstration.

By number, as in ``hard_cases``: open families that began long enough before any anchor. Each stays in its pod and stays
open, so that published figures do not change.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from star_tracker.domain.context import Context
from star_tracker.domain.scales import ClosureReason
from star_tracker.extensions import db
from star_tracker.models import Family, Intervention, User
from star_tracker.queries.accounts.people import list_practitioners_to_choose
from star_tracker.records.families.families import close_intervention
from star_tracker.records.families.reopenings import reopen_intervention
from star_tracker.records.families.transfers import NewTransfer, transfer_intervention
from star_tracker.seed.hard_cases import family_ref

TRANSFERRED = (363, 375)
REOPENED = 390

TRANSFERRED_AGO, CLOSED_AGO, REOPENED_AGO = timedelta(days=30), timedelta(days=20), timedelta(days=6)
"""How long before the anchor."""


def add_transfers_and_reopening(context: Context) -> None:
    """Transfer two interventions to a colleague in the same pod, and close and reopen a third."""
    colleagues = [person.id for person in list_practitioners_to_choose()]
    for number in TRANSFERRED:
        intervention = _get_intervention(number)
        transfer = NewTransfer(
            pod_id=intervention.pod_id,
            practitioner_id=_colleague(intervention, colleagues),
            transferred_on=context.today - TRANSFERRED_AGO,
            reason="Demo: the practitioner is on parental leave",
        )
        transfer_intervention(context, intervention_id=intervention.id, transfer=transfer)
    closed_on, reopened_on = context.today - CLOSED_AGO, context.today - REOPENED_AGO
    intervention_id = _get_intervention(REOPENED).id
    close_intervention(
        replace(context, today=closed_on),
        intervention_id=intervention_id,
        closed_on=closed_on,
        reason=ClosureReason.DISENGAGED,
    )
    reopen_intervention(
        replace(context, today=reopened_on),
        intervention_id=intervention_id,
        reason="Demo: the family answered a letter and would like to go on",
    )


def _get_intervention(number: int) -> Intervention:
    return db.session.scalars(select(Intervention).join(Family).where(Family.ref == family_ref(number))).one()


def _colleague(intervention: Intervention, practitioner_ids: Sequence[int]) -> int:
    """The last other practitioner of the same pod; the tour of the demonstration signs in as the first."""
    return next(
        user_id
        for user_id in reversed(practitioner_ids)
        if user_id != intervention.practitioner_id
        and intervention.pod_id in {pod.id for pod in db.session.get_one(User, user_id).pods}
    )
