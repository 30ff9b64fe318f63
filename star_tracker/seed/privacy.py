"""Invented names of some of the demonstration's families, and a restriction of one.

By number, as in ``hard_cases``; none of this changes a date or a figure.
"""

from collections.abc import Mapping

from sqlalchemy import select

from star_tracker.domain.context import Context
from star_tracker.extensions import db
from star_tracker.models import Family, User
from star_tracker.records.families.family_names import rename_family
from star_tracker.records.families.restrictions import restrict_family
from star_tracker.seed.hard_cases import family_ref

NAMES: Mapping[int, str] = {1: "Oak", 3: "Ash", 8: "Birch", 354: "Elm", 364: "Rowan", 403: "Hazel"}

RESTRICTED = 354
"""An open family of Crewe, for which only its practitioner is named."""

NAMED_EMAIL = "crewe.2@example.org"


def add_names(context: Context) -> None:
    """Name some families and each of their parents: "Demo family Oak", "Demo parent A"."""
    for number, name in NAMES.items():
        family = _get_family(number)
        rename_family(
            context,
            family_id=family.id,
            name=f"Demo family {name}",
            council_ref=family.council_ref,
            parent_names={parent.id: f"Demo parent {parent.ref[-1]}" for parent in family.parents},
        )


def add_restriction(context: Context) -> None:
    """Restrict one family to one practitioner."""
    restrict_family(
        context,
        family_id=_get_family(RESTRICTED).id,
        people_ids=[db.session.scalars(select(User.id).where(User.email == NAMED_EMAIL)).one()],
        reason="Demo: a relative of a colleague in the same pod",
    )


def _get_family(number: int) -> Family:
    return db.session.scalars(select(Family).where(Family.ref == family_ref(number))).one()
