"""A fall in an area that tells of the children's safety: the talk asks, the answer is kept, and leads see it."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask

from star_tracker.domain.scales import CompletedBy, Kind, NotScored
from star_tracker.domain.star_rules import Reading
from star_tracker.extensions import db
from star_tracker.models import AuditEntry
from star_tracker.records.stars.safety import answer_fall
from star_tracker.records.stars.stars import NewStar, correct_star, move_star
from tests.support.pages import LookingClient, path_of, read_paper, text_of
from tests.support.tiny import BY_SOMEBODY, TinyService, add_star, all_areas, new_star

SAFE = "keeping_children_safe"
WORDS = "The grandmother stays until Friday.\nThe school rings each morning."


@pytest.fixture
def fallen(web_app: Flask, tiny: TinyService) -> int:
    """A Star of 9 April 2019 with 4 in keeping the children safe, after 6 on 5 April; all else stays at 6."""
    return add_one(web_app, tiny, Kind.INTERIM, date(2019, 4, 9), all_areas(6) | {SAFE: Reading(4)})


def add_one(app: Flask, tiny: TinyService, kind: Kind, day: date, readings: Any, **values: Any) -> int:
    with app.app_context():
        return add_star(tiny.registration, NewStar(**(vars(new_star(kind, day, readings)) | values))).id


def seen_in(page: str) -> str:
    return page.partition('name="seen" value="')[2].partition('"')[0]


def test_the_talk_asks_where_a_star_fell_and_keeps_the_answer(
    practitioner: LookingClient, fallen: int, web_app: Flask
) -> None:
    said = text_of(practitioner.get(f"/stars/{fallen}/talk"))
    assert "Keeping your children safe was 6 last time, and is 4 now." in said
    assert "What is being done to keep the children safe?" in said
    response = practitioner.send(f"/stars/{fallen}/safety", {"words": WORDS, "seen": ""})
    assert path_of(response) == f"/stars/{fallen}/talk"
    page = practitioner.get(f"/stars/{fallen}/talk")
    assert WORDS in page.text, "as it was typed, line by line"
    assert "What is being done to keep the children safe?" not in text_of(page)
    assert WORDS in practitioner.get(f"/stars/{fallen}").text
    with web_app.app_context():
        entry = db.session.query(AuditEntry).filter_by(entity="safetyanswer").one()
        assert entry.after is not None
        assert (entry.action, entry.after["words"]) == ("record", WORDS)
        stored = db.session.execute(db.text("SELECT words FROM safety_answers")).scalar_one()
        assert "grandmother" not in stored, "it is encrypted"


@pytest.mark.parametrize("what", ["sheet", "sheet.pdf"])
def test_the_sheet_never_has_it(practitioner: LookingClient, fallen: int, what: str) -> None:
    practitioner.send(f"/stars/{fallen}/safety", {"words": "Grandmother", "seen": ""})
    practitioner.get(f"/stars/{fallen}/talk")  # which says that it was saved
    page = practitioner.get(f"/stars/{fallen}/{what}?staff=1&large=1", buffered=True)
    if what == "sheet":
        assert "Grandmother" not in page.text
        assert "being done" not in page.text
    else:
        assert "Grandmother" not in read_paper(page.data)[0]


def test_no_answer_and_one_that_met_anothers_are_refused_and_nothing_typed_is_lost(
    practitioner: LookingClient, fallen: int, web_app: Flask
) -> None:
    address = f"/stars/{fallen}/safety"
    assert "Write what is being done to keep the children safe" in text_of(
        practitioner.send(address, {"words": "  ", "seen": ""})
    )
    with web_app.app_context():
        answer_fall(BY_SOMEBODY, star_id=fallen, words="A plan with the school", seen="")
    met = practitioner.send(address, {"words": "Mine", "seen": ""})
    assert "Somebody else has written here meanwhile" in text_of(met)
    assert "A plan with the school" in text_of(met)
    assert ">Mine</textarea>" in met.text
    again = practitioner.send(address, {"words": "Mine, and the plan with the school", "seen": seen_in(met.text)})
    assert path_of(again) == f"/stars/{fallen}/talk"
    assert "Mine, and the plan with the school" in practitioner.get(f"/stars/{fallen}").text


def test_the_setting_says_which_areas_and_how_large_a_fall(
    practitioner: LookingClient, fallen: int, web_app: Flask
) -> None:
    question, settings = "What is being done to keep the children safe?", web_app.extensions["star_tracker"]
    for values, asks in (
        ({"fall_points": 2}, True),
        ({"fall_points": 3}, False),
        ({"fall_areas": "family_routine"}, False),
        ({"fall_areas": "family_routine,keeping_children_safe"}, True),
        ({"fall_areas": "none"}, False),
    ):
        web_app.extensions["star_tracker"] = replace(settings, **values)
        assert (question in text_of(practitioner.get(f"/stars/{fallen}/talk"))) is asks, values


def test_a_fall_is_counted_from_when_the_area_was_last_scored(
    practitioner: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    not_said = all_areas(6) | {SAFE: Reading(reason=NotScored.NOT_DISCUSSED)}
    silent = add_one(web_app, tiny, Kind.INTERIM, date(2019, 4, 7), not_said)
    by_parent = add_one(
        web_app,
        tiny,
        Kind.INTERIM,
        date(2019, 4, 8),
        all_areas(6) | {SAFE: Reading(1)},
        completed_by=CompletedBy.PARENT,
    )
    later = add_one(web_app, tiny, Kind.INTERIM, date(2019, 4, 9), all_areas(6) | {SAFE: Reading(5)})
    for star, says in ((silent, False), (by_parent, False), (later, True)):
        said = text_of(practitioner.get(f"/stars/{star}/talk"))
        assert ("was 6 last time, and is 5 now" in said) is says, star
        assert ("What is being done" in said) is says, star


def test_a_lead_sees_which_stars_ask_and_whether_it_was_answered(
    lead: LookingClient, practitioner: LookingClient, tiny: TinyService, fallen: int, web_app: Flask
) -> None:
    said = text_of(lead.get("/caseload/falls"))
    assert "Not answered (1)" in said
    assert "Answered (0)" in said
    assert "Star of 9 April 2019. Keeping your children safe was 6 last time, and is 4 now." in said
    page = lead.get("/caseload/falls").text
    assert f"/stars/{fallen}/talk" in page
    assert re.search(r'<a [^>]*aria-current="true">\s*<strong[^>]*>Caseload<', page), "its place in the header"
    practitioner.send(f"/stars/{fallen}/safety", {"words": WORDS, "seen": ""})
    said = text_of(lead.get("/caseload/falls"))
    assert "Not answered (0)" in said
    assert "Every one is answered." in said
    answered = lead.get("/caseload/falls?answered=1")
    assert WORDS in answered.text
    assert practitioner.get("/caseload/falls").status_code == 403


def test_an_answer_moves_to_the_correction_of_its_star(
    practitioner: LookingClient, tiny: TinyService, fallen: int, web_app: Flask
) -> None:
    practitioner.send(f"/stars/{fallen}/safety", {"words": WORDS, "seen": ""})
    with web_app.app_context():
        star = new_star(Kind.INTERIM, date(2019, 4, 9), all_areas(6) | {SAFE: Reading(3)})
        corrected = correct_star(BY_SOMEBODY, star_id=fallen, star=star, reason="It was 3").id
    page = practitioner.get(f"/stars/{corrected}/talk")
    assert "is 3 now" in text_of(page)
    assert WORDS in page.text
    refused = practitioner.send(f"/stars/{corrected}/safety", {"words": "Late", "seen": ""})
    assert "Somebody else has written here meanwhile" in text_of(refused)


def test_an_answer_moves_with_a_star_that_is_moved_to_the_other_parent(
    practitioner: LookingClient, tiny: TinyService, fallen: int, web_app: Flask
) -> None:
    practitioner.send(f"/stars/{fallen}/safety", {"words": WORDS, "seen": ""})
    with web_app.app_context():
        to: dict[str, Any] = {"registration_id": tiny.empty_registration, "kind": Kind.START}
        moved = move_star(BY_SOMEBODY, star_id=fallen, **to, reason="It was the other parent's").id
    assert WORDS in practitioner.get(f"/stars/{moved}/talk").text
    assert WORDS not in practitioner.get(f"/stars/{fallen}").text
