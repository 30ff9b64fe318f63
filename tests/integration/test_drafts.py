"""Recording a Star through the pages without JavaScript: begun, scored, checked, completed, and nothing lost."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import Actor
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS, Kind
from star_tracker.domain.star_rules import Reading
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Draft, Star, User
from star_tracker.records.stars.stars import withdraw_star
from tests.support.apps import NOW
from tests.support.pages import HTML, LookingClient, parse_page, path_of, read_token, text_of, words_of
from tests.support.recording import STAR, begin, complete, list_problems, read_fields, read_was, record, score
from tests.support.tiny import BY_SOMEBODY, TinyService, add_star, all_areas, begin_star, new_star
from tests.support.trail import list_looks

INTERIM = STAR | {"kind": "interim", "completed_on": "10/4/2019"} | dict.fromkeys(AREAS, "6")


@pytest.fixture
def colleague(web_app: Flask, tiny: TinyService) -> LookingClient:
    """Somebody else who may write in the same family: the lead."""
    client = web_app.test_client()
    assert isinstance(client, LookingClient)
    client.sign_in(tiny.users[Role.LEAD])
    return client


def count_stars(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Star).count()


def begun(client: LookingClient, tiny: TinyService, answers: dict[str, str] | None = None) -> str:
    """The address of a Star of the second parent, begun."""
    return path_of(begin(client, tiny.empty_registration, answers or STAR))


def test_a_star_is_recorded_and_its_chart_drawn(practitioner: LookingClient, tiny: TinyService) -> None:
    more = {"note_family_routine": "Bedtimes <are> calmer", "progress_to_work": "not_applicable"}
    response = record(practitioner, tiny.empty_registration, STAR | more | {"home_and_money": "declined"})
    assert path_of(response) == "/stars/3/talk"
    chart = practitioner.get(f"/registrations/{tiny.empty_registration}")
    assert "The start Star of 20 March 2019. There is no later counted Star" in text_of(chart)
    assert "Progress to work Not applicable" in text_of(chart)
    assert "Star chart of one parent&#39;s values" in chart.text, "the picture's alternative text"
    assert "20 March 2019" in text_of(practitioner.get(f"/families/{tiny.family}"))


def test_kind_day_and_edition_are_proposed(practitioner: LookingClient, tiny: TinyService) -> None:
    first = practitioner.get(f"/registrations/{tiny.empty_registration}/stars/new").text
    later = practitioner.get(f"/registrations/{tiny.registration}/stars/new").text
    assert 'value="start" checked' in first
    assert 'value="interim" checked' in later
    assert 'value="10/4/2019"' in later
    for proposed in ("together", "first"):
        assert f'value="{proposed}" checked' in later


def test_impossible_kind_in_the_address_is_explained(practitioner: LookingClient, tiny: TinyService) -> None:
    page = practitioner.get(f"/registrations/{tiny.empty_registration}/stars/new?kind=closure")
    assert "This parent has no start Star yet in this intervention: complete that first." in text_of(page)
    assert 'value="start" checked' in page.text
    page = practitioner.get(f"/registrations/{tiny.registration}/stars/new?kind=closure")
    assert 'value="closure" checked' in page.text
    assert "already has a start Star in this intervention, completed on 10 January 2019" in text_of(page), "at start"


def test_a_star_without_seeing_the_parent_is_the_workers_and_marked(
    practitioner: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    page = practitioner.get(f"/registrations/{tiny.registration}/stars/new?kind=closure&unplanned=1").text
    for proposed in ("closure", "worker", "y"):
        assert f'value="{proposed}" checked' in page
    unplanned = INTERIM | {"kind": "closure", "completed_by": "worker", "unplanned": "y"}
    record(practitioner, tiny.registration, unplanned)
    with web_app.app_context():
        star = db.session.query(Star).order_by(Star.id.desc()).first()
        assert star
        assert (star.kind, star.completed_by, star.unplanned, star.is_counted) == ("closure", "worker", True, True)


def test_an_unplanned_star_together_with_the_parent_is_refused(
    practitioner: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    response = record(practitioner, tiny.registration, INTERIM | {"unplanned": "y"})
    assert "A Star without seeing the parent is completed by the worker alone" in text_of(response)
    assert count_stars(web_app) == 2


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"kind": "interim"}, "kind", "has no start Star yet"),
        ({"kind": ""}, "kind", "Choose which Star this is"),
        ({"kind": "review"}, "kind", "Choose one of the options"),
        ({"completed_on": "2/1/2019"}, "completed_on", "must be 3 January 2019, when this intervention started"),
        ({"completed_on": "11/4/2019"}, "completed_on", "must be today, 10 April 2019, or before"),
        ({"completed_on": "tomorrow"}, "completed_on", "Date completed: enter a real date"),
        ({"completed_by": ""}, "completed_by", "Choose who completes the Star"),
    ],
)
def test_invalid_start_of_a_star_has_an_error_at_its_field(
    practitioner: LookingClient, tiny: TinyService, wrong: dict[str, str], field: str, message: str
) -> None:
    response = begin(practitioner, tiny.empty_registration, STAR | wrong)
    assert response.status_code == 200
    assert [place for place, _said in list_problems(response.text)] == [f"#{field}"]
    assert message in list_problems(response.text)[0][1]
    assert text_of(response).count(list_problems(response.text)[0][1]) >= 2, "in the summary and at the field"


@pytest.mark.parametrize(
    ("wrong", "place", "message"),
    [
        ({"completed_on": "11/4/2019"}, "#completed_on", "must be today, 10 April 2019, or before"),
        ({"completed_on": "soon"}, "#completed_on", "Date completed: enter a real date"),
        ({"family_routine": ""}, "?area=family_routine#family_routine", "Family routine: choose a value from 1 to 10"),
        ({"family_routine": "11"}, "?area=family_routine#family_routine", "Choose one of the options"),
        (dict.fromkeys(AREAS, "declined"), "#main-content", "Score at least one area"),
    ],
)
def test_errors_on_the_check_page_link_to_the_answers_and_lose_nothing(
    practitioner: LookingClient,
    tiny: TinyService,
    web_app: Flask,
    wrong: dict[str, str],
    place: str,
    message: str,
) -> None:
    draft = begun(practitioner, tiny)
    score(practitioner, draft, STAR | {"note_home_and_money": "Rent is paid"} | wrong)
    complete(practitioner, draft)
    page = practitioner.post(f"{draft}/check", data=read_fields(practitioner.get(f"{draft}/check").text))
    [(leads_to, said)] = list_problems(page.text)
    assert message in said
    assert leads_to == (place if place == "#main-content" else draft + place)
    assert "Rent is paid" in page.text
    assert count_stars(web_app) == 2
    assert "Rent is paid" in practitioner.get(draft).text


def test_the_rest_can_be_marked_as_not_discussed_in_one_step(practitioner: LookingClient, tiny: TinyService) -> None:
    draft = begun(practitioner, tiny)
    score(practitioner, draft, {"your_wellbeing": "4"})
    page = practitioner.get(f"{draft}/check")
    assert "Mark 9 areas without an answer as not discussed" in page.text
    assert "Record this Star" not in page.text
    practitioner.post(f"{draft}/rest", data={"csrf_token": read_token(page.text)})
    complete(practitioner, draft)
    chart = text_of(practitioner.get(f"/registrations/{tiny.empty_registration}"))
    assert "Your well-being 4" in chart
    assert chart.count("Not discussed") == 9


@pytest.mark.parametrize("step", ["rest", "check"])
def test_busy_database_gives_a_message_on_the_same_page(
    practitioner: LookingClient, tiny: TinyService, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    draft = begun(practitioner, tiny)
    fields = read_fields(practitioner.get(draft).text)

    def refuse(*_arguments: object, **_values: object) -> None:
        raise DomainError("", "Somebody else is writing a great deal. Wait a minute, then try again")

    monkeypatch.setattr("star_tracker.web.stars.drafts.save_draft", refuse)
    answer = practitioner.post(f"{draft}/{step}", data=fields | {"go": "family_routine"})
    said = practitioner.get(path_of(answer)).text
    assert "This was not saved. Somebody else is writing a great deal. Wait a minute, then try again." in said


def test_a_long_note_is_refused_at_its_field_and_stays_there(practitioner: LookingClient, tiny: TinyService) -> None:
    response = score(practitioner, begun(practitioner, tiny), {"note_family_routine": "x" * 2001})
    assert list_problems(response.text) == [("#note_family_routine", "This can be up to 2,000 characters")]
    assert "x" * 2001 in response.text


def test_one_star_at_a_time_is_in_progress_for_a_parent(
    practitioner: LookingClient, colleague: LookingClient, tiny: TinyService
) -> None:
    draft = begun(practitioner, tiny)
    assert path_of(practitioner.get(f"/registrations/{tiny.empty_registration}/stars/new")) == draft
    token = read_token(colleague.get("/about").text)
    again = colleague.post(f"/registrations/{tiny.empty_registration}/stars/new", data=STAR | {"csrf_token": token})
    assert path_of(again) == draft
    said = text_of(colleague.get(draft))
    assert "Demo practitioner wrote in this Star last, on 10 April 2019" in said
    assert "wrote in this Star last" not in text_of(practitioner.get(draft))


def test_pressing_the_button_twice_or_going_back_never_makes_two(
    practitioner: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    draft = begun(practitioner, tiny)
    score(practitioner, draft, STAR)
    fields = read_fields(practitioner.get(f"{draft}/check").text)
    for _press in range(3):
        practitioner.post(f"{draft}/check", data=fields)
    assert count_stars(web_app) == 3
    for address in (draft, f"{draft}/check", f"{draft}/discard"):
        star = practitioner.get(address)
        assert path_of(star) == "/stars/3", address
    assert "This Star was recorded already. To change it, correct it." in practitioner.get(path_of(star)).text
    late = practitioner.post(draft, data={"was": '{"family_routine": "5"}', "family_routine": "9", **fields})
    assert path_of(late) == "/stars/3"
    assert "Family routine 5" in text_of(practitioner.get("/stars/3"))


def test_nothing_of_the_answers_is_kept_twice(practitioner: LookingClient, tiny: TinyService, web_app: Flask) -> None:
    record(practitioner, tiny.empty_registration, STAR)
    with web_app.app_context():
        [draft] = db.session.query(Draft).all()
        assert draft.answers == {}


@pytest.mark.parametrize(
    ("last", "value", "asked"), [(4, "8", True), (4, "9", True), (4, "7", False), (6, "2", True), (6, "3", False)]
)
def test_a_jump_of_four_or_more_asks_whether_it_is_right_and_keeps_the_reason(
    practitioner: LookingClient, tiny: TinyService, web_app: Flask, last: int, value: str, asked: bool
) -> None:
    with web_app.app_context():
        readings = all_areas(6) | {"family_routine": Reading(value=last)}
        add_star(tiny.registration, new_star(Kind.INTERIM, date(2019, 4, 6), readings))
    draft = path_of(begin(practitioner, tiny.registration, INTERIM))
    score(practitioner, draft, INTERIM | {"family_routine": value})
    page = text_of(practitioner.get(f"{draft}/check"))
    assert (f"Family routine went from {last} to {value}. Is that right?" in page) is asked
    if asked:
        refused = complete(practitioner, draft)
        assert list_problems(refused.text) == [
            ("#jump_family_routine", "Family routine: say what is behind this change, or change the value")
        ]
    response = complete(practitioner, draft, {"jump_family_routine": "Grandmother moved in"} if asked else {})
    star_page = text_of(practitioner.get("/stars/4"))
    assert path_of(response) == "/stars/4/talk"
    assert ("Grandmother moved in" in star_page) is asked


def test_a_reason_that_is_typed_is_not_lost_on_the_way_to_another_answer(
    practitioner: LookingClient, tiny: TinyService
) -> None:
    draft = path_of(begin(practitioner, tiny.registration, INTERIM))
    score(practitioner, draft, INTERIM | {"family_routine": "10", "home_and_money": "1"})
    fields = read_fields(practitioner.get(f"{draft}/check").text)
    sent = fields | {"jump_family_routine": "Grandmother moved in", "go": "home_and_money"}
    assert path_of(practitioner.post(f"{draft}/check", data=sent)) == draft
    assert "Grandmother moved in" in practitioner.get(f"{draft}/check").text


def test_an_answer_is_changed_where_one_area_jumped_and_another_has_no_answer(
    practitioner: LookingClient, tiny: TinyService
) -> None:
    draft = path_of(begin(practitioner, tiny.registration, INTERIM))
    score(practitioner, draft, INTERIM | {"family_routine": "10", "home_and_money": ""})
    page = practitioner.get(f"{draft}/check").text
    for area in ("family_routine", "home_and_money"):
        assert f'href="{draft}?area={area}#{area}"' in page, "a link: there is no form to send yet"


def test_stars_so_far_are_none_where_the_only_one_was_withdrawn(
    practitioner: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    with web_app.app_context():
        star = add_star(tiny.empty_registration, new_star(Kind.START, date(2019, 4, 6)))
        withdraw_star(BY_SOMEBODY, star_id=star.id, reason="The wrong parent")
    page = text_of(practitioner.get(f"/registrations/{tiny.empty_registration}/stars/new"))
    assert "No Stars so far." in page
    assert "Stars so far:" not in page


def test_a_first_star_cannot_jump(practitioner: LookingClient, tiny: TinyService) -> None:
    assert path_of(record(practitioner, tiny.empty_registration, STAR | dict.fromkeys(AREAS, "10")))


def test_the_parents_own_value_is_kept_beside_the_counted_one(
    practitioner: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    record(practitioner, tiny.empty_registration, STAR | {"parent_family_routine": "8", "parent_home_and_money": "5"})
    with web_app.app_context():
        star = db.session.query(Star).order_by(Star.id.desc()).first()
        assert star
        readings = {reading.area: (reading.value, reading.parent_value) for reading in star.readings}
    assert readings["family_routine"] == (5, 8)
    assert readings["home_and_money"] == (5, None), "the same value is no other view"


def test_earlier_stars_are_hidden_until_every_area_is_answered(
    practitioner: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    draft = path_of(begin(practitioner, tiny.registration, INTERIM))
    assert "Start, 10 January 2019" not in practitioner.get(draft).text
    score(practitioner, draft, INTERIM)
    assert "Start, 10 January 2019" in practitioner.get(draft).text
    assert "Interim, 5 April 2019" in practitioner.get(draft).text
    score(practitioner, draft, INTERIM | {"family_routine": ""})
    assert "Start, 10 January 2019" not in practitioner.get(draft).text
    web_app.extensions["star_tracker"] = replace(web_app.extensions["star_tracker"], earlier_stars="shown")
    assert "Start, 10 January 2019" in practitioner.get(draft).text


def test_two_people_who_change_different_answers_both_keep_theirs(
    practitioner: LookingClient, colleague: LookingClient, tiny: TinyService
) -> None:
    draft = begun(practitioner, tiny)
    seen_by_colleague = read_was(colleague.get(draft).text)
    score(practitioner, draft, {"family_routine": "4"}, go="page")
    score(colleague, draft, {"home_and_money": "7"}, was=seen_by_colleague, go="page")
    shown = read_was(practitioner.get(draft).text)
    assert (shown["family_routine"], shown["home_and_money"]) == ("4", "7")


def test_conflicting_answers_are_shown_to_both_and_neither_is_overwritten(
    practitioner: LookingClient, colleague: LookingClient, tiny: TinyService
) -> None:
    draft = begun(practitioner, tiny)
    seen_by_colleague = read_was(colleague.get(draft).text)
    score(practitioner, draft, {"family_routine": "4"})
    late = score(colleague, draft, {"family_routine": "7", "your_wellbeing": "3"}, was=seen_by_colleague)
    [(place, said)] = list_problems(late.text)
    assert place == "#family_routine"
    assert (
        "Family routine: Demo practitioner has entered “4” here meanwhile. What you entered is shown, and not" in said
    )
    assert 'name="family_routine" id="family_routine-7" value="7" checked' in late.text, "what they had chosen"
    shown = read_was(practitioner.get(draft).text)
    assert (shown["family_routine"], shown["your_wellbeing"]) == ("4", "3"), "the rest was saved"
    score(colleague, draft, {"family_routine": "7"}, was=read_was(late.text))
    assert read_was(practitioner.get(draft).text)["family_routine"] == "7", "sent again, knowing of the other"


def test_unchanged_answers_overwrite_nothing(
    practitioner: LookingClient, colleague: LookingClient, tiny: TinyService
) -> None:
    draft = begun(practitioner, tiny)
    score(practitioner, draft, {"family_routine": "4"}, go="page")
    seen = read_was(practitioner.get(draft).text)
    score(colleague, draft, {"family_routine": "9"}, go="page")
    assert path_of(score(practitioner, draft, {"home_and_money": "2"}, was=seen)) == f"{draft}/check"
    shown = read_was(practitioner.get(draft).text)
    assert (shown["family_routine"], shown["home_and_money"]) == ("9", "2")


def test_a_page_that_could_not_be_saved_does_not_forget_what_it_had_not_seen(
    practitioner: LookingClient, colleague: LookingClient, tiny: TinyService
) -> None:
    draft = begun(practitioner, tiny)
    score(practitioner, draft, {"family_routine": "4"}, go="page")
    seen = read_was(practitioner.get(draft).text)
    score(colleague, draft, {"family_routine": "9"}, go="page")
    late = score(practitioner, draft, {"family_routine": "5", "note_home_and_money": "x" * 2001}, was=seen)
    [(place, _said)] = list_problems(late.text)
    assert place == "#note_home_and_money"
    again = score(practitioner, draft, {"family_routine": "5"}, was=read_was(late.text))
    assert "has entered “9” here meanwhile" in list_problems(again.text)[0][1]
    assert read_was(practitioner.get(draft).text)["family_routine"] == "9"


def test_change_after_recording_is_answered_with_a_message_and_not_saved(
    practitioner: LookingClient, colleague: LookingClient, tiny: TinyService
) -> None:
    draft = begun(practitioner, tiny)
    score(practitioner, draft, STAR)
    page = colleague.get(draft).text
    complete(practitioner, draft)
    sent = {"was": '{"note_family_routine": ""}', "note_family_routine": "Too late", "csrf_token": read_token(page)}
    said = colleague.get(path_of(colleague.post(draft, data=sent))).text
    assert "This Star was recorded already. What you changed since is not in it. To change it, correct it." in said


def test_going_on_after_signing_in_again_records_nothing_by_itself(
    practitioner: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    draft = begun(practitioner, tiny)
    score(practitioner, draft, STAR)
    fields = read_fields(practitioner.get(f"{draft}/check").text)
    practitioner.post(f"/session/end?address={draft}/check", data=fields)
    practitioner.sign_in(tiny.users[Role.PRACTITIONER])
    kept = practitioner.get(path_of(practitioner.get("/"))).text
    page = practitioner.post(f"{draft}/check", data=read_fields(kept))
    assert "Nothing was recorded yet" in text_of(page)
    assert count_stars(web_app) == 2
    assert path_of(practitioner.get("/kept")) == "/"


def test_request_for_another_star_leads_to_the_one_in_progress_with_a_message(
    practitioner: LookingClient, tiny: TinyService
) -> None:
    draft = path_of(begin(practitioner, tiny.registration, INTERIM))
    closure = practitioner.get(f"/registrations/{tiny.registration}/stars/new?kind=closure&unplanned=1")
    assert path_of(closure) == draft
    assert "A Star is in progress already: interim. If it is to be another" in practitioner.get(draft).text


def test_answers_that_are_asked_for_without_opening_the_page_are_a_look_too(
    practitioner: LookingClient, colleague: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    draft = begun(practitioner, tiny)
    for _time in range(2):
        save(colleague, draft, was="{}", revision="0")
    with web_app.app_context():
        looks = db.session.query(AuditEntry).filter_by(entity="draft", action="read", actor="lead@example.org").count()
    assert looks == 1


def test_check_page_that_is_sent_is_a_look_only_if_it_is_shown_again(
    practitioner: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    draft = begun(practitioner, tiny)
    score(practitioner, draft, STAR | {"family_routine": ""})
    fields = read_fields(practitioner.get(f"{draft}/check").text)

    def count_looks() -> int:
        return sum(look.after == {"page": "drafts.check"} for look in list_looks(web_app))

    assert count_looks() == 1
    refused = practitioner.post(f"{draft}/check", data=fields)
    assert (refused.status_code, count_looks()) == (200, 2)
    score(practitioner, draft, {"family_routine": "5"})
    fields = read_fields(practitioner.get(f"{draft}/check").text)
    recorded = practitioner.post(f"{draft}/check", data=fields)
    assert (recorded.status_code, count_looks()) == (302, 3)


def test_answers_that_somebody_changed_since_they_were_checked_are_not_recorded_unseen(
    practitioner: LookingClient, colleague: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    draft = begun(practitioner, tiny)
    score(practitioner, draft, STAR)
    fields = read_fields(practitioner.get(f"{draft}/check").text)
    score(colleague, draft, {"family_routine": "9"}, was=read_was(colleague.get(draft).text))
    response = practitioner.post(f"{draft}/check", data=fields)
    assert "Somebody changed this Star after you opened this page" in text_of(response)
    assert count_stars(web_app) == 2
    complete(practitioner, draft)
    assert count_stars(web_app) == 3


def save(client: LookingClient, draft: str, **data: str) -> Any:
    """Send a change as the page's script does."""
    token = read_token(client.get("/about").text)
    return client.post(draft, data={**data, "csrf_token": token}, headers={"Accept": "application/json"})


