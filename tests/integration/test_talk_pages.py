"""The talk after a Star and the sheet to take home, as two people at a kitchen table read them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask

from star_tracker.domain.agreements import fingerprint_agreed
from star_tracker.domain.context import Context
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import CompletedBy, Kind, NotScored
from star_tracker.domain.star_rules import Reading
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Intervention, Parent, Priority, Star
from star_tracker.records.stars.priorities import record_priorities
from star_tracker.records.stars.stars import NewStar, correct_star, withdraw_star
from tests.support.pages import LookingClient, parse_page, path_of, read_paper, text_of, whole_text_of
from tests.support.recording import read_fields
from tests.support.tiny import BY_SOMEBODY, TinyService, add_star, all_areas, new_star
from tests.support.trail import list_looks

ROUTINE = {"area_8": "family_routine", "action_8": "Bed at 8", "by_whom_8": "Mum", "by_when_8": "1/5/2019"}
MONEY = {"area_9": "home_and_money", "action_9": "Ring the housing office"}


@pytest.fixture
def interim(web_app: Flask, tiny: TinyService) -> int:
    """The interim Star of all 6s, of 5 April 2019."""
    with web_app.app_context():
        return db.session.query(Star).filter_by(registration_id=tiny.registration, kind="interim").one().id


@pytest.fixture
def add(web_app: Flask, tiny: TinyService) -> Callable[..., int]:
    """Add a Star of the first parent."""

    def add_one(kind: Kind, day: date, readings: Any = 6, **values: Any) -> int:
        with web_app.app_context():
            star = NewStar(**(vars(new_star(kind, day, readings)) | values))
            return add_star(tiny.registration, star).id

    return add_one


def seen_in(page: str) -> str:
    """The hidden word of the form."""
    return page.partition('name="seen" value="')[2].partition('"')[0]


def send(client: LookingClient, address: str, data: dict[str, Any], page: str = "") -> Any:
    """Send the form as its page stands, or as it stood when it was opened (``page``)."""
    return client.post(address, data=read_fields(page or client.get(address).text) | data)


def read_pdf(client: LookingClient, address: str) -> str:
    response = client.get(address)
    assert response.mimetype == "application/pdf"
    [page] = read_paper(response.data)
    return page


def test_it_says_in_words_what_changed_since_the_start(
    practitioner: LookingClient, tiny: TinyService, add: Callable[..., int]
) -> None:
    readings = all_areas(4) | {
        "family_routine": Reading(7),
        "boundaries_and_behaviour": Reading(6, parent_value=8),
        "your_wellbeing": Reading(3),
        "progress_to_work": Reading(reason=NotScored.NOT_APPLICABLE),
    }
    star = add(Kind.CLOSURE, date(2019, 4, 9), readings)
    page = practitioner.get(f"/stars/{star}/talk")
    said = text_of(page)
    assert (
        "The whole way, from your first Star on 10 January 2019 to this one. In brackets: last time, 5 April 2019."
        in said
    )
    assert (
        "What went up Family routine went from 4 (Accepting help) to 7 (Finding what works) (last time 6) "
        "What stayed Physical health is at 4 (Accepting help) again (last time 6)" in said
    )
    assert "What is harder now Your well-being went from 4 (Accepting help) to 3 (Accepting help) (last time 6)" in said
    differently = (
        "Boundaries and behaviour: you see it go from 4 to 8, your worker sees it go from 4 to 6 (last time 6)"
    )
    assert "your worker sees it go from 4 (Accepting help) to 6 (Trying) (last time 6) Both are true" in said
    assert "Not scored this time Progress to work: it does not" in said
    assert "See it since last time" in said
    assert "This Star, 9 April 2019: Physical health 4, Your well-being 3" in page.text, "the picture in words"
    assert "Your own value, 9 April 2019: Boundaries and behaviour 8." in page.text
    assert 'width="560" height="488"' in page.text, "three Stars and the parent's own in its key"
    picture = practitioner.get(f"/stars/{star}/star.svg").text
    for words in ("This Star, 9 April", "First time, 10 January", "Last time, 5 April", "Your own value, 9 April"):
        assert words in picture
    assert 'width="560" height="488"' in picture
    since_last = text_of(practitioner.get(f"/stars/{star}/talk?since=last"))
    assert "Since last time, 5 April 2019. In brackets: the first time, 10 January 2019." in since_last
    assert "Family routine went from 6 (Trying) to 7 (Finding what works) (first time 4)" in since_last
    assert "F1" not in page.text.partition("<title>")[2].partition("</title>")[0]
    paper = read_pdf(practitioner, f"/stars/{star}/sheet.pdf")
    assert "The whole way, from your first Star on 10 January 2019" in paper
    assert differently in paper
    assert "Your own value, 9 April 2019" in paper


def test_an_area_whose_chip_is_off_is_not_agreed(web_app: Flask, practitioner: LookingClient, interim: int) -> None:
    address = f"/stars/{interim}/talk"
    send(practitioner, address, ROUTINE | MONEY)
    still_written = {name: text for name, text in ROUTINE.items() if name != "area_8"}
    assert send(practitioner, address, still_written | MONEY).status_code == 302
    with web_app.app_context():
        assert [priority.area for priority in db.session.query(Priority)] == ["home_and_money"]


def sheet_shows(client: LookingClient, star: int, query: str = "") -> tuple[bool, bool]:
    """Whether the sheet and its picture speak of the area of risk."""
    page = client.get(f"/stars/{star}/sheet{query}")
    picture = page.text.partition('class="app-sheet__picture" src="')[2].partition('"')[0].replace("&amp;", "&")
    return "Keeping your children safe" in text_of(page), "children" in client.get(picture).text


@pytest.mark.parametrize("why", ["restricted", "a setting"])
def test_the_area_of_risk_is_on_the_sheet_only_if_chosen_where_that_is_careful(
    web_app: Flask, client: LookingClient, tiny: TinyService, interim: int, why: str
) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    assert sheet_shows(client, interim) == (True, True)
    if why == "restricted":
        with web_app.app_context():
            db.session.connection(execution_options={"writes": True})
            db.session.get_one(Star, interim).registration.parent.family.restricted = True
            db.session.commit()
    else:
        web_app.extensions["star_tracker"] = replace(web_app.extensions["star_tracker"], risk_on_sheet="left_out")
    assert sheet_shows(client, interim) == (False, False)
    assert "Keeping your children safe" not in read_pdf(client, f"/stars/{interim}/sheet.pdf")
    asked = "?chosen=1&areas=keeping_children_safe&areas=nonsense"
    assert sheet_shows(client, interim, asked) == (True, True)
    assert "Family routine" not in text_of(client.get(f"/stars/{interim}/sheet{asked}"))
    said = text_of(client.get(f"/stars/{interim}/talk"))
    assert "An area that tells of risk is not ticked" in said


def test_the_sheet_is_welsh_and_says_what_was_typed_for_it_which_is_not_stored(
    practitioner: LookingClient, interim: int
) -> None:
    query = "?language=cy&phone=07700+900123&next_visit=Dydd+Mawrth%0A&large=1&no_star=1"
    page = practitioner.get(f"/stars/{interim}/sheet{query}")
    said = text_of(page)
    assert "Eich Seren Wedi’i llenwi ar 10 Ionawr 2019 a 5 Ebrill 2019." in said
    assert "Trefn y teulu: o 4 i 6" in said
    assert "Byddwn yn eich gweld nesaf: Dydd Mawrth" in said
    assert '<article class="app-sheet app-sheet--huge" lang="cy">' in page.text
    assert "star.svg" not in page.text
    assert "language=cy" in page.text.partition("sheet.pdf?")[2].partition('"')[0]
    again = practitioner.get(f"/stars/{interim}/sheet")
    assert "07700" not in whole_text_of(again)


def test_an_area_that_was_scored_before_is_not_scored_for_the_first_time(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService, add: Callable[..., int]
) -> None:
    missing = {
        "home_and_money": Reading(reason=NotScored.DECLINED),
        "progress_to_work": Reading(reason=NotScored.DECLINED),
    }
    with web_app.app_context():
        start = db.session.get_one(Star, tiny.star)
        again = NewStar(**(vars(new_star(Kind.START, start.completed_on, all_areas(4) | missing))))
        correct_star(BY_SOMEBODY, star_id=tiny.star, star=again, reason="Not said")
    alone = all_areas(9) | {"progress_to_work": Reading(2)}
    add(Kind.INTERIM, date(2019, 4, 6), alone, completed_by=CompletedBy.PARENT)
    for area in ("social_networks", "progress_to_work"):
        readings = all_areas(7) | {area: Reading(reason=NotScored.DECLINED)}
        star = add(Kind.INTERIM, date(2019, 4, 7 + (area == "progress_to_work")), readings)
    said = text_of(practitioner.get(f"/stars/{star}/talk"))
    assert "Since last time, 7 April 2019. In brackets: the first time, 10 January 2019." in said
    assert "Home and money stayed at 7 (Finding what works)" in said
    assert "Not scored last time Social networks was at 6 (Trying) on 5 April 2019, and is at 7" in said
    said = text_of(practitioner.get(f"/stars/{star}/talk?since=first"))
    assert "Home and money was at 7 (Finding what works) on 7 April 2019, and is at 7" in said
    assert "for the first time" not in said


def test_the_first_star_says_what_was_scored(practitioner: LookingClient, tiny: TinyService) -> None:
    said = text_of(practitioner.get(f"/stars/{tiny.star}/talk"))
    assert "This is your first Star. Next time we can see what has changed." in said
    assert "What you scored Physical health is at 4 (Accepting help)" in said
    assert "went from" not in said


def test_an_earlier_star_is_shown_as_it_was_then(
    practitioner: LookingClient, interim: int, add: Callable[..., int]
) -> None:
    add(Kind.CLOSURE, date(2019, 4, 9), 8)
    page = practitioner.get(f"/stars/{interim}/talk")
    assert "Family routine went from 4 (Accepting help) to 6" in text_of(page)
    assert "In brackets" not in text_of(page), "no Star lies between"
    assert "9 April" not in page.text


def test_a_star_that_the_parent_completed_alone_is_compared_with_none(
    practitioner: LookingClient, add: Callable[..., int]
) -> None:
    star = add(Kind.INTERIM, date(2019, 4, 9), 9, completed_by=CompletedBy.PARENT)
    said = text_of(practitioner.get(f"/stars/{star}/talk"))
    assert "You completed this Star on your own. What you scored Physical health is at 9" in said
    assert "Start, 10 January" not in practitioner.get(f"/stars/{star}/star.svg").text
    assert "You completed this Star on your own on 9 April 2019." in read_pdf(practitioner, f"/stars/{star}/sheet.pdf")


def test_talk_without_a_start_star_says_so(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService, interim: int
) -> None:
    with web_app.app_context():
        withdraw_star(BY_SOMEBODY, star_id=tiny.star, reason="Another family's")
    said = text_of(practitioner.get(f"/stars/{interim}/talk"))
    assert "There is no first Star to set beside this one. What you scored Physical health is at 6" in said


def test_what_is_agreed_is_saved_shown_and_can_be_changed(
    web_app: Flask, practitioner: LookingClient, interim: int
) -> None:
    address = f"/stars/{interim}/talk"
    response = send(practitioner, address, ROUTINE | MONEY)
    assert path_of(response) == address
    page = practitioner.get(address)
    assert "What we agreed was saved" in text_of(page)
    for words in ("Bed at 8", 'value="Mum"', 'value="1/5/2019"', "Ring the housing office"):
        assert words in page.text
    said = text_of(practitioner.get(f"/stars/{interim}"))
    assert "What was agreed Family routine. Bed at 8 Who: Mum. By 1 May 2019. Home and money. Ring the" in said
    send(practitioner, address, {"area_9": "home_and_money", "action_9": "Ring the landlord"})
    with web_app.app_context():
        [left] = db.session.query(Priority).all()
        assert (left.area, left.action, left.by_whom, left.by_when) == ("home_and_money", "Ring the landlord", "", None)


def test_sending_it_twice_makes_nothing_twice(web_app: Flask, practitioner: LookingClient, interim: int) -> None:
    address = f"/stars/{interim}/talk"
    first = practitioner.get(address).text
    for _ in range(2):
        response = practitioner.send(address, ROUTINE | {"seen": seen_in(first)})
        assert response.status_code == 302
    with web_app.app_context():
        assert db.session.query(Priority).count() == 1
        assert db.session.query(AuditEntry).filter_by(entity="priority").count() == 1


def test_what_a_colleague_wrote_meanwhile_is_shown_and_not_overwritten(
    practitioner: LookingClient, interim: int
) -> None:
    address = f"/stars/{interim}/talk"
    stale = seen_in(practitioner.get(address).text)
    send(practitioner, address, ROUTINE)
    page = practitioner.send(address, MONEY | {"seen": stale})
    said = text_of(page)
    assert "Somebody else changed what was agreed while you were writing" in said
    assert "What is saved now Family routine. Bed at 8 Who: Mum." in said
    assert "Ring the housing office" in page.text, "what was typed is still there"
    again = practitioner.send(address, MONEY | {"seen": seen_in(page.text)})
    assert again.status_code == 302
    assert "Bed at 8" not in practitioner.get(f"/stars/{interim}").text


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"area_9": "home_and_money"}, "action_9", "Write what was agreed"),
        (
            {"area_9": "home_and_money", "area_5": "social_networks"},
            "action_5",
            "Social networks: write what was agreed Home and money: write what was agreed",
        ),
        (
            MONEY | {"by_when_9": "31/2/2019", "area_5": "social_networks", "action_5": "Tea", "by_when_5": "1/2"},
            "by_when_5",
            "Social networks: enter a real date with day, month and a year of four digits, such as 8/5/2019",
        ),
        (MONEY | {"action_9": "x" * 501}, "action_9", "at most 500 characters"),
        (MONEY | {"by_whom_9": "x" * 101}, "by_whom_9", "at most 100 characters"),
        (MONEY | {"by_when_9": "31/2/2019"}, "by_when_9", "enter a real date"),
        (MONEY | {"by_when_9": "4/4/2019"}, "by_when_9", "5 April 2019, the day of this Star, or after"),
        (
            MONEY | {"area_1": "1", "action_1": "Walk", "area_2": "1", "action_2": "Talk"},
            "main-content",
            "Choose up to 3 areas",
        ),
    ],
)
def test_invalid_agreement_has_an_error_at_its_field_and_loses_nothing(
    web_app: Flask, practitioner: LookingClient, interim: int, wrong: dict[str, str], field: str, message: str
) -> None:
    page = practitioner.send(f"/stars/{interim}/talk", ROUTINE | wrong)
    assert page.status_code == 200
    assert f'<a href="#{field}"' in page.text
    assert message in text_of(page)
    assert "Bed at 8" in page.text
    for typed in wrong.values():
        assert typed in page.text
    with web_app.app_context():
        assert db.session.query(Priority).count() == 0


def test_a_day_still_to_come_is_the_example_of_by_when(practitioner: LookingClient, interim: int) -> None:
    said = text_of(practitioner.get(f"/stars/{interim}/talk"))
    assert said.count("By when For example, 8/5/2019") == 10, "four weeks from today, 10 April"


def test_it_comes_back_at_the_next_star_and_stays_as_it_was_then(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService, interim: int
) -> None:
    send(practitioner, f"/stars/{tiny.star}/talk", ROUTINE | MONEY)
    with web_app.app_context():
        first, second = (priority.id for priority in db.session.query(Priority).order_by(Priority.id))
    said = text_of(practitioner.get(f"/stars/{interim}/talk"))
    assert "What we agreed last time Family routine: Bed at 8 Who: Mum. By 1 May 2019: in 21 days. Done Partly" in said
    assert said.index("last time") < said.index("What matters most next")
    send(practitioner, f"/stars/{interim}/talk", {f"outcome_{first}": "partly"})
    page = practitioner.get(f"/stars/{interim}/talk")
    assert len(chosen_in(page.text)) == 1
    assert "Home and money: Ring the housing office" in text_of(page), "still open"
    start = practitioner.get(f"/stars/{tiny.star}/talk")
    assert "Partly done, said on 5 April 2019." in text_of(start)
    assert "Save what we agreed" not in text_of(start)
    late = practitioner.send(f"/stars/{interim}/talk", {f"outcome_{second}": "done", f"outcome_{first}": "nonsense"})
    assert "Choose one of the options" in text_of(late)


def chosen_in(page: str) -> dict[str, str]:
    """Which radio buttons of a page are chosen."""
    return {
        str(element.get("name")): str(element.get("value"))
        for element in parse_page(page).iter()
        if element.get("type") == "radio" and element.get("checked") is not None
    }


@pytest.fixture
def agreed_before(web_app: Flask, practitioner: LookingClient, tiny: TinyService, interim: int) -> list[str]:
    """The fields about two agreements of the first Star, of which the first was said not to be done."""
    send(practitioner, f"/stars/{tiny.star}/talk", ROUTINE | MONEY)
    with web_app.app_context():
        names = [f"outcome_{priority.id}" for priority in db.session.query(Priority).order_by(Priority.id)]
    send(practitioner, f"/stars/{interim}/talk", {names[0]: "not_done"})
    return names


def outcomes(app: Flask) -> list[str | None]:
    with app.app_context():
        return [priority.outcome for priority in db.session.query(Priority).order_by(Priority.id)]


def test_an_outcome_that_was_left_as_it_was_overwrites_nobodys(
    web_app: Flask, practitioner: LookingClient, interim: int, agreed_before: list[str]
) -> None:
    address, [first, second] = f"/stars/{interim}/talk", agreed_before
    opened = practitioner.get(address).text
    send(practitioner, address, {first: "done"})
    assert send(practitioner, address, {first: "not_done", second: "partly"}, opened).status_code == 302
    assert outcomes(web_app) == ["done", "partly"]
    wrong = send(practitioner, address, {first: "not_done", "area_8": "family_routine"}, opened)
    assert "Write what was agreed" in text_of(wrong)
    assert chosen_in(wrong.text) == {first: "done", second: "partly"}, "the page shows what is kept"


def test_an_outcome_that_two_people_changed_is_refused_at_its_field_with_both_values(
    web_app: Flask, practitioner: LookingClient, interim: int, agreed_before: list[str]
) -> None:
    address, [first, second] = f"/stars/{interim}/talk", agreed_before
    opened = practitioner.get(address).text
    send(practitioner, address, {first: "done", second: "done"})
    mine = MONEY | {first: "partly", second: "not_done"}
    page = send(practitioner, address, mine, opened)
    assert page.status_code == 200
    said = text_of(page)
    for name, words in ((first, "you chose “Partly done”"), (second, "you chose “Not done”")):
        clash = f"Somebody else chose “Done” while you were writing, and {words}. Nothing was saved"
        assert said.count(clash) == 2, "above, and at its field"
        assert f'<a href="#{name}"' in page.text
    assert chosen_in(page.text) == {first: "partly", second: "not_done"}
    assert "Ring the housing office" in page.text
    assert outcomes(web_app) == ["done", "done"]
    assert send(practitioner, address, mine | {second: "done"}, page.text).status_code == 302
    assert outcomes(web_app) == ["partly", "done", None]


def test_outcome_that_clashes_with_another_stars_is_reported_and_kept(
    web_app: Flask, practitioner: LookingClient, interim: int, add: Callable[..., int], agreed_before: list[str]
) -> None:
    address, [_first, second] = f"/stars/{interim}/talk", agreed_before
    opened = practitioner.get(address).text
    closure = add(Kind.CLOSURE, date(2019, 4, 9))
    send(practitioner, f"/stars/{closure}/talk", {second: "done"})
    page = send(practitioner, address, MONEY | {second: "not_done"}, opened)
    said = text_of(page)
    told = "Somebody else chose “Done” with the Star of 9 April 2019 meanwhile. You chose “Not done”"
    assert said.count(told) == 2
    assert "Home and money: Ring the housing office Error: Somebody else" in said
    assert f'<a href="#{second}"' in page.text
    assert f'id="{second}"' in page.text
    assert send(practitioner, address, MONEY, page.text).status_code == 302
    assert outcomes(web_app) == ["not_done", "done", None]


def test_outcome_of_a_removed_agreement_is_reported_and_kept(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService, interim: int
) -> None:
    address = f"/stars/{interim}/talk"
    send(practitioner, f"/stars/{tiny.star}/talk", ROUTINE)
    with web_app.app_context():
        [first] = [f"outcome_{priority.id}" for priority in db.session.query(Priority)]
    opened = practitioner.get(address).text
    send(practitioner, f"/stars/{tiny.star}/talk", ROUTINE | {"action_8": "Bed at 7"})
    page = send(practitioner, address, MONEY | {first: "done"}, opened)
    assert "Somebody else changed what was agreed here while you were writing. You chose “Done”." in text_of(page)
    assert "Family routine: Bed at 7" in text_of(page)
    assert chosen_in(page.text) == {first: "done"}
    send(practitioner, f"/stars/{tiny.star}/talk", {})
    page = send(practitioner, address, MONEY | {first: "done"}, opened)
    assert text_of(page).count("You chose “Done” of something that is not to be looked at with this Star any") == 1
    assert "Ring the housing office" in page.text
    assert send(practitioner, address, MONEY, page.text).status_code == 302
    assert outcomes(web_app) == [None]


def test_outcome_of_an_agreement_removed_during_saving_is_reported(
    web_app: Flask,
    practitioner: LookingClient,
    tiny: TinyService,
    interim: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send(practitioner, f"/stars/{tiny.star}/talk", ROUTINE)
    with web_app.app_context():
        [first] = [f"outcome_{priority.id}" for priority in db.session.query(Priority)]

    def be_late(context: Context, **what: Any) -> None:
        taken_out = what | {"star_id": tiny.star, "priorities": [], "outcomes": {}}
        with web_app.app_context():
            there = fingerprint_agreed(priority.agreement for priority in db.session.query(Priority))
            record_priorities(context, **taken_out | {"seen": there})
        record_priorities(context, **what)

    monkeypatch.setattr("star_tracker.web.stars.talks.record_priorities", be_late)
    page = send(practitioner, f"/stars/{interim}/talk", MONEY | {first: "done"})
    assert text_of(page).count("You chose “Done” of something that is not to be looked at with this Star any") == 1
    assert "Ring the housing office" in page.text


def test_open_outcome_can_be_recorded_after_the_next_agreements_are_fixed(
    web_app: Flask, practitioner: LookingClient, interim: int, add: Callable[..., int], agreed_before: list[str]
) -> None:
    address, [_first, second] = f"/stars/{interim}/talk", agreed_before
    send(practitioner, address, {"area_5": "social_networks", "action_5": "Go to the group"})
    opened = practitioner.get(address).text
    closure = add(Kind.CLOSURE, date(2019, 4, 9))
    with web_app.app_context():
        [_, _, third] = [f"outcome_{priority.id}" for priority in db.session.query(Priority).order_by(Priority.id)]
    send(practitioner, f"/stars/{closure}/talk", {third: "done"})
    late = send(practitioner, address, {"area_5": "social_networks", "action_5": "Tea with Gran"}, opened)
    assert "What you wrote, which is not saved Social networks Tea with Gran" in text_of(late)
    assert send(practitioner, address, {second: "partly"}).status_code == 302
    assert outcomes(web_app) == ["not_done", "partly", "done"]
    assert "Go to the group" in text_of(practitioner.get(address))


def test_who_may_only_read_reads(web_app: Flask, practitioner: LookingClient, tiny: TinyService, interim: int) -> None:
    send(practitioner, f"/stars/{interim}/talk", ROUTINE)
    with web_app.app_context():
        db.session.connection(execution_options={"writes": True})
        db.session.get_one(Intervention, tiny.intervention).pod_id = tiny.other_pod
        db.session.add(
            Intervention(
                family_id=tiny.family,
                pod_id=tiny.pod,
                started_on=date(2018, 1, 1),
                referred_on=date(2018, 1, 1),
                children=1,
            )
        )
        db.session.commit()
    said = text_of(practitioner.get(f"/stars/{interim}/talk"))
    assert "What we agreed Family routine. Bed at 8" in said
    assert "Save what we agreed" not in said
    response = practitioner.post(f"/stars/{interim}/talk", data=MONEY | {"csrf_token": _token(practitioner)})
    assert response.status_code == 404
    with web_app.app_context():
        assert db.session.query(AuditEntry).filter_by(action="refuse").count() == 1
        assert db.session.query(Priority).count() == 1


def _token(client: LookingClient) -> str:
    return client.get("/families/new").text.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_a_star_that_was_corrected_or_withdrawn_has_no_talk_and_no_sheet(
    web_app: Flask, practitioner: LookingClient, interim: int
) -> None:
    send(practitioner, f"/stars/{interim}/talk", ROUTINE)
    stale = seen_in(practitioner.get(f"/stars/{interim}/talk").text)
    with web_app.app_context():
        star = new_star(Kind.INTERIM, date(2019, 4, 5), 7)
        usual: dict[str, Any] = {"reason": "A slip"}
        new = correct_star(BY_SOMEBODY, star_id=interim, star=star, **usual).id
    for page in ("talk", "sheet", "sheet.pdf"):
        assert path_of(practitioner.get(f"/stars/{interim}/{page}")) == f"/stars/{interim}"
    assert "Bed at 8" in practitioner.get(f"/stars/{new}/talk").text, "it went over to the correction"
    data = MONEY | {"seen": stale, "csrf_token": _token(practitioner)}
    late = practitioner.post(f"/stars/{interim}/talk", data=data)
    assert "This Star was corrected or withdrawn meanwhile" in text_of(late)
    assert "Ring the housing office" in late.text, "what was typed is still there"


@pytest.mark.parametrize("form", ["sheet", "sheet.pdf"])
def test_the_sheet_names_nobody_unless_it_is_chosen(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService, interim: int, form: str
) -> None:
    def read(query: str = "") -> str:
        address = f"/stars/{interim}/{form}{query}"
        return read_pdf(practitioner, address) if form.endswith("pdf") else text_of(practitioner.get(address))

    with web_app.app_context():
        db.session.connection(execution_options={"writes": True})
        star = db.session.get_one(Star, interim)
        star.registration.intervention.practitioner_id = tiny.users[Role.PRACTITIONER]
        star.registration.parent.name = "Zoë Łucja"
        db.session.commit()
    send(practitioner, f"/stars/{interim}/talk", ROUTINE)
    said = read()
    for words in (
        "Your Star Zoë Łucja Completed on 10 January 2019 and 5 April 2019.",
        "Since your first Star, on 10 January 2019. What went up",
        "Family routine went from 4 to 6",
        "What we agreed Family routine. Bed at 8 Who: Mum. By 1 May 2019.",
        "We plan to do your next Star with you around July 2019.",
        "© Triangle Consulting Social Enterprise Limited",
    ):
        assert words in said
    for hidden in ("Demo practitioner", "F1", "P1", "Crewe", "C-F1"):
        assert hidden not in said
    assert "You work with Demo practitioner." in read("?staff=1")
    assert "Zoë" not in read("?no_name=1")


def test_the_sheets_page_has_no_frame_and_keeps_what_was_chosen(practitioner: LookingClient, interim: int) -> None:
    page = practitioner.get(f"/stars/{interim}/sheet?staff=1&_external=1&star_id=7")
    assert "app-header" not in page.text
    assert "govuk-footer" not in page.text
    assert f'href="/stars/{interim}/sheet.pdf?staff=1"' in page.text
    assert "Family support service" in text_of(page), "nobody is the intervention's practitioner yet"


def test_the_file_carries_no_reference_and_its_download_is_logged(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService, interim: int
) -> None:
    response = practitioner.get(f"/stars/{interim}/sheet.pdf")
    assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''your-star-2019-04-05.pdf"
    assert b"F1" not in response.data.replace(b"/F1", b"")
    [look] = list_looks(web_app)
    assert (look.action, look.entity, look.entity_id, look.family_id) == ("download", "star", interim, tiny.family)
    assert look.after == {"page": "talks.download_sheet", "form": "pdf"}


def test_the_sheet_of_a_withdrawn_star_is_no_download(
    web_app: Flask, practitioner: LookingClient, interim: int
) -> None:
    with web_app.app_context():
        withdraw_star(BY_SOMEBODY, star_id=interim, reason="Another family's")
    assert path_of(practitioner.get(f"/stars/{interim}/sheet.pdf")) == f"/stars/{interim}"
    assert list_looks(web_app) == []
    practitioner.get(f"/stars/{interim}")
    [look] = list_looks(web_app)
    assert (look.action, look.after) == ("read", {"page": "stars.show"})


def test_the_talk_is_found_from_the_star_and_from_the_parents_chart(
    practitioner: LookingClient, tiny: TinyService, interim: int
) -> None:
    assert f'href="/stars/{interim}/talk"' in practitioner.get(f"/stars/{interim}").text
    assert f'href="/stars/{interim}/talk"' in practitioner.get(f"/registrations/{tiny.registration}").text


def test_the_audit_says_what_was_agreed_and_what_came_of_it(
    web_app: Flask, client: LookingClient, tiny: TinyService, interim: int
) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    send(client, f"/stars/{tiny.star}/talk", ROUTINE)
    with web_app.app_context():
        first = db.session.query(Priority).one().id
    send(client, f"/stars/{interim}/talk", MONEY | {f"outcome_{first}": "not_done"})
    send(client, f"/stars/{interim}/talk", {})
    said = text_of(client.get("/audit?family=F1"))
    for words in (
        "recorded what was agreed with P1, F1, about family routine",
        "Area Family routine What was agreed Bed at 8 By whom Mum By when 1 May 2019",
        "said what came of what was agreed with P1, F1, about family routine",
        "Outcome nothing → Not done",
        "removed what was agreed with a parent, F1",
        "Area Home and money → nothing What was agreed Ring the housing office → nothing",
    ):
        assert words in said


def test_the_parents_name_stands_beneath_the_heading(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService, interim: int
) -> None:
    with web_app.app_context():
        db.session.connection(execution_options={"writes": True})
        db.session.query(Parent).filter_by(ref="P1", family_id=tiny.family).one().name = "Ada"
        db.session.commit()
    page = practitioner.get(f"/stars/{interim}/talk")
    assert "Your Star, 5 April 2019 Ada" in text_of(page)
    assert "Ada" not in page.text.partition("<title>")[2].partition("</title>")[0]
    assert "Leave your name out" in text_of(page)
