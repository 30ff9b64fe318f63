"""Every page and file with a family's data or with figures leaves an entry: the few without are named here."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from flask import Flask

from star_tracker.domain.quarters import Quarter
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import Kind
from tests.integration.test_access import ROUTES
from tests.support.pages import LookingClient, text_of
from tests.support.signing import sign_off
from tests.support.tiny import (
    TinyService,
    add_family,
    add_feedback,
    add_star,
    ask_for_reset,
    begin_star,
    cover_practitioner,
    new_star,
    save_for_leads,
)
from tests.support.trail import list_looks

WITHOUT_AN_ENTRY = {
    "about.accessibility": "the accessibility statement",
    "about.show": "how figures are counted",
    "account.choose": "before anybody is signed in",
    "account.get_typed": "what one has typed oneself, and not sent",
    "account.forgotten": "before anybody is signed in",
    "account.remaining": "how long the session lasts",
    "account.show": "one's own account",
    "families.add": "an empty form",
    "feedback.add_general": "an empty form",
    "targets.change": "targets, and no figure",
    "offline.manifest": "the name and the icons of the application",
    "offline.show": "a page without data",
    "offline.state": "whether a device may keep what it was given",
    "offline.worker": "a script",
    "reminders.calendar": "a calendar at an address that was guessed; test_reminders has one that was not",
    "reminders.show": "whether one wants to be reminded",
    "returns.choose": "which returns there are, and no figure of them",
    "returns.differences": "how many figures have changed, and none of them",
    "settings.change": "the service's settings",
    "settings.take_back": "one of them",
    "sign_off.sign": "an empty form, as long as nothing has changed since an earlier version",
    "sign_off.withdraw": "which return it is",
} | dict.fromkeys(
    (
        one.endpoint
        for one in ROUTES
        if one.endpoint.startswith(("account_requests.", "councils.", "covers.", "people.", "pods.", "saved_cohorts."))
    ),
    "no family and no number of them",
)
"""What is shown there. ``test_access`` holds the table of the routes to be complete."""

SERVED = "Families, parents and children served since the service began, by pod"
CREWE = {"chosen": {"pod": ["Crewe"]}, "page": "cohort.show"}


@pytest.fixture
def ids(web_app: Flask, tiny: TinyService) -> Mapping[str, Any]:
    with web_app.app_context():
        signed = sign_off(tiny.users[Role.LEAD], Quarter(2018, 4)).id
        request = ask_for_reset(tiny.practitioner_elsewhere, tiny.users[Role.ADMINISTRATOR]).id
        draft = begin_star(tiny.registration, Kind.INTERIM).id
        saved = save_for_leads(tiny).id
        feedback = add_feedback(tiny).id
        return {
            **vars(tiny),
            "signed": signed,
            "draft": draft,
            "request": request,
            "saved": saved,
            "feedback": feedback,
            "cover": cover_practitioner(tiny).id,
        }


def list_new_looks(app: Flask, seen: int) -> list[tuple[str, str, Any]]:
    return [(look.actor, look.entity, look.after) for look in list_looks(app)[seen:]]


@pytest.mark.parametrize("role", [Role.LEAD, Role.COUNCIL, Role.ADMINISTRATOR])
def test_every_page_and_file_leaves_one_entry_but_those_without_families_and_figures(
    web_app: Flask, client: LookingClient, tiny: TinyService, ids: Mapping[str, Any], role: Role
) -> None:
    client.sign_in(tiny.users[role])
    for route in (route for route in ROUTES if route.answers.get(role) == 200):
        address, seen = route.address.format_map(ids), len(list_looks(web_app))
        page = client.get(address)
        assert page.status_code == 200
        added = [actor for actor, _, _ in list_new_looks(web_app, seen)]
        assert added == ([] if route.endpoint in WITHOUT_AN_ENTRY else [f"{role}@example.org"]), address


def test_a_cohort_is_one_entry_with_what_was_chosen_and_its_pictures_are_part_of_it(
    web_app: Flask, lead: LookingClient, tiny: TinyService
) -> None:
    lead.get("/cohort?pod=Crewe")
    pictures = ("star.svg?pod=Crewe", "star.svg?pod=Crewe&narrow=1", "star.png?pod=Crewe")
    for picture in pictures:
        assert lead.get(f"/cohort/{picture}").status_code == 200
    who = ("lead@example.org", "cohort")
    assert list_new_looks(web_app, 0) == [(*who, CREWE)]
    picture_alone = {"page": "cohort.download"}
    lead.get("/cohort/star.svg")
    lead.get("/cohort/star.svg?pod=Crewe&status=open")
    assert list_new_looks(web_app, 1) == [
        (*who, picture_alone | {"chosen": {}}),
        (*who, picture_alone | {"chosen": {"pod": ["Crewe"], "status": ["open"]}}),
    ], "the figures are the same, the choice is another"
    with web_app.app_context():
        added = add_family("F3", tiny.pod).interventions[0].registrations[0].id
        add_star(added, new_star(Kind.START, date(2019, 1, 10), 2))
        add_star(added, new_star(Kind.INTERIM, date(2019, 4, 5), 9))
    lead.get("/cohort/star.svg?pod=Crewe")
    assert list_new_looks(web_app, 3) == [(*who, picture_alone | {"chosen": {"pod": ["Crewe"]}})], "newer figures"
    lead.get("/cohort?pod=Crewe")
    lead.get("/cohort?pod=Nowhere")
    assert list_new_looks(web_app, 4) == [(*who, CREWE)], "each time the page is opened, if it shows figures"
    lead.sign_in(tiny.users[Role.PRACTITIONER])
    lead.get("/cohort/star.svg?pod=Crewe")
    assert list_new_looks(web_app, 5) == [
        ("practitioner@example.org", "cohort", picture_alone | {"chosen": {"pod": ["Crewe"]}})
    ], "another session"


def test_audit_entry_contains_the_chosen_filter(lead: LookingClient) -> None:
    lead.get("/cohort")
    lead.get(
        "/cohort?pod=Crewe&pod=Macclesfield&practitioner=practitioner%40example.org&status=open&as-at=9%2F4%2F2019"
    )
    lead.get("/cohort/star.csv?pod=Crewe&latest-from=2019-01-01&latest-to=9/4/2019")
    said = text_of(lead.get("/audit"))
    for words in (
        "Demo lead read the cohort of every pod that they may see 10 April",
        "Demo lead read the cohort of Crewe and Macclesfield, Demo practitioner, open interventions, as at 9/4/2019",
        "downloaded cohort-star-Crewe-latest-2019-01-01-to-2019-04-09-as-at-2019-04-10.csv "
        "(Crewe, latest Star from 2019-01-01 to 9/4/2019)",
    ):
        assert words in said


def test_the_councils_reading_of_a_return_is_in_the_trail(
    web_app: Flask, client: LookingClient, tiny: TinyService, ids: Mapping[str, Any]
) -> None:
    client.sign_in(tiny.users[Role.COUNCIL])
    for address in (
        "/returns/1/2018-19-Q4/restricted",
        "/returns/1/2018-19-Q4/restricted/tables/served",
        f"/returns/signed/{ids['signed']}/files",
    ):
        assert client.get(address).status_code == 200
    for address in ("/returns/1/2018-19-Q4/published", "/returns/1/2018-19-Q4/restricted/tables/nothing"):
        assert client.get(address).status_code == 404, "nothing was shown"
    who, which = ("council@example.org", "return"), {"council": "The council", "quarter": "2018-19-Q4"}
    which["profile"] = "restricted"
    assert list_new_looks(web_app, 0) == [
        (*who, {"page": "returns.show"} | which),
        (*who, {"page": "returns.show_table", "table": SERVED} | which),
        (*who, {"file": "star-return-the-council-2018-19-Q4-restricted-v1.zip", "version": 1}),
    ]
    client.sign_in(tiny.users[Role.LEAD])
    said = text_of(client.get("/audit"))
    for words in (
        "Demo council read the restricted return for 2018-19-Q4 to The council",
        f"Demo council read the table “{SERVED}” of the restricted return for 2018-19-Q4 to The council",
        "Demo council downloaded star-return-the-council-2018-19-Q4-restricted-v1.zip, version 1 as it was signed off",
    ):
        assert words in said


def test_a_returns_picture_is_part_of_the_page_that_was_opened(
    web_app: Flask, lead: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        added = add_family("F3", tiny.pod).interventions[0].registrations[0].id
        add_star(added, new_star(Kind.START, date(2019, 1, 10), 2))
        add_star(added, new_star(Kind.INTERIM, date(2019, 3, 5), 9))
    picture = "/returns/1/2018-19-Q4/restricted/star"
    assert lead.get(picture).status_code == 200
    assert [after["page"] for _, _, after in list_new_looks(web_app, 0)] == ["returns.picture"], "by itself"
    lead.get("/returns/1/2018-19-Q4/restricted")
    lead.get(picture)
    assert [after["page"] for _, _, after in list_new_looks(web_app, 1)] == ["returns.show"]
