"""The demonstration's comparison group: families allocated to another team, without Stars, whom no figure counts (R14).

As many as in the published trial, of whom as many closed successfully, and sooner than the service's.
"""

from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select

from star_tracker.domain.context import Context
from star_tracker.domain.permissions import Actor
from star_tracker.domain.scales import ClosureReason
from star_tracker.extensions import db
from star_tracker.models import User
from star_tracker.queries.councils import get_council_named
from star_tracker.records.imports.importing import import_rows
from star_tracker.records.pods import add_pod, compare_with_pod
from star_tracker.seed.hard_cases import family_ref
from star_tracker.seed.people import ADMINISTRATOR_EMAIL, COUNTY
from star_tracker.seed.plan import SEED, working_day
from star_tracker.seed.rows import FIRST_ROW
from star_tracker.starfile.rows import StarRow

COMPARISON = "Other team"
ENDINGS: tuple[ClosureReason | None, ...] = (
    *[ClosureReason.COMPLETED] * 27,
    *[ClosureReason.DISENGAGED] * 3,
    *[ClosureReason.MOVED_AWAY] * 2,
    *[None] * 12,
)
"""How each of the 44 families ended; None of those that are open."""

FIRST_NUMBER = 501
"""The number of the first family's reference; the service's own have lower ones."""

FIRST_AGE, APART = 650, 10
"""How many days before the anchor the first began, and how many days later the next."""

SHORTEST, LONGEST = 40, 150
"""How many days one lasts that has closed: all before the anchor."""


def add_comparison_group(*, anchor: date, now: datetime, edition: str) -> None:
    """Add the pod with its families, and have the administrator make it a comparison group."""
    user_id = db.session.scalars(select(User.id).where(User.email == ADMINISTRATOR_EMAIL)).one()
    by_administrator = Context(Actor(user_id, ADMINISTRATOR_EMAIL), now, anchor)
    pod_id = add_pod(by_administrator, name=COMPARISON, council_id=get_council_named(COUNTY).id).id
    import_rows(
        by_administrator, build_comparison_rows(anchor), edition=edition, source="the demonstration's other team"
    )
    compare_with_pod(by_administrator, pod_id=pod_id, is_comparison=True)


def build_comparison_rows(anchor: date) -> list[StarRow]:
    """A row for each family, always the same for the same anchor."""
    rng = Random(f"{SEED} {COMPARISON}")
    rows = []
    for number, reason in enumerate(rng.sample(ENDINGS, len(ENDINGS))):
        started_on = working_day(anchor - timedelta(days=FIRST_AGE - APART * number))
        ref = family_ref(FIRST_NUMBER + number)
        rows.append(
            StarRow(
                number=FIRST_ROW + number,
                family_ref=ref,
                council_ref="",
                parent_ref=f"{ref}-A",
                pod=COMPARISON,
                practitioner="",
                referred_on=started_on,
                started_on=started_on,
                closed_on=working_day(started_on + timedelta(days=rng.randint(SHORTEST, LONGEST))) if reason else None,
                closure_reason=reason,
                children=rng.randint(1, 4),
                star=None,
            )
        )
    return rows