def test_json_reports_what_was_saved_and_what_others_changed(
    practitioner: LookingClient, colleague: LookingClient, tiny: TinyService
) -> None:
    draft = begun(practitioner, tiny)
    first = save(practitioner, draft, was='{"family_routine": ""}', family_routine="4", revision="1").json
    assert (first["revision"], first["saved"], first["refused"], first["others"]) == (
        2,
        {"family_routine": "4"},
        [],
        {},
    )
    again = save(practitioner, draft, was='{"family_routine": ""}', family_routine="4", revision="1").json
    assert (again["revision"], again["refused"]) == (2, []), "sent twice, since the first answer was lost"
    other = save(colleague, draft, was='{"family_routine": ""}', family_routine="6", revision="1").json
    assert other["refused"] == ["family_routine"]
    assert other["others"] == {"family_routine": {"value": "4", "by": "Demo practitioner"}}
    save(colleague, draft, was='{"home_and_money": ""}', home_and_money="2", revision="2")
    news = save(practitioner, draft, was="{}", revision="2").json
    assert news["others"] == {"home_and_money": {"value": "2", "by": "Demo lead"}}
    assert save(practitioner, draft, was="{}", revision="3").json["others"] == {}


def test_json_reports_an_error_with_its_field(practitioner: LookingClient, tiny: TinyService) -> None:
    draft = begun(practitioner, tiny)
    response = save(practitioner, draft, was='{"note_family_routine": ""}', note_family_routine="x" * 2001)
    assert (response.status_code, response.json["field"]) == (422, "note_family_routine")
    assert save(practitioner, draft, was='{"hat_size": ""}', hat_size="7").status_code == 422
    for was in ("", "[]", "{", '{"family_routine": 4}', "[" * 100_000):
        assert save(practitioner, draft, was=was, family_routine="4").status_code == 400


