"""The demonstration's signed returns, so that its council officer has something to read.

Drawing their pictures takes seconds, and a process must not fork afterwards (``analysis.charts``): so the command that
serves the demonstration does this in a separate process, after ``seed_demonstration``.
"""

from datetime import date, datetime
from functools import partial
from random import Random

from sqlalchemy import select

from star_tracker.analysis.disclosure import Profile
from star_tracker.config import Settings
from star_tracker.domain.context import Context
from star_tracker.domain.permissions import Actor
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.roles import Role
from star_tracker.domain.row_level import make_pseudonym
from star_tracker.extensions import db
from star_tracker.models import User
from star_tracker.queries.councils import get_council_named
from star_tracker.queries.returns.signed_returns import list_signing_histories
from star_tracker.records.returns.making import give_pseudonyms, make_whole_return
from star_tracker.records.returns.sign_off import sign_off_return
from star_tracker.seed.people import BOROUGH, COUNTY, LEAD_EMAIL
from star_tracker.seed.plan import SEED

NOTE = "Demo: signed off for the demonstration. Every family in these figures is invented."


def sign_off_demonstration(*, anchor: date, now: datetime, settings: Settings) -> bool:
    """Sign off both returns of the quarter before last, and the restricted return of the last; one of the new council.

    The last quarter's published return is left for whoever tries the demonstration.

    Returns:
        False, with nothing changed, if a return was ever signed off.
    """
    county, borough = get_council_named(COUNTY), get_council_named(BOROUGH)
    if list_signing_histories(county):
        return False
    lead_id = db.session.scalars(select(User.id).where(User.email == LEAD_EMAIL)).one()
    by_lead = Context(Actor(lead_id, LEAD_EMAIL, frozenset({Role.LEAD})), now, anchor)
    last, of_borough = (
        Quarter.containing(anchor, council.contract.first_month_on(anchor)).previous() for council in (county, borough)
    )
    make = partial(make_pseudonym, Random(f"{SEED} pseudonyms").choice)
    for council, quarter, profile in (
        (county, last.previous(), Profile.RESTRICTED),
        (county, last.previous(), Profile.PUBLISHED),
        (county, last, Profile.RESTRICTED),
        (borough, of_borough, Profile.RESTRICTED),
    ):
        if profile is Profile.RESTRICTED:
            give_pseudonyms(by_lead, council_id=council.id, as_at=quarter.ends_on, make=make)
        made = make_whole_return(by_lead, council=council, quarter=quarter, profile=profile, settings=settings)
        sign_off_return(by_lead, council=council, made=made, checked=made.page.fingerprint, note=NOTE)
    return True
