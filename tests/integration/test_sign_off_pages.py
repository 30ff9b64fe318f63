"""Signing off as a lead and the council meet it: who sees which figures, before and after a correction."""

import re
from collections.abc import Callable
from csv import DictReader
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from star_tracker.domain.permissions import Role
from star_tracker.domain.scales import Kind
from star_tracker.extensions import db
from star_tracker.models import SignedReturn, Star
from star_tracker.records.stars.stars import correct_star
from tests.support.pages import LookingClient, path_of, read_token, text_of
from tests.support.tiny import BY_SOMEBODY, TinyService, add_star, new_star

THERE = "/returns/2018-19-Q4/restricted"  # January to March 2019
SIGN = f"{THERE}/sign-off"
INTERIM = date(2019, 3, 20)


@pytest.fixture
def service(web_app: Flask, tiny: TinyService) -> TinyService:
    """The tiny service, whose one parent with Stars went from all 4s to all 6s within the quarter."""
    with web_app.app_context():
        add_star(tiny.registration, new_star(Kind.INTERIM, INTERIM, 6))
    return tiny


@pytest.fixture
def lead(web_app: Flask, service: TinyService) -> LookingClient:
    return _signed_in(web_app, service.users[Role.LEAD])


@pytest.fixture
def council(web_app: Flask, service: TinyService) -> LookingClient:
    return _signed_in(web_app, service.users[Role.COUNCIL])


@pytest.fixture
def correct(web_app: Flask) -> Callable[[int], None]:
    """Correct the interim Star to this value in every area."""

    def correct(value: int) -> None:
        with web_app.app_context():
            star = db.session.query(Star).filter_by(completed_on=INTERIM, withdrawn_at=None).one()
            new = new_star(Kind.INTERIM, INTERIM, value)
            correct_star(BY_SOMEBODY, star_id=star.id, star=new, reason="A slip")

    return correct


def _signed_in(web_app: Flask, user_id: int) -> LookingClient:
    client = web_app.test_client()
    assert isinstance(client, LookingClient)
    client.sign_in(user_id)
    return client


def sign(lead: LookingClient, address: str = SIGN, **data: str) -> TestResponse:
    """Open the form, tick the box and send it."""
    page = lead.get(address).text
    return lead.post(address, data={"csrf_token": read_token(page), "has_checked": "y", **shown(page), **data})


def shown(page: str) -> dict[str, str]:
    """What the form says about the figures that it is about."""
    return {"fingerprint": page.partition('name="fingerprint" type="hidden" value="')[2].partition('"')[0]}


def withdraw(lead: LookingClient, signed_id: int = 1, reason: str = "A family is missing") -> TestResponse:
    return lead.send(f"/returns/signed/{signed_id}/withdraw", {"reason": reason})


def mean_latest(response: TestResponse) -> set[str]:
    """Crewe's averages at the latest Star, as the downloaded .zip gives them."""
    with ZipFile(BytesIO(response.data)) as files:
        rows = list(DictReader(StringIO(files.read("star-return-2018-19-Q4-restricted/averages.csv").decode())))
    return {row["mean_latest"] for row in rows if row["pod"] == "Crewe" and row["cohort"] == "all_to_date"}


def everything(client: LookingClient) -> dict[str, Any]:
    """Every table's page as a person reads it, and every file."""
    tables = sorted(set(re.findall(f"{THERE}/tables/([a-z_]+)", client.get(THERE).text)))
    assert len(tables) == 10
    pages = {name: text_of(client.get(f"{THERE}/tables/{name}")) for name in tables}
    return pages | {name: client.get(f"{THERE}/{name}").data for name in ("star", "workbook", "files")}


def count_signed(web_app: Flask) -> int:
    with web_app.app_context():
        return db.session.query(SignedReturn).count()


def test_the_council_sees_a_return_as_soon_as_it_is_signed_off(lead: LookingClient, council: LookingClient) -> None:
    assert "Nothing is signed off yet" in text_of(council.get("/returns"))
    assert "This return is not signed off. The council does not see it." in text_of(lead.get(THERE))
    assert path_of(sign(lead, note="For the meeting in May")) == THERE
    assert "Signed off on 10 April 2019 at 13:00 by Demo lead. The council sees these figures." in text_of(
        lead.get(THERE)
    )
    listed = text_of(council.get("/returns"))
    assert "January to March 2019 restricted return Restricted: exact figures, for the commissioner" in listed
    assert "10 April 2019 at 13:00 by Demo lead" in listed
    seen = text_of(council.get(THERE))
    assert "Return for January to March 2019" in seen
    assert "Signed off on 10 April 2019 at 13:00 by Demo lead. Note: For the meeting in May" in seen
    assert "Sign off" not in seen
    assert "Withdraw" not in seen


