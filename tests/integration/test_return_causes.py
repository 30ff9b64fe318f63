"""Why a signed return differs from the record: what the audit trail has since, for leads, as far as they may read."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.contract_years import ALWAYS
from star_tracker.domain.permissions import Actor, Reader
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import Kind
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, SignedReturn, Star
from star_tracker.queries.returns.causes import count_causes, list_causes
from star_tracker.queries.returns.comparisons import COMPARE
from star_tracker.records.settings import change_settings
from star_tracker.records.stars.stars import correct_star
from tests.support.apps import NOW
from tests.support.pages import LookingClient, text_of
from tests.support.signing import sign_off
from tests.support.tiny import SOMEBODY, TinyService, add_star, by, fill_tiny_service, new_star, record_star

QUARTER = Quarter(2018, 4)
INTERIM = date(2019, 3, 20)
LATER = by(SOMEBODY, NOW + timedelta(hours=1))
SIGN = "/returns/1/2018-19-Q4/restricted/sign-off"


@pytest.fixture
def corrected(web_app: Flask) -> TinyService:
    """The tiny service: signed off, then its interim Star was corrected, and another recorded after the quarter."""
    with web_app.app_context():
        tiny = fill_tiny_service()
        add_star(tiny.registration, new_star(Kind.INTERIM, INTERIM, 6))
        sign_off(tiny.users[Role.LEAD], QUARTER)
        star = db.session.query(Star).filter_by(completed_on=INTERIM).one()
        correct_star(LATER, star_id=star.id, star=new_star(Kind.INTERIM, INTERIM, 7), reason="A slip")
        after_quarter = new_star(Kind.INTERIM, date(2019, 4, 3), 8)
        record_star(LATER, registration_id=tiny.registration, star=after_quarter)
    return tiny


def count_read(reader: Reader | None) -> tuple[int, int]:
    """How many entries this reader may read, and how many they may not."""
    found = list_causes(db.session.query(SignedReturn).one(), QUARTER, reader)
    return len(found.entries) + found.more, found.unreadable


def test_lead_reads_why_figures_changed_without_what_is_dated_later(web_app: Flask, corrected: TinyService) -> None:
    lead = web_app.test_client()
    assert isinstance(lead, LookingClient)
    lead.sign_in(corrected.users[Role.LEAD])
    page = text_of(lead.get(SIGN))
    why = page.partition("Why: what happened in the record since")[2].partition("Signing off means")[0]
    assert "replaced the interim Star of 20 March 2019 of P1, F1" in why
    assert "recorded the interim Star of 20 March 2019 of P1, F1" in why
    assert "3 April" not in why, "a Star after the quarter changes nothing in it"
    assert "the intervention of" not in why, "that was there when it was signed off"


def test_causes_of_families_that_the_reader_may_not_read_are_counted_only(
    web_app: Flask, corrected: TinyService
) -> None:
    with web_app.app_context():
        every, unreadable = count_read(None)
        assert every > 1
        assert unreadable == 0
        assert count_read(Reader()) == (0, every)


def test_setting_that_was_changed_since_is_a_cause(web_app: Flask, corrected: TinyService) -> None:
    with web_app.app_context():
        before = count_read(Reader())[0]
        context = by(Actor(corrected.users[Role.ADMINISTRATOR], "admin@example.org"), LATER.now)
        settings = web_app.extensions["star_tracker"]
        change_settings(context, values={"threshold": "10"}, settings=settings, holds_from=ALWAYS)
        assert count_read(Reader())[0] == before + 1
    lead = web_app.test_client()
    assert isinstance(lead, LookingClient)
    lead.sign_in(corrected.users[Role.LEAD])
    assert "changed the service's settings" in text_of(lead.get(SIGN))


def test_the_list_of_returns_says_at_once_whether_the_record_has_changed(
    web_app: Flask, corrected: TinyService
) -> None:
    lead = web_app.test_client()
    assert isinstance(lead, LookingClient)
    lead.sign_in(corrected.users[Role.LEAD])
    with web_app.app_context():
        assert count_causes([]) == {}
        every, _unreadable = count_read(None)
        assert list(count_causes([(db.session.query(SignedReturn).one(), QUARTER)]).values()) == [every]
    assert f"by Demo lead. {every} changes in the record since." in text_of(lead.get("/returns"))
    with web_app.app_context():
        db.session.query(SignedReturn).one().signed_at = LATER.now
        db.session.commit()
    assert "by Demo lead. Nothing in it has changed in the record since." in text_of(lead.get("/returns"))


def test_the_list_of_returns_says_how_many_figures_differed_when_they_were_compared_last(
    web_app: Flask, corrected: TinyService
) -> None:
    lead = web_app.test_client()
    assert isinstance(lead, LookingClient)
    lead.sign_in(corrected.users[Role.LEAD])
    returned = SIGN.removesuffix("/sign-off")
    found = re.search(r"signed off on .*?: (\d+ figures in 3 tables) differ", text_of(lead.get(returned)))
    assert found is not None
    assert f"by Demo lead. {found[1]} differ from the record." in text_of(lead.get("/returns"))
    lead.get(returned)
    assert count_comparisons(web_app) == 1, "nothing has happened since"
    with web_app.app_context():
        star = db.session.query(Star).filter_by(completed_on=INTERIM, withdrawn_at=None).one()
        correct_star(LATER, star_id=star.id, star=new_star(Kind.INTERIM, INTERIM, 6), reason="It was right")
    differed = f"{found[1]} differed from the record on 10 April 2019 at 1:00pm; 2 changes in the record since."
    assert differed in text_of(lead.get("/returns"))
    assert text_of(lead.get("/returns/differences")).endswith("Nothing")
    assert "by Demo lead. No figure differs from the record." in text_of(lead.get("/returns"))
    assert count_comparisons(web_app) == 2
    assert "compared with the record a signed return" in text_of(lead.get("/audit"))


def count_comparisons(app: Flask) -> int:
    with app.app_context():
        return db.session.query(AuditEntry).filter_by(action=COMPARE).count()


def test_what_is_signed_for_an_earlier_quarter_stands_beside_this_one(web_app: Flask, corrected: TinyService) -> None:
    with web_app.app_context():
        signed, (before, _unreadable) = db.session.query(SignedReturn).one(), count_read(None)
        for quarter, more in ((Quarter(2018, 4), 0), (Quarter(2018, 3), 1)):
            sign_off(corrected.users[Role.LEAD], quarter, Profile.PUBLISHED, now=LATER.now)
            assert count_causes([(signed, QUARTER)]) == {signed.id: before + more}
