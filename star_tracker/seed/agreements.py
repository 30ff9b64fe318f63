"""Invented priorities of some of the demonstration's families, with their outcomes.

By number, as in ``hard_cases``. Families with high numbers are open, so their priorities are asked about at the next
Star.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import cycle

from sqlalchemy import select

from star_tracker.domain.agreements import Agreement, ReportedOutcome, fingerprint_agreed
from star_tracker.domain.context import Context
from star_tracker.domain.scales import AREAS, Kind, Outcome
from star_tracker.extensions import db
from star_tracker.models import Family, Star
from star_tracker.queries.families.priorities import list_priorities_to_review
from star_tracker.records.stars.priorities import record_priorities
from star_tracker.seed.hard_cases import family_ref

FAMILIES = (1, 3, 8, 133, 222, 41, 318, 340, 354, 364, 380, 392, 403)

DAYS_TO_DO_IT = 28

ACTIONS: Mapping[str, tuple[str, str]] = {
    "physical_health": ("Demo: ask the surgery for the check-up that was put off.", "Demo parent"),
    "your_wellbeing": ("Demo: an hour for yourself on Thursdays, while Gran has the children.", "Demo parent and Gran"),
    "meeting_emotional_needs": ("Demo: ten minutes of play with each child after tea.", "Demo parent"),
    "keeping_children_safe": ("Demo: fit the stair gate, and lock the medicine away.", "Demo parent"),
    "social_networks": (
        "Demo: go to the parents' group at the library twice.",
        "Demo parent, with the worker the first time",
    ),
    "education_and_learning": ("Demo: meet the school about the mornings.", "Demo parent and the school"),
    "boundaries_and_behaviour": ("Demo: the same three rules from everybody at home.", "Everybody at home"),
    "family_routine": ("Demo: bed at half past seven on school nights, with a story.", "Demo parent"),
    "home_and_money": ("Demo: ring the housing office about the boiler.", "The worker"),
    "progress_to_work": ("Demo: look at two courses at the college.", "Demo parent"),
}
"""The action agreed for each area, and by whom."""


def add_agreements(context: Context) -> None:
    """Add, after each Star of one parent in these families, outcomes of earlier priorities and new priorities.

    Nothing new is agreed at a closure, and every third family leaves one outcome open, to be asked about again.
    """
    outcomes = cycle(Outcome)
    for place, number in enumerate(FAMILIES):
        for star in _list_stars(number):
            earlier = list_priorities_to_review(star)
            asked_about = earlier[:-1] if place % 3 == 2 else earlier
            record_priorities(
                context,
                star_id=star.id,
                priorities=_agree_on_lowest(star) if star.kind != Kind.CLOSURE else [],
                outcomes={
                    priority.id: ReportedOutcome(outcome=outcome, about=fingerprint_agreed([priority.agreement]))
                    for priority, outcome in zip(asked_about, outcomes, strict=False)
                },
                seen=fingerprint_agreed([]),
            )


def _list_stars(number: int) -> Sequence[Star]:
    """The Stars in force of the family's first parent, in its first intervention."""
    family = db.session.scalars(select(Family).where(Family.ref == family_ref(number))).one()
    registration = min(family.interventions[0].registrations, key=lambda part: part.parent.ref)
    return registration.stars_in_force


def _agree_on_lowest(star: Star) -> list[Agreement]:
    """Agreements about the two areas with the lowest values."""
    scored = sorted((reading.value, AREAS.index(reading.area)) for reading in star.readings if reading.value)
    areas = [AREAS[position] for _value, position in scored[:2]]
    by_when = (star.completed_on + timedelta(days=DAYS_TO_DO_IT), None)
    return [
        Agreement(area=area, action=ACTIONS[area][0], by_whom=ACTIONS[area][1], by_when=day)
        for area, day in zip(areas, by_when, strict=False)
    ]
