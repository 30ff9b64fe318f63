"""Signing off a return without its page, for the tests that are about what comes after."""

from datetime import date, datetime

from flask import current_app

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.context import Context
from star_tracker.domain.contract_years import ALWAYS
from star_tracker.domain.permissions import Actor
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.roles import Role
from star_tracker.exports.returns.files import MadeReturn
from star_tracker.extensions import db
from star_tracker.models import Council, SignedReturn
from star_tracker.queries.figures.service import get_settings
from star_tracker.records.councils import change_council
from star_tracker.records.returns.making import make_whole_return
from star_tracker.records.returns.sign_off import sign_off_return
from tests.support.apps import COUNCIL, NOW, TODAY


def get_council(council_id: int = COUNCIL) -> Council:
    """A council of the current application; usually its first."""
    return db.session.get_one(Council, council_id)


def begin_year_in(first_month: int, council_id: int = COUNCIL) -> Council:
    """Have the year of a council's contract begin in this month, as if it always had."""
    name = get_council(council_id).name
    by_somebody = Context(Actor(), NOW, TODAY)
    return change_council(by_somebody, council_id=council_id, name=name, year_starts_in=first_month, holds_from=ALWAYS)


def make_return(
    quarter: Quarter,
    profile: Profile = Profile.RESTRICTED,
    *,
    today: date = TODAY,
    council_id: int = COUNCIL,
) -> MadeReturn:
    """The return of a quarter, from the record of the current application."""
    settings = get_settings(current_app.extensions["star_tracker"])
    context = Context(Actor(), NOW, today)
    return make_whole_return(
        context, council=get_council(council_id), quarter=quarter, profile=profile, settings=settings
    )


def sign_off(
    lead_id: int,
    quarter: Quarter,
    profile: Profile = Profile.RESTRICTED,
    *,
    note: str = "Two families were missing",
    now: datetime = NOW,
    council_id: int = COUNCIL,
) -> SignedReturn:
    """Sign off the return as the record gives it now."""
    made = make_return(quarter, profile, council_id=council_id)
    lead = Actor(lead_id, "lead@example.org", frozenset({Role.LEAD}))
    return sign_off_return(
        Context(lead, now, TODAY),
        council=get_council(council_id),
        made=made,
        checked=made.page.fingerprint,
        note=note,
    )