def test_what_is_not_signed_looks_to_the_council_like_what_does_not_exist(
    lead: LookingClient, council: LookingClient
) -> None:
    sign(lead)
    missing = council.get("/returns/1999-00-Q1/restricted")
    for address in (
        "/returns/2018-19-Q4/published",
        "/returns/2018-19-Q3/restricted",
        "/returns/2019-20-Q1/restricted",
    ):
        guessed = council.get(address)
        assert (guessed.status_code, missing.status_code) == (404, 404)
        assert text_of(guessed) == text_of(missing)


def test_the_signed_return_shows_the_very_figures_and_files_that_the_lead_saw(
    lead: LookingClient, council: LookingClient
) -> None:
    before = everything(lead)
    sign(lead)
    assert everything(council) == before


def test_a_correction_does_not_change_what_the_council_was_given(
    web_app: Flask, lead: LookingClient, council: LookingClient, correct: Callable[[int], None]
) -> None:
    sign(lead)
    before = everything(council)
    correct(7)
    settings = web_app.extensions["star_tracker"]
    web_app.extensions["star_tracker"] = replace(settings, service_name="Another name", threshold=10)
    assert everything(council) == before
    assert mean_latest(council.get(f"{THERE}/files")) == {"6.0"}
    assert mean_latest(lead.get(f"{THERE}/files")) == {"7.0"}


def test_sign_off_page_lists_the_tables_that_a_correction_changed(
    lead: LookingClient, correct: Callable[[int], None]
) -> None:
    sign(lead)
    correct(7)
    page = lead.get(THERE)
    since = "The record has changed since this was signed off on 10 April 2019 at 13:00 by Demo lead: 3 tables differ."
    assert since in text_of(page)
    named = page.text.partition("3 tables differ")[2].partition("</ul>")[0]
    assert re.findall("<li>(.*?)</li>", named) == [
        "Average readings at the start and latest Star, by cohort, pod and area",
        "Change from the start to the latest Star, by cohort, pod and area",
        "Pairs by their stage at the start and at the latest Star, by cohort, pod and area",
    ]
    assert since in text_of(lead.get(SIGN))


def test_signing_again_replaces_what_the_council_sees(
    lead: LookingClient, council: LookingClient, correct: Callable[[int], None]
) -> None:
    sign(lead)
    correct(7)
    sign(lead, note="Corrected")
    assert mean_latest(council.get(f"{THERE}/files")) == {"7.0"}
    replaces = "It replaces the return that was signed off on 10 April 2019 at 13:00 by Demo lead."
    assert replaces in text_of(council.get(THERE))
    assert "It replaces the one of 10 April 2019 at 13:00 by Demo lead" in text_of(council.get("/returns"))
    kept = text_of(lead.get(THERE)).partition("the newest first")[2]
    assert kept.index("Corrected") < kept.index("The council sees it") < kept.index("Replaced")
    assert mean_latest(lead.get("/returns/signed/1/files")) == {"6.0"}
    assert mean_latest(lead.get("/returns/signed/2/files")) == {"7.0"}
    assert council.get("/returns/signed/1/files").status_code == 404, "replaced: the council sees the latest"
    assert mean_latest(council.get("/returns/signed/2/files")) == {"7.0"}


def test_withdrawn_return_is_hidden_and_the_council_sees_the_reason(
    lead: LookingClient, council: LookingClient
) -> None:
    sign(lead)
    withdraw(lead)
    assert council.get(THERE).status_code == 404
    assert council.get("/returns/signed/1/files").status_code == 404
    told = text_of(council.get("/returns"))
    assert "None now. What was signed off on 10 April 2019 at 13:00 by Demo lead was withdrawn on 10 April 2019" in told
    assert "Reason: A family is missing" in told
    assert THERE not in council.get("/returns").text
    said = text_of(lead.get(THERE))
    assert "The council sees no return of this quarter and kind. Reason: A family is missing" in said
    assert "Withdrawn on 10 April 2019 at 13:00 by Demo lead: A family is missing" in said
    sign(lead)
    assert council.get(THERE).status_code == 200


def test_an_altered_return_is_not_handed_out_until_it_is_signed_off_again(
    web_app: Flask, lead: LookingClient, council: LookingClient, caplog: pytest.LogCaptureFixture
) -> None:
    sign(lead)
    figures = text_of(council.get(f"{THERE}/tables/averages"))
    with web_app.app_context():
        db.session.get_one(SignedReturn, 1).archive = b"other files"
        db.session.commit()
    web_app.testing = False  # as in earnest: a fault becomes a page
    for address in (THERE, f"{THERE}/tables/averages", f"{THERE}/star", f"{THERE}/files", f"{THERE}/workbook"):
        answer = council.get(address)
        assert answer.status_code == 500
        assert "What is kept of it is not what was signed off, so nothing of it is handed out" in text_of(answer)
        assert "its archive was changed since" in caplog.messages[-1]
    assert council.get("/returns/signed/1/files").status_code == 500
    assert lead.get("/returns/signed/1/files").status_code == 500
    withdraw(lead)
    sign(lead)
    assert text_of(council.get(f"{THERE}/tables/averages")) == figures


