"""Signing off as a lead and the council meet it: who sees which figures, before and after a correction."""

import json
import re
from collections.abc import Callable
from csv import DictReader
from dataclasses import replace
from datetime import date
from hashlib import sha256
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from star_tracker.domain.roles import Role
from star_tracker.domain.scales import Kind
from star_tracker.extensions import db
from star_tracker.models import SignedReturn, Star
from star_tracker.records.stars.stars import correct_star
from tests.support.pages import LookingClient, SignIn, path_of, read_token, text_of
from tests.support.signing import begin_year_in
from tests.support.tiny import BY_SOMEBODY, TinyService, add_star, new_star
from tests.support.trail import list_looks

THERE = "/returns/1/2018-19-Q4/restricted"  # January to March 2019
SIGN = f"{THERE}/sign-off"
INTERIM = date(2019, 3, 20)


@pytest.fixture(autouse=True)
def pair(web_app: Flask, tiny: TinyService) -> None:
    """The tiny service, whose one parent with Stars went from all 4s to all 6s within the quarter."""
    with web_app.app_context():
        add_star(tiny.registration, new_star(Kind.INTERIM, INTERIM, 6))


@pytest.fixture
def correct(web_app: Flask) -> Callable[[int], None]:
    """Correct the interim Star to this value in every area."""

    def correct(value: int) -> None:
        with web_app.app_context():
            star = db.session.query(Star).filter_by(completed_on=INTERIM, withdrawn_at=None).one()
            new = new_star(Kind.INTERIM, INTERIM, value)
            correct_star(BY_SOMEBODY, star_id=star.id, star=new, reason="A slip")

    return correct


def sign(lead: LookingClient, address: str = SIGN, **data: str) -> TestResponse:
    """Send the form, box ticked, about the figures of the return's page: the page of the form builds every file."""
    page = lead.get(address.removesuffix("/sign-off"))
    checked = text_of(page).rpartition("which every file names too: ")[2].strip()
    sent = {"csrf_token": read_token(page.text), "has_checked": "y", "note": "Checked", "fingerprint": checked}
    return lead.post(address, data=sent | data)


def shown(page: str) -> dict[str, str]:
    """What the form says about the figures that it is about."""
    return {"fingerprint": page.partition('name="fingerprint" type="hidden" value="')[2].partition('"')[0]}


def withdraw(lead: LookingClient, signed_id: int = 1, reason: str = "A family is missing") -> TestResponse:
    return lead.send(f"/returns/signed/{signed_id}/withdraw", {"reason": reason})


def mean_latest(response: TestResponse) -> set[str]:
    """Crewe's averages at the latest Star, as the downloaded .zip gives them."""
    with ZipFile(BytesIO(response.data)) as files:
        (name,) = [name for name in files.namelist() if name.endswith("/averages.csv")]
        rows = list(DictReader(StringIO(files.read(name).decode())))
    return {row["mean_latest"] for row in rows if row["pod"] == "Crewe" and row["cohort"] == "all_to_date"}


def figures_in(response: TestResponse) -> dict[str, list[dict[str, str]]]:
    """The rows of the CSV files of a downloaded .zip, without what says whether they are a draft's or a version's."""
    with ZipFile(BytesIO(response.data)) as files:
        return {
            name.rpartition("/")[2]: [
                {key: cell for key, cell in row.items() if key not in ("status", "version")}
                for row in DictReader(StringIO(files.read(name).decode()))
            ]
            for name in files.namelist()
            if name.endswith(".csv")
        }


def everything(client: LookingClient) -> dict[str, Any]:
    """Every table's page as a person reads it, and every file."""
    tables = sorted(set(re.findall(f"{THERE}/tables/([a-z_]+)", client.get(THERE).text)))
    assert len(tables) == 11
    pages = {name: text_of(client.get(f"{THERE}/tables/{name}")) for name in tables}
    return pages | {name: client.get(f"{THERE}/{name}").data for name in ("star", "workbook", "files")}


def count_signed(web_app: Flask) -> int:
    with web_app.app_context():
        return db.session.query(SignedReturn).count()