def test_json_reports_a_star_that_was_recorded_or_discarded(practitioner: LookingClient, tiny: TinyService) -> None:
    draft = begun(practitioner, tiny)
    score(practitioner, draft, STAR)
    complete(practitioner, draft)
    done = save(practitioner, draft, was='{"family_routine": "5"}', family_routine="9")
    assert done.json == {"finished": "/stars/3"}
    other = path_of(begin(practitioner, tiny.registration, INTERIM))
    practitioner.send(f"{other}/discard", {})
    assert save(practitioner, other, was="{}").status_code == 404


def test_json_reports_an_ended_session(practitioner: LookingClient, tiny: TinyService, web_app: Flask) -> None:
    draft = begun(practitioner, tiny)
    token = read_token(practitioner.get(draft).text)
    settings = web_app.extensions["star_tracker"]
    web_app.extensions["star_tracker"] = replace(settings, now=lambda: NOW + timedelta(minutes=21))
    data = {"was": '{"family_routine": ""}', "family_routine": "4", "csrf_token": token}
    response = practitioner.post(draft, data=data, headers={"Accept": "application/json"})
    assert response.status_code == 401
    assert "is kept in this window" in response.text


def test_asking_whether_others_wrote_does_not_prolong_the_session(
    practitioner: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    draft = begun(practitioner, tiny)
    token = read_token(practitioner.get(draft).text)
    settings = web_app.extensions["star_tracker"]
    for minutes, was, status in ((15, "{}", 200), (21, "{}", 401)):
        moment = NOW + timedelta(minutes=minutes)
        web_app.extensions["star_tracker"] = replace(settings, now=lambda at=moment: at)
        data = {"was": was, "csrf_token": token}
        assert practitioner.post(draft, data=data, headers={"Accept": "application/json"}).status_code == status


def test_what_was_sent_too_late_is_saved_after_signing_in_again(
    practitioner: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    draft = begun(practitioner, tiny)
    page = practitioner.get(draft).text
    settings = web_app.extensions["star_tracker"]
    web_app.extensions["star_tracker"] = replace(settings, now=lambda: NOW + timedelta(minutes=21))
    late = {"was": read_fields(page)["was"], "family_routine": "4", "csrf_token": read_token(page)}
    assert path_of(practitioner.post(draft, data=late)) == "/demo"
    practitioner.sign_in(tiny.users[Role.PRACTITIONER])
    assert path_of(practitioner.get("/")) == "/kept"
    fields = read_fields(practitioner.get("/kept").text)
    practitioner.post(draft, data=fields)
    assert read_was(practitioner.get(draft).text)["family_routine"] == "4"
    assert path_of(practitioner.get("/kept")) == "/", "nothing is kept any more"


def test_an_answer_is_taken_back_without_a_script_and_only_its_own(
    practitioner: LookingClient, colleague: LookingClient, tiny: TinyService
) -> None:
    draft = begun(practitioner, tiny)
    score(practitioner, draft, STAR, go="leave")
    page = practitioner.get(draft).text
    shown = [one for one in parse_page(page).iter(f"{HTML}noscript") if "No answer yet" in words_of(one)]
    [radio] = shown[0].iter(f"{HTML}input")
    assert (len(shown), radio.get("name"), radio.get("value")) == (10, AREAS[0], "")
    score(practitioner, draft, {"family_routine": ""}, go="leave")
    assert "9 of 10 answered" in practitioner.get(draft).text
    seen = read_was(practitioner.get(draft).text)
    score(colleague, draft, {"home_and_money": "7"}, go="leave")
    met = score(practitioner, draft, {"home_and_money": ""}, was=seen, go="leave")
    assert "Demo lead has entered “7” here meanwhile" in text_of(met), "nobody's answer is taken back unseen"
    assert "No answer yet" not in practitioner.get(f"/stars/{tiny.star}/correct").text


def test_chosen_scoring_layout_is_remembered(practitioner: LookingClient, tiny: TinyService, web_app: Flask) -> None:
    draft = begun(practitioner, tiny)
    page = practitioner.get(draft).text
    assert 'data-layout="page"' in page
    answers = {"was": read_fields(page)["was"], "family_routine": "4", "csrf_token": read_token(page)}
    practitioner.post(draft, data=answers | {"layout": "area"})
    assert 'data-layout="area"' in practitioner.get(draft).text
    assert read_was(practitioner.get(draft).text)["family_routine"] == "4"
    with web_app.app_context():
        assert db.session.get_one(User, tiny.users[Role.PRACTITIONER]).star_layout == "area"


def test_a_star_thrown_away_is_in_no_figure_and_stays_in_the_audit_trail(
    practitioner: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    draft = begun(practitioner, tiny)
    score(practitioner, draft, {"note_family_routine": "A note to keep"}, go="leave")
    assert "The Star is saved as far as it goes" in practitioner.get(f"/families/{tiny.family}").text
    assert path_of(practitioner.send(f"{draft}/discard", {})) == f"/families/{tiny.family}"
    assert practitioner.get(draft).status_code == 404
    with web_app.app_context():
        entry = db.session.query(AuditEntry).filter_by(action="discard").one()
        assert entry.before
        assert "A note to keep" in str(entry.before["answers"])
        assert db.session.query(Draft).count() == 0


def test_saving_is_audited_once_for_each_who_writes_and_not_for_each_change(
    practitioner: LookingClient, colleague: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    draft = begun(practitioner, tiny)
    for client, values in ((practitioner, "345"), (colleague, "678")):
        was = read_was(practitioner.get(draft).text)["family_routine"]
        for value in values:
            save(client, draft, was=f'{{"family_routine": "{was}"}}', family_routine=value)
            was = value
    with web_app.app_context():
        entries = db.session.query(AuditEntry).filter_by(entity="draft").order_by(AuditEntry.id)
        done = [(entry.action, entry.actor) for entry in entries if entry.action != "read"]
    assert done == [("record", "practitioner@example.org"), ("write in", "lead@example.org")]


def test_another_pods_star_in_progress_is_not_there(client: LookingClient, tiny: TinyService, web_app: Flask) -> None:
    with web_app.app_context():
        begin_star(tiny.registration, Kind.INTERIM, family_routine="4")
    client.sign_in(tiny.practitioner_elsewhere)
    for address in ("/drafts/1", "/drafts/1/check", "/drafts/1/discard"):
        assert client.get(address).status_code == 404
    assert save(client, "/drafts/1", was='{"family_routine": "4"}', family_routine="9").status_code == 404
    token = read_token(client.get("/families/new").text)
    assert client.post("/drafts/1/rest", data={"csrf_token": token}).status_code == 404
    client.sign_in(tiny.users[Role.PRACTITIONER])
    assert read_was(client.get("/drafts/1").text)["family_routine"] == "4"


def test_a_colleague_of_the_pod_may_go_on_with_it(client: LookingClient, tiny: TinyService, web_app: Flask) -> None:
    with web_app.app_context():
        begin_star(tiny.registration, Kind.INTERIM, family_routine="4")
    client.sign_in(tiny.users[Role.PRACTITIONER])
    assert "Interim Star of P1" in text_of(client.get("/drafts/1"))


def test_an_actor_is_kept_with_each_answer(web_app: Flask, tiny: TinyService) -> None:
    with web_app.app_context():
        draft = begin_star(tiny.registration, Kind.INTERIM, family_routine="4")
        assert draft.answers["family_routine"] == {"value": "4", "revision": 2, "by": Actor().user_id}
