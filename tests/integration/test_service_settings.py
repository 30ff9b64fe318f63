"""The service's settings: what an administrator changes holds at once, on pages, in returns and on the command line."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from star_tracker.cli.returns import return_command
from star_tracker.config import Settings, get_service_values
from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import Actor
from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, ServiceSetting
from star_tracker.queries.figures.service import DEMONSTRATION, get_settings
from star_tracker.records.settings import change_settings, take_back_setting
from tests.support.apps import NOW, TODAY
from tests.support.pages import LookingClient, path_of, text_of
from tests.support.signing import begin_year_in
from tests.support.tiny import BY_SOMEBODY, TinyService, add_family, by

AS_THEY_ARE = {
    "service_name": "Family support service",
    "start_due_days": "28",
    "interim_months": "3",
    "due_soon_days": "14",
    "grace_days": "14",
    "threshold": "8",
    "year_starts_in": "4",
    "earlier_stars": "hidden",
    "contacts": "on",
    "risk_on_sheet": "shown",
    "fall_areas": "keeping_children_safe",
    "fall_points": "1",
    "row_level": "pseudonyms",
    "when": "today",
}


@pytest.fixture
def admin(client: LookingClient, tiny: TinyService) -> LookingClient:
    client.sign_in(tiny.users[Role.ADMINISTRATOR])
    return client


def change(client: LookingClient, **values: str) -> str:
    """Save these settings, the others as they are; returns what the next page says."""
    return text_of(client.get(path_of(client.send("/settings", AS_THEY_ARE | values))))


def stored(app: Flask) -> dict[str, str]:
    with app.app_context():
        return {setting.name: setting.value for setting in db.session.query(ServiceSetting)}


def test_the_page_begins_with_what_is_in_force_and_says_what_it_changes(admin: LookingClient) -> None:
    page = admin.get("/settings")
    for value in ("Family support service", "28"):
        assert f'value="{value}"' in page.text
    assert 'value="4" selected' in page.text
    assert "at the end of this page you say from which day on a change holds" in text_of(page)
    assert "From when? A quarter is worked out by what holds on its last day" in text_of(page)


def test_fewer_days_for_a_start_star_change_what_a_familys_page_says_is_due(
    admin: LookingClient, lead: LookingClient, tiny: TinyService
) -> None:
    family = f"/families/{tiny.family}"
    assert "Parent P2 Start Star overdue since 31 January 2019" in text_of(lead.get(family)), "28 days after 3 January"
    assert "Saved: Start Star due." in change(admin, start_due_days="21")
    assert "Parent P2 Start Star overdue since 24 January 2019" in text_of(lead.get(family))
    assert "A start Star within 21 days of the intervention's start" in text_of(lead.get("/about"))
    change(admin, start_due_days="21", interim_months="6")
    assert "Parent P1 Interim Star due by 5 October 2019" in text_of(lead.get(family)), "6 months after 5 April"


def test_a_smaller_threshold_shows_more_in_a_published_return(
    admin: LookingClient, lead: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    with web_app.app_context():
        for number in range(3, 8):  # with F1 and F2 there are seven families
            add_family(f"F{number}", tiny.pod, started_on=date(2019, 2, number))
    table = "/returns/1/2018-19-Q4/published/tables/served"
    assert "All pods Families c" in text_of(lead.get(table)), "seven is below 8"
    change(admin, threshold="6")
    assert "All pods Families c" in text_of(lead.get(table)), "the quarter ended before today"
    assert "All pods Families 5" in text_of(lead.get(table.replace("2018-19-Q4", "2019-20-Q1")))
    with web_app.app_context():
        take_back_setting(by(Actor(), NOW), name="threshold", holds_from=TODAY)
    change(admin, threshold="6", when="always")
    assert "All pods Families 5" in text_of(lead.get(table)), "seven, rounded to the nearest five"


def test_the_year_that_an_administrator_chose_is_the_cohorts_and_no_returns(
    admin: LookingClient, lead: LookingClient
) -> None:
    change(admin, year_starts_in="9")
    assert "December 2018 to February 2019" in text_of(lead.get("/cohort"))
    assert "January to March 2019 (2018-19-Q4)" in text_of(lead.get("/returns"))


def test_names_are_those_of_every_page(admin: LookingClient, lead: LookingClient) -> None:
    change(admin, service_name="Families First: Demo")
    assert "Families First: Demo" in lead.get("/families").text
    assert "What Families First: Demo sends to The council" in text_of(lead.get("/returns"))
    assert "Families First: Demo" in lead.get("/nowhere").text


def test_the_command_line_makes_the_same_return(admin: LookingClient, web_app: Flask, tmp_path: Path) -> None:
    change(admin, threshold="10", when="always", service_name="Families First")
    with web_app.app_context():
        begin_year_in(1)
    done = web_app.test_cli_runner().invoke(return_command, ["2019-Q1", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    metadata = json.loads((tmp_path / "star-return-the-council-2019-Q1-restricted-draft" / "metadata.json").read_text())
    assert "Families First" in json.dumps(metadata)
    done = web_app.test_cli_runner().invoke(return_command, ["2018-19-Q4", "--out", str(tmp_path)])
    assert "write it like 2018-Q3" in done.output


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"start_due_days": "soon"}, "Start Star due: enter a whole number from 0 to 366"),
        ({"start_due_days": "-1"}, "Start Star due: enter a whole number from 0 to 366"),
        ({"interim_months": "0"}, "Interim Star due: enter a whole number from 1 to 60"),
        ({"grace_days": "367"}, "On time: enter a whole number from 0 to 366"),
        ({"due_soon_days": ""}, "Due soon: enter a whole number from 0 to 366"),
        ({"threshold": "7"}, "Choose one of the options in the list"),
        ({"year_starts_in": "13"}, "Choose one of the options in the list"),
        ({"service_name": " "}, "Name of the service: enter a name"),
        ({"service_name": "x" * 101}, "Name of the service: enter at most 100 characters"),
    ],
)
def test_invalid_setting_has_an_error_and_saves_nothing(
    admin: LookingClient, web_app: Flask, wrong: dict[str, str], message: str
) -> None:
    response = admin.send("/settings", AS_THEY_ARE | {"service_name": "Typed before"} | wrong)
    assert response.status_code == 200
    assert message in text_of(response)
    assert f'<a href="#{next(iter(wrong))}"' in response.text
    assert 'value="Typed before"' in response.text or "service_name" in wrong
    assert stored(web_app) == {}


def test_all_invalid_settings_are_reported_at_once(admin: LookingClient) -> None:
    said = text_of(admin.send("/settings", AS_THEY_ARE | {"start_due_days": "x", "grace_days": "y"}))
    assert "Start Star due: enter" in said
    assert "On time: enter" in said


def test_a_change_is_audited_from_what_to_what_and_once(admin: LookingClient, web_app: Flask) -> None:
    assert "Nothing was changed" in change(admin)
    change(admin, start_due_days="21", service_name="Families First")
    change(admin, start_due_days="21", service_name="Families First")
    with web_app.app_context():
        entries = db.session.query(AuditEntry).filter_by(entity="servicesetting").all()
        assert [(entry.actor, entry.before, entry.after) for entry in entries] == [
            (
                "administrator@example.org",
                {"service_name": "Family support service", "start_due_days": 28},
                {"service_name": "Families First", "start_due_days": 21, "holds_from": "2019-04-10"},
            )
        ]
    assert stored(web_app) == {"service_name": "Families First", "start_due_days": "21"}


def test_what_was_changed_stands_before_the_environment_and_the_rest_follows_it(app: Flask) -> None:
    base: Settings = app.extensions["star_tracker"]
    change_settings(BY_SOMEBODY, values={"threshold": "10"}, settings=base)
    newer = replace(base, threshold=6, service_name="Newer")
    found = get_settings(newer)
    assert (found.threshold, found.service_name) == (10, "Newer")
    change_settings(BY_SOMEBODY, values={"threshold": "6"}, settings=get_settings(base))
    assert get_settings(base).threshold == 6


def test_a_stored_value_that_cannot_be_is_not_used(app: Flask) -> None:
    base: Settings = app.extensions["star_tracker"]
    wrong = {"threshold": "7", "interim_months": "x", "unheard_of": "1", DEMONSTRATION: "yes"}
    db.session.add_all(ServiceSetting(name=name, value=value) for name, value in wrong.items())
    db.session.commit()
    assert get_service_values(get_settings(base)) == get_service_values(base)
    with pytest.raises(DomainError, match="Enter one of 6, 8, 10"):
        change_settings(BY_SOMEBODY, values={"threshold": "7"}, settings=base)


def test_the_demonstrations_mark_stays(admin: LookingClient, web_app: Flask) -> None:
    with web_app.app_context():
        db.session.add(ServiceSetting(name=DEMONSTRATION, value="yes"))
        db.session.commit()
    change(admin, start_due_days="21")
    assert stored(web_app) == {DEMONSTRATION: "yes", "start_due_days": "21"}


@pytest.fixture
def count_reads(web_app: Flask) -> Callable[[], int]:
    """How often the settings have been read."""
    reads: list[str] = []
    with web_app.app_context():

        @event.listens_for(db.engine, "before_cursor_execute")
        def count(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if "FROM service_settings" in statement:
                reads.append(statement)

    return lambda: len(reads)


def test_a_page_reads_the_settings_once_and_a_file_never(
    lead: LookingClient, tiny: TinyService, count_reads: Callable[[], int]
) -> None:
    before = count_reads()
    lead.get(f"/families/{tiny.family}")
    assert count_reads() == before + 1
    lead.get("/static/images/icon.svg", buffered=True)
    assert count_reads() == before + 1


def test_when_the_settings_cannot_be_read_no_figure_is_shown_with_others(lead: LookingClient, web_app: Flask) -> None:
    web_app.testing = False
    with web_app.app_context():
        db.session.execute(text("ALTER TABLE service_settings RENAME TO gone"))
        db.session.commit()
    response = lead.get("/returns/1/2018-19-Q4/published")
    assert response.status_code == 500
    assert "Sorry, something went wrong" in text_of(response)
    assert "Family support service" in response.text, "the header does with the environment's"
