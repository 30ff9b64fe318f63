"""The practitioners who record in a measurement, the families that they record for, and what is recorded when."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from star_tracker.domain.permissions import Actor
from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.models import Pod
from star_tracker.records.families.families import NewIntervention, NewParent, record_family
from tests.bench.plans import Person, RoundPlan, StarPlan, plan_stars
from tests.support.live import PASSWORD, live_person
from tests.support.tiny import by

PRACTITIONERS = 20
SEED = 20190410
ROUNDS = (("0.3 to 0.5 s before each answer", 0.3, 0.5), ("no pause", 0.0, 0.0))
"""What the rounds are called, and the shortest and the longest pause in seconds."""


def make_recorders(stars: int) -> tuple[list[Person], list[RoundPlan]]:
    """Add the practitioners to the current application's record; who they are, and so many Stars for each and round.

    They belong to the first pod. Each has a family with two parents for each round, and two of them one more.
    """
    choose = random.Random(SEED)
    pod_id, pod = db.session.execute(select(Pod.id, Pod.name).order_by(Pod.name).limit(1)).one()
    live = [
        live_person(f"recorder{number + 1}@example.org", roles=[Role.PRACTITIONER], pod=pod)
        for number in range(PRACTITIONERS)
    ]
    rounds = []
    for turn, (words, shortest, longest) in enumerate(ROUNDS):
        plans = [_plan_for(f"R{turn + 1}-{one.user_id}", pod_id, one.user_id, stars, choose) for one in live]
        shared = _plan_for(f"R{turn + 1}-shared", pod_id, live[0].user_id, 1, choose)[0]
        rounds.append(RoundPlan(words, shortest, longest, plans, shared))
    return [Person(one.email, PASSWORD, one.totp or "") for one in live], rounds


def _plan_for(ref: str, pod_id: int, practitioner_id: int, stars: int, choose: random.Random) -> Sequence[StarPlan]:
    now = datetime.now(UTC)
    started_on = now.date() - timedelta(days=60)
    family = record_family(
        by(Actor(email="bench@example.org"), now),
        ref=ref,
        name="Demo family Ash",
        council_ref="",
        parents=[NewParent(ref=f"{ref}{letter}", name=f"Demo parent {letter}") for letter in "ab"],
        intervention=NewIntervention(
            pod_id=pod_id, practitioner_id=practitioner_id, referred_on=started_on, started_on=started_on, children=2
        ),
    )
    registration_ids = [registration.id for registration in family.interventions[0].registrations]
    return plan_stars(registration_ids, stars, started_on + timedelta(days=20), choose)