def test_the_council_sees_a_return_as_soon_as_it_is_signed_off(lead: LookingClient, council: LookingClient) -> None:
    assert "Nothing is signed off yet" in text_of(council.get("/returns"))
    assert "This return is a draft: it is not signed off. The council does not see it." in text_of(lead.get(THERE))
    assert path_of(sign(lead, note="For the meeting in May")) == THERE
    said = text_of(lead.get(THERE))
    assert "Signed off on 10 April 2019 at 1:00pm by Demo lead as version 1. The council sees these figures." in said
    listed = text_of(council.get("/returns"))
    assert "January to March 2019 restricted return Restricted: exact figures, for the commissioner" in listed
    assert "10 April 2019 at 1:00pm by Demo lead" in listed
    seen = text_of(council.get(THERE))
    assert "Return for January to March 2019" in seen
    assert "Signed off on 10 April 2019 at 1:00pm by Demo lead. This is version 1. Note: For the meeting in May" in seen
    assert "Sign off" not in seen
    assert "Withdraw" not in seen


def test_what_is_not_signed_looks_to_the_council_like_what_does_not_exist(
    lead: LookingClient, council: LookingClient
) -> None:
    sign(lead)
    missing = council.get("/returns/1999-00-Q1/restricted")
    for address in (
        "/returns/1/2018-19-Q4/published",
        "/returns/1/2018-19-Q3/restricted",
        "/returns/1/2019-20-Q1/restricted",
    ):
        guessed = council.get(address)
        assert (guessed.status_code, missing.status_code) == (404, 404)
        assert text_of(guessed) == text_of(missing)


def test_the_signed_return_shows_the_very_figures_and_files_that_the_lead_saw(
    lead: LookingClient, council: LookingClient
) -> None:
    before, draft = everything(lead), figures_in(lead.get(f"{THERE}/files"))
    sign(lead)
    after = everything(council)
    files = {"workbook", "files"}
    assert {name: after[name] for name in after if name not in files} == {
        name: before[name] for name in before if name not in files
    }
    assert figures_in(council.get(f"{THERE}/files")) == draft
    assert everything(lead) == after, "a lead gets the files that were signed as long as the figures are the same"


def test_a_draft_and_a_version_have_their_own_names(
    lead: LookingClient, council: LookingClient, correct: Callable[[int], None]
) -> None:
    def name_of(client: LookingClient, file: str) -> str:
        return "".join(
            re.findall("star-return[a-zA-Z0-9.-]+", client.get(f"{THERE}/{file}").headers["Content-Disposition"])
        )

    assert name_of(lead, "workbook") == "star-return-the-council-2018-19-Q4-restricted-draft.xlsx"
    sign(lead)
    assert (
        name_of(lead, "workbook")
        == name_of(council, "workbook")
        == "star-return-the-council-2018-19-Q4-restricted-v1.xlsx"
    )
    correct(7)
    assert name_of(lead, "files") == "star-return-the-council-2018-19-Q4-restricted-draft.zip"
    assert name_of(council, "files") == "star-return-the-council-2018-19-Q4-restricted-v1.zip"
    sign(lead)
    assert name_of(council, "files") == "star-return-the-council-2018-19-Q4-restricted-v2.zip"


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
    # One pair, 10 areas, in 2 cohorts, the pod and all pods: 40 rows. Two averages and one change of each are others,
    # and a move between stages has gone and another has come: 40 × 5.
    since = (
        "The record has changed since this was signed off on 10 April 2019 at 1:00pm by Demo lead: "
        "200 figures in 3 tables differ."
    )
    assert since in text_of(page)
    named = page.text.partition("in 3 tables differ")[2].partition("</ul>")[0]
    assert re.findall("<li>(.*?)</li>", named) == [
        "Average readings at the start and latest Star, by cohort, pod and area",
        "Change from the start to the latest Star, by cohort, pod and area",
        "Pairs by their stage at the start and at the latest Star, by cohort, pod and area",
    ]
    form = text_of(lead.get(SIGN))
    assert since in form
    assert "All to date, Crewe, Physical health Average at latest 6.00 7.00" in form
    assert "The first 50 are shown. 150 more are in the files of the new version" in form


def test_signing_again_replaces_what_the_council_sees(
    lead: LookingClient, council: LookingClient, correct: Callable[[int], None]
) -> None:
    sign(lead)
    correct(7)
    sign(lead, note="Corrected")
    assert mean_latest(council.get(f"{THERE}/files")) == {"7.0"}
    replaces = "It replaces the return that was signed off on 10 April 2019 at 1:00pm by Demo lead."
    assert replaces in text_of(council.get(THERE))
    assert "It replaces the one of 10 April 2019 at 1:00pm by Demo lead" in text_of(council.get("/returns"))
    kept = text_of(lead.get(THERE)).partition("the newest first")[2]
    assert kept.index("Corrected") < kept.index("The council sees it") < kept.index("Replaced")
    assert mean_latest(lead.get("/returns/signed/1/files")) == {"6.0"}
    assert mean_latest(lead.get("/returns/signed/2/files")) == {"7.0"}
    assert mean_latest(council.get("/returns/signed/1/files")) == {"6.0"}, "side by side with the newest"
    assert mean_latest(council.get("/returns/signed/2/files")) == {"7.0"}


