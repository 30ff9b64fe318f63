"""The pages as a person meets them: find, add, record, read, correct, close; and every message where it belongs."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from star_tracker.domain.roles import Role
from star_tracker.domain.scales import Kind
from star_tracker.domain.star_rules import Reading
from star_tracker.extensions import db
from star_tracker.models import Intervention
from tests.support.pages import LookingClient, path_of, text_of
from tests.support.recording import STAR
from tests.support.signing import begin_year_in
from tests.support.tiny import TinyService, add_star, all_areas, new_star

FAMILY = {
    "ref": "F-2019-7",
    "council_ref": "LCS7",
    "parent_ref_1": "Mum",
    "parent_ref_2": "Dad",
    "practitioner_id": "",
    "referred_on": "1/2/2019",
    "started_on": "2019-02-14",
    "children": "3",
}


def test_a_practitioner_finds_a_family_by_any_reference(practitioner: LookingClient) -> None:
    for wanted in ("f1", "c-f1", "P2"):
        said = text_of(practitioner.get(f"/families?q={wanted}"))
        assert f"1 family with “{wanted}”" in said
        assert "Crewe, from 3 January 2019" in said
    assert "0 families with “F2”" in text_of(practitioner.get("/families?q=F2")), "another pod's family"
    assert "0 families" in text_of(practitioner.get("/families?q=%25")), "a percent sign is no wildcard"


def test_what_is_searched_for_is_in_no_address(practitioner: LookingClient) -> None:
    answer = practitioner.send("/families", {"q": "nowhere"})
    assert answer.headers["Location"] == "/families"
    assert "0 families with “nowhere”" in text_of(practitioner.get("/families"))
    assert "1 family." in text_of(practitioner.get("/families?q=")), "all of them again"
    assert "1 family." in text_of(practitioner.get("/families"))


def test_a_family_page_shows_stars_in_time_order_and_what_is_due(
    practitioner: LookingClient, tiny: TinyService
) -> None:
    said = text_of(practitioner.get(f"/families/{tiny.family}"))
    assert said.index("10 January 2019") < said.index("5 April 2019")
    assert "Parent P1 Interim Star due by 5 July 2019" in said
    assert "Parent P2 Start Star overdue since 31 January 2019" in said, "28 days after 3 January"


def test_a_family_is_added_with_its_parents_and_intervention(practitioner: LookingClient, tiny: TinyService) -> None:
    response = practitioner.send("/families/new", FAMILY | {"pod_id": str(tiny.pod)})
    said = text_of(practitioner.get(path_of(response)))
    for words in ("Family F-2019-7 was added", "LCS7", "Dad, Mum", "14 February 2019", "Referred 1 February 2019"):
        assert words in said
    assert "Children 3" in said


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"ref": "F1"}, "ref", "There is already a family with the reference F1"),
        ({"ref": " "}, "ref", "Enter a reference"),
        ({"parent_ref_1": " ", "parent_ref_2": ""}, "parent_ref_1", "at least one parent"),
        ({"parent_ref_2": "mum "}, "parent_ref_2", "already has a parent with the reference Mum"),
        ({"parent_ref_1": "", "parent_name_1": "Ada"}, "parent_ref_1", "Enter a reference for parent 1"),
        ({"parent_ref_2": "x" * 101}, "parent_ref_2", "at most 100 characters"),
        ({"started_on": "30/2/2019"}, "started_on", "Date the intervention started: enter a real date"),
        ({"started_on": "1/9/0019"}, "started_on", "enter a year from 1900 to 2999"),
        ({"ref": "F\u200b2"}, "ref", "cannot be seen"),
        ({"started_on": ""}, "started_on", "Enter the date the intervention started"),
        ({"started_on": "11/4/2019"}, "started_on", "must be today, 10 April 2019, or before"),
        ({"referred_on": "15/2/2019"}, "referred_on", "on or before the day the intervention started"),
        ({"children": "21"}, "children", "from 0 to 20"),
        ({"children": "two"}, "children", "whole number"),
        ({"pod_id": ""}, "pod_id", "Choose a pod"),
        ({"pod_id": "99"}, "pod_id", "Choose one of the options"),
    ],
)
def test_invalid_family_has_errors_at_its_fields_and_loses_nothing(
    practitioner: LookingClient, tiny: TinyService, wrong: dict[str, str], field: str, message: str
) -> None:
    response = practitioner.send("/families/new", FAMILY | {"pod_id": str(tiny.pod)} | wrong)
    assert response.status_code == 200
    assert f'<a href="#{field}"' in response.text
    assert message in text_of(response)
    assert response.text.count(message) >= 2, "in the summary and at the field"
    assert "<title>Error: Add a family" in response.text
    for kept in ("LCS7", "1/2/2019"):
        assert kept in response.text or kept in wrong.values() or field == "referred_on"
    assert "0 families" in text_of(practitioner.get("/families?q=F-2019-7"))


def test_the_parents_chart_sets_start_beside_latest(practitioner: LookingClient, tiny: TinyService) -> None:
    page = practitioner.get(f"/registrations/{tiny.registration}")
    assert "start Star of 10 January 2019 beside the latest, of 5 April 2019" in text_of(page)
    assert "Family routine 4 6 +2" in text_of(page)
    rows = list(csv.reader(StringIO(practitioner.get(f"/registrations/{tiny.registration}/star.csv").text)))
    assert rows[0] == ["area", "start", "latest", "change", "start_own", "latest_own"]
    assert rows[8] == ["family_routine", "4", "6", "2", "", ""]
    picture = practitioner.get(f"/registrations/{tiny.registration}/star.svg")
    assert picture.mimetype == "image/svg+xml"
    assert "Interim, 5 April 2019" in picture.text
    assert practitioner.get(f"/registrations/{tiny.registration}/star.png").data.startswith(b"\x89PNG")


def test_the_parents_own_value_stands_beside_the_counted_one_in_the_chart_its_words_and_its_figures(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        readings = all_areas(7) | {"family_routine": Reading(7, parent_value=3)}
        add_star(tiny.registration, new_star(Kind.CLOSURE, date(2019, 4, 9), readings))
    page = practitioner.get(f"/registrations/{tiny.registration}")
    assert "Family routine 4 7 the parent's own: 3 +3" in text_of(page)
    assert "Parent&#39;s own, 9 April 2019, where it differs: Family routine 3, not 7." in page.text
    assert "Of 9 areas scored in both and seen alike, 9 went up" in page.text
    assert "Parent's own, 9 April 2019" in practitioner.get(f"/registrations/{tiny.registration}/star.svg").text
    rows = practitioner.get(f"/registrations/{tiny.registration}/star.csv").text.splitlines()
    assert rows[8] == "family_routine,4,7,3,,3"


def test_a_lead_corrects_a_star_and_both_versions_stay_readable(lead: LookingClient, tiny: TinyService) -> None:
    form = STAR | {"completed_on": "10/1/2019", "reason": "Two areas were swapped", "family_routine": "2"}
    response = lead.send(f"/stars/{tiny.star}/correct", form)
    new = text_of(lead.get(path_of(response)))
    assert "Family routine 2" in new
    old = text_of(lead.get(f"/stars/{tiny.star}"))
    assert "This Star was corrected" in old
    assert "Two areas were swapped" in old
    assert "Family routine 4" in old
    assert "Family routine 2 6 +4" in text_of(lead.get(f"/registrations/{tiny.registration}"))


def test_a_correction_form_begins_with_what_the_star_says(lead: LookingClient, tiny: TinyService) -> None:
    text = lead.get(f"/stars/{tiny.star}/correct").text
    assert text.count('value="4" checked') == 10
    assert 'value="10/1/2019"' in text


def test_a_withdrawn_star_leaves_the_figures_and_stays_readable(lead: LookingClient, tiny: TinyService) -> None:
    assert "1 pair of Stars" in text_of(lead.get("/cohort"))
    response = lead.send(f"/stars/{tiny.star}/withdraw", {"reason": ""})
    assert "Say why" in text_of(response)
    lead.send(f"/stars/{tiny.star}/withdraw", {"reason": "Wrong parent"})
    assert "withdrawn and is in no figure. Reason: Wrong parent" in text_of(lead.get(f"/stars/{tiny.star}"))
    cohort = text_of(lead.get("/cohort"))
    assert "0 pairs of Stars" in cohort
    assert "2 with no counted Star, 1 with no start Star, 0 with one Star only" in cohort


def test_an_intervention_is_closed_with_its_reason(practitioner: LookingClient, tiny: TinyService) -> None:
    address = f"/interventions/{tiny.intervention}/close"
    for wrong, message in (
        ({"closed_on": "9/4/2019"}, "Choose how it ended"),
        ({"closed_on": "", "reason": "completed"}, "Enter the date it closed"),
        ({"closed_on": "2/1/2019", "reason": "completed"}, "must be 3 January 2019, when the intervention started"),
        ({"closed_on": "1/3/2019", "reason": "completed"}, "Star of 5 April 2019 is dated more than 28 days after"),
        ({"closed_on": "11/4/2019", "reason": "completed"}, "must be today, 10 April 2019, or before"),
    ):
        assert message in text_of(practitioner.send(address, wrong))
    practitioner.send(address, {"closed_on": "9/4/2019", "reason": "stepped_down", "missing_is_known": "y"})
    said = text_of(practitioner.get(f"/families/{tiny.family}"))
    assert "9 April 2019: Stepped down to early help" in said
    assert "Closure Star overdue since 9 April 2019" in said
    assert path_of(practitioner.get(address)) == f"/families/{tiny.family}", "it is closed: no form is offered"


def test_a_parent_and_an_intervention_are_added(practitioner: LookingClient, tiny: TinyService) -> None:
    practitioner.send(f"/families/{tiny.family}/parents/new", {"ref": "P3", "intervention_ids": str(tiny.intervention)})
    assert "Parent P3" in text_of(practitioner.get(f"/families/{tiny.family}"))
    address = f"/families/{tiny.family}/interventions/new"
    values = {"pod_id": str(tiny.pod), "practitioner_id": "", "referred_on": "9/4/2019", "started_on": "10.4.2019"}
    assert "Choose at least one parent" in text_of(practitioner.send(address, values))
    still_open = practitioner.send(address, values | {"parent_ids": "1"})
    assert "intervention of 3 January 2019 is still open: close it first" in text_of(still_open)
    closing = {"closed_on": "9/4/2019", "reason": "completed", "missing_is_known": "y"}
    practitioner.send(f"/interventions/{tiny.intervention}/close", closing)
    practitioner.send(address, values | {"parent_ids": "1"})
    assert "Crewe, from 10 April 2019" in text_of(practitioner.get(f"/families/{tiny.family}"))
    again = practitioner.send(address, values | {"parent_ids": "1"})
    assert "already has an intervention that started on 10 April 2019" in text_of(again)


def test_the_cohort_page_shows_figures_worked_out_by_hand(lead: LookingClient) -> None:
    page = lead.get("/cohort")
    said = text_of(page)
    assert "1 pair of Stars as at 10 April 2019" in said
    assert "2 with no counted Star, 0 with no start Star, 0 with one Star only" in said
    assert "This cohort is small: 1 pair." in said
    assert "Family routine 1 4.0 6.0" in said, "of fewer than ten pairs no more (test_small_areas.py)"
    assert lead.get("/cohort/star.svg").status_code == 200
    assert lead.get("/cohort/star.png").data.startswith(b"\x89PNG")
    rows = list(csv.DictReader(StringIO(lead.get("/cohort/measures.csv").text)))
    assert rows[0]["mean_change"] == "2.0"
    assert rows[0]["sd_change"] == "", "one pair has no spread: blank, never 0"


def test_an_empty_cohort_says_so_and_draws_nothing(lead: LookingClient) -> None:
    page = lead.get("/cohort?as-at=1/3/2019")
    assert "no parent in this cohort has two counted Stars yet" in text_of(page)
    assert "<img" not in page.text
    assert lead.get("/cohort/star.svg?as-at=1/3/2019").status_code == 404


@pytest.mark.parametrize("query", ["as-at=31/2/2019", "pod=Nowhere", "status=maybe", "practitioner=x", "latest-to=1e9"])
def test_unreadable_cohort_filter_has_an_error_at_its_field(lead: LookingClient, query: str) -> None:
    assert "There is a problem" in text_of(lead.get(f"/cohort?{query}"))
    assert lead.get(f"/cohort/star.svg?{query}").status_code == 400


def test_a_null_character_is_refused_everywhere(lead: LookingClient) -> None:
    for address in ("/families?q=%00", "/cohort?closed-from=%00", "/returns?quarter=%00"):
        assert lead.get(address).status_code == 400


@pytest.mark.parametrize("number", ["0", "-1", "2147483648", "9" * 30, "1.5"])
def test_a_number_that_no_record_has_is_not_found(lead: LookingClient, number: str) -> None:
    for address in ("/families/{}", "/stars/{}", "/registrations/{}", "/interventions/{}/close"):
        assert lead.get(address.format(number)).status_code == 404
    assert lead.get(f"/families?page={number}").status_code == 200


def test_the_address_is_the_filter(lead: LookingClient) -> None:
    page = lead.get("/cohort?pod=Crewe&status=open&as-at=2019-04-08")
    assert "as at 8 April 2019" in text_of(page)
    assert 'value="Crewe" checked' in page.text
    assert "/cohort/star.png?" in page.text
    assert "pod=Crewe&amp;status=open&amp;as-at=2019-04-08" in page.text


def test_the_return_is_chosen_seen_and_downloaded(lead: LookingClient) -> None:
    response = lead.get("/returns?quarter=2018-19-Q4&profile=restricted")
    assert path_of(response) == "/returns/1/2018-19-Q4/restricted"
    shown = text_of(lead.get(path_of(response)))
    assert "Return for January to March 2019" in shown
    served = text_of(lead.get("/returns/1/2018-19-Q4/restricted/tables/served"))
    assert "Crewe Families 1 Crewe Parents 2 Crewe Children 2" in served
    assert "All pods Families 2 All pods Parents 3 All pods Children 4" in served
    workbook = lead.get("/returns/1/2018-19-Q4/published/workbook")
    assert "star-return-the-council-2018-19-Q4-published-draft.xlsx" in workbook.headers["Content-Disposition"]
    assert workbook.data.startswith(b"PK")
    assert lead.get("/returns/1/2018-19-Q4/published/files").mimetype == "application/zip"


def test_a_running_quarter_says_that_it_will_change(lead: LookingClient) -> None:
    assert "This quarter has not ended" in text_of(lead.get("/returns/1/2019-20-Q1/restricted"))


def test_the_returns_are_of_the_year_of_the_councils_contract(lead: LookingClient, web_app: Flask) -> None:
    assert "January to March 2019 (2018-19-Q4)" in text_of(lead.get("/returns"))
    with web_app.app_context():
        begin_year_in(9)
    offered = "March to May 2019 (2018-19-Q3, has not ended) December 2018 to February 2019 (2018-19-Q2)"
    assert offered in text_of(lead.get("/returns"))
    chosen = lead.get("/returns?quarter=2018-19-Q2&profile=restricted")
    assert "Return for December 2018 to February 2019" in text_of(lead.get(path_of(chosen)))
    assert "This quarter has not ended" in text_of(lead.get("/returns/1/2018-19-Q3/restricted"))
    assert lead.get("/returns/1/2018-19-Q4/restricted").status_code == 404, "June to August 2019 is yet to come"
    with web_app.app_context():
        begin_year_in(1)
    assert "Return for January to March 2019" in text_of(lead.get("/returns/1/2019-Q1/restricted"))
    assert lead.get("/returns/1/2018-19-Q4/restricted").status_code == 404, "a calendar year is written 2019"


@pytest.mark.parametrize("address", ["2018-19-Q5/restricted", "1850-51-Q1/restricted", "2018-19-Q4/secret", "x/y"])
def test_a_return_that_cannot_be_is_not_found(lead: LookingClient, address: str) -> None:
    assert lead.get("/returns/1/2018-19-Q4/restricted").status_code == 200
    assert lead.get(f"/returns/1/{address}").status_code == 404


def test_the_licence_is_acknowledged_where_areas_are_listed(practitioner: LookingClient, tiny: TinyService) -> None:
    for address in ("/cohort", "/about", f"/registrations/{tiny.registration}"):
        assert "© Triangle Consulting Social Enterprise" in practitioner.get(address).text


def test_a_reference_that_looks_like_markup_stays_text(practitioner: LookingClient, tiny: TinyService) -> None:
    odd: dict[str, Any] = FAMILY | {"ref": "<b>&\"'=F12", "pod_id": str(tiny.pod)}
    page = practitioner.get(path_of(practitioner.send("/families/new", odd)))
    assert "Family <b>&\"'=F12" in text_of(page)


def test_today_is_the_offices_day(practitioner: LookingClient, tiny: TinyService, web_app: Flask) -> None:
    half_past_midnight = datetime(2019, 4, 11, 23, 30, tzinfo=UTC)  # British summer time
    web_app.extensions["star_tracker"] = replace(web_app.extensions["star_tracker"], now=lambda: half_past_midnight)
    practitioner.sign_in(tiny.users[Role.PRACTITIONER])
    assert "12 April 2019" in text_of(practitioner.get("/cohort"))


def test_a_long_closed_intervention_takes_no_more_stars(lead: LookingClient, tiny: TinyService, web_app: Flask) -> None:
    closing = {"closed_on": "9/4/2019", "reason": "completed", "missing_is_known": "y"}
    lead.send(f"/interventions/{tiny.intervention}/close", closing)
    assert "Record a Star for P1" in text_of(lead.get(f"/families/{tiny.family}"))
    web_app.extensions["star_tracker"] = replace(
        web_app.extensions["star_tracker"], now=lambda: datetime(2019, 5, 8, tzinfo=UTC)
    )
    lead.sign_in(tiny.users[Role.LEAD])
    said = text_of(lead.get(f"/families/{tiny.family}"))
    assert "Record a Star for P1" not in said, "29 days after 9 April"
    assert "Parent P1 No closure Star was completed" in said


def test_the_cohort_says_in_words_what_was_chosen(lead: LookingClient) -> None:
    said = text_of(lead.get("/cohort?pod=Crewe&status=open&latest-from=1/4/2019&as-at=9/4/2019"))
    assert "1 pair of Stars as at 9 April 2019: Crewe; open interventions; latest Star from 1 April 2019." in said
    assert "Pairs whose Stars are not as chosen are left out too." in said


def test_an_address_without_empty_parts_can_be_kept(lead: LookingClient) -> None:
    response = lead.get("/cohort?pod=Crewe&practitioner=&status=&as-at=")
    assert response.headers["Location"] == "/cohort?pod=Crewe"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("as-at=11/4/2019", "As at: enter today's date or one before"),
        ("closed-from=2/4/2019&closed-to=1/4/2019", "Closed to: enter the date of “Closed from” or one after"),
        (
            "latest-from=2/4/2019&latest-to=1/4/2019",
            "Latest Star to: enter the date of “Latest Star from”",
        ),
        ("status=open&closed-from=1/4/2019", "Interventions: an open one has no closing date: choose closed ones"),
        (
            "pod=Macclesfield&practitioner=practitioner%40example.org",
            "Practitioner: nobody of Macclesfield is theirs: choose one of this practitioner's own pods",
        ),
    ],
)
def test_contradictory_cohort_choice_has_an_error_at_its_field(lead: LookingClient, query: str, message: str) -> None:
    said = text_of(lead.get(f"/cohort?{query}"))
    assert said.count(message) == 2, "in the summary and at the field"
    assert "has two counted Stars" not in said
    assert lead.get(f"/cohort/star.csv?{query}").status_code == 400


def test_a_practitioner_is_chosen_with_every_pod_that_they_belong_to_or_had_families_in(
    web_app: Flask, lead: LookingClient, tiny: TinyService
) -> None:
    query = "/cohort?pod=Macclesfield&practitioner=practitioner%40example.org"
    with web_app.app_context():
        db.session.query(Intervention).filter_by(pod_id=tiny.other_pod).update(
            {"practitioner_id": tiny.users[Role.PRACTITIONER]}
        )
        db.session.commit()
    assert "0 pairs of Stars" in text_of(lead.get(query)), "of a pod that they have left"


@pytest.mark.parametrize("query", ["endpoint=x", "_anchor=x", "_scheme=x", "values=x", "chart=x", "save=1", "narrow=1"])
def test_an_addresss_own_words_cannot_upset_the_links(lead: LookingClient, query: str) -> None:
    page = lead.get(f"/cohort?pod=Crewe&{query}")
    assert page.status_code == 200
    assert "/cohort/star.png?save=1&amp;pod=Crewe" in page.text


def test_when_the_database_fails_a_person_gets_a_page(lead: LookingClient, web_app: Flask) -> None:
    web_app.testing = False
    with web_app.app_context():
        db.session.execute(text("ALTER TABLE users RENAME TO gone"))
        db.session.commit()
    response = lead.get("/cohort")
    assert response.status_code == 500
    assert "Sorry, something went wrong" in text_of(response)


def test_the_parents_own_value_is_shown_and_survives_a_correction(
    lead: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    with web_app.app_context():
        readings = {**all_areas(5), "family_routine": Reading(value=5, parent_value=8)}
        star_id = add_star(tiny.empty_registration, new_star(Kind.START, date(2019, 3, 1), readings)).id
    assert "Family routine 5 (the parent's own: 8)" in text_of(lead.get(f"/stars/{star_id}"))
    proposed = lead.get(f"/stars/{star_id}/correct").text
    assert 'name="parent_family_routine" id="parent_family_routine-9" value="8" checked' in proposed
    form = STAR | {"reason": "Wrong day", "parent_family_routine": "8"}
    response = lead.send(f"/stars/{star_id}/correct", form)
    assert "Family routine 5 (the parent's own: 8)" in text_of(lead.get(path_of(response)))
