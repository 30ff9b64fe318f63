"""The words of a return and its targets: written by a lead, in the draft at once, signed, and compared afterwards."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from flask import Flask

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.errors import DomainError, NamesError
from star_tracker.domain.feedback import SaidBy
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import Kind
from star_tracker.exports.returns.bundle import Part
from star_tracker.exports.returns.narrative import CaseReading, Narrative, Quote
from star_tracker.queries.returns.narratives import get_narrative, get_narrative_draft, get_targets, list_pairs_to_tell
from star_tracker.queries.returns.signed_returns import get_signing_history, get_stored_return
from star_tracker.records.feedback import withdraw_feedback
from star_tracker.records.returns.narrative import NewCaseStudy, fingerprint_draft, save_narrative, set_targets
from tests.support.apps import COUNCIL, NOW
from tests.support.pages import LookingClient, path_of, read_token, text_of
from tests.support.signing import get_council, make_return, sign_off
from tests.support.tiny import BY_SOMEBODY, TinyService, add_feedback, add_star, new_star, restrict_to

QUARTER = Quarter(2018, 4)


def tell(tiny: TinyService, **values: object) -> NewCaseStudy:
    usual = {"registration_id": tiny.registration, "words": "We eat together now.", "has_consent": True}
    return NewCaseStudy(**{**usual, **values})  # type: ignore[arg-type]  # values of any test


def write_narrative(*case_studies: NewCaseStudy, seen: str | None = None, **values: object) -> None:
    usual = {"went_well": "Mornings.\n\nSchool runs.", "to_improve": "", "quote_ids": []}
    draft = get_narrative_draft(COUNCIL, QUARTER)
    save_narrative(
        BY_SOMEBODY,
        council_id=COUNCIL,
        quarter=QUARTER,
        case_studies=case_studies,
        seen=fingerprint_draft(draft) if seen is None else seen,
        **{**usual, **values},  # type: ignore[arg-type]  # as above
    )


@pytest.fixture
def paired(web_app: Flask, tiny: TinyService) -> TinyService:
    """The tiny service, whose first parent has a pair in the quarter: 4s on 10 January, 5s on 20 March."""
    with web_app.app_context():
        add_star(tiny.registration, new_star(Kind.INTERIM, date(2019, 3, 20), 5))
    return tiny


def read_workbook(profile: Profile) -> list[str]:
    book = openpyxl.load_workbook(BytesIO(make_return(QUARTER, profile).read(Part.WORKBOOK)))
    return [str(row[0].value) for row in book["narrative"].rows] if "narrative" in book.sheetnames else []


def test_the_draft_holds_what_was_saved_with_the_readings_of_the_pair(web_app: Flask, paired: TinyService) -> None:
    with web_app.app_context():
        quote = add_feedback(paired).id
        write_narrative(tell(paired), quote_ids=[quote])
        narrative = make_return(QUARTER).page.narrative
        assert narrative.quotes == (Quote(said_by=SaidBy.PARENT, words="She listened."),)
        assert [section.heading for section in narrative.sections] == [
            "What went well",
            "What people said",
            "Case study 1",
        ]
        assert narrative.sections[0].paragraphs == ("Mornings.", "School runs.")
        (study,) = narrative.case_studies
        assert len(study.readings) == 10
        assert study.readings[0] == CaseReading(area="physical_health", start=4, latest=5)


def test_a_published_return_has_the_words_and_no_reading_in_any_file(web_app: Flask, paired: TinyService) -> None:
    with web_app.app_context():
        write_narrative(tell(paired))
        page = make_return(QUARTER, Profile.PUBLISHED).page
        assert [(study.words, study.readings) for study in page.narrative.case_studies] == [
            ("We eat together now.", ())
        ]
        lines = read_workbook(Profile.PUBLISHED)
        assert "We eat together now." in lines
        assert not [line for line in lines if "latest Star" in line]
        archive = ZipFile(BytesIO(make_return(QUARTER, Profile.PUBLISHED).archive))
        metadata = next(name for name in archive.namelist() if name.endswith("metadata.json"))
        said = json.loads(archive.read(metadata))["narrative"]
        assert said[1] == {"heading": "Case study 1", "text": ["We eat together now."]}
        assert "Physical health: 4 at the start, 5 at the latest Star." in read_workbook(Profile.RESTRICTED)


def test_a_return_without_words_has_no_sheet_of_them_and_the_fingerprint_of_before(
    web_app: Flask, paired: TinyService
) -> None:
    with web_app.app_context():
        assert not make_return(QUARTER).page.narrative
        assert read_workbook(Profile.RESTRICTED) == []
        before = make_return(QUARTER).page.fingerprint
        write_narrative()
        assert make_return(QUARTER).page.fingerprint != before
        write_narrative(went_well=" ")
        assert make_return(QUARTER).page.fingerprint == before


def test_signed_words_stay_and_a_new_version_says_which_part_changed(web_app: Flask, paired: TinyService) -> None:
    with web_app.app_context():
        write_narrative(tell(paired))
        first = sign_off(paired.users[Role.LEAD], QUARTER)
        write_narrative(tell(paired, words="We eat together, and talk."), to_improve="The waiting list.", went_well="")
        history = get_signing_history(get_council(), QUARTER, Profile.RESTRICTED)
        changes = history.list_changes(make_return(QUARTER).page)
        assert [(change.row, change.old, change.new) for change in changes] == [
            ("What went well", "written", "x"),
            ("Case study 1", "written", "changed"),
            ("What needs improving", "x", "written"),
        ]
        stored = get_stored_return(first).page.narrative
        assert stored.went_well == "Mornings.\n\nSchool runs."
        assert len(stored.case_studies[0].readings) == 10
        second = sign_off(paired.users[Role.LEAD], QUARTER, now=NOW + timedelta(minutes=1))
        assert (second.version, get_stored_return(second).page.narrative.to_improve) == (2, "The waiting list.")


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("case_parent_1", {"registration_id": None}),
        ("case_parent_1", {"registration_id": 99}),
        ("case_words_1", {"words": " "}),
        ("case_words_1", {"words": "a" * 4001}),
        ("case_consent_1", {"has_consent": False}),
    ],
)
def test_a_case_study_needs_a_pair_of_the_quarter_words_and_consent(
    web_app: Flask, paired: TinyService, field: str, values: Mapping[str, object]
) -> None:
    with web_app.app_context():
        with pytest.raises(DomainError) as refused:
            write_narrative(tell(paired, **values))
        assert refused.value.field == field
        assert get_narrative_draft(COUNCIL, QUARTER) is None


def test_a_case_study_that_names_its_family_is_refused(web_app: Flask, paired: TinyService) -> None:
    with web_app.app_context():
        with pytest.raises(NamesError, match="F1"):
            write_narrative(tell(paired, words="The F1s eat together."), tell(paired, words="We of F1 eat together."))
        write_narrative(tell(paired, words="We of F1 eat together.", ordinary=["F1"]))


def test_a_restricted_family_is_neither_quoted_nor_told_of(web_app: Flask, paired: TinyService) -> None:
    with web_app.app_context():
        quote = add_feedback(paired).id
        write_narrative(tell(paired), went_well="", quote_ids=[quote])
        restrict_to(paired.family)
        assert list_pairs_to_tell(COUNCIL, QUARTER) == []
        assert get_narrative(COUNCIL, QUARTER) == Narrative()
        with pytest.raises(DomainError, match="Choose from the list"):
            write_narrative(quote_ids=[quote])


def test_a_quote_that_was_withdrawn_leaves_the_draft(web_app: Flask, paired: TinyService) -> None:
    with web_app.app_context():
        quote = add_feedback(paired).id
        write_narrative(quote_ids=[quote])
        withdraw_feedback(BY_SOMEBODY, feedback_id=quote, reason="She asked for it")
        assert get_narrative(COUNCIL, QUARTER).quotes == ()


def test_nobody_overwrites_what_somebody_else_saved_meanwhile(web_app: Flask, paired: TinyService) -> None:
    with web_app.app_context():
        write_narrative()
        with pytest.raises(DomainError, match="This narrative has been saved since you opened it"):
            write_narrative(went_well="Mine", seen="")


def test_the_lead_writes_it_on_its_page_and_the_council_reads_it_once_it_is_signed(
    client: LookingClient, web_app: Flask, paired: TinyService
) -> None:
    with web_app.app_context():
        quote = add_feedback(paired).id
    client.sign_in(paired.users[Role.LEAD])
    there = "/returns/1/2018-19-Q4/narrative"
    page = client.get(there)
    fields = {
        "csrf_token": read_token(page.text),
        "went_well": "Mornings.",
        "quote_ids": str(quote),
        "case_parent_1": str(paired.registration),
        "case_words_1": "We eat together now.",
    }
    assert "tick that the family has agreed" in text_of(client.post(there, data=fields))
    answer = client.post(there, data={**fields, "case_consent_1": "y"})
    assert path_of(answer) == "/returns/1/2018-19-Q4/prepare"
    again = client.get(there).text
    assert "We eat together now." in again
    assert "This narrative has been saved since you opened it" in text_of(
        client.post(there, data={**fields, "case_consent_1": "y", "seen": ""})
    )
    with web_app.app_context():
        sign_off(paired.users[Role.LEAD], QUARTER)
    client.sign_in(paired.users[Role.COUNCIL])
    read = text_of(client.get("/returns/1/2018-19-Q4/restricted"))
    assert "What went well Mornings." in read
    assert "“She listened.” A parent" in read
    assert "We eat together now." in read
    assert client.get(there).status_code == 403


def rates(profile: Profile = Profile.RESTRICTED) -> dict[tuple[str, str], tuple[object, ...]]:
    """Of all pods: rate, target and whether it is met, by indicator and period."""
    rows = next(table for table in make_return(QUARTER, profile).page.tables if table.name == "indicators").rows
    return {(str(row[1]), str(row[2])): row[5:8] for row in rows if row[0] == "All pods"}


def test_a_target_holds_from_its_quarter_until_another_and_is_met_or_not(web_app: Flask, paired: TinyService) -> None:
    with web_app.app_context():
        set_targets(
            BY_SOMEBODY,
            council_id=COUNCIL,
            quarter=QUARTER,
            percents={"parents_with_a_pair": 50, "re_referred": 0, "back_within_12_months": 10, "improved": None},
        )
        found = rates()
        # One of three parents has a pair; of two referrals none is a re-referral; none closed a year ago.
        assert found["parents_with_a_pair", "to_date"][1:] == (50.0, "no")
        assert found["re_referred", "quarter"] == (0.0, 0.0, "yes")
        assert found["back_within_12_months", "quarter"] == (None, 10.0, None)
        assert found["improved", "to_date"][1:] == (None, None)
        later = Quarter(2019, 1)
        set_targets(
            BY_SOMEBODY, council_id=COUNCIL, quarter=later, percents={"parents_with_a_pair": 30, "re_referred": None}
        )
        assert get_targets(COUNCIL, later) == {"parents_with_a_pair": 30, "back_within_12_months": 10}
        assert get_targets(COUNCIL, QUARTER)["parents_with_a_pair"] == 50
        assert get_targets(COUNCIL, QUARTER.previous()) == {}


def test_a_hidden_rate_hides_whether_its_target_is_met(web_app: Flask, paired: TinyService) -> None:
    with web_app.app_context():
        set_targets(BY_SOMEBODY, council_id=COUNCIL, quarter=QUARTER, percents={"parents_with_a_pair": 50})
        found = rates(Profile.PUBLISHED)
        assert found["parents_with_a_pair", "to_date"] == ("c", 50.0, "c")
        assert found["improved", "to_date"][1:] == (None, None)


@pytest.mark.parametrize("role", [Role.LEAD, Role.ADMINISTRATOR])
def test_leads_and_administrators_set_targets_on_their_page(
    client: LookingClient, web_app: Flask, tiny: TinyService, role: Role
) -> None:
    client.sign_in(tiny.users[role])
    there = "/returns/1/targets"
    token = read_token(client.get(there).text)
    refused = client.post(there, data={"csrf_token": token, "quarter": "2018-19-Q4", "engaged": "101", "improved": "x"})
    assert "Engagement: enter a whole number from 0 to 100" in text_of(refused)
    saved = client.post(there, data={"csrf_token": token, "quarter": "2018-19-Q4", "engaged": "90"})
    assert path_of(saved) == there
    assert "Engagement 1 January 2019 At least 90%" in text_of(client.get(there))
    with web_app.app_context():
        assert get_targets(COUNCIL, QUARTER) == {"engaged": 90}
