"""Signing off a return without its page, for the tests that are about what comes after."""

from datetime import date, datetime

from flask import current_app

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.context import Context
from star_tracker.domain.periods import Quarter
from star_tracker.domain.permissions import Actor, Role
from star_tracker.exports.returns.files import MadeReturn
from star_tracker.models import SignedReturn
from star_tracker.queries.returns.returns import get_return
from star_tracker.records.returns.sign_off import sign_off_return
from tests.support.apps import NOW, TODAY


def make_return(quarter: Quarter, profile: Profile = Profile.RESTRICTED, *, today: date = TODAY) -> MadeReturn:
    """The return of a quarter, from the record of the current application."""
    return MadeReturn(get_return(quarter, profile, current_app.extensions["star_tracker"], today=today))


def sign_off(
    lead_id: int,
    quarter: Quarter,
    profile: Profile = Profile.RESTRICTED,
    *,
    note: str = "Two families were missing",
    now: datetime = NOW,
) -> SignedReturn:
    """Sign off the return as the record gives it now."""
    made = make_return(quarter, profile)
    lead = Actor(lead_id, "lead@example.org", frozenset({Role.LEAD}))
    return sign_off_return(Context(lead, now, TODAY), made=made, checked=made.page.fingerprint, note=note)