def test_the_council_sees_the_versions_side_by_side_with_what_changed_and_why(
    lead: LookingClient, council: LookingClient, correct: Callable[[int], None]
) -> None:
    sign(lead)
    correct(7)
    sign(lead, note="One Star was scored too low")
    versions = text_of(council.get(THERE)).partition("the newest first")[2]
    assert versions.index("One Star was scored too low Stands: The council sees it") < versions.index(
        "Checked Replaced"
    )
    for client in (lead, council):
        page = text_of(client.get("/returns/signed/2"))
        assert "Version 2 of the restricted return for January to March 2019" in page
        assert "Reason for this version: One Star was scored too low" in page
        assert "What changed from version 1" in page
        assert "All to date, Crewe, Physical health Average at latest 6.00 7.00" in page
        first = text_of(client.get("/returns/signed/1"))
        assert "It has been replaced: version 2 is the newest." in first
        assert "What changed" not in first
    assert "Signed off on 10 April 2019 at 1:00pm by Demo lead. This is version 2." in text_of(council.get(THERE))


def test_the_page_of_a_version_names_the_figures_hash_of_its_files(lead: LookingClient, council: LookingClient) -> None:
    sign(lead)
    files = council.get("/returns/signed/1/files").data
    with ZipFile(BytesIO(files)) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("metadata.json")]
        figures = json.loads(archive.read(name))["sha256_of_figures"]
    page = text_of(council.get("/returns/signed/1"))
    assert f"SHA-256 of the figures {figures}" in page
    assert f"SHA-256 of the ZIP {sha256(files).hexdigest()}" in page
    assert figures in text_of(council.get(THERE))


def test_another_version_is_not_signed_without_a_reason(
    web_app: Flask, lead: LookingClient, correct: Callable[[int], None]
) -> None:
    assert "Note for the council (optional)" in text_of(lead.get(SIGN))
    sign(lead, note="")
    assert count_signed(web_app) == 1, "the first needs none"
    correct(7)
    assert "Why is there a new version?" in text_of(lead.get(SIGN))
    for nothing in ("", " "):
        answer = sign(lead, note=nothing)
        assert 'href="#note"' in answer.text
        assert "Say why: the council reads this reason" in text_of(answer)
        assert 'value="y" checked' in answer.text
    assert count_signed(web_app) == 1


def test_what_was_withdrawn_is_not_among_the_councils_versions(lead: LookingClient, council: LookingClient) -> None:
    sign(lead)
    withdraw(lead)
    assert council.get("/returns/signed/1").status_code == 404
    sign(lead, note="Complete now")
    assert council.get("/returns/signed/1").status_code == 404
    assert "Withdrawn on 10 April 2019 at 1:00pm by Demo lead: A family is missing" in text_of(
        lead.get("/returns/signed/1")
    )
    page = text_of(council.get("/returns/signed/2"))
    assert "Version 1" not in page
    assert "What changed" not in page


def test_signed_returns_are_compared_with_the_record(lead: LookingClient, correct: Callable[[int], None]) -> None:
    differences = "/returns/differences"
    assert "There is no signed return to compare here" in text_of(lead.get(differences))
    sign(lead)
    sign(lead, "/returns/1/2018-19-Q4/published/sign-off")
    correct(7)
    page = text_of(lead.get(differences))
    exact, _, published = page.partition("January to March 2019, published")
    assert (
        "January to March 2019, restricted Version 1, 10 April 2019 at 1:00pm by Demo lead 200 figures in 3 tables"
        in exact
    )
    assert published.startswith(" Version 1, 10 April 2019 at 1:00pm by Demo lead Nothing"), "one pair is hidden"
    assert 'href="/returns/differences"' in lead.get("/returns").text
    assert "Compare earlier returns" not in page


def test_looking_at_changes_and_versions_is_in_the_trail(
    web_app: Flask, lead: LookingClient, council: LookingClient, correct: Callable[[int], None]
) -> None:
    sign(lead)
    correct(7)
    before = len(list_looks(web_app))
    lead.get(SIGN)
    council.get("/returns/signed/1")
    form, version = list_looks(web_app)[before:]
    assert form.after is not None
    assert version.after is not None
    assert (form.actor, form.entity, form.after["page"]) == ("lead@example.org", "return", "sign_off.sign")
    assert (version.actor, version.after["page"], version.after["version"]) == (
        "council@example.org",
        "sign_off.show",
        1,
    )
    assert "Demo council read version 1 of the restricted return for 2018-19-Q4" in text_of(lead.get("/audit"))


