"""R15: what touches figures holds from a day. A past quarter stays as it is; the running one and lists of today follow.

Today is 10 April 2019. Crewe's family began on 3 January: its second parent's start Star is due on 31 January, after 28
days, and never came. Macclesfield's parent is as late.
"""

from datetime import date, timedelta

import pytest
from flask import Flask

from star_tracker.config import Settings
from star_tracker.domain.contract_years import ALWAYS
from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, ServiceSetting
from star_tracker.queries.figures.service import get_settings
from star_tracker.queries.returns.returns import get_return, list_quarters
from star_tracker.records.councils import change_council, take_back_year
from star_tracker.records.settings import change_settings, take_back_setting
from tests.support.apps import COUNCIL, TODAY
from tests.support.pages import LookingClient, read_token, text_of
from tests.support.signing import get_council, make_return, sign_off
from tests.support.tiny import BY_SOMEBODY, TinyService

PAST, RUNNING = Quarter(2018, 4), Quarter(2019, 1)
TOMORROW = TODAY + timedelta(days=1)


def change(app: Flask, holds_from: date | None, **values: str) -> None:
    change_settings(
        BY_SOMEBODY, values=values, settings=get_settings(app.extensions["star_tracker"]), holds_from=holds_from
    )


def settings_on(app: Flask, day: date) -> Settings:
    return get_settings(app.extensions["star_tracker"]).as_at(day)


def rules_of(app: Flask, quarter: Quarter) -> str:
    settings = get_settings(app.extensions["star_tracker"])
    made = make_return(quarter)
    assert made.return_.timings == settings.as_at(quarter.ends_on).timings
    return made.return_.rules["R7"]


def test_a_past_quarter_does_not_change_when_a_setting_does_and_the_running_one_does(
    web_app: Flask, tiny: TinyService
) -> None:
    with web_app.app_context():
        past = {quarter: make_return(quarter).page.fingerprint for quarter in (PAST, PAST.previous())}
        change(web_app, None, start_due_days="14", interim_months="1", grace_days="0", threshold="10")
        assert {quarter: make_return(quarter).page.fingerprint for quarter in past} == past
        assert "28 days" in rules_of(web_app, PAST)
        assert "14 days" in rules_of(web_app, RUNNING)
        assert [make_return(quarter).return_.threshold for quarter in (PAST, RUNNING)] == [8, 10]


def test_a_signed_return_differs_only_where_somebody_has_said_always(web_app: Flask, tiny: TinyService) -> None:
    with web_app.app_context():
        signed = sign_off(tiny.users[Role.LEAD], PAST)
        change(web_app, None, start_due_days="100")
        assert sign_off(tiny.users[Role.LEAD], PAST).id == signed.id, "nothing to sign again"
        change(web_app, ALWAYS, start_due_days="99")
        assert sign_off(tiny.users[Role.LEAD], PAST).version == 2


def test_what_holds_later_is_not_in_force_yet(app: Flask) -> None:
    change(app, TOMORROW, start_due_days="21")
    assert settings_on(app, TODAY).timings.start_due_days == 28
    assert settings_on(app, TOMORROW).timings.start_due_days == 21
    assert get_settings(app.extensions["star_tracker"]).timings.start_due_days == 28
    change(app, None, start_due_days="14")
    days = [settings_on(app, day).timings.start_due_days for day in (TODAY - timedelta(days=1), TODAY, TOMORROW)]
    assert days == [28, 14, 21], "each holds until the next"


def test_always_replaces_every_value(app: Flask) -> None:
    change(app, None, threshold="10")
    change(app, TOMORROW, threshold="6")
    change(app, ALWAYS, threshold="8", grace_days="7")
    assert [settings_on(app, day).threshold for day in (date(2018, 1, 1), TODAY, TOMORROW)] == [8, 8, 8]
    assert settings_on(app, date(2018, 1, 1)).timings.grace_days == 7


def test_a_day_that_has_passed_is_refused_and_names_are_in_force_at_once(app: Flask) -> None:
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(DomainError, match="Enter today, 10 April 2019, or a later day") as caught:
        change(app, yesterday, threshold="10")
    assert caught.value.field == "holds_from"
    change(app, TOMORROW, service_name="Families First")
    assert get_settings(app.extensions["star_tracker"]).service_name == "Families First"
    assert [setting.holds_from for setting in db.session.query(ServiceSetting)] == [ALWAYS]


def test_what_holds_from_today_on_can_be_taken_back_and_what_has_held_cannot(app: Flask) -> None:
    change(app, ALWAYS, threshold="6")
    change(app, None, threshold="10")
    take_back_setting(BY_SOMEBODY, name="threshold", holds_from=TODAY)
    assert get_settings(app.extensions["star_tracker"]).threshold == 6
    for holds_from in (ALWAYS, TODAY):
        with pytest.raises(NotFoundError):
            take_back_setting(BY_SOMEBODY, name="threshold", holds_from=holds_from)
    last = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert last is not None
    assert (last.before, last.after) == ({"threshold": "10", "holds_from": "2019-04-10"}, {"threshold": None})


