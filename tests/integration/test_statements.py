"""How many statements a page sends to the database, signed in, permitted and logged; none more comes unseen.

The number does not depend on how much a page shows: the second figures are of a service with more in it.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial

from flask import Flask
from sqlalchemy import update

from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS, Kind
from star_tracker.extensions import db
from star_tracker.models import Intervention
from tests.support.apps import TODAY
from tests.support.pages import LookingClient, path_of
from tests.support.recording import STAR, begin, read_fields, score
from tests.support.statements import listing_statements
from tests.support.tiny import TinyService, add_family, add_star, begin_star, new_star

PAGES: Mapping[str, int] = {
    "/about": 2,
    "/cohort": 16,
    "/cohort/over-time": 9,
    "/cohort/stages": 9,
    "/cohort/left-out": 10,
    "/cohort/families/pair": 10,
    "/cohort/worked-out": 10,
    "/cohort/quality": 9,
    "/cohort/quality/alike": 10,
    "/cohort/how-soon": 9,
    "/cohort/closing": 10,
    "/cohort/closing?beside=before": 11,
    "/cohort/visits": 11,
    "/caseload": 13,
    "/families": 10,
    "/families/{family}": 19,
    "/registrations/{registration}": 15,
    "/stars/{star}": 15,
    "/stars/{star}/talk": 19,
    "/drafts/{draft}": 11,
    "/drafts/{draft}/check": 10,
}
LEADS_PAGES: Mapping[str, int] = {
    "/returns/1/2018-19-Q4/prepare": 31,
    "/returns/1/2018-19-Q4/prepare/start_due": 14,
    "/returns/1/2018-19-Q4/prepare/checks/alike": 12,
}
AUTOSAVE, COMPLETING = 7, 17


def count(app: Flask, ask: Callable[[], object]) -> int:
    """The statements of one request, but for those that begin a transaction."""
    with listing_statements(app) as asked:
        ask()
    return sum(not statement.startswith("BEGIN") for statement in asked)


def count_pages(app: Flask, client: LookingClient, paths: Iterable[str]) -> dict[str, int]:
    """The same for each of these pages."""
    return {path: count(app, partial(client.get, path)) for path in paths}


def test_pages_send_so_many_statements_however_much_they_show(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    draft = path_of(begin(practitioner, tiny.empty_registration, STAR))
    score(practitioner, draft, STAR)
    ids = {**vars(tiny), "draft": draft.rpartition("/")[2]}
    paths = {page.format_map(ids): number for page, number in PAGES.items()}
    for path in paths:
        practitioner.get(path)  # the first page says which form was saved before it
    assert count_pages(web_app, practitioner, paths) == paths
    with web_app.app_context():
        for number in range(3):
            family = add_family(f"M{number}", tiny.pod, "P1", "P2")
            for registration in family.interventions[0].registrations:
                add_star(registration.id, new_star(Kind.START, TODAY))
    of_figures = ("", "/over-time", "/stages", "/closing", "/closing?beside=before", "/visits")
    for page in (f"/cohort{path}" for path in of_figures):
        practitioner.get(page)  # other figures than before, which the session remembers as shown
    assert count_pages(web_app, practitioner, paths) == paths


def test_preparing_a_return_sends_so_many_statements_however_much_is_not_ready(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    for path in LEADS_PAGES:
        client.get(path)
    assert count_pages(web_app, client, LEADS_PAGES) == LEADS_PAGES
    with web_app.app_context():
        for number in range(3):
            family = add_family(f"M{number}", tiny.pod, "P1", "P2")
            add_star(family.interventions[0].registrations[0].id, new_star(Kind.START, date(2019, 3, 1)))
            begin_star(family.interventions[0].registrations[1].id, Kind.START, date(2019, 3, 1))
    assert count_pages(web_app, client, LEADS_PAGES) == LEADS_PAGES


def test_familys_page_sends_no_statement_for_each_of_its_practitioners(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    path = f"/families/{tiny.family}"
    client.get(path)
    without_practitioner = count_pages(web_app, client, [path])
    with web_app.app_context():
        db.session.execute(update(Intervention).values(practitioner_id=tiny.users[Role.PRACTITIONER]))
        db.session.commit()
    assert count_pages(web_app, client, [path]) == without_practitioner


def test_saving_an_answer_and_completing_a_star_send_so_many_statements(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    draft = path_of(begin(practitioner, tiny.empty_registration, STAR))
    fields = read_fields(practitioner.get(draft).text)
    sent = {AREAS[0]: "5", "was": json.dumps({AREAS[0]: ""}), "revision": fields["revision"]}
    headers = {"Accept": "application/json"}
    data = sent | {"csrf_token": fields["csrf_token"]}
    assert count(web_app, lambda: practitioner.post(draft, data=data, headers=headers)) == AUTOSAVE
    score(practitioner, draft, STAR)
    checked = read_fields(practitioner.get(f"{draft}/check").text)
    assert count(web_app, lambda: practitioner.post(f"{draft}/check", data=checked)) == COMPLETING