def test_withdrawn_return_is_hidden_and_the_council_sees_the_reason(
    lead: LookingClient, council: LookingClient
) -> None:
    sign(lead)
    withdraw(lead)
    assert council.get(THERE).status_code == 404
    assert council.get("/returns/signed/1/files").status_code == 404
    told = text_of(council.get("/returns"))
    assert "None now. What was signed off on 10 April 2019 at 1:00pm by Demo lead was withdrawn on" in told
    assert "Reason: A family is missing" in told
    assert THERE not in council.get("/returns").text
    said = text_of(lead.get(THERE))
    assert "The council sees no return of this quarter and kind. Reason: A family is missing" in said
    assert "Withdrawn on 10 April 2019 at 1:00pm by Demo lead: A family is missing" in said
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
    running = "/returns/1/2019-20-Q1/restricted"
    assert "Sign off this return" not in text_of(lead.get(running))
    assert "can be signed off after 30 June 2019" in text_of(lead.get(f"{running}/sign-off"))
    refused = text_of(sign(lead, f"{running}/sign-off"))
    assert "April to June 2019 has not ended: its return can be signed off after 30 June 2019" in refused
    assert count_signed(web_app) == 0
    assert lead.get("/returns/1/2019-20-Q2/restricted/sign-off").status_code == 404


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
    sign_in: SignIn, lead: LookingClient, tiny: TinyService, web_app: Flask, role: Role
) -> None:
    sign(lead)
    other = sign_in(tiny.users[role])
    token = {"csrf_token": read_token(other.get("/about").text)}
    published = "/returns/1/2018-19-Q4/published/sign-off"
    assert other.post(published, data={"has_checked": "y", **token}).status_code == 403
    assert other.post("/returns/signed/1/withdraw", data={"reason": "No", **token}).status_code == 403
    assert count_signed(web_app) == 1
    assert lead.get("/returns/signed/1/withdraw").status_code == 200, "it still stands"


def test_the_lead_sees_the_state_of_every_quarter(lead: LookingClient) -> None:
    sign(lead)
    sign(lead, "/returns/1/2018-19-Q4/published/sign-off")
    withdraw(lead, 2)
    listed = text_of(lead.get("/returns")).partition("What is signed off")[2]
    assert "April to June 2019 Has not ended restricted return for April to June 2019" in listed
    assert (
        "Signed off restricted return for January to March 2019 as version 1 on 10 April 2019 at 1:00pm by Demo lead"
        in listed
    )
    assert "Withdrawn published return for January to March 2019 on 10 April 2019 at 1:00pm by Demo lead" in listed
    assert "Not signed off" not in listed
    assert 'href="/returns/1/2018-19-Q4/restricted"' in lead.get("/returns").text


def test_when_the_contracts_year_changes_the_council_keeps_the_files(
    web_app: Flask, lead: LookingClient, council: LookingClient
) -> None:
    sign(lead)
    before = council.get(f"{THERE}/files").data
    with web_app.app_context():
        begin_year_in(9)
    for client in (lead, council):
        page = client.get("/returns")
        assert "January to March 2019 (ZIP)" in text_of(page)
        assert 'href="/returns/signed/1/files"' in page.text
        assert client.get("/returns/signed/1/files").data == before
    with web_app.app_context():
        begin_year_in(1)
    assert "Signed off on 10 April 2019" in text_of(council.get("/returns/1/2019-Q1/restricted"))


def test_the_page_answers_first_and_counts_for_all_pods_together(lead: LookingClient, council: LookingClient) -> None:
    sign(lead)
    said = text_of(council.get(THERE))
    parts = (
        "In short Too few pairs to say how average scaling changed: no area has 10.",
        "1 of 3 Stars due were completed on time (33%).",  # two parents have none yet
        "Headline indicators",
        "Stars on time 1 of 3 33%",
        "How average scaling changed",
        "Your well-being 1 2.00 1 0 0",  # from 4 to 6
        "Counted for all pods",
        "Families 2 Parents 3 Children 4",
        "Start 3 1 1",
    )
    places = [said.index(part) for part in parts]
    assert places == sorted(places)
    assert "Crewe" not in said
    assert "Crewe" in text_of(council.get(f"{THERE}/tables/served"))
