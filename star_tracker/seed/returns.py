"""The demonstration's signed returns, so that its council officer has something to read.

They draw pictures, which takes seconds, and after which a process must not fork (``analysis.charts``): so this is no
part of ``seed_demonstration``, and the command that serves the demonstration does it in a process of its own.
"""

from datetime import date, datetime

from sqlalchemy import select

from star_tracker.analysis.disclosure import Profile
from star_tracker.config import Settings
from star_tracker.domain.context import Context
from star_tracker.domain.periods import Quarter
from star_tracker.domain.permissions import Actor, Role
from star_tracker.exports.return_files import MadeReturn
from star_tracker.extensions import db
from star_tracker.models import User
from star_tracker.queries.returns.returns import get_return
from star_tracker.queries.returns.signed_returns import list_signing_histories
from star_tracker.records.returns import sign_off_return
from star_tracker.seed.people import LEAD_EMAIL

NOTE = "Demo: signed off for the demonstration. Every family in these figures is invented."


def sign_off_demonstration(*, anchor: date, now: datetime, settings: Settings) -> bool:
    """Sign off both returns of the last quarter but one that has ended, and the restricted one of the last.

    The last quarter's published return is left for whoever tries the demonstration: each costs half a second or more.

    Returns:
        Whether it was done: False, and nothing is changed, if anything was ever signed off.
    """
    if list_signing_histories(settings.year_starts_in):
        return False
    lead_id = db.session.scalars(select(User.id).where(User.email == LEAD_EMAIL)).one()
    by_lead = Context(Actor(lead_id, LEAD_EMAIL, frozenset({Role.LEAD})), now, anchor)
    last = Quarter.containing(anchor, settings.year_starts_in).previous()
    for quarter, profile in (
        (last.previous(), Profile.RESTRICTED),
        (last.previous(), Profile.PUBLISHED),
        (last, Profile.RESTRICTED),
    ):
        made = MadeReturn(get_return(quarter, profile, settings, today=anchor))
        sign_off_return(by_lead, made=made, checked=made.page.fingerprint, note=NOTE)
    return True