def test_a_withdrawal_needs_a_reason(lead: LookingClient, council: LookingClient) -> None:
    sign(lead)
    assert "Say why: the council reads this reason" in text_of(withdraw(lead, reason=" "))
    assert council.get(THERE).status_code == 200
    withdraw(lead)
    assert path_of(lead.get("/returns/signed/1/withdraw")) == "/returns", "there is nothing to withdraw any more"


def test_a_quarter_that_has_not_ended_cannot_be_signed_off(web_app: Flask, lead: LookingClient) -> None:
    running = "/returns/2019-20-Q1/restricted"
    assert "Sign off this return" not in text_of(lead.get(running))
    assert "can be signed off after 30 June 2019" in text_of(lead.get(f"{running}/sign-off"))
    refused = text_of(sign(lead, f"{running}/sign-off"))
    assert "April to June 2019 has not ended: its return can be signed off after 30 June 2019" in refused
    assert count_signed(web_app) == 0
    assert lead.get("/returns/2019-20-Q2/restricted/sign-off").status_code == 404


def test_nothing_is_signed_without_the_statement_and_nothing_typed_is_lost(web_app: Flask, lead: LookingClient) -> None:
    page = sign(lead, has_checked="", note="For the meeting in May")
    assert "Tick this box when you have checked the figures" in text_of(page)
    assert "For the meeting in May" in page.text
    long = sign(lead, note="x" * 2001)
    assert "Write up to 2,000 characters" in text_of(long)
    assert 'value="y" checked' in long.text
    assert count_signed(web_app) == 0


def test_a_double_click_signs_once(web_app: Flask, lead: LookingClient) -> None:
    page = lead.get(SIGN).text
    data = {"csrf_token": read_token(page), "has_checked": "y", **shown(page)}
    assert [path_of(lead.post(SIGN, data=data)) for _click in range(2)] == [THERE, THERE]
    assert count_signed(web_app) == 1
    assert path_of(lead.get(SIGN)) == THERE, "there is nothing to sign"


def test_figures_that_changed_while_the_form_was_open_are_not_signed(
    web_app: Flask, lead: LookingClient, correct: Callable[[int], None]
) -> None:
    page = lead.get(SIGN).text
    data = {"csrf_token": read_token(page), "has_checked": "y", "note": "In May", **shown(page)}
    correct(7)
    answer = lead.post(SIGN, data=data)
    assert "The record has changed since you opened this page" in text_of(answer)
    assert "checked>" not in answer.text, "the tick was for other figures"
    assert "In May" in answer.text
    assert count_signed(web_app) == 0
    assert lead.post(SIGN, data=data | shown(answer.text)).status_code == 302
    assert count_signed(web_app) == 1


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.COUNCIL, Role.ADMINISTRATOR])
def test_nobody_but_a_lead_signs_or_withdraws(
    web_app: Flask, lead: LookingClient, service: TinyService, role: Role
) -> None:
    sign(lead)
    other = _signed_in(web_app, service.users[role])
    token = {"csrf_token": read_token(other.get("/about").text)}
    published = "/returns/2018-19-Q4/published/sign-off"
    assert other.post(published, data={"has_checked": "y", **token}).status_code == 403
    assert other.post("/returns/signed/1/withdraw", data={"reason": "No", **token}).status_code == 403
    assert count_signed(web_app) == 1
    assert lead.get("/returns/signed/1/withdraw").status_code == 200, "it still stands"


def test_the_lead_sees_the_state_of_every_quarter(lead: LookingClient) -> None:
    sign(lead)
    sign(lead, "/returns/2018-19-Q4/published/sign-off")
    withdraw(lead, 2)
    listed = text_of(lead.get("/returns")).partition("What is signed off")[2]
    assert "April to June 2019 Has not ended restricted return for April to June 2019" in listed
    assert "Signed off restricted return for January to March 2019 on 10 April 2019 at 13:00 by Demo lead" in listed
    assert "Withdrawn published return for January to March 2019 on 10 April 2019 at 13:00 by Demo lead" in listed
    assert "Not signed off" not in listed
    assert 'href="/returns/2018-19-Q4/restricted"' in lead.get("/returns").text


def test_when_the_contracts_year_changes_the_council_keeps_the_files(
    web_app: Flask, lead: LookingClient, council: LookingClient
) -> None:
    sign(lead)
    before = council.get(f"{THERE}/files").data
    settings = web_app.extensions["star_tracker"]
    web_app.extensions["star_tracker"] = replace(settings, year_starts_in=9)
    for client in (lead, council):
        page = client.get("/returns")
        assert "January to March 2019 (ZIP)" in text_of(page)
        assert 'href="/returns/signed/1/files"' in page.text
        assert client.get("/returns/signed/1/files").data == before
    web_app.extensions["star_tracker"] = replace(settings, year_starts_in=1)
    assert "Signed off on 10 April 2019" in text_of(council.get("/returns/2019-Q1/restricted"))