def test_a_councils_past_quarters_stay_when_its_year_changes(web_app: Flask, tiny: TinyService) -> None:
    with web_app.app_context():
        before = make_return(PAST).page.fingerprint
        change_council(
            BY_SOMEBODY, council_id=COUNCIL, name="The council", year_starts_in=9, holds_from=date(2019, 9, 1)
        )
        quarters = list_quarters(get_council(), date(2019, 10, 1))
        assert [quarter.label for quarter in quarters] == [
            "September to November 2019",
            "April to June 2019",
            "January to March 2019",
        ]
        settings = web_app.extensions["star_tracker"]
        again = get_return(get_council(), quarters[-1], make_return(PAST).page.profile, settings, today=TODAY)
        assert again.fingerprint == before
        take_back_year(BY_SOMEBODY, council_id=COUNCIL, holds_from=date(2019, 9, 1))
        assert list_quarters(get_council(), date(2019, 10, 1))[0].label == "October to December 2019"


def send(client: LookingClient, address: str, **fields: str) -> str:
    """What the page says after a form was sent."""
    token = read_token(client.get(address).text)
    return text_of(client.post(address, data={**fields, "csrf_token": token}, follow_redirects=True))


AS_THEY_ARE = {
    "service_name": "Family support service",
    "start_due_days": "28",
    "interim_months": "3",
    "due_soon_days": "14",
    "grace_days": "14",
    "threshold": "8",
    "year_starts_in": "4",
    "earlier_stars": "hidden",
    "risk_on_sheet": "shown",
    "fall_areas": "keeping_children_safe",
    "fall_points": "1",
}


def test_the_page_asks_from_when_lists_what_is_to_come_and_takes_it_back(
    client: LookingClient, tiny: TinyService
) -> None:
    client.sign_in(tiny.users[Role.ADMINISTRATOR])
    page = client.get("/settings")
    assert "The day after the running quarter, 1 July 2019" in text_of(page)
    assert 'value="next" checked' in page.text
    assert "Past and coming values" not in page.text
    said = send(client, "/settings", **AS_THEY_ARE | {"start_due_days": "21", "when": "next"})
    assert "Saved: Start Star due. What touches figures holds from 1 July 2019." in said
    assert "Start Star due 28 until 30 June 2019 Start Star due 21 from 1 July 2019 Take back" in said
    client.sign_in(tiny.users[Role.LEAD])
    family = f"/families/{tiny.family}"
    assert "Parent P2 Start Star overdue since 31 January 2019" in text_of(client.get(family)), "28 days until July"
    client.sign_in(tiny.users[Role.ADMINISTRATOR])
    assert "what held before goes on" in send(client, "/settings/start_due_days/2019-07-01/take-back")
    assert "Past and coming values" not in client.get("/settings").text
    assert client.get("/settings/start_due_days/2019-07-01/take-back").status_code == 404


@pytest.mark.parametrize(
    ("holds_from", "message"),
    [
        ("", "Enter the day from which on it holds"),
        ("9/4/2019", "Enter today, 10 April 2019, or a later day"),
        ("soon", "enter a real date"),
    ],
)
def test_another_day_is_asked_for_where_it_is_missing_or_has_passed(
    client: LookingClient, tiny: TinyService, holds_from: str, message: str
) -> None:
    client.sign_in(tiny.users[Role.ADMINISTRATOR])
    sent = AS_THEY_ARE | {"threshold": "10", "when": "day", "holds_from": holds_from}
    said = send(client, "/settings", **sent)
    assert message in said
    assert "Past and coming values" not in said


def test_two_quarters_that_are_written_alike_have_addresses_and_files_of_their_own(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        change_council(
            BY_SOMEBODY, council_id=COUNCIL, name="The council", year_starts_in=9, holds_from=date(2019, 9, 1)
        )
    client.sign_in(tiny.users[Role.LEAD])
    assert "April to June 2019 (2019-20-Q1-april, has not ended)" in text_of(client.get("/returns"))
    page = client.get("/returns/1/2019-20-Q1-april/restricted")
    assert "Return for April to June 2019" in text_of(page)
    workbook = client.get("/returns/1/2019-20-Q1-april/restricted/workbook")
    assert "star-return-the-council-2019-20-Q1-april-restricted-draft" in workbook.headers["Content-Disposition"]
    assert client.get("/returns/1/2019-20-Q1/restricted").status_code == 404, "September to November is to come"
    assert client.get("/returns/1/2018-19-Q4/restricted").status_code == 200


def test_a_councils_page_lists_when_its_year_changes(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.ADMINISTRATOR])
    sent = {"name": "The council", "year_starts_in": "9", "when": "day", "holds_from": "1/9/2019"}
    said = send(client, "/councils/1/edit", **sent)
    assert "April until 31 August 2019" in said
    assert "September from 1 September 2019 Take back" in said
    assert "Its contract’s year begins in April" in said, "today"
    assert "what held before goes on" in send(client, "/councils/1/years/2019-09-01/take-back")
    assert client.get("/councils/1/years/2019-09-01/take-back").status_code == 404
